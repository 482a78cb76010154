"""A database that ends connections in mid-sentence, again and again: every process goes on, and one polls each bot."""

import asyncio
from pathlib import Path

from bot.app import POLLING_LOCK
from bot.database import Database
from tests.crash.house import DESK, PERSON, House, house

CUTS = 60
WITHIN = 60


async def test_connections_that_end_anywhere_end_no_process_and_one_polls_each_bot(
    database: Database, tmp_path: Path
) -> None:
    async with house(database, tmp_path, webs=0, workers=2) as built:
        for _ in range(CUTS):
            await _cut(database)
            await asyncio.sleep(0.05)
        built.all_run()
        async with asyncio.timeout(WITHIN):
            while await _leaders(database) != 2:  # one for each bot
                await asyncio.sleep(0.1)
            while (conflicts := _conflicts(built)) != await _later(built):
                pass

        for token in (PERSON, DESK):
            await built.telegram.do("update", token=token, update={"teleported": {}})
            await built.telegram.confirmed(token, WITHIN)
        built.all_run()
        assert built.broken() == []
        assert _conflicts(built) == conflicts


async def _cut(database: Database) -> None:
    connection = await database.connect()
    await connection.execute(
        """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    )
    await connection.close()


async def _leaders(database: Database) -> int:
    connection = await database.connect()
    held = await connection.fetchval(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND granted", POLLING_LOCK
    )
    await connection.close()
    return int(held)


def _conflicts(built: House) -> int:
    return sum(each.log.read_text().count("updates_not_fetched") for each in built.processes)


async def _later(built: House) -> int:
    """Longer than any pause after a conflict that may still be going on."""
    await asyncio.sleep(16)
    return _conflicts(built)
