"""The words of the exercise, found by walking the program's own flows.

python -m tests.bench.walk > exercise.json
"""

import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import orjson

from bot.clinic import read as read_clinic
from bot.decide import decide
from bot.settings import CONTENT, LOCALES, ROOT
from bot.wording import Wording, catalogues
from flows.book import load
from flows.effects import Ask, Choice, Say
from flows.events import Event, PersonArrived, PersonSaid, PersonTapped
from flows.risk.read import read
from flows.state import State
from tests.bench.exercise import LOCALE, Doing, Exercise, Said

ROUND = (
    ("tap", "exercise"),
    ("tap", "unsure"),
    ("tap", "grounding"),
    ("tap", "begin"),
    ("say", "Une tasse bleue, la fenêtre, mes mains"),
    ("tap", "felt"),
    ("say", "Un moteur au loin"),
    ("tap", "smelt"),
    ("tap", "stop"),
    ("tap", "menu"),
)


def written() -> bytes:
    """The exercise as JSON. Raises ValueError when the flows have become another walk."""
    walk = _Walk()
    greeting = walk.after(PersonArrived(walk.at))
    first, again = walk.round(), walk.round()
    if first != again or first[-1].reply != greeting[-1]:
        raise ValueError("the round does not end where it began; mend ROUND")
    return orjson.dumps(asdict(Exercise(greeting, first)))


class _Walk:
    def __init__(self) -> None:
        self.clinic = read_clinic(ROOT / "clinic.toml")
        self.book = load(CONTENT, self.clinic.country, self.clinic.region)
        self.wording = Wording(self.book, catalogues(LOCALES))
        self.state = State(locale=LOCALE)
        self.at = datetime(2026, 1, 5, 10, tzinfo=UTC)
        self.choices: tuple[Choice, ...] = ()

    def round(self) -> tuple[Doing, ...]:
        doings = []
        for kind, what in ROUND:
            self.at += timedelta(minutes=1)
            choice = self._choice(what) if kind == "tap" else None
            event = PersonTapped(self.at, choice.press) if choice else PersonSaid(self.at, what, "1", risk=read(what))
            replies = self.after(event)
            if len(replies) != 1:
                raise ValueError(f"{what!r} brings {len(replies)} messages; mend ROUND")
            tap = self.wording.text(choice.label, LOCALE) if choice else ""
            doings.append(Doing(tap, "" if choice else what, replies[0]))
        return tuple(doings)

    def after(self, event: Event) -> tuple[Said, ...]:
        decision = decide(self.book, self.clinic, self.state, None, event)
        self.state = decision.state
        said = []
        for effect in decision.effects:
            if isinstance(effect, Say | Ask):
                self.choices = effect.choices if isinstance(effect, Ask) else ()
                labels = tuple(self.wording.text(choice.label, LOCALE) for choice in self.choices)
                said.append(Said(self.wording.message(effect.texts, LOCALE), labels))
        return tuple(said)

    def _choice(self, id: str) -> Choice:
        for choice in self.choices:
            if choice.press.rpartition("/")[2] == id:
                return choice
        raise ValueError(f"no button {id!r} here; there are {[choice.press for choice in self.choices]}; mend ROUND")


if __name__ == "__main__":
    sys.stdout.buffer.write(written())
