"""Plots as SVG in the page, laid by hand. No script, and no style beside figures.css: the page's policy allows neither.

Text keeps its size at every width. So places are per cent of the width and em of the height, and only what may be
stretched stands in an inner drawing. What a plot says is said again by the table beside it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

LABEL, BAR, BETWEEN = 1.5, 0.95, 0.7  # em, of a row of bars: its label, each bar, the space under it
LONGEST = 78  # per cent of the width, so that its number has room beside it
TOP, TALL, UNDER = 0.6, 9.5, 2.0  # em, of a plot over weeks: the room above, the plot, the dates below
GAP = 0.08  # of a week, on each side of a column


@dataclass(frozen=True, slots=True)
class Head:
    """id: of this plot in its page. about: what is to be seen, for those who do not see it."""

    id: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Bar:
    """look: a class of figures.css. number: None for what is not shown; then `said` says so."""

    look: str
    number: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """weekly: one number for each week; None where it is not shown. begins: weeks that are not joined to the last."""

    look: str
    weekly: tuple[float | None, ...]
    begins: frozenset[int]


Tick = tuple[float, str]  # where, as a part of the whole, and what is written there


def bars(head: Head, rows: Sequence[Row]) -> Markup:
    most = max((bar.number or 0 for row in rows for bar in row.bars), default=0) or 1
    drawn, y = [], 0.0
    for row in rows:
        drawn.append(_text(0, y + 1.05, row.label, "label"))
        y += LABEL
        for bar in row.bars:
            width = LONGEST * (bar.number or 0) / most
            if bar.number:
                drawn.append(
                    Markup('<rect class="{}" x="0" y="{}em" width="{}%" height="{}em" rx="2"/>').format(
                        bar.look, _n(y), _n(max(width, 0.4)), _n(BAR)
                    )
                )
            drawn.append(_text(width, y + 0.8, bar.said, "number" if bar.number is not None else "dim", dx=0.4))
            y += BAR + 0.15
        y += BETWEEN
    return _plot(head, y, drawn)


def columns(head: Head, layers: Sequence[Layer], ticks: Sequence[Tick], label: Callable[[int], str]) -> Markup:
    """One column for each week, the layers on top of one another. label: of a height."""
    weeks = list(zip(*(layer.weekly for layer in layers), strict=True))
    top = nice_top(max((sum(one or 0 for one in week) for week in weeks), default=0))
    drawn = [_hidden(head, n, len(weeks)) for n, week in enumerate(weeks) if all(one is None for one in week)]
    drawn += [_grid(share, label(round(top * share))) for share in ((0.5, 1.0) if top > 1 else (1.0,))]
    inner = []
    for n, week in enumerate(weeks):
        under = 0.0
        for layer, one in zip(layers, week, strict=True):
            if one:
                left = GAP if n in layer.begins else -0.01  # joined weeks are one column, without a seam
                right = GAP if n + 1 in layer.begins or n + 1 == len(weeks) else 0
                inner.append(
                    Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                        layer.look,
                        _n(n + left),
                        _n(100 * (1 - (under + one) / top)),
                        _n(1 - left - right),
                        _n(100 * one / top),
                    )
                )
                under += one
    return _over_weeks(head, len(weeks), [*drawn, _stretched(len(weeks), inner), *_dates(ticks)])


def steps(head: Head, layers: Sequence[Layer], ticks: Sequence[Tick], grid: Sequence[tuple[float, str]]) -> Markup:
    """One level line for each layer, on a scale on which ten times as much is as far everywhere.

    grid: values at which a line is drawn, and what is written there, the least first; the lines lie between the ends.
    """
    weeks = max((len(layer.weekly) for layer in layers), default=0)
    low, high = math.log(grid[0][0]), math.log(grid[-1][0])

    def up(value: float) -> float:
        return (math.log(value) - low) / (high - low)

    drawn = [_hidden(head, n, weeks) for n in range(weeks) if all(layer.weekly[n] is None for layer in layers)]
    drawn += [_grid(up(value), said) for value, said in grid]
    inner = []
    for layer in layers:
        path, before = "", False
        for n, value in enumerate(layer.weekly):
            if value is None:
                before = False
                continue
            y = _n(100 * (1 - up(value)))
            path += f"V{y}H{n + 1}" if before else f"M{n} {y}H{n + 1}"
            before = True
        if path:
            inner.append(Markup('<path class="{}" d="{}"/>').format(layer.look, path))
    return _over_weeks(head, weeks, [*drawn, _stretched(weeks, inner), *_dates(ticks)])


def nice_top(most: float) -> int:
    """The first of 2, 4, 6, 10, 20, 40, 60, 100 ... that is not less: half of it is a whole number too."""
    ten = 1
    while True:
        for top in (2 * ten, 4 * ten, 6 * ten, 10 * ten):
            if top >= most:
                return top
        ten *= 10


def _over_weeks(head: Head, weeks: int, drawn: Sequence[Markup]) -> Markup:
    hatch = Markup(
        '<pattern id="{}-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch" d="M0 0V7"/></pattern>'
    ).format(head.id)
    return _plot(head, TOP + TALL + UNDER, [hatch, *drawn], "plot weeks")


def _plot(head: Head, height: float, drawn: Sequence[Markup], look: str = "plot") -> Markup:
    return Markup(
        '<svg class="{4}" role="img" aria-labelledby="{0}-title {0}-about" width="100%" height="{1}em">'
        '<title id="{0}-title">{2}</title><desc id="{0}-about">{3}</desc>{5}</svg>'
    ).format(head.id, _n(height), head.title, head.about, look, Markup("").join(drawn))


def _stretched(weeks: int, inner: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg x="0" y="{}em" width="100%" height="{}em" viewBox="0 0 {} 100" preserveAspectRatio="none">{}</svg>'
    ).format(_n(TOP), _n(TALL), max(weeks, 1), Markup("").join(inner))


def _grid(share: float, said: str) -> Markup:
    y = TOP + TALL * (1 - share)
    return Markup('<line class="grid" x1="0" x2="100%" y1="{0}em" y2="{0}em"/>').format(_n(y)) + _text(
        0, y + 0.3, said, "dim end", dx=-0.6
    )


def _dates(ticks: Sequence[Tick]) -> list[Markup]:
    base = Markup('<line class="base" x1="0" x2="100%" y1="{0}em" y2="{0}em"/>').format(_n(TOP + TALL))
    marks = [
        Markup('<line class="base" x1="{0}%" x2="{0}%" y1="{1}em" y2="{2}em"/>').format(
            _n(100 * share), _n(TOP + TALL), _n(TOP + TALL + 0.4)
        )
        + _text(100 * share, TOP + TALL + 1.5, said, "dim middle")
        for share, said in ticks
    ]
    return [base, *marks]


def _hidden(head: Head, week: int, weeks: int) -> Markup:
    return Markup('<rect x="{}%" y="{}em" width="{}%" height="{}em" fill="url(#{}-hatch)"/>').format(
        _n(100 * week / weeks), _n(TOP), _n(100 / weeks), _n(TALL), head.id
    )


def _text(x: float, y: float, said: str, look: str, dx: float = 0) -> Markup:
    return Markup('<text class="{}" x="{}%" y="{}em" dx="{}em">{}</text>').format(look, _n(x), _n(y), _n(dx), said)


def _n(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
