"""Reads the risk in what people write, before their turn. Nothing that goes wrong here stops a turn."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import structlog

from flows.risk.layer import Layer
from flows.risk.read import read, read_all
from flows.risk.risk import Risk

log = structlog.get_logger()

BUDGET = timedelta(milliseconds=200)  # for one message of the layer that ships; it takes one or two
MODEL_BUDGET = timedelta(seconds=2)  # for a larger model that a clinic chose
TOGETHER = 16  # messages read at once; of more, the layer gains nothing
SLOW_IN_A_ROW = 5  # times that the layer itself took longer than the budget; then the floor reads alone
TRY_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """For the health endpoint. layer: the statistical layer that reads; None when the floor is alone, and then why."""

    layer: str | None
    why: str = ""


class Reading:
    """The floor, and the statistical layer as long as it answers in time.

    The layer is loaded and asked in a thread of its own: whatever it does, the floor answers within the budget. What
    comes while it reads is read together when it is done.
    """

    def __init__(self, load: Callable[[], Layer] | None = None, budget: timedelta = BUDGET) -> None:
        """load: raises when the layer cannot be had; None for none. It may take its time."""
        self._layer: Layer | None = None
        self._budget = budget.total_seconds()
        self._thread = ThreadPoolExecutor(1, "reading")
        self._asked: deque[tuple[str, Sequence[str], asyncio.Future[Risk]]] = deque()
        self._reads = False
        self._began = 0.0
        self._slow = 0
        self._slow_at = 0.0
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
        asked = asyncio.get_running_loop().create_future()
        self._asked.append((text, before, asked))
        if not self._reads:
            self._read_on(layer)
        try:
            risk: Risk = await asyncio.wait_for(asked, self._budget)
        except TimeoutError:  # what still waits is not read any more
            log.info("layer_not_waited_for")
            # Many at once make nobody's layer slow: it is when what it reads now takes so long.
            if time.monotonic() - self._began >= self._budget:
                self._was_slow()
            return read(text, before)
        self._slow = 0
        return risk

    def _read_on(self, layer: Layer) -> None:
        """Read the next ones together, and those after them when that is done."""
        several: list[tuple[str, Sequence[str], asyncio.Future[Risk]]] = []
        while self._asked and len(several) < TOGETHER:
            if not (next := self._asked.popleft())[2].done():
                several.append(next)
        self._reads = bool(several) and self._layer is not None
        if not self._reads:
            return
        self._began = time.monotonic()
        read_now = asyncio.get_running_loop().run_in_executor(
            self._thread, read_all, [(text, before) for text, before, _ in several], layer
        )

        def done(risks: "asyncio.Future[list[Risk]]") -> None:
            read = [] if risks.cancelled() or risks.exception() else risks.result()
            for (_, _, asked), risk in zip(several, read, strict=False):  # the others' time runs out
                if not asked.done():
                    asked.set_result(risk)
            self._read_on(layer)

        read_now.add_done_callback(done)

    def close(self) -> None:
        self._layer, self._why = None, "closed"
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _load(self, load: Callable[[], Layer]) -> None:
        try:
            self._layer = load()
        except Exception as error:
            self._why = str(error) or type(error).__name__
            log.warning("layer_not_loaded", reason=self._why)

    def _was_slow(self) -> None:
        now = time.monotonic()
        if now - self._slow_at < self._budget / 2:
            return  # all that wait for one slow reading are one slow time, however many they are
        self._slow_at = now
        self._slow += 1
        if self._slow >= SLOW_IN_A_ROW:
            self._slow = 0
            self._rest_until = time.monotonic() + TRY_AGAIN.total_seconds()
            log.warning("layer_too_slow")
