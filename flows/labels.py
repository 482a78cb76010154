"""How choices are shown where there is least room for them: the one place that says so.

The narrowest platform has three buttons of 20 characters, or a list of ten rows of 24 (its published limits, version
23.0). Choices that fit neither stand numbered in the message itself, and are answered with their number, tapped where
there is room for so many numbers, or typed. Every platform takes a typed number; only the answers of a questionnaire
are not typed by number, since its scores are numbers too.

Telegram and the web show every label whole, and as many as there are (tests/contract/cases.py holds them to it). What
stands here is what labels are checked against, and how the preview says they would be carried; a platform with less
room asks `shown` before it sends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

BUTTONS, BUTTON_ROOM = 3, 20  # how many; characters on each
ROWS, ROW_ROOM = 10, 24


class Shape(StrEnum):
    BUTTONS = "buttons"
    LIST = "list"
    NUMBERED = "numbered"


@dataclass(frozen=True, slots=True)
class Shown:
    """How choices are shown.

    lines:  what is added under the message.
    labels: what can be tapped, in order; none where there are too many.
    """

    shape: Shape
    lines: tuple[str, ...]
    labels: tuple[str, ...]


def shown(labels: Sequence[str]) -> Shown:
    """How these choices are shown on the narrowest platform."""
    longest = max(map(len, labels), default=0)
    if len(labels) <= BUTTONS and longest <= BUTTON_ROOM:
        return Shown(Shape.BUTTONS, (), tuple(labels))
    if len(labels) <= ROWS and longest <= ROW_ROOM:
        return Shown(Shape.LIST, (), tuple(labels))
    numbers = tuple(str(number) for number in range(1, len(labels) + 1))
    lines = tuple(f"{number}. {label}" for number, label in zip(numbers, labels, strict=True))
    return Shown(Shape.NUMBERED, lines, numbers if len(labels) <= ROWS else ())


def room(choices: int) -> int | None:
    """How many characters a label may have, where so many choices are not numbered; None when they are in any case."""
    if choices <= BUTTONS:
        return BUTTON_ROOM
    return ROW_ROOM if choices <= ROWS else None
