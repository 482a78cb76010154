"""The one road: an event in, everything that follows from it, one transaction.

    claim the update, take hold of the conversation, decide, save state, outbox and timers, COMMIT

While one batch is being committed the next gathers: turns of different conversations share a commit, a turn is never
split over two. A conversation is first taken as this process last knew it; saving it locks its row and checks that
nobody had a turn in it since. If somebody had, the batch is taken again under locks. Whoever waits in `take` is
answered after the commit, and only then says yes to its platform.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import store
from bot.database import LOST, OURS, Standing, refused
from bot.decide import Decision
from bot.deliver import Deliver
from bot.library import Library
from bot.opened import Known, Opened, Unfolding, known, sealed_state
from bot.outbox import Ended
from bot.reading import Reading
from bot.vault import Vault
from flows.events import Event, PersonEdited, PersonSaid, PersonSent
from flows.risk.read import read
from flows.risk.risk import NOTHING
from flows.state import State, UnknownVersion
from handlers.port import Closed
from handoff.roster import Clinic

log = structlog.get_logger()

LARGEST_BATCH = 100  # turns in one transaction
REMEMBERED = 10_000  # places of conversations this process had turns in; each has two
Place = tuple[str, bytes | None] | int | None  # (platform, address hash), or a conversation's id


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event on its way in.

    claim:   (platform, update id): the same again is the same event.
    address: (platform, address) of a person, who may be new; or
    conversation: its id, for what does not come from the person's platform.
    """

    claim: tuple[str, str]
    event: Event
    address: tuple[str, str] | None = None
    conversation: int | None = None
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival.

    again:   it had been taken before; nothing was done.
    conversation: None when there is no such conversation (erased).
    owner:   who owns it now.
    """

    again: bool
    conversation: int | None = None
    owner: str | None = None
    decision: Decision | None = None


@dataclass(slots=True)
class _Waiting:
    """before: the person's earlier messages that were at hand when the risk in this one was read."""

    arrival: Arrival
    hash: bytes | None
    before: tuple[str, ...]
    done: "asyncio.Future[Taken]"

    @property
    def place(self) -> Place:
        return (self.arrival.address[0], self.hash) if self.arrival.address else self.arrival.conversation


class Turns:
    """Takes events in, one process's share of them."""

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        library: Library,
        clinic: Clinic,
        deliver: Deliver,
        joined: Callable[[], frozenset[str]],
        public_url: str,
        reading: Reading,
    ) -> None:
        """joined: therapists who can be told on the desk's messenger."""
        self._engine = engine
        self._standing = Standing(engine)
        self._vault = vault
        self._clinic = clinic
        self._deliver = deliver
        self._reading = reading
        self._unfolding = Unfolding(vault, library, clinic, deliver, joined, public_url)
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._closed = False
        self._batch: list[_Waiting] = []
        self._known: OrderedDict[Place, Known] = OrderedDict()

    def renew(self, clinic: Clinic) -> None:
        """Go by this version of the clinic from the next turn on."""
        self._clinic = clinic
        self._unfolding.renew(clinic)

    async def take(self, arrival: Arrival) -> Taken:
        """Return once the turn is committed. Raises Closed when it was not taken."""
        if self._closed:
            raise Closed
        hashed = self._vault.look_up(*arrival.address) if arrival.address else None
        before: tuple[str, ...] = ()
        event = arrival.event
        if isinstance(event, PersonSaid | PersonSent | PersonEdited) and event.risk is None:
            words = _words(event)
            # Before the transaction: reading may take a millisecond or two, and holds no lock.
            known = self._known.get((arrival.address[0], hashed)) if arrival.address else None
            before = _lately(known.state) if known else ()
            risk = await self._reading.risk(words, before) if words else NOTHING
            arrival = replace(arrival, event=replace(event, risk=risk))
            if self._closed:
                raise Closed
        waiting = _Waiting(arrival, hashed, before, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._arrived.set()
        return await waiting.done

    async def run(self) -> None:
        """Take turns until `close`."""
        while True:
            await self._arrived.wait()
            self._batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            if not self._waiting:
                self._arrived.clear()
            if self._batch:
                await self._take(self._batch)
                self._batch = []
            elif self._closed:
                await self._standing.close()
                return

    def close(self) -> None:
        """Take nothing new; `run` returns when what has arrived is done."""
        self._closed = True
        self._arrived.set()

    async def _take(self, batch: list[_Waiting]) -> None:
        locked = False
        while batch:
            try:
                again = await self._transaction(batch, locked)
            except OURS as error:
                if not refused(error):
                    await self._broke(batch, error)
                    return
                log.error("database_not_open", error=str(error.orig), turns=len(batch))
                self._put_back(batch)
                return
            except LOST as error:
                log.warning("database_away", error=type(error).__name__, turns=len(batch))
                self._put_back(batch)
                return
            except Exception as error:  # whatever else is wrong in a turn is a mistake of ours too
                await self._broke(batch, error)
                return
            batch, locked = again, True

    async def _broke(self, batch: list[_Waiting], error: Exception) -> None:
        """A mistake of ours in one turn must not take the others with it, nor come back for ever."""
        log.error("batch_broke", error=type(error).__name__, turns=len(batch), exc_info=error)
        if len(batch) == 1 and isinstance(error, UnknownVersion):
            self._put_back(batch)  # for a process of the version that saved it
            return
        self._forget(batch)
        if len(batch) == 1:
            if not batch[0].done.done():
                batch[0].done.set_result(Taken(again=False))
            return
        for waiting in batch:
            await self._take([waiting])

    async def _transaction(self, batch: list[_Waiting], locked: bool) -> list[_Waiting]:
        """Commit this batch; return what has to be taken again, under locks.

        Without locks, conversations are taken as this process last knew them. What is saved is then saved only if
        nobody else has had a turn in them since, and no update was taken before; else nothing is. What comes in the
        same batch after its person has erased everything is taken again too.
        """
        claims = {w.arrival.claim: w for w in reversed(batch)}  # the first of two equal claims counts
        async with self._engine.connect() if locked else contextlib.nullcontext() as db:
            opened = await self._open(list(claims.values()), db)
            claimed, outcomes, anew = [], [], []
            for waiting in batch:
                conversation = opened.get(waiting.place)
                if claims[waiting.arrival.claim] is not waiting:
                    outcomes.append((waiting, Taken(again=True)))
                elif conversation and conversation.erased:
                    anew.append(waiting)  # their new conversation begins with this commit
                else:
                    claimed.append(waiting.arrival.claim)
                    outcomes.append((waiting, self._step(waiting, conversation)))
            touched = list({id(c): c for c in opened.values()}.values())
            if db is None and any(c.erased for c in touched):
                return batch  # erasing deletes what the check would look at
            kept = [c for c in touched if not c.erased]
            since = time.monotonic()
            rows = self._deliver.warm([row for c in kept for row in c.rows])
            along = self._deliver.take_along()
            try:
                puts = await self._save(db, claimed, touched, rows, along)
            except store.Conflict:
                if db:
                    await db.rollback()
                self._deliver.not_noted()
                self._forget(batch)
                return await self._without_taken(batch)
            except BaseException:
                self._deliver.not_noted()
                raise
            self._deliver.noted()
        if len(kept) < len(touched):
            self._forget(batch)  # nothing of what was erased stays in memory
        self._remember(kept)
        self._deliver.added(rows, puts, {c.known.id: (c.known.key, c.known.address) for c in kept}, since)
        for waiting, taken in outcomes:
            if not waiting.done.done():
                waiting.done.set_result(taken)
        return anew

    async def _save(
        self,
        db: AsyncConnection | None,
        claims: list[tuple[str, str]],
        touched: list[Opened],
        rows: list[store.Outgoing],
        along: list[Ended],
    ) -> list[store.Put]:
        """Write the batch and commit: in one statement when that is all there is to write."""
        # In one order, so that two processes with the same conversations never wait for each other.
        saved = [c.saved() for c in sorted(touched, key=lambda c: c.known.id) if not c.erased]
        me, lease, over = self._deliver.id, self._deliver.tempo.lease, self._deliver.over()
        timers = [timer for c in touched if not c.erased for timer in c.timers]
        later = [order for c in touched for order in c.later]
        on_desk = any(c.shown_on_desk for c in touched)
        if db is None and not (timers or later or on_desk):
            async with self._standing.use() as one:
                return await store.save(one, claims, saved, rows, me, lease, over, along)
        async with contextlib.nullcontext(db) if db else self._engine.connect() as writing:
            puts = await store.save(writing, claims, saved, rows, me, lease, over, along)
            if timers:
                await store.set_timers(writing, timers)
            for order in later:
                await order(writing)
            if on_desk:
                await store.notify(writing, "desk", "")
            await writing.commit()
        return puts

    async def _without_taken(self, batch: list[_Waiting]) -> list[_Waiting]:
        async with self._standing.use() as db:
            before = await store.already_taken(db, [w.arrival.claim for w in batch])
        for waiting in batch:
            if waiting.arrival.claim in before and not waiting.done.done():
                waiting.done.set_result(Taken(again=True))
        return [w for w in batch if w.arrival.claim not in before]

    async def _open(self, batch: Sequence[_Waiting], db: AsyncConnection | None) -> dict[Place, Opened]:
        """The conversations of this batch; new people get theirs. db: to lock them in, or None for no locks."""
        opened: dict[Place, Opened] = {}
        missing = []
        for waiting in batch:
            if db is None and (seen := self._known.get(waiting.place)):
                if seen.id not in opened:
                    opened[seen.id] = opened[seen.platform, seen.address_hash] = Opened.of(seen)
            else:
                missing.append(waiting)
        if missing:
            async with contextlib.nullcontext(db) if db else self._engine.connect() as reading:
                for row in await self._load(reading, missing, lock=db is not None):
                    if row.id not in opened:
                        conversation = Opened.of(known(row, self._vault))
                        opened[row.id] = opened[row.platform, row.address_hash] = conversation
                if db is None:
                    await reading.commit()
        return opened

    async def _load(self, db: AsyncConnection, batch: list[_Waiting], lock: bool) -> list[store.Loaded]:
        ids = [w.arrival.conversation for w in batch if w.arrival.conversation is not None]
        people = {(w.arrival.address[0], w.hash): w for w in batch if w.arrival.address and w.hash}
        rows = await store.load(db, ids, list(people), lock)
        met = {(row.platform, row.address_hash) for row in rows}
        strangers = sorted(set(people) - met)
        for platform, hashed in strangers:
            arrival = people[platform, hashed].arrival
            assert arrival.address
            await self._meet(db, platform, hashed, arrival.address[1], arrival.locale)
        return await store.load(db, ids, list(people), lock) if strangers else rows

    async def _meet(self, db: AsyncConnection, platform: str, hashed: bytes, address: str, locale: str) -> None:
        wrapped = self._vault.new_key()
        key = self._vault.key(wrapped)
        spoken = locale.lower().replace("_", "-").split("-")[0]
        state = State(locale=spoken if spoken in ("fr", "en") else self._clinic.languages[0])
        await store.new_conversation(
            db, platform, hashed, key.seal(address.encode()), wrapped, sealed_state(key, state), state.locale
        )

    def _step(self, waiting: _Waiting, conversation: Opened | None) -> Taken:
        if conversation is None:
            return Taken(again=False)
        decision = self._unfolding.happen(conversation, _read_again(waiting, conversation.state))
        return Taken(False, conversation.known.id, conversation.state.holder, decision)

    def _remember(self, conversations: list[Opened]) -> None:
        for conversation in conversations:
            after = conversation.after()
            for place in (after.id, (after.platform, after.address_hash)):
                self._known[place] = after
                self._known.move_to_end(place)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _put_back(self, batch: list[_Waiting]) -> None:
        """Not taken: it comes again, here or to another process."""
        self._forget(batch)
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_exception(Closed())

    def _forget(self, batch: list[_Waiting]) -> None:
        for waiting in batch:
            if seen := self._known.pop(waiting.place, None):
                self._known.pop(seen.id, None)
                self._known.pop((seen.platform, seen.address_hash), None)


def _words(event: PersonSaid | PersonSent | PersonEdited) -> str:
    return event.media.caption if isinstance(event, PersonSent) else event.text or ""


def _lately(state: State) -> tuple[str, ...]:
    return tuple(words for _, words in state.lately)


def _read_again(waiting: _Waiting, state: State) -> Event:
    """The event, its risk read anew when other messages came before it than this process knew of.

    By the floor alone: another process may have had the last turn, and this one then stands under its lock.
    """
    event, before = waiting.arrival.event, _lately(state)
    if not isinstance(event, PersonSaid) or event.risk is None or before == waiting.before or not before:
        return event
    together = read(event.text, before)
    return replace(event, risk=together) if together.level > event.risk.level else event


def now() -> datetime:
    return datetime.now(UTC)
