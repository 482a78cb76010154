"""Outbox row -> platform. Sent, later, or given up.

Delivery is at least once: when this process dies between the platform's acceptance and our note of it, that one message
is sent again by whoever claims the row after its lease. A reminder is then dropped instead (decided by its weight).

A row is held under a lease. Its sender gives up on it before the lease ends, so that nobody else can be sending it, and
a therapist who waits for it to settle waits for a known time.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import envelope, outbox, store
from bot.database import LOST, OURS, Standing
from bot.lengths import length
from bot.outbox import HEAD, REACTION, WEB, Ended, Held, Shown
from bot.pace import NO_LIMITS, Limits, Pace
from bot.retry import FIRST_WAIT, next_try
from bot.store import Outgoing, Put
from bot.vault import PersonKey, Vault
from flows.effects import Weight
from flows.events import FileRef, Media
from handlers.errors import DeliveryError, Rejected, ThreadGone, TryLater, Unreachable
from handlers.port import TEXT_LIMIT, Message, Platform, Threads, Topic
from handoff.head import Stage

log = structlog.get_logger()

STORED = "stored"  # the platform of a FileRef that we keep ourselves
AT_ONCE = 200  # deliveries in flight
HOT_AT_ONCE = 120  # of rows born claimed; the rest is room for those that had to wait
SOON = 0.005  # seconds
GATHER = 0.003  # seconds that a delivery may wait to be written down together with a turn
MERGED = 30  # relayed messages in one, at most
MERGING = ("relay", HEAD)
FILE_TRIES = 3  # after which a therapist reads the words that came with a file, and its name
BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long things may take.

    lease:     a held row is this process's for so long; longer than `send`, or two could send the same row.
    fetch:     a human's file may take so long to be had; the row is then held for so much longer.
    announcement: a takeover's announcement is waited for so long; then the therapist is told all the same.
    look:      between looks at the outbox when nothing wakes us.
    heartbeat: between signs of life, and tidyings.
    """

    send: timedelta = timedelta(seconds=10)
    fetch: timedelta = timedelta(seconds=20)
    lease: timedelta = timedelta(seconds=15)
    announcement: timedelta = timedelta(seconds=20)
    look: timedelta = timedelta(seconds=1)
    heartbeat: timedelta = timedelta(seconds=5)
    first_wait: timedelta = FIRST_WAIT

    @property
    def start_within(self) -> float:
        """Seconds after the claim in which a sending must begin to end before the lease does."""
        return (self.lease - self.send).total_seconds()


@dataclass(frozen=True, slots=True)
class Outlet:
    """One platform as deliveries see it. threads: where it gives each conversation one, on the desk."""

    platform: Platform
    limits: Limits = NO_LIMITS
    threads: Threads | None = None


Undelivered = Callable[[Held, DeliveryError], Awaitable[None]]


class _Overtaken(DeliveryError):
    """A newer head left first: it went to a new thread while this one was made to go there anew."""


class _Mistake(TryLater):
    """Ours. Whatever was to be said, it must not hold up for ever what stands behind it."""


@dataclass(slots=True)
class _Flight:
    row: Held
    until: float  # on the loop's clock: not to be started later than this
    address: str = ""  # where it went, once that is known
    calls: int = 0  # made so far, of the group's minute


class Deliver:
    """Sends what is due, one process's share of it."""

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        outlets: Mapping[str, Outlet],
        group: str = "",
        topic: Callable[[int], Topic] = lambda conversation: Topic(f"{conversation}", Stage.WAITING),
        undelivered: Undelivered | None = None,
        tempo: Tempo | None = None,
    ) -> None:
        """group: chat of the therapists' group. undelivered: hears of every row that was given up.

        topic: what a thread is called at whose head nothing stands.
        """
        self.id: UUID = uuid4()
        self.tempo = tempo or Tempo()
        self._engine = engine
        self._standing = Standing(engine)
        self._vault = vault
        self._outlets = dict(outlets)
        self._group = group
        self._topic = topic
        self.undelivered = undelivered
        self._paces = {name: Pace(outlet.limits) for name, outlet in outlets.items()}
        self._lanes: set[str] = set()  # lanes with a row in flight here
        self._flights: set[asyncio.Task[None]] = set()
        self._ended: list[Ended] = []
        self._settling: list[Ended] = []  # being written by `run`
        self._along: list[Ended] = []  # being written by a turn
        self._ended_at = 0.0  # when the first of `_ended` ended
        self._work = asyncio.Event()
        self._look = set(outlets)  # platforms on which there may be rows to claim
        self._queued = Counter[str]()  # rows put there by this process that it did not hold at once
        self._again: dict[str, float] = {}  # when to look there once more, for what rests until then
        self._looked_at = 0.0  # when every platform was last looked at
        self._closed = False

    def serves(self, platform: str) -> bool:
        return platform in self._outlets

    def add(self, name: str, outlet: Outlet) -> None:
        """One more platform, before `run`."""
        self._outlets[name] = outlet
        self._look.add(name)
        self._paces[name] = Pace(outlet.limits)

    async def fetch(self, key: PersonKey, file: FileRef) -> bytes:
        """The bytes of a file, wherever it lies. Raises DeliveryError."""
        if file.platform == STORED:
            async with self._engine.connect() as db:
                sealed = await store.stored_file(db, UUID(file.id))
                await db.rollback()
            if sealed is None:
                raise Rejected("the file is no longer kept")
            return key.open(sealed)
        if file.platform not in self._outlets:
            raise Rejected(f"{file.platform} is not served here")
        return await self._outlets[file.platform].platform.fetch(file)

    # --- called by the turn ---

    def warm(self, rows: Sequence[Outgoing]) -> list[Outgoing]:
        """Mark the rows that would leave this process at once: the first of an idle lane, with the pace to spare."""
        seen: set[str] = set()
        marked = []
        now = time.monotonic()
        room = {name: pace.room(now) for name, pace in self._paces.items()}
        for row in rows:
            hot = (
                row.lane not in seen
                and row.lane not in self._lanes
                and row.place == "person"
                and row.platform in self._outlets
                and len(self._flights) + len(seen) < HOT_AT_ONCE
                and not self._closed
                and room[row.platform] > 0
                and self._paces[row.platform].wait(row.lane, now) == 0
            )
            if hot:
                room[row.platform] -= 1
            seen.add(row.lane)
            marked.append(replace(row, hot=True) if hot else row)
        return marked

    def added(
        self,
        rows: Sequence[Outgoing],
        puts: Sequence[Put],
        conversations: Mapping[int, tuple[bytes, bytes]],
        since: float,
    ) -> None:
        """These rows are committed: send what we hold, and look for the rest.

        conversations: by id, the person's key (wrapped) and address (sealed).
        since:         on the monotonic clock, a moment before they were written: their leases are no older.
        """
        until = since + self.tempo.start_within
        for row, put in zip(rows, puts, strict=True):
            if put.claimed:
                key, address = conversations[row.conversation]
                self._fly(_held(row, put.id, key, address), until)
            else:
                self._queued[row.platform] += 1
                self._look.add(row.platform)
        self._work.set()

    def over(self) -> list[int]:
        """Rows that are over and done with, though the database does not know it yet."""
        return [e.id for e in (*self._ended, *self._settling, *self._along) if e.status != "waiting"]

    def take_along(self) -> list[Ended]:
        """Deliveries that a turn can write down with its own; `noted` or `not_noted` must follow."""
        self._along, self._ended = self._ended, []
        return self._along

    def noted(self) -> None:
        self._along = []
        self._look_behind()

    def not_noted(self) -> None:
        self._ended, self._along = self._along + self._ended, []

    # --- the loop ---

    async def run(self) -> None:
        """Deliver until `close`; then finish what is in flight."""
        for pace in self._paces.values():
            pace.start(time.monotonic())
        beat = 0.0
        while not (self._closed and not (self._flights or self._ended or self._along)):
            try:
                await self._settle()
                self._look_around()
                if self._look and not self._closed:
                    await self._claim()
                if time.monotonic() >= beat:  # last, so that whatever holds it up holds up no message
                    beat = time.monotonic() + self.tempo.heartbeat.total_seconds()
                    await self._heartbeat()
            except LOST as error:
                log.warning("database_away", error=type(error).__name__)
                await asyncio.sleep(self.tempo.look.total_seconds())
            await self._rest()
        try:
            await self._standing.close()
            async with self._engine.begin() as db:
                await outbox.gone(db, self.id)
        except LOST as error:  # the leases will end by themselves
            log.warning("database_away", error=type(error).__name__)

    def close(self) -> None:
        """Start nothing new."""
        self._closed = True
        self._work.set()

    def wake(self) -> None:
        """Somebody else committed rows."""
        self._look.update(self._outlets)
        self._work.set()

    async def _rest(self) -> None:
        """Until there is something to do, or it is time to look."""
        now = time.monotonic()
        pause = self.tempo.look.total_seconds()
        if not self._closed:
            pause = 0 if self._look else min([pause, *(at - now for at in self._again.values())])
        if self._ended:
            pause = min(pause, self._ended_at + GATHER - now)
        if pause <= 0:
            await asyncio.sleep(0)
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._work.wait()
        self._work.clear()

    async def _heartbeat(self) -> None:
        async with self._engine.begin() as db:
            processes = await outbox.alive(db, self.id)
            await outbox.tidy(db, self.tempo.announcement)
        for pace in self._paces.values():
            pace.share(processes)

    async def _settle(self) -> None:
        """Write down what has ended, unless a turn does so within a moment."""
        if self._ended and not self._closed and time.monotonic() < self._ended_at + GATHER:
            return
        self._settling, self._ended = self._ended, []
        if not self._settling:
            return
        try:
            async with self._standing.use() as db:
                await outbox.settle(db, self.id, self._settling)
        except LOST:
            self._ended = self._settling + self._ended
            raise
        finally:
            self._settling = []
        self._look_behind()

    def _look_behind(self) -> None:
        """What stood behind a finished row may go now."""
        self._look.update(name for name, rows in self._queued.items() if rows > 0)

    def _look_around(self) -> None:
        """Where something has rested; and everywhere now and then, however busy this process is with what it holds."""
        now = time.monotonic()
        self._look.update(name for name, at in self._again.items() if at <= now)
        if now >= self._looked_at + self.tempo.look.total_seconds():
            self._looked_at = now
            self._look.update(self._outlets)

    async def _claim(self) -> None:
        """Claim what may leave now, on the platforms where something may, and send it."""
        now = time.monotonic()
        for name in sorted(self._look):
            self._look.discard(name)
            self._again.pop(name, None)
            pace, outlet = self._paces[name], self._outlets[name]
            room = min(AT_ONCE - len(self._flights), pace.room(now))
            if room <= 0:
                self._again[name] = now + max(pace.wait("", now), SOON)
                continue
            if self._group and outlet.threads:
                room = 1  # the group's minute is counted in the database, so one at a time
            slow = pace.resting(now)
            # Both as they are now: flights land, and turns queue more, while we ask.
            idle, queued = not (self._flights or self._ended), self._queued[name]
            async with self._standing.use() as db:
                rows = await outbox.claim(
                    db, self.id, self.tempo.lease, [name], [*self._lanes, *slow], room, pace.per_minute
                )
                merged = [await self._merged(db, row) for row in rows]
            for row, others in zip(rows, merged, strict=True):
                self._queued[name] = max(0, self._queued[name] - 1 - len(others))
                self._fly(row, now + self.tempo.start_within, others)
            if len(rows) >= room:
                self._look.add(name)
            elif slow:  # which holds nobody else up
                self._again[name] = now + max(min(slow.values()), SOON)
            elif not rows and idle:
                self._queued[name] = max(0, self._queued[name] - queued)

    async def _merged(self, db: AsyncConnection, row: Held) -> list[Held]:
        """Take hold of what can leave in one message with this row: newer heads; words in the group."""
        if row.kind not in MERGING or (row.kind != HEAD and (row.place != "group" or row.edits_source)):
            return []
        behind = await outbox.behind(db, row, MERGED)
        ids = [id for id, _ in behind] if row.kind == HEAD else self._that_fit(row, behind)
        return await outbox.merge(db, ids, self.id, self.tempo.lease) if ids else []

    def _that_fit(self, row: Held, behind: Sequence[tuple[int, bytes]]) -> list[int]:
        """Words, up to a file, to where one message would be full, or to what cannot be read and fails by itself."""
        key = self._vault.key(row.key)
        fit: list[int] = []
        room = TEXT_LIMIT
        for id, body in ((row.id, row.body), *behind):
            try:
                message, _ = envelope.unpack(key.open(body))
            except Exception:  # whatever is wrong with it, it fails by itself once it is the first
                break
            if id == row.id:
                room -= length(message.text)
                continue
            room -= length(BETWEEN + message.text)
            if message.media or room < 0:
                break
            fit.append(id)
        return fit

    def _fly(self, row: Held, until: float, merged: Sequence[Held] = ()) -> None:
        self._lanes.add(row.lane)
        self._paces[row.platform].spend(row.lane, time.monotonic())
        self._track(self._send(_Flight(row, until), merged))

    def _track(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._flights.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self._flights.discard(task)
        self._work.set()
        if task.cancelled() or not (error := task.exception()):
            return
        if isinstance(error, LOST) and not isinstance(error, OURS):  # the lease ends, and the row is claimed again
            log.warning("database_away", error=type(error).__name__)
        else:
            log.error("delivery_broke", error=type(error).__name__, exc_info=error)

    async def _send(self, flight: _Flight, merged: Sequence[Held]) -> None:
        row = flight.row
        try:
            message = await self._try(flight, merged)
        except DeliveryError as error:
            await self._not_sent(flight, merged, error)
        except OURS as error:
            log.exception("delivery_broke", row=row.id, error=type(error).__name__)
            await self._not_sent(flight, merged, _Mistake(type(error).__name__))
        except LOST:
            raise
        except Exception as error:  # a mistake of ours must not hold the lane for ever
            log.exception("delivery_broke", row=row.id, error=type(error).__name__)
            await self._not_sent(flight, merged, _Mistake(type(error).__name__))
        else:
            self._end(flight, merged, "sent", message=message or str(row.id))
        finally:
            self._lanes.discard(row.lane)

    def _end(
        self,
        flight: _Flight,
        merged: Sequence[Held],
        status: str,
        *,
        message: str | None = None,
        again: datetime | None = None,
        reason: str = "",
    ) -> None:
        if not self._ended:
            self._ended_at = time.monotonic()
        calls = flight.calls if flight.row.place == "group" else 0
        self._ended += [Ended(other.id, status, message, again, reason) for other in merged]
        self._ended.append(Ended(flight.row.id, status, message, again, reason, calls))

    async def _try(self, flight: _Flight, merged: Sequence[Held]) -> str:
        """The platform's id of what was sent. Raises DeliveryError."""
        row = flight.row
        outlet = self._outlets[row.platform]
        newest = merged[-1] if merged and row.kind == HEAD else row
        message = await self._message(newest, () if row.kind == HEAD else merged)
        message, file = await self._with_file(flight, merged, message)
        flight.address = address = await self._address(flight, outlet)
        if row.kind == REACTION and not (message.reacts_to or row.platform == WEB):
            # What it stands under was never on the other side. Our own page shows an emoji as a message of its own.
            return f"{REACTION}/{row.id}"
        if time.monotonic() > flight.until:
            raise TryLater("this process was held up; the lease would not cover the sending")
        try:
            async with asyncio.timeout(self.tempo.send.total_seconds()):
                if row.kind == HEAD and outlet.threads:
                    return await self._put_head(flight, newest, message, outlet.platform, outlet.threads)
                try:
                    flight.calls += 1
                    receipt = await outlet.platform.send(address, message, file)
                except Rejected:
                    if message.edits:  # it is gone there, or can no longer be changed
                        anew = replace(message, edits=None, media=None)
                    elif file is None or row.place == "person":
                        raise
                    else:
                        anew = _named(message)
                    flight.calls += 1
                    receipt = await outlet.platform.send(address, anew, None)
        except TimeoutError as error:
            raise TryLater("no answer in time") from error
        return f"{REACTION}/{row.id}" if row.kind == REACTION else receipt.message

    async def _put_head(
        self, flight: _Flight, row: Held, message: Message, platform: Platform, threads: Threads
    ) -> str:
        """Name the thread as things stand, and let this stand at its head in the place of what stood there.

        row: the newest of those that leave together.
        """
        address = flight.address
        topic = envelope.topic(self._vault.key(row.key).open(row.body))
        async with self._engine.connect() as db:
            called = await outbox.topic_of(db, row.conversation, self._group)
            shown = await outbox.head_of(db, row.conversation, row.place)
            overtaken = await outbox.overtaken(db, row)
            await db.rollback()
        if overtaken:
            raise _Overtaken("a newer one stands there")
        chat, _, thread = address.partition("/")
        if thread and topic and topic != called:
            flight.calls += 1
            try:
                await threads.rename_thread(chat, thread, topic)
                if called and Stage.CLOSED in (called.stage, topic.stage):
                    flight.calls += 1
                    await (threads.close_thread if topic.stage is Stage.CLOSED else threads.reopen_thread)(chat, thread)
            except Rejected as refused:  # the message below says it too
                log.warning("thread_not_changed", reason=str(refused))
            async with self._engine.begin() as db:
                await outbox.set_topic(db, row.conversation, chat, topic)
        if shown:
            flight.calls += 1
            try:
                await platform.send(address, replace(message, edits=shown.message), None)
            except Rejected:
                shown = None  # a therapist deleted it
        if shown is None:
            flight.calls += 1
            shown = Shown((await platform.send(address, message, None)).message, pinned=False)
            await self._set_head(row, shown, thread)
        if not shown.pinned:
            flight.calls += 1
            try:
                await threads.pin(address, shown.message)
            except Rejected as refused:  # the bot may not pin here; the message stands all the same
                log.warning("head_not_pinned", reason=str(refused))
            await self._set_head(row, replace(shown, pinned=True), thread)
        if thread:
            async with self._engine.connect() as db:
                now = await outbox.thread_of(db, row.conversation, self._group)
                await db.rollback()
            if now != thread:
                raise TryLater("the thread was found gone meanwhile")
        return shown.message

    async def _set_head(self, row: Held, shown: Shown, thread: str) -> None:
        async with self._engine.begin() as db:
            await outbox.set_head(db, row.conversation, row.place, shown, thread)

    async def _message(self, row: Held, merged: Sequence[Held]) -> Message:
        key = self._vault.key(row.key)
        message, otherwise = envelope.unpack(key.open(row.body))
        if row.kind == "yours" and not row.announced:
            message = replace(message, text=otherwise)
        for other in merged:
            text = envelope.unpack(key.open(other.body))[0].text
            message = replace(message, text=f"{message.text}{BETWEEN}{text}")
        if row.reply_source or row.edits_source:
            async with self._engine.connect() as db:
                reply = (
                    await outbox.counterpart(db, row.conversation, row.place, row.reply_source)
                    if row.reply_source
                    else None
                )
                edited = await outbox.edited(db, row.id) if row.edits_source else None
                await db.rollback()
            if row.kind == REACTION:
                return replace(message, reacts_to=reply)
            message = replace(message, reply_to=reply)
            if edited:
                number, body = edited
                return _edit(message, number, envelope.unpack(key.open(body))[0].media)
        return message

    async def _with_file(
        self, flight: _Flight, merged: Sequence[Held], message: Message
    ) -> tuple[Message, bytes | None]:
        """The message and the bytes of its file. A therapist reads what it was called where it cannot be had."""
        row = flight.row
        if message.media is None or message.media.file is None:
            return message, None
        try:
            return message, await self._file(flight, merged, message.media.file)
        except DeliveryError as error:
            passes = isinstance(error, TryLater) and row.tries < FILE_TRIES
            if passes or row.place == "person":  # its therapist is told
                raise
            return _named(message), None

    async def _file(self, flight: _Flight, merged: Sequence[Held], file: FileRef) -> bytes:
        row = flight.row
        if file.platform != STORED and not row.automated:
            began = time.monotonic()
            async with self._engine.begin() as db:
                longer = self.tempo.fetch + self.tempo.lease
                if not await outbox.hold(db, [row.id, *(other.id for other in merged)], self.id, longer):
                    raise TryLater("this process was held up; another sends it")
            flight.until = began + self.tempo.fetch.total_seconds() + self.tempo.start_within
        try:
            async with asyncio.timeout(self.tempo.fetch.total_seconds()):
                return await self.fetch(self._vault.key(row.key), file)
        except TimeoutError as error:
            raise TryLater("the file did not come in time") from error

    async def _address(self, flight: _Flight, outlet: Outlet) -> str:
        """Where it goes. Raises DeliveryError."""
        row = flight.row
        if row.place == "person":
            assert row.address, "a conversation has an address"
            return self._vault.key(row.key).open(row.address).decode()
        if row.place == "group":
            return f"{self._group}/{await self._thread(flight, outlet)}"
        if outlet.threads is None:
            return row.place
        if row.address is None:
            raise Unreachable("this therapist has not joined")
        return self._vault.open(row.address).decode()

    async def _thread(self, flight: _Flight, outlet: Outlet) -> str:
        """The conversation's thread in the group, made when it is first needed. Raises DeliveryError."""
        row = flight.row
        assert outlet.threads, "a group is on a platform with threads"
        async with self._engine.begin() as db:
            thread = await outbox.thread_of(db, row.conversation, self._group)
            if thread is None:
                # One process at a time: two topics for one conversation would split it.
                await outbox.lock(db, row.conversation)
                thread = await outbox.thread_of(db, row.conversation, self._group)
            if thread is not None:
                return thread
            head = await outbox.newest_head(db, row.conversation)
            topic = envelope.topic(self._vault.key(row.key).open(head)) if head else None
            topic = topic or self._topic(row.conversation)
            flight.calls += 1
            thread = await outlet.threads.open_thread(self._group, topic)
            await outbox.set_thread(db, row.conversation, self._group, thread, topic)
        self._look.add(row.platform)  # what is to stand at its head goes there anew
        return thread

    async def _not_sent(self, flight: _Flight, merged: Sequence[Held], error: DeliveryError) -> None:
        now, row = datetime.now(UTC), flight.row
        if isinstance(error, ThreadGone):
            _, _, thread = flight.address.partition("/")
            async with self._engine.begin() as db:
                await outbox.forget_thread(db, row.conversation, self._group, thread)
            self._end(flight, merged, "waiting", again=now, reason="thread gone")
            return
        if isinstance(error, _Overtaken):
            self._end(flight, merged, "cancelled", reason=str(error))
            return
        reason = str(error)[:200]
        if isinstance(error, TryLater) and error.after:
            self._paces[row.platform].hold(row.lane, time.monotonic() + error.after.total_seconds())
            reason = outbox.TOLD_TO_WAIT
        again = next_try(row.tries, error, now, Weight(row.weight), self.tempo.first_wait, _insists(row, error))
        log.info(
            "not_sent",
            row=row.id,
            platform=row.platform,
            reason=type(error).__name__,
            tries=row.tries,
            again=again is not None,
        )
        self._end(flight, merged, "waiting" if again else "failed", again=again, reason=reason)
        if again is None and self.undelivered:
            await self.undelivered(row, error)


def _insists(row: Held, error: DeliveryError) -> bool:
    """Whether a therapist is owed it: the person's words, or that the conversation is theirs.

    The bot may be taken back into the group. A chat of a therapist's own that they closed is left closed.
    """
    if row.place == "person" or row.kind not in ("relay", "yours") or isinstance(error, _Mistake):
        return False
    return row.place == "group" or not isinstance(error, Unreachable)


def _edit(message: Message, number: str, media: Media | None) -> Message:
    """media: what the edited message came with; a file stays as it is, and its caption changes."""
    return replace(message, edits=number, media=replace(media, file=None) if media and media.file else None)


def _named(message: Message) -> Message:
    """For a therapist, the words that came with a file that cannot be had, and what it was called."""
    name = f"[{message.media.name}]" if message.media else ""
    return replace(message, text="\n".join(filter(None, (message.text, name))), media=None)


def _held(row: Outgoing, id: int, key: bytes, address: bytes) -> Held:
    return Held(
        id=id,
        conversation=row.conversation,
        lane=row.lane,
        platform=row.platform,
        place=row.place,
        kind=row.kind,
        automated=row.automated,
        epoch=row.epoch,
        weight=row.weight,
        body=row.body,
        round=row.round,
        source=row.source,
        reply_source=row.reply_source,
        edits_source=row.edits_source,
        tries=1,
        key=key,
        address=address,
        announced=False,
    )
