"""The seam between the edge and the program, for bookings: what providers tell, and what the desk shows of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.booking import Fact


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
