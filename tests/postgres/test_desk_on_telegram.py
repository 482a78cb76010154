"""The desk on Telegram, as a therapist holds it: the whole program beside a Bot API server of the tests."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import doors
from bot.app import BOTH, Program
from bot.clinic import read as read_clinic
from bot.database import Database
from bot.doors import Door
from bot.settings import Settings
from tests.telegram.conftest import DESK_BOT, PERSON_BOT
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.words import until

CLINIC = Path(__file__).parent / "clinic.toml"
GROUP = -100200300
ANA, STRANGER, ADA = 41, 42, 77
WITHIN = 60.0  # seconds, on a busy machine
LINK = re.compile(r"http://\S+/desk/sign-in\?token=(\S+)")


@dataclass
class Clinic:
    telegram: FakeBotApi
    program: Program
    url: str
    read: dict[tuple[str, int], int] = field(default_factory=dict)

    def ana(self, words: str, thread: int | None = None) -> None:
        self.telegram.say(DESK_BOT, GROUP if thread else ANA, words, user=ANA, thread=thread)

    async def until(self, token: str, chat: int, method: str = "sendMessage", having: str = "") -> dict[str, Any]:
        """The next of these in this chat since the last one."""
        place = token, chat
        async with asyncio.timeout(WITHIN):
            while True:
                for one in await self.telegram.sent(self.read.get(place, 0), token, chat):
                    if one["method"] == method and having in one["text"]:
                        self.read[place] = one["number"]
                        return one
                await asyncio.sleep(0.05)


@pytest.fixture
async def clinic(database: Database, tmp_path: Path) -> AsyncIterator[Clinic]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    telegram = FakeBotApi((PERSON_BOT, DESK_BOT))
    async with telegram.serving() as api:
        url = f"http://127.0.0.1:{port}"
        settings = Settings(
            tmp_path, database.url, database.master_key, url, "127.0.0.1", port, CLINIC, PERSON_BOT, DESK_BOT, "", api
        )
        program = Program(settings, database, read_clinic(CLINIC), BOTH)
        up = asyncio.Event()

        async def started() -> None:
            up.set()

        running = asyncio.create_task(program.run(started))
        await up.wait()
        telegram.group(DESK_BOT, GROUP)
        here = Clinic(telegram, program, url)
        async with program.engine.begin() as db:
            invitation = await doors.make(db, program.vault, Door.INVITATION, "ana")
        here.ana(f"/start {invitation}")
        await here.until(DESK_BOT, ANA, having="Bienvenue, Ana")
        yield here
        program.stop()
        await running
    assert telegram.violations() == []


async def test_the_command_sends_a_link_to_the_therapist_alone_that_opens_the_desk_once(clinic: Clinic) -> None:
    clinic.telegram.say(DESK_BOT, STRANGER, "/desk", user=STRANGER)
    clinic.ana("/desk")

    sent = await clinic.until(DESK_BOT, ANA)
    link = LINK.search(sent["text"])
    assert link
    headers = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=clinic.url, headers=headers) as browser:
        opened = [(await browser.post("/desk/sign-in", data={"token": link[1]})).status_code for _ in range(2)]
        assert opened == [303, 410]
        assert "Ana" in (await browser.get("/desk")).text
    told = await clinic.telegram.sent()
    assert {one["chat"] for one in told if one["token"] == DESK_BOT} == {ANA}


async def test_who_is_not_invited_is_told_in_the_clinics_group_alone_that_nobody_hears_them(clinic: Clinic) -> None:
    for words in ("/start", "un humain", "oui", "passer"):
        clinic.telegram.say(PERSON_BOT, ADA, words)
    topic = (await clinic.until(DESK_BOT, GROUP, "createForumTopic"))["thread"]
    await clinic.until(DESK_BOT, GROUP, having="Quelqu’un demande un humain")
    clinic.telegram.group(DESK_BOT, GROUP - 1)

    clinic.telegram.press(DESK_BOT, GROUP, label="Prendre", user=STRANGER)
    for words in ("Bonjour", "Vous êtes là ?"):
        clinic.telegram.say(DESK_BOT, GROUP, words, user=STRANGER, thread=topic)
    clinic.telegram.say(DESK_BOT, GROUP, "on mange ?", user=STRANGER)
    clinic.telegram.say(DESK_BOT, GROUP - 1, "Bonjour", user=STRANGER, thread=topic)
    clinic.telegram.say(DESK_BOT, STRANGER, "Bonjour", user=STRANGER)
    clinic.ana("C’est moi", topic)
    await clinic.until(PERSON_BOT, ADA, having="C’est moi")
    await until(lambda: not clinic.telegram.unconfirmed(DESK_BOT), WITHIN)
    await clinic.until(DESK_BOT, GROUP, having="ne vous connaît pas")

    told = [one for one in await clinic.telegram.sent() if "ne vous connaît pas" in f"{one['values']}"]
    assert sorted((one["method"], one["chat"], one["thread"]) for one in told) == [
        ("answerCallbackQuery", 0, None),
        ("sendMessage", GROUP, topic),
    ]


async def test_who_writes_as_the_group_is_told_that_it_reached_nobody(clinic: Clinic) -> None:
    for words in ("/start", "un humain", "oui", "passer"):
        clinic.telegram.say(PERSON_BOT, ADA, words)
    topic = (await clinic.until(DESK_BOT, GROUP, "createForumTopic"))["thread"]
    anonymous = {"sender_chat": {"id": GROUP, "type": "supergroup", "title": "Équipe"}, "text": "C’est moi"}

    clinic.telegram.say(DESK_BOT, GROUP, user=1087968824, thread=topic, content=anonymous)
    clinic.telegram.say(DESK_BOT, GROUP, user=1087968824, content=anonymous)

    told = await clinic.until(DESK_BOT, GROUP, having="personne ne l’a reçu")
    await until(lambda: not clinic.telegram.unconfirmed(DESK_BOT), WITHIN)
    assert told["thread"] == topic
    sent = await clinic.telegram.sent()
    assert len([one for one in sent if "personne ne l’a reçu" in f"{one['values']}"]) == 1
    assert not [one for one in sent if one["chat"] == ADA and "C’est moi" in f"{one['values']}"]


async def test_a_topic_is_closed_by_the_command_and_opened_again_when_the_person_asks_anew(clinic: Clinic) -> None:
    for words in ("/start", "un humain", "oui", "passer"):
        clinic.telegram.say(PERSON_BOT, ADA, words)
    topic = (await clinic.until(DESK_BOT, GROUP, "createForumTopic"))["thread"]
    clinic.ana("/desk", topic)  # where everybody reads
    assert not LINK.search((await clinic.until(DESK_BOT, GROUP, having="/release"))["text"])
    clinic.ana("Bonjour", topic)
    await clinic.until(PERSON_BOT, ADA, having="Bonjour")

    clinic.ana("/close", topic)

    await clinic.until(DESK_BOT, GROUP, "closeForumTopic")
    await clinic.until(PERSON_BOT, ADA, having="Ana a fermé cette conversation pour le moment.")
    clinic.telegram.say(PERSON_BOT, ADA, "un humain")
    clinic.telegram.say(PERSON_BOT, ADA, "passer")
    reopened = await clinic.until(DESK_BOT, GROUP, "reopenForumTopic")
    assert reopened["thread"] == topic
