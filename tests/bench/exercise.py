"""What everybody in the bench talks through: the way into the grounding exercise, its questions, the way out.

The bare bots know this JSON and nothing else of ours.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

LOCALE = "fr"
WORDS = ""  # instead of a label, where the person types


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the bot. buttons: their labels, in order."""

    text: str
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doing:
    """One act of a person and the one reply to it. tap: the button's label, or "" where they write `words`."""

    tap: str
    words: str
    reply: Said


@dataclass(frozen=True, slots=True)
class Exercise:
    """greeting: what /start brings. round: from the greeting's last message back to the same."""

    greeting: tuple[Said, ...]
    round: tuple[Doing, ...]


def read(path: Path) -> Exercise:
    plain = orjson.loads(path.read_bytes())
    doings = tuple(Doing(each["tap"], each["words"], _said(each["reply"])) for each in plain["round"])
    return Exercise(tuple(_said(each) for each in plain["greeting"]), doings)


def next_steps(exercise: Exercise) -> tuple[list[Said], list[dict[str, int]]]:
    """The same as a table for the bare bots: step -> its message; step -> {label tapped, or WORDS: next step}.

    Step 0 is the greeting's last message.
    """
    said = [exercise.greeting[-1], *(doing.reply for doing in exercise.round[:-1])]
    count = len(exercise.round)
    ways = [{doing.tap or WORDS: (step + 1) % count} for step, doing in enumerate(exercise.round)]
    return said, ways


def _said(plain: dict[str, Any]) -> Said:
    return Said(plain["text"], tuple(plain["buttons"]))
