"""The seam between the edge and the program.

An edge translates: a platform's update into an event (`read`), our message into a platform's call (`send`). What it
needs of the program it asks of the protocols at the end of this file; `bot/app.py` gives them.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from flows.events import FileRef, Media, PersonEvent

TEXT_LIMIT = 4096  # characters; Telegram's limit for one message, and ours on every platform


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
    """

    text: str
    buttons: tuple[Button, ...] = ()
    media: Media | None = None
    author: str = ""
    reply_to: str | None = None
    edits: str | None = None


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


class Threads(Protocol):
    """A desk platform that gives each conversation a thread of its own."""

    async def open_thread(self, chat: str, title: str) -> str:
        """Return the id of a new thread in this chat."""
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


DeskAct = Pressed | Wrote | Commanded


@dataclass(frozen=True, slots=True)
class DeskHeard:
    """One update of the desk's platform, read.

    who:    the id of the human on that platform.
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

    notice: on the pressed button itself; say: as a message where they wrote. "" for nothing.
    """

    notice: str = ""
    say: str = ""


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
    SETTLING = "settling"  # yours in a moment: the last automated message is being waited for


@dataclass(frozen=True, slots=True)
class Card:
    """One conversation in the desk's list.

    conversation: opaque id, for URLs.
    shared:       the words the person chose to show with the request; "" for none.
    since:        when the request was opened.
    unread:       messages of the person since this therapist last looked; 0 unless it is theirs.
    owner:        display name of who owns it, or "".
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


@dataclass(frozen=True, slots=True)
class Line:
    """One message in a conversation, as the owner sees it.

    id:      grows with time, within one conversation.
    author:  "person", "bot", or a therapist's display name.
    text_id: of an automated sentence, else "".
    delivered: False while it is on its way to the person; True for the person's own.
    failed:  it could not be delivered and will not be tried again.
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


@dataclass(frozen=True, slots=True)
class Colleague:
    """The signed-in therapist."""

    id: str
    name: str
    locale: str


class Outcome(StrEnum):
    DONE = "done"
    TAKEN = "taken"  # somebody else has it
    GONE = "gone"  # no such conversation, or nothing to do there any more


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of a therapist's act. by: display name of who has it, when TAKEN."""

    outcome: Outcome
    by: str = ""


class DeskRoom(Protocol):
    """The desk in a browser.

    act: an id made by the page for each thing it asks, so that asking twice does it once.
    """

    async def sign_in(self, token: str) -> str | None:
        """Spend a one-time link; return a session, or None when it is spent, old or wrong."""
        ...

    async def colleague(self, session: str) -> Colleague | None: ...

    async def sign_out(self, session: str) -> None: ...

    async def cards(self, therapist: str) -> list[Card]:
        """What waits, oldest first, then what this therapist owns, then what others own."""
        ...

    async def lines(self, therapist: str, conversation: str, after: int = 0) -> list[Line]:
        """The conversation since the person agreed to be read; [] unless this therapist owns it. Marks it read."""
        ...

    async def take_over(self, therapist: str, conversation: str, act: str) -> Acted: ...

    async def say(
        self, therapist: str, conversation: str, act: str, content: str | Media, reply_to: int | None
    ) -> Acted:
        """Write to the person. Takes over first if nobody owns the conversation. reply_to: a Line.id."""
        ...

    async def decline(self, therapist: str, conversation: str, act: str) -> Acted: ...

    async def release(self, therapist: str, conversation: str, act: str) -> Acted: ...

    async def keep_file(self, therapist: str, conversation: str, body: bytes, name: str, mime: str) -> FileRef:
        """Keep an attachment, encrypted, until `say` names it."""
        ...

    async def file(self, therapist: str, conversation: str, line: int) -> bytes | None:
        """The bytes of a line's media; None unless this therapist owns the conversation."""
        ...

    def changes(self, therapist: str) -> AsyncIterator[None]:
        """Yields each time something this therapist can see may have changed. Never two yields for one look."""
        ...


# --- the web chat --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One message on the person's page. id grows within a conversation; edits: the id it replaces, or None.

    media: its bytes are at PersonRoom.file(address, id).
    """

    id: int
    at: datetime
    text: str
    buttons: tuple[Button, ...]
    media: Media | None
    author: str
    edits: int | None
    reply_to: str | None


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

    async def talk(self, address: str) -> str:
        """Which conversation this is: another one after everything was erased. "" for none."""
        ...

    async def human(self, address: str) -> str:
        """Display name of the therapist who owns this conversation, or ""."""
        ...

    async def keep_file(self, address: str, body: bytes, name: str, mime: str) -> FileRef:
        """Keep a file, encrypted, for the event that will name it."""
        ...

    async def file(self, address: str, message: int) -> bytes | None: ...


class Links(Protocol):
    """Scheduling links that a person was shown."""

    async def follow(self, token: str, at: datetime) -> str | None:
        """Record the click; return the page to go to, or None when unknown or expired."""
        ...


class Sentences(Protocol):
    """The reviewed words, for what an edge shows around messages (labels of a page, a command list)."""

    def sentence(self, text: str, locale: str, **values: str) -> str:
        """The sentence of this text id ("web.send"). locale: "fr" or "en"."""
        ...
