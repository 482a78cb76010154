"""Urgent help is always in sight and always understood: every platform of a person, both languages, every step."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol

import httpx
import pytest

from bot import envelope
from bot.carry import Seat, carry
from bot.decide import Decision
from bot.talks import Stage
from bot.vault import PersonKey
from flows import engine
from flows.effects import Ask, Say
from flows.events import FileRef, PersonArrived, PersonSaid
from flows.risk.read import read
from flows.state import Place, State
from handlers.person_telegram import PersonTelegram
from handlers.port import Button, Message
from tests.contract.test_platforms import PERSON_BOT
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.words import Words
from tests.web.conftest import serve, stop
from tests.web.room import PersonSide

STAGE = Stage()
NIGHT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def no_file(body: bytes) -> FileRef:
    raise AssertionError("urgent help has no file")


LABELS = {"fr": "Aide urgente", "en": "Urgent help"}


class Driver(Protocol):
    async def show(self, *messages: Message) -> None:
        """Let the person be sent these."""
        ...

    async def in_sight(self) -> list[str]:
        """What stays in sight whatever is shown, for a tap."""
        ...


class OnTelegram:
    def __init__(self, api: FakeBotApi, platform: PersonTelegram) -> None:
        self.api, self.platform = api, platform

    async def show(self, *messages: Message) -> None:
        for message in messages:
            await self.platform.send("77", message, None)

    async def in_sight(self) -> list[str]:
        lasting = [
            entry.values["reply_markup"] for entry in self.api.log if "keyboard" in entry.values.get("reply_markup", {})
        ]
        return [
            button["text"]
            for markup in lasting[-1:]
            if markup["is_persistent"]
            for row in markup["keyboard"]
            for button in row
        ]


class OnTheWeb:
    def __init__(self, room: PersonSide, page: httpx.AsyncClient) -> None:
        self.room, self.page = room, page

    async def show(self, *messages: Message) -> None:
        (talk,) = self.room.talks.values()
        for message in messages:
            self.room.show(talk, message.text, buttons=message.buttons)

    async def in_sight(self) -> list[str]:
        page = (await self.page.get("/")).text
        bar = page[page.index("<header") : page.index("</header>")]
        before, _, after = bar.partition('id="urgent"')
        assert before.rpartition("<")[2].startswith("button")
        return [after.partition(">")[2].partition("<")[0].strip()]


@asynccontextmanager
async def telegram(locale: str) -> AsyncIterator[Driver]:
    api = FakeBotApi((PERSON_BOT,))
    async with api.serving() as url:
        platform = PersonTelegram(PERSON_BOT, Words(), url=url)
        api.say(PERSON_BOT, 77, "/start", locale=locale)
        yield OnTelegram(api, platform)
        await platform.close()
    assert api.violations() == []


@asynccontextmanager
async def web(locale: str) -> AsyncIterator[Driver]:
    served, running = await serve(PersonSide())
    headers = {"sec-fetch-site": "same-origin", "accept-language": locale}
    async with httpx.AsyncClient(base_url=served.url, headers=headers) as page:
        await page.get("/")
        await page.post("/chat/arrive", json={"id": "0123456789abcdef"})
        yield OnTheWeb(served.room, page)
    await stop(served, running)


PLATFORMS: dict[str, Callable[[str], AbstractAsyncContextManager[Driver]]] = {"telegram": telegram, "web": web}


def sent(turn: engine.Turn) -> list[Message]:
    """What the program hands to the platform for these effects."""
    said = [effect for effect in turn.effects if isinstance(effect, Say | Ask)]
    seat = Seat(1, "any", PersonKey(bytes(32)), frozenset(), False, lambda *_: "", no_file, NIGHT)
    carried = carry(STAGE.book, STAGE.clinic, STAGE.wording, seat, Decision(turn.state, None, tuple(said)))
    return [envelope.unpack(PersonKey(bytes(32)).open(row.body))[0] for row in carried.outgoing]


@pytest.mark.parametrize("locale", LABELS)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_it_stays_in_sight_from_the_first_message_on(platform: str, locale: str) -> None:
    arrived = engine.step(STAGE.book, State(locale), PersonArrived(NIGHT))

    async with PLATFORMS[platform](locale) as driver:
        await driver.show(*sent(arrived))
        assert await driver.in_sight() == [LABELS[locale]]

        await driver.show(Message("Et maintenant ?", (Button("Respirer", "1/menu/menu/breathe"),)))
        assert await driver.in_sight() == [LABELS[locale]]


@pytest.mark.parametrize("locale", LABELS)
@pytest.mark.parametrize("where", sorted(f"{place.flow}/{place.step}" for place in STAGE.book.steps))
def test_it_is_understood_at_every_step(where: str, locale: str) -> None:
    """Tapped below a Telegram conversation it arrives as these words."""
    state = engine.enter(STAGE.book, State(locale), Place(*where.split("/")), NIGHT).state

    for words in (LABELS[locale], LABELS[locale].lower(), LABELS["en" if locale == "fr" else "fr"]):
        turn = engine.step(STAGE.book, state, PersonSaid(NIGHT, words, "1", risk=read(words)))
        shown = [text.id for effect in turn.effects if isinstance(effect, Say | Ask) for text in effect.texts]
        assert "lines_words.line" in shown
