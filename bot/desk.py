"""The desk's side of the program: what a therapist does, in a browser or on their messenger, becomes an event.

Implements DeskRoom and DeskRoad of handlers/port_desk.py. What the desk shows is in bot/cards.py and bot/timeline.py,
the way in in bot/entrance.py.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid5

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import answered, canned, cards, doors, meant, outbox, store, timeline
from bot.database import answering
from bot.deliver import STORED
from bot.desk_orders import ORDERS, Order, Orders
from bot.doors import Door
from bot.entrance import Entrance, Gate
from bot.room import Room
from bot.signals import Signals
from bot.timeline import DESK_WEB
from bot.turn import Arrival, Taken, Turns
from bot.typing import Typing, lately, person_writes
from bot.vault import PersonKey, Vault
from bot.wording import Wording
from flows.engine import SAME_PRESS
from flows.events import (
    FileRef,
    Media,
    TherapistCalledOff,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistEdited,
    TherapistEvent,
    TherapistNoted,
    TherapistPassed,
    TherapistPrescribed,
    TherapistReacted,
    TherapistReleased,
    TherapistSaid,
    TherapistSentLink,
    TherapistTookOver,
)
from flows.instruments import Instrument
from handlers.errors import DeliveryError
from handlers.port import TEXT_LIMIT
from handlers.port_desk import (
    NOTE_LIMIT,
    Acted,
    BookingPage,
    Canned,
    Card,
    Commanded,
    DeskAnswer,
    DeskHeard,
    Filled,
    Led,
    Line,
    Outcome,
    Peer,
    Pressed,
    Reacted,
    Wrote,
)
from handoff.request import Status
from handoff.roster import Clinic, on_duty

log = structlog.get_logger()

QUIET = DeskAnswer()
TO_THE_PERSON = {"say", "link"}  # presses that would be read twice


class Desk(Entrance):
    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        turns: Turns,
        clinic: Clinic,
        wording: Wording,
        signals: Signals,
        room: Room,
        fetch: Callable[[PersonKey, FileRef], Awaitable[bytes]],
        instruments: Mapping[str, Instrument],
        gate: Gate,
        orders: Orders,
        typing: Typing,
    ) -> None:
        self._orders = orders
        self._typing = typing
        super().__init__(engine, vault, clinic, wording, gate)
        self._turns = turns
        self._signals = signals
        self._room = room
        self._fetch = fetch
        self._instruments = instruments
        self._presses: dict[tuple[str, str], tuple[datetime, str]] = {}  # who and what -> when, in which update
        self._told_unknown: set[tuple[str, str]] = set()  # who, in which topic of the group

    def renew(self, clinic: Clinic) -> None:
        super().renew(clinic)
        self._orders.renew(clinic)

    # --- in a browser ---

    async def cards(self, therapist: str) -> list[Card]:
        locale = self._therapists[therapist].languages[0]
        async with answering(self._engine) as db:
            return await cards.cards(
                db,
                self._vault,
                therapist,
                self._names(),
                lambda said: self._wording.text(said, locale),
                lambda flow: self._orders.title(flow, locale),
            )

    async def lines(self, therapist: str, conversation: str, after: int = 0) -> list[Line]:
        if (public := _public(conversation)) is None:
            return []
        async with answering(self._engine) as db:
            return await timeline.lines(db, self._vault, therapist, public, after, self._names())

    async def answers(self, therapist: str, conversation: str) -> list[Filled]:
        if (public := _public(conversation)) is None:
            return []
        async with answering(self._engine) as db:
            kept = await cards.answers(db, self._vault, therapist, public)
        return answered.filled(self._instruments, kept)

    async def take_over(self, therapist: str, conversation: str, act: str) -> Acted:
        event = TherapistTookOver(_now(), therapist, self._name(therapist))
        return await self._act(therapist, conversation, act, event)

    async def say(
        self, therapist: str, conversation: str, act: str, content: str | Media, reply_to: int | None
    ) -> Acted:
        reply = f"line:{reply_to}" if reply_to else None
        event = TherapistSaid(_now(), therapist, self._name(therapist), content, f"{DESK_WEB}:{act}", reply)
        acted = await self._act(therapist, conversation, act, event)
        if acted.outcome is not Outcome.DONE and isinstance(content, Media) and content.file:
            async with answering(self._engine) as db:
                await store.drop_files(db, [UUID(content.file.id)])
        return acted

    async def typing(self, therapist: str, conversation: str) -> None:
        public = _public(conversation)
        async with answering(self._engine) as db:
            id = await cards.id_of(db, public) if public else None
        if id is not None:
            await self._typing.therapist(therapist, id)

    async def decline(self, therapist: str, conversation: str, act: str) -> Acted:
        return await self._act(therapist, conversation, act, TherapistDeclined(_now(), therapist))

    async def release(self, therapist: str, conversation: str, act: str) -> Acted:
        event = TherapistReleased(_now(), therapist, self._name(therapist))
        return await self._act(therapist, conversation, act, event)

    async def close(self, therapist: str, conversation: str, act: str) -> Acted:
        event = TherapistClosed(_now(), therapist, self._name(therapist))
        return await self._act(therapist, conversation, act, event)

    async def close_alert(self, therapist: str, conversation: str, act: str) -> Acted:
        event = TherapistClosedAlert(_now(), therapist, self._name(therapist))
        return await self._act(therapist, conversation, act, event)

    async def pass_on(self, therapist: str, conversation: str, act: str, to: str) -> Acted:
        event = TherapistPassed(_now(), therapist, self._name(therapist), to)
        return await self._act(therapist, conversation, act, event)

    async def note(self, therapist: str, conversation: str, act: str, to: str, text: str) -> Acted:
        event = TherapistNoted(_now(), therapist, self._name(therapist), to, text)
        return await self._act(therapist, conversation, act, event)

    async def send_page(self, therapist: str, conversation: str, act: str, of: str) -> Acted:
        event = TherapistSentLink(_now(), therapist, self._name(therapist), of, f"{DESK_WEB}:{act}")
        return await self._act(therapist, conversation, act, event)

    def led(self, therapist: str) -> list[Led]:
        return self._orders.led(self._therapists[therapist].languages[0])

    async def prescribe(self, therapist: str, conversation: str, act: str, flow: str, due: datetime | None) -> Acted:
        event = TherapistPrescribed(_now(), therapist, self._name(therapist), flow, due)
        return await self._act(therapist, conversation, act, event)

    async def call_off(self, therapist: str, conversation: str, act: str) -> Acted:
        return await self._act(therapist, conversation, act, TherapistCalledOff(_now(), therapist))

    def peers(self, therapist: str) -> list[Peer]:
        on = {one.id for one in on_duty(self._clinic, _now(), "")}
        others = (
            Peer(one.id, one.name, one.languages, one.id in on)
            for one in self._clinic.therapists
            if one.id != therapist
        )
        return sorted(others, key=lambda peer: not peer.on_duty)

    def booking_pages(self, therapist: str) -> list[BookingPage]:
        therapists = sorted(self._clinic.therapists, key=lambda one: one.id != therapist)
        pages = [BookingPage(one.id, one.name) for one in therapists if one.link]
        return [*pages, BookingPage("", "")] if self._clinic.fallback_link else pages

    async def canned(self, therapist: str) -> list[Canned]:
        async with answering(self._engine) as db:
            return await canned.of(db, self._vault, therapist)

    async def keep_canned(self, therapist: str, text: str) -> bool:
        async with answering(self._engine) as db:
            return await canned.keep(db, self._vault, therapist, text)

    async def drop_canned(self, therapist: str, id: int) -> None:
        async with answering(self._engine) as db:
            await canned.drop(db, therapist, id)

    async def keep_file(self, therapist: str, conversation: str, act: str, body: bytes) -> FileRef | None:
        if (public := _public(conversation)) is None:
            return None
        id = uuid5(public, f"{DESK_WEB}:{therapist}:{act}")
        async with answering(self._engine) as db:
            found = await cards.sealed_for(db, public)
            kept = found and await store.keep_file(db, id, found[0], self._vault.key(found[1]).seal(body))
        return FileRef(STORED, str(id)) if kept else None

    async def file(self, therapist: str, conversation: str, line: int) -> bytes | None:
        public = _public(conversation)
        async with answering(self._engine) as db:
            if public is None:
                return None
            found = await cards.owned(db, public, therapist) or await cards.watched(db, self._vault, public, therapist)
            if found is None:
                return None
            media = await cards.media_of(db, self._vault, found, line)
            if media:
                await store.note(db, therapist, "opened a file", found.id)
        if media is None or media.file is None:
            return None
        try:
            return await self._fetch(self._vault.key(found.key), media.file)
        except DeliveryError:  # the platform that holds it gives it no more
            return None

    async def writing(self, therapist: str, conversation: str) -> datetime | None:
        public = _public(conversation)
        async with answering(self._engine) as db:
            found = await cards.owned(db, public, therapist) if public else None
        return lately(self._signals, person_writes(found.id)) if found else None

    async def changes(self, therapist: str, conversation: str) -> AsyncIterator[None]:
        public = _public(conversation)
        async with answering(self._engine) as db:
            id = await cards.id_of(db, public) if public else None
        # "shown" tells that something reached a person: a line's delivery mark.
        async for _ in self._signals.watch("desk", "shown", *([person_writes(id)] if id is not None else [])):
            yield

    async def _act(self, therapist: str, conversation: str, act: str, event: TherapistEvent) -> Acted:
        public = _public(conversation)
        async with answering(self._engine) as db:
            id = await cards.id_of(db, public) if public else None
        if id is None:
            return Acted(Outcome.GONE)
        taken = await self._turns.take(Arrival((DESK_WEB, f"{therapist}:{act}"), event, conversation=id))
        if taken.again:
            return await self._became(therapist, id, event)
        return self._acted(therapist, event, taken)

    async def _became(self, therapist: str, conversation: int, event: TherapistEvent) -> Acted:
        """What came of an act that had been taken before. Words that did not go to the person were refused."""
        if not isinstance(event, TherapistSaid | TherapistSentLink):
            return Acted(Outcome.DONE)
        async with answering(self._engine) as db:
            went = await meant.went(db, conversation, therapist, event.message)
            owner = await outbox.owner_of(db, conversation)
        if went:
            return Acted(Outcome.DONE)
        return Acted(Outcome.GONE) if owner in (None, therapist) else Acted(Outcome.TAKEN, self._name(owner))

    def _acted(self, therapist: str, event: TherapistEvent, taken: Taken) -> Acted:
        if taken.conversation is None or (isinstance(event, TherapistPrescribed) and taken.owner is None):
            return Acted(Outcome.GONE)
        wanted = not isinstance(event, TherapistDeclined | TherapistNoted)
        if wanted and taken.owner not in (None, therapist):
            return Acted(Outcome.TAKEN, self._name(taken.owner or ""))
        request = taken.decision.request if taken.decision else None
        if isinstance(event, TherapistClosed) and request and request.status is not Status.CLOSED:
            return Acted(Outcome.STILL_OPEN)
        return Acted(Outcome.DONE)

    # --- on the messenger ---

    async def hear(self, heard: DeskHeard) -> DeskAnswer | None:
        async with answering(self._engine) as db:
            therapist = await doors.who(db, self._vault, heard.platform, heard.who)
            if isinstance(heard.act, Commanded) and heard.act.command == "start" and heard.private:
                invited = (
                    await doors.spend(db, self._vault, Door.INVITATION, heard.act.argument)
                    if heard.act.argument
                    else None
                )
                if invited in self._therapists:
                    await doors.join(db, self._vault, invited, heard.platform, heard.who)
                    return self._say(invited, "desk.joined", therapist=self._name(invited))
        if not heard.who:
            return self._anonymous(heard)
        if therapist is None or therapist not in self._therapists:
            return self._not_known(heard)
        return await self._heard(heard, therapist)

    def _not_known(self, heard: DeskHeard) -> DeskAnswer | None:
        """In the clinic's own group who is not invited is told that nobody hears them; elsewhere they learn nothing."""
        if heard.private or heard.chat != self._clinic.desk_group:
            return None
        told = self._wording.sentence("desk.not_known", self._clinic.languages[0])
        if isinstance(heard.act, Pressed):
            return DeskAnswer(notice=told)
        # Once in each topic: colleagues who only talk there are not answered at every word.
        if isinstance(heard.act, Reacted) or heard.thread is None or (heard.who, heard.thread) in self._told_unknown:
            return None
        self._told_unknown.add((heard.who, heard.thread))
        return DeskAnswer(say=told)

    def _anonymous(self, heard: DeskHeard) -> DeskAnswer | None:
        """A therapist may believe that these words reached the person. In the general thread colleagues talk."""
        if heard.chat != self._clinic.desk_group or heard.thread is None:
            return None
        return DeskAnswer(say=self._wording.sentence("desk.anonymous", self._clinic.languages[0]))

    def unknown(self, platform: str, kind: str) -> None:
        self._room.unknown(platform, kind)

    async def _heard(self, heard: DeskHeard, therapist: str) -> DeskAnswer:
        match heard.act:
            case Pressed(press):
                verb, *rest = press.split("/")
                if not rest or not rest[-1].isdecimal() or self._is_again(heard, press):
                    return QUIET
                return await self._ordered(heard, therapist, verb, "/".join(rest[:-1]), int(rest[-1])) or QUIET
            case Commanded("desk") if heard.private:
                await self.send_link(therapist)
                return QUIET
            case Commanded("save", argument):
                return await self._save(therapist, argument)
            case Commanded(command, argument, reply_to):
                if command not in ORDERS:
                    return self._say(therapist, "desk.help")
                async with answering(self._engine) as db:
                    conversation_id = await meant.by(db, heard, therapist, reply_to, command)
                if conversation_id is None:
                    return self._say(therapist, "desk.which_conversation")
                return await self._ordered(heard, therapist, command, argument, conversation_id) or QUIET
            case Reacted(emoji, message):
                async with answering(self._engine) as db:
                    reacted = await meant.under(db, heard, therapist, message)
                if reacted is None:
                    return QUIET
                return await self._do(heard, therapist, reacted, TherapistReacted(heard.at, therapist, message, emoji))
            case Wrote(Media(caption=caption)) if caption.startswith("/"):
                return self._say(therapist, "desk.help")  # an order: no words for the person
            case Wrote(content, message, _, edited=True):
                words = content.caption if isinstance(content, Media) else content
                return await self._edited(heard, therapist, words, message)
            case Wrote(content, message, reply_to):
                async with answering(self._engine) as db:
                    note = await meant.note_answered(db, heard, therapist, reply_to)
                    conversation_id = await meant.by(db, heard, therapist, reply_to, meant.WRITE)
                if note:
                    return await self._noted(heard, therapist, content, *note)
                if conversation_id is None:
                    # In the group's general thread colleagues talk among themselves.
                    return self._say(therapist, "desk.which_conversation") if heard.private else QUIET
                said = TherapistSaid(heard.at, therapist, self._name(therapist), content, message, reply_to)
                return await self._do(heard, therapist, conversation_id, said)

    def _is_again(self, heard: DeskHeard, press: str) -> bool:
        """Whether this is the same press under a new update id, and would say its words to the person once more."""
        if press.partition("/")[0] not in TO_THE_PERSON:
            return False
        self._presses = {key: one for key, one in self._presses.items() if abs(heard.at - one[0]) < SAME_PRESS}
        first = self._presses.setdefault((heard.who, press), (heard.at, heard.update))
        return first[1] != heard.update  # its own update comes again where it could not be taken

    async def _noted(
        self, heard: DeskHeard, therapist: str, content: str | Media, conversation: int, to: str
    ) -> DeskAnswer:
        """What answers a private note is one too."""
        if isinstance(content, Media) or len(content) > NOTE_LIMIT:
            return self._say(therapist, "desk.ask_how")
        note = TherapistNoted(heard.at, therapist, self._name(therapist), to, content)
        return await self._do(heard, therapist, conversation, note)

    async def _edited(self, heard: DeskHeard, therapist: str, words: str, message: str) -> DeskAnswer:
        """An edit goes where the words went that it replaces. A command or a private note went to nobody."""
        async with answering(self._engine) as db:
            conversation = await meant.said_in(db, heard, therapist, message)
        if conversation is None:
            return QUIET
        return await self._do(heard, therapist, conversation, TherapistEdited(heard.at, therapist, words, message))

    async def _ordered(
        self, heard: DeskHeard, therapist: str, verb: str, argument: str, conversation: int
    ) -> DeskAnswer | None:
        order = Order(
            self._therapists[therapist], heard.at, verb, argument, conversation, f"{heard.platform}:{heard.update}"
        )
        read = self._orders.read(order, await self.canned(therapist) if verb == "say" else ())
        if read is None or isinstance(read, DeskAnswer):
            return read
        return await self._do(heard, therapist, conversation, read)

    async def _save(self, therapist: str, words: str) -> DeskAnswer:
        if not words or len(words) > TEXT_LIMIT:
            return self._say(therapist, "desk.save_how")
        kept = await self.keep_canned(therapist, words)
        return self._say(therapist, "desk.saved" if kept else "desk.save_full", most=f"{canned.MOST}")

    async def _do(self, heard: DeskHeard, therapist: str, conversation: int, event: TherapistEvent) -> DeskAnswer:
        claim = (heard.platform, heard.update)
        taken = await self._turns.take(Arrival(claim, event, conversation=conversation))
        if taken.again:
            return QUIET
        acted = self._acted(therapist, event, taken)
        if acted.outcome is Outcome.GONE:
            return self._answer(heard, therapist, "desk.too_late")
        if isinstance(event, TherapistNoted) and await self._reads_in_browser_only(event.to, heard.platform):
            return self._say(therapist, "desk.note_waits", therapist=self._name(event.to))
        # Who came too late is told by handoff/desk.py, through the outbox.
        return QUIET

    async def _reads_in_browser_only(self, colleague: str, platform: str) -> bool:
        async with answering(self._engine) as db:
            return colleague in self._therapists and colleague not in await doors.joined(db, platform)

    def _answer(self, heard: DeskHeard, therapist: str, sentence: str, **values: str) -> DeskAnswer:
        if not isinstance(heard.act, Pressed):
            return self._say(therapist, sentence, **values)
        locale = self._therapists[therapist].languages[0]
        return DeskAnswer(notice=self._wording.sentence(sentence, locale, **values))

    def _say(self, to: str, sentence: str, **values: str) -> DeskAnswer:
        locale = self._therapists[to].languages[0]
        return DeskAnswer(say=self._wording.sentence(sentence, locale, **values))

    def _name(self, therapist: str) -> str:
        known = self._therapists.get(therapist)
        return known.name if known else therapist

    def _names(self) -> dict[str, str]:
        return {t.id: t.name for t in self._clinic.therapists}


def _public(conversation: str) -> UUID | None:
    try:
        return UUID(conversation)
    except ValueError:
        return None


def _now() -> datetime:
    return datetime.now(UTC)
