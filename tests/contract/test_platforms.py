"""One table of cases, run over every platform. To add a platform: a driver, and a line in DRIVERS."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from flows.events import FileRef, MediaKind
from handlers.desk_telegram import DeskTelegram
from handlers.errors import DeliveryError, Rejected, TryLater, Unreachable
from handlers.person_telegram import PersonTelegram
from handlers.person_web import PersonWeb
from handlers.port import Message, Platform, Receipt, Topic
from handoff.head import Stage
from tests.contract.cases import CASES, FACTS, Driver, Seen
from tests.telegram.fake_bot_api import MEDIA, FakeBotApi
from tests.telegram.words import Words
from tests.web.conftest import serve, stop
from tests.web.room import PersonSide

PERSON_BOT, DESK_BOT = "1001:person", "1002:desk"
SHOWN_AS = {"sendPhoto": MediaKind.PHOTO, "sendVoice": MediaKind.VOICE, "sendDocument": MediaKind.DOCUMENT}
TROUBLE: dict[type[DeliveryError], dict[str, Any]] = {
    TryLater: {"status": 502, "description": "Bad Gateway"},
    Unreachable: {"status": 403, "description": "Forbidden: bot was blocked by the user"},
    Rejected: {"status": 400, "description": "Bad Request: BUTTON_DATA_INVALID"},
}


class OnTelegram:
    """Both Telegram bots: the other end is a phone."""

    fails = FACTS

    def __init__(self, api: FakeBotApi, token: str, platform: Platform, address: str) -> None:
        self.api, self.token, self.platform, self.address = api, token, platform, address

    async def seen(self) -> list[Seen]:
        sent = [entry for entry in self.api.log if entry.token == self.token and entry.text != "topic"]
        numbers = [entry.message for entry in sent]
        files = iter(body for _, body in self.api.bots[self.token].files.values())
        return [
            Seen(
                entry.text,
                tuple(
                    button["text"]
                    for row in entry.values.get("reply_markup", {}).get("inline_keyboard", ())
                    for button in row
                ),
                SHOWN_AS.get(entry.method),
                next(files) if entry.method in MEDIA else None,
                answers=numbers.index(entry.values["reply_parameters"]["message_id"])
                if "reply_parameters" in entry.values
                else None,
                edits=numbers.index(entry.message) if entry.method == "editMessageText" else None,
            )
            for entry in sent
        ]

    def fail(self, fact: type[DeliveryError]) -> None:
        self.api.trouble(token=self.token, kind="refuse", **TROUBLE[fact])

    def hold(self, body: bytes) -> FileRef:
        return FileRef(self.platform.name, self.api.file(self.token, body))


class OnTheWeb:
    """The web chat: what is sent stands where the page reads it; the other end reads as the page does, over HTTP."""

    fails = ()

    def __init__(self, room: PersonSide, page: httpx.AsyncClient, address: str) -> None:
        self.room, self.page, self.address = room, page, address
        self.platform = _Kept(room)
        self.greeted = room.talks[address].shown[-1].id

    async def seen(self) -> list[Seen]:
        shown = (await self.page.get("/chat/messages", params={"after": self.greeted})).json()["messages"]
        ids = [one["id"] for one in shown]
        return [
            Seen(
                one["text"],
                tuple(button["label"] for button in one["buttons"]),
                MediaKind(one["media"]["kind"]) if one["media"] else None,
                (await self.page.get(f"/chat/file/{one['id']}")).content if one["media"] else None,
                answers=ids.index(int(one["reply_to"])) if one["reply_to"] else None,
                edits=ids.index(one["edits"]) if one["edits"] else None,
            )
            for one in shown
        ]

    def fail(self, fact: type[DeliveryError]) -> None:
        raise AssertionError(f"a page of our own cannot be {fact.__name__}")

    def hold(self, body: bytes) -> FileRef:
        self.room.kept["held"] = body
        return FileRef("web", "held")


class _Kept(PersonWeb):
    """As the program does: the row is in the outbox, then the platform says that it is delivered."""

    def __init__(self, room: PersonSide) -> None:
        async def body(file: FileRef) -> bytes | None:
            return room.kept.get(file.id)

        super().__init__(body)
        self.room = room

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        talk = self.room.talks[address]
        shown = self.room.show(
            talk,
            message.text,
            buttons=message.buttons,
            media=message.media,
            edits=int(message.edits) if message.edits else None,
            reply_to=message.reply_to,
        )
        if file is not None:
            talk.shown_files[shown.id] = file
        receipt = await super().send(address, message, file)
        return Receipt(receipt.message or str(shown.id))


@asynccontextmanager
async def person_web() -> AsyncIterator[Driver]:
    served, running = await serve(PersonSide())
    headers = {"sec-fetch-site": "same-origin", "accept-language": "fr"}
    async with httpx.AsyncClient(base_url=served.url, headers=headers) as page:
        await page.get("/")
        await page.post("/chat/arrive", json={"id": "0123456789abcdef"})
        (address,) = served.room.talks
        yield OnTheWeb(served.room, page, address)
    await stop(served, running)


@asynccontextmanager
async def person_telegram() -> AsyncIterator[Driver]:
    api = FakeBotApi((PERSON_BOT,))
    async with api.serving() as url:
        platform = PersonTelegram(PERSON_BOT, Words(), url=url)
        api.say(PERSON_BOT, 77, "/start")
        yield OnTelegram(api, PERSON_BOT, platform, "77")
        await platform.close()
    assert api.violations() == []


@asynccontextmanager
async def desk_telegram_topic() -> AsyncIterator[Driver]:
    api = FakeBotApi((DESK_BOT,))
    async with api.serving() as url:
        platform = DeskTelegram(DESK_BOT, url=url)
        api.group(DESK_BOT, -500)
        thread = await platform.open_thread("-500", Topic("topic", Stage.WAITING))
        yield OnTelegram(api, DESK_BOT, platform, f"-500/{thread}")
        await platform.close()
    assert api.violations() == []


@asynccontextmanager
async def desk_telegram_private() -> AsyncIterator[Driver]:
    api = FakeBotApi((DESK_BOT,))
    async with api.serving() as url:
        platform = DeskTelegram(DESK_BOT, url=url)
        api.say(DESK_BOT, 41, "/start")
        yield OnTelegram(api, DESK_BOT, platform, "41")
        await platform.close()
    assert api.violations() == []


DRIVERS: tuple[Callable[[], AbstractAsyncContextManager[Driver]], ...] = (
    person_telegram,
    desk_telegram_topic,
    desk_telegram_private,
    person_web,
)


@pytest.fixture(params=DRIVERS, ids=lambda made: made.__name__)
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[Driver]:
    async with request.param() as made:
        yield made


@pytest.mark.parametrize("case", CASES)
async def test_every_platform_carries_it_as_it_is(driver: Driver, case: str) -> None:
    wanted = CASES[case]
    message, before = wanted.message, []
    if wanted.after:
        first = await driver.platform.send(driver.address, wanted.after, None)
        message = replace(
            message,
            reply_to=first.message if wanted.answers else None,
            edits=first.message if wanted.edits else None,
        )
        before = [Seen(wanted.after.text)]

    await driver.platform.send(driver.address, message, wanted.file)

    assert await driver.seen() == [*before, wanted.seen]


@pytest.mark.parametrize("fact", FACTS)
async def test_every_platform_tells_what_went_wrong(driver: Driver, fact: type[DeliveryError]) -> None:
    if fact not in driver.fails:
        return  # a platform of our own cannot be blocked or busy
    driver.fail(fact)

    with pytest.raises(fact) as caught:
        await driver.platform.send(driver.address, Message("private words"), None)

    assert caught.type is fact
    assert "private words" not in str(caught.value)
    assert await driver.seen() == []


async def test_every_platform_gives_back_the_files_it_holds(driver: Driver) -> None:
    body = bytes(range(256)) * 400

    assert await driver.platform.fetch(driver.hold(body)) == body
