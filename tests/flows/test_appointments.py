"""When an appointment is reminded of, and how its hour is said."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.appointments import of, put_off, remind_at
from flows.effects import Text
from flows.rules import Rules
from flows.state import Appointment, Looked, State, from_json, to_json

RULES = Rules("Europe/Paris")
WEEK_BEFORE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def paris(day: int, hour: int, minute: int = 0) -> Appointment:
    """On this day of December 2026, by the clock of Paris (UTC+1)."""
    return Appointment(1, "Ana", datetime(2026, 12, day, hour - 1, minute, tzinfo=UTC))


def test_a_reminder_is_due_a_day_before():
    assert remind_at(paris(3, 14, 30), WEEK_BEFORE, RULES) == datetime(2026, 12, 2, 13, 30, tzinfo=UTC)


def test_a_reminder_of_the_night_waits_for_the_morning():
    early = paris(3, 7, 30)

    assert remind_at(early, WEEK_BEFORE, RULES) == datetime(2026, 12, 2, 7, 0, tzinfo=UTC)  # 08:00 in Paris


def test_the_night_is_that_of_the_person():
    there = Appointment(1, "Ana", datetime(2026, 12, 3, 8, 0, tzinfo=UTC), zone="America/Toronto")  # 03:00 there

    assert remind_at(there, WEEK_BEFORE, RULES) == datetime(2026, 12, 2, 13, 0, tzinfo=UTC)  # 08:00 there


def test_booked_for_the_same_day_it_is_two_hours_before():
    assert remind_at(paris(3, 17), datetime(2026, 12, 3, 9, 0, tzinfo=UTC), RULES) == datetime(
        2026, 12, 3, 14, 0, tzinfo=UTC
    )


def test_when_it_is_soon_there_is_no_reminder():
    assert remind_at(paris(3, 17), datetime(2026, 12, 3, 14, 0, tzinfo=UTC), RULES) is None
    assert remind_at(paris(3, 8, 30), datetime(2026, 12, 2, 20, 30, tzinfo=UTC), RULES) is None


def test_a_reminder_put_off_beyond_its_use_is_dropped():
    soon = paris(3, 14, 30)

    assert put_off(soon, soon.starts - timedelta(hours=3), RULES) == soon.starts - timedelta(hours=2, minutes=30)
    assert put_off(soon, soon.starts - timedelta(hours=1, minutes=29), RULES) is None


def test_over_a_change_of_clocks_a_day_before_is_the_same_moment_of_the_day_before():
    after = Appointment(1, "Ana", datetime(2027, 3, 28, 12, 30, tzinfo=UTC))  # 14:30, on the day the clocks change

    assert remind_at(after, datetime(2027, 3, 20, tzinfo=UTC), RULES) == datetime(2027, 3, 27, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "time", "clinic"),
    [("", "14:30", None), ("Europe/Berlin", "14:30", None), ("America/Toronto", "08:30", "14:30")],
)
def test_the_clinics_hour_is_said_only_where_it_differs(zone: str, time: str, clinic: str | None):
    said = dict(of(Appointment(1, "Ana", datetime(2026, 12, 3, 13, 30, tzinfo=UTC), zone=zone), RULES))

    assert (said["time"], said.get("clinic_time")) == (time, clinic)
    assert isinstance(said["day"], Text)


def test_what_is_known_survives_being_stored():
    state = State(
        appointments=(
            Appointment(
                7,
                "Ana",
                WEEK_BEFORE,
                WEEK_BEFORE,
                "America/Toronto",
                "https://a.example",
                "https://b.example",
                WEEK_BEFORE,
                "moved",
            ),
            Appointment(8, "Bo", WEEK_BEFORE),
        ),
        looked=Looked("ab12", "Ana", WEEK_BEFORE),
    )

    assert from_json(to_json(state)) == state
