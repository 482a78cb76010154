"""The one road: an event in, everything that follows from it, one transaction.

    claim the update, lock the conversation, decide, save state, outbox and timers, COMMIT

While one batch is being committed the next gathers: turns of different conversations share a commit, a turn is never
split over two. Whoever waits in `take` is answered after the commit, and only then says yes to its platform.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import carry, envelope, store
from bot.carry import Carried, Seat
from bot.database import LOST, OURS
from bot.decide import Decision, decide
from bot.deliver import STORED, Deliver
from bot.vault import PersonKey, Vault
from bot.wording import Wording
from flows import state as states
from flows.book import Book
from flows.effects import Agree, Say, SetTimer, Text
from flows.events import (
    Event,
    FileRef,
    Media,
    MediaKind,
    PersonArrived,
    PersonEdited,
    PersonLeft,
    PersonSaid,
    PersonSent,
    PersonTapped,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.state import State
from handlers.port import Closed, Message
from handoff import booking
from handoff import request as requests
from handoff.request import Request, Status
from handoff.roster import Clinic, SchedulingLink

log = structlog.get_logger()

LARGEST_BATCH = 100  # turns in one transaction


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
    arrival: Arrival
    hash: bytes | None
    done: "asyncio.Future[Taken]"


@dataclass(slots=True)
class _Open:
    """A conversation under the lock, as it changes in this batch."""

    row: store.Loaded
    key: PersonKey
    state: State
    request: Request | None
    silence_token: int
    silence_due: datetime | None
    silence_rings: datetime | None
    read_since: datetime | None
    left_at: datetime | None = None
    rows: list[store.Outgoing] = field(default_factory=list)
    timers: list[tuple[bytes, timedelta]] = field(default_factory=list)
    later: list[Callable[[AsyncConnection], Any]] = field(default_factory=list)
    shown_on_desk: bool = False
    erased: bool = False


class Turns:
    """Takes events in, one process's share of them."""

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        book: Book,
        clinic: Clinic,
        wording: Wording,
        deliver: Deliver,
        joined: Callable[[], frozenset[str]],
        public_url: str,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._book = book
        self._clinic = clinic
        self._wording = wording
        self._deliver = deliver
        self._joined = joined
        self._public_url = public_url
        self._waiting: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._closed = False
        self._batch: list[_Waiting] = []

    async def take(self, arrival: Arrival) -> Taken:
        """Return once the turn is committed. Raises Closed when it was not taken."""
        if self._closed:
            raise Closed
        hashed = self._vault.look_up(*arrival.address) if arrival.address else None
        waiting = _Waiting(arrival, hashed, asyncio.get_running_loop().create_future())
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
                return

    def close(self) -> None:
        """Take nothing new; `run` returns when what has arrived is done."""
        self._closed = True
        self._arrived.set()

    async def _take(self, batch: list[_Waiting]) -> None:
        while batch:
            try:
                batch = await self._transaction(batch)
            except OURS as error:
                log.exception("batch_broke", error=type(error).__name__, turns=len(batch))
                await self._one_by_one(batch)
                return
            except LOST as error:
                log.warning("database_away", error=type(error).__name__, turns=len(batch))
                for waiting in batch:
                    _fail(waiting, Closed())
                return

    async def _one_by_one(self, batch: list[_Waiting]) -> None:
        """A mistake of ours in one turn must not take the others with it, nor come back for ever."""
        if len(batch) == 1:
            if not batch[0].done.done():
                batch[0].done.set_result(Taken(again=False))
            return
        for waiting in batch:
            await self._take([waiting])

    async def _transaction(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Commit this batch; return what has to be taken again, without the updates that were taken before."""
        claims = {w.arrival.claim: w for w in reversed(batch)}  # the first of two equal claims counts
        async with self._engine.connect() as db:
            opened = await self._open(db, list(claims.values()))
            outcomes: list[tuple[_Waiting, Taken]] = []
            for waiting in batch:
                if claims[waiting.arrival.claim] is not waiting:
                    outcomes.append((waiting, Taken(again=True)))
                    continue
                outcomes.append((waiting, self._step(waiting, opened)))
            conversations = {id(c): c for c in opened.values()}.values()
            kept = [c for c in conversations if not c.erased]
            since = time.monotonic()
            rows = self._deliver.warm([row for c in kept for row in c.rows])
            try:
                puts = await store.save(
                    db,
                    list(claims),
                    [_saved(c) for c in kept],
                    rows,
                    self._deliver.id,
                    self._deliver.tempo.lease,
                    self._deliver.ended(),
                )
            except store.AlreadyTaken:
                await db.rollback()
                return await self._without_taken(db, batch)
            timers = [timer for c in kept for timer in c.timers]
            if timers:
                await store.set_timers(db, timers)
            for conversation in conversations:
                for order in conversation.later:
                    await order(db)
            if any(c.shown_on_desk for c in conversations):
                await store.notify(db, "desk", "")
            await db.commit()
        self._deliver.added(rows, puts, {c.row.id: (c.row.key, c.row.address) for c in kept}, since)
        for waiting, taken in outcomes:
            if not waiting.done.done():
                waiting.done.set_result(taken)
        return []

    async def _without_taken(self, db: AsyncConnection, batch: list[_Waiting]) -> list[_Waiting]:
        before = await store.already_taken(db, [w.arrival.claim for w in batch])
        await db.rollback()
        for waiting in batch:
            if waiting.arrival.claim in before and not waiting.done.done():
                waiting.done.set_result(Taken(again=True))
        return [w for w in batch if w.arrival.claim not in before]

    async def _open(self, db: AsyncConnection, batch: Sequence[_Waiting]) -> dict[Any, _Open]:
        """Lock the conversations of this batch, by id and by (platform, address hash); new people get theirs."""
        ids = [w.arrival.conversation for w in batch if w.arrival.conversation is not None]
        addresses = list({(w.arrival.address[0], w.hash): w for w in batch if w.arrival.address and w.hash})
        rows = await store.load(db, ids, addresses)
        known = {(row.platform, row.address_hash) for row in rows}
        strangers = {
            (w.arrival.address[0], w.hash): w
            for w in batch
            if w.arrival.address and w.hash and (w.arrival.address[0], w.hash) not in known
        }
        if strangers:
            for (platform, hashed), waiting in sorted(strangers.items()):
                assert waiting.arrival.address
                await self._meet(db, platform, hashed, waiting.arrival.address[1], waiting.arrival.locale)
            rows = await store.load(db, ids, addresses)
        opened: dict[Any, _Open] = {}
        for row in rows:
            key = self._vault.key(row.key)
            conversation = _Open(
                row=row,
                key=key,
                state=states.from_json(orjson.loads(key.open(row.state))),
                request=requests.from_json(orjson.loads(key.open(row.request))) if row.request else None,
                silence_token=row.silence_token,
                silence_due=row.silence_due,
                silence_rings=row.silence_rings,
                read_since=row.read_since,
            )
            opened[row.id] = opened[row.platform, row.address_hash] = conversation
        return opened

    async def _meet(
        self,
        db: AsyncConnection,
        platform: str,
        hashed: bytes,
        address: str,
        locale: str,
        state: State | None = None,
    ) -> int | None:
        wrapped = self._vault.new_key()
        key = self._vault.key(wrapped)
        state = state or State(locale=self._language(locale))
        return await store.new_conversation(
            db, platform, hashed, key.seal(address.encode()), wrapped, _sealed_state(key, state), state.locale
        )

    def _language(self, locale: str) -> str:
        spoken = locale.lower().replace("_", "-").split("-")[0]
        return spoken if spoken in ("fr", "en") else self._clinic.languages[0]

    def _step(self, waiting: _Waiting, opened: dict[Any, _Open]) -> Taken:
        arrival = waiting.arrival
        place = (arrival.address[0], waiting.hash) if arrival.address else arrival.conversation
        conversation = opened.get(place)
        if conversation is None or conversation.erased:
            return Taken(again=False)
        event = self._current(conversation, arrival.event)
        if event is None:
            return Taken(again=False, conversation=conversation.row.id, owner=conversation.state.owner)
        if isinstance(event, PersonArrived | PersonSaid | PersonSent | PersonTapped | PersonEdited):
            conversation.left_at = None
        elif isinstance(event, PersonLeft):
            conversation.left_at = event.at
        try:
            decision = decide(self._book, self._clinic, conversation.state, conversation.request, event)
        except Exception as error:  # a mistake of ours must not lose the turns that share this commit
            log.exception("turn_broke", conversation=conversation.row.id, error=type(error).__name__)
            decision = self._broken(conversation)
        self._carry(conversation, decision, event)
        return Taken(False, conversation.row.id, decision.state.owner, decision)

    def _broken(self, conversation: _Open) -> Decision:
        sorry = () if conversation.state.owner else (Say((Text("kind_answers.broken"),)),)
        return Decision(conversation.state, conversation.request, sorry)

    def _current(self, conversation: _Open, event: Event) -> Event | None:
        """A silence job serves many questions: give it the question it now stands for, or set it anew."""
        if not isinstance(event, TimerRang) or event.timer != "silence":
            return event
        conversation.silence_rings = None
        due = conversation.silence_due
        if due is None:
            return None
        if due > event.at:
            self._ring_silence(conversation, due, event.at)
            return None
        conversation.silence_due = None
        return replace(event, token=conversation.silence_token)

    def _ring_silence(self, conversation: _Open, due: datetime, at: datetime) -> None:
        timer = SetTimer("silence", max(due - at, timedelta(seconds=1)), conversation.silence_token)
        conversation.timers.append(carry.timer_payload(conversation.row.id, timer))
        conversation.silence_rings = due

    def _carry(self, conversation: _Open, decision: Decision, event: Event) -> None:
        row, key, id = conversation.row, conversation.key, conversation.row.id
        later = conversation.later
        seat = Seat(
            conversation=id,
            platform=row.platform,
            key=key,
            joined=self._joined(),
            group=bool(self._clinic.desk_group) and self._deliver.serves(carry.DESK_TELEGRAM),
            link=lambda therapist, link: self._link(conversation, therapist, link, event.at),
        )
        carried = carry.carry(self._book, self._clinic, self._wording, seat, decision)
        before = conversation.state
        conversation.state, conversation.request = decision.state, decision.request
        if carried.erase:
            self._erase(conversation, carried, event)
            return
        if carried.owner:
            # What the bot had decided to say in this very batch is void too.
            conversation.rows = [r for r in conversation.rows if not r.automated]
        conversation.rows += carried.outgoing
        conversation.timers += [carry.timer_payload(id, timer) for timer in carried.timers]
        if carried.silence:
            conversation.silence_token = carried.silence.token
            conversation.silence_due = event.at + carried.silence.after
            if conversation.silence_rings is None or conversation.silence_rings > conversation.silence_due:
                self._ring_silence(conversation, conversation.silence_due, event.at)
        if carried.owner:
            owner, epoch, at = carried.owner.to, decision.state.epoch, event.at
            later.append(lambda db: store.owner_changed(db, id, epoch, owner, at))
        for name, content, message, reply_to, edited in carried.words:
            body = key.seal(envelope.pack_words(content))
            later.append(partial(_record_words, id, name, body, message, reply_to, edited))
        for agree in carried.agreements:
            later.append(partial(_record_consent, id, agree))
            if agree.purpose == "human":
                conversation.read_since = event.at if agree.agreed else None
        if carried.show_data:
            self._show_data(conversation, event.at)
        if isinstance(event, TherapistTookOver | TherapistReleased) and before.owner != decision.state.owner:
            what = "took over" if decision.state.owner else "released"
            later.append(lambda db: store.note(db, event.therapist, what, id))
        elif isinstance(event, TherapistSaid) and before.owner != decision.state.owner:
            later.append(lambda db: store.note(db, event.therapist, "took over by writing", id))
        conversation.shown_on_desk = conversation.shown_on_desk or bool(
            decision.state.owner or before.owner or decision.request
        )

    def _link(self, conversation: _Open, therapist: str, link: SchedulingLink, at: datetime) -> str:
        token, ref = secrets.token_urlsafe(24), secrets.token_urlsafe(18)
        hashed = self._vault.look_up("link", token)
        expires = at + timedelta(days=self._clinic.link_days)
        url, id = booking.target(link, ref), conversation.row.id
        conversation.later.append(
            lambda db: store.record_link(db, hashed, ref, id, therapist, link.provider, url, expires)
        )
        return f"{self._public_url}/r/{token}"

    def _show_data(self, conversation: _Open, at: datetime) -> None:
        """What is kept goes to the person as a file of their own. It is read under this turn's lock."""
        id, key, state = conversation.row.id, conversation.key, conversation.state
        file = uuid4()

        async def gather(db: AsyncConnection) -> None:
            recorded = [
                (when, name, envelope.unpack_words(key.open(body))[0])
                for when, name, body in await store.words_of(db, id)
            ]
            text = carry.data_file(self._wording, state.locale, dict(state.kept), recorded)
            await store.keep_file(db, file, id, key.seal(text.encode()))

        conversation.later.append(gather)
        media = Media(MediaKind.DOCUMENT, FileRef(STORED, str(file)), "passerelle.txt", "text/plain; charset=utf-8")
        conversation.rows.append(
            store.Outgoing(
                conversation=id,
                lane=f"{id}",
                platform=conversation.row.platform,
                place="person",
                kind="said",
                automated=True,
                epoch=state.epoch,
                weight="normal",
                author="",
                body=key.seal(
                    envelope.pack(
                        Message(self._wording.sentence("web.data_file", state.locale), media=media),
                        text_ids="web.data_file",
                    )
                ),
            )
        )

    def _erase(self, conversation: _Open, carried: Carried, event: Event) -> None:
        """The old conversation goes with its key; what is still to be said goes to a new, empty one."""
        row, state = conversation.row, conversation.state
        address = conversation.key.open(row.address).decode()
        packed = [(conversation.key.open(o.body), o) for o in carried.outgoing]
        opened = [(envelope.unpack(p), envelope.text_ids(p), o) for p, o in packed]
        conversation.erased = True

        async def start_anew(db: AsyncConnection) -> None:
            await store.erase(db, row.id, row.person)
            await store.note(db, "person", "erased", row.id)
            wrapped = self._vault.new_key()
            key = self._vault.key(wrapped)
            fresh = await store.new_conversation(
                db,
                row.platform,
                row.address_hash,
                key.seal(address.encode()),
                wrapped,
                _sealed_state(key, state),
                state.locale,
            )
            assert fresh is not None, "the row was locked, and has just been deleted"
            farewell = [
                replace(
                    out,
                    conversation=fresh,
                    lane=out.lane.replace(f"{row.id}", f"{fresh}", 1),
                    body=key.seal(envelope.pack(message, otherwise, ids)),
                    epoch=state.epoch,
                )
                for (message, otherwise), ids, out in opened
            ]
            await store.save(db, [], [], farewell, self._deliver.id, self._deliver.tempo.lease)

        conversation.later = [start_anew]
        conversation.shown_on_desk = True


def _saved(c: _Open) -> store.Saved:
    return store.Saved(
        id=c.row.id,
        state=_sealed_state(c.key, c.state),
        owner=c.state.owner,
        epoch=c.state.epoch,
        locale=c.state.locale,
        request=c.key.seal(orjson.dumps(requests.to_json(c.request))) if c.request else None,
        request_status=c.request.status.value if c.request and c.request.status in ON_DESK else None,
        requested_at=c.request.opened_at if c.request else None,
        silence_token=c.silence_token,
        silence_due=c.silence_due,
        silence_rings=c.silence_rings,
        read_since=c.read_since,
        left_at=c.left_at,
    )


ON_DESK = {Status.WAITING, Status.OFFERED, Status.UNANSWERED, Status.TAKEN}


def _sealed_state(key: PersonKey, state: State) -> bytes:
    return key.seal(orjson.dumps(states.to_json(state)))


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)


def now() -> datetime:
    return datetime.now(UTC)


# What rarely happens in a turn is written after the batch, under the same lock, in this form: (facts..., db).


async def _record_words(
    conversation: int,
    name: str,
    body: bytes,
    message: str | None,
    reply_to: str | None,
    edited: bool,
    db: AsyncConnection,
) -> None:
    await store.record_words(db, conversation, name, body, message, reply_to, edited)


async def _record_consent(conversation: int, agree: Agree, db: AsyncConnection) -> None:
    await store.record_consent(db, conversation, agree.purpose, agree.agreed)
    if not agree.agreed:
        await store.forget_words(db, conversation, said_to_therapists=agree.purpose == "human")
