from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.wording import Wording
from flows.book import load
from flows.check import warnings
from flows.lines import (
    ANYTHING,
    Directory,
    Help,
    Line,
    Need,
    Opening,
    choose,
    nearest,
    need,
    numbers,
    stale,
    urgent,
)
from flows.risk.risk import Kind, Sign

from .small import BOOK, FOLDER

ROOT = Path(__file__).parent.parent.parent
PARIS, LUXEMBOURG = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Luxembourg")
WORDING = Wording(BOOK, {})


def read(locale: str, at: datetime | None, directory: Directory | None = None) -> list[str]:
    return [WORDING.text(text, locale) for text in urgent(directory or BOOK.lines, locale, at)]


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


# Choosing: open now, then the language, then what is needed.

CALL, EVENING, NIGHT_LINE = (
    Line(
        "Day and night",
        ("fr",),
        helps=frozenset({Help.SUICIDE}),
        call="1",
        openings=None,
        verified_on=date(2026, 11, 1),
    ),
    Line(
        "Evening",
        ("en",),
        call="2",
        openings=(Opening((0, 1, 2, 3, 4, 5, 6), time(18), time(23)),),
        timezone="Europe/Paris",
    ),
    Line("Nights", ("fr",), call="3", openings=(Opening((4,), time(23), time(3)),), timezone="Europe/Paris"),
)
QUIET = Line("Quiet", ("fr",), helps=frozenset({Help.NO_VOICE, Help.ABUSE}), text="114", openings=None)
ABUSE = Line("Abuse", ("fr",), helps=frozenset({Help.ABUSE}), call="5", openings=None)
YOUNG = Line("Young", ("fr",), helps=frozenset({Help.YOUNG}), call="6", openings=None)
POISON = Line("Poison", ("fr",), helps=frozenset({Help.POISON}), call="7", openings=None)
ALL = Directory("112", (POISON, YOUNG, ABUSE, NIGHT_LINE, EVENING, QUIET, CALL))


def chosen(locale: str, at: datetime | None, need: Need = ANYTHING, **how: Any) -> list[str]:
    return [line.name for line in choose(ALL, locale, at, need, **how)]


def test_what_is_open_comes_before_what_speaks_the_language():
    assert chosen("en", datetime(2026, 11, 24, 20, tzinfo=PARIS))[:2] == ["Evening", "Day and night"]
    assert chosen("en", datetime(2026, 11, 24, 12, tzinfo=PARIS))[0] == "Day and night"


def test_lines_for_a_few_come_after_those_for_everyone():
    assert chosen("fr", datetime(2026, 11, 24, 12, tzinfo=PARIS)) == ["Day and night", "Quiet", "Young", "Abuse"]


def test_what_is_needed_comes_first_and_what_is_for_others_is_left_out():
    noon = datetime(2026, 11, 24, 12, tzinfo=PARIS)

    assert chosen("fr", noon, need(Kind.ABUSE, frozenset())) == ["Quiet", "Abuse", "Day and night", "Nights"]
    assert chosen("fr", noon, need(Kind.SUICIDE, frozenset()))[:2] == ["Day and night", "Quiet"]
    assert chosen("fr", noon, need(Kind.SUICIDE, frozenset({Sign.TAKEN})))[0] == "Poison"
    assert chosen("fr", noon, need(Kind.SUICIDE, frozenset({Sign.MINOR})))[0] == "Young"
    assert need(Kind.ABUSE, frozenset({Sign.MINOR})).helps[:2] == (Help.CHILD, Help.YOUNG)


def test_a_line_for_this_need_is_shown_even_when_it_speaks_another_language():
    noon = datetime(2026, 11, 24, 20, tzinfo=PARIS)

    assert chosen("en", noon, need(Kind.SUICIDE, frozenset({Sign.TAKEN})), most=1) == ["Poison"]


def test_without_speaking_only_what_can_be_written_to_is_shown():
    assert chosen("fr", None, need(Kind.ABUSE, frozenset()), only_silent=True) == ["Quiet"]


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 11, 27, 22, 59, tzinfo=PARIS), False),  # Friday evening
        (datetime(2026, 11, 27, 23, 0, tzinfo=PARIS), True),
        (datetime(2026, 11, 28, 2, 59, tzinfo=PARIS), True),  # Saturday, still Friday's night
        (datetime(2026, 11, 28, 3, 0, tzinfo=PARIS), False),
        (datetime(2026, 11, 28, 23, 30, tzinfo=PARIS), False),  # Saturday evening has no night of its own
    ],
)
def test_a_night_that_begins_on_one_day_ends_on_the_next(at: datetime, is_open: bool):
    assert NIGHT_LINE.is_open(at) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        # Clocks go back on 25 October 2026: 18:00 in Paris is 16:00 UTC the day before, 17:00 UTC that day.
        (datetime(2026, 10, 24, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 24, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 16, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 17, 0, tzinfo=UTC), True),
        # And forward on 28 March 2027.
        (datetime(2027, 3, 27, 16, 59, tzinfo=UTC), False),
        (datetime(2027, 3, 28, 16, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 28, 20, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 28, 21, 0, tzinfo=UTC), False),
    ],
)
def test_hours_hold_over_the_change_of_the_clocks(at: datetime, is_open: bool):
    assert EVENING.is_open(at) is is_open


def test_a_night_over_the_change_of_the_clocks_is_open_in_both_of_its_repeated_hours():
    night = Line("Sat", ("fr",), call="1", openings=(Opening((5,), time(23), time(3)),), timezone="Europe/Paris")

    # Sunday 25 October 2026: 02:30 in Paris comes twice, 03:00 once.
    assert [night.is_open(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1, 2)] == [True, True, False]


# The nearest, in a few words.


def near(locale: str, at: datetime, need: Need = ANYTHING) -> str:
    found = nearest(ALL, locale, at, need)
    return WORDING.text(found, locale) if found else ""


def test_the_nearest_line_is_one_that_answers_now():
    assert near("en", datetime(2026, 11, 24, 20, tzinfo=PARIS)) == "Evening: call 2"
    assert near("en", datetime(2026, 11, 24, 12, tzinfo=PARIS)) == "Day and night: call 1 · in French"


def test_there_is_none_when_all_are_closed():
    closed = Directory("112", (NIGHT_LINE,))

    assert nearest(closed, "fr", datetime(2026, 11, 24, 12, tzinfo=PARIS)) is None


# The directory as it is shipped.

COUNTRIES = {
    country: load(ROOT / "flows" / "content", *country.partition("-")[::2]).lines
    for country in ("FR", "BE", "CH", "LU", "CA", "CA-QC", "GB", "IE", "US", "elsewhere")
}


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("FR", {"112", "3114", "09 72 39 40 50", "114", "0 800 235 236", "119", "3919", "01 46 21 46 46"}),
        ("BE", {"112", "0800 32 123", "1813", "107", "106", "108", "02 648 40 14"}),
        ("CH", {"112", "143", "0800 143 000", "147"}),
        ("LU", {"112", "45 45 45", "116 111"}),
        ("CA", {"911", "988", "1-800-668-6868", "686868"}),
        ("CA-QC", {"911", "988", "1-866-277-3553", "535353"}),
        ("GB", {"999", "116 123", "85258 (SHOUT)", "111"}),
        ("IE", {"112", "116 123", "50808 (HELLO)", "1800 247 247"}),
        ("US", {"911", "988", "741741 (HOME)"}),
        ("elsewhere", {"112"}),
    ],
)
def test_every_country_has_its_numbers(country: str, numbers: set[str]):
    directory = COUNTRIES[country]

    held = {directory.emergency, *(n for line in directory.lines for n in (line.call, line.text) if n)}

    assert numbers <= held


@pytest.mark.parametrize("country", [country for country in COUNTRIES if country != "elsewhere"])
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_at_any_hour_some_line_answers_or_the_emergency_number_stands_alone(country: str, hour: int):
    at = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)

    found = nearest(COUNTRIES[country], "fr", at)

    # Luxembourg has a line by day only; at night the emergency number is what there is.
    assert (found is not None) or (country == "LU" and not 10 <= hour < 22)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 11, 24, 10, 59, tzinfo=LUXEMBOURG), False),  # a Tuesday
        (datetime(2026, 11, 24, 11, 0, tzinfo=LUXEMBOURG), True),
        (datetime(2026, 11, 24, 22, 59, tzinfo=LUXEMBOURG), True),
        (datetime(2026, 11, 24, 23, 0, tzinfo=LUXEMBOURG), False),
        (datetime(2026, 11, 28, 2, 59, tzinfo=LUXEMBOURG), True),  # the night from Friday to Saturday
        (datetime(2026, 11, 28, 3, 0, tzinfo=LUXEMBOURG), False),
        (datetime(2026, 11, 30, 1, 0, tzinfo=LUXEMBOURG), False),  # the night from Sunday to Monday
        (datetime(2026, 7, 24, 22, 59, tzinfo=LUXEMBOURG), True),  # in summer too
    ],
)
def test_the_line_of_luxembourg_is_not_open_day_and_night(at: datetime, is_open: bool):
    line = next(line for line in COUNTRIES["LU"].lines if line.call == "45 45 45")

    assert line.is_open(at) is is_open
    assert line.verified_on is None  # decision 0006: its sources contradict each other


def test_a_line_in_english_in_switzerland_answers_in_the_evening():
    evening = datetime(2026, 11, 24, 19, tzinfo=ZoneInfo("Europe/Zurich"))

    assert choose(COUNTRIES["CH"], "en", evening)[0].name == "heart2heart"
    assert choose(COUNTRIES["CH"], "en", evening.replace(hour=12))[0].name.startswith("La Main Tendue")


def test_an_unspoken_way_in_danger_is_known_where_it_was_verified():
    assert {country for country, directory in COUNTRIES.items() if directory.emergency_text} == {"FR"}


# What is to be looked at again.


def test_a_line_is_stale_the_day_after_half_a_year():
    directory = Directory("112", (CALL, EVENING))

    assert [line.name for line in stale(directory, date(2027, 4, 30))] == ["Evening"]  # 180 days
    assert [line.name for line in stale(directory, date(2027, 5, 1))] == ["Day and night", "Evening"]


def test_the_check_names_the_clinics_lines_one_by_one_and_counts_the_others():
    found = warnings(FOLDER, "FR", date(2027, 6, 1))

    assert [str(problem) for problem in found] == [
        "lines.yaml:4: Always was last verified 190 days ago, on 2026-11-23:"
        " look again, and write the day into `verified_on`.",
        "lines.yaml:12: Evening was never verified (decision 0006): call it, and write the day into `verified_on`.",
        "lines.yaml:28: 1 of the 1 lines of elsewhere were not verified within 180 days.",
    ]


def test_every_number_can_be_dialled():
    dialled = {address for _, address in numbers(COUNTRIES.values())}

    assert {"tel:112", "tel:3114", "sms:114", "sms:85258", "tel:18662773553", "sms:988"} <= dialled
