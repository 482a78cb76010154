from datetime import UTC, datetime, timedelta

import pytest

from bot.retry import next_try
from flows.effects import Weight
from handlers.errors import Rejected, TryLater, Unreachable

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 2), (2, 4), (3, 8), (8, 256), (9, 300)])
def test_each_wait_is_twice_the_last_up_to_five_minutes(tries, seconds):
    assert next_try(tries, TryLater("busy"), NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("tries", [1, 8, 40])
def test_when_the_platform_named_a_wait_it_is_that_one_however_often(tries):
    assert next_try(tries, TryLater("busy", timedelta(seconds=33)), NOW) == NOW + timedelta(seconds=33)


def test_the_tenth_failure_is_the_last():
    assert next_try(10, TryLater("busy"), NOW) is None


def test_a_crisis_message_is_never_given_up_for_what_may_pass():
    assert next_try(40, TryLater("busy"), NOW, Weight.CRISIS) == NOW + timedelta(minutes=5)


def test_a_reminder_is_sent_again_only_when_it_was_certainly_refused():
    assert next_try(1, TryLater("no answer in time"), NOW, Weight.REMINDER) is None
    assert next_try(1, TryLater("429", timedelta(seconds=5)), NOW, Weight.REMINDER) == NOW + timedelta(seconds=5)


@pytest.mark.parametrize("error", [Unreachable("blocked"), Rejected("too long")])
@pytest.mark.parametrize("weight", list(Weight))
def test_what_cannot_help_is_not_tried_again(error, weight):
    assert next_try(1, error, NOW, weight) is None


@pytest.mark.parametrize("error", [TryLater("no connection"), Unreachable("bot was kicked from the group")])
def test_what_waits_for_as_long_as_it_takes_is_given_up_only_when_refused(error):
    assert next_try(40, error, NOW, insist=True) == NOW + timedelta(minutes=5)
    assert next_try(1, Rejected("too long"), NOW, insist=True) is None
