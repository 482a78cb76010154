"""Files that change are read again while the program runs; what is broken is refused, and the last good book stays."""

import asyncio
import json
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot import library, words
from bot.clinic import read as read_clinic
from bot.database import Database
from bot.library import BrokenLibrary, Library
from bot.wording import CATALOGUE
from tests.crash.house import CLINIC, ROOT, free_port
from tests.postgres.conftest import database, server
from tests.test_bad_input import KEY

__all__ = ["database", "server"]  # fixtures

SMALL = ROOT / "tests" / "flows" / "small"
WITHIN = 180.0  # seconds


class Shelf:
    def __init__(self, folder: Path) -> None:
        self.content, self.locales = folder / "content", folder / "locales"
        self.french = self.locales / "fr" / CATALOGUE
        shutil.copytree(SMALL, self.content)
        words.update(self.content, self.locales)
        self.clinic = read_clinic(CLINIC)

    def library(self) -> Library:
        return Library(self.clinic, self.content, self.locales)

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


async def test_changed_words_are_said_from_then_on(shelf: Shelf):
    held = shelf.library()
    wording = held.wording

    shelf.edit(shelf.content / "walk.yaml", "Left foot.", "Left foot first.")
    shelf.edit(shelf.french, 'msgid "Right foot."\nmsgstr ""', 'msgid "Right foot."\nmsgstr "À droite."')
    await held.renew()

    assert wording.sentence("walk.left", "en") == "Left foot first."
    assert wording.sentence("walk.right", "fr") == "À droite."


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("walk.yaml", "go: right", "go: rght", "walk.yaml:N: goes to `rght`, which is no step and no flow."),
        ("walk.yaml", "steps:", "steps: [", "walk.yaml:N: is not YAML: did not find expected ',' or ']'."),
        ("walk.yaml", "steps:", "stops:", "walk.yaml:N: lacks `steps`."),
        (
            "fr",
            'msgid "You saw {saw}."\nmsgstr ""',
            'msgid "You saw {saw}."\nmsgstr "Vu : {sow}"',
            "walk.yaml:N: walk.end.2 (fr) must have the same names in braces as the English, {saw}: Vu : {sow}",
        ),
        (
            "fr",
            'msgctxt "walk.left"',
            "<<<<<<< ours",
            "locales/fr/LC_MESSAGES/messages.po:N: is not a catalogue of translations: '<<<<<<< ours'.",
        ),
    ],
    ids=["a missing step", "no YAML", "no steps", "broken braces", "no catalogue"],
)
async def test_what_is_broken_is_refused_in_one_line_and_the_last_good_stays(
    shelf: Shelf, file: str, old: str, new: str, problem: str
):
    held = shelf.library()
    before = held.book

    shelf.edit(shelf.french if file == "fr" else shelf.content / file, old, new)
    with capture_logs() as logs:
        await held.renew()

    assert [entry["event"] for entry in logs] == ["content_refused"]
    assert problem in [re.sub(r":\d+: ", ":N: ", said, count=1) for said in logs[0]["problems"]]
    assert held.book is before
    assert held.wording.sentence("walk.left", "en") == "Left foot."


ROUND = """\
flow: round
kind: conversation
reviewed: []
start: here
steps:
  here: {say: "Here.", go: there}
  there: {say: "There.", go: here}
"""


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        (
            "round.yaml",
            ROUND,
            "round.yaml:7: goes round in a loop in which nobody answers: there leads back to round/here.",
        ),
        ("twice.yaml", "flow: twice\nflow: again\n", "twice.yaml:2: says `flow` twice; the first is on line 1."),
        ("list.yaml", "- flow: list\n", "list.yaml:1: must be a mapping: `key: value` lines."),
        ("huge.yaml", "steps:\n" + "  a: {say: again}\n" * 600_000, "huge.yaml:1: is larger than 1000 kB."),  # 10 MB
    ],
    ids=["a loop without a person", "a repeated key", "no mapping", "10 MB"],
)
async def test_a_file_that_cannot_be_one_of_ours_is_refused_in_one_line(
    shelf: Shelf, file: str, content: str, problem: str
):
    held = shelf.library()
    before = held.book

    (shelf.content / file).write_text(content)
    with capture_logs() as logs:
        await held.renew()

    assert [(entry["event"], entry["problems"]) for entry in logs] == [("content_refused", [problem])]
    assert held.book is before


def test_a_broken_book_does_not_start(shelf: Shelf):
    shelf.edit(shelf.content / "walk.yaml", "wait: 4 seconds", "wait: soon")

    with pytest.raises(BrokenLibrary, match=r"walk\.yaml:\d+: `soon` is not a time such as `4 seconds`\."):
        shelf.library()


async def test_a_file_is_read_once_it_is_saved(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(library, "LOOK_EVERY", library.LOOK_EVERY / 100)
    held, stop = shelf.library(), asyncio.Event()
    watching = asyncio.create_task(held.watch(stop))

    shelf.edit(shelf.content / "walk.yaml", "Left foot.", "Left foot first.")
    async with asyncio.timeout(10):
        while held.wording.sentence("walk.left", "en") == "Left foot.":
            await asyncio.sleep(0.01)

    stop.set()
    await watching


class Running:
    """The real program in a folder of its own."""

    def __init__(self, home: Path, port: int, process: asyncio.subprocess.Process, http: aiohttp.ClientSession) -> None:
        self.home, self.url, self.process, self.http = home, f"http://127.0.0.1:{port}", process, http

    async def page(self) -> str:
        async with self.http.get(f"{self.url}/", headers={"Accept-Language": "en"}) as answer:
            return await answer.text()

    async def shows(self, words: str) -> None:
        began = time.monotonic()
        while words not in await self.page():
            assert time.monotonic() - began < WITHIN, f"“{words}” was not shown"
            await asyncio.sleep(0.2)

    def events(self, name: str) -> list[dict[str, object]]:
        lines = (self.home / "log").read_text().splitlines()
        return [entry for line in lines if line.startswith("{") and (entry := json.loads(line))["event"] == name]

    async def logs(self, name: str, times: int = 1) -> dict[str, object]:
        began = time.monotonic()
        while len(found := self.events(name)) < times:
            assert time.monotonic() - began < WITHIN, f"{name} was not logged"
            await asyncio.sleep(0.2)
        return found[-1]


@pytest.fixture
async def running(database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    for room in ("bot", "flows", "handlers", "handoff", "locales"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    port = free_port()
    env = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    env |= {"CLINIC": str(CLINIC), "DATABASE_URL": database.url, "PASSERELLE_MASTER_KEY": KEY, "PORT": str(port)}
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "web", cwd=tmp_path, env=env, stdout=log, stderr=log
        )
        async with aiohttp.ClientSession() as http:
            running = Running(tmp_path, port, process, http)
            await running.logs("content")
            async with asyncio.timeout(WITHIN):
                while True:
                    try:
                        await running.page()
                        break
                    except aiohttp.ClientError:
                        await asyncio.sleep(0.2)
            yield running
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def test_the_running_program_keeps_the_last_good_library(running: Running):
    web, menu = (running.home / "flows" / "content" / name for name in ("web.yaml", "menu.yaml"))
    good, intro = menu.read_text(), "If you or someone else is in danger, call now."
    await running.shows(intro)

    web.write_text(web.read_text().replace(intro, "Call now."))
    await running.shows("Call now.")

    web.write_text(web.read_text().replace("Call now.", "Call at once."))
    menu.write_text(good.replace("go: urgent}", "go: urgnt}").replace("silence: none", "silence: never"))
    refused = await running.logs("content_refused")
    line = next(number for number, text in enumerate(good.splitlines(), 1) if "go: urgent}" in text)
    assert f"menu.yaml:{line}: goes to `urgnt`, which is no step and no flow." in str(refused["problems"])
    assert "`silence` must be a mapping" in str(refused["problems"])
    assert "Call now." in await running.page()

    menu.write_text(good)
    await running.shows("Call at once.")
    assert len(running.events("content_refused")) == 1
    assert running.process.returncode is None
