"""A small room in memory: what the program gives to the pages, without the program."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from flows.events import FileRef, Media, PersonArrived, PersonSaid, PersonSent, PersonTapped
from handlers.port import Button, Closed, Incoming, Shown
from handlers.port_desk import (
    Acted,
    BookingPage,
    Canned,
    Card,
    Colleague,
    Filled,
    Led,
    Line,
    LineKind,
    Noticed,
    Outcome,
    Passkey,
    Peer,
    Planned,
    Standing,
)

DONE = Acted(Outcome.DONE)


@dataclass
class Talk:
    """One conversation, as both sides see it."""

    address: str
    locale: str
    shown: list[Shown] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)
    shown_files: dict[int, bytes] = field(default_factory=dict)
    line_files: dict[int, bytes] = field(default_factory=dict)
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    waiting: datetime | None = None
    shared: str = ""
    urgent: bool = False
    owner: str = ""
    settling: bool = False
    unread: int = 0
    country: str = ""
    alert: Noticed | None = None
    stand_in: str = ""
    passed_to: str = ""
    writes_at: datetime | None = None
    person_writes_at: datetime | None = None
    led: str = ""
    planned: Planned | None = None


class Room:
    """PersonRoom, DeskRoom and Links in one. closed: refuse everything, as a stopping program does."""

    def __init__(self) -> None:
        self.closed = False
        self.talks: dict[str, Talk] = {}
        self.taken: list[Incoming] = []
        self.acts: set[str] = set()
        self.kept: dict[str, bytes] = {}
        self.files: dict[str, str] = {}  # by what sent them
        self.tokens = {"a-fresh-link": "ines"}
        self.sessions: dict[str, str] = {}
        self.therapists = {
            "ines": Colleague("ines", "Inès Faux-Semblant", "fr"),
            "tom": Colleague("tom", "Tom Placeholder", "en"),
        }
        self.links = {"good-link": "https://scheduling.example/ines"}
        self.clicks: list[str] = []
        self.typed: list[str] = []  # by whom
        self.followed: list[str] = []  # conversations; "" by a desk with none open, or that nobody looks at
        self.canned: dict[str, list[str]] = {}
        self.links_sent: list[str] = []
        self._stirred: set[asyncio.Event] = set()

    # what a test does

    def bot_says(self, talk: Talk, text: str, *labels: str, url: str = "", at: datetime | None = None) -> Shown:
        nth = len(talk.shown) + 1
        buttons = tuple(Button(label, f"{nth}/menu/menu/{label[:8]}") for label in labels)
        if url:
            buttons = (Button("Voir les horaires", url=url),)
        return self.show(talk, text, buttons=buttons, at=at)

    def show(
        self,
        talk: Talk,
        text: str,
        *,
        buttons: tuple[Button, ...] = (),
        author: str = "",
        media: Media | None = None,
        edits: int | None = None,
        reply_to: str | None = None,
        at: datetime | None = None,
        plan: bool | None = None,
    ) -> Shown:
        one = Shown(
            talk.shown[-1].id + 1 if talk.shown else 1,
            at or datetime.now(UTC),
            text,
            buttons,
            media,
            author,
            edits,
            reply_to,
            plan,
        )
        talk.shown.append(one)
        self.stir()
        return one

    def line(self, talk: Talk, author: str, text: str, **more: object) -> Line:
        one = Line(
            len(talk.lines) + 1,
            datetime.now(UTC),
            author,
            text,
            media=None,
            text_id="welcome.hello" if author == "bot" else "",
            delivered=True,
            failed=False,
            reply_to=None,
            edited=False,
        )
        talk.lines.append(replace(one, **more))  # type: ignore[arg-type]
        self.stir()
        return talk.lines[-1]

    def wait(self, talk: Talk, shared: str = "", minutes: int = 4, urgent: bool = False) -> None:
        talk.waiting, talk.shared, talk.urgent = datetime.now(UTC) - timedelta(minutes=minutes), shared, urgent
        self.stir()

    def settle(self, talk: Talk) -> None:
        talk.settling = False
        self.stir()

    def stir(self) -> None:
        for one in self._stirred:
            one.set()

    def _open(self) -> None:
        if self.closed:
            raise Closed

    # Road, PersonRoom

    async def take(self, incoming: Incoming) -> bool:
        self._open()
        if incoming.update in {one.update for one in self.taken}:
            return False
        self.taken.append(incoming)
        talk = self.talks.setdefault(incoming.address, Talk(incoming.address, incoming.locale or "fr"))
        event = incoming.event
        match event:
            case PersonArrived():
                self.bot_says(talk, "Bonjour." if talk.locale == "fr" else "Hello.", "Respirer", "Plus tard")
            case PersonSaid(text=text) | PersonTapped(press=text):
                if not talk.owner and text in ("English", "Français"):
                    talk.locale = "en" if text == "English" else "fr"
                if isinstance(event, PersonSaid):
                    self.line(talk, "person", text)
                if not talk.owner:
                    self.bot_says(talk, f"Entendu\u00a0: {text}")
            case PersonSent(media=media):
                sent = self.line(talk, "person", media.caption, media=media)
                if media.file:
                    talk.line_files[sent.id] = self.kept[media.file.id]
        if talk.owner:
            talk.unread += 1
        self.stir()
        return True

    def unknown(self, platform: str, kind: str) -> None:
        raise AssertionError((platform, kind))

    async def shown(self, address: str, after: int) -> list[Shown]:
        self._open()
        talk = self.talks.get(address)
        return [one for one in talk.shown if one.id > after] if talk else []

    async def changes(self, person_or_therapist: str) -> AsyncIterator[None]:
        stirred = asyncio.Event()
        self._stirred.add(stirred)
        try:
            while True:
                await stirred.wait()
                stirred.clear()
                yield
        finally:
            self._stirred.discard(stirred)

    async def locale(self, address: str) -> str | None:
        self._open()
        return self.talks[address].locale if address in self.talks else None

    async def country(self, address: str) -> str:
        return self.talks[address].country if address in self.talks else ""

    async def talk(self, address: str) -> str:
        return self.talks[address].since.isoformat() if address in self.talks else ""

    async def human(self, address: str) -> str:
        talk = self.talks.get(address)
        return self.therapists[talk.owner].name if talk and talk.owner and not talk.settling and not talk.led else ""

    def _keep(self, of: str, body: bytes) -> FileRef:
        if of not in self.files:
            self.files[of] = f"file-{len(self.kept) + 1}"
            self.kept[self.files[of]] = body
        return FileRef("web", self.files[of])

    def _talk(self, conversation: str) -> Talk | None:
        return next((talk for talk in self.talks.values() if self.name(talk) == conversation), None)

    def name(self, talk: Talk) -> str:
        return f"c{list(self.talks.values()).index(talk) + 1}"


class PersonSide(Room):
    async def typing(self, address: str) -> None:
        self.typed.append(address)

    async def keep_file(self, address: str, update: str, body: bytes) -> FileRef:
        return self._keep(f"{address} {update}", body)

    async def writing(self, address: str) -> datetime | None:
        talk = self.talks.get(address)
        return talk.writes_at if talk else None

    async def file(self, address: str, message: int) -> bytes | None:
        return self.talks[address].shown_files.get(message)

    async def follow(self, token: str, at: datetime) -> str | None:
        self._open()
        if token in self.links:
            self.clicks.append(token)
        return self.links.get(token)


class DeskSide:
    """The desk of a Room."""

    async def typing(self, therapist: str, conversation: str) -> None:
        self.room.typed.append(f"{therapist} {conversation}")

    def __init__(self, room: Room) -> None:
        self.room = room

    async def sign_in(self, token: str) -> str | None:
        therapist = self.room.tokens.pop(token, None)
        if therapist is None:
            return None
        self.room.sessions[f"session-{therapist}"] = therapist
        return f"session-{therapist}"

    async def colleague(self, session: str) -> Colleague | None:
        self.room._open()
        return self.room.therapists.get(self.room.sessions.get(session, ""))

    active = colleague

    async def sign_out(self, session: str) -> None:
        self.room.sessions.pop(session, None)
        self.room.stir()

    async def sign_out_elsewhere(self, therapist: str, session: str) -> None:
        self.room.sessions = {session: therapist}
        self.room.stir()

    sends_links = True
    has_passkeys = False

    async def send_link(self, therapist: str) -> None:
        self.room.links_sent.append(therapist)

    async def passkeys(self, therapist: str) -> list[Passkey]:
        return []

    async def remove_passkey(self, therapist: str, id: str) -> None:
        raise AssertionError("there is none")

    async def cards(self, therapist: str) -> list[Card]:
        self.room._open()
        cards = []
        for talk in self.room.talks.values():
            if talk.owner == therapist:
                standing = Standing.SETTLING if talk.settling else Standing.LENT if talk.led else Standing.YOURS
            elif talk.owner:
                standing = Standing.THEIRS
            elif talk.waiting:
                standing = Standing.OFFERED if therapist == "ines" else Standing.WAITING
            elif talk.alert:
                standing = Standing.NOTICED
            else:
                continue
            mine = talk.owner == therapist
            cards.append(
                Card(
                    self.room.name(talk),
                    standing,
                    talk.locale,
                    "web",
                    talk.waiting or talk.since,
                    "" if talk.owner and not mine else talk.shared,
                    talk.urgent,
                    talk.unread if mine else 0,
                    self.room.therapists[talk.owner].name if talk.owner else "",
                    talk.alert,
                    bool(talk.owner) and therapist == talk.stand_in,
                    bool(talk.owner) and therapist == talk.passed_to,
                    self.room.therapists[talk.passed_to].name if mine and talk.passed_to else "",
                    led=talk.led if mine else "",
                    planned=talk.planned if mine else None,
                )
            )
        order = [
            Standing.OFFERED,
            Standing.WAITING,
            Standing.NOTICED,
            Standing.SETTLING,
            Standing.YOURS,
            Standing.LENT,
            Standing.THEIRS,
        ]
        return sorted(cards, key=lambda card: (order.index(card.standing), card.since))

    async def lines(self, therapist: str, conversation: str, after: int = 0) -> list[Line]:
        assert -(2**63) <= after < 2**63, "what the database's bigint holds"
        talk = self.room._talk(conversation)
        if talk is None or talk.owner != therapist:
            return []
        talk.unread = 0
        return [one for one in talk.lines if one.id > after]

    async def answers(self, therapist: str, conversation: str) -> list[Filled]:
        talk = self.room._talk(conversation)
        return talk.filled if talk and talk.owner == therapist else []

    async def take_over(self, therapist: str, conversation: str, act: str) -> Acted:
        self.room._open()
        return self._once(act, lambda: self._claim(therapist, conversation))

    async def say(
        self, therapist: str, conversation: str, act: str, content: str | Media, reply_to: int | None
    ) -> Acted:
        self.room._open()
        return self._words(act, therapist, conversation, content, reply_to)

    async def decline(self, therapist: str, conversation: str, act: str) -> Acted:
        return self._once(act, lambda: self._put_back(conversation, waiting=None))

    async def release(self, therapist: str, conversation: str, act: str) -> Acted:
        return self._once(act, lambda: self._put_back(conversation, owner=""))

    async def close(self, therapist: str, conversation: str, act: str) -> Acted:
        talk = self.room._talk(conversation)
        if talk and talk.alert:
            return Acted(Outcome.STILL_OPEN)
        return self._once(act, lambda: self._put_back(conversation, owner=""))

    async def close_alert(self, therapist: str, conversation: str, act: str) -> Acted:
        return self._once(act, lambda: self._put_back(conversation, alert=None))

    async def pass_on(self, therapist: str, conversation: str, act: str, to: str) -> Acted:
        return self._once(act, lambda: self._between(therapist, conversation, LineKind.PASSED, to))

    async def note(self, therapist: str, conversation: str, act: str, to: str, text: str) -> Acted:
        return self._once(act, lambda: self._between(therapist, conversation, LineKind.NOTE, to, text))

    async def send_page(self, therapist: str, conversation: str, act: str, of: str) -> Acted:
        return self._words(act, therapist, conversation, f"[{of}]", None)

    def led(self, therapist: str) -> list[Led]:
        return [Led("breathing", "Respirer", "2", questionnaire=False), Led("gad7", "GAD-7", "", questionnaire=True)]

    async def prescribe(self, therapist: str, conversation: str, act: str, flow: str, due: datetime | None) -> Acted:
        change = {"planned": Planned(flow, due)} if due else {"led": flow}
        return self._once(act, lambda: self._put_back(conversation, **change))

    async def call_off(self, therapist: str, conversation: str, act: str) -> Acted:
        return self._once(act, lambda: self._put_back(conversation, planned=None))

    def peers(self, therapist: str) -> list[Peer]:
        others = [one for one in self.room.therapists.values() if one.id != therapist]
        return [Peer(one.id, one.name, (one.locale,), on_duty=True) for one in others]

    def booking_pages(self, therapist: str) -> list[BookingPage]:
        return [BookingPage("ines", "Inès Faux-Semblant"), BookingPage("", "")]

    async def canned(self, therapist: str) -> list[Canned]:
        return [Canned(nth, text) for nth, text in enumerate(self.room.canned.get(therapist, ()))]

    async def keep_canned(self, therapist: str, text: str) -> bool:
        self.room.canned.setdefault(therapist, []).append(text)
        return True

    async def drop_canned(self, therapist: str, id: int) -> None:
        del self.room.canned[therapist][id]

    async def keep_file(self, therapist: str, conversation: str, act: str, body: bytes) -> FileRef:
        return self.room._keep(f"{therapist} {conversation} {act}", body)

    async def file(self, therapist: str, conversation: str, line: int) -> bytes | None:
        talk = self.room._talk(conversation)
        return talk.line_files.get(line) if talk and talk.owner == therapist else None

    async def writing(self, therapist: str, conversation: str) -> datetime | None:
        talk = self.room._talk(conversation)
        return talk.person_writes_at if talk and talk.owner == therapist else None

    async def changes(self, therapist: str, conversation: str) -> AsyncIterator[None]:
        self.room.followed.append(conversation)
        try:
            async for _ in self.room.changes(therapist):
                yield
        finally:
            self.room.followed.remove(conversation)

    def _once(self, act: str, do: Callable[[], Acted], became: Acted = DONE) -> Acted:
        """became: what is answered when it comes again."""
        if act in self.room.acts:
            return became
        self.room.acts.add(act)
        acted = do()
        self.room.stir()
        return acted

    def _words(self, act: str, therapist: str, conversation: str, content: str | Media, reply_to: int | None) -> Acted:
        talk = self.room._talk(conversation)
        became = DONE
        if talk is None or act not in [line.act for line in talk.lines]:
            other = talk.owner if talk and talk.owner != therapist else ""
            became = Acted(Outcome.TAKEN, self.room.therapists[other].name) if other else Acted(Outcome.GONE)
        return self._once(act, lambda: self._say(therapist, conversation, act, content, reply_to), became)

    def _claim(self, therapist: str, conversation: str) -> Acted:
        talk = self.room._talk(conversation)
        if talk is None:
            return Acted(Outcome.GONE)
        if talk.owner and talk.owner != therapist:
            return Acted(Outcome.TAKEN, self.room.therapists[talk.owner].name)
        talk.settling, talk.owner, talk.waiting = not talk.owner, therapist, None
        return DONE

    def _say(self, therapist: str, conversation: str, act: str, content: str | Media, reply_to: int | None) -> Acted:
        claimed = self._claim(therapist, conversation)
        talk = self.room._talk(conversation)
        if claimed.outcome is not Outcome.DONE or talk is None:
            return claimed
        name = self.room.therapists[therapist].name
        text, media = (content, None) if isinstance(content, str) else (content.caption, content)
        self.room.line(talk, name, text, media=media, reply_to=reply_to, act=act)
        shown = self.room.show(talk, text, author=name, media=media)
        if media and media.file:
            talk.shown_files[shown.id] = talk.line_files[talk.lines[-1].id] = self.room.kept[media.file.id]
        return claimed

    def _between(self, therapist: str, conversation: str, kind: LineKind, to: str, text: str = "") -> Acted:
        talk = self.room._talk(conversation)
        if talk is None:
            return Acted(Outcome.GONE)
        if kind is LineKind.PASSED:
            talk.passed_to = to
        names = {id: one.name for id, one in self.room.therapists.items()}
        self.room.line(talk, names[therapist], text, kind=kind, to=names[to])
        return DONE

    def _put_back(self, conversation: str, **change: object) -> Acted:
        talk = self.room._talk(conversation)
        if talk is None:
            return Acted(Outcome.GONE)
        for name, value in change.items():
            setattr(talk, name, value)
        return DONE
