"""Being written to again, through the real queue: it waits in the database, rings once, and not under a therapist."""

import asyncio
from datetime import UTC, datetime, timedelta

import orjson

from bot import retention
from bot.database import Database
from bot.turn import Arrival
from flows import state as states
from flows.events import PersonArrived, PersonSaid
from flows.state import State
from tests.postgres.queued import the_queue
from tests.postgres.world import World, now

QUESTION = "Me voici, comme demandé."


def at_noon() -> str:
    """The offset of a place where it is about noon now: nobody there is asleep."""
    hours = 12 - datetime.now(UTC).hour
    return f"UTC{hours:+03d}:00"


async def asks_for_every_week(world: World, address: str, at: datetime) -> None:
    """A week ago, so that it is due now."""
    local = at + timedelta(hours=int(at_noon()[3:6]))
    events = [
        PersonArrived(at),
        *(
            PersonSaid(at, text, f"{address}{number}")
            for number, text in enumerate(
                (
                    "prenez de mes nouvelles",
                    "Chaque semaine",
                    f"{local:%H:%M}",
                    "Une autre heure",
                    at_noon(),
                    "oui",
                    "oui",
                )
            )
        ),
    ]
    for number, event in enumerate(events):
        await world.take(Arrival(("phones", f"{address}/{number}"), event, ("phones", address)))
    await world.settle()


async def state_of(world: World, address: str) -> State:
    row = (
        await world.rows(
            "SELECT c.state, p.key FROM conversation c JOIN person p ON p.id = c.person WHERE c.id = $1",
            world.conversations[address],
        )
    )[0]
    return states.from_json(orjson.loads(world.vault.key(row["key"]).open(row["state"])))


async def waiting(world: World) -> list[timedelta]:
    rows = await world.rows(
        "SELECT execute_after - now() AS wait FROM pgqueuer WHERE entrypoint = 'timer'"
        " AND convert_from(payload, 'UTF8')::jsonb->>'t' = 'checkin' AND status = 'queued'"
    )
    return [row["wait"] for row in rows]


async def a_week_passes(world: World) -> None:
    await world.rows("UPDATE pgqueuer SET execute_after = now() WHERE entrypoint = 'timer'")


async def until_rung(world: World) -> None:
    async with asyncio.timeout(20):
        while any(wait < timedelta(hours=1) for wait in await waiting(world)):
            await asyncio.sleep(0.05)
    await world.settle()


def said_to(world: World, address: str) -> list[str]:
    return [accepted.message.text for accepted in world.phones.screens[address]]


async def test_it_waits_in_the_database_and_rings_once_though_every_process_died_meanwhile(database: Database) -> None:
    world = World(database)
    world.start(2)
    week_ago = now() - timedelta(days=7, minutes=2)
    await asks_for_every_week(world, "ada", week_ago)
    (wait,) = await waiting(world)
    assert timedelta(days=6, hours=23) < wait <= timedelta(days=7)

    await world.kill()
    world.start(2)
    await a_week_passes(world)
    async with the_queue(world):
        await until_rung(world)

    assert [text.startswith(QUESTION) for text in said_to(world, "ada")].count(True) == 1
    rhythm = (await state_of(world, "ada")).rhythm
    assert rhythm
    assert rhythm.unheard == 1
    assert rhythm.due - week_ago > timedelta(days=13, hours=23)
    assert len(await waiting(world)) == 1
    await world.close()


async def test_under_a_therapist_nothing_rings_and_the_next_week_is_set(database: Database) -> None:
    world = World(database)
    world.start(2)
    await asks_for_every_week(world, "ada", now() - timedelta(days=7, minutes=2))
    await world.take_over("ada", "ana")
    await world.settle()
    shown = len(world.phones.screens["ada"])

    await a_week_passes(world)
    async with the_queue(world):
        await until_rung(world)

    assert len(world.phones.screens["ada"]) == shown
    assert world.leaks == []
    assert (await state_of(world, "ada")).rhythm is not None
    assert len(await waiting(world)) == 1
    await world.close()


async def test_what_was_stopped_or_asked_anew_leaves_a_timer_that_rings_for_nobody(database: Database) -> None:
    world = World(database)
    world.start(1)
    await asks_for_every_week(world, "ada", now() - timedelta(days=7, minutes=2))
    event = PersonSaid(now(), "plus de rappels", "ada-stop")
    await world.take(Arrival(("phones", "ada/stop"), event, ("phones", "ada")))
    await world.settle()
    shown = len(world.phones.screens["ada"])

    await a_week_passes(world)
    async with the_queue(world):
        await until_rung(world)

    assert len(world.phones.screens["ada"]) == shown
    assert await waiting(world) == []
    await world.close()


async def test_whoever_agreed_once_and_no_longer_does_is_forgotten_like_anybody_who_went_quiet(
    database: Database,
) -> None:
    world = World(database)
    world.start(1)
    for address in ("ada", "bea"):
        await asks_for_every_week(world, address, now() - timedelta(days=1))
    event = PersonSaid(now(), "plus de rappels", "ada-stop")
    await world.take(Arrival(("phones", "ada/stop"), event, ("phones", "ada")))
    await world.settle()
    await world.rows("UPDATE conversation SET last_at = now() - interval '31 days'")

    engine = world.database.engine(1)
    async with engine.begin() as db:
        await retention.clean_up(db)
    await engine.dispose()

    left = [row[0] for row in await world.rows("SELECT id FROM conversation")]
    assert left == [world.conversations["bea"]]
    await world.close()
