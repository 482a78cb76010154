"""Open or closed, on somebody's clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from handoff.daysoff import NO_DAYS_OFF, Absence, DaysOff

# A stretch lost in the night the clocks go forward opens again a week later: two weeks always find it, and two more
# find it behind a week of which every day is a holiday.
DAYS_AHEAD = 28


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one weekday on a clock. day: 0 for Monday. A day may have several.

    end: the first moment that is closed again; 00:00 is the midnight that ends the day.
    """

    day: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Shift:
    """Blocks of a week, on the days for which they hold.

    timezone: whose clock.
    off:      days on which they do not hold.
    within:   the only days on which they do; None for always.
    """

    blocks: tuple[Block, ...]
    timezone: str
    off: DaysOff = NO_DAYS_OFF
    within: Absence | None = None


def is_open(shift: Shift, at: datetime) -> bool:
    zone = ZoneInfo(shift.timezone)
    day = at.astimezone(zone).date()
    if day in shift.off or (shift.within and day not in shift.within):
        return False
    return any(opens <= at < closes for opens, closes in _stretches(shift.blocks, zone, day))


def next_opening(shift: Shift, at: datetime) -> datetime | None:
    """Return `at` itself when open, else when it next opens, in UTC. None: never."""
    if not shift.blocks:
        return None
    zone = ZoneInfo(shift.timezone)
    first = at.astimezone(zone).date()
    if shift.within:
        first = max(first, shift.within.first)
    for day in islice(shift.off.after(first), DAYS_AHEAD):
        if shift.within and day > shift.within.last:
            return None
        for opens, closes in _stretches(shift.blocks, zone, day):
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
