"""What is measured of the clinic, and for how long people are kept, on PostgreSQL."""

from datetime import timedelta

from bot import retention
from bot.database import Database
from bot.lately import ENOUGH, measured
from bot.turn import Arrival
from flows.events import PersonArrived, PersonSaid
from flows.risk.risk import NOTHING
from handoff.roster import Lately, Retention
from tests.postgres.world import World, now


async def ask(world: World, address: str) -> None:
    for number, event in enumerate(
        (
            PersonArrived(now()),
            *(PersonSaid(now(), word, word, risk=NOTHING) for word in ("un humain", "oui", "passer")),
        )
    ):
        await world.take(Arrival(("phones", f"{address}/{number}"), event, ("phones", address), locale="fr"))


async def test_whose_turn_it_is_and_the_usual_wait_are_read_from_what_happened(database: Database) -> None:
    world = World(database)
    world.start(1)
    engine = world.processes[0].engine
    await ask(world, "ada")
    await ask(world, "bob")
    await world.rows(
        """INSERT INTO tally (what, week, locale, minutes, n)
           SELECT 'taken', CAST(now() AS date), 'fr', minutes, n
           FROM (VALUES (7, $1::bigint), (90, 2)) AS was(minutes, n)
           UNION ALL SELECT 'taken', CAST(now() AS date) - 70, 'en', 3, 100""",
        ENOUGH,
    )

    async with engine.begin() as db:
        lately = await measured(db, world.clinic)

    asked = {
        row["who"]: row["count"]
        for row in await world.rows("SELECT who, count(*) FROM audit WHERE what = 'asked' GROUP BY who")
    }
    assert sum(asked.values()) == 2
    assert lately == Lately(tuple(sorted(asked.items())), (("fr", timedelta(minutes=7)),))
    await world.close()


async def test_a_clinic_that_says_so_keeps_nobody_for_ever_but_whom_a_human_has(database: Database) -> None:
    world = World(database)
    world.start(1)
    engine = world.processes[0].engine
    for address in ("ada", "bob"):
        await ask(world, address)
    await world.rows("UPDATE conversation SET last_at = now() - interval '400 days'")
    (first, second) = await world.rows("SELECT id FROM conversation ORDER BY id")
    await world.rows("UPDATE conversation SET request_status = NULL, request = NULL WHERE id = $1", first["id"])

    async with engine.begin() as db:
        await retention.clean_up(db, Retention())
        assert len(await world.rows("SELECT id FROM conversation")) == 2
    async with engine.begin() as db:
        await retention.clean_up(db, Retention(quiet=timedelta(days=365)))

    assert [row["id"] for row in await world.rows("SELECT id FROM conversation")] == [second["id"]]
    await world.close()
