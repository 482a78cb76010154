"""Whatever a person does, in whatever order, the conversation goes on."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import engine
from flows.effects import (
    Alert,
    Ask,
    Effect,
    Erase,
    OwnerChanged,
    RelayToPerson,
    RelayToTherapist,
    Say,
    SetTimer,
    Weight,
)
from flows.events import (
    Event,
    Media,
    MediaKind,
    OfferUndelivered,
    PersonArrived,
    PersonEdited,
    PersonLeft,
    PersonSaid,
    PersonSent,
    PersonTapped,
    TherapistCalledOff,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistEdited,
    TherapistNoted,
    TherapistPassed,
    TherapistReleased,
    TherapistSaid,
    TherapistSentLink,
    TherapistTookOver,
    TimerRang,
)
from flows.risk.risk import NOTHING, Kind, Level, Risk, Sign
from flows.state import WATCH, Place, State, from_json, to_json

from .small import BOOK, NOON

presses = st.builds(
    lambda number, option: f"{number}/{option[0].flow}/{option[0].step}/{option[1]}",
    st.integers(0, 12),
    st.sampled_from([(place, option.id) for place, step in BOOK.steps.items() for option in step.options]),
)
typed = st.one_of(
    st.sampled_from(
        [
            "stop",
            "human",
            "aide urgente",
            "menu",
            "1",
            "yes",
            "skip",
            "/start",
            "/stop and erase",
            "",
            "🙂",
            "18:30",
            "Never",
        ]
    ),
    st.text(max_size=30),
)
# Mostly nothing; else anything that can be read, or what could not be.
risks = st.one_of(
    st.just(NOTHING),
    st.just(NOTHING),
    st.none(),
    st.builds(Risk, st.sampled_from(Level), st.sampled_from(Kind), typed, st.frozensets(st.sampled_from(Sign))),
)
therapists = st.sampled_from(["ines", "tom"])
times = st.integers(0, 30).map(lambda seconds: NOON + timedelta(seconds=seconds))
media = st.builds(Media, st.sampled_from(MediaKind), caption=st.sampled_from(["", "stop"]))

persons_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(PersonArrived, times),
    st.builds(PersonSaid, times, typed, st.just("m"), risk=risks),
    st.builds(PersonTapped, times, st.one_of(presses, presses, st.text(max_size=20))),
    st.builds(PersonSent, times, media, st.just("m"), risk=risks),
    st.builds(PersonEdited, times, st.none() | typed, st.just("m"), risk=risks),
    st.builds(PersonLeft, times),
    st.builds(TimerRang, times, st.just("checkin"), st.just(int((NOON + timedelta(hours=30)).timestamp()))),
    st.builds(TimerRang, times, st.sampled_from(["wait", "silence", "offer", "left_open"]), st.integers(0, 12)),
)
therapists_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(TherapistTookOver, times, therapists, st.just("Inès")),
    st.builds(TherapistSaid, times, therapists, st.just("Inès"), st.just("Hello"), st.just("d")),
    st.builds(TherapistEdited, times, therapists, st.just("Hello"), st.just("d")),
    st.builds(TherapistReleased, times, therapists, st.just("Inès")),
    st.builds(TherapistClosed, times, therapists, st.just("Inès")),
    st.builds(TherapistPassed, times, therapists, st.just("Inès"), therapists),
    st.builds(TherapistNoted, times, therapists, st.just("Inès"), therapists, st.just("Hello")),
    st.builds(TherapistSentLink, times, therapists, st.just("Inès"), therapists, st.just("d")),
    st.builds(TherapistClosedAlert, times, therapists, st.just("Inès")),
    st.builds(TherapistDeclined, times, therapists),
    st.builds(TherapistCalledOff, times, therapists),
    st.builds(OfferUndelivered, times, therapists, st.integers(0, 3)),
)


def walk(state: State, events: list[Event]) -> State:
    for event in events:
        turn = engine.step(BOOK, state, event)
        assert from_json(to_json(turn.state)) == turn.state
        assert turn.state.epoch >= state.epoch
        words = [e for e in turn.effects if isinstance(e, Say | Ask) and e.weight is not Weight.ANNOUNCEMENT]
        if state.owner and turn.state.owner:
            assert words == []
        assert all(effect.texts for effect in words)
        numbers = [
            e.question if isinstance(e, Ask) else e.token
            for e in turn.effects
            if isinstance(e, Ask) or (isinstance(e, SetTimer) and e.timer in ("wait", "silence"))
        ]
        assert numbers == sorted(numbers)
        assert not numbers or numbers[-1] == turn.state.question
        if any(isinstance(effect, OwnerChanged) for effect in turn.effects):
            assert turn.state.epoch == state.epoch + 1
        if state.owner is None:
            assert not any(isinstance(effect, RelayToTherapist) for effect in turn.effects)
        assert all(e.therapist == turn.state.owner for e in turn.effects if isinstance(e, RelayToPerson))
        if isinstance(event, PersonSaid | PersonSent | PersonEdited) and event.risk and not erased(turn.effects):
            seen = event.risk.level if words_of_person(event) else Level.NONE
            # Danger is met in the same turn: by a message that carries the number, or by the therapist being told.
            if seen >= Level.RISK:
                assert turn.state.noticed
                assert turn.state.noticed.level >= seen
                assert any(isinstance(effect, Alert) for effect in turn.effects)
                assert state.owner or any(
                    isinstance(effect, Ask) and effect.weight is Weight.CRISIS for effect in turn.effects
                )
        # Closing a conversation closes a concern with it, and no danger (decision 0054).
        concern = state.noticed is not None and state.noticed.level < Level.RISK
        closed = isinstance(event, TherapistClosedAlert) or (isinstance(event, TherapistClosed) and concern)
        if state.noticed and not closed and not erased(turn.effects):
            assert turn.state.noticed
            assert turn.state.noticed.level >= state.noticed.level
        if WATCH in turn.state.agreed:
            assert turn.state.waiting
            assert turn.state.owner is None
            assert "human" in turn.state.agreed
        state = turn.state
    return state


def erased(effects: tuple[Effect, ...]) -> bool:
    return any(isinstance(effect, Erase) for effect in effects)


def words_of_person(event: PersonSaid | PersonSent | PersonEdited) -> str:
    return event.media.caption if isinstance(event, PersonSent) else event.text or ""


@settings(max_examples=200, deadline=None)
@given(st.lists(persons_events | therapists_events, max_size=25))
def test_no_event_in_any_order_breaks_a_conversation(events: list[Event]):
    walk(State(locale="fr"), events)


@settings(max_examples=200, deadline=None)
@given(st.lists(persons_events, max_size=25))
def test_the_menu_is_never_more_than_two_presses_or_one_word_away(events: list[Event]):
    state = walk(State(locale="fr"), events)

    said = engine.step(BOOK, state, PersonSaid(NOON, "menu", "m", risk=NOTHING))
    assert said.state.place == Place("menu", "menu")
    assert any(place == Place("menu", "menu") for place in [state.place, *within(state, presses=2)]) or not has_buttons(
        state
    )


def has_buttons(state: State) -> bool:
    return state.place is not None and bool(BOOK.steps[state.place].options)


def within(state: State, presses: int) -> list[Place | None]:
    """The places that so many presses on the open questions can lead to."""
    if state.place is None or not presses:
        return []
    reached = []
    for option in BOOK.steps[state.place].options:
        press = f"{state.question}/{state.place.flow}/{state.place.step}/{option.id}"
        turn = engine.step(BOOK, state, PersonTapped(NOON + timedelta(hours=presses), press))
        reached += [turn.state.place, *within(turn.state, presses - 1)]
    return reached


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "a" * 4096, "🏳️‍🌈" * 2000, "((((" * 1000, "stop\u200b", "İ", "ﬃ" * 120, "/", "/ "]
)
def test_no_words_break_a_conversation(text: str):
    state = engine.step(BOOK, State(locale="fr"), PersonArrived(NOON)).state

    assert engine.step(BOOK, state, PersonSaid(NOON, text, "m", risk=NOTHING)).effects
