"""Reading at a provider what its webhook only pointed at. A job's work: it takes as long as the provider does."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import orjson
import structlog

from bot.retry import next_try
from bot.turn import now
from handlers.errors import DeliveryError
from handlers.port_bookings import Heard

log = structlog.get_logger()

FIRST_WAIT = timedelta(seconds=10)  # before it is read again
# (what the provider calls the booking, since when it is read) -> what stands there; None for nothing. Raises
# DeliveryError.
Read = Callable[[str, datetime], Awaitable[Heard | None]]


class LookUps:
    def __init__(self, readers: Mapping[str, Read], hear: Callable[[Heard], Awaitable[None]]) -> None:
        """readers: by provider."""
        self._readers = readers
        self._hear = hear

    async def take(self, payload: bytes) -> tuple[bytes, timedelta] | None:
        """Read it, and hear what stands there. Return what to enqueue again, and after how long; None when done.

        Raises Closed.
        """
        asked = orjson.loads(payload)
        provider, tries, at = asked["p"], asked["n"] + 1, now()
        if provider not in self._readers:
            return None
        try:
            # The time before it is read: of two readings the later one counts.
            heard = await self._readers[provider](asked["i"], at)
        except DeliveryError as error:
            log.warning("look_up_failed", provider=provider, error=type(error).__name__, why=str(error), tries=tries)
            again = next_try(tries, error, at, first_wait=FIRST_WAIT)
            return (orjson.dumps({**asked, "n": tries}), again - at) if again else None
        if heard:
            await self._hear(heard)
        return None
