from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.wording import Wording
from flows.book import load
from flows.lines import Directory, Line, urgent

from .small import BOOK, FOLDER

PARIS = ZoneInfo("Europe/Paris")
WORDING = Wording(BOOK, {})


def read(locale: str, at: datetime | None, directory: Directory | None = None) -> list[str]:
    class Shelf:
        lines = directory or BOOK.lines

    return [WORDING.text(text, locale) for text in urgent(Shelf(), locale, at)]


def test_lines_in_the_persons_language_come_first_and_say_how_they_were_checked():
    at = datetime(2026, 11, 24, 20, tzinfo=PARIS)

    assert read("fr", at) == [
        "Danger: 112.",
        "Always (prevention): call 3114 · day and night · free · checked on 23 November 2026",
        "Evening: call 01 · for the young · in English · Monday to Friday 18:00 to 02:00 · not checked by us",
    ]
    assert [line[:7] for line in read("en", at)] == ["Danger:", "Evening", "Always "]


def test_a_closed_line_comes_last_and_says_so():
    lines = read("en", datetime(2026, 11, 24, 12, tzinfo=PARIS))

    assert lines[1].startswith("Always (prevention): call 3114 · in French")
    assert lines[2] == (
        "Evening: call 01 · for the young · closed now, Monday to Friday 18:00 to 02:00 · not checked by us"
    )


def test_nothing_is_said_to_be_closed_when_the_hour_is_not_known():
    assert "closed" not in " ".join(read("en", None))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 11, 24, 17, 59, tzinfo=PARIS), False),
        (datetime(2026, 11, 24, 18, 0, tzinfo=PARIS), True),
        (datetime(2026, 11, 25, 1, 59, tzinfo=PARIS), True),
        (datetime(2026, 11, 25, 2, 0, tzinfo=PARIS), False),
        (datetime(2026, 11, 28, 1, 0, tzinfo=PARIS), True),  # Saturday, still Friday's night
        (datetime(2026, 11, 28, 19, 0, tzinfo=PARIS), False),
        (datetime(2026, 11, 30, 1, 0, tzinfo=PARIS), False),  # Monday, Sunday's night
        (datetime(2026, 10, 23, 16, 30, tzinfo=UTC), True),  # summer time
        (datetime(2026, 10, 26, 16, 30, tzinfo=UTC), False),  # winter time
    ],
)
def test_hours_are_read_on_the_clock_of_the_line(at: datetime, is_open: bool):
    assert BOOK.lines.lines[1].is_open(at) is is_open


def test_four_lines_are_enough():
    many = Directory("112", tuple(Line(str(n), ("en",), call="1", openings=None) for n in range(6)))

    assert len(read("en", None, many)) == 5


@pytest.mark.parametrize(
    ("country", "region", "emergency"),
    [("FR", "", "112"), ("FR", "IDF", "17"), ("FR", "BRE", "112"), ("US", "", "911")],
)
def test_lines_are_those_of_the_country_and_its_region(country: str, region: str, emergency: str):
    assert load(FOLDER, country, region).lines.emergency == emergency
