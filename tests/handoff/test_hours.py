from datetime import UTC, datetime, time, timedelta

import pytest

from handoff.hours import Block, Shift, is_open, next_opening
from tests.handoff.people import ALWAYS

PARIS = "Europe/Paris"
SUNDAY = 6
WITH_LUNCH = tuple(
    block for day in range(5) for block in (Block(day, time(9), time(12, 30)), Block(day, time(13, 30), time(18)))
)


def utc(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        (utc(11, 24, 7, 59, 59), False),  # 08:59:59 in Paris
        (utc(11, 24, 8), True),
        (utc(11, 24, 11, 29, 59), True),
        (utc(11, 24, 11, 30), False),  # lunch
        (utc(11, 24, 12, 29, 59), False),
        (utc(11, 24, 12, 30), True),
        (utc(11, 24, 16, 59, 59), True),
        (utc(11, 24, 17), False),
        (utc(11, 28, 10), False),  # a Saturday
        (utc(7, 21, 7), True),  # in summer 09:00 is 07:00 UTC
        (utc(7, 21, 6, 59), False),
    ],
)
def test_it_is_open_from_the_first_minute_of_a_block_to_just_before_its_end(at: datetime, is_it: bool):
    assert is_open(Shift(WITH_LUNCH, PARIS), at) is is_it


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        (utc(11, 24, 9), utc(11, 24, 9)),  # open: now
        (utc(11, 24, 11, 30), utc(11, 24, 12, 30)),  # lunch: 13:30
        (utc(11, 24, 2), utc(11, 24, 8)),
        (utc(11, 24, 17), utc(11, 25, 8)),
        (utc(11, 27, 17), utc(11, 30, 8)),  # Friday evening: Monday
        (utc(3, 27, 17), utc(3, 30, 7)),  # over the night of 29 March: summer time
        (utc(10, 23, 16), utc(10, 26, 8)),  # over the night of 25 October: winter time
    ],
)
def test_the_next_opening_is_found_over_lunch_nights_weekends_and_changes_of_the_clock(at: datetime, opening: datetime):
    assert next_opening(Shift(WITH_LUNCH, PARIS), at) == opening


def test_a_block_until_midnight_lasts_to_the_last_second_of_the_day():
    evening = (Block(SUNDAY, time(20), time(0)),)

    assert is_open(Shift(evening, PARIS), utc(11, 29, 22, 59, 59))
    assert not is_open(Shift(evening, PARIS), utc(11, 29, 23))
    assert next_opening(Shift(evening, PARIS), utc(11, 29, 23)) == utc(12, 6, 19)


@pytest.mark.parametrize("midnight", [utc(3, 28, 0), utc(10, 24, 0), utc(12, 31, 0)])
def test_always_has_no_hole(midnight: datetime):
    half_hours = [midnight + timedelta(minutes=30 * half) for half in range(96)]

    assert all(is_open(Shift(ALWAYS, PARIS), at) and next_opening(Shift(ALWAYS, PARIS), at) == at for at in half_hours)


def test_nobody_with_no_hours_ever_opens():
    assert not is_open(Shift((), PARIS), utc(11, 24, 9))
    assert next_opening(Shift((), PARIS), utc(11, 24, 9)) is None


def test_the_hour_that_the_spring_night_skips_is_open_for_what_is_left_of_it():
    # 29 March 2026: at 01:00 UTC the clock goes from 02:00 to 03:00.
    block = (Block(SUNDAY, time(2, 30), time(4)),)

    assert next_opening(Shift(block, PARIS), utc(3, 28, 12)) == utc(3, 29, 1)
    assert is_open(Shift(block, PARIS), utc(3, 29, 1))
    assert not is_open(Shift(block, PARIS), utc(3, 29, 0, 59))
    assert not is_open(Shift(block, PARIS), utc(3, 29, 2))  # 04:00


def test_a_block_wholly_inside_the_skipped_hour_opens_a_week_later():
    block = (Block(SUNDAY, time(2, 10), time(2, 50)),)

    assert not is_open(Shift(block, PARIS), utc(3, 29, 1, 10))
    assert next_opening(Shift(block, PARIS), utc(3, 28, 12)) == utc(4, 5, 0, 10)


def test_a_block_in_the_hour_that_comes_twice_stays_open_until_the_second_time():
    # 25 October 2026: at 01:00 UTC the clock goes back from 03:00 to 02:00.
    block = (Block(SUNDAY, time(2), time(2, 30)),)

    assert next_opening(Shift(block, PARIS), utc(10, 24, 12)) == utc(10, 25, 0)
    assert is_open(Shift(block, PARIS), utc(10, 25, 0, 45))
    assert is_open(Shift(block, PARIS), utc(10, 25, 1, 29))
    assert not is_open(Shift(block, PARIS), utc(10, 25, 1, 30))


def test_the_clinic_of_another_country_has_its_own_clock():
    montreal = (Block(1, time(9), time(17)),)

    assert not is_open(Shift(montreal, "America/Toronto"), utc(11, 24, 13, 59))
    assert is_open(Shift(montreal, "America/Toronto"), utc(11, 24, 14))
    assert next_opening(Shift(montreal, "America/Toronto"), utc(11, 24, 3)) == utc(11, 24, 14)
