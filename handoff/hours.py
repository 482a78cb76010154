"""Open or closed."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one weekday on the clinic's clock. day: 0 for Monday. A day may have several."""

    day: int
    start: time
    end: time
