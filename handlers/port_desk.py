"""The seam between the edge and the program, for therapists: what they do on a messenger, what the desk shows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from flows.events import FileRef, Media
from handlers.port import Button

CANNED_LIMIT = 1000  # characters of a sentence of a therapist's own
NOTE_LIMIT = 2000  # characters of a private note; on a messenger it stands in a sentence that says whose it is


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
    """A danger that is open.

    level, kinds: of the sentences desk.level_… and desk.kind_…, the kinds in the order they were noticed in.
    reason: "" unless it may be read. signs: of the sentences desk.alert_….
    """

    level: str
    kinds: tuple[str, ...]
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
