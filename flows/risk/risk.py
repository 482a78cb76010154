"""What was noticed in somebody's words: a level, a kind, and the words that led to it."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How near the danger seems, as in the labelling guide of the data. Ordered."""

    NONE = 0
    CONCERN = 1
    RISK = 2
    IMMINENT = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Kind(StrEnum):
    """What the message is mainly about."""

    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    ABUSE = "abuse"
    HARM_TO_OTHERS = "harm_to_others"
    MEDICAL = "medical"
    PSYCHOSIS = "psychosis"
    EATING = "eating"
    THIRD_PARTY = "third_party"
    BEREAVEMENT = "bereavement"
    SADNESS = "sadness"
    ANXIETY = "anxiety"
    STRESS = "stress"
    IDIOM = "idiom"
    JOKE = "joke"
    META = "meta"
    ORDINARY = "ordinary"


NAMED = frozenset(Kind) - {Kind.IDIOM, Kind.JOKE, Kind.META, Kind.ORDINARY}  # kinds a therapist reads by name


class Sign(StrEnum):
    """What changes which path and which lines are right, beside level and kind."""

    MINOR = "minor"  # the writer says they are under 18
    CHILD = "child"  # a child is, or would be, harmed
    TAKEN = "taken"  # something has been swallowed, or too much of it
    NEAR_OTHER = "near_other"  # somebody close to the writer is in danger, not the writer
    QUIET = "quiet"  # whoever does harm may read the screen


@dataclass(frozen=True, slots=True)
class Risk:
    """reason: the person's own words that led to it, for the therapist; "" at level none.

    signs: at level none at most that the writer is a minor.
    """

    level: Level
    kind: Kind
    reason: str = ""
    signs: frozenset[Sign] = frozenset()


NOTHING = Risk(Level.NONE, Kind.ORDINARY)
