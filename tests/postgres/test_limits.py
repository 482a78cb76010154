"""What a platform lets us send, kept by two processes on one database."""

import asyncio

from bot.database import Database
from bot.pace import TELEGRAM
from bot.turn import Arrival
from flows.events import PersonArrived, PersonSaid
from tests.postgres.world import World, now


async def arrive(world: World, address: str) -> None:
    await world.take(Arrival(("phones", f"{address}/0"), PersonArrived(now()), ("phones", address)))


async def say(world: World, address: str, number: int, text: str) -> None:
    event = PersonSaid(now(), text, f"{address}-{number}")
    await world.take(Arrival(("phones", f"{address}/{number}"), event, ("phones", address)))


async def test_a_flood_reaches_the_group_merged_within_its_minute_and_loses_nothing(database: Database) -> None:
    world = World(database, group_limits=TELEGRAM)
    world.start(2)
    await arrive(world, "ada")
    await world.take_over("ada", "ana")
    await world.settle()

    for number in range(1, 201):
        await say(world, "ada", number, f"mot {number}.")
    # What the minute has no room for waits, in order; nothing is sent past the limit to make it shorter.
    (conversation,) = world.group.read
    async with asyncio.timeout(30):
        while "mot 100." not in "".join(a.message.text for a in world.group.read[conversation]):
            await asyncio.sleep(0.05)

    sent = world.group.read[conversation]
    words = "\n\n".join(a.message.text for a in sent if a.message.text.startswith("mot "))
    got = words.split("\n\n")
    assert len(sent) <= TELEGRAM.per_minute
    assert got == [f"mot {n}." for n in range(1, len(got) + 1)]
    waiting = await world.rows("SELECT count(*) FROM outbox WHERE place = 'group' AND status <> 'sent'")
    assert len(got) + waiting[0][0] == 200
    await world.close()


async def test_one_person_is_not_sent_more_than_a_chat_takes(database: Database) -> None:
    world = World(database, phone_limits=TELEGRAM)
    world.start(1)
    await arrive(world, "ada")
    await world.settle()
    shown = len(world.phones.screens["ada"])
    await world.take_over("ada", "ana")
    await world.settle()

    began = asyncio.get_running_loop().time()
    for number in range(8):
        await world.take_over("ada", "ana", by_writing=f"parole {number}")
    await world.settle()

    # Eight more than the announcement; a burst of four is spent by then, so each waits for its second.
    assert [a.message.text for a in world.phones.screens["ada"]][shown + 1 :] == [f"parole {n}" for n in range(8)]
    assert asyncio.get_running_loop().time() - began >= 8 - TELEGRAM.burst
    await world.close()


async def test_a_chat_that_waits_does_not_hold_the_others(database: Database) -> None:
    world = World(database, phone_limits=TELEGRAM)
    world.start(1)
    await arrive(world, "ada")
    await world.take_over("ada", "ana")
    for number in range(8):
        await world.take_over("ada", "ana", by_writing=f"parole {number}")

    await arrive(world, "bea")
    async with asyncio.timeout(10):
        while not world.phones.screens["bea"]:
            await asyncio.sleep(0.02)

    assert len(world.phones.screens["ada"]) < 11
    await world.close()
