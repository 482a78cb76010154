"""What the program and its libraries write into the log of a clinic's machine."""

import json
import subprocess
import sys

import pytest

BEGIN = "import asyncpg, logging, structlog\nfrom bot import logs\nlogs.configure(json=True)\n"
FAILS = """
logging.getLogger("pgqueuer").error("It failed: %s", "so", exc_info={})
"""


def written(code: str) -> list[dict[str, object]]:
    """The lines that a program of its own writes, as a machine reads them."""
    ran = subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stderr.splitlines()]


def test_what_a_library_says_is_a_line_of_json_as_ours_is() -> None:
    ours, theirs = written("structlog.get_logger().warning('ours', number=1)" + FAILS.format("ValueError('wrong')"))

    assert (ours["event"], ours["number"], ours["level"]) == ("ours", 1, "warning")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("It failed: so", "pgqueuer", "error")
    assert "ValueError: wrong" in str(theirs["exception"])
    assert "timestamp" in theirs


def test_a_database_that_is_away_is_one_line_wherever_a_library_noticed_it() -> None:
    (line,) = written(FAILS.format("asyncpg.InterfaceError('connection is closed')"))

    assert line["event"] == "It failed: so (InterfaceError)"
    assert "exception" not in line


@pytest.mark.parametrize("library", ["httpx", "aiogram", "telegram", "uvicorn.access"])
def test_what_may_hold_a_token_is_not_written(library: str) -> None:
    assert written(f"logging.getLogger('{library}').warning('bot123:secret/getUpdates')") == []
