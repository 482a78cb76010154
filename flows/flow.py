"""A flow, once read: steps, choices, and where each leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum

from flows.effects import Weight
from flows.state import Place


class Way(Enum):
    """Where one goes, when it depends on where the person has been. The menu when there is no such place."""

    BACK = "back"  # where the person was before
    ASKER = "who asked"  # the step that asked for an agreement
    SAME = "same exercise"  # the exercise that has just ended, from its beginning
    HELPED = "what helped"  # the exercise that made it lighter the last time
    NEXT = "next page"  # of a list
    PRESCRIBED = "what was suggested"  # the exercise that a therapist lets the bot lead


BACK = Way.BACK
STOPPED = Place("everyday", "stopped")
STOPPED_WAITING, STOPPED_IN_DANGER = Place("everyday", "stopped_waiting"), Place("everyday", "stopped_in_danger")
Go = Place | Way


class Kind(StrEnum):
    EXERCISE = "exercise"
    QUESTIONNAIRE = "questionnaire"
    CONVERSATION = "conversation"
    SENTENCES = "sentences"


class Feeling(StrEnum):
    """How it can feel, when somebody looks for an exercise. `helps` in an exercise's head says for which it is."""

    RACING = "racing"  # racing thoughts
    HEAVY = "heavy"
    ON_EDGE = "on_edge"
    SLEEP = "sleep"  # cannot sleep
    ALONE = "alone"
    TALKING = "talking"  # thinking of talking to someone
    UNSURE = "unsure"  # does not know: what fits most people


class Part(StrEnum):
    """What the brief tells, in this order (flows/brief.py)."""

    NOTICED = "noticed"
    SAID = "said"
    EXERCISES = "exercises"
    SCORES = "scores"
    AGREED = "agreed"
    QUESTIONS = "questions"


class Do(StrEnum):
    """What a step can have carried out."""

    SHOW_LINES = "show lines"
    SHOW_SILENT_LINES = "show silent lines"
    SHOW_THERAPISTS = "show therapists"
    OPEN_REQUEST = "open request"
    WITHDRAW_REQUEST = "withdraw request"
    SHOW_DATA = "show data"
    ERASE = "erase"
    AGREE_KEEP = "agree keep"
    AGREE_HUMAN = "agree human"
    DISAGREE_KEEP = "disagree keep"
    DISAGREE_HUMAN = "disagree human"
    AGREE_WATCH = "agree watch"
    DISAGREE_WATCH = "disagree watch"
    OTHER_LANGUAGE = "other language"
    FRENCH = "set language fr"
    ENGLISH = "set language en"
    KEEP_ALL = "keep all words"
    FORGET_WORDS = "forget words"
    AGREE_ANSWERS = "agree answers"
    DISAGREE_ANSWERS = "disagree answers"
    SHOW_ATTRIBUTION = "show attribution"
    SHOW_ANSWERS = "show answers"
    KEEP_ANSWERS = "keep answers"
    ANSWER_AGAIN = "answer again"
    TELL_OF_ANSWER = "tell of answer"
    TELL_OF_OPEN_QUESTION = "tell of open question"
    LIST_COUNTRIES = "list countries"
    EMERGENCY_FIRST = "emergency first"
    NUMBER_IN_DANGER = "number in danger"
    NOTICE_RISK = "notice risk"
    NOTICE_IMMINENT = "notice imminent"
    DISPUTE = "dispute"
    CALL_BACK = "ask to be called back"
    AGREE_PLAN = "agree plan"
    DISAGREE_PLAN = "disagree plan"
    FELT_LIGHTER = "felt lighter"
    FELT_SAME = "felt same"
    FELT_HEAVIER = "felt heavier"
    THROW_THIS_AWAY = "throw this away"
    THIS_FELT_LIGHTER = "this felt lighter"
    THIS_FELT_SAME = "this felt same"
    THIS_FELT_HEAVIER = "this felt heavier"
    SET_REMINDERS = "set reminders"
    STOP_REMINDERS = "stop reminders"
    ASK_ABOUT_BOOKING = "ask about booking later"
    ASK_NO_MORE = "ask no more about booking"
    SAY_BOOKED = "say booked"
    GIVE_CALENDAR = "give calendar file"
    REMIND_OF_APPOINTMENT = "remind of appointment"
    SHOW_BRIEF = "show brief"
    PUT_ALL_BACK = "put all back"


@dataclass(frozen=True, slots=True)
class Keep:
    """Make one note of these words at hand, in this order."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThrowAway:
    """Let go of these words at hand."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """Keep these words at hand for the therapist who answers."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Leave this part out of what a therapist reads first."""

    part: Part


Order = Do | Keep | ThrowAway | HandOver | LeaveOut


class When(StrEnum):
    """What must be so for a choice to be shown."""

    READ = "a therapist may read"
    NOT_READ = "no therapist may read"
    DANGER = "a danger is open"
    NO_DANGER = "no danger is open"
    PLAN = "a plan is kept"
    NO_PLAN = "no plan is kept"
    AGREED_KEEP = "agreed to keep"
    NOT_AGREED_KEEP = "not agreed to keep"
    WORDS = "words at hand"  # of the exercise that has just ended, not kept yet
    NOTES = "something kept"
    OPENED = "a note is open"
    OPENED_FELT = "the open note says how it felt"
    HELPED = "something helped"
    THIS_HELPED = "it helped"  # of a choice named after an exercise: that one made it lighter
    TELLS_NOTICED = "the brief tells noticed"
    TELLS_SAID = "the brief tells said"
    TELLS_EXERCISES = "the brief tells exercises"
    TELLS_SCORES = "the brief tells scores"
    TELLS_AGREED = "the brief tells agreed"
    TELLS_QUESTIONS = "the brief tells questions"
    LEFT_OUT = "something is left out"
    APPOINTMENT = "an appointment is known"
    CAN_BE_REMINDED = "a reminder can be set"
    RHYTHM = "a rhythm is set"
    MAY_BE_ASKED = "may be asked about booking"
    MORE = "there are more"  # of the next page of a list
    ASKABLE = "it can be asked for"  # of a choice named after what one can prefer in who answers
    SOMEBODY = "somebody can be asked for"
    SUBJECT = "a subject can be asked for"
    CALL_BACK = "they can be called back"
    CAN_LET_READ = "reading along can be offered"
    LETS_READ = "somebody may read along"
    WAITS = "a human was asked for"
    GIVEN = "something can be taken back"  # words that are kept, an agreement, a request


class Remind(StrEnum):
    """What somebody's words are read as, when they say when they would like to be written to."""

    CLOCK = "time"
    ZONE = "place"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice.

    label:   a text id.
    name:    under which it is held that this one was tapped, or "".
    when:    None for always.
    minutes: of the exercise it stands for, or "".
    country: where the person says they are, by choosing it; "" when it says nothing of that.
    remind:  what it says of when the person is to be written to again; "" for nothing.
    opens:   "move" or "cancel": the provider's page for that, where there is one; else it leads on.
    means:   "yes" or "no" where it is that to what is asked, and is not named so; "" elsewhere.
    """

    id: str
    label: str
    go: Go
    name: str = ""
    when: When | None = None
    minutes: str = ""
    country: str = ""
    remind: str = ""
    opens: str = ""
    means: str = ""


@dataclass(frozen=True, slots=True)
class Hear:
    """Free words are welcome.

    name, purpose: how and for what they are kept once agreed; "" when they never are.
    adds:          they are a new paragraph of what is held under this name already.
    remind:        what they are read as, or None.
    """

    go: Go
    name: str = ""
    purpose: str = ""
    adds: bool = False
    remind: Remind | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody answered. say: a text id, or "" when it goes on to `go`."""

    after: timedelta
    say: str = ""
    go: Go | None = None


class If(StrEnum):
    AGREED = "agreed"
    HELD = "held"
    KEPT = "kept"
    PLANNED = "planned"
    SO = "so"


class Asking(StrEnum):
    """Whether a fork asks for the agreement it lacks."""

    NEVER = ""
    ONCE = "once"  # not somebody who was asked before and declined
    ALWAYS = "always"  # the person has just asked for what needs it


@dataclass(frozen=True, slots=True)
class Fork:
    """A way that depends on something.

    names: a purpose, words of which any is held or was kept, a part of the safety plan, or what When says.
    """

    on: If
    names: tuple[str, ...]
    yes: Go
    no: Go
    ask: Asking = Asking.NEVER


@dataclass(frozen=True, slots=True)
class Item:
    """One question of an instrument. Its options are the official answers, "a0", "a1" ..., then `skip` and `stop`.

    next:   the step that leads to the next question.
    silent: said when this question is watched and stays without an answer; None for a question that is not watched.
    """

    instrument: str
    question: str
    next: Place
    silent: Place | None = None


class Of(StrEnum):
    """What can be listed."""

    ALL = "all exercises"
    FEELING = "exercises for"
    MINUTES = "exercises up to"
    HELPED = "exercises that helped"
    WORDS = "exercises that hear words"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Listing:
    """feeling: for Of.FEELING; minutes: for Of.MINUTES, 0 otherwise; page: 0 for the first.

    each: where a note leads; exercises lead to their beginning.
    """

    of: Of
    feeling: Feeling | None = None
    minutes: int = 0
    page: int = 0
    each: Go | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. Texts by id.

    options: what is listed, the step's own choices, then the flow's `beside` ones.
    beside:  ids of the latter.
    varies:  not all options are shown to everybody.
    go:      where a step without a question leads; None at an end.
    unexpected: "" when nobody is asked here.
    silence: None where staying silent is an answer.
    item:    the question of an instrument that this step asks, or None.
    items:   the instrument whose next question this step leads to, and to `go` when there is none; "" elsewhere.
    """

    place: Place
    line: int
    says: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    beside: frozenset[str] = frozenset()
    varies: bool = False
    listing: Listing | None = None
    hear: Hear | None = None
    wait: timedelta | None = None
    go: Go | None = None
    fork: Fork | None = None
    do: tuple[Order, ...] = ()
    anytime: bool = False
    weight: Weight = Weight.NORMAL
    unexpected: str = ""
    silence: Silence | None = None
    item: Item | None = None
    items: str = ""

    @property
    def asks(self) -> bool:
        """Whether it waits for the person."""
        return bool(self.options) or self.hear is not None

    def option(self, id: str) -> Option | None:
        return next((option for option in self.options if option.id == id), None)

    def answering(self, word: str) -> Option | None:
        """The option that is this answer to what is asked: "yes", "no" or "skip"."""
        return self.option(word) or next((option for option in self.options if option.means == word), None)


@dataclass(frozen=True, slots=True)
class Review:
    """A signature. on: a date, as 2026-11-25. words: the fingerprint of what was signed (flows/review.py)."""

    by: str
    role: str
    on: str
    words: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One file.

    head:       purpose, technique, source, minutes, not_for; for clinicians, never shown.
    structure:  what else a signature covers, see flows/review.py.
    words:      name of what the person writes or taps here -> text id of what it is called.
    called:     other names a person may type for it, in any language.
    instrument: of a questionnaire; "" elsewhere.
    """

    name: str
    file: str
    kind: Kind
    title: str
    start: Place
    steps: Mapping[str, Step]
    head: Mapping[str, str]
    reviewed: tuple[Review, ...]
    structure: Mapping[str, str]
    words: Mapping[str, str]
    helps: frozenset[Feeling]
    called: tuple[str, ...]
    instrument: str = ""

    @property
    def minutes(self) -> int:
        """0 when it does not say."""
        said = self.head.get("minutes", "")
        return int(said) if said.isdecimal() else 0
