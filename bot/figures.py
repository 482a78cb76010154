"""What the clinic sees, read from the counts. Implements handlers.port_figures.FiguresRoom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import published
from bot.counting import LEAKS
from bot.database import answering
from handlers.port_figures import Counted, Figures, Leak, Stretch, Times, Waited
from handoff.roster import Clinic

SETTLED = timedelta(hours=1)  # after its end a week is shown: what was counted in it has been written by then

NO_TIMES = Times()
COUNTED = {what.value: what for what in Counted}

_TALLY = text(
    "SELECT what, week, locale, minutes, CAST(sum(n) AS bigint) FROM tally GROUP BY what, week, locale, minutes"
)
_LEAKING_NOW = text(f"""
    SELECT c.locale, CAST(sum(({LEAKS})) AS bigint) FROM ownership w JOIN conversation c ON c.id = w.conversation
    WHERE w.leaks IS NULL AND w.told_at IS NOT NULL GROUP BY c.locale""")


class ClinicFigures:
    def __init__(self, engine: AsyncEngine, clinic: Clinic) -> None:
        self._engine = engine
        self._zone = ZoneInfo(clinic.timezone)
        self._locales = clinic.languages

    async def figures(self, weeks: int, now: datetime) -> Figures:
        this_week = monday(now.astimezone(self._zone).date())
        async with answering(self._engine) as db:
            tally = await _read(db)
            leaking = await _leaking(db, this_week)
        end = monday((now - SETTLED).astimezone(self._zone).date())
        since = min(tally.weeks, default=None)
        over = published.mondays(since, end) if since else []
        counts = published.counts(over, self._locales, tally.counted)
        taken, answered = tally.minutes["taken"], tally.minutes[Counted.ANSWERED]
        waited = published.waited(over, self._locales, taken, answered)
        window = over[-weeks:]
        begin = window[0] if window else end
        every = {"": self._locales, **({one: (one,) for one in self._locales} if len(self._locales) > 1 else {})}
        return Figures(
            since=since,
            until=end - timedelta(days=1),
            counts={
                what: {one: _counts_since(begin, stretches) for one, stretches in by_locale.items()}
                for what, by_locale in counts.items()
            },
            waited={one: _waited_since(begin, stretches) for one, stretches in waited.items()},
            times={one: published.times(window, locales, taken, answered) for one, locales in every.items()},
            leaks=(*tally.leaks, *leaking),
        )


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _counts_since(begin: date, stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    return tuple(stretch for stretch in stretches if stretch.since >= begin)


def _waited_since(begin: date, stretches: Sequence[Waited]) -> tuple[Waited, ...]:
    return tuple(stretch for stretch in stretches if stretch.since >= begin and stretch.times != NO_TIMES)


@dataclass(frozen=True, slots=True)
class _Tally:
    """weeks: all in which anything was counted."""

    weeks: set[date] = field(default_factory=set)
    counted: dict[Counted, dict[tuple[date, str], int]] = field(default_factory=lambda: defaultdict(dict))
    minutes: dict[str, dict[tuple[date, str], dict[int, int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    leaks: list[Leak] = field(default_factory=list)


async def _read(db: AsyncConnection) -> _Tally:
    tally = _Tally()
    for what, week, locale, minutes, n in await db.execute(_TALLY):
        tally.weeks.add(week)
        if what == "leak":
            tally.leaks.append(Leak(week, locale, n))
            continue
        if what in COUNTED:
            of = tally.counted[COUNTED[what]]
            of[week, locale] = of.get((week, locale), 0) + n
        if minutes is not None:
            tally.minutes[what][week, locale][minutes] = n
    return tally


async def _leaking(db: AsyncConnection, week: date) -> list[Leak]:
    """Under those who have a conversation now, or gave it back a moment ago."""
    return [Leak(week, locale, count) for locale, count in await db.execute(_LEAKING_NOW) if count]
