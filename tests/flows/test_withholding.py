"""`only_reviewed`: what no clinician has signed is not offered; the ways that nobody may lose stay."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.review import words_of
from bot.wording import catalogues
from flows.book import Book, load
from flows.effects import Alert, Ask, OpenRequest, Say, ShowData
from flows.engine import step
from flows.events import PersonArrived, PersonSaid, PersonTapped
from flows.flow import Kind, Review
from flows.review import fingerprint
from flows.risk.risk import NOTHING, Level, Risk
from flows.risk.risk import Kind as Danger
from flows.rules import DEFAULT
from flows.state import Place, State

ROOT = Path(__file__).parent.parent.parent
WORDS = catalogues(ROOT / "locales")
OPEN = load(ROOT / "flows" / "content").speaking(WORDS)
STRICT = replace(DEFAULT, only_reviewed=True)
CLOSED = OPEN.under(STRICT)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
NEVER_WITHHELD = {"human", "urgent", "crisis", "safety_plan", "data", "menu", "welcome", "memory", "free_words"}


def signed(*names: str) -> Book:
    """The same content, these files signed as they are."""
    flows = {
        name: replace(flow, reviewed=(Review("Ana Exemple", "psychologist", "2026-11-23", _words(name)),))
        if name in names
        else flow
        for name, flow in OPEN.flows.items()
    }
    return replace(OPEN, flows=flows).speaking(WORDS).under(STRICT)


def _words(name: str) -> str:
    flow = OPEN.flows[name]
    return fingerprint(words_of(flow, OPEN.sentences, WORDS), flow.structure)


def said(book: Book, state: State, words: str, risk: Risk = NOTHING) -> tuple[list[str], State, tuple[object, ...]]:
    turn = step(book, state, PersonSaid(AT, words, "m", risk=risk))
    ids = [text.id for effect in turn.effects if isinstance(effect, Say | Ask) for text in effect.texts]
    return ids, turn.state, turn.effects


def at_the_menu(book: Book) -> State:
    return said(book, step(book, State(locale="en"), PersonArrived(AT)).state, "menu")[1]


def test_every_exercise_and_questionnaire_waits_and_nothing_else():
    kinds = {flow.kind for name, flow in OPEN.flows.items() if name in CLOSED.withheld}

    assert kinds == {Kind.EXERCISE, Kind.QUESTIONNAIRE}
    assert len(CLOSED.withheld) == sum(flow.kind in kinds for flow in OPEN.flows.values())
    assert not CLOSED.withheld & NEVER_WITHHELD


def test_nothing_leads_to_what_waits():
    ways = [
        go
        for at in CLOSED.steps.values()
        for go in (at.go, *(option.go for option in at.options), at.hear and at.hear.go, at.silence and at.silence.go)
    ]
    forks = [go for at in CLOSED.steps.values() if at.fork for go in (at.fork.yes, at.fork.no)]

    assert [go for go in (*ways, *forks) if isinstance(go, Place) and go.flow in CLOSED.withheld] == []
    assert not {place.flow for place in CLOSED.steps} & CLOSED.withheld


@pytest.mark.parametrize("words", ["breathe slowly", "respirer lentement", "PHQ-9, nine questions"])
def test_nobody_gets_there_by_typing_its_name(words: str):
    ids, state, _ = said(CLOSED, at_the_menu(CLOSED), words)

    assert not {id.partition(".")[0] for id in ids} & CLOSED.withheld
    assert state.place
    assert state.place.flow not in CLOSED.withheld


def test_where_everything_is_withheld_the_person_is_told_why():
    choosing = said(CLOSED, at_the_menu(CLOSED), "exercise")[1]

    ids = said(CLOSED, choosing, "It feels heavy")[0]

    assert ids == ["review.withheld"]


def test_who_was_in_the_middle_of_it_is_led_on():
    middle = said(OPEN, at_the_menu(OPEN), "back to the room")[1]
    assert middle.place == Place("grounding", "before")

    turn = step(CLOSED, middle, PersonTapped(AT, f"{middle.question}/grounding/before/begin"))

    assert turn.state.place == Place("menu", "menu")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("human", "human.door"),
        ("urgent", "urgent.now"),
        ("my data", "data.unasked"),
        ("my safety plan", "safety_plan.about"),
    ],
)
def test_the_ways_that_nobody_may_lose_say_what_they_always_say(words: str, first: str):
    ids, state, _ = said(CLOSED, at_the_menu(CLOSED), words)
    as_ever = said(OPEN, at_the_menu(OPEN), words)

    assert ids[0] == first
    assert (ids, state.place) == (as_ever[0], as_ever[1].place)


def test_a_human_can_be_asked_for():
    state = at_the_menu(CLOSED)
    for words in ("human", "yes", "it is about my brother"):
        _, state, effects = said(CLOSED, state, words)

    assert [effect.shared for effect in effects if isinstance(effect, OpenRequest)] == ["it is about my brother"]


@pytest.mark.parametrize("level", [Level.RISK, Level.IMMINENT])
def test_a_danger_is_answered_in_the_same_turn_and_told(level: Level):
    danger = Risk(level, Danger.SUICIDE, "the end")

    ids, state, effects = said(CLOSED, at_the_menu(CLOSED), "it is the end", danger)
    as_ever = said(OPEN, at_the_menu(OPEN), "it is the end", danger)

    assert ids == as_ever[0]
    assert state.place == as_ever[1].place
    assert [effect.level for effect in effects if isinstance(effect, Alert)] == [level]


def test_ones_own_data_are_shown():
    _, _, effects = said(CLOSED, said(CLOSED, at_the_menu(CLOSED), "my data")[1], "see and save a copy")

    assert ShowData() in effects


def test_what_is_signed_is_offered_and_the_rest_is_not():
    book = signed("grounding", "phq9")

    assert book.withheld == CLOSED.withheld - {"grounding", "phq9"}
    assert said(book, at_the_menu(book), "back to the room")[0][0] == "grounding.before"
    listed = book.steps[Place("choosing", "on_edge")].options
    assert [option.id for option in listed if option.minutes] == ["grounding"]
    assert [o.id for o in book.steps[Place("questionnaires", "which")].options] == ["phq9", "menu"]


def test_one_changed_word_withholds_it_again():
    book = signed("grounding")
    changed = {**WORDS, "fr": {**WORDS["fr"], "grounding.done": "Autre chose."}}

    assert "grounding" in replace(book, rules=DEFAULT).speaking(changed).under(STRICT).withheld
