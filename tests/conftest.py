from pathlib import Path

import pytest
import structlog

from bot import logs

HERE = Path(__file__).parent
# Browsers, processes that start and die, waits for leases.
LONGEST = ("story", "crash", "test_bad_input.py", "postgres", "web", "contract")


def pytest_configure() -> None:
    # What the program logs while it is tried hard is not what a reader of the tests looks for.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, or one core waits for the other at the end."""
    items.sort(key=lambda item: _turn(item.path.relative_to(HERE).parts[0]))


def _turn(room: str) -> int:
    return LONGEST.index(room) if room in LONGEST else len(LONGEST)


@pytest.fixture(autouse=True)
def _commands_leave_the_logs_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command run inside a test would make every later test log to where that one was read."""
    monkeypatch.setattr(logs, "configure", lambda json=True: None)
