"""What happened. Past tense; the clock, ids and chance arrive inside."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MediaKind(StrEnum):
    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"
    STICKER = "sticker"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FileRef:
    """Where a file can be fetched: the platform that holds it and its id there."""

    platform: str
    id: str


@dataclass(frozen=True, slots=True)
class Media:
    """A photo, a voice message, a document.

    file:    None when the platform gives nothing that could be fetched (a location, a poll).
    caption: the words that came with it, or "".
    """

    kind: MediaKind
    file: FileRef | None = None
    name: str = ""
    mime: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PersonArrived:
    """The page was opened for the first time, or /start was sent."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """message, reply_to: ids on the person's platform; reply_to None when it answers nothing."""

    at: datetime
    text: str
    message: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class PersonTapped:
    """press: what stood on the button, as in effects.Choice. It may be old, or not ours."""

    at: datetime
    press: str


@dataclass(frozen=True, slots=True)
class PersonSent:
    at: datetime
    media: Media
    message: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class PersonEdited:
    """text: the words as they now stand; None when what was edited has no words."""

    at: datetime
    text: str | None
    message: str


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """The person blocked us. Nothing more can be sent until they come back."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TimerRang:
    """token: the number the timer was set with; a newer number means this one is void."""

    at: datetime
    timer: str
    token: int


@dataclass(frozen=True, slots=True)
class TherapistTookOver:
    """name: as the person will read it. relieves: the absent owner this colleague was asked to stand in for."""

    at: datetime
    therapist: str
    name: str
    relieves: str | None = None


@dataclass(frozen=True, slots=True)
class TherapistSaid:
    """Any words of a therapist towards the person. It is a takeover too, if nobody owns yet.

    name:     as the person will read it.
    content:  the words, or a media with its caption.
    message, reply_to: ids on the desk's platform.
    relieves: as in TherapistTookOver.
    """

    at: datetime
    therapist: str
    name: str
    content: str | Media
    message: str
    reply_to: str | None = None
    relieves: str | None = None


@dataclass(frozen=True, slots=True)
class TherapistEdited:
    at: datetime
    therapist: str
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class TherapistDeclined:
    at: datetime
    therapist: str


@dataclass(frozen=True, slots=True)
class TherapistReleased:
    at: datetime
    therapist: str
    name: str


@dataclass(frozen=True, slots=True)
class OfferUndelivered:
    """The platform gave up on telling this therapist. Counts as unanswered, at once.

    round: the number of the offer, as in handoff.request.Request.round.
    """

    at: datetime
    therapist: str
    round: int


PersonEvent = PersonArrived | PersonSaid | PersonTapped | PersonSent | PersonEdited | PersonLeft
TherapistEvent = TherapistTookOver | TherapistSaid | TherapistEdited | TherapistDeclined | TherapistReleased
Event = PersonEvent | TherapistEvent | TimerRang | OfferUndelivered
