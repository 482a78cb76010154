"""The statistical layer's part: how likely each level seems, from numbers learned beforehand."""

from dataclasses import dataclass
from typing import Protocol

from flows.risk.floor import Findings
from flows.risk.lexicon import Tagged
from flows.risk.risk import Kind, Level


@dataclass(frozen=True, slots=True)
class Chances:
    """What the layer makes of a message.

    levels: the probability of each Level, in their order; they add up to 1.
    level:  the level at which its thresholds put these, by the costs in the labelling guide.
    kind:   the kind it finds likeliest at that level.
    """

    levels: tuple[float, float, float, float]
    level: Level
    kind: Kind


# The labelling guide's cost of one message: true level, then the level it was read at.
COSTS = ((0, 1, 4, 6), (2, 0, 1, 3), (30, 10, 0, 1), (100, 50, 8, 0))


class Layer(Protocol):
    """A small linear model, or a larger one a clinic chose. May raise; the floor then decides."""

    @property
    def name(self) -> str: ...

    def chances(self, message: Tagged, found: Findings) -> Chances:
        """found: what the floor read in it."""
        ...
