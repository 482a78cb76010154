"""`python -m bot risk`: without database or network."""

import json
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from bot import weights
from bot.__main__ import main
from bot.risk_data import Labelled
from bot.risk_measuring import Judged, Share, figures
from bot.settings import ROOT
from flows.risk.risk import Kind, Level


def test_read_prints_a_line_for_each_message(tmp_path, capfdbinary):
    file = tmp_path / "messages.jsonl"
    file.write_text('{"id": "a", "text": "Je veux mourir"}\n\n{"id": 7, "text": "Bonjour"}\n')

    assert main(["risk", "read", str(file)]) == 0

    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert lines == [
        {"id": "a", "level": "risk", "kind": "suicide", "reason": "veux mourir"},
        {"id": 7, "level": "none", "kind": "ordinary", "reason": ""},
    ]


def test_read_takes_standard_input():
    said = _read_apart(cwd=ROOT, sent='{"id": 1, "text": "I want to die 😭"}')

    assert json.loads(said.stdout)["level"] == "risk"


def test_a_broken_line_is_named(tmp_path, capsys):
    file = tmp_path / "messages.jsonl"
    file.write_text('{"id": "a", "text": "Bonjour"}\n{"id": "b"}\n')

    assert main(["risk", "read", str(file)]) == 2
    assert "Line 2" in capsys.readouterr().err


def test_measure_prints_the_table(tmp_path, capsys):
    file = tmp_path / "own.jsonl"
    file.write_text(
        '{"id": "a", "lang": "fr", "text": "Je veux mourir", "level": "risk", "kind": "suicide"}\n'
        '{"id": "b", "lang": "fr", "text": "Bonjour", "level": "none"}\n'
    )

    assert main(["risk", "measure", str(file)]) == 0

    assert "| French | 1/1 = 1.000 (0.21–1.00) |" in capsys.readouterr().out


def test_without_its_layer_the_floor_reads_and_says_so(tmp_path):
    for room in ("bot", "flows", "handoff"):
        copytree(ROOT / room, tmp_path / room, ignore=ignore_patterns(weights.LAYER.name, "corpus", "content"))

    said = _read_apart(cwd=tmp_path, sent='{"id": "a", "text": "Je veux mourir"}')

    assert json.loads(said.stdout)["level"] == "risk"
    assert said.stderr == "The statistical layer is missing; the floor reads alone.\n"


def _read_apart(cwd: Path, sent: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "risk", "read", "-"]
    return subprocess.run(command, cwd=cwd, input=sent, capture_output=True, text=True, check=True)


def test_what_is_counted():
    def judged(true: Level, read: Level) -> Judged:
        return Judged(Labelled("x", "fr", "", true, Kind.SUICIDE), read)

    counted = figures(
        [
            judged(Level.IMMINENT, Level.IMMINENT),
            judged(Level.IMMINENT, Level.CONCERN),
            judged(Level.RISK, Level.NONE),
            judged(Level.CONCERN, Level.CONCERN),
            judged(Level.NONE, Level.NONE),
            judged(Level.NONE, Level.RISK),
        ]
    )

    assert counted.danger_as_risk == Share(1, 3)
    assert counted.danger_as_concern == Share(2, 3)
    assert counted.imminent_as_concern == Share(2, 2)
    assert counted.alarms_risk == Share(1, 2)


def test_an_interval_of_wilson():
    low, high = Share(8, 10).interval

    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)  # Wilson 1927, for 8 of 10


@pytest.mark.parametrize("damage", [b"", b"nothing of ours", b"\x1f\x8b\x08\x00"])
def test_a_damaged_layer_is_refused(tmp_path, damage):
    file = tmp_path / "layer.json.gz"
    file.write_bytes(damage)

    with pytest.raises(weights.BadLayer, match="is damaged"):
        weights.load(file)


def test_a_layer_cut_short_or_changed_is_refused(tmp_path):
    whole = weights.LAYER.read_bytes()
    file = tmp_path / "layer.json.gz"

    for damaged in (whole[: len(whole) // 2], whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]):
        file.write_bytes(damaged)
        with pytest.raises(weights.BadLayer, match="is damaged"):
            weights.load(file)
