"""Telegram and the people who write there, in one process: each answers as soon as their reply has come.

A line of JSON in is an order, a line of JSON out its outcome; the first line out is the URL.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvloop

from tests.bench.exercise import LOCALE, Exercise, Said, read
from tests.bench.processes import cpu_seconds
from tests.telegram.fake_bot_api import FakeBotApi, Sent

PATIENCE = 30.0  # seconds after which a reply counts as lost
DOUBLED_WITHIN = 0.5  # seconds to wait for what nobody asked for
START = {"text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
STRANGERS_PER_RUN = 100_000  # ids set apart, so that every run meets new people


@dataclass(frozen=True, slots=True)
class Order:
    """One run.

    warm, seconds: how long it goes, once everybody has been greeted, before it is measured, and how long it is.
    watch:  whose CPU time to take: what they are -> process ids.
    toggle: told by SIGUSR1 when the measuring begins and when it ends; 0 for nobody.
    """

    token: str
    people: int
    warm: float
    seconds: float
    watch: dict[str, list[int]]
    toggle: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """p50, p99: seconds from a person's act to the reply. cpu: seconds, by what was watched.

    greeted: seconds until all of them, who came at the same instant, had the whole greeting.
    """

    turns: int
    seconds: float
    greeted: float
    p50: float
    p99: float
    lost: int
    strange: int
    cpu: dict[str, float]


@dataclass(slots=True)
class Person:
    chat: int
    asked_at: float = 0.0
    step: int = 0  # in the round
    met: bool = False
    expected: deque[Said] = field(default_factory=deque)


class Crowd:
    def __init__(self, api: FakeBotApi, exercise: Exercise) -> None:
        self._api = api
        self._exercise = exercise
        self._runs = 0
        self._people: dict[int, Person] = {}
        self._going = False
        self._measuring = False
        self._token = ""
        self._waits: list[float] = []
        self._strange: list[str] = []
        api.watchers.append(self._hear)

    async def polled(self, token: str) -> bool:
        """Wait until the bot looks for what people write; return whether it does."""
        bot = self._api.bots[token]
        before = bot.polls
        return await _until(lambda: bot.polls > before, PATIENCE)

    async def run(self, order: Order) -> Outcome:
        self._runs += 1
        first = self._runs * STRANGERS_PER_RUN
        self._token, self._waits, self._strange = order.token, [], []
        self._people = {first + number: Person(first + number) for number in range(order.people)}
        self._going = True
        for person in self._people.values():
            self._act(person)
        began = time.perf_counter()
        await _until(lambda: all(person.met for person in self._people.values()), PATIENCE)
        greeted = time.perf_counter() - began
        ungreeted = sum(not person.met for person in self._people.values())
        await asyncio.sleep(order.warm)
        if order.toggle:
            os.kill(order.toggle, signal.SIGUSR1)
        cpu = _spent(order.watch)
        begin, self._measuring = time.perf_counter(), True
        await asyncio.sleep(order.seconds)
        seconds, self._measuring, self._going = time.perf_counter() - begin, False, False
        spent = {what: after - cpu[what] for what, after in _spent(order.watch).items()}
        if order.toggle:
            os.kill(order.toggle, signal.SIGUSR1)
        lost = max(ungreeted, await self._finish())
        self._forget()
        waits = sorted(self._waits)
        for strange in self._strange[:5] + self._api.violations()[:5]:
            print(f"{order.token}: {strange}", file=sys.stderr)
        wrong = len(self._strange) + len(self._api.violations())
        return Outcome(len(waits), seconds, greeted, _share(waits, 0.50), _share(waits, 0.99), lost, wrong, spent)

    async def _finish(self) -> int:
        """Let everybody have their reply, then listen for what comes twice; return how many got none."""
        await _until(lambda: not any(person.expected for person in self._people.values()), PATIENCE)
        await asyncio.sleep(DOUBLED_WITHIN)
        return sum(bool(person.expected) for person in self._people.values())

    def _forget(self) -> None:
        """A run must not be slower for what an earlier one left in memory."""
        self._api.log.clear()
        for bot in self._api.bots.values():
            bot.messages.clear()
            bot.past.clear()
        gc.collect()

    def _hear(self, sent: Sent) -> None:
        if sent.method != "sendMessage" or sent.token != self._token:
            return
        person = self._people.get(sent.chat)
        if person is None or not person.expected:
            self._strange.append(f"chat {sent.chat}: nobody asked for {sent.text!r}")
            return
        buttons = [b for row in sent.values.get("reply_markup", {}).get("inline_keyboard", ()) for b in row]
        expected = person.expected[0]
        if sent.text != expected.text or tuple(b["text"] for b in buttons) != expected.buttons:
            self._strange.append(f"chat {sent.chat}: {sent.text!r} where {expected.text!r} was due")
            return
        person.expected.popleft()
        if person.expected:
            return
        if self._measuring and person.met:
            self._waits.append(time.perf_counter() - person.asked_at)
        if person.met:
            person.step = (person.step + 1) % len(self._exercise.round)
        person.met = True
        if self._going:
            self._act(person, sent.message, {b["text"]: b["callback_data"] for b in buttons})

    def _act(self, person: Person, under: int = 0, presses: dict[str, str] | None = None) -> None:
        person.asked_at = time.perf_counter()
        if presses is None:
            person.expected.extend(self._exercise.greeting)
            self._api.say(self._token, person.chat, content=START, locale=LOCALE)
            return
        doing = self._exercise.round[person.step]
        person.expected.append(doing.reply)
        if doing.tap:
            self._api.press(self._token, person.chat, press=presses[doing.tap], message=under, locale=LOCALE)
        else:
            self._api.say(self._token, person.chat, doing.words, locale=LOCALE)


async def _until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait, at most so long; return whether it became true."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        if true():
            return True
        await asyncio.sleep(0.02)
    return False


def _spent(watch: dict[str, list[int]]) -> dict[str, float]:
    return {what: sum(map(cpu_seconds, pids)) for what, pids in watch.items()}


def _share(waits: list[float], share: float) -> float:
    return waits[min(len(waits) - 1, int(len(waits) * share))] if waits else float("nan")


async def _serve(tokens: list[str], exercise: Exercise) -> None:
    api = FakeBotApi(tuple(tokens))
    crowd = Crowd(api, exercise)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    # Nothing here is in a cycle, and the pauses of the collector would be counted as the bots' own.
    gc.disable()
    async with api.serving() as url:
        print(url, flush=True)
        while line := await reader.readline():
            answer: dict[str, Any] = {}
            match orjson.loads(line):
                case {"polled": token}:
                    answer = {"polled": await crowd.polled(token)}
                case {"run": order}:
                    answer = asdict(await crowd.run(Order(**order)))
            print(orjson.dumps(answer).decode(), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("exercise", type=Path)
    parser.add_argument("tokens", nargs="+")
    arguments = parser.parse_args()
    uvloop.run(_serve(arguments.tokens, read(arguments.exercise)))
