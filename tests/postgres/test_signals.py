"""What wakes the pages, while the database goes away and comes back."""

import asyncio
from dataclasses import dataclass, field

import asyncpg

from bot.database import Database
from bot.signals import Signals

REFUSALS = (
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.TooManyConnectionsError("full"),
)


@dataclass
class Starting:
    """A database that refuses a while, as one does that was restarted."""

    database: Database
    refusals: list[Exception] = field(default_factory=lambda: list(REFUSALS))

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self.refusals:
            raise self.refusals.pop(0)
        return await self.database.connect()


async def test_a_database_that_starts_is_listened_to_once_it_is_there(database: Database) -> None:
    starting = Starting(database)
    signals = Signals(starting)  # type: ignore[arg-type]
    running = asyncio.create_task(signals.run())
    changes = signals.watch("desk")
    await anext(changes)

    async with asyncio.timeout(20):
        await anext(changes)  # everybody is woken: something may have been missed
        connection = await database.connect()
        await connection.execute("NOTIFY desk")
        await anext(changes)

    assert starting.refusals == []
    await connection.close()
    signals.close()
    await running
