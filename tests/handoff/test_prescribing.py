"""What whoever wanted the bot to lead something at an hour is told, when it did not."""

from dataclasses import replace

import pytest

from flows.effects import Text
from flows.events import TimerRang
from flows.floor import TIMER, token_of
from flows.state import Lent, Prescribed, State
from handoff import prescribing
from handoff.desk import Handled, Tell
from tests.handoff.people import MORNING, THREE


@pytest.mark.parametrize(("owner", "why"), [("ana", "desk.floor_in_danger"), (None, "desk.floor_lapsed")])
def test_at_the_hour_they_learn_why_nothing_was_said(owner: str | None, why: str) -> None:
    later = Prescribed("ana", "Ana", "breathing", MORNING)
    before = State(owner=owner, later=later)

    told = prescribing.step(
        None, before, replace(before, later=None), TimerRang(MORNING, TIMER, token_of(later)), THREE
    )

    assert told == Handled(None, (Tell("ana", (Text(why, (("exercise", Text("breathing.title")),)),)),))


def test_at_the_hour_they_learn_that_something_else_was_being_led() -> None:
    later = Prescribed("ana", "Ana", "breathing", MORNING)
    before = State(lent=Lent("ana", "Ana", "grounding"), later=later)

    told = prescribing.step(
        None, before, replace(before, later=None), TimerRang(MORNING, TIMER, token_of(later)), THREE
    )

    assert told == Handled(None, (Tell("ana", (Text("desk.floor_not_lent"),)),))
