"""What may be shown of what was counted, so that nobody is recognised in it. Pure. Decision 0021.

Weeks are joined, from the first one on, until a number is 0 or no less than LEAST; only then it is shown. Nothing else
is: no total beside the parts it is made of, and nothing of the last weeks as long as they are too few. Every number
that can be had by adding or subtracting shown ones is then a sum of shown ones. Once shown, weeks stay joined as they
are, so that two looks at the page tell no more than the later one.

The languages are shown apart by the same weeks, as long as both can be. From the first weeks on in which they cannot,
the rest of the quarter is shown as one, or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from handlers.port_figures import Counted, Stretch, Times, Waited

LEAST = 5  # people
# So many people lie at least on each side of a time that is shown: half of these, a tenth of those.
LEAST_FOR_HALF, LEAST_FOR_MOST = 2 * LEAST, 10 * LEAST
HALF, MOST = 5, 9  # tenths

# Who is in one is in the other: how many are not is a number of people too.
WITHIN = {Counted.EXERCISE: Counted.WROTE, Counted.LINK: Counted.WROTE, Counted.CLICKED: Counted.LINK}
# Nearly so: a booking by phone was not clicked.
WITHIN |= {Counted.SELF_REPORTED: Counted.CLICKED, Counted.BOOKED: Counted.CLICKED}
WEEK = timedelta(days=7)
QUARTER = 13  # weeks, counted from the first


@dataclass(frozen=True, slots=True)
class Part:
    """Some weeks, with a number for each language."""

    since: date
    weeks: int
    counts: tuple[int, ...]

    @property
    def end(self) -> date:
        """The Monday after."""
        return self.since + WEEK * self.weeks


Counts = Mapping[tuple[date, str], int]  # by week and language
Minutes = Mapping[tuple[date, str], Mapping[int, int]]  # how many took so long


def counts(
    weeks: Sequence[date], locales: Sequence[str], counted: Mapping[Counted, Counts], quarter: int = QUARTER
) -> dict[Counted, dict[str, tuple[Stretch, ...]]]:
    """By language, and "" for all together.

    weeks: their Mondays, without a gap, from the first that was counted to the last that is over.
    """
    shown: dict[Counted, dict[str, tuple[Stretch, ...]]] = {}
    together: dict[Counted, list[Part]] = {}
    apart: dict[Counted, list[Part]] = {}
    for what in Counted:
        of = counted.get(what, {})
        sums = [Part(week, 1, (sum(of.get((week, one), 0) for one in locales),)) for week in weeks]
        whole = WITHIN.get(what)
        together[what] = joined(sums, may_be_shown(together.get(whole, []) if whole else []))
        shown[what] = {"": _stretches(together[what], 0)}
        if len(locales) == 2:
            weekly = [Part(week, 1, tuple(of.get((week, one), 0) for one in locales)) for week in weeks]
            split = regrouped(weekly, together[what])
            apart[what] = by_quarter(split, quarter, may_be_shown(apart.get(whole, []) if whole else []))
            shown[what] |= {one: _stretches(apart[what], number) for number, one in enumerate(locales)}
    return shown


Fits = Callable[[Part, tuple[int, ...]], bool]  # (these weeks, all there was until their end)


def joined(parts: Sequence[Part], fits: Fits) -> list[Part]:
    """The same in fewer parts, each of which fits. What is left at the end and does not is left out."""
    done: list[Part] = []
    since = 0
    totals = list(accumulate((part.counts for part in parts), _added))
    for number in range(len(parts)):
        run = _one(parts[since : number + 1])
        if fits(run, totals[number]):
            done.append(run)
            since = number + 1
    return done


def by_quarter(parts: Sequence[Part], quarter: int, fits: Fits) -> list[Part]:
    """Those that fit, up to the first in a quarter that does not; the rest of that quarter as one, if that fits."""
    done: list[Part] = []
    totals = list(accumulate((part.counts for part in parts), _added))
    rest: list[Part] = []
    for part, total in zip(parts, totals, strict=True):
        begins = parts[0].since + WEEK * quarter * ((part.since - parts[0].since) // (WEEK * quarter))
        if not rest and fits(part, total):
            done.append(part)
            continue
        rest.append(part)
        if part.end >= begins + WEEK * quarter:
            run = _one(rest)
            if fits(run, total) and _is_open(rest):
                done.append(run)
            rest = []
    return done


def _is_open(rest: Sequence[Part]) -> bool:
    """Whether what is known of these weeks leaves open what could not be shown of the first.

    Known are the numbers of both languages over all of them, that of both together in each, and that the first ones
    could not be shown.
    """
    first, all = rest[0], _one(rest)
    number, others = sum(first.counts), sum(all.counts) - sum(first.counts)
    could_be = [
        one
        for one in range(max(0, all.counts[0] - others), min(number, all.counts[0]) + 1)
        if 0 < one < LEAST or 0 < number - one < LEAST
    ]
    return len(could_be) > 1


def regrouped(parts: Sequence[Part], like: Sequence[Part]) -> list[Part]:
    return [_one([part for part in parts if run.since <= part.since < run.end]) for run in like]


def may_be_shown(whole: Sequence[Part]) -> Fits:
    """whole: what contains this one, as it is shown."""
    until = dict(zip((part.end for part in whole), accumulate((part.counts for part in whole), _added), strict=True))

    def fits(part: Part, total: tuple[int, ...]) -> bool:
        enough = all(count == 0 or count >= LEAST for count in part.counts)
        around = until.get(part.end)
        others = [all - some for all, some in zip(around, total, strict=True)] if around else []
        return enough and not any(0 < other < LEAST for other in others)

    return fits


def waited(
    weeks: Sequence[date], locales: Sequence[str], taken: Minutes, answered: Minutes
) -> dict[str, tuple[Waited, ...]]:
    """The times by weeks, joined until half of them may be said; "" for all languages together."""

    def enough(part: Part, _: tuple[int, ...]) -> bool:
        return all(count == 0 or count >= LEAST_FOR_HALF for count in part.counts)

    weekly = [
        Part(week, 1, tuple(sum(of.get((week, one), {}).values()) for one in locales for of in (taken, answered)))
        for week in weeks
    ]
    sums = [Part(part.since, 1, (sum(part.counts[::2]), sum(part.counts[1::2]))) for part in weekly]
    together = joined(sums, enough)
    shown = {"": _waited(together, locales, taken, answered)}
    if len(locales) > 1:
        apart = joined(regrouped(weekly, together), enough)
        shown |= {one: _waited(apart, [one], taken, answered) for one in locales}
    return shown


def times(weeks: Sequence[date], locales: Sequence[str], taken: Minutes, answered: Minutes) -> Times:
    first, second = _all(weeks, locales, taken), _all(weeks, locales, answered)
    return Times(
        taken_half=_within(first, HALF, LEAST_FOR_HALF),
        taken_most=_within(first, MOST, LEAST_FOR_MOST),
        answered_half=_within(second, HALF, LEAST_FOR_HALF),
        answered_most=_within(second, MOST, LEAST_FOR_MOST),
    )


def _waited(parts: Sequence[Part], locales: Sequence[str], taken: Minutes, answered: Minutes) -> tuple[Waited, ...]:
    return tuple(
        Waited(part.since, part.weeks, times(mondays(part.since, part.end), locales, taken, answered)) for part in parts
    )


def _within(took: Mapping[int, int], tenths: int, least: int) -> int | None:
    """So many minutes, and so many tenths of them were over."""
    all = sum(took.values())
    if all < least:
        return None
    seen = 0
    for minutes, count in sorted(took.items()):
        seen += count
        if 10 * seen >= tenths * all:
            return minutes
    raise AssertionError("ten tenths are all of them")


def _all(weeks: Sequence[date], locales: Sequence[str], of: Minutes) -> dict[int, int]:
    took: dict[int, int] = {}
    for week in weeks:
        for one in locales:
            for minutes, count in of.get((week, one), {}).items():
                took[minutes] = took.get(minutes, 0) + count
    return took


def mondays(since: date, end: date) -> list[date]:
    """end: the Monday after the last."""
    return [since + WEEK * number for number in range((end - since) // WEEK)]


def _stretches(parts: Sequence[Part], number: int) -> tuple[Stretch, ...]:
    return tuple(Stretch(part.since, part.weeks, part.counts[number]) for part in parts)


def _one(parts: Sequence[Part]) -> Part:
    counts = list(accumulate((part.counts for part in parts), _added))[-1]
    return Part(parts[0].since, sum(part.weeks for part in parts), counts)


def _added(some: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(one + other for one, other in zip(some, more, strict=True))
