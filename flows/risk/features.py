"""What the statistical layer counts in a message: words, pieces of words, and what they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import ClassVar

from flows.risk.floor import Findings
from flows.risk.lexicon import Tagged, names

SHORTEST, LONGEST = 3, 5  # letters in a piece of a word


@dataclass(frozen=True, slots=True)
class Features:
    """words: words and runs of words. subjects: tags, pairs of them, what the floor found. Each counts once.

    spelled: the words of which the pieces count, once for each of them.
    """

    words: set[str]
    subjects: set[str]
    spelled: set[str]
    WORD: ClassVar[float] = 1.0
    SUBJECT: ClassVar[float] = 0.7  # the words behind them were chosen with some of these messages in view
    PIECE: ClassVar[float] = 0.4  # there are many more of them


def features(message: Tagged, found: Findings) -> Features:
    """found: what the floor read in it."""
    said = message.words.said
    risk = found.risk
    subjects = _subjects(message)
    subjects.update((f"floor {risk.level.word}", f"floor {risk.level.word} {risk.kind}"))
    subjects.update([f"rule {name}" for name in found.fired])
    spelled = {word for word in said if len(word) > SHORTEST and word.isalnum()}
    return Features(_words(said), subjects, spelled)


def pieces(word: str) -> Iterator[str]:
    whole = f"<{word}>"
    for length in range(SHORTEST, LONGEST + 1):
        for at in range(len(whole) - length + 1):
            yield "#" + whole[at : at + length]


def _words(said: tuple[str, ...]) -> set[str]:
    """Words, two and three in a row, and two with any other between them."""
    framed = ("^", "^", *said)
    counted = set(said)
    counted.update(map(" ".join, pairwise((*framed[1:], "$"))))
    counted.update(map(" ".join, zip(framed, framed[1:], said, strict=False)))
    counted.update(map(" _ ".join, zip(framed, said, strict=False)))
    return counted


def _subjects(message: Tagged) -> set[str]:
    """The tags, two that stand together, and two that follow one another."""
    several = [names(tags) for tags in message.tags if tags]
    about = sorted({name for here in several for name in here} - {"FILLER"})
    counted = {f"@{earlier}>{name}" for before, here in pairwise(several) for name in here for earlier in before}
    counted.update([f"@{name}" for name in about])
    counted.update([f"@{name}+{other}" for name, other in combinations(about, 2)])
    return counted
