"""What a person has for themselves alone reaches no therapist's page; what they no longer have kept is nowhere."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import store, timeline
from bot.database import Database
from bot.deliver import STORED
from bot.turn import Arrival
from flows.events import FileRef, Media, MediaKind, PersonSent
from flows.risk.risk import NOTHING
from handlers.port_desk import Line
from tests.postgres.queued import the_queue
from tests.postgres.world import World, now

SEALED = {
    "words": "body",
    "outbox": "body",
    "file": "body",
    "answers": "body",
    "note": "body",
}


async def unsealed(world: World, address: str) -> str:
    """Everything that is kept of this person, in clear."""
    id = world.conversations[address]
    (row,) = await world.rows(
        "SELECT c.state, c.request, p.key FROM conversation c JOIN person p ON p.id = c.person WHERE c.id = $1", id
    )
    key = world.vault.key(row["key"])
    bodies = [row["state"], row["request"]]
    for table, column in SEALED.items():
        bodies += [one[0] for one in await world.rows(f"SELECT {column} FROM {table} WHERE conversation = $1", id)]
    return "\n".join(key.open(body).decode() for body in bodies if body)


async def read_by(world: World, therapist: str, address: str) -> list[Line]:
    (row,) = await world.rows("SELECT public FROM conversation WHERE id = $1", world.conversations[address])
    engine = world.database.engine(1)
    async with engine.begin() as db:
        lines = await timeline.lines(db, world.vault, therapist, row["public"], 0, {})
    await engine.dispose()
    return lines


async def wrote_a_plan(world: World, address: str) -> None:
    await world.arrives(address, "en")
    await world.says(address, "talk to a human", "yes", "Hello first.")
    await world.says(address, "safety plan", "yes, let’s begin", "my hands shake", "stop for now", "safety plan")
    await world.says(address, "my data", "see and save a copy")
    await world.settle()


async def test_what_is_for_the_person_alone_is_not_on_the_page_of_their_therapist(database: Database) -> None:
    world = World(database)
    world.start(1)
    await wrote_a_plan(world, "ada")
    await world.take_over("ada", "ana")
    await world.settle()

    screen = world.phones.screens["ada"]
    assert [shown for shown in screen if "my hands shake" in shown.message.text]
    assert [shown for shown in screen if shown.message.media]
    lines = await read_by(world, "ana", "ada")
    assert [line.text for line in lines if line.text.startswith("The request is sent.")]  # the rest of it is there
    assert [line for line in lines if "my hands shake" in line.text or line.media] == []
    assert [line for line in lines if "this is what they will find" in line.text] == []  # some of it may be taken out
    await world.close()


async def test_keeping_nothing_more_leaves_no_copy_of_what_was_kept(database: Database) -> None:
    world = World(database)
    world.start(1)
    await wrote_a_plan(world, "ada")
    await world.take_over("ada", "ana", by_writing="Hello ada.")
    await world.says("ada", "only for ana")
    picture = await upload(world, "ada", b"a picture of the river")
    sent = PersonSent(now(), Media(MediaKind.PHOTO, picture, caption="the river"), "p1", risk=NOTHING)
    await world.take(Arrival(("phones", "p1"), sent, ("phones", "ada")))
    await world.settle()
    await world.release("ada", "ana")
    said = ("Hello first.", "my hands shake", "only for ana", "the river")
    kept = await unsealed(world, "ada")
    assert [word for word in said if word not in kept] == []

    await world.says("ada", "my data", "erase, keep nothing more", "yes, erase it")
    await world.settle()

    kept = await unsealed(world, "ada")
    assert [word for word in said if word in kept] == []
    assert "Hello ada." in kept  # the therapist's own words
    assert await world.rows("SELECT 1 FROM file") == []
    await world.close()


async def test_a_head_on_its_way_to_the_desk_keeps_no_copy_either(database: Database) -> None:
    world = World(database)
    world.start(1)
    await wrote_a_plan(world, "ada")
    await world.rows("""UPDATE outbox SET status = 'sending', claimed_until = now() + interval '1 hour'
                        WHERE id = (SELECT max(id) FROM outbox WHERE kind = 'head')""")
    assert "Hello first." in await unsealed(world, "ada")

    await world.says("ada", "my data", "erase, keep nothing more", "yes, erase it")

    assert "Hello first." not in await unsealed(world, "ada")
    await world.close()


async def on_its_way(world: World, kind: str) -> list[int]:
    """All rows of this kind are being sent again, for an hour."""
    rows = await world.rows(
        "UPDATE outbox SET status = 'sending', claimed_until = now() + interval '1 hour' WHERE kind = $1 RETURNING id",
        kind,
    )
    assert rows
    return [row["id"] for row in rows]


async def have_arrived(world: World, rows: list[int]) -> None:
    await world.rows("UPDATE outbox SET status = 'sent' WHERE id = ANY($1)", rows)


async def is_forgotten(world: World, words: str) -> None:
    async with the_queue(world), asyncio.timeout(20):
        while words in await unsealed(world, "ada"):
            await asyncio.sleep(0.05)


async def test_an_offer_on_its_way_to_the_desk_keeps_its_words_until_it_has_arrived(database: Database) -> None:
    world = World(database)
    world.start(1)
    await wrote_a_plan(world, "ada")
    being_sent = await on_its_way(world, "offer")
    await world.says("ada", "my data", "erase, keep nothing more", "yes, erase it")
    assert "Hello first." in await unsealed(world, "ada")

    await have_arrived(world, being_sent)
    await is_forgotten(world, "Hello first.")
    await world.close()


async def test_what_is_written_once_it_may_be_read_again_is_not_forgotten_with_what_came_before(
    database: Database,
) -> None:
    world = World(database)
    world.start(1)
    await wrote_a_plan(world, "ada")
    being_sent = await on_its_way(world, "offer")
    await world.says("ada", "my data", "erase, keep nothing more", "yes, erase it")
    await world.says("ada", "talk to a human", "yes", "Hello again.")

    await have_arrived(world, being_sent)
    await world.settle()
    await is_forgotten(world, "Hello first.")
    (offer,) = await world.rows("SELECT body FROM outbox WHERE kind = 'offer' ORDER BY id DESC LIMIT 1")
    (key,) = await world.rows("SELECT key FROM person")
    assert "Hello again." in world.vault.key(key["key"]).open(offer["body"]).decode()
    await world.close()


async def test_whoever_was_never_asked_can_have_their_words_forgotten_too(database: Database) -> None:
    """A therapist who takes over is written to without that agreement (an alert, say)."""
    world = World(database)
    world.start(1)
    await world.arrives("bea", "en")
    await world.take_over("bea", "ana")
    await world.says("bea", "only for ana")
    await world.release("bea", "ana")
    assert "only for ana" in await unsealed(world, "bea")

    await world.says("bea", "my data", "erase, keep nothing more", "yes, erase it")
    await world.settle()

    assert "only for ana" not in await unsealed(world, "bea")
    await world.close()


async def upload(world: World, address: str, body: bytes, lasts: timedelta | None = None) -> FileRef:
    id: UUID = uuid4()
    conversation = world.conversations[address]
    (row,) = await world.rows(
        "SELECT p.key FROM conversation c JOIN person p ON p.id = c.person WHERE c.id = $1", conversation
    )
    engine = world.database.engine(1)
    async with engine.begin() as db:
        await store.keep_file(db, id, conversation, world.vault.key(row["key"]).seal(body), lasts)
    await engine.dispose()
    return FileRef(STORED, str(id))


async def test_what_was_being_read_back_goes_too_once_it_has_arrived(database: Database) -> None:
    world = World(database)
    world.start(1)
    await wrote_a_plan(world, "ada")
    await world.says("ada", "safety plan")
    await world.settle()
    being_sent = await on_its_way(world, "private")
    await world.says("ada", "my data", "erase, keep nothing more", "yes, erase it")
    assert "my hands shake" in await unsealed(world, "ada")

    await have_arrived(world, being_sent)
    await is_forgotten(world, "my hands shake")
    await world.close()


async def test_what_arrives_while_it_is_looked_at_is_looked_at_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(database)
    world.start(1)
    await wrote_a_plan(world, "ada")
    being_sent = await on_its_way(world, "offer")
    execute, hits = AsyncConnection.execute, []

    async def meanwhile(self: AsyncConnection, statement: Any, *values: Any) -> Any:
        if "max(id)" in str(statement):
            found = await execute(self, statement, *values)
            if not hits:
                hits.append(await have_arrived(world, being_sent))
            return found
        return await execute(self, statement, *values)

    monkeypatch.setattr(AsyncConnection, "execute", meanwhile)
    await world.says("ada", "my data", "erase, keep nothing more", "yes, erase it")
    await is_forgotten(world, "Hello first.")
    assert hits
    await world.close()


async def test_a_picture_for_which_no_words_were_kept_goes(database: Database) -> None:
    """Sent to a therapist who was just giving the conversation back."""
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    first = await upload(world, "ada", b"a river", timedelta(hours=1))
    second = await upload(world, "ada", b"a bridge", timedelta(hours=1))
    sent = PersonSent(now(), Media(MediaKind.PHOTO, first, caption="the river"), "p1", risk=NOTHING)
    await world.take(Arrival(("phones", "p1"), sent, ("phones", "ada")))
    await world.release("ada", "ana")
    sent = PersonSent(now(), Media(MediaKind.PHOTO, second, caption="the bridge"), "p2", risk=NOTHING)
    await world.take(Arrival(("phones", "p2"), sent, ("phones", "ada")))

    kept = {row["id"]: row["until"] for row in await world.rows("SELECT id, until FROM file")}
    assert kept[UUID(first.id)] is None
    assert kept[UUID(second.id)] is not None
    await world.close()
