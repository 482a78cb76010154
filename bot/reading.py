"""Reads the risk in what people write, before their turn. Nothing that goes wrong here stops a turn."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import structlog

from flows.risk.layer import Layer
from flows.risk.read import read
from flows.risk.risk import Risk

log = structlog.get_logger()

BUDGET = timedelta(milliseconds=200)  # for one message of the layer that ships; it takes one or two
MODEL_BUDGET = timedelta(seconds=2)  # for a larger model that a clinic chose
SLOW_IN_A_ROW = 5  # messages over the budget, after which the floor reads alone
TRY_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """For the health endpoint. layer: the statistical layer that reads; None when the floor is alone, and then why."""

    layer: str | None
    why: str = ""


class Reading:
    """The floor, and the statistical layer as long as it answers in time.

    The layer is loaded and asked in a thread of its own: whatever it does, the floor answers within the budget.
    """

    def __init__(self, load: Callable[[], Layer] | None = None, budget: timedelta = BUDGET) -> None:
        """load: raises when the layer cannot be had; None for none. It may take its time."""
        self._layer: Layer | None = None
        self._budget = budget.total_seconds()
        self._thread = ThreadPoolExecutor(1, "reading")
        self._slow = 0
        self._rest_until = 0.0
        self._why = "still loading" if load else "none was asked for"
        if load:
            self._thread.submit(self._load, load)

    @property
    def standing(self) -> Standing:
        if self._layer is None:
            return Standing(None, self._why)
        if time.monotonic() < self._rest_until:
            return Standing(None, "too slow; tried again within a minute")
        return Standing(self._layer.name)

    async def risk(self, text: str, before: Sequence[str] = ()) -> Risk:
        """Return the risk read in a message. Never raises, and returns within the budget.

        before: the person's previous messages, oldest first, as far as they may be kept.
        """
        layer = self._layer
        if layer is None or time.monotonic() < self._rest_until:
            return read(text, before)
        asked = asyncio.get_running_loop().run_in_executor(self._thread, read, text, before, layer)
        try:
            risk = await asyncio.wait_for(asyncio.shield(asked), self._budget)
        except TimeoutError:
            self._was_slow()
            return read(text, before)
        self._slow = 0
        return risk

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _load(self, load: Callable[[], Layer]) -> None:
        try:
            self._layer = load()
        except Exception as error:
            self._why = str(error) or type(error).__name__
            log.warning("layer_not_loaded", reason=self._why)

    def _was_slow(self) -> None:
        self._slow += 1
        if self._slow >= SLOW_IN_A_ROW:
            self._slow = 0
            self._rest_until = time.monotonic() + TRY_AGAIN.total_seconds()
            log.warning("layer_too_slow")
