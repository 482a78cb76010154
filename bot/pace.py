"""How fast a platform lets us send. Pure; the clock comes in as seconds."""

from collections import OrderedDict
from dataclasses import dataclass

PLACES_REMEMBERED = 20_000
UNLIMITED = 1_000_000  # messages


@dataclass(frozen=True, slots=True)
class Limits:
    """What one bot may send.

    per_place:  messages a second in one chat; `burst` of them at once after a rest.
    per_minute: in one group, counted over all processes (bot/deliver.py).
    per_second: over all chats and processes. 0 for no limits at all.
    Source: Telegram's Bots FAQ, "My bot is hitting limits": 1 a second in a chat with short bursts allowed,
    20 a minute in a group, about 30 a second in all.
    """

    per_place: float
    burst: int
    per_minute: int
    per_second: float


TELEGRAM = Limits(per_place=1.0, burst=4, per_minute=20, per_second=30.0)
NO_LIMITS = Limits(per_place=0.0, burst=0, per_minute=UNLIMITED, per_second=0.0)  # our own page


@dataclass(slots=True)
class _Bucket:
    rate: float  # tokens a second
    size: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0.0 when one is."""
        self.tokens = min(self.size, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)
        # A hair under one counts as one, or the sum of many small refills would never quite arrive.
        return 0.0 if self.tokens >= 1 - 1e-9 else (1 - self.tokens) / self.rate


class Pace:
    """One bot's sending, seen from one process."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places: OrderedDict[str, _Bucket] = OrderedDict()
        size = max(1.0, limits.per_second)
        self._all = _Bucket(limits.per_second, size, size, 0.0)
        self._held: dict[str, float] = {}
        self._tired: set[str] = set()  # places whose burst is spent

    @property
    def per_minute(self) -> int:
        return self._limits.per_minute

    def start(self, now: float) -> None:
        """Nothing is saved up from before: whoever ran until now, and who runs beside us, may just have spent it."""
        self._all.tokens, self._all.at = 0.0, now

    def share(self, processes: int) -> None:
        """Of how many sending processes this is one: the limit over all chats is divided by it."""
        self._all.rate = self._limits.per_second / max(1, processes)
        self._all.size = max(1.0, self._all.rate)

    def hold(self, place: str, until: float) -> None:
        """The platform told us to stop sending there for a while."""
        self._held[place] = max(self._held.get(place, 0.0), until)

    def wait(self, place: str, now: float) -> float:
        """Seconds until one message may go there; 0.0 for now. "" asks about all places together."""
        if self._limits.per_second == 0:
            return 0.0
        all_places = self._all.wait(now)
        return max(all_places, self._bucket(place).wait(now), self._held.get(place, 0.0) - now) if place else all_places

    def room(self, now: float) -> int:
        """How many messages may leave now, over all places."""
        if self._limits.per_second == 0:
            return UNLIMITED
        self._all.wait(now)
        return max(0, int(self._all.tokens + 1e-9))

    def resting(self, now: float) -> dict[str, float]:
        """The places where nothing may go yet, and for how many seconds."""
        self._held = {place: until for place, until in self._held.items() if until > now}
        if self._limits.per_second == 0:
            return {}
        waits = {place: self.wait(place, now) for place in self._tired | self._held.keys()}
        self._tired &= {place for place, wait in waits.items() if wait > 0}
        return {place: wait for place, wait in waits.items() if wait > 0}

    def spend(self, place: str, now: float) -> None:
        """One message goes there."""
        if self._limits.per_second == 0:
            return
        for bucket in (self._bucket(place), self._all):
            bucket.wait(now)
            bucket.tokens -= 1
        if self._bucket(place).tokens < 1:
            self._tired.add(place)

    def _bucket(self, place: str) -> _Bucket:
        bucket = self._places.get(place)
        if bucket is None:
            size = float(self._limits.burst)
            bucket = self._places[place] = _Bucket(self._limits.per_place, size, size, 0.0)
            if len(self._places) > PLACES_REMEMBERED:
                self._places.popitem(last=False)
        else:
            self._places.move_to_end(place)
        return bucket
