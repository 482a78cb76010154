"""Server-sent events: a page told at once, until it leaves or we close."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from handlers.port import Closed

BEAT_SECONDS = 15.0  # under the 30 to 60 s after which proxies drop a silent answer


def event(name: str, content: Any, id: int | None = None) -> bytes:
    head = f"id: {id}\n" if id is not None else ""
    return f"{head}event: {name}\ndata: ".encode() + orjson.dumps(content) + b"\n\n"


class Live:
    """An answer that goes on.

    read:    the events to tell now; called at first, after each change, and with each beat.
    closing: ends the answer when set; the page comes back by itself.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[list[bytes]]],
        changes: AsyncIterator[None],
        closing: asyncio.Event,
        beat: float = BEAT_SECONDS,
    ) -> None:
        self.read = read
        self.changes = changes
        self.closing = closing
        self.beat = beat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
        stirred = asyncio.Event()
        listening = asyncio.create_task(self._listen(stirred))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        # So that the subscription comes before the first reading, and no change falls between the two.
        await asyncio.sleep(0)
        telling = asyncio.create_task(self._tell(send, stirred))
        ends = (
            telling,
            listening,
            asyncio.create_task(_left(receive)),
            asyncio.create_task(self.closing.wait()),
        )
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in ends:
                task.cancel()
            outcomes = await asyncio.gather(*ends, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        for outcome in outcomes:
            if isinstance(outcome, Exception) and not isinstance(outcome, Closed):
                raise outcome

    async def _listen(self, stirred: asyncio.Event) -> None:
        async for _ in self.changes:
            stirred.set()

    async def _tell(self, send: Send, stirred: asyncio.Event) -> None:
        while True:
            stirred.clear()
            # The beat is an event and not a comment, so that the page can tell a quiet line from a dead one.
            body = b"".join(await self.read()) + b": quiet\nevent: beat\ndata: 0\n\n"
            await send({"type": "http.response.body", "body": body, "more_body": True})
            # Not wait_for: before Python 3.12 it loses a cancellation that comes together with what it waits for, and
            # a page that has left would be told for ever.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.beat):
                    await stirred.wait()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
