"""One event in one open conversation: what it changes there, and what is to be written. No I/O but what is put off."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import answered, bookings, carry, counting, envelope, heads, store
from bot.carry import Carried, Seat
from bot.decide import Decision, decide
from bot.deliver import STORED, Deliver
from bot.lately import ASKED
from bot.library import Library
from bot.outbox import UNKEPT
from bot.vault import PersonKey, Vault
from flows import state as states
from flows.effects import Agree, Effect, RelayToPerson, RelayToTherapist, Say, SetTimer, Text
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
    TherapistClosed,
    TherapistClosedAlert,
    TherapistReleased,
    TherapistSaid,
    TherapistSentLink,
    TherapistTookOver,
    TimerRang,
)
from flows.state import WATCH, Answers, Lent, State
from handlers.port import Message
from handoff import links
from handoff import request as requests
from handoff.booking import Fact, Proof, Told
from handoff.colleagues import KeepNote
from handoff.desk import Tell
from handoff.request import OPEN, Request, Status
from handoff.roster import Clinic, SchedulingLink

log = structlog.get_logger()

COPY_LASTS = timedelta(days=1)  # of a file of all that is kept: longer than its delivery can take
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

    def copy(self) -> "Opened":
        return replace(self, rows=[*self.rows], timers=[*self.timers], later=[*self.later])

    def become(self, other: "Opened") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(other, one.name))

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
            owner=self.state.holder,
            epoch=self.state.epoch,
            locale=self.state.locale,
            request=cipher.seal(orjson.dumps(requests.to_json(request))) if request else None,
            request_status=request.status.value if request and is_on_desk(request) else None,
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
        library: Library,
        clinic: Clinic,
        deliver: Deliver,
        joined: Callable[[], frozenset[str]],
        public_url: str,
    ) -> None:
        self._vault = vault
        self._library = library
        self.renew(clinic)
        self._deliver = deliver
        self._joined = joined
        self._public_url = public_url

    def renew(self, clinic: Clinic) -> None:
        """Go by this version of the clinic from here on."""
        self._clinic = clinic
        self._team = frozenset(therapist.id for therapist in clinic.therapists)  # nobody else is told anything
        self._can_be_booked = bool(clinic.fallback_link or any(therapist.link for therapist in clinic.therapists))

    def happen(self, conversation: Opened, event: Event) -> Decision | None:
        """Return what was decided; None for a timer that had nothing to ring for."""
        current = self._current(conversation, event)
        if current is None:
            return None
        if isinstance(current, PersonArrived | PersonSaid | PersonSent | PersonTapped | PersonEdited):
            conversation.left_at = None
        elif isinstance(current, PersonLeft):
            conversation.left_at = current.at
        before = conversation.copy()
        try:
            decision = decide(self._library.book, self._clinic, conversation.state, conversation.request, current)
            self._carry(conversation, decision, current)
        except Exception as error:  # a mistake of ours must not lose the turns that share this commit
            log.exception("turn_broke", conversation=conversation.known.id, error=type(error).__name__)
            conversation.become(before)
            decision = self._broken(conversation, current)
            self._carry(conversation, decision, current)
        return decision

    def _broken(self, conversation: Opened, event: Event) -> Decision:
        """What is left of a turn that broke: the words of each under a human; else a kind one of ours."""
        left: Effect = Say((Text("kind_answers.broken"),))
        if holder := conversation.state.holder:
            match event:
                case PersonSaid(text=content) | PersonSent(media=content):
                    left = RelayToTherapist(content, event.message, event.reply_to)
                case TherapistSaid(therapist=therapist, content=content) if therapist == holder:
                    left = RelayToPerson(therapist, content, event.message, event.reply_to)
                case _:
                    return Decision(conversation.state, conversation.request, ())
        return Decision(conversation.state, conversation.request, (left,))

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
            joined=self._joined() & self._team,
            group=bool(self._clinic.desk_group) and self._deliver.serves(carry.DESK_TELEGRAM),
            link=lambda therapist, link: self._link(conversation, therapist, link, event.at),
            file=lambda body: self._file(conversation, body),
            at=event.at,
        )
        carried = carry.carry(self._library.book, self._clinic, self._library.wording, seat, decision)
        before, was = conversation.state, conversation.request
        conversation.state, conversation.request = decision.state, decision.request
        if carried.erase:
            self._erase(conversation, carried, event)
            return
        if carried.owner:
            # What the bot had decided to say in this very batch is void too.
            conversation.rows = [r for r in conversation.rows if not r.automated]
        if seat.group or seat.joined:
            wording = self._library.wording
            # Before what is told: whichever leaves first opens the thread.
            conversation.rows += heads.changed(
                self._clinic, wording, seat, (before, was), (decision.state, decision.request)
            )
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
            if isinstance(content, Media) and content.file and content.file.platform == STORED:
                later.append(partial(_keep_file, UUID(content.file.id)))
            body = key.seal(envelope.pack_words(content))
            later.append(partial(_record_words, id, name, body, message, reply_to, edited))
        for answers in carried.answers:
            body = key.seal(answered.pack(answers, known.platform))
            later.append(partial(_record_answers, id, answers, body))
        for link in carried.booked_by:
            said = Fact(Told.BOOKED, Proof.PERSON, event.at)
            later.append(partial(self._booked_by, bytes.fromhex(link), said))
        for note in carried.notes:
            sealed = key.seal(note.text.encode()) if note.text else None
            later.append(partial(_record_note, id, note, sealed))
        for agree in carried.agreements:
            later.append(partial(_record_consent, id, key, agree))
            if agree.purpose == "human":
                conversation.read_since = event.at if agree.agreed else None
        for effect in decision.effects:
            if isinstance(effect, Tell) and effect.offer is not None:
                later.append(partial(_note_asked, effect.therapist, id))
        if isinstance(event, TherapistTookOver | TherapistReleased) and before.holder != decision.state.holder:
            what = "took over" if decision.state.holder else "released"
            later.append(lambda db: store.note(db, event.therapist, what, id))
        elif isinstance(event, TherapistSaid | TherapistSentLink) and before.holder != decision.state.holder:
            later.append(lambda db: store.note(db, event.therapist, "took over by writing", id))
        elif isinstance(event, TherapistClosed) and _is_closed(decision.request) and not _is_closed(was):
            later.append(lambda db: store.note(db, event.therapist, "closed", id))
        elif isinstance(event, TherapistClosedAlert) and _alert_was_closed(was, decision.request):
            later.append(lambda db: store.note(db, event.therapist, "closed an alert", id))
        if before.lent != decision.state.lent:
            later.append(partial(_note_floor, id, before.lent, decision.state.lent))
        for fact in counting.facts(self._library.book, before, was, decision, event, self._can_be_booked):
            later.append(partial(counting.write, id, self._clinic.timezone, fact))
        conversation.shown_on_desk = conversation.shown_on_desk or bool(
            decision.state.holder or before.holder or decision.request or carried.notes
        )

    def _link(self, conversation: Opened, therapist: str, link: SchedulingLink, at: datetime) -> str:
        token, ref = secrets.token_urlsafe(24), secrets.token_urlsafe(18)
        hashed = self._vault.look_up("link", token)
        expires = at + timedelta(days=self._clinic.link_days)
        url, id = links.target(link, ref), conversation.known.id
        conversation.later.append(
            lambda db: store.record_link(db, hashed, ref, id, therapist, link.provider, url, expires)
        )
        return f"{self._public_url}/r/{token}"

    async def _booked_by(self, link: bytes, said: Fact, db: AsyncConnection) -> None:
        await bookings.report(self._vault, self._clinic.timezone, link, said, db)

    def _file(self, conversation: Opened, body: bytes) -> FileRef:
        id, file, sealed = conversation.known.id, uuid4(), conversation.known.cipher.seal(body)

        async def keep(db: AsyncConnection) -> None:
            await store.keep_file(db, file, id, sealed)

        conversation.later.append(keep)
        return FileRef(STORED, str(file))

    def _data_file(self, conversation: Opened) -> store.Outgoing:
        """What is kept, as a file of the person's own. It is read under this turn's lock."""
        id, key, state = conversation.known.id, conversation.known.cipher, conversation.state
        file = uuid4()

        async def gather(db: AsyncConnection) -> None:
            recorded = [
                (when, name, envelope.unpack_words(key.open(body))[0])
                for when, name, body in await store.words_of(db, id)
            ]
            instruments, wording = self._library.book.instruments, self._library.wording
            filled = [
                answered.as_text(instruments, wording, state.locale, answered.unpack(key.open(body)))
                for body in await store.answers_of(db, id)
            ]
            text = carry.data_file(self._library.book, self._library.wording, state, recorded, filled)
            await store.keep_file(db, file, id, key.seal(text.encode()), COPY_LASTS)

        conversation.later.append(gather)
        media = Media(MediaKind.DOCUMENT, FileRef(STORED, str(file)), "passerelle.txt", "text/plain; charset=utf-8")
        return store.Outgoing(
            conversation=id,
            lane=f"{id}",
            platform=conversation.known.platform,
            place="person",
            kind=UNKEPT,
            automated=True,
            epoch=state.epoch,
            weight="normal",
            author="",
            body=key.seal(
                envelope.pack(
                    Message(self._library.wording.sentence("web.data_file", state.locale), media=media),
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
            await counting.last(db, known.id, self._clinic.timezone)
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


def _is_closed(request: Request | None) -> bool:
    return request is not None and request.status is Status.CLOSED


def _alert_was_closed(before: Request | None, after: Request | None) -> bool:
    return bool(before and before.in_danger and not (after and after.in_danger))


def is_on_desk(request: Request) -> bool:
    """Whether therapists see it: somebody waits, somebody has it, or a danger is still open."""
    return request.status in OPEN or request.status is Status.TAKEN or request.in_danger


def sealed_state(key: PersonKey, state: State) -> bytes:
    return key.seal(orjson.dumps(states.to_json(state)))


# What rarely happens in a turn is put off in this form: (facts..., db).


async def _keep_file(id: UUID, db: AsyncConnection) -> None:
    await store.keep_file_for_good(db, id)


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


async def _note_floor(conversation: int, before: Lent | None, now: Lent | None, db: AsyncConnection) -> None:
    """Who let the bot speak, what, and when it was silent again."""
    if now:
        facts = orjson.dumps({"flow": now.flow}).decode()
        await store.note(db, now.therapist, "let the bot lead", conversation, facts)
    elif before:
        facts = orjson.dumps({"flow": before.flow}).decode()
        await store.note(db, "bot", "fell silent again", conversation, facts)


async def _note_asked(therapist: str, conversation: int, db: AsyncConnection) -> None:
    await store.note(db, therapist, ASKED, conversation)


async def _record_answers(conversation: int, answers: Answers, body: bytes, db: AsyncConnection) -> None:
    await store.record_answers(db, conversation, answers.number, body, answers.at)


async def _record_note(conversation: int, note: KeepNote, body: bytes | None, db: AsyncConnection) -> None:
    await store.record_note(db, conversation, note.kind.value, note.author, note.to, body)
    await store.note(db, note.author, f"to {note.to}: {note.kind.value}", conversation)


async def _record_consent(conversation: int, key: PersonKey, agree: Agree, db: AsyncConnection) -> None:
    await store.record_consent(db, conversation, agree.purpose, agree.agreed)
    if agree.purpose == WATCH:
        await store.let_read_along(db, conversation, agree.agreed)
    if agree.agreed:
        return
    if agree.purpose not in store.WORDS_FOR:
        return
    nothing, at_desk = key.seal(envelope.pack(Message(""))), agree.purpose == "human"
    newest = await store.forget_told(db, conversation, at_desk, nothing)
    if newest is not None:
        again = {"c": conversation, "n": newest, "d": at_desk, "b": nothing.hex()}
        await store.enqueue(db, "forget", orjson.dumps(again))
    forgotten = await store.forget(db, conversation, agree.purpose)
    if agree.purpose != "answers":
        media = (envelope.unpack_words(key.open(body))[1] for body in forgotten)
        files = [UUID(one.file.id) for one in media if one and one.file and one.file.platform == STORED]
        await store.drop_files(db, files)
