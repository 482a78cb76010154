"""The ways in to the desk, on a real database: links on the messenger, sessions that end, passkeys of nobody."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import carry, doors, passkeys, retention
from bot.clinic import read
from bot.database import Database
from bot.deliver import Deliver, Outlet
from bot.doors import Door
from bot.entrance import Entrance, Gate
from bot.library import Library
from bot.vault import Vault
from flows.events import FileRef
from handlers.port import Message, Receipt

CLINIC = read(Path(__file__).parent / "clinic.toml")
THERAPIST = CLINIC.therapists[0].id
URL = "https://talk.clinic.example"


@dataclass
class Messenger:
    """The therapists' messenger, as far as it goes here."""

    name: str = carry.DESK_TELEGRAM
    heard: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        self.heard.append((address, message.text))
        return Receipt(f"{len(self.heard)}")

    async def fetch(self, file: FileRef) -> bytes:
        raise AssertionError("nobody sends files here")

    async def open_thread(self, chat: str, title: str) -> str:
        raise AssertionError("a link goes to nobody but its therapist")


@dataclass
class Here:
    engine: AsyncEngine
    vault: Vault
    entrance: Entrance
    messenger: Messenger
    deliver: Deliver

    async def delivered(self) -> None:
        for _ in range(400):
            async with self.engine.begin() as db:
                waiting = await db.execute(text("SELECT count(*) FROM outbox WHERE status IN ('waiting', 'sending')"))
                if waiting.scalar_one() == 0:
                    return
            await asyncio.sleep(0.02)
        raise AssertionError("the outbox is not empty")

    async def joins(self, therapist: str, address: str) -> None:
        async with self.engine.begin() as db:
            await doors.join(db, self.vault, therapist, carry.DESK_TELEGRAM, address)

    async def link(self) -> str:
        async with self.engine.begin() as db:
            return await doors.make(db, self.vault, Door.SIGN_IN, THERAPIST)


@pytest.fixture
async def here(database: Database) -> AsyncIterator[Here]:
    engine, vault, messenger = database.engine(4), Vault(database.master_key), Messenger()
    outlet = Outlet(messenger, threads=messenger)
    deliver = Deliver(engine, vault, {carry.DESK_TELEGRAM: outlet}, group="-100")
    running = asyncio.create_task(deliver.run())
    gate = Gate(URL, passkeys.site(URL, "Clinic"), deliver)
    entrance = Entrance(engine, vault, CLINIC, Library(CLINIC).wording, gate)
    yield Here(engine, vault, entrance, messenger, deliver)
    deliver.close()
    await running
    await engine.dispose()


async def test_a_link_goes_to_the_therapists_own_messenger_and_opens_the_desk_once(here: Here) -> None:
    await here.joins(THERAPIST, "4711")

    await here.entrance.send_link(THERAPIST)
    await here.delivered()

    ((address, said),) = here.messenger.heard
    assert address == "4711"
    token = said.partition(f"{URL}/desk/sign-in?token=")[2]
    session = await here.entrance.sign_in(token)
    assert session
    assert (colleague := await here.entrance.colleague(session))
    assert colleague.id == THERAPIST
    assert await here.entrance.sign_in(token) is None


async def test_a_link_that_was_delivered_is_not_kept(here: Here) -> None:
    await here.joins(THERAPIST, "4711")
    await here.entrance.send_link(THERAPIST)
    await here.delivered()
    async with here.engine.begin() as db:
        await db.execute(text("UPDATE outbox SET created_at = now() - interval '31 minutes'"))
        await retention.clean_up(db)

        assert (await db.execute(text("SELECT count(*) FROM outbox"))).scalar_one() == 0


async def test_nobody_is_sent_a_link_who_is_not_known_or_was_sent_three(here: Here) -> None:
    await here.entrance.send_link(THERAPIST)
    await here.entrance.send_link("nobody")
    await here.joins(THERAPIST, "4711")
    for _ in range(5):
        await here.entrance.send_link(THERAPIST)
    await here.delivered()

    assert [address for address, _ in here.messenger.heard] == ["4711"] * 3


async def test_a_session_ends_when_nothing_was_done_in_it_and_when_it_is_old(here: Here) -> None:
    async def aged(seen: str, lasts: str) -> tuple[bool, bool]:
        session = await here.entrance.sign_in(await here.link())
        assert session
        async with here.engine.begin() as db:
            await db.execute(
                text(f"""UPDATE door SET seen_at = now() - interval '{seen}', expires_at = now() + interval '{lasts}'
                         WHERE kind = 'session'""")
            )
        reads, acts = await here.entrance.colleague(session), await here.entrance.active(session)
        return reads is not None, acts is not None

    assert await aged("3 hours 59 minutes", "1 hour") == (True, True)
    assert await aged("4 hours", "1 hour") == (False, False)
    assert await aged("1 minute", "0 seconds") == (False, False)


async def test_reading_does_not_keep_a_session_and_acting_does(here: Here) -> None:
    session = await here.entrance.sign_in(await here.link())
    assert session

    async def idle() -> float:
        async with here.engine.begin() as db:
            rows = await db.execute(text("SELECT extract(epoch FROM now() - seen_at) FROM door WHERE kind = 'session'"))
            return float(rows.scalar_one())

    async with here.engine.begin() as db:
        await db.execute(text("UPDATE door SET seen_at = now() - interval '2 hours'"))
    await here.entrance.colleague(session)
    assert await idle() > 7000
    await here.entrance.active(session)
    assert await idle() < 100


async def test_other_sessions_can_be_ended(here: Here) -> None:
    first, second = [await here.entrance.sign_in(await here.link()) for _ in range(2)]
    assert first
    assert second

    await here.entrance.sign_out_elsewhere(THERAPIST, second)

    assert await here.entrance.colleague(first) is None
    assert await here.entrance.colleague(second)


@pytest.mark.parametrize("answer", [{}, {"id": "a"}, {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": 3}])
async def test_what_is_no_passkey_opens_nothing(here: Here, answer: dict[str, object]) -> None:
    await here.entrance.passkey_to_ask()

    assert await here.entrance.sign_in_with_passkey(answer) is None
    assert not await here.entrance.keep_passkey(THERAPIST, "x", answer)
    assert await here.entrance.passkeys(THERAPIST) == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://talk.clinic.example/", "talk.clinic.example"),
        ("http://localhost:8080", "localhost"),
        ("http://127.0.0.1:8080", None),
        ("https://[::1]", None),
        ("http://talk.clinic.example", None),
    ],
)
def test_passkeys_need_a_name_and_a_safe_way(url: str, host: str | None) -> None:
    site = passkeys.site(url, "Clinic")

    assert (site.host if site else None) == host
