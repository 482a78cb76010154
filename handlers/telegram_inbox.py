"""How updates of a Telegram bot come in: fetched or posted. Either way we say yes once the turn is committed.

Telegram takes the offset of a getUpdates as a yes to everything before it. So the offset never passes an update whose
turn is under way or was refused: after a crash anywhere, those come again.
"""

import asyncio
import hmac
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog

from handlers.errors import BadToken, DeliveryError, TryLater
from handlers.port import Closed

PATIENCE = 1.0  # seconds that one slow turn may hold back the next look at what other people wrote
FINISH = 5.0  # seconds for turns under way when we are told to stop
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds

Update = dict[str, Any]

log = structlog.get_logger()


async def poll(
    platform: str,
    fetch: Callable[[int | None], Awaitable[list[Update]]],
    take: Callable[[Update], Awaitable[None]],
) -> None:
    """Fetch and take until cancelled.

    fetch: offset -> updates, waiting for the first; raises DeliveryError, or BadToken, which ends the fetching.
    take:  returns once the update is committed, raises Closed when it must come again.
    Updates of one chat are taken one after the other, in order; chats run side by side.
    """
    try:
        async with asyncio.TaskGroup() as turns:
            await _fetch_on(platform, fetch, _Inbox(take), turns)
    except ExceptionGroup as group:
        if refused := group.subgroup(BadToken):
            raise refused.exceptions[0] from None
        raise


async def _fetch_on(
    platform: str, fetch: Callable[[int | None], Awaitable[list[Update]]], inbox: "_Inbox", turns: asyncio.TaskGroup
) -> None:
    pause = FIRST_PAUSE
    try:
        while True:
            try:
                updates = _understood(platform, await fetch(inbox.offset))
            except DeliveryError as error:
                log.warning("updates_not_fetched", platform=platform, reason=str(error))
                asked = error.after.total_seconds() if isinstance(error, TryLater) else 0.0
                await asyncio.sleep(max(pause, asked))
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            inbox.start(updates, turns)
            await inbox.settle(PATIENCE)
            if inbox.refused:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                pause = FIRST_PAUSE
    except asyncio.CancelledError:
        await inbox.settle(FINISH)
        raise


def _understood(platform: str, answer: object) -> list[Update]:
    """The updates in an answer to getUpdates. Raises TryLater when it is none, as from a proxy in between."""
    if not isinstance(answer, list):
        raise TryLater("no list of updates")
    updates = [each for each in answer if isinstance(each, dict) and isinstance(each.get("update_id"), int)]
    if len(updates) < len(answer):
        log.error("updates_without_number", platform=platform, count=len(answer) - len(updates))
    if answer and not updates:
        raise TryLater("updates without numbers")
    return updates


async def receive(ours: str, given: str | None, body: bytes, take: Callable[[Update], Awaitable[None]]) -> int:
    """Take one posted update; return the HTTP status. Anything but 200 makes Telegram post it again.

    ours, given: the webhook's secret, and what the request carried; without a secret of ours nothing is taken.
    """
    if not ours or not hmac.compare_digest((given or "").encode(), ours.encode()):
        return 401
    try:
        update = orjson.loads(body)
    except orjson.JSONDecodeError:
        return 400
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        return 400
    return 200 if await _is_taken(take, update) else 503


class _Inbox:
    """What came and is not yet confirmed.

    offset:  the first update that has not been taken, or None before the first one came.
    refused: some update of the last batch has to come again.
    """

    def __init__(self, take: Callable[[Update], Awaitable[None]]) -> None:
        self._take = take
        self._running: dict[int, asyncio.Task[bool]] = {}
        self._ends: dict[str, asyncio.Task[bool]] = {}
        self._owed: set[int] = set()
        self._taken: set[int] = set()
        self._highest = 0
        self.offset: int | None = None
        self.refused = False

    def start(self, updates: list[Update], turns: asyncio.TaskGroup) -> None:
        for update in updates:
            number = update["update_id"]
            if number in self._taken or number in self._running:
                continue
            line = _chat_of(update)
            task = turns.create_task(self._in_turn(update, self._ends.get(line)))
            self._running[number] = self._ends[line] = task
            self._owed.add(number)
            self._highest = max(self._highest, number)

    async def settle(self, seconds: float) -> None:
        """Wait until all turns are done, or this long; then see how far we may say yes."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=seconds)
        done = {number: task for number, task in self._running.items() if task.done()}
        self.refused = False
        for number, task in done.items():
            del self._running[number]
            if task.cancelled() or task.exception():
                continue
            if task.result():
                self._owed.discard(number)
                self._taken.add(number)
            else:
                self.refused = True
        self._ends = {line: task for line, task in self._ends.items() if not task.done()}
        if self._highest:
            self.offset = min(self._owed, default=self._highest + 1)
            self._taken = {number for number in self._taken if number >= self.offset}

    async def _in_turn(self, update: Update, before: asyncio.Task[bool] | None) -> bool:
        if before is not None and not await before:
            return False  # what was written first has to come again, and so has this
        return await _is_taken(self._take, update)


async def _is_taken(take: Callable[[Update], Awaitable[None]], update: Update) -> bool:
    """False when it must come again. A mistake of ours in one update would only be made again, and stop all others."""
    try:
        await take(update)
    except Closed:
        return False
    except Exception as error:
        # Where it was, and not what it says: that can hold what somebody wrote.
        where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        log.error("update_broke", update=update["update_id"], error=type(error).__name__, where=where)
    return True


def _chat_of(update: Update) -> str:
    """The chat an update happened in; "" for updates that belong to none, which form one line too."""
    for happened in update.values():
        if isinstance(happened, dict):
            chat = _within(_within(happened, "message") or happened, "chat")
            return str(chat.get("id", ""))
    return ""


def _within(happened: Update, name: str) -> Update:
    found = happened.get(name)
    return found if isinstance(found, dict) else {}
