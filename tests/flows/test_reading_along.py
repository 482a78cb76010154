"""Those who are asked may read along before one of them takes over, if the person lets them."""

from dataclasses import replace

import pytest

from flows import engine
from flows.effects import Agree
from flows.events import Event, PersonLeft, PersonSaid, TherapistSaid, TherapistTookOver
from flows.risk.risk import Kind, Level, Risk
from flows.state import WATCH, Noticed, Place, State

from .small import BOOK, NOON, at, later, step, tapped, words

READ = frozenset({"human"})
LETS_READ = READ | {WATCH}
NO_MORE = Agree(WATCH, False)


def lets_read() -> State:
    """Waiting, and those who are asked may read along."""
    return at("menu/menu", waiting=True, agreed=LETS_READ)


def test_reading_along_is_offered_to_whoever_waits_and_may_be_read():
    def offered(**known: object) -> bool:
        asked = engine.mention(BOOK, at("menu/menu", **known), Place("human", "asked_usual"), (("usual", "a day"),))
        return "let_read" in words(asked.effects)[0]

    danger = Noticed(Level.RISK, Kind.SUICIDE, NOON, NOON)
    assert offered(waiting=True, agreed=READ)
    assert not offered(waiting=True)
    assert not offered(agreed=READ)
    assert not offered(waiting=True, agreed=LETS_READ)
    assert not offered(waiting=True, agreed=READ, noticed=danger)


@pytest.mark.parametrize("step", ["asked", "asked_usual"])
def test_nobody_is_told_that_they_can_write_who_has_not_agreed_to_be_read(step: str):
    def told(**known: object) -> str:
        values = (("therapist", "Inès"), ("usual", "a day"))
        asked = engine.mention(BOOK, at("menu/menu", waiting=True, **known), Place("human", step), values)
        return words(asked.effects)[0].partition(" | ")[0]

    assert told() == "human.asked_unbidden"
    assert told(agreed=READ) == f"human.{step}"


def test_those_who_are_asked_are_let_read_along_and_no_more():
    let = step(at("menu/menu", waiting=True, agreed=READ), tapped("3/human/asked_usual/let_read"))
    ended = step(let.state, tapped("3/human/read_along/no_more_reading", later(minutes=1)))

    assert let.state.agreed == LETS_READ
    assert Agree(WATCH, True) in let.effects
    assert (ended.state.agreed, ended.state.waiting) == (READ, True)
    assert NO_MORE in ended.effects


def test_a_late_press_lets_nobody_read_who_was_not_asked_or_may_not():
    for known in ({}, {"waiting": True}, {"agreed": READ}):
        turn = step(at("menu/menu", **known), tapped("3/human/asked_usual/let_read"))

        assert WATCH not in turn.state.agreed
        assert not any(isinstance(effect, Agree) for effect in turn.effects)


@pytest.mark.parametrize(
    "event",
    [
        TherapistTookOver(NOON, "ines", "Inès"),
        TherapistSaid(NOON, "ines", "Inès", "Hello", "d1"),
        tapped("3/human/asked/stop_waiting"),
        tapped("8/data/choose/nothing"),
        PersonLeft(NOON),
    ],
    ids=["taken over", "written to", "waits no more", "keeps nothing", "left"],
)
def test_reading_along_ends_with_what_it_was_agreed_to_for(event: Event):
    turn = step(replace(lets_read(), place=Place("data", "choose")), event)

    assert WATCH not in turn.state.agreed
    assert turn.effects.count(NO_MORE) == 1


def test_reading_along_goes_on_in_danger_until_the_person_ends_it():
    noticed = step(lets_read(), PersonSaid(NOON, "…", "m", risk=Risk(Level.RISK, Kind.SUICIDE)))

    assert noticed.state.agreed == LETS_READ
    assert NO_MORE in step(noticed.state, tapped("3/human/asked/stop_waiting")).effects


def test_the_last_words_are_still_read_together_once_nobody_reads_along():
    """A thought written in pieces is understood across the end of it."""
    state = replace(lets_read(), lately=((NOON, "i have had"),))

    assert step(state, TherapistTookOver(NOON, "ines", "Inès")).state.lately == state.lately
