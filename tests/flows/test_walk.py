"""Whatever a person does, in whatever order, the conversation goes on."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import engine
from flows.effects import Ask, OwnerChanged, RelayToPerson, RelayToTherapist, Say, SetTimer, Weight
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
    TherapistDeclined,
    TherapistEdited,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.state import Place, State, from_json, to_json

from .small import BOOK, NOON

presses = st.builds(
    lambda number, option: f"{number}/{option[0].flow}/{option[0].step}/{option[1]}",
    st.integers(0, 12),
    st.sampled_from([(place, option.id) for place, step in BOOK.steps.items() for option in step.options]),
)
typed = st.one_of(
    st.sampled_from(
        ["stop", "human", "aide urgente", "menu", "1", "yes", "skip", "/start", "/stop and erase", "", "🙂"]
    ),
    st.text(max_size=30),
)
therapists = st.sampled_from(["ines", "tom"])
times = st.integers(0, 30).map(lambda seconds: NOON + timedelta(seconds=seconds))
media = st.builds(Media, st.sampled_from(MediaKind), caption=st.sampled_from(["", "stop"]))

persons_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(PersonArrived, times),
    st.builds(PersonSaid, times, typed, st.just("m")),
    st.builds(PersonTapped, times, st.one_of(presses, presses, st.text(max_size=20))),
    st.builds(PersonSent, times, media, st.just("m")),
    st.builds(PersonEdited, times, st.none() | typed, st.just("m")),
    st.builds(PersonLeft, times),
    st.builds(TimerRang, times, st.sampled_from(["wait", "silence", "offer"]), st.integers(0, 12)),
)
therapists_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(TherapistTookOver, times, therapists, st.just("Inès")),
    st.builds(TherapistSaid, times, therapists, st.just("Inès"), st.just("Hello"), st.just("d")),
    st.builds(TherapistEdited, times, therapists, st.just("Hello"), st.just("d")),
    st.builds(TherapistReleased, times, therapists, st.just("Inès")),
    st.builds(TherapistDeclined, times, therapists),
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
        numbers = [e.question if isinstance(e, Ask) else e.token for e in turn.effects if isinstance(e, Ask | SetTimer)]
        assert numbers == sorted(numbers)
        assert not numbers or numbers[-1] == turn.state.question
        if any(isinstance(effect, OwnerChanged) for effect in turn.effects):
            assert turn.state.epoch == state.epoch + 1
        if state.owner is None:
            assert not any(isinstance(effect, RelayToTherapist) for effect in turn.effects)
        assert all(e.therapist == turn.state.owner for e in turn.effects if isinstance(e, RelayToPerson))
        state = turn.state
    return state


@settings(max_examples=200, deadline=None)
@given(st.lists(persons_events | therapists_events, max_size=25))
def test_no_event_in_any_order_breaks_a_conversation(events: list[Event]):
    walk(State(locale="fr"), events)


@settings(max_examples=200, deadline=None)
@given(st.lists(persons_events, max_size=25))
def test_the_menu_is_never_more_than_two_presses_or_one_word_away(events: list[Event]):
    state = walk(State(locale="fr"), events)

    said = engine.step(BOOK, state, PersonSaid(NOON, "menu", "m"))
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

    assert engine.step(BOOK, state, PersonSaid(NOON, text, "m")).effects
