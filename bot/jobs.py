"""PgQueuer's entrypoints: timers that ring, bookings to be read, words to forget, and the clean-up of each hour."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import orjson
import structlog
from pgqueuer import AsyncpgDriver, PgQueuer
from pgqueuer.models import Job, Schedule
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import counting, retention, store
from bot.database import Database, answering
from bot.turn import Arrival, Taken
from flows.events import BookingChanged, TimerRang
from handlers.port import Closed
from handoff.roster import Clinic

log = structlog.get_logger()

LOOK_AGAIN = timedelta(seconds=5)  # at the queue, when nothing woke us
DEAD_AFTER = timedelta(seconds=10)  # a worker that does not beat for so long has died; its jobs are taken over
AGAIN = timedelta(seconds=2)  # to ring again, when the database was away
ARRIVED = timedelta(seconds=30)  # until what is on its way is looked at again


async def run(
    database: Database,
    engine: AsyncEngine,
    take: Callable[[Arrival], Awaitable[Taken]],
    look_up: Callable[[bytes], Awaitable[tuple[bytes, timedelta] | None]],
    news: Callable[[int, datetime], Awaitable[tuple[int, BookingChanged] | None]],
    clinic: Callable[[], Clinic],
    ready: Callable[[PgQueuer], None],
) -> None:
    """Ring timers until the queue handed to `ready` is shut down.

    look_up: of bot/look_ups.py; news: of bot/bookings.py. clinic: as it is then.
    """
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

        @queue.entrypoint("booking")
        async def booking(job: Job) -> None:
            """A booking has changed: the person is told, as the conversation stands."""
            assert job.payload
            try:
                if told := await news(orjson.loads(job.payload)["b"], datetime.now(UTC)):
                    await take(Arrival(("booking", str(job.id)), told[1], conversation=told[0]))
            except Closed:
                await queue.qm.queries.enqueue("booking", job.payload, execute_after=AGAIN)

        @queue.entrypoint("look_up")
        async def look_up_booking(job: Job) -> None:
            assert job.payload
            try:
                again = await look_up(job.payload)
            except Closed:
                again = job.payload, AGAIN
            if again:
                await queue.qm.queries.enqueue("look_up", again[0], execute_after=again[1])

        @queue.entrypoint("forget")
        async def forget(job: Job) -> None:
            """What was on its way when it was no longer to be kept goes once it has arrived."""
            assert job.payload
            payload = orjson.loads(job.payload)
            left: int | None = payload["n"]
            try:
                async with answering(engine) as db:
                    left = await store.forget_told(
                        db, payload["c"], payload["d"], bytes.fromhex(payload["b"]), payload["n"]
                    )
            except Exception as error:  # nothing that was to be forgotten may stay for a mistake of ours
                log.error("not_forgotten", conversation=payload["c"], error=type(error).__name__)
            if left is not None:
                times = payload.get("t", 0) + 1
                again = orjson.dumps(payload | {"t": times})
                await queue.qm.queries.enqueue("forget", again, execute_after=ARRIVED * min(times, 120))

        @queue.schedule("clean_up", "17 * * * *")
        async def clean_up(_: Schedule) -> None:
            async with engine.begin() as db:
                await retention.clean_up(db, clinic().retention)

        @queue.schedule("count_up", "37 * * * *")
        async def count_up(_: Schedule) -> None:
            async with engine.begin() as db:
                leaks = await counting.count_up(db, clinic().timezone)
            if leaks:
                log.error("leaks_found", leaks=leaks)

        ready(queue)
        await queue.run(dequeue_timeout=LOOK_AGAIN, heartbeat_timeout=DEAD_AFTER, batch_size=20)
    finally:
        await connection.close()
