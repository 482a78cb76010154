"""A mistake of ours, wherever in a turn it is: the person is told something kind, and everybody else is served."""

import asyncio

import orjson
import pytest

from bot.database import Database
from bot.turn import Arrival
from flows import state as states
from flows.events import PersonSaid
from handlers.port import Closed
from tests.postgres.world import World, now


class Breaks:
    """Asked who has joined, it fails this many times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self) -> frozenset[str]:
        if self.times:
            self.times -= 1
            raise KeyError("a mistake of ours")
        return frozenset()


async def test_what_breaks_once_it_is_decided_is_answered_kindly_too(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    world.joined = Breaks(1)

    await world.says("ada", "menu")
    await world.settle()
    await world.says("ada", "menu")
    await world.settle()

    *_, sorry, menu = (shown.message.text for shown in world.phones.screens["ada"])
    assert sorry == world.wording.sentence("kind_answers.broken", "fr")
    assert menu == world.wording.sentence("menu.menu", "fr")
    await world.close()


async def test_a_turn_that_cannot_be_taken_at_all_stops_no_other(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.arrives("bea")
    await world.settle()
    world.joined = Breaks(2)  # in the turn, and in the kind answer in its place

    async with asyncio.timeout(20):
        await asyncio.gather(world.says("ada", "menu"), world.says("bea", "menu"))
    await world.settle()

    assert world.phones.screens["bea"][-1].message.text == world.wording.sentence("menu.menu", "fr")
    await world.close()


async def test_under_a_human_words_get_across_though_the_turn_breaks(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()

    world.joined = Breaks(1)
    await world.says("ada", "I am on the bridge now")
    await world.settle()
    world.joined = Breaks(1)
    await world.take_over("ada", "ana", by_writing="Stay with me.")
    await world.settle()

    assert [row["name"] for row in await world.rows("SELECT name FROM words ORDER BY id")] == ["said"]
    assert world.phones.screens["ada"][-1].message.text == "Stay with me."
    await world.close()


async def test_what_was_saved_by_a_newer_version_is_left_to_it(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.settle()
    (row,) = await world.rows("SELECT c.id, c.state, p.key FROM conversation c JOIN person p ON p.id = c.person")
    key = world.vault.key(row["key"])
    newer = {**orjson.loads(key.open(row["state"])), "version": states.VERSION + 1}
    await world.kill()
    sealed = key.seal(orjson.dumps(newer))
    await world.rows("UPDATE conversation SET state = $1 WHERE id = $2", sealed, row["id"])
    claimed = await world.rows("SELECT count(*) FROM taken")

    with pytest.raises(Closed):
        await world.processes[0].turns.take(
            Arrival(("phones", "77"), PersonSaid(now(), "I want to die", "77"), ("phones", "ada"))
        )

    assert await world.rows("SELECT count(*) FROM taken") == claimed
    await world.close()


async def test_one_row_that_cannot_be_read_stops_no_other(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.says("ada", "one", "two", "three")
    await world.settle()
    rows = await world.rows("SELECT id FROM outbox WHERE kind = 'relay' AND place = 'group' ORDER BY id")
    first, second, third = (row["id"] for row in rows)
    await world.rows(
        "UPDATE outbox SET status = 'waiting', due_at = now(), tries = 0 WHERE id = ANY($1)", [first, second, third]
    )
    await world.rows("UPDATE outbox SET body = '\\x00' WHERE id = $1", second)

    async with asyncio.timeout(30):
        while not await world.rows("SELECT 1 FROM outbox WHERE id = $1 AND tries > 1", second):
            await asyncio.sleep(0.05)
    await world.arrives("bea")
    async with asyncio.timeout(30):
        while not world.phones.screens["bea"]:
            await asyncio.sleep(0.05)

    async with asyncio.timeout(30):
        while not await world.rows("SELECT 1 FROM outbox WHERE id = $1 AND status = 'sent'", first):
            await asyncio.sleep(0.05)
    await world.close()
