"""Messages made by grammar, to widen the training: `flows/risk/corpus/grammar_*.txt`.

A line is what somebody might write; `(one|another|)` is a choice. A line that begins with # says the level, the kind
and the theme of those below it. Some come with an ordinary sentence before or after, and typed as people type.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from bot import risk_typing
from bot.risk_data import CORPUS, Labelled
from flows.risk.risk import Kind, Level

LANGUAGES = ("fr", "en")
AROUND = 0.3  # of the messages, with an ordinary sentence before, after or both
RETYPED = 0.4  # of the messages, typed in some other way
TRIES = 40  # to find a message that was not made yet


def messages(number: int, seed: int, weight: float) -> Iterator[Labelled]:
    """Yield this many different messages in both languages; the same ones for the same seed."""
    chance = random.Random(seed)
    for lang in LANGUAGES:
        lines, before, after = _grammar(CORPUS / f"grammar_{lang}.txt")
        made: set[str] = set()
        for count in range(number // len(LANGUAGES)):
            level, kind, theme, line = lines[count % len(lines)]
            text = _new(line, made, chance)
            if text is None:
                continue
            if chance.random() < AROUND:
                text = _surrounded(text, before, after, chance)
            typing = "generated"
            if chance.random() < RETYPED:
                typing, text = risk_typing.typed(text, lang, chance)
            yield Labelled(f"{lang}-g{count:05}", lang, text, level, kind, theme, typing, weight)


Line = tuple[Level, Kind, str, str]


def _grammar(path: Path) -> tuple[list[Line], list[str], list[str]]:
    around: dict[str, list[str]] = {"before": [], "after": []}
    lines: list[Line] = []
    head: list[str] = []
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            head = line[1:].split()
        elif line and len(head) == 1:
            around[head[0]].append(line)
        elif line:
            lines.append((Level[head[0].upper()], Kind(head[1]), f"{head[1]} {head[2]}", line))
    return lines, around["before"], around["after"]


def _new(line: str, made: set[str], chance: random.Random) -> str | None:
    for _ in range(TRIES):
        text = _chosen(line, chance)
        if text not in made:
            made.add(text)
            return text
    return None


def _chosen(line: str, chance: random.Random) -> str:
    """One of what the line may say; choices may stand inside choices."""
    while "(" in line:
        end = line.index(")")
        begin = line.rindex("(", 0, end)
        line = line[:begin] + chance.choice(line[begin + 1 : end].split("|")) + line[end + 1 :]
    return " ".join(line.split()).replace(" ,", ",")


def _surrounded(text: str, before: list[str], after: list[str], chance: random.Random) -> str:
    where = chance.randrange(3)
    joint = chance.choice([". ", ", ", "\n", " "])
    if where != 1:
        text = f"{chance.choice(before)}{joint}{text}"
    if where != 0:
        text = f"{text}{joint}{chance.choice(after)}"
    return text
