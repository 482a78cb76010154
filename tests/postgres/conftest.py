"""A real PostgreSQL for the promises: one embedded server for the run, one fresh database for each that asks."""

import asyncio
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from bot.database import Database, embedded, migrate

MASTER_KEY = b"m" * 32
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of the server: DATABASE_URL's when given, else embedded in a folder of its own."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="passerelle-", ignore_cleanup_errors=True) as folder:
        # Root's PostgreSQL runs as another user, who must be able to enter.
        Path(folder).chmod(0o755)
        yield embedded(Path(folder) / "postgres")


def fresh(server: str) -> Database:
    """A migrated database of its own."""
    name = f"test_{os.getpid()}_{next(_numbers)}"

    async def make() -> Database:
        connection = await asyncpg.connect(server)
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()
        parts = urlsplit(server)
        database = Database(urlunsplit(parts._replace(path=f"/{name}")), MASTER_KEY)
        await migrate(database)
        return database

    return asyncio.run(make())


@pytest.fixture
def database(server: str) -> Database:
    return fresh(server)


@pytest.fixture(scope="module")
def shared_database(server: str) -> Database:
    return fresh(server)
