"""PgQueuer's entrypoints: timers that ring, and the daily clean-up."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import orjson
import structlog
from pgqueuer import AsyncpgDriver, PgQueuer
from pgqueuer.models import Job, Schedule
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import retention
from bot.database import Database
from bot.turn import Arrival, Taken
from flows.events import TimerRang
from handlers.port import Closed

log = structlog.get_logger()

LOOK_AGAIN = timedelta(seconds=5)  # at the queue, when nothing woke us
DEAD_AFTER = timedelta(seconds=10)  # a worker that does not beat for so long has died; its jobs are taken over
AGAIN = timedelta(seconds=2)  # to ring again, when the database was away


async def run(
    database: Database,
    engine: AsyncEngine,
    take: Callable[[Arrival], Awaitable[Taken]],
    ready: Callable[[PgQueuer], None],
) -> None:
    """Ring timers until the queue handed to `ready` is shut down."""
    connection = await database.connect()
    try:
        queue = PgQueuer(AsyncpgDriver(connection))

        @queue.entrypoint("timer")
        async def timer(job: Job) -> None:
            assert job.payload
            payload = orjson.loads(job.payload)
            event = TimerRang(datetime.now(UTC), payload["t"], payload["k"])
            try:
                await take(Arrival(("timer", str(job.id)), event, conversation=payload["c"]))
            except Closed:
                # Not rung: back into the queue, for this process or another.
                log.warning("timer_put_back", job=str(job.id))
                await queue.qm.queries.enqueue("timer", job.payload, execute_after=AGAIN)

        @queue.schedule("clean_up", "17 * * * *")
        async def clean_up(_: Schedule) -> None:
            async with engine.begin() as db:
                await retention.clean_up(db)

        ready(queue)
        await queue.run(dequeue_timeout=LOOK_AGAIN, heartbeat_timeout=DEAD_AFTER, batch_size=20)
    finally:
        await connection.close()
