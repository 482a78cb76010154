"""The real queue of jobs, beside a World."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from pgqueuer import PgQueuer

from bot import jobs
from tests.postgres.world import World


async def _nothing(*_: object) -> None:
    """There is no booking to look up here."""


@contextlib.asynccontextmanager
async def the_queue(world: World) -> AsyncIterator[None]:
    started: asyncio.Future[PgQueuer] = asyncio.get_running_loop().create_future()
    engine = world.database.engine(2)
    running = asyncio.ensure_future(
        jobs.run(world.database, engine, world.take, _nothing, _nothing, lambda: world.clinic, started.set_result)
    )
    queue = await started
    try:
        yield
    finally:
        queue.shutdown.set()
        await running
        await engine.dispose()
