"""The labelled messages: what the layer is trained on, and what it is measured on."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from bot.settings import ROOT
from flows.risk.risk import Kind, Level

CORPUS = ROOT / "flows" / "risk" / "corpus"
BLIND = ROOT / "tests" / "risk" / "blind"
DEVELOPMENT = CORPUS / "development.jsonl"
HARD = CORPUS / "development_hard.json"


class BrokenCorpus(Exception):
    """Names the file and the line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """theme, typing: what it is about and how it was typed, "" where nobody said. weight: of it in training."""

    id: str
    lang: str
    text: str
    level: Level
    kind: Kind
    theme: str = ""
    typing: str = ""
    weight: float = 1.0


def read_labelled(path: Path) -> list[Labelled]:
    """Raises BrokenCorpus."""
    return [_labelled(path, number, line) for number, line in enumerate(path.read_bytes().splitlines(), 1) if line]


def hand_written() -> list[Labelled]:
    return [message for path in sorted(CORPUS.glob("hand_*.jsonl")) for message in read_labelled(path)]


def blind(letter: str) -> list[Labelled]:
    """Never trained on, and no rule was written for them."""
    return [message for path in sorted(BLIND.glob(f"*_{letter}.jsonl")) for message in read_labelled(path)]


def hard_ids() -> frozenset[str]:
    """Ordinary messages of the development set with the words of danger in them."""
    return frozenset(orjson.loads(HARD.read_bytes()))


def _labelled(path: Path, number: int, line: bytes) -> Labelled:
    try:
        said = orjson.loads(line)
        return Labelled(
            id=str(said["id"]),
            lang=said["lang"],
            text=said["text"],
            level=Level[said["level"].upper()],
            kind=Kind(said.get("kind", Kind.ORDINARY)),
            theme=said.get("theme", ""),
            typing=said.get("typing", ""),
        )
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise BrokenCorpus(f"{path.name}, line {number}: {error}") from error
