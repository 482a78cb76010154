"""The terminal: what is typed there goes the way of the real conversation."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot import talk
from bot.talks import Stage

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


def converse(stage: Stage, capsys: pytest.CaptureFixture[str], *typed: str) -> list[str]:
    """What is on the screen after each line, together."""
    lines: Iterator[str] = iter(typed)

    def read(prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    talk.run(stage.book, stage.clinic, stage.wording, "en", read, NOON)
    return [line.strip() for line in capsys.readouterr().out.removeprefix(talk.HELP).splitlines() if line.strip()]


def test_a_button_is_pressed_by_its_number_and_by_its_words(stage: Stage, capsys: pytest.CaptureFixture[str]):
    listed = stage.wording.sentence("choosing.feeling", "en")

    assert listed in converse(stage, capsys, "1")
    assert listed in converse(stage, capsys, stage.wording.sentence("menu.menu.exercise", "en"))


def test_time_can_be_moved_forward(stage: Stage, capsys: pytest.CaptureFixture[str]):
    silence = stage.wording.sentence("human.silence", "en")

    assert silence not in converse(stage, capsys, "a human", "/wait 9m")
    assert silence in converse(stage, capsys, "a human", "/wait 9m", "/wait 1 m")


def test_a_therapist_can_be_played_and_the_bot_is_silent_meanwhile(stage: Stage, capsys: pytest.CaptureFixture[str]):
    screen = converse(
        stage, capsys, "/therapist:tom say Hello.", "menu", "/photo", "/therapist:tom release", "/quit", "1"
    )

    here = screen.index("(the conversation is tom’s)")
    assert screen[here:] == [
        "(the conversation is tom’s)",
        stage.wording.sentence("takeover.here", "en", therapist="Tom Sample", emergency="112"),
        "Tom Sample: Hello.",
        "[desk] menu",
        "[desk] [photo]",
        "(the conversation is the bot’s)",
        *screen[here + 6 :],
    ]
    assert stage.wording.sentence("release.given_back", "en", therapist="Tom Sample") in screen[here + 6 :]


@pytest.mark.parametrize("typed", ["/wait soon", "/therapist dance", "/therapist:nobody take"])
def test_what_the_terminal_does_not_know_is_explained(typed: str, stage: Stage, capsys: pytest.CaptureFixture[str]):
    assert "/quit" in converse(stage, capsys, typed)
