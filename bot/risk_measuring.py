"""What was noticed and what was not, in numbers with their intervals, as tables."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.risk_data import Labelled
from flows.risk.risk import Level

Z = 1.96  # 95 %

LANGUAGES = {"fr": "French", "en": "English"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message and the level it was read at."""

    message: Labelled
    level: Level


@dataclass(frozen=True, slots=True)
class Share:
    """Some of all, with Wilson's interval, which is honest for small numbers and for none or all."""

    some: int
    all: int

    @property
    def interval(self) -> tuple[float, float]:
        if not self.all:
            return (0.0, 1.0)
        share, n = self.some / self.all, self.all
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        return (max(0.0, middle - half), min(1.0, middle + half))

    def __str__(self) -> str:
        if not self.all:
            return ""
        low, high = self.interval
        return f"{self.some}/{self.all} = {self.some / self.all:.3f} ({low:.2f}–{high:.2f})"


@dataclass(frozen=True, slots=True)
class Figures:
    """danger: `risk` and `imminent` together. alarms: of what is `none`, taken for something."""

    danger_as_risk: Share
    danger_as_concern: Share
    imminent_as_concern: Share
    imminent_as_risk: Share
    imminent_as_imminent: Share
    concern_noticed: Share
    alarms_risk: Share
    alarms_concern: Share


HEADS = (
    "risk or imminent, seen as risk or more",
    "seen as concern or more",
    "imminent, noticed at all",
    "as risk or more",
    "as imminent",
    "concern, noticed",
    "ordinary, taken for risk or more",
    "for concern or more",
)


def figures(judged: Iterable[Judged]) -> Figures:
    judged = tuple(judged)

    def share(of: Callable[[Level], bool], least: Level) -> Share:
        levels = [j.level for j in judged if of(j.message.level)]
        return Share(sum(level >= least for level in levels), len(levels))

    def danger(level: Level) -> bool:
        return level >= Level.RISK

    def imminent(level: Level) -> bool:
        return level is Level.IMMINENT

    def ordinary(level: Level) -> bool:
        return level is Level.NONE

    return Figures(
        danger_as_risk=share(danger, Level.RISK),
        danger_as_concern=share(danger, Level.CONCERN),
        imminent_as_concern=share(imminent, Level.CONCERN),
        imminent_as_risk=share(imminent, Level.RISK),
        imminent_as_imminent=share(imminent, Level.IMMINENT),
        concern_noticed=share(lambda level: level is Level.CONCERN, Level.CONCERN),
        alarms_risk=share(ordinary, Level.RISK),
        alarms_concern=share(ordinary, Level.CONCERN),
    )


def table(rows: Sequence[tuple[str, Figures]], first: str) -> str:
    lines = [f"| {first} | " + " | ".join(HEADS) + " |", "|---" + "|--:" * len(HEADS) + "|"]
    for name, f in rows:
        shares = (
            f.danger_as_risk,
            f.danger_as_concern,
            f.imminent_as_concern,
            f.imminent_as_risk,
            f.imminent_as_imminent,
            f.concern_noticed,
            f.alarms_risk,
            f.alarms_concern,
        )
        lines.append(f"| {name} | " + " | ".join(map(str, shares)) + " |")
    return "\n".join(lines)


def by_language(judged: Sequence[Judged]) -> list[tuple[str, Figures]]:
    return [
        (name, figures(j for j in judged if j.message.lang == lang))
        for lang, name in LANGUAGES.items()
        if any(j.message.lang == lang for j in judged)
    ]


def by_kind(judged: Sequence[Judged]) -> list[tuple[str, Figures]]:
    rows = []
    for lang, name in LANGUAGES.items():
        for kind in sorted({j.message.kind for j in judged if j.message.lang == lang}):
            of_kind = [j for j in judged if j.message.lang == lang and j.message.kind is kind]
            rows.append((f"{name}, {kind.value.replace('_', ' ')}", figures(of_kind)))
    return rows


def missed(judged: Iterable[Judged]) -> list[Judged]:
    """Risk or imminent, read as none or concern; the gravest first."""
    return sorted(
        (j for j in judged if j.message.level >= Level.RISK and j.level < Level.RISK),
        key=lambda j: (-j.message.level, j.level, j.message.id),
    )


def smallest(judged: Sequence[Judged]) -> tuple[str, int]:
    """The kind, in one language, of which the fewest messages are risk or imminent, and how many."""
    rows = [(name, f.danger_as_risk.all) for name, f in by_kind(judged) if f.danger_as_risk.all]
    return min(rows, key=lambda row: row[1])
