"""A conversation played without platform or database: events in, what would be said out. For talks and the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from bot.decide import Done, decide
from flows import state as states
from flows.book import Book
from flows.effects import SetTimer
from flows.events import Event, TimerRang
from flows.state import State
from handoff import request as requests
from handoff.request import Request
from handoff.roster import Clinic


@dataclass(frozen=True, slots=True)
class _Timer:
    at: datetime
    name: str
    token: int


class Rehearsal:
    """now: the clock, moved by `wait` only. What is remembered between two events is JSON, as on the real road."""

    def __init__(self, book: Book, clinic: Clinic, state: State, now: datetime) -> None:
        self._book = book
        self._clinic = clinic
        self._state = orjson.dumps(states.to_json(state))
        self._request: bytes | None = None
        self._timers: list[_Timer] = []
        self.now = now

    @property
    def state(self) -> State:
        return states.from_json(orjson.loads(self._state))

    @property
    def request(self) -> Request | None:
        return requests.from_json(orjson.loads(self._request)) if self._request else None

    def waits_for(self) -> frozenset[tuple[str, int]]:
        """The timers that are still to ring, each with its token."""
        return frozenset((timer.name, timer.token) for timer in self._timers)

    def take(self, event: Event) -> tuple[Done, ...]:
        """What comes of this event. Timers are set aside for `wait`."""
        decision = decide(self._book, self._clinic, self.state, self.request, event)
        self._state = orjson.dumps(states.to_json(decision.state))
        self._request = orjson.dumps(requests.to_json(decision.request)) if decision.request else None
        effects = []
        for effect in decision.effects:
            if isinstance(effect, SetTimer):
                self._timers.append(_Timer(self.now + effect.after, effect.timer, effect.token))
            else:
                effects.append(effect)
        return tuple(effects)

    def wait(self, time: timedelta) -> Iterator[tuple[Done, ...]]:
        """Let time pass; yields what comes of each timer that rings meanwhile."""
        until = self.now + time
        while due := min((t for t in self._timers if t.at <= until), key=lambda t: t.at, default=None):
            self._timers.remove(due)
            self.now = max(self.now, due.at)
            yield self.take(TimerRang(self.now, due.name, due.token))
        self.now = until
