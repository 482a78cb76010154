"""The world's failures, raised at the edge, decided in bot/retry.py."""

from datetime import timedelta


class DeliveryError(Exception):
    """A message did not get through. Never holds the person's words."""


class TryLater(DeliveryError):
    """The platform is busy, slow or out of reach.

    after: how long it asked us to wait; zero when it named nothing.
    """

    def __init__(self, reason: str, after: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.after = after


class Unreachable(DeliveryError):
    """The person blocked us or left. Sending again cannot help."""


class Rejected(DeliveryError):
    """The platform will not take this message, now or later. A mistake of ours."""


class ThreadGone(DeliveryError):
    """The desk's thread for this conversation has vanished: open a new one, then send there."""


class BadToken(Exception):
    """A platform does not know the token we were given. Its message names the setting."""
