"""What we want done. Orders; who carries them out is not our business here."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flows.events import Media


@dataclass(frozen=True, slots=True)
class Text:
    """A reviewed sentence by its id ("grounding.five", "human.door.skip"), with its values.

    A value is a plain word (a name, a number to call) or another reviewed sentence.
    """

    id: str
    values: tuple[tuple[str, "str | Text"], ...] = ()


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
    """One message to the person: its texts are paragraphs of it."""

    texts: tuple[Text, ...]
    weight: Weight = Weight.NORMAL


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
class OpenRequest:
    """A person wants, or needs, a human.

    shared: the words the person chose to show first; "" for none.
    """

    urgency: Urgency
    shared: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """The person no longer waits."""


@dataclass(frozen=True, slots=True)
class ShowTherapists:
    """The clinic's therapists who match, each with a scheduling link."""


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
class OwnerChanged:
    """The conversation has a new owner: automated messages not yet delivered are void.

    to: the therapist, or None when it is the bot's again.
    """

    to: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """Keep the person's words. Only ever ordered after they agreed.

    name: what it is, as the flow calls it ("against", "note").
    """

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Agree:
    """The person agreed to `purpose` ("keep", "human"), or no longer does."""

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
    | OpenRequest
    | WithdrawRequest
    | ShowTherapists
    | RelayToTherapist
    | RelayToPerson
    | OwnerChanged
    | Record
    | Agree
    | ShowData
    | Erase
)
