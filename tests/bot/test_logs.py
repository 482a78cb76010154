"""What the program and its libraries write into the log of a clinic's machine."""

import json
import logging
from collections.abc import Callable, Iterator

import asyncpg
import pytest
import structlog

from bot.logs import configure

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """What was written, as a machine reads it."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    configure(json=True)
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


def told(library: str, error: Exception) -> None:
    try:
        raise error
    except Exception:
        logging.getLogger(library).exception("It failed: %s", "so")


def test_what_a_library_says_is_a_line_of_json_as_ours_is(lines: Lines) -> None:
    structlog.get_logger().warning("ours", number=1)
    told("pgqueuer", ValueError("wrong"))

    ours, theirs = lines()
    assert (ours["event"], ours["number"], ours["level"]) == ("ours", 1, "warning")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("It failed: so", "pgqueuer", "error")
    assert "ValueError: wrong" in str(theirs["exception"])
    assert "timestamp" in theirs


def test_a_database_that_is_away_is_one_line_wherever_a_library_noticed_it(lines: Lines) -> None:
    told("pgqueuer", asyncpg.InterfaceError("connection is closed"))

    (line,) = lines()
    assert line["event"] == "It failed: so (InterfaceError)"
    assert "exception" not in line


@pytest.mark.parametrize("library", ["httpx", "aiogram", "telegram", "uvicorn.access"])
def test_what_may_hold_a_token_is_not_written(library: str, lines: Lines) -> None:
    logging.getLogger(library).warning("https://api.telegram.org/bot123:secret/getUpdates")

    assert lines() == []
