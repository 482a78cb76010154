"""The seam between the edge and the program.

An edge translates: a platform's update into an event (`read`), our message into a platform's call (`send`). What it
needs of the program it asks of the protocols here, in port_desk.py, port_figures.py and port_bookings.py; `bot/app.py`
gives them.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flows.events import FileRef, Media, PersonEvent
from handoff.head import Stage

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


def is_number(id: str) -> bool:
    """Whether this can be the id of a line, or of a booking: what the database's bigint holds."""
    return id.isascii() and id.isdecimal() and len(id) <= 18


# --- what the clinic sees ------------------------------------------------------------------------------------


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


class Sentences(Protocol):
    """The reviewed words, for what an edge shows around messages (labels of a page, a command list)."""

    def sentence(self, text: str, locale: str, **values: str) -> str:
        """The sentence of this text id ("web.send"). locale: "fr" or "en"."""
        ...
