"""One event in one open conversation: what it changes there, and what is to be written. No I/O but what is put off."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import carry, envelope, store
from bot.carry import Carried, Seat
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
from handlers.port import Message
from handoff import booking
from handoff import request as requests
from handoff.request import OPEN, Request, Status
from handoff.roster import Clinic, SchedulingLink

log = structlog.get_logger()

ON_DESK = OPEN | {Status.TAKEN}
Later = Callable[[AsyncConnection], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Known:
    """A conversation as it stood after its last turn.

    turns:  how many it has had; whoever saves it says how many they knew of.
    key:    the person's, wrapped; cipher: the same, ready to use. address: sealed.
    """

    id: int
    platform: str
    address_hash: bytes
    address: bytes
    person: UUID
    key: bytes
    cipher: PersonKey
    turns: int
    state: State
    request: Request | None
    silence_token: int
    silence_due: datetime | None
    silence_rings: datetime | None
    read_since: datetime | None
    left_at: datetime | None


def known(row: store.Loaded, vault: Vault) -> Known:
    cipher = vault.key(row.key)
    return Known(
        id=row.id,
        platform=row.platform,
        address_hash=row.address_hash,
        address=row.address,
        person=row.person,
        key=row.key,
        cipher=cipher,
        turns=row.turns,
        state=states.from_json(orjson.loads(cipher.open(row.state))),
        request=requests.from_json(orjson.loads(cipher.open(row.request))) if row.request else None,
        silence_token=row.silence_token,
        silence_due=row.silence_due,
        silence_rings=row.silence_rings,
        read_since=row.read_since,
        left_at=row.left_at,
    )


@dataclass(slots=True)
class Opened:
    """A conversation as it changes in one batch. later: what is written after the rest, in the same transaction."""

    known: Known
    state: State
    request: Request | None
    silence_token: int
    silence_due: datetime | None
    silence_rings: datetime | None
    read_since: datetime | None
    left_at: datetime | None
    rows: list[store.Outgoing] = field(default_factory=list)
    timers: list[tuple[bytes, timedelta]] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    shown_on_desk: bool = False
    erased: bool = False

    @classmethod
    def of(cls, known: Known) -> "Opened":
        return cls(
            known,
            known.state,
            known.request,
            known.silence_token,
            known.silence_due,
            known.silence_rings,
            known.read_since,
            known.left_at,
        )

    def after(self) -> Known:
        """As it stands once this batch is committed."""
        return replace(
            self.known,
            turns=self.known.turns + 1,
            state=self.state,
            request=self.request,
            silence_token=self.silence_token,
            silence_due=self.silence_due,
            silence_rings=self.silence_rings,
            read_since=self.read_since,
            left_at=self.left_at,
        )

    def saved(self) -> store.Saved:
        request = self.request
        cipher = self.known.cipher
        return store.Saved(
            id=self.known.id,
            turns=self.known.turns,
            state=sealed_state(cipher, self.state),
            owner=self.state.owner,
            epoch=self.state.epoch,
            locale=self.state.locale,
            request=cipher.seal(orjson.dumps(requests.to_json(request))) if request else None,
            request_status=request.status.value if request and request.status in ON_DESK else None,
            requested_at=request.opened_at if request else None,
            silence_token=self.silence_token,
            silence_due=self.silence_due,
            silence_rings=self.silence_rings,
            read_since=self.read_since,
            left_at=self.left_at,
        )


class Unfolding:
    """Lets events happen in open conversations."""

    def __init__(
        self,
        vault: Vault,
        book: Book,
        clinic: Clinic,
        wording: Wording,
        deliver: Deliver,
        joined: Callable[[], frozenset[str]],
        public_url: str,
    ) -> None:
        self._vault = vault
        self._book = book
        self._clinic = clinic
        self._wording = wording
        self._deliver = deliver
        self._joined = joined
        self._public_url = public_url

    def happen(self, conversation: Opened, event: Event) -> Decision | None:
        """Return what was decided; None for a timer that had nothing to ring for."""
        current = self._current(conversation, event)
        if current is None:
            return None
        if isinstance(current, PersonArrived | PersonSaid | PersonSent | PersonTapped | PersonEdited):
            conversation.left_at = None
        elif isinstance(current, PersonLeft):
            conversation.left_at = current.at
        try:
            decision = decide(self._book, self._clinic, conversation.state, conversation.request, current)
        except Exception as error:  # a mistake of ours must not lose the turns that share this commit
            log.exception("turn_broke", conversation=conversation.known.id, error=type(error).__name__)
            decision = self._broken(conversation)
        self._carry(conversation, decision, current)
        return decision

    def _broken(self, conversation: Opened) -> Decision:
        sorry = () if conversation.state.owner else (Say((Text("kind_answers.broken"),)),)
        return Decision(conversation.state, conversation.request, sorry)

    def _current(self, conversation: Opened, event: Event) -> Event | None:
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

    def _ring_silence(self, conversation: Opened, due: datetime, at: datetime) -> None:
        timer = SetTimer("silence", max(due - at, timedelta(seconds=1)), conversation.silence_token)
        conversation.timers.append(carry.timer_payload(conversation.known.id, timer))
        conversation.silence_rings = due

    def _carry(self, conversation: Opened, decision: Decision, event: Event) -> None:
        known, key, id = conversation.known, conversation.known.cipher, conversation.known.id
        later = conversation.later
        seat = Seat(
            conversation=id,
            platform=known.platform,
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
        if carried.data_at is not None:
            place = len(conversation.rows) - len(carried.outgoing) + carried.data_at
            conversation.rows.insert(place, self._data_file(conversation))
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
        if isinstance(event, TherapistTookOver | TherapistReleased) and before.owner != decision.state.owner:
            what = "took over" if decision.state.owner else "released"
            later.append(lambda db: store.note(db, event.therapist, what, id))
        elif isinstance(event, TherapistSaid) and before.owner != decision.state.owner:
            later.append(lambda db: store.note(db, event.therapist, "took over by writing", id))
        conversation.shown_on_desk = conversation.shown_on_desk or bool(
            decision.state.owner or before.owner or decision.request
        )

    def _link(self, conversation: Opened, therapist: str, link: SchedulingLink, at: datetime) -> str:
        token, ref = secrets.token_urlsafe(24), secrets.token_urlsafe(18)
        hashed = self._vault.look_up("link", token)
        expires = at + timedelta(days=self._clinic.link_days)
        url, id = booking.target(link, ref), conversation.known.id
        conversation.later.append(
            lambda db: store.record_link(db, hashed, ref, id, therapist, link.provider, url, expires)
        )
        return f"{self._public_url}/r/{token}"

    def _data_file(self, conversation: Opened) -> store.Outgoing:
        """What is kept, as a file of the person's own. It is read under this turn's lock."""
        id, key, state = conversation.known.id, conversation.known.cipher, conversation.state
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
        return store.Outgoing(
            conversation=id,
            lane=f"{id}",
            platform=conversation.known.platform,
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

    def _erase(self, conversation: Opened, carried: Carried, event: Event) -> None:
        """The old conversation goes with its key; what is still to be said goes to a new, empty one."""
        # A conversation begins with epoch 0: the goodbye of a higher one would never pass the fence.
        known, state = conversation.known, replace(conversation.state, epoch=0)
        address = known.cipher.open(known.address).decode()
        packed = [(known.cipher.open(o.body), o) for o in carried.outgoing]
        opened = [(envelope.unpack(p), envelope.text_ids(p), o) for p, o in packed]
        conversation.erased = True

        async def start_anew(db: AsyncConnection) -> None:
            await store.erase(db, known.id, known.person)
            await store.note(db, "person", "erased", known.id)
            wrapped = self._vault.new_key()
            key = self._vault.key(wrapped)
            fresh = await store.new_conversation(
                db,
                known.platform,
                known.address_hash,
                key.seal(address.encode()),
                wrapped,
                sealed_state(key, state),
                state.locale,
            )
            assert fresh is not None, "the row was locked, and has just been deleted"
            farewell = [
                replace(
                    out,
                    conversation=fresh,
                    lane=out.lane.replace(f"{known.id}", f"{fresh}", 1),
                    body=key.seal(envelope.pack(message, otherwise, ids)),
                    epoch=state.epoch,
                )
                for (message, otherwise), ids, out in opened
            ]
            await store.save(db, [], [], farewell, self._deliver.id, self._deliver.tempo.lease)

        conversation.later = [start_anew]
        conversation.shown_on_desk = True


def sealed_state(key: PersonKey, state: State) -> bytes:
    return key.seal(orjson.dumps(states.to_json(state)))


# What rarely happens in a turn is put off in this form: (facts..., db).


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
