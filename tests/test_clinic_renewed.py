"""The clinic's file is read again while the program runs; a bad version is refused and named, the good one stays."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clinic import read
from bot.lately import ENOUGH, usual
from bot.library import Library
from handoff.roster import Clinic, Lately
from tests.crash.house import CLINIC

LATELY = Lately(turns=(("ines", 3),))


class House:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "clinic.toml"
        shutil.copy(CLINIC, self.file)
        self.taken: list[Clinic] = []
        self.library = Library(read(self.file), file=self.file, renewed=self.taken.append)
        self.library.measured(LATELY)
        self.taken.clear()

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("clinic"))


async def test_a_good_version_is_taken_whole_and_a_bad_one_refused_with_all_its_mistakes(house: House):
    house.edit("offer_minutes = ", "offer_minutes = 1")
    await house.library.renew()

    assert [clinic.lately for clinic in house.taken] == [LATELY]
    assert house.library.clinic == house.taken[0]
    minutes = house.library.clinic.offer_after

    house.edit('country = "FR"', 'country = "DE"')
    house.edit("idle_minutes = ", "idle_minutes = -")
    with capture_logs() as bad:
        await house.library.renew()

    (refused,) = bad
    assert (refused["event"], refused["log_level"]) == ("clinic_refused", "error")
    assert [problem.partition(" ")[0] for problem in refused["problems"]] == ["clinic.toml:", "clinic.toml:"]
    assert "whose urgent lines we hold" in refused["problems"][0]
    assert "idle_minutes: must be a whole number" in refused["problems"][1]
    assert len(house.taken) == 1
    assert house.library.clinic.offer_after == minutes

    house.edit('country = "DE"', 'country = "BE"')
    house.edit("idle_minutes = -", "idle_minutes = ")
    await house.library.renew()

    assert house.library.clinic.country == "BE"
    assert house.library.book.lines_in("") == house.library.book.directories["BE"]


async def test_what_pages_were_made_with_waits_for_the_next_start(house: House):
    house.edit('timezone = "Europe/Paris"', 'timezone = "Europe/Brussels"')
    house.edit("urgent_minutes = ", "urgent_minutes = 1")
    urgent_after = house.library.clinic.urgent_after

    await house.library.renew()

    assert house.library.clinic.urgent_after > urgent_after
    assert house.library.clinic.timezone == "Europe/Paris"


def test_the_usual_wait_is_said_only_where_there_were_enough():
    few = [("en", 5, ENOUGH - 1)]
    half_and_half = [("fr", 5, 10), ("fr", 12, 1), ("fr", 90, 9)]  # the tenth of twenty waited 5 minutes

    assert usual(few) == ()
    assert usual([*few, *half_and_half]) == (("fr", timedelta(minutes=5)),)
    assert usual([("fr", 5, 9), ("fr", 12, 2), ("fr", 90, 9)]) == (("fr", timedelta(minutes=12)),)
