"""A mistake of ours, wherever in a turn it is: the person is told something kind, and everybody else is served."""

import asyncio

from bot.database import Database
from tests.postgres.world import World


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
