"""When to try again. Pure."""

from datetime import datetime, timedelta

from flows.effects import Weight
from handlers.errors import DeliveryError, Rejected, TryLater, Unreachable

MAX_TRIES = 10  # the last wait is then 512 s; all of them together about a quarter of an hour
MAX_WAIT = timedelta(minutes=5)
REMINDER_TRIES = 2  # a late reminder is worse than none


def next_try(tries: int, error: DeliveryError, now: datetime, weight: Weight = Weight.NORMAL) -> datetime | None:
    """Return when to send again, or None to give up.

    tries: sends already made, 1 or more.
    Waits 2, 4, 8 ... seconds, and never less than the platform asked for. A crisis message is never given up for
    a reason that may pass.
    """
    if isinstance(error, (Unreachable, Rejected)):
        return None
    limit = REMINDER_TRIES if weight is Weight.REMINDER else MAX_TRIES
    if tries >= limit and weight is not Weight.CRISIS:
        return None
    wait = min(timedelta(seconds=2 ** min(tries, MAX_TRIES)), MAX_WAIT)
    if isinstance(error, TryLater):
        wait = max(wait, error.after)
    return now + wait
