"""PostgreSQL's NOTIFY, heard once per process and passed on to the pages that wait."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import structlog

from bot.database import LOST, Database, DatabaseAway

log = structlog.get_logger()

CHANNELS = ("desk", "shown", "joined", "therapist_writes", "person_writes")
AWAY = (DatabaseAway, *LOST)  # what a server says that is away, starting, stopping or full
AGAIN = 1.0  # seconds before trying to listen again


class Signals:
    """Wakes whoever watches a channel, or one key of it. What is woken looks for itself at what changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._watchers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._heard_at: dict[str, datetime] = {}
        self._closed = asyncio.Event()

    async def run(self) -> None:
        """Listen until `close`. After a lost connection everybody is woken, for something may have been missed."""
        while not self._closed.is_set():
            try:
                connection = await self._database.connect()
            except AWAY as error:
                log.warning("not_listening", error=type(error).__name__)
                await self._sleep()
                continue
            try:
                lost = ended(connection)
                for channel in CHANNELS:
                    await connection.add_listener(channel, self._heard)
                self._wake_all()
                waits = [asyncio.ensure_future(e.wait()) for e in (lost, self._closed)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
            except AWAY as error:
                log.warning("not_listening", error=type(error).__name__)
            finally:
                with contextlib.suppress(*AWAY):
                    await connection.close(timeout=2)
            if not self._closed.is_set():
                await self._sleep()

    def close(self) -> None:
        """Every watcher ends."""
        self._closed.set()
        self._wake_all()

    async def watch(self, *topics: str) -> AsyncIterator[None]:
        """Yield after each notification on a channel ("desk") or a key of one ("shown:17"); first at once."""
        woken = asyncio.Event()
        woken.set()
        for topic in topics:
            self._watchers[topic].add(woken)
        try:
            while not self._closed.is_set():
                await woken.wait()
                woken.clear()
                if self._closed.is_set():
                    return
                yield
        finally:
            for topic in topics:
                self._watchers[topic].discard(woken)
                if not self._watchers[topic]:
                    del self._watchers[topic]
                    self._heard_at.pop(topic, None)

    def heard_at(self, topic: str) -> datetime | None:
        """When it was heard last, since somebody watches it."""
        return self._heard_at.get(topic)

    def _heard(self, _connection: object, _pid: int, channel: str, payload: object) -> None:
        for topic in (channel, f"{channel}:{payload}"):
            if topic in self._watchers:
                self._heard_at[topic] = datetime.now(UTC)
            for watcher in self._watchers.get(topic, ()):
                watcher.set()

    def _wake_all(self) -> None:
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.set()

    async def _sleep(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AGAIN):
                await self._closed.wait()


def ended(connection: "asyncpg.Connection[asyncpg.Record]") -> asyncio.Event:
    """Set when the connection ends, from either side."""
    lost = asyncio.Event()
    connection.add_termination_listener(lambda *_: lost.set())
    return lost
