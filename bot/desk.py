"""The desk's side of the program: what a therapist does, in a browser or on their messenger, becomes an event.

Implements handlers.port.DeskRoom and DeskRoad. What the desk shows is in bot/cards.py.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import cards, doors, store
from bot.database import answering
from bot.deliver import STORED
from bot.doors import Door
from bot.room import Room
from bot.signals import Signals
from bot.turn import Arrival, Taken, Turns
from bot.vault import PersonKey, Vault
from bot.wording import Wording
from flows.events import (
    FileRef,
    Media,
    TherapistDeclined,
    TherapistEdited,
    TherapistEvent,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
)
from handlers.port import (
    Acted,
    Card,
    Colleague,
    Commanded,
    DeskAnswer,
    DeskHeard,
    Line,
    Outcome,
    Pressed,
    Wrote,
)
from handoff.roster import Clinic

log = structlog.get_logger()

WEB = "desk_web"
QUIET = DeskAnswer()


class Desk:
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
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._turns = turns
        self._clinic = clinic
        self._wording = wording
        self._signals = signals
        self._room = room
        self._fetch = fetch
        self._therapists = {t.id: t for t in clinic.therapists}

    # --- in a browser ---

    async def sign_in(self, token: str) -> str | None:
        async with answering(self._engine) as db:
            therapist = await doors.spend(db, self._vault, Door.SIGN_IN, token)
            if therapist is None or therapist not in self._therapists:
                return None
            return await doors.make(db, self._vault, Door.SESSION, therapist)

    async def sign_out(self, session: str) -> None:
        async with answering(self._engine) as db:
            await doors.end_session(db, self._vault, session)

    async def colleague(self, session: str) -> Colleague | None:
        async with answering(self._engine) as db:
            id = await doors.session_of(db, self._vault, session)
        therapist = self._therapists.get(id or "")
        return Colleague(therapist.id, therapist.name, therapist.languages[0]) if therapist else None

    async def cards(self, therapist: str) -> list[Card]:
        async with answering(self._engine) as db:
            return await cards.cards(db, self._vault, therapist, self._names())

    async def lines(self, therapist: str, conversation: str, after: int = 0) -> list[Line]:
        if (public := _public(conversation)) is None:
            return []
        async with answering(self._engine) as db:
            return await cards.lines(db, self._vault, therapist, public, after, self._names())

    async def take_over(self, therapist: str, conversation: str, act: str) -> Acted:
        event = TherapistTookOver(_now(), therapist, self._name(therapist))
        return await self._act(therapist, conversation, act, event)

    async def say(
        self, therapist: str, conversation: str, act: str, content: str | Media, reply_to: int | None
    ) -> Acted:
        reply = f"line:{reply_to}" if reply_to else None
        event = TherapistSaid(_now(), therapist, self._name(therapist), content, f"{WEB}:{act}", reply)
        return await self._act(therapist, conversation, act, event)

    async def decline(self, therapist: str, conversation: str, act: str) -> Acted:
        return await self._act(therapist, conversation, act, TherapistDeclined(_now(), therapist))

    async def release(self, therapist: str, conversation: str, act: str) -> Acted:
        event = TherapistReleased(_now(), therapist, self._name(therapist))
        return await self._act(therapist, conversation, act, event)

    async def keep_file(self, therapist: str, conversation: str, body: bytes, name: str, mime: str) -> FileRef:
        public = _public(conversation)
        id = uuid4()
        async with answering(self._engine) as db:
            found = await cards.owned(db, public, therapist) if public else None
            if found is None:
                raise LookupError("not this therapist's conversation")
            await store.keep_file(db, id, found.id, self._vault.key(found.key).seal(body))
        return FileRef(STORED, str(id))

    async def file(self, therapist: str, conversation: str, line: int) -> bytes | None:
        public = _public(conversation)
        async with answering(self._engine) as db:
            found = await cards.owned(db, public, therapist) if public else None
            if found is None:
                return None
            media = await cards.media_of(db, self._vault, found, line)
            if media:
                await store.note(db, therapist, "opened a file", found.id)
        return await self._fetch(self._vault.key(found.key), media.file) if media and media.file else None

    async def changes(self, therapist: str) -> AsyncIterator[None]:
        # "shown" tells that something reached a person: a line's delivery mark.
        async for _ in self._signals.watch("desk", "shown"):
            yield

    async def _act(self, therapist: str, conversation: str, act: str, event: TherapistEvent) -> Acted:
        public = _public(conversation)
        async with answering(self._engine) as db:
            id = await cards.id_of(db, public) if public else None
        if id is None:
            return Acted(Outcome.GONE)
        taken = await self._turns.take(Arrival((WEB, f"{therapist}:{act}"), event, conversation=id))
        if taken.again:
            return Acted(Outcome.DONE)
        return self._acted(therapist, event, taken)

    def _acted(self, therapist: str, event: TherapistEvent, taken: Taken) -> Acted:
        if taken.conversation is None:
            return Acted(Outcome.GONE)
        wanted = isinstance(event, TherapistTookOver | TherapistSaid | TherapistEdited | TherapistReleased)
        if wanted and taken.owner not in (None, therapist):
            return Acted(Outcome.TAKEN, self._name(taken.owner or ""))
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
        if therapist is None or therapist not in self._therapists:
            return None
        return await self._heard(heard, therapist)

    def unknown(self, platform: str, kind: str) -> None:
        self._room.unknown(platform, kind)

    async def _heard(self, heard: DeskHeard, therapist: str) -> DeskAnswer:
        match heard.act:
            case Pressed(press):
                verb, _, rest = press.partition("/")
                conversation = rest.rpartition("/")[2]
                event = self._event(verb, therapist, heard.at)
                if event is None or not conversation.isdigit():
                    return QUIET
                return await self._do(heard, therapist, int(conversation), event)
            case Commanded(command, _, reply_to):
                event = self._event(command, therapist, heard.at)
                if event is None:
                    return self._say(therapist, "desk.help")
                conversation_id = await self._meant(heard, therapist, reply_to, command)
                if conversation_id is None:
                    return self._say(therapist, "desk.which_conversation")
                return await self._do(heard, therapist, conversation_id, event)
            case Wrote(content, message, reply_to, edited):
                conversation_id = await self._meant(heard, therapist, reply_to, "write")
                if conversation_id is None:
                    # In the group's general thread colleagues talk among themselves.
                    return self._say(therapist, "desk.which_conversation") if heard.private else QUIET
                if edited:
                    words = content.caption if isinstance(content, Media) else content
                    change = TherapistEdited(heard.at, therapist, words, message)
                    return await self._do(heard, therapist, conversation_id, change)
                said = TherapistSaid(heard.at, therapist, self._name(therapist), content, message, reply_to)
                return await self._do(heard, therapist, conversation_id, said)

    async def _do(self, heard: DeskHeard, therapist: str, conversation: int, event: TherapistEvent) -> DeskAnswer:
        claim = (heard.platform, heard.update)
        taken = await self._turns.take(Arrival(claim, event, conversation=conversation))
        if taken.again:
            return QUIET
        acted = self._acted(therapist, event, taken)
        if acted.outcome is Outcome.GONE:
            return self._answer(heard, therapist, "desk.too_late")
        # Who came too late is told by handoff/desk.py, through the outbox.
        return QUIET

    def _answer(self, heard: DeskHeard, therapist: str, sentence: str, **values: str) -> DeskAnswer:
        if not isinstance(heard.act, Pressed):
            return self._say(therapist, sentence, **values)
        locale = self._therapists[therapist].languages[0]
        return DeskAnswer(notice=self._wording.sentence(sentence, locale, **values))

    def _say(self, to: str, sentence: str, **values: str) -> DeskAnswer:
        locale = self._therapists[to].languages[0]
        return DeskAnswer(say=self._wording.sentence(sentence, locale, **values))

    def _event(self, verb: str, therapist: str, at: datetime) -> TherapistEvent | None:
        match verb:
            case "take":
                return TherapistTookOver(at, therapist, self._name(therapist))
            case "release":
                return TherapistReleased(at, therapist, self._name(therapist))
            case "decline":
                return TherapistDeclined(at, therapist)
            case _:
                return None

    async def _meant(self, heard: DeskHeard, therapist: str, reply_to: str | None, verb: str) -> int | None:
        """Which conversation a message is about: its thread's; the one it answers; the only one it can be."""
        async with answering(self._engine) as db:
            if heard.thread is not None and not heard.private:
                rows = await db.execute(
                    text("SELECT conversation FROM thread WHERE chat = :chat AND thread = :thread"),
                    {"chat": heard.chat, "thread": heard.thread},
                )
                return rows.scalar_one_or_none()
            if reply_to:
                rows = await db.execute(
                    text("""SELECT conversation FROM outbox WHERE platform = :platform AND place = :therapist
                            AND message = :message ORDER BY id DESC LIMIT 1"""),
                    {"platform": heard.platform, "therapist": therapist, "message": reply_to},
                )
                if (answered := rows.scalar_one_or_none()) is not None:
                    return int(answered)
            if not heard.private:
                return None
            rows = await db.execute(
                text("SELECT id FROM conversation WHERE owner = :therapist"), {"therapist": therapist}
            )
            own = [row[0] for row in rows]
            if own or verb == "release":
                return own[0] if len(own) == 1 else None
            rows = await db.execute(
                text("""SELECT DISTINCT o.conversation FROM outbox o JOIN conversation c ON c.id = o.conversation
                        WHERE o.platform = :platform AND o.place = :therapist AND o.kind = 'offer'
                        AND c.owner IS NULL AND c.request_status IN ('waiting', 'offered', 'unanswered')"""),
                {"platform": heard.platform, "therapist": therapist},
            )
            offered = [row[0] for row in rows]
            return offered[0] if len(offered) == 1 else None

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
