"""The statistical layer's part: how likely each level seems, from numbers learned beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flows.risk.floor import Findings
from flows.risk.lexicon import Tagged
from flows.risk.risk import Kind, Level

Four = tuple[float, float, float, float]  # one for each Level, in their order


@dataclass(frozen=True, slots=True)
class Chances:
    """What the layer makes of a message.

    levels: the probability of each Level, in their order; they add up to 1.
    level:  the level at which its thresholds put these, by the costs in the labelling guide.
    kind:   the kind it finds likeliest at that level.
    """

    levels: Four
    level: Level
    kind: Kind


@dataclass(frozen=True, slots=True)
class Opinion:
    """levels, kinds: the probability of each Level, and of each Kind, in their order; each add up to 1."""

    levels: Four
    kinds: tuple[float, ...]


# The labelling guide's cost of one message: true level, then the level it was read at.
COSTS = ((0, 1, 4, 6), (2, 0, 1, 3), (30, 10, 0, 1), (100, 50, 8, 0))


class Second(Protocol):
    """A second opinion on messages or sentences."""

    def opinions(self, plain: Sequence[str]) -> Sequence[Opinion]:
        """One of each. plain: as Words.plain."""
        ...


class Layer(Protocol):
    """The layer that ships, or a larger model a clinic chose. May raise; the floor then decides."""

    @property
    def name(self) -> str: ...

    def chances(self, messages: Sequence[tuple[Tagged, Findings]]) -> Sequence[Chances]:
        """Of each message, given with what the floor read in it."""
        ...
