"""Figures of clinics that do not exist, chosen by the program's own rules from made counts."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from bot import published
from handlers.port_figures import Counted, Figures, Leak, Times

MONDAY = date(2025, 11, 24)
AT = datetime.fromisoformat("2026-11-23T08:00:00+00:00")  # the Monday after 52 weeks
BOTH = ("fr", "en")

# How many, of a hundred who write.
SHARE = {
    Counted.WROTE: 100,
    Counted.EXERCISE: 46,
    Counted.LINK: 31,
    Counted.CLICKED: 17,
    Counted.SELF_REPORTED: 3,
    Counted.BOOKED: 9,
    Counted.ANSWERED: 22,
    Counted.UNANSWERED: 5,
}
WAITS = {2: 20, 8: 30, 15: 25, 30: 20, 60: 15, 150: 10, 480: 8, 900: 6, 1440: 2}  # minutes, and how many of them


class MadeFigures:
    """A FiguresRoom. a_week: people who write in a week, by its number."""

    def __init__(self, a_week: Callable[[int], float], leaks: tuple[Leak, ...] = (), weeks: int = 52) -> None:
        self.a_week = a_week
        self.leaks = leaks
        self.weeks = weeks
        self.asked: list[tuple[int, datetime]] = []

    async def figures(self, weeks: int, now: datetime) -> Figures:
        self.asked.append((weeks, now))
        over = [MONDAY + timedelta(7 * (n + 52 - self.weeks)) for n in range(self.weeks)]
        counted = {
            what: {
                (week, locale): round(self._people(n, locale) * share / 100)
                for n, week in enumerate(over)
                for locale in BOTH
            }
            for what, share in SHARE.items()
        }
        answered = {
            (week, locale): _spread(counted[Counted.ANSWERED][week, locale], 1 + n % 3)
            for n, week in enumerate(over)
            for locale in BOTH
        }
        taken = {at: {max(1, minutes // 2): count for minutes, count in of.items()} for at, of in answered.items()}
        window = over[-weeks:]
        begin = window[0] if window else MONDAY
        counts = published.counts(over, BOTH, counted)
        waited = published.waited(over, BOTH, taken, answered)
        return Figures(
            since=over[0] if over else None,
            until=MONDAY + timedelta(7 * 52 - 1),
            counts={
                what: {one: tuple(s for s in of if s.since >= begin) for one, of in by_locale.items()}
                for what, by_locale in counts.items()
            },
            waited={one: tuple(s for s in of if s.since >= begin and s.times != Times()) for one, of in waited.items()},
            times={
                "": published.times(window, BOTH, taken, answered),
                **{one: published.times(window, [one], taken, answered) for one in BOTH},
            },
            leaks=self.leaks,
        )

    def _people(self, week: int, locale: str) -> float:
        return self.a_week(week) * (0.8 if locale == "fr" else 0.2)


def _spread(people: int, slower: int) -> dict[int, int]:
    """So many people over the waits."""
    waits: Sequence[tuple[int, int]] = list(WAITS.items())
    took: dict[int, int] = {}
    for n in range(people):
        minutes = waits[(n * 7 + slower) % len(waits)][0] * slower
        took[minutes] = took.get(minutes, 0) + 1
    return took


def busy(week: int) -> float:
    """A large clinic: about 1,900 a week, fewer in summer and at the end of the year."""
    holidays = week in (4, 5) or 33 <= week <= 38
    return 1900 + 12 * week + 150 * ((week * 37) % 7 - 3) / 3 - (700 if holidays else 0)


def small(week: int) -> float:
    """A small one: about 14 a week."""
    return 14 + (week * 5) % 7 - 3


def beginning(week: int) -> float:
    return 0.9
