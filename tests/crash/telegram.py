"""The fake Telegram as a process of its own, and what its chats show."""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Entry:
    """What a bot did to a chat, as the fake's `Sent`. number: the order in which Telegram accepted it."""

    number: int
    at: float
    token: str
    method: str
    chat: int
    thread: int | None
    message: int
    text: str
    values: dict[str, Any]

    @property
    def presses(self) -> list[str]:
        markup = self.values.get("reply_markup") or {}
        return [b["callback_data"] for row in markup.get("inline_keyboard", ()) for b in row if "callback_data" in b]

    @property
    def author(self) -> bool:
        """Whether it stands under a human's name; else a program said it."""
        return any(e["type"] == "bold" and e["offset"] == 0 for e in self.values.get("entities") or ())


class Telegram:
    """Holds all the phones. `log` is everything accepted so far, in order."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.log: list[Entry] = []
        self.chats: defaultdict[tuple[str, int], list[Entry]] = defaultdict(list)
        self._http = http
        self._news: defaultdict[tuple[str, int], asyncio.Event] = defaultdict(asyncio.Event)
        self._any_news = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def running(cls, *tokens: str) -> AsyncIterator["Telegram"]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.telegram.fake_bot_api"),
            *(argument for token in tokens for argument in ("--token", token)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout
        try:
            url = (await process.stdout.readline()).decode().strip()
            async with aiohttp.ClientSession() as http:
                telegram = cls(url, http)
                following = asyncio.create_task(telegram._follow())
                try:
                    yield telegram
                finally:
                    following.cancel()
                    await asyncio.gather(following, return_exceptions=True)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def do(self, name: str, **arguments: Any) -> Any:
        async with self._http.post(f"{self.url}/control/{name}", json=arguments) as response:
            answer = await response.json()
        assert response.status == 200, f"{name} {arguments}: {answer}"
        return answer

    async def seen(
        self, token: str, chat: int, within: float, what: str, found: Callable[[Entry], bool], after: int = 0
    ) -> Entry:
        """Wait for the first entry of this chat that fits, numbered above `after`."""
        entries, looked = self.chats[token, chat], 0
        try:
            async with asyncio.timeout(within):
                while True:
                    self._news[token, chat].clear()
                    for entry in entries[looked:]:
                        if entry.number > after and found(entry):
                            return entry
                    looked = len(entries)
                    await self._news[token, chat].wait()
        except TimeoutError:
            last = "\n".join(f"  {e.number} {e.method} {e.message} thread {e.thread}: {e.text}" for e in entries[-8:])
            raise AssertionError(
                f"chat {chat} waited {within} seconds for {what} after {after}; its last entries:\n{last}"
            ) from None

    async def accepted(self, many: int, within: float) -> None:
        """Wait until so many calls have been accepted in all."""
        try:
            async with asyncio.timeout(within):
                while len(self.log) < many:
                    self._any_news.clear()
                    await self._any_news.wait()
        except TimeoutError:
            raise AssertionError(f"only {len(self.log)} of {many} calls accepted in {within} seconds") from None

    async def confirmed(self, token: str, within: float) -> None:
        """Wait until this bot has said yes to every update."""
        ends = time.monotonic() + within
        while unconfirmed := await self.do("unconfirmed", token=token):
            assert time.monotonic() < ends, f"{token} has not said yes to {unconfirmed} in {within} seconds"
            await asyncio.sleep(0.05)

    def last(self, token: str, chat: int) -> int:
        """Number of the newest entry of this chat."""
        return max((entry.number for entry in self.chats[token, chat]), default=0)

    async def catch_up(self) -> None:
        """Until `log` holds all that the fake has accepted."""
        while entries := await self.do("sent", after=self.log[-1].number if self.log else 0):
            if self.log and entries[-1]["number"] <= self.log[-1].number:
                return
            await asyncio.sleep(0.05)

    async def _follow(self) -> None:
        while True:
            for plain in await self.do("sent", after=self.log[-1].number if self.log else 0, wait=5.0):
                entry = Entry(**plain)
                self.log.append(entry)
                self.chats[entry.token, entry.chat].append(entry)
                self._news[entry.token, entry.chat].set()
            self._any_news.set()
