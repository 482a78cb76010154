"""What stands between colleagues, and who has seen what, on a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import audit, canned, cards, retention, timeline
from bot.database import Database
from bot.turn import Arrival
from flows.events import TherapistNoted, TherapistPassed
from handlers.port_desk import Card, Line, LineKind, Standing
from tests.postgres.world import World, now

NAMES = {"ana": "Ana", "bo": "Bo", "cleo": "Cleo"}
NOTE = "Tu le connais\u202f?"


@dataclass
class Clinic:
    """Ana, Bo and Cleo, each with a page of the desk open; ada has asked for a human."""

    world: World
    engine: AsyncEngine

    async def does(self, event: Any) -> None:
        claim = ("desk", f"{next(self.world.numbers)}")
        await self.world.take(Arrival(claim, event, conversation=self.world.conversations["ada"]))
        await self.world.settle()

    async def says(self, *texts: str) -> None:
        await self.world.says("ada", *texts)
        await self.world.settle()

    async def card(self, therapist: str) -> Card | None:
        async with self.engine.begin() as db:
            found = await cards.cards(db, self.world.vault, therapist, NAMES, lambda line: line.id, str)
        return found[0] if found else None

    async def lines(self, therapist: str) -> list[Line]:
        (row,) = await self.world.rows("SELECT public FROM conversation")
        async with self.engine.begin() as db:
            return await timeline.lines(db, self.world.vault, therapist, row["public"], 0, NAMES)

    async def trail(self, who: str) -> list[str]:
        """What they did or read. Whether they were asked is not of their doing."""
        async with self.engine.begin() as db:
            return [entry.what for entry in await audit.entries(db, who, None, None) if entry.what != "asked"]


@pytest.fixture
async def clinic(database: Database) -> AsyncIterator[Clinic]:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    here = Clinic(world, database.engine(1))
    await here.says("parler à un humain", "oui", "Un mot d’abord.")
    yield here
    await here.engine.dispose()
    await world.close()


async def test_a_note_is_read_by_its_author_and_its_addressee_and_goes_with_the_conversation(clinic: Clinic) -> None:
    await clinic.world.take_over("ada", "ana")
    await clinic.says("Bonjour.")
    await clinic.does(TherapistNoted(now(), "ana", "Ana", "bo", NOTE))

    unread = await clinic.card("bo")
    assert unread
    assert (unread.standing, unread.unread, unread.shared) == (Standing.THEIRS, 1, "")
    read = [(line.kind, line.author, line.to, line.text) for line in await clinic.lines("bo")]
    assert read == [(LineKind.NOTE, "Ana", "Bo", NOTE)]
    assert await clinic.lines("cleo") == []
    assert [line.text for line in await clinic.lines("ana") if line.kind is LineKind.NOTE] == [NOTE]
    assert (seen := await clinic.card("bo"))
    assert seen.unread == 0
    assert not [s for s in clinic.world.phones.screens["ada"] if NOTE in s.message.text]
    (in_the_group,) = clinic.world.group.read.values()
    assert not [accepted for accepted in in_the_group if NOTE in accepted.message.text]
    assert NOTE.encode() not in (await clinic.world.rows("SELECT body FROM note"))[0]["body"]

    clinic.world.erased("ada")
    await clinic.says("/stop and erase")
    assert await clinic.world.rows("SELECT 1 FROM note") == []


async def test_a_note_on_a_conversation_that_is_over_stays_in_the_list_for_a_day(clinic: Clinic) -> None:
    await clinic.world.take_over("ada", "ana")
    await clinic.world.release("ada", "ana")
    await clinic.does(TherapistNoted(now(), "ana", "Ana", "bo", NOTE))

    noted = await clinic.card("bo")
    assert noted
    assert (noted.standing, noted.unread, noted.shared, noted.brief) == (Standing.NOTED, 1, "", ())
    assert await clinic.card("cleo") is None
    await clinic.world.rows("UPDATE note SET at = now() - interval '25 hours'")
    assert await clinic.card("bo") is None


async def test_what_is_passed_on_shows_the_request_to_the_colleague_and_the_words_only_once_taken(
    clinic: Clinic,
) -> None:
    await clinic.world.take_over("ada", "ana")
    await clinic.says("Bonjour.")
    await clinic.does(TherapistPassed(now(), "ana", "Ana", "bo"))

    asked, owner, other = await clinic.card("bo"), await clinic.card("ana"), await clinic.card("cleo")
    assert asked
    assert owner
    assert other
    assert (asked.passed, asked.shared, asked.unread) == (True, "Un mot d’abord.", 1)
    assert (owner.asked, other.passed, other.shared) == ("Bo", False, "")
    assert [line.kind for line in await clinic.lines("bo")] == [LineKind.PASSED]

    await clinic.world.take_over("ada", "bo")
    await clinic.world.settle()

    taken = await clinic.lines("bo")
    assert [line.author for line in taken if line.kind is LineKind.TOOK_OVER] == ["Ana", "Bo"]
    assert [line.text for line in taken if line.author == "person"][-1] == "Bonjour."
    assert [line.kind for line in await clinic.lines("ana")] == [LineKind.PASSED]


async def test_every_reading_is_in_the_audit_trail_once_in_a_while(clinic: Clinic) -> None:
    for _ in range(3):
        await clinic.card("bo")
        await clinic.lines("bo")
    assert await clinic.trail("bo") == ["was shown the request"]

    await clinic.world.take_over("ada", "ana")
    await clinic.world.settle()
    for _ in range(3):
        await clinic.lines("ana")
    assert await clinic.trail("ana") == ["took over", "read the conversation"]
    await clinic.world.rows("UPDATE audit SET at = at - interval '11 minutes'")
    await clinic.lines("ana")
    assert await clinic.trail("ana") == ["took over", "read the conversation", "read the conversation"]

    await clinic.does(TherapistNoted(now(), "ana", "Ana", "bo", NOTE))
    await clinic.lines("bo")
    assert (await clinic.trail("ana"))[-1] == "to bo: note"
    assert (await clinic.trail("bo"))[-1] == "read notes of colleagues"
    assert await clinic.world.rows("SELECT 1 FROM audit WHERE conversation IS NULL") == []


async def test_sentences_of_ones_own_are_sealed_and_their_owners(clinic: Clinic) -> None:
    vault = clinic.world.vault
    async with clinic.engine.begin() as db:
        assert all([await canned.keep(db, vault, "ana", f"Phrase {n}") for n in range(canned.MOST)])
        assert not await canned.keep(db, vault, "ana", "Une de trop")
        kept = await canned.of(db, vault, "ana")
        await canned.drop(db, "bo", kept[0].id)
        await canned.drop(db, "ana", kept[1].id)
        assert [one.text for one in await canned.of(db, vault, "ana")][:2] == ["Phrase 0", "Phrase 2"]
        assert await canned.of(db, vault, "bo") == []
    rows = await clinic.world.rows("SELECT body FROM canned")
    assert not [row for row in rows if b"Phrase" in row["body"]]


async def test_clean_up_leaves_what_stands_between_colleagues(clinic: Clinic) -> None:
    await clinic.does(TherapistNoted(now(), "ana", "Ana", "bo", NOTE))
    async with clinic.engine.begin() as db:
        await retention.clean_up(db)

    assert [line.text for line in await clinic.lines("bo")] == [NOTE]
