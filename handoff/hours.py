"""Open or closed, on the clinic's clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A stretch lost in the night the clocks go forward opens again a week later: two weeks always find it.
DAYS_AHEAD = 14


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one weekday on the clinic's clock. day: 0 for Monday. A day may have several.

    end: the first moment that is closed again; 00:00 is the midnight that ends the day.
    """

    day: int
    start: time
    end: time


def is_open(blocks: tuple[Block, ...], timezone: str, at: datetime) -> bool:
    zone = ZoneInfo(timezone)
    return any(opens <= at < closes for opens, closes in _stretches(blocks, zone, at.astimezone(zone).date()))


def next_opening(blocks: tuple[Block, ...], timezone: str, at: datetime) -> datetime | None:
    """Return `at` itself when open, else when it next opens, in UTC. None: never."""
    zone = ZoneInfo(timezone)
    today = at.astimezone(zone).date()
    for ahead in range(DAYS_AHEAD + 1):
        for opens, closes in _stretches(blocks, zone, today + timedelta(days=ahead)):
            if at < closes:
                return max(opens, at)
    return None


def _stretches(blocks: tuple[Block, ...], zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing of each block of this day, in order. In the hour that comes twice it stays open."""
    for block in sorted(blocks, key=lambda block: block.start):
        if block.day != day.weekday():
            continue
        last = day + timedelta(days=1) if block.end == time.min else day
        opens, closes = _instant(day, block.start, zone, fold=0), _instant(last, block.end, zone, fold=1)
        if opens < closes:
            yield opens, closes


def _instant(day: date, clock: time, zone: ZoneInfo, fold: int) -> datetime:
    """When the clock shows this, in UTC. A time that the clocks jump over stands for the jump."""
    shown = datetime.combine(day, clock)
    at = shown.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == shown:
        return at
    at = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)  # before the jump, by at most its size
    while at.astimezone(zone).replace(tzinfo=None) < shown:
        at += timedelta(minutes=1)
    return at
