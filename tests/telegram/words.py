"""Sentences and roads for tests of the edge, and waiting for them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from handlers.port import Closed, Incoming
from handlers.port_desk import DeskAnswer, DeskHeard


class Words:
    """port.Sentences that says the id and the language."""

    def sentence(self, text: str, locale: str, **values: str) -> str:
        return f"{text} ({locale})"


class Road:
    """port.Road that remembers. closed: how many takes are refused before it opens."""

    def __init__(self, closed: int = 0) -> None:
        self.closed = closed
        self.taken: list[Incoming] = []
        self.strange: list[tuple[str, str]] = []

    async def take(self, incoming: Incoming) -> bool:
        if self.closed:
            self.closed -= 1
            raise Closed
        new = incoming.update not in [each.update for each in self.taken]
        if new:
            self.taken.append(incoming)
        return new

    def unknown(self, platform: str, kind: str) -> None:
        self.strange.append((platform, kind))


class DeskRoad:
    """port.DeskRoad that knows some people, and answers them all alike."""

    def __init__(self, known: set[str], answer: DeskAnswer) -> None:
        self.known = known
        self.answer = answer
        self.closed = 0
        self.breaks = 0
        self.heard: list[DeskHeard] = []
        self.strange: list[tuple[str, str]] = []

    async def hear(self, heard: DeskHeard) -> DeskAnswer | None:
        if self.closed:
            self.closed -= 1
            raise Closed
        if self.breaks:
            self.breaks -= 1
            raise ValueError("a mistake of ours")
        if heard.update not in [each.update for each in self.heard]:
            self.heard.append(heard)
        return self.answer if heard.who in self.known else None

    def unknown(self, platform: str, kind: str) -> None:
        self.strange.append((platform, kind))


@contextlib.asynccontextmanager
async def polling(poll: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(poll)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
