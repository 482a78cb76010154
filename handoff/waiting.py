"""How long a wait usually is, in words that do not promise more than was measured."""

import math
from datetime import timedelta

from flows.effects import Text

HOUR = 60  # minutes
DAY = 24 * HOUR


def about(wait: timedelta) -> Text:
    """Never less than it was: in steps of five minutes, then of quarters of an hour, hours, days."""
    minutes = wait / timedelta(minutes=1)
    if minutes <= HOUR:
        step = 5 if minutes <= 20 else 15
        return Text("waiting.minutes", (("n", str(max(1, math.ceil(minutes / step)) * step)),))
    if minutes <= DAY:
        return Text("waiting.hours", (("n", str(math.ceil(minutes / HOUR))),))
    return Text("waiting.days", (("n", str(math.ceil(minutes / DAY))),))
