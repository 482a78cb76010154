"""What we want done. Orders; who carries them out is not our business here."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flows.events import Media
from flows.risk.risk import Kind, Level, Sign
from flows.state import Answers, Appointment


@dataclass(frozen=True, slots=True)
class Text:
    """A reviewed sentence by its id ("grounding.five", "human.door.skip"), with its values.

    A value is a plain word (a name, a number to call), a day, or another reviewed sentence.
    """

    id: str
    values: tuple[tuple[str, "Value"], ...] = ()


Value = str | date | Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One button.

    press: what comes back in PersonTapped: "question/flow/step/choice", 64 bytes at most.
    url:   opens a page instead; then press is "".
    """

    label: Text
    press: str = ""
    url: str = ""


class Weight(StrEnum):
    """What a crash or a silence may do to a message."""

    NORMAL = "normal"
    CRISIS = "crisis"  # twice rather than never
    REMINDER = "reminder"  # never rather than twice
    ANNOUNCEMENT = "announcement"  # part of a takeover: says who is there, before silence begins


@dataclass(frozen=True, slots=True)
class Say:
    """One message to the person: its texts are paragraphs of it.

    kept: False for one that holds what the person did not agree to have kept; it goes once it was delivered.
    """

    texts: tuple[Text, ...]
    weight: Weight = Weight.NORMAL
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """One message to the person, with buttons under it.

    question: its number in this conversation, one more than the last.
    """

    texts: tuple[Text, ...]
    choices: tuple[Choice, ...]
    question: int
    weight: Weight = Weight.NORMAL


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Ring back with TimerRang(timer, token)."""

    timer: str
    after: timedelta
    token: int


class Urgency(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Alert:
    """A human has to know of a danger now, whether or not the person asked for one.

    kind:   None when nothing was read in words: the person asked for urgent help.
    reason: the words that led to it; "" unless the person agreed that a therapist reads them, or one does already.
    """

    level: Level
    kind: Kind | None
    reason: str = ""
    signs: frozenset[Sign] = frozenset()


@dataclass(frozen=True, slots=True)
class Dispute:
    """The person says that they were misunderstood. Whoever was alerted is told; nothing is closed by it."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A person wants a human.

    shared:  the words the person chose to show first; "" for none.
    noticed: a danger noticed before that nobody has closed, or None.
    because: text id of why a human is told though the person did not ask for one; "" where they did.
    brief:   what the person has seen that the therapist reads first, beside their words (flows/brief.py).
    prefers: what they would prefer in who answers: "woman", "online", "sleep" (handoff.roster's words for it).
    call_back: what they wrote of how and when they can be called back; "" for nothing.
    """

    urgency: Urgency
    shared: str = ""
    noticed: Alert | None = None
    because: str = ""
    brief: tuple[Text, ...] = ()
    prefers: tuple[str, ...] = ()
    call_back: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """The person no longer waits."""


@dataclass(frozen=True, slots=True)
class ShowTherapists:
    """The clinic's therapists who match, each with a scheduling link."""


@dataclass(frozen=True, slots=True)
class ReportBooking:
    """The person says that they booked by this link."""

    link: str


@dataclass(frozen=True, slots=True)
class GiveCalendar:
    """This appointment as a file for the person's calendar."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class RelayToTherapist:
    """The person's words, to the owner. edited: they replace what `message` said before."""

    content: str | Media
    message: str
    reply_to: str | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class RelayToPerson:
    """The owner's words, to the person."""

    therapist: str
    content: str | Media
    message: str
    reply_to: str | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class RelayReaction:
    """An emoji under a message, to be set under the same one on the other side.

    therapist: whose it is; "" for the person's own, which go to the therapist.
    message:   id of the message, where the emoji was set. emoji: "" when it was taken back.
    """

    therapist: str
    message: str
    emoji: str


@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """The conversation has a new owner: automated messages not yet delivered are void.

    to:   the therapist, or None when it is the bot's again.
    back: what the therapist is told, when the floor they lent comes back to them.
    """

    to: str | None
    back: Text | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Keep the person's words. Only ever ordered after they agreed.

    name: what it is, as the flow calls it ("against", "note").
    """

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class RecordAnswers:
    """Keep these answers; those of the same number are replaced. Only ever ordered after they agreed."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class Agree:
    """The person agreed to `purpose` ("keep", "human", "watch", "answers", "reminders"), or no longer does."""

    purpose: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class ShowData:
    """Tell the person, in the chat, what is kept of them, and give it to them."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Destroy the person's key, and with it all they wrote."""


Effect = (
    Say
    | Ask
    | SetTimer
    | Alert
    | Dispute
    | OpenRequest
    | WithdrawRequest
    | ShowTherapists
    | ReportBooking
    | GiveCalendar
    | RelayToTherapist
    | RelayToPerson
    | RelayReaction
    | OwnerChanged
    | Record
    | RecordAnswers
    | Agree
    | ShowData
    | Erase
)
