"""What the clinic sees: one page of figures at the desk, and the same as a table to keep."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.desk_door import outside, session_of
from handlers.pages import plots
from handlers.pages.files import page
from handlers.pages.guard import Guard
from handlers.pages.plots import Bar, Head, Layer, Row, Tick
from handlers.person_web import one_moment, spoken_by
from handlers.port import Closed, Sentences
from handlers.port_desk import Colleague, DeskRoom
from handlers.port_figures import Counted, Figures, FiguresRoom, Stretch, Weeks

PERIODS = (13, 26, 52)  # weeks
WAY = (
    *(Counted.WROTE, Counted.EXERCISE, None, Counted.ANSWERED, Counted.LINK),  # None: all requests
    *(Counted.CLICKED, Counted.SELF_REPORTED, Counted.BOOKED),
)
LOOKS = ("one", "two")
LANGUAGES = {"fr": "french", "en": "english"}
HOUR, DAY = 60, 24 * 60  # minutes
LINES_AT = (1, 10, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY)  # minutes, of the plots of waiting


def routes(
    room: DeskRoom,
    figures: FiguresRoom,
    sentences: Sentences,
    *,
    default_locale: str = "fr",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Route]:
    desk = _Figures(room, figures, sentences, default_locale, now)
    guard = [Middleware(Guard)]
    return [
        Route("/desk/figures", desk.page, middleware=guard),
        Route("/desk/figures.csv", desk.table, middleware=guard),
    ]


class _Figures:
    def __init__(
        self,
        room: DeskRoom,
        figures: FiguresRoom,
        sentences: Sentences,
        default_locale: str,
        now: Callable[[], datetime],
    ) -> None:
        self.room = room
        self.figures = figures
        self.sentences = sentences
        self.default_locale = default_locale
        self.now = now

    async def page(self, request: Request) -> Response:
        seen = await self._seen(request)
        if isinstance(seen, Response):
            return seen
        colleague, weeks, figures = seen
        said = _Said(self.sentences, colleague.locale)
        return page(
            "figures.html",
            locale=colleague.locale,
            name=colleague.name,
            said=said,
            sign_out=self.sentences.sentence("web.desk_sign_out", colleague.locale),
            periods=[(one, one == weeks) for one in PERIODS],
            chosen=weeks,
            figures=figures,
            begin=_begin(figures, weeks),
            is_empty=not any(figures.count(what) for what in Counted),
            facts=_facts(figures, said),
            plots=_plots(figures, weeks, said),
            leaks=_leaks(figures, said),
        )

    async def table(self, request: Request) -> Response:
        seen = await self._seen(request)
        if isinstance(seen, Response):
            return seen
        colleague, weeks, figures = seen
        body = _csv(figures, _Said(self.sentences, colleague.locale))
        name = f"passerelle-{figures.until:%Y-%m-%d}-{weeks}.csv"
        # A mark at the beginning, without which spreadsheets take the letters with accents for others.
        return Response(
            ("\ufeff" + body).encode(),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    async def _seen(self, request: Request) -> Response | tuple[Colleague, int, Figures]:
        """What a therapist may see; for anybody else, and when the program is stopping, the page that says so."""
        locale = spoken_by(request, self.default_locale)
        asked = request.query_params.get("weeks", "")
        weeks = int(asked) if asked in map(str, PERIODS) else PERIODS[-1]
        session = session_of(request)
        try:
            colleague = await self.room.colleague(session) if session else None
            if colleague is None:
                return outside(self.room, self.sentences, locale, "", 401)
            return colleague, weeks, await self.figures.figures(weeks, self.now())
        except Closed:
            return one_moment(self.sentences, locale)


class _Said:
    """The sentences, numbers and days of the page, in one language."""

    def __init__(self, sentences: Sentences, locale: str) -> None:
        self._sentences = sentences
        self.locale = locale

    def __call__(self, name: str, **values: str) -> str:
        return self._sentences.sentence(f"figures.{name}", self.locale, **values)

    def number(self, number: int | None) -> str:
        return self("too_few") if number is None else format_decimal(number, locale=self.locale)

    def day(self, day: date) -> str:
        return format_date(day, "medium", locale=self.locale)

    def short_day(self, day: date) -> str:
        return format_date(day, "d MMM", locale=self.locale)

    def minutes(self, minutes: int | None) -> str:
        if minutes is None:
            return self("too_few")
        if minutes < HOUR:
            return self("minutes", count=f"{minutes}")
        if minutes <= DAY:
            hours, rest = divmod(minutes, HOUR)
            return (
                self("hours_minutes", hours=f"{hours}", minutes=f"{rest}") if rest else self("hours", count=f"{hours}")
            )
        return self("some_days", count=f"{-(-minutes // DAY)}")

    def language(self, locale: str) -> str:
        return self(LANGUAGES[locale]) if locale else self("all")


@dataclass(frozen=True, slots=True)
class _Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Plot:
    """keys: what each look stands for; about: what a reader should know of it."""

    title: str
    drawing: Markup
    table: _Table
    about: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


def requests(figures: Figures, locale: str = "") -> int | None:
    """All requests: those with an answer and those without. They are shown apart, so their sum may be shown."""
    ended = [figures.count(what, locale) for what in (Counted.ANSWERED, Counted.UNANSWERED)]
    known = [number for number in ended if number is not None]
    return sum(known) if known else None


def _facts(figures: Figures, said: _Said) -> list[tuple[str, str]]:
    return [
        (said("wrote"), said.number(figures.count(Counted.WROTE))),
        (said("answered"), said.number(figures.count(Counted.ANSWERED))),
        (said("unanswered"), said.number(figures.count(Counted.UNANSWERED))),
        (f"{said('first_word')}. {said('half')}", said.minutes(figures.times[""].answered_half)),
    ]


def _plots(figures: Figures, weeks: int, said: _Said) -> dict[str, list[_Plot]]:
    """By section of the page."""
    begin = _begin(figures, weeks)
    over = max(0, (figures.until + timedelta(days=1) - begin).days // 7)
    time = _Time(begin, over, said)
    locales = [locale for locale in figures.times if locale]
    found = {
        "way": [_way(figures, said)],
        "new": [_by_week(figures, time, "new", [("wrote", Counted.WROTE, "")], said, ("average",))],
        "requests": [
            _by_week(
                figures,
                time,
                "requests",
                [("answered_short", Counted.ANSWERED, ""), ("unanswered_short", Counted.UNANSWERED, "")],
                said,
                ("requests_about",),
            )
        ],
        "waiting": [_waiting(figures, time, which, said) for which in ("first_word", "taken")],
        "languages": [],
    }
    if locales:
        found["languages"] = [
            _languages(figures, locales, said),
            *(
                _by_week(figures, time, title, [(LANGUAGES[one], what, one) for one in locales], said)
                for title, what in (("by_week_in", Counted.WROTE), ("answered_in", Counted.ANSWERED))
            ),
        ]
    return found


def _begin(figures: Figures, weeks: int) -> date:
    """The first Monday of so many weeks, or of those there are."""
    begin = figures.until + timedelta(days=1) - timedelta(weeks=weeks)
    return max(begin, figures.since) if figures.since else begin


@dataclass(frozen=True, slots=True)
class _Time:
    """The weeks of a plot, from the left to the right."""

    begin: date
    weeks: int
    said: _Said

    def layer(self, look: str, values: Sequence[tuple[Weeks, float | None]]) -> Layer:
        """values: of stretches of weeks, for each of their weeks."""
        weekly: list[float | None] = [None] * self.weeks
        starts = []
        for stretch, value in values:
            at = (stretch.since - self.begin).days // 7
            weekly[at : at + stretch.weeks] = [value] * stretch.weeks
            starts += [at, at + stretch.weeks]
        return Layer(look, tuple(weekly), frozenset(starts))

    def ticks(self) -> list[Tick]:
        count = min(4, self.weeks)
        at = [round(n * self.weeks / count) for n in range(count)]
        return [(n / self.weeks, self.said.short_day(self.begin + timedelta(weeks=n))) for n in at]


def _way(figures: Figures, said: _Said) -> _Plot:
    lines = []
    for what in WAY:
        name = said(what.value if what else "asked")
        number = figures.count(what) if what else requests(figures)
        lines.append((name, number))
    rows = [Row(name, (Bar("one", number, said.number(number)),)) for name, number in lines]
    table = _Table((said("what"), said("number")), tuple((name, said.number(number)) for name, number in lines))
    head = Head("way", said("way"), said("bars_about"))
    return _Plot(head.title, plots.bars(head, rows), table, (said("way_about"), said("booked_about")))


def _languages(figures: Figures, locales: Sequence[str], said: _Said) -> _Plot:
    lines = [
        (
            said(what.value if what else "asked"),
            [figures.count(what, one) if what else requests(figures, one) for one in locales],
        )
        for what in WAY
    ]
    rows = [
        Row(name, tuple(Bar(look, one, said.number(one)) for look, one in zip(LOOKS, numbers, strict=True)))
        for name, numbers in lines
    ]
    names = tuple(said.language(one) for one in locales)
    table = _Table((said("what"), *names), tuple((name, *map(said.number, numbers)) for name, numbers in lines))
    head = Head("languages", said("way"), said("bars_about"))
    keys = tuple(zip(LOOKS, names, strict=True))
    return _Plot(head.title, plots.bars(head, rows), table, (said("languages_about"),), keys)


def _by_week(
    figures: Figures,
    time: _Time,
    title: str,
    series: Sequence[tuple[str, Counted, str]],
    said: _Said,
    about: tuple[str, ...] = (),
) -> _Plot:
    """series: what each is called, what it counts, in which language."""
    layers, rows = [], []
    for look, (name, what, locale) in zip(LOOKS, series, strict=False):
        stretches = figures.counts[what].get(locale, ())
        layers.append(time.layer(look, [(one, one.count / one.weeks) for one in stretches]))
        rows += [(said(name), *_days(stretch, said), said.number(stretch.count)) for stretch in stretches]
    head = Head(title, said(title), said("columns_about"))

    several = len(series) > 1
    columns = (said("what"), said("since_day"), said("until_day"), said("number"))
    return _Plot(
        head.title,
        plots.columns(head, layers, time.ticks(), said.number),
        _Table(columns if several else columns[1:], tuple(row if several else row[1:] for row in rows)),
        tuple(said(one) for one in about),
        (
            *((look, said(name)) for look, (name, _, _) in zip(LOOKS, series, strict=False) if several),
            *_hidden_key(layers, said),
        ),
    )


def _waiting(figures: Figures, time: _Time, which: str, said: _Said) -> _Plot:
    stretches = figures.waited[""]
    of = {"taken": ("taken_half", "taken_most"), "first_word": ("answered_half", "answered_most")}[which]
    values = [[getattr(stretch.times, name) for stretch in stretches] for name in of]
    layers = [
        time.layer(look, list(zip(stretches, one, strict=True)))
        for look, one in zip(("half", "most"), values, strict=True)
    ]
    known = [minutes for one in values for minutes in one if minutes is not None]
    head = Head(which, said(which), said("lines_about"))
    overall = [(share, getattr(figures.times[""], name)) for share, name in zip(("half", "most"), of, strict=True)]
    rows = [
        (*_days(stretch, said), said.minutes(half), said.minutes(most))
        for stretch, half, most in zip(stretches, *values, strict=True)
    ]
    about = [said(f"{name}_in_all", time=said.minutes(one)) for name, one in overall if one is not None]
    return _Plot(
        head.title,
        plots.steps(head, layers, time.ticks(), _lines_at(known, said)),
        _Table((said("since_day"), said("until_day"), said("half"), said("most")), tuple(rows)),
        tuple(about),
        (
            *((one.look, said(one.look)) for one in layers if any(value is not None for value in one.weekly)),
            *_hidden_key(layers, said),
        ),
    )


def _lines_at(known: Sequence[int], said: _Said) -> list[tuple[float, str]]:
    """The lines among which all of these lie, and one more at each end when they lie on it."""
    least, most = min(known, default=1), max(known, default=HOUR)
    low = max((n for n, line in enumerate(LINES_AT) if line <= least), default=0)
    high = min((n for n, line in enumerate(LINES_AT) if line >= most), default=len(LINES_AT) - 1)
    lines = LINES_AT[low : max(high, low + 1) + 1]
    return [(minutes, said("a_day") if minutes == DAY else said.minutes(minutes)) for minutes in lines]


def _hidden_key(layers: Sequence[Layer], said: _Said) -> tuple[tuple[str, str], ...]:
    hidden = any(all(one is None for one in week) for week in zip(*(layer.weekly for layer in layers), strict=True))
    return (("hatched", said("not_shown")),) if hidden else ()


def _days(stretch: Weeks, said: _Said) -> tuple[str, str]:
    return said.day(stretch.since), said.day(stretch.until)


def _leaks(figures: Figures, said: _Said) -> list[str]:
    """In sentences: how many, then where."""
    since = said.day(figures.since) if figures.since else ""
    if not figures.since:
        return []
    if not figures.leaks:
        return [said("leaks_none", since=since)]
    found = sorted(figures.leaks, key=lambda leak: (leak.week, leak.locale))
    return [
        said("leaks_some", count=said.number(sum(leak.count for leak in found)), since=since),
        *(
            said(
                "leaks_week",
                since=said.day(leak.week),
                language=said.language(leak.locale),
                count=said.number(leak.count),
            )
            for leak in found
        ),
    ]


def _csv(figures: Figures, said: _Said) -> str:
    """Each shown number on a line of its own: nothing here that is not on the page."""
    lines: list[tuple[str, str, str, str, str]] = []

    def add(what: str, locale: str, stretch: Weeks, number: int | None) -> None:
        if number is not None:
            lines.append((what, said.language(locale), f"{stretch.since}", f"{stretch.until}", f"{number}"))

    for what, by_locale in figures.counts.items():
        for locale, stretches in by_locale.items():
            for stretch in stretches:
                add(said(what.value), locale, stretch, stretch.count)
    for name, title, share in (
        ("taken_half", "taken", "half"),
        ("taken_most", "taken", "most"),
        ("answered_half", "first_word", "half"),
        ("answered_most", "first_word", "most"),
    ):
        for locale, waited in figures.waited.items():
            for one in waited:
                add(f"{said(title)}. {said(share)} (min)", locale, one, getattr(one.times, name))
    for leak in figures.leaks:
        add(said("leaks"), leak.locale, Stretch(leak.week, 1, leak.count), leak.count)
    written = io.StringIO()
    # Where the comma stands in numbers, spreadsheets look for the semicolon between them.
    table = csv.writer(written, delimiter=";" if said.locale == "fr" else ",", lineterminator="\r\n")
    table.writerow([said(name) for name in ("what", "language", "since_day", "until_day", "number")])
    table.writerows(lines)
    return written.getvalue()
