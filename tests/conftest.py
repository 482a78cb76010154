import pytest
import structlog

from bot import logs


def pytest_configure() -> None:
    # What the program logs while it is tried hard is not what a reader of the tests looks for.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))


@pytest.fixture(autouse=True)
def _commands_leave_the_logs_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command run inside a test would make every later test log to where that one was read."""
    monkeypatch.setattr(logs, "configure", lambda json=True: None)
