"""The seam between the edge and the program.

An edge translates: a platform's update into an event (`read`), our message into a platform's call (`send`). What it
needs of the program it asks of the protocols at the end of this file; `bot/app.py` gives them.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from flows.events import FileRef, Media, PersonEvent
from handoff.booking import Fact
from handoff.head import Stage

TEXT_LIMIT = 4096  # characters; Telegram's limit for one message, and ours on every platform
CANNED_LIMIT = 1000  # characters of a sentence of a therapist's own
NOTE_LIMIT = 2000  # characters of a private note; on a messenger it stands in a sentence that says whose it is


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of a person's platform, read.

    update:  the platform's own id of this update; the same id again is the same update.
    address: where answers go, in the platform's terms. Never stored in clear.
    locale:  what the platform says of the person's language ("fr-CA"), or "".
    """

    platform: str
    update: str
    address: str
    event: PersonEvent
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """press comes back when tapped; or url opens. One of the two is ""."""

    label: str
    press: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it goes out.

    text:     what is read; the caption when there is media. TEXT_LIMIT characters at most.
    author:   "" for the bot, else the name of the person speaking, for platforms that show it.
    reply_to: id, on the receiving platform, of the message this one answers.
    edits:    id, on the receiving platform, of our earlier message that this one replaces.
    reacts_to: id, on the receiving platform, of the message under which `text`, an emoji, is set; "" takes it back.
    at_hand:  what says itself when tapped, for a platform whose screen is not ours: it stays below the conversation
              until another takes its place. Not beside buttons.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    media: Media | None = None
    author: str = ""
    reply_to: str | None = None
    edits: str | None = None
    reacts_to: str | None = None
    at_hand: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """message: the id that the platform gave to what was sent."""

    message: str


class Platform(Protocol):
    """What a delivery needs of a platform, person's side or desk's.

    Every method raises TryLater, Unreachable or Rejected (ThreadGone too, on the desk) and nothing else.
    """

    name: str

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        """Send. file: the bytes of message.media, when it has some.

        address: as given in Incoming; on the desk "chat" or "chat/thread".
        """
        ...

    async def fetch(self, file: FileRef) -> bytes:
        """Return the bytes of a file this platform holds; 20 MB at most (Telegram's limit)."""
        ...


@dataclass(frozen=True, slots=True)
class Topic:
    """How a thread stands in the list of threads. title: it is cut where the platform takes less."""

    title: str
    stage: Stage


class Threads(Protocol):
    """A desk platform that gives each conversation a thread of its own. It raises what Platform raises."""

    async def open_thread(self, chat: str, topic: Topic) -> str:
        """Return the id of a new thread in this chat."""
        ...

    async def rename_thread(self, chat: str, thread: str, topic: Topic) -> None: ...

    async def close_thread(self, chat: str, thread: str) -> None:
        """Nobody writes there by accident any more. We still can."""
        ...

    async def reopen_thread(self, chat: str, thread: str) -> None: ...

    async def pin(self, address: str, message: str) -> None:
        """Keep our message in sight, above what follows, without a sound."""
        ...


class ShowsTyping(Protocol):
    """A platform that can show that somebody is writing."""

    async def typing(self, address: str) -> None:
        """For some seconds. address: as in Platform.send; raises what that raises."""
        ...


class Road(Protocol):
    """The one road: the way in for everything a person's platform delivers."""

    async def take(self, incoming: Incoming) -> bool:
        """Return once the turn is committed; False when this update had been taken before.

        Raises Closed when the program is stopping or the database is away: the platform must deliver again.
        """
        ...

    def unknown(self, platform: str, kind: str) -> None:
        """Count an update of a kind we do not read. It is acknowledged all the same."""
        ...


class Closed(Exception):
    """Not taken; deliver again later."""


# --- the desk ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button under one of our desk messages."""

    press: str


@dataclass(frozen=True, slots=True)
class Wrote:
    """Anything a therapist wrote or sent. message, reply_to: ids on the desk's platform. edited: replaces itself."""

    content: str | Media
    message: str
    reply_to: str | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command without its slash ("take", "release"), in lower case, and the message it answers if any."""

    command: str
    argument: str = ""
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Reacted:
    """An emoji under a message of the chat, or "" when it was taken back. message: its id on the desk's platform."""

    emoji: str
    message: str


DeskAct = Pressed | Wrote | Commanded | Reacted


@dataclass(frozen=True, slots=True)
class DeskHeard:
    """One update of the desk's platform, read.

    who:    the id of the human on that platform; "" where it does not say: an administrator who writes as the group.
    chat:   where it was written; thread: the topic in it, or None in a private chat.
    private: a chat with this one human.
    """

    platform: str
    update: str
    at: datetime
    who: str
    chat: str
    thread: str | None
    private: bool
    act: DeskAct


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """What to answer whoever pressed or wrote, at once. It is not kept: what must arrive goes through the outbox.

    notice: on the pressed button itself; say: as a message where they wrote, with these buttons. "" for nothing.
    """

    notice: str = ""
    say: str = ""
    buttons: tuple[Button, ...] = ()


class DeskRoad(Protocol):
    """The way in for the desk's messaging platform."""

    async def hear(self, heard: DeskHeard) -> DeskAnswer | None:
        """Return once it is done and committed. None: whoever this is learns nothing; answer nothing at all.

        Raises Closed as Road.take does.
        """
        ...

    def unknown(self, platform: str, kind: str) -> None: ...


class Standing(StrEnum):
    """How a conversation stands, seen by one therapist."""

    WAITING = "waiting"  # a request is open
    OFFERED = "offered"  # it is open, and offered to this therapist
    YOURS = "yours"
    THEIRS = "theirs"  # another therapist owns it
    NOTICED = "noticed"  # nobody waits any more, but a danger that was noticed is still open
    NOTED = "noted"  # nobody is needed, but a colleague wrote a note to this therapist lately
    SETTLING = "settling"  # yours in a moment: the last automated message is being waited for
    LENT = "lent"  # yours, and the bot leads an exercise in it with this therapist's leave


@dataclass(frozen=True, slots=True)
class Noticed:
    """A danger that is open. level, kind: of the sentences desk.level_…, desk.kind_…; reason: "" unless it may be read.

    signs: of the sentences desk.alert_….
    """

    level: str
    kind: str
    reason: str
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What this therapist lets the bot lead at an hour, by its name."""

    name: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """One conversation in the desk's list.

    conversation: opaque id, for URLs.
    shared:       the words the person chose to show with the request; "" for none.
    since:        when the request was opened.
    unread:       since this therapist last looked: messages of the person, if it is theirs, and colleagues' notes.
    owner:        display name of who owns it, or "".
    alert:        a danger that was noticed, or None.
    stand_in:     another therapist has it and does not answer: this one was asked to.
    passed:       its owner asks this therapist to take it.
    asked:        display name of the colleague whom this therapist, its owner, asks to take it; or "".
    brief:        what else the person has seen that a therapist reads first, a line each, in the therapist's language.
    led:          name of what the bot leads while the conversation is LENT; or "".
    read_along:   it is OFFERED, and the person lets whoever is asked read what is said meanwhile.
    """

    conversation: str
    standing: Standing
    locale: str
    platform: str
    since: datetime
    shared: str
    urgent: bool
    unread: int
    owner: str
    alert: Noticed | None = None
    stand_in: bool = False
    passed: bool = False
    asked: str = ""
    brief: tuple[str, ...] = ()
    led: str = ""
    planned: Planned | None = None
    read_along: bool = False


class LineKind(StrEnum):
    SAID = "said"  # to the person, or by them
    TOOK_OVER = "took_over"  # a therapist took the conversation: no words
    NOTE = "note"  # a private word between two therapists, read by these two only
    PASSED = "passed"  # the author asked a colleague to take it; without words, as the next two
    DECLINED = "declined"  # the author cannot take it
    UNANSWERED = "unanswered"  # the author was asked, and has not answered in time or could not be told
    OVER = "over"  # what the bot was let lead has come to its end; without words, as the next two
    NOT_NOW = "not_now"  # the person would rather not
    LEFT = "left"  # the person has left it


@dataclass(frozen=True, slots=True)
class Line:
    """One message in a conversation, or one thing that happened there, as a therapist sees it.

    id:      grows with time, within one conversation.
    author:  "person", "bot", or a therapist's display name.
    text_id: of an automated sentence, else "". Several are separated by spaces.
    delivered: False while it is on its way to the person; True for the person's own.
    failed:  it could not be delivered and will not be tried again.
    act:     the id the page gave to what was written there; "" for what was written elsewhere.
    to:      display name of the therapist addressed, of what stands between two of them; else "".
    """

    id: int
    at: datetime
    author: str
    text: str
    media: Media | None
    text_id: str
    delivered: bool
    failed: bool
    reply_to: int | None
    edited: bool
    kind: LineKind = LineKind.SAID
    act: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A questionnaire the person answered and agreed to have kept, for their therapist.

    answers: question and answer in the official words, in order; "" for one left open.
    total:   None as soon as one is left open.
    change:  since the last set it can be compared with, of `since`; None when there is none.
    reliable_change: points below which a difference may be chance.
    """

    at: datetime
    name: str
    form: str
    version: str
    channel: str
    answers: tuple[tuple[str, str], ...]
    total: int | None
    most: int
    change: int | None
    since: datetime | None
    reliable_change: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """The signed-in therapist."""

    id: str
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class Peer:
    """Another therapist, to whom one can pass a conversation or write a note."""

    id: str
    name: str
    languages: tuple[str, ...]
    on_duty: bool


@dataclass(frozen=True, slots=True)
class BookingPage:
    """A page for appointments that can be given to a person. of: a therapist's id, or "" and no name for the clinic."""

    of: str
    name: str


@dataclass(frozen=True, slots=True)
class Led:
    """What a therapist can let the bot lead. minutes: "" when not known."""

    flow: str
    name: str
    minutes: str
    questionnaire: bool


@dataclass(frozen=True, slots=True)
class Canned:
    """A sentence of a therapist's own, kept to be used again. Its owner alone sees it."""

    id: int
    text: str


class Outcome(StrEnum):
    DONE = "done"
    TAKEN = "taken"  # somebody else has it
    GONE = "gone"  # no such conversation, or nothing to do there any more
    STILL_OPEN = "still_open"  # it cannot be closed while a danger is open, or somebody waits for a human


def is_number(id: str) -> bool:
    """Whether this can be the id of a line, or of a booking: what the database's bigint holds."""
    return id.isascii() and id.isdecimal() and len(id) <= 18


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of a therapist's act. by: display name of who has it, when TAKEN."""

    outcome: Outcome
    by: str = ""


@dataclass(frozen=True, slots=True)
class Passkey:
    """What a therapist can sign in with instead of a link. name: as they call it."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None


class DeskDoor(Protocol):
    """The way in to the desk in a browser. session: what the browser keeps; it ends by itself, see bot/doors.py."""

    async def sign_in(self, token: str) -> str | None:
        """Spend a one-time link; return a session, or None when it is spent, old or wrong."""
        ...

    async def colleague(self, session: str) -> Colleague | None:
        """Who is signed in; None when nobody is any more."""
        ...

    async def active(self, session: str) -> Colleague | None:
        """The same; somebody is there and does something, so the session goes on."""
        ...

    async def sign_out(self, session: str) -> None: ...

    async def sign_out_elsewhere(self, therapist: str, session: str) -> None: ...

    @property
    def sends_links(self) -> bool:
        """Whether a link can be sent to a therapist's own messenger."""
        ...

    async def send_link(self, therapist: str) -> None:
        """Send a one-time link to the therapist of this id, if there is one who can be reached so. It says nothing."""
        ...

    @property
    def has_passkeys(self) -> bool:
        """Whether there can be passkeys at this address. The rest is asked only then."""
        ...

    async def passkeys(self, therapist: str) -> list[Passkey]: ...

    async def passkey_to_make(self, therapist: str) -> str:
        """What the browser needs to make one, as JSON."""
        ...

    async def keep_passkey(self, therapist: str, name: str, answer: dict[str, Any]) -> bool:
        """answer: what the browser made of it. False when it is not good."""
        ...

    async def remove_passkey(self, therapist: str, id: str) -> None: ...

    async def passkey_to_ask(self) -> str:
        """What the browser needs to sign in with one, as JSON."""
        ...

    async def sign_in_with_passkey(self, answer: dict[str, Any]) -> str | None:
        """Return a session, or None when it is nobody's."""
        ...


class DeskRoom(DeskDoor, Protocol):
    """The desk in a browser.

    act: an id made by the page for each thing it asks, so that asking twice does it once.
    """

    async def cards(self, therapist: str) -> list[Card]:
        """What waits, oldest first, then what this therapist owns, then what others own."""
        ...

    async def lines(self, therapist: str, conversation: str, after: int = 0) -> list[Line]:
        """The conversation since the person agreed to be read, and the notes between this therapist and others.

        Notes alone, unless this therapist owns it. Marks it read.
        """
        ...

    async def answers(self, therapist: str, conversation: str) -> list[Filled]:
        """The questionnaires kept, newest first; [] unless this therapist owns it and the person agreed to be read."""
        ...

    async def take_over(self, therapist: str, conversation: str, act: str) -> Acted: ...

    async def say(
        self, therapist: str, conversation: str, act: str, content: str | Media, reply_to: int | None
    ) -> Acted:
        """Write to the person. Takes over first if nobody owns the conversation. reply_to: a Line.id."""
        ...

    async def typing(self, therapist: str, conversation: str) -> None:
        """The therapist is writing: the person is shown it, where their platform can."""
        ...

    async def decline(self, therapist: str, conversation: str, act: str) -> Acted: ...

    async def release(self, therapist: str, conversation: str, act: str) -> Acted: ...

    async def close(self, therapist: str, conversation: str, act: str) -> Acted:
        """End the contact for now: the person is told, and the program answers when they write again."""
        ...

    async def close_alert(self, therapist: str, conversation: str, act: str) -> Acted:
        """Close a danger that was noticed: a therapist has looked at it."""
        ...

    async def pass_on(self, therapist: str, conversation: str, act: str, to: str) -> Acted:
        """Ask a colleague to take this therapist's conversation. It stays theirs until the colleague takes it."""
        ...

    async def note(self, therapist: str, conversation: str, act: str, to: str, text: str) -> Acted:
        """Write to a colleague about a conversation. It never reaches the person."""
        ...

    async def send_page(self, therapist: str, conversation: str, act: str, of: str) -> Acted:
        """Give the person a page for appointments. It takes over, as writing does. of: as in BookingPage."""
        ...

    def led(self, therapist: str) -> list[Led]:
        """All there is to let the bot lead, by name."""
        ...

    async def prescribe(self, therapist: str, conversation: str, act: str, flow: str, due: datetime | None) -> Acted:
        """Let the bot lead this, and be silent again after it. due: when; None for now. flow: as in Led."""
        ...

    async def call_off(self, therapist: str, conversation: str, act: str) -> Acted:
        """What was planned for an hour is not to be."""
        ...

    def peers(self, therapist: str) -> list[Peer]:
        """The others; those on duty now first."""
        ...

    def booking_pages(self, therapist: str) -> list[BookingPage]:
        """This therapist's own first."""
        ...

    async def canned(self, therapist: str) -> list[Canned]:
        """Oldest first."""
        ...

    async def keep_canned(self, therapist: str, text: str) -> bool:
        """False when there are as many as can be kept."""
        ...

    async def drop_canned(self, therapist: str, id: int) -> None: ...

    async def keep_file(self, therapist: str, conversation: str, act: str, body: bytes) -> FileRef | None:
        """Keep an attachment, encrypted, until `say` names it. The same act again keeps nothing more.

        None for a conversation that is no more.
        """
        ...

    async def file(self, therapist: str, conversation: str, line: int) -> bytes | None:
        """The bytes of a line's media; None unless this therapist owns the conversation."""
        ...

    async def writing(self, therapist: str, conversation: str) -> datetime | None:
        """When the person was last heard of writing; None when it is over, or not for this therapist to see."""
        ...

    def changes(self, therapist: str, conversation: str) -> AsyncIterator[None]:
        """Yields each time something this therapist can see may have changed. Never two yields for one look.

        conversation: the one that is open before them, or "".
        """
        ...


# --- what the clinic sees ------------------------------------------------------------------------------------


class Counted(StrEnum):
    """What is counted. People count once in each; requests count each time."""

    WROTE = "wrote"  # people who wrote or tapped something, for the first time
    EXERCISE = "exercise"  # people who went through an exercise to its end
    LINK = "link"  # people who were shown a page for appointments
    CLICKED = "clicked"  # people whose link to such a page was opened
    SELF_REPORTED = "self_reported"  # people who said that they booked, or whose booking page said so without proof
    BOOKED = "booked"  # people of whom the provider, or the clinic, says that they booked
    ANSWERED = "answered"  # requests for a human that had their first human word
    UNANSWERED = "unanswered"  # requests that ended, or grew old, without one


@dataclass(frozen=True, slots=True)
class Weeks:
    """Some weeks that are shown as one. since: a Monday."""

    since: date
    weeks: int

    @property
    def until(self) -> date:
        """The last day."""
        return self.since + timedelta(days=7 * self.weeks - 1)


@dataclass(frozen=True, slots=True)
class Stretch(Weeks):
    """count: 0, or never less than may be shown."""

    count: int


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes, rounded up, from the request to its being taken, and to the first human word.

    half: half of the requests took no longer; most: nine in ten. None where that would be some few people's own time.
    """

    taken_half: int | None = None
    taken_most: int | None = None
    answered_half: int | None = None
    answered_most: int | None = None


@dataclass(frozen=True, slots=True)
class Waited(Weeks):
    times: Times


@dataclass(frozen=True, slots=True)
class Leak:
    """Automated messages that reached people while a therapist had the conversation. Messages, not people."""

    week: date
    locale: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be shown of some weeks. By language; "" for all together.

    since:  the first day that was ever counted; None before anything was.
    until:  the last day that is shown.
    counts: only weeks that lie in this time as a whole.
    waited: the times by weeks, and `times` over all of these weeks.
    leaks:  all there ever were, up to this moment.
    """

    since: date | None
    until: date
    counts: Mapping[Counted, Mapping[str, tuple[Stretch, ...]]]
    waited: Mapping[str, tuple[Waited, ...]]
    times: Mapping[str, Times]
    leaks: tuple[Leak, ...]

    def count(self, what: Counted, locale: str = "") -> int | None:
        """None when there is nothing that may be shown."""
        stretches = self.counts.get(what, {}).get(locale, ())
        return sum(stretch.count for stretch in stretches) if stretches else None


class FiguresRoom(Protocol):
    async def figures(self, weeks: int, now: datetime) -> Figures:
        """Of the last weeks that are over."""
        ...


# --- the web chat --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One message on the person's page. id grows within a conversation; edits: the id it replaces, or None.

    media: its bytes are at PersonRoom.file(address, id).
    plan:  True when this is the person's safety plan, False when it says that there is none any more, else None.
    """

    id: int
    at: datetime
    text: str
    buttons: tuple[Button, ...]
    media: Media | None
    author: str
    edits: int | None
    reply_to: str | None
    plan: bool | None = None


class PersonRoom(Road, Protocol):
    """The web chat: the road in, and what there is to show."""

    async def shown(self, address: str, after: int) -> list[Shown]:
        """Delivered messages with a greater id, in order. [] for an address never seen, or erased."""
        ...

    def changes(self, address: str) -> AsyncIterator[None]:
        """Yields each time `shown` may have more."""
        ...

    async def locale(self, address: str) -> str | None:
        """The language of this conversation; None for an address never seen, or erased."""
        ...

    async def country(self, address: str) -> str:
        """Where the person said they are ("BE", "CA-QC"), or "" for the clinic's country."""
        ...

    async def talk(self, address: str) -> str:
        """Which conversation this is: another one after everything was erased. "" for none."""
        ...

    async def human(self, address: str) -> str:
        """Display name of the therapist who speaks in this conversation, or ""."""
        ...

    async def writing(self, address: str) -> datetime | None:
        """When that therapist was last heard of writing; None when it is over, or nobody tells."""
        ...

    async def typing(self, address: str) -> None:
        """The person is writing: whoever has the conversation is shown it, where their platform can."""
        ...

    async def keep_file(self, address: str, update: str, body: bytes) -> FileRef | None:
        """Keep a file, encrypted, for the event that will name it. The same update again keeps nothing more.

        None for an address never seen, or erased.
        """
        ...

    async def file(self, address: str, message: int) -> bytes | None: ...


class Links(Protocol):
    """Scheduling links that a person was shown."""

    async def follow(self, token: str, at: datetime) -> str | None:
        """Record the click; return the page to go to, or None when unknown or expired."""
        ...


# --- bookings ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """What a provider said of one booking.

    update:   identifies this word: the same again is the same word.
    ref:      our reference as it came back, or "".
    name:     what the provider calls the booking. replaces: what it was called before it was moved, or "".
    """

    provider: str
    update: str
    ref: str
    name: str
    replaces: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class LookUp:
    """A provider said only that something changed in this booking: it is to be read there."""

    provider: str
    id: str


class BookingRoad(Protocol):
    """The way in for what providers tell. Both return once it is committed, and raise Closed as Road.take does."""

    async def hear(self, heard: Heard) -> None: ...

    async def look_up(self, asked: LookUp) -> None:
        """Have it read soon, by a job."""
        ...

    async def came_back(self, ref: str, at: datetime) -> bool:
        """A browser that followed this link was sent back to us after booking, as it says. False when unknown."""
        ...


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking, or a link that led to none yet (id None), as a therapist sees it.

    stage, proof: of handoff.booking; starts: None when the time is not known. marks: what the therapist can say of it.
    """

    id: int | None
    conversation: str
    therapist: str
    stage: str
    proof: str
    at: datetime
    starts: datetime | None = None
    marks: tuple[str, ...] = ()


class BookingDesk(Protocol):
    async def bookings(self, therapist: str, conversation: str, now: datetime) -> list[BookingRow]:
        """Made with this therapist, or in a conversation of theirs; of one conversation, or "" for all."""
        ...

    async def mark(self, therapist: str, id: int, mark: str, now: datetime) -> bool:
        """False when it is not theirs to say, or says nothing new."""
        ...

    async def by_phone(self, therapist: str, conversation: str, starts: datetime | None, now: datetime) -> bool:
        """Enter a booking made without a link. False when the conversation is not this therapist's."""
        ...


class Sentences(Protocol):
    """The reviewed words, for what an edge shows around messages (labels of a page, a command list)."""

    def sentence(self, text: str, locale: str, **values: str) -> str:
        """The sentence of this text id ("web.send"). locale: "fr" or "en"."""
        ...
