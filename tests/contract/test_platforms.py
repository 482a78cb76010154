"""One table of cases, run over every platform. To add a platform: a driver, and a line in DRIVERS."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from flows.events import FileRef, MediaKind
from handlers.desk_telegram import DeskTelegram
from handlers.errors import DeliveryError, Rejected, TryLater, Unreachable
from handlers.person_telegram import PersonTelegram
from handlers.port import Message, Platform
from tests.contract.cases import CASES, FACTS, Driver, Seen
from tests.telegram.fake_bot_api import MEDIA, FakeBotApi
from tests.telegram.words import Words

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
        thread = await platform.open_thread("-500", "topic")
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
