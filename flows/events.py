"""What happened. Past tense; the clock, ids and chance arrive inside."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flows.risk.risk import Risk
from flows.state import Appointment


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
    """message, reply_to: ids on the person's platform; reply_to None when it answers nothing.

    risk: as read in the words (bot/, before the turn); None when they could not be read, which is not "no risk".
    """

    at: datetime
    text: str
    message: str
    reply_to: str | None = None
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class PersonTapped:
    """press: what stood on the button, as in effects.Choice. It may be old, or not ours."""

    at: datetime
    press: str


@dataclass(frozen=True, slots=True)
class PersonSent:
    """risk: as read in the caption; see PersonSaid."""

    at: datetime
    media: Media
    message: str
    reply_to: str | None = None
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class PersonEdited:
    """text: the words as they now stand; None when what was edited has no words. risk: see PersonSaid."""

    at: datetime
    text: str | None
    message: str
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class PersonReacted:
    """An emoji was set under one of our messages, or taken back: "". message: its id on the person's platform."""

    at: datetime
    message: str
    emoji: str


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
class TherapistReacted:
    """As PersonReacted. It is no word to the person: it takes nothing over, and answers nothing."""

    at: datetime
    therapist: str
    message: str
    emoji: str


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
class TherapistClosed:
    """A therapist ends the contact for now. Not while a danger is open, nor while somebody waits for a human."""

    at: datetime
    therapist: str
    name: str


@dataclass(frozen=True, slots=True)
class TherapistClosedAlert:
    """A therapist has looked at the danger that was noticed, and closes it. Nothing else ever does."""

    at: datetime
    therapist: str
    name: str


@dataclass(frozen=True, slots=True)
class TherapistPassed:
    """The owner asks a colleague to take the conversation. It stays the owner's until the colleague does."""

    at: datetime
    therapist: str
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class TherapistPrescribed:
    """A therapist lets the bot lead one exercise or questionnaire in their conversation, and be silent again after it.

    name: as the person will read it. flow: its name. due: when; None for now.
    """

    at: datetime
    therapist: str
    name: str
    flow: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class TherapistCalledOff:
    """A therapist no longer wants the bot to lead what they had planned for an hour in this conversation."""

    at: datetime
    therapist: str


@dataclass(frozen=True, slots=True)
class TherapistNoted:
    """A private word to a colleague about this conversation. It never reaches the person.

    name: of its author, as the colleague reads it.
    """

    at: datetime
    therapist: str
    name: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class TherapistSentLink:
    """A therapist gives the person a page for appointments. It is a takeover too, as any word of theirs.

    of: whose page; "" for the clinic's own. name, message, relieves: as in TherapistSaid.
    """

    at: datetime
    therapist: str
    name: str
    of: str
    message: str
    relieves: str | None = None


@dataclass(frozen=True, slots=True)
class OfferUndelivered:
    """The platform gave up on telling this therapist. Counts as unanswered, at once.

    therapist: "" when it was told in their group, to whomever it was offered.
    round: the number of the offer, as in handoff.request.Request.round.
    """

    at: datetime
    therapist: str
    round: int


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """A booking page was opened for the first time. link: which one; therapist: as people read it."""

    at: datetime
    link: str
    therapist: str


class BookingIs(StrEnum):
    SET = "set"
    CANCELLED = "cancelled"
    OVER = "over"  # somebody came, or did not


@dataclass(frozen=True, slots=True)
class BookingChanged:
    """A booking stands so now, as somebody told who can know.

    number: of the booking; appointment: None without a time, or when it is over.
    link:   by which it was made, or "". fresh: it was told moments ago; it is no news of the night before.
    """

    at: datetime
    number: int
    now: BookingIs
    appointment: Appointment | None = None
    link: str = ""
    fresh: bool = True


PersonEvent = PersonArrived | PersonSaid | PersonTapped | PersonSent | PersonEdited | PersonReacted | PersonLeft
TherapistEvent = (
    TherapistTookOver
    | TherapistSaid
    | TherapistEdited
    | TherapistReacted
    | TherapistDeclined
    | TherapistReleased
    | TherapistClosed
    | TherapistClosedAlert
    | TherapistPassed
    | TherapistPrescribed
    | TherapistCalledOff
    | TherapistNoted
    | TherapistSentLink
)
Event = PersonEvent | TherapistEvent | TimerRang | OfferUndelivered | LinkOpened | BookingChanged
