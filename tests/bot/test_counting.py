from datetime import timedelta

import pytest

from bot.counting import AFTERWARDS, rounded
from bot.settings import CONTENT
from flows.book import load
from flows.flow import Kind


@pytest.mark.parametrize(
    ("waited", "minutes"),
    [
        (timedelta(0), 1),
        (timedelta(seconds=61), 2),
        (timedelta(minutes=10), 10),
        (timedelta(minutes=11), 15),
        (timedelta(minutes=60), 60),
        (timedelta(minutes=61), 75),
        (timedelta(hours=6, minutes=1), 7 * 60),
        (timedelta(hours=24), 24 * 60),
        (timedelta(hours=24, minutes=1), 2 * 24 * 60),
    ],
)
def test_a_wait_is_rounded_up_the_more_the_longer_it_was(waited: timedelta, minutes: int):
    assert rounded(waited) == minutes


def test_every_exercise_comes_to_an_end_that_is_counted():
    """Either the flow that asks how it was, or a step of its own after which nobody is waited for."""
    book = load(CONTENT, "FR", "")
    without = [
        flow.name
        for flow in book.flows.values()
        if flow.kind is Kind.EXERCISE
        and not any(step.go and getattr(step.go, "flow", "") == AFTERWARDS for step in flow.steps.values())
        and not any(
            option.go.flow == AFTERWARDS
            for s in flow.steps.values()
            for option in s.options
            if hasattr(option.go, "flow")
        )
        and not any(step.anytime and step.silence is None for step in flow.steps.values())
    ]

    assert without == []
