"""Every golden talk, played through the flows and the desk, its state carried as JSON between the lines.

A change of behaviour is taken in with `make talks`, and read as a diff.
"""

from pathlib import Path

import pytest

from bot import talks
from bot.talks import Stage
from flows.book import BrokenFlow


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("path", talks.all_talks(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_talk_goes_as_it_is_written(path: Path, stage: Stage):
    assert talks.run(path, stage) == path.read_text(encoding="utf-8").splitlines()


def test_a_rewritten_talk_keeps_its_moves_and_says_what_came_of_them(tmp_path: Path, stage: Stage):
    path = tmp_path / "short.yaml"
    path.write_text('# why\nabout: "Short."\ntalk:\n  - person: {say: "menu"}\n  - bot: nonsense\n  - wait: 1 day\n')

    assert talks.main([path], rewrite=False) == 1
    assert talks.main([path], rewrite=True) == 0

    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:6] == [
        "# why",
        'about: "Short."',
        'given: {language: fr, at: "2026-11-24 10:00"}',
        "talk:",
        '  - person: {say: "menu"}',
        "  - bot:",
    ]
    assert lines[-2:] == ["  - wait: 1 day", "  - nothing: happens"]
    assert talks.main([path], rewrite=False) == 0


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        ("person: {tap: gone}", "no button `gone` has been shown."),
        ("person: dance", "a person does not `dance`; they arrive or leave."),
        ("wait: a while", "`wait` needs a time such as `5 minutes`."),
        (
            "therapist: {ines: dance}",
            "a therapist can take over, release, decline, close, close alert, call off, unreachable, say or edit.",
        ),
    ],
)
def test_a_move_nobody_can_make_is_named(move: str, sentence: str, tmp_path: Path, stage: Stage):
    path = tmp_path / "wrong.yaml"
    path.write_text(f"about: Wrong.\ntalk:\n  - {move}\n")

    with pytest.raises(BrokenFlow) as broken:
        talks.run(path, stage)

    assert (broken.value.line, broken.value.sentence) == (3, sentence)
