from datetime import UTC, datetime, time, timedelta

import pytest

from flows.zones import clock_of, is_zone, zone, zone_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)  # 13:00 in Paris, 7:00 in Toronto
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("18:30", time(18, 30)),
        ("9", time(9)),
        ("9h", time(9)),
        ("20h30", time(20, 30)),
        ("8 h 05", time(8, 5)),
        ("20 heures", time(20)),
        ("7 heures 15", time(7, 15)),
        ("à 19h", time(19)),
        ("8 heures du soir", time(20)),
        ("3h de l'après-midi", time(15)),
        ("7h du matin", time(7)),
        ("midi", time(12)),
        ("noon", time(12)),
        ("8pm", time(20)),
        ("8:15 p.m.", time(20, 15)),
        ("12 am", time(0)),
        ("12 pm", time(12)),
        ("9 o’clock", time(9)),
        ("at 6 in the evening", time(18)),
        ("0:00", time(0)),
    ],
)
def test_a_time_is_understood_as_people_write_it(words: str, clock: time):
    assert clock_of(words) == clock


@pytest.mark.parametrize("words", ["", "soon", "25:00", "12:60", "13 pm", "0 am", "-3", "9:5", "Paris", "9 or 10"])
def test_what_is_no_time_is_none(words: str):
    assert clock_of(words) is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Paris", "Europe/Paris"),
        ("montreal", "America/Toronto"),
        ("Québec", "America/Toronto"),
        ("Londres", "Europe/London"),
        ("geneve", "Europe/Zurich"),
        ("La Réunion", "Indian/Reunion"),
        ("saint-denis de la réunion", "Indian/Reunion"),
        ("Fort de France", "America/Martinique"),
        ("new york", "America/New_York"),
        ("Tokyo", "Asia/Tokyo"),
        ("Buenos Aires", "America/Buenos_Aires"),
        ("UTC-5", "UTC-05:00"),
        ("+5:30", "UTC+05:30"),
        ("GMT+1", "UTC+01:00"),
    ],
)
def test_a_town_or_an_offset_gives_a_zone(words: str, name: str):
    assert zone_of(words, NOON) == name
    assert is_zone(name)


@pytest.mark.parametrize("words", ["my village", "", "UTC+20", "yes", "somewhere"])
def test_what_is_no_place_is_none(words: str):
    assert zone_of(words, NOON) is None


@pytest.mark.parametrize(
    ("words", "at", "name"),
    [
        ("13:00", NOON, "Europe/Paris"),
        ("12:02", NOON, "Europe/London"),
        ("7:01", NOON, "America/Toronto"),
        ("4am", NOON, "America/Vancouver"),
        ("14:00", SUMMER, "Europe/Paris"),
        ("17:30", NOON, "Asia/Kolkata"),
        ("23:00", NOON, "Pacific/Noumea"),
        ("2:00", NOON, "Pacific/Tahiti"),
        ("8:30", NOON, "America/St_Johns"),
        ("10:00", NOON, "UTC-02:00"),
    ],
)
def test_the_time_on_somebodys_clock_gives_a_zone_where_it_is_that_time(words: str, at: datetime, name: str):
    """The zone, not the offset, wherever there is a likely one: summer time is then taken care of."""
    assert zone_of(words, at) == name


def test_an_offset_is_a_zone_without_summer_time():
    assert zone("UTC-05:30").utcoffset(SUMMER) == timedelta(hours=-5, minutes=-30)
    assert not is_zone("UTC+99:00")
    assert not is_zone("Europe/Nowhere")
