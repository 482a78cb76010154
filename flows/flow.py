"""A flow, once read: steps, choices, and where each leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flows.effects import Weight
from flows.state import Place


@dataclass(frozen=True, slots=True)
class Back:
    """Where the person was before, or the menu when there is no such place."""


BACK = Back()
Go = Place | Back


class Kind(StrEnum):
    EXERCISE = "exercise"
    CONVERSATION = "conversation"
    SENTENCES = "sentences"


class Do(StrEnum):
    """What a step can have carried out."""

    SHOW_LINES = "show lines"
    SHOW_THERAPISTS = "show therapists"
    OPEN_REQUEST = "open request"
    WITHDRAW_REQUEST = "withdraw request"
    SHOW_DATA = "show data"
    ERASE = "erase"
    AGREE_KEEP = "agree keep"
    AGREE_HUMAN = "agree human"
    DISAGREE_KEEP = "disagree keep"
    DISAGREE_HUMAN = "disagree human"
    OTHER_LANGUAGE = "other language"
    FRENCH = "set language fr"
    ENGLISH = "set language en"
    FORGET_WORDS = "forget words"
    LIST_EXERCISES = "list exercises"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. label: a text id."""

    id: str
    label: str
    go: Go


@dataclass(frozen=True, slots=True)
class Hear:
    """Free words are welcome. name, keep: "" when they are never kept."""

    go: Go
    name: str = ""
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody answered. say: a text id, or "" when it goes on to `go`."""

    after: timedelta
    say: str = ""
    go: Go | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """A way that depends on what the person agreed to."""

    to: str
    yes: Go
    no: Go


@dataclass(frozen=True, slots=True)
class Step:
    """One step. Texts by id.

    options: the step's own choices, then the flow's `beside` ones.
    beside:  ids of the latter.
    go:      where a step without a question leads; None at an end.
    unexpected: "" when nobody is asked here.
    silence: None where staying silent is an answer.
    """

    place: Place
    line: int
    says: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    beside: frozenset[str] = frozenset()
    hear: Hear | None = None
    wait: timedelta | None = None
    go: Go | None = None
    fork: Fork | None = None
    do: tuple[Do, ...] = ()
    anytime: bool = False
    weight: Weight = Weight.NORMAL
    unexpected: str = ""
    silence: Silence | None = None

    @property
    def asks(self) -> bool:
        """Whether it waits for the person."""
        return bool(self.options) or self.hear is not None

    def option(self, id: str) -> Option | None:
        return next((option for option in self.options if option.id == id), None)


@dataclass(frozen=True, slots=True)
class Review:
    by: str
    role: str
    on: str
    words: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One file. head: purpose, technique, source, minutes, not_for; for clinicians, never shown."""

    name: str
    file: str
    kind: Kind
    title: str
    start: Place
    steps: Mapping[str, Step]
    head: Mapping[str, str]
    reviewed: tuple[Review, ...]
