"""A small book with a little of everything, and the moves of a person in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows import engine
from flows.book import load
from flows.effects import Ask, Effect, Say, Text
from flows.engine import Turn
from flows.events import Event, PersonArrived, PersonSaid, PersonTapped, TimerRang
from flows.risk.risk import NOTHING
from flows.state import Place, State, from_json, to_json

FOLDER = Path(__file__).parent / "small"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday, 13:00 in Paris
BOOK = load(FOLDER, "FR").speaking({"fr": {"walk.ready.yes": "Prêt", "walk.ready.no": "Pas aujourd’hui"}})


def place(name: str) -> Place:
    flow, step = name.split("/")
    return Place(flow, step)


def at(name: str, **known: Any) -> State:
    """A conversation that has been going on, and is at this step now."""
    state = State(locale="en", question=7, answered=7)
    return replace(engine.enter(BOOK, replace(state, **known), place(name), NOON).state, **known)


def later(**time: float) -> datetime:
    return NOON + timedelta(**time)


def said(text: str, when: datetime = NOON) -> PersonSaid:
    return PersonSaid(when, text, "m1", risk=NOTHING)


def tapped(press: str, when: datetime = NOON) -> PersonTapped:
    return PersonTapped(when, press)


def step(state: State, event: Event) -> Turn:
    """One turn. The state is carried as JSON, as it is in life."""
    turn = engine.step(BOOK, from_json(to_json(state)), event)
    assert from_json(to_json(turn.state)) == turn.state
    return turn


def words(effects: tuple[Effect, ...]) -> list[str]:
    """The text ids of all messages, paragraphs joined by +, buttons after |."""
    lines = []
    for effect in effects:
        if isinstance(effect, Say):
            lines.append(_ids(effect.texts))
        elif isinstance(effect, Ask):
            lines.append(f"{_ids(effect.texts)} | {' '.join(c.press.split('/')[-1] for c in effect.choices)}")
    return lines


def _ids(texts: tuple[Text, ...]) -> str:
    return " + ".join(text.id for text in texts)


def rang(timer: str, state: State) -> TimerRang:
    return TimerRang(NOON, timer, state.question)


ARRIVED = PersonArrived(NOON)
