"""When to try again. Pure."""

from datetime import datetime, timedelta

from flows.effects import Weight
from handlers.errors import DeliveryError, Rejected, TryLater, Unreachable

MAX_TRIES = 10  # a quarter of an hour, with the waits below
MAX_WAIT = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=2)


def next_try(
    tries: int,
    error: DeliveryError,
    now: datetime,
    weight: Weight = Weight.NORMAL,
    first_wait: timedelta = FIRST_WAIT,
    insist: bool = False,
) -> datetime | None:
    """Return when to send again, or None to give up.

    tries: sends already made, 1 or more.
    A wait that the platform named is kept to, no longer, and is no reason to give up. Else waits `first_wait`, then
    twice as long each time. A crisis message is never given up for a reason that may pass; a reminder is not repeated
    when it may have arrived.
    insist: it waits for as long as it takes, also for a way that may be opened again.
    """
    if isinstance(error, Rejected) or (isinstance(error, Unreachable) and not insist):
        return None
    if isinstance(error, TryLater) and error.after:
        return now + error.after
    if tries >= MAX_TRIES and not (insist or weight is Weight.CRISIS):
        return None
    if weight is Weight.REMINDER:
        return None  # only a platform that named a wait has certainly not taken it
    return now + min(first_wait * (1 << min(tries, MAX_TRIES) - 1), MAX_WAIT)
