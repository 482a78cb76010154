"""The floor, lent for one exercise and given back: whatever the person does, the bot does not speak outside of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.talks import Stage
from flows import engine, floor
from flows.effects import Alert, Ask, Effect, OwnerChanged, RelayToTherapist, Say, SetTimer, Text, Weight
from flows.events import (
    Event,
    PersonArrived,
    PersonEdited,
    PersonSaid,
    PersonTapped,
    TherapistCalledOff,
    TherapistPrescribed,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.flow import Kind
from flows.risk.risk import Kind as Danger
from flows.risk.risk import Level, Risk, Sign
from flows.state import Lent, Place, State

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BOOK = Stage().book
OWNED = State(locale="en", owner="ana", epoch=3, question=4, answered=4, agreed=frozenset({"human"}))
LENT = engine.step(BOOK, OWNED, TherapistPrescribed(AT, "ana", "Ana", "breathing"))
NOTHING = Risk(Level.NONE, Danger.ORDINARY)


def said(text: str, risk: Risk = NOTHING) -> PersonSaid:
    return PersonSaid(AT, text, "m", risk=risk)


def owners(effects: tuple[Effect, ...]) -> list[str | None]:
    return [effect.to for effect in effects if isinstance(effect, OwnerChanged)]


def spoken(effects: tuple[Effect, ...]) -> list[str]:
    """The ids of everything automated that the person would read."""
    return [text.id for effect in effects if isinstance(effect, Say | Ask) for text in effect.texts]


def test_the_floor_is_lent_by_whoever_has_the_conversation() -> None:
    assert LENT.state.owner is None
    assert (LENT.state.holder, LENT.state.lent, LENT.state.epoch) == ("ana", Lent("ana", "Ana", "breathing"), 4)
    assert spoken(LENT.effects) == ["prescribed.suggested", "prescribed.suggested.2"]


def test_nobody_else_can_lend_it_and_nothing_else_can_be_led() -> None:
    for therapist, flow in (("bo", "breathing"), ("ana", "menu"), ("ana", "crisis"), ("ana", "no_such_flow")):
        turn = engine.step(BOOK, OWNED, TherapistPrescribed(AT, therapist, therapist.title(), flow))

        assert (turn.state, turn.effects) == (OWNED, ())


def test_a_second_loan_does_not_begin_inside_the_first() -> None:
    turn = engine.step(BOOK, LENT.state, TherapistPrescribed(AT, "ana", "Ana", "grounding"))

    assert (turn.state, turn.effects) == (LENT.state, ())


def test_other_words_are_the_humans_and_end_it() -> None:
    turn = engine.step(BOOK, LENT.state, said("I would rather tell you something"))

    assert (turn.state.owner, turn.state.lent, turn.state.epoch) == ("ana", None, 5)
    assert spoken(turn.effects) == ["takeover.back"]
    assert RelayToTherapist("I would rather tell you something", "m") in turn.effects


def test_a_danger_shows_the_numbers_in_the_same_turn_and_brings_the_human_back() -> None:
    turn = engine.step(BOOK, LENT.state, said("I want to die", Risk(Level.RISK, Danger.SUICIDE, "I want to die")))

    first = next(effect for effect in turn.effects if isinstance(effect, Say))
    assert first.weight is Weight.CRISIS
    assert any(text.id == "lines_words.emergency" for text in first.texts)
    assert owners(turn.effects) == ["ana"]


def test_what_was_swallowed_is_a_danger_now_there_too() -> None:
    taken = Risk(Level.RISK, Danger.MEDICAL, "the whole box", frozenset({Sign.TAKEN}))

    turn = engine.step(BOOK, LENT.state, said("I took the whole box", taken))

    assert [effect.level for effect in turn.effects if isinstance(effect, Alert)] == [Level.IMMINENT]
    assert "crisis.now_taken" in spoken(turn.effects)


@pytest.mark.parametrize("risk", [Risk(Level.IMMINENT, Danger.SUICIDE), Risk(Level.IMMINENT, Danger.ABUSE)])
def test_the_emergency_number_comes_first_there_too(risk: Risk) -> None:
    turn = engine.step(BOOK, LENT.state, said("it is happening now", risk))

    first = next(effect for effect in turn.effects if isinstance(effect, Say))
    assert first.texts[0].id == "lines_words.emergency"


@pytest.mark.parametrize(
    ("press", "level", "shown"),
    [
        ("2/crisis/suicide/happening", Level.IMMINENT, "crisis.now"),
        ("2/crisis/ask/yes", Level.RISK, "crisis.suicide"),
        ("2/crisis/ask/urgent", Level.RISK, "urgent.now"),
    ],
)
def test_an_old_button_that_tells_of_a_danger_is_heard(press: str, level: Level, shown: str) -> None:
    turn = engine.step(BOOK, LENT.state, PersonTapped(AT, press))

    assert [effect.level for effect in turn.effects if isinstance(effect, Alert)] == [level]
    first = next(effect for effect in turn.effects if isinstance(effect, Say))
    assert shown in {text.id for text in first.texts}
    assert "lines_words.emergency" in {text.id for text in first.texts}
    assert turn.state.owner == "ana"


def test_an_old_question_is_not_asked_anew_where_nobody_would_hear_the_answer() -> None:
    turn = engine.step(BOOK, LENT.state, PersonTapped(AT, "2/crisis/suicide/else"))

    assert spoken(turn.effects) == ["takeover.back"]


def test_the_bot_cannot_lead_an_old_wish_elsewhere() -> None:
    turn = engine.step(BOOK, LENT.state, PersonTapped(AT, "2/menu/menu/exercise"))

    assert owners(turn.effects) == ["ana"]
    assert spoken(turn.effects) == ["takeover.back"]


def test_only_the_lender_or_whoever_relieves_them_can_take_it_back() -> None:
    assert engine.step(BOOK, LENT.state, TherapistTookOver(AT, "bo", "Bo")).state == LENT.state
    assert engine.step(BOOK, LENT.state, TherapistTookOver(AT, "bo", "Bo", relieves="ana")).state.owner == "bo"
    turn = engine.step(BOOK, LENT.state, TherapistSaid(AT, "ana", "Ana", "I am here", "d1"))
    assert turn.state.owner == "ana"
    assert OwnerChanged("ana", back=Text("desk.yours")) in turn.effects


def test_at_the_hour_it_is_lent_if_the_conversation_is_still_theirs() -> None:
    due = AT + timedelta(hours=2)
    noted = engine.step(BOOK, OWNED, TherapistPrescribed(AT, "ana", "Ana", "breathing", due))
    rang = TimerRang(due, floor.TIMER, int(due.timestamp()))

    assert noted.effects == (SetTimer(floor.TIMER, timedelta(hours=2), int(due.timestamp())),)
    assert engine.step(BOOK, noted.state, rang).state.lent == Lent("ana", "Ana", "breathing")
    passed_on = engine.step(BOOK, noted.state, TherapistTookOver(AT, "bo", "Bo", relieves="ana")).state
    turn = engine.step(BOOK, passed_on, rang)
    assert (turn.state.owner, turn.state.later, turn.effects) == ("bo", None, ())


def test_what_was_planned_is_called_off_by_whoever_planned_it() -> None:
    due = AT + timedelta(hours=2)
    noted = engine.step(BOOK, OWNED, TherapistPrescribed(AT, "ana", "Ana", "breathing", due)).state

    assert engine.step(BOOK, noted, TherapistCalledOff(AT, "bo")).state == noted
    off = engine.step(BOOK, noted, TherapistCalledOff(AT, "ana")).state
    turn = engine.step(BOOK, off, TimerRang(due, floor.TIMER, int(due.timestamp())))
    assert (off.later, turn.state, turn.effects) == (None, off, ())


def test_at_the_hour_nothing_is_led_while_a_danger_is_open() -> None:
    due = AT + timedelta(hours=2)
    noted = engine.step(BOOK, OWNED, TherapistPrescribed(AT, "ana", "Ana", "breathing", due)).state
    in_danger = engine.step(BOOK, noted, said("I want to die", Risk(Level.RISK, Danger.SUICIDE))).state

    turn = engine.step(BOOK, in_danger, TimerRang(due, floor.TIMER, int(due.timestamp())))

    assert (turn.state.owner, turn.state.lent, turn.state.later, turn.effects) == ("ana", None, None, ())


PRESSES = st.builds(
    lambda number, step: (
        f"{number}/{step.place.flow}/{step.place.step}/{step.options[0].id if step.options else 'menu'}"
    ),
    st.integers(1, 12),
    st.sampled_from([step for step in BOOK.steps.values() if step.options]),
)
ACTS = st.one_of(
    st.sampled_from(["begin", "1", "2", "skip", "menu", "stop", "human", "my data", "something else", "yes"]).map(said),
    PRESSES.map(lambda press: PersonTapped(AT, press)),
    st.just(PersonArrived(AT)),
    st.just(PersonEdited(AT, "otherwise", "m", NOTHING)),
    st.builds(
        lambda timer, token: TimerRang(AT, timer, token), st.sampled_from(["wait", "silence"]), st.integers(1, 12)
    ),
)
LED = st.sampled_from([f for f in floor.can_lead(BOOK) if BOOK.flows[f].kind in (Kind.EXERCISE, Kind.QUESTIONNAIRE)])


@settings(max_examples=150, deadline=None)
@given(flow=LED, acts=st.lists(ACTS, max_size=12))
def test_whatever_happens_the_bot_speaks_inside_the_exercise_only(flow: str, acts: list[Event]) -> None:
    state = engine.step(BOOK, OWNED, TherapistPrescribed(AT, "ana", "Ana", flow)).state
    inside = (f"{flow}.", "prescribed.", "takeover.back", "consent_", "instrument.", "answers_words.", "kind_answers.")

    for act in acts:
        silent = state.owner is not None
        turn = engine.step(BOOK, state, act)
        ids = spoken(turn.effects)
        if silent:
            assert ids == []
        else:
            crisis = {t.id for e in turn.effects if isinstance(e, Say) and e.weight is Weight.CRISIS for t in e.texts}
            assert [id for id in ids if not id.startswith(inside) and id not in crisis] == []
        assert turn.state.holder == "ana"
        state = turn.state


def test_an_exercise_that_was_left_can_be_taken_up_once_the_human_is_gone() -> None:
    began = engine.step(BOOK, LENT.state, said("begin")).state
    assert began.place == Place("breathing", "before")

    left = engine.step(BOOK, began, said("wait, one question")).state

    assert left.aside == Place("breathing", "before")


def test_urgent_help_under_an_earlier_question_shows_the_numbers_and_ends_it() -> None:
    began = engine.step(BOOK, LENT.state, PersonTapped(AT, f"{LENT.state.question}/prescribed/suggested/begin")).state

    turn = engine.step(BOOK, began, PersonTapped(AT, "1/human/agree/urgent"))

    assert spoken(turn.effects)[0] == "urgent.now"
    assert [effect.level for effect in turn.effects if isinstance(effect, Alert)] == [Level.RISK]
    assert (turn.state.owner, turn.state.aside) == ("ana", began.place)


# The floor is not lent, and the human hears of it: flows/safety.py, flows/watched.py.


@pytest.mark.parametrize(
    ("press", "told"),
    [
        ("2/crisis/suicide/happening", [Level.IMMINENT]),
        ("2/crisis/ask/yes", [Level.RISK]),
        ("2/crisis/ask/urgent", [Level.RISK]),
        ("1/human/agree/urgent", [Level.RISK]),  # another question has been asked since, and it is never too late
        ("2/crisis/ask/no", []),
        ("4/phq9/item_9/a2", [Level.RISK]),
        ("4/phq9/item_9/a1", []),
        ("4/phq9/item_9/skip", []),
        ("3/phq9/item_9/a2", []),  # another question has been asked since
    ],
)
def test_a_button_pressed_under_a_human_is_silent_and_a_danger_in_it_is_told(press: str, told: list[Level]) -> None:
    turn = engine.step(BOOK, OWNED, PersonTapped(AT, press))

    assert spoken(turn.effects) == []
    assert [effect.level for effect in turn.effects if isinstance(effect, Alert)] == told
    assert turn.state.owner == "ana"
    again = engine.step(BOOK, turn.state, PersonTapped(AT, press))
    assert again.effects == ()
