"""Urgent lines: which to show first, and how one reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.effects import Text
from flows.page import Proof, Table, Word

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ELSEWHERE = "elsewhere"
LINES_SHOWN = 4  # more would be one more thing to sort out, for somebody who cannot

SENTENCES = (
    *("emergency", "line", "named", "pair", "call", "text", "chat", "free", "verified", "not_verified"),
    *("always", "daily", "some_hours", "hours_unknown", "closed_now", "day_range", "date"),
    *(f"day_{day}" for day in DAYS),
    *(f"month_{month}" for month in range(1, 13)),
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on these days (0 for Monday) from `start` to `end`; past midnight when `end` is not later."""

    days: tuple[int, ...]
    start: time
    end: time

    def covers(self, local: datetime) -> bool:
        clock, day = local.time(), local.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= clock < self.end
        return (day in self.days and clock >= self.start) or ((day - 1) % 7 in self.days and clock < self.end)


@dataclass(frozen=True, slots=True)
class Line:
    """One line to call, write or chat to; what is absent is "".

    about, audience: sentences of lines_words.
    openings: None for day and night; () when the hours are not known to us.
    verified_on: when these facts were last checked, or None.
    """

    name: str
    languages: tuple[str, ...]
    about: str = ""
    call: str = ""
    text: str = ""
    chat: str = ""
    openings: tuple[Opening, ...] | None = ()
    timezone: str = ""
    free: bool = False
    audience: str = ""
    verified_on: date | None = None

    def is_open(self, at: datetime | None) -> bool | None:
        """None when that cannot be known."""
        if self.openings is None:
            return True
        if not self.openings or at is None:
            return None
        local = at.astimezone(ZoneInfo(self.timezone))
        return any(opening.covers(local) for opening in self.openings)


@dataclass(frozen=True, slots=True)
class Directory:
    """The urgent lines of one country. emergency: the number to call first."""

    emergency: str
    lines: tuple[Line, ...]


class WithLines(Protocol):
    """A book, as far as its urgent lines go."""

    @property
    def lines(self) -> Directory: ...


def urgent(book: WithLines, locale: str, at: datetime | None = None) -> tuple[Text, ...]:
    """The paragraphs a person reads: the emergency number, then the lines that can help now.

    at: None when the hour is not known; nothing is then said to be closed.
    """
    lines = sorted(
        book.lines.lines,
        key=lambda line: (line.is_open(at) is False, locale not in line.languages, line.is_open(at) is None),
    )
    return (
        _text("emergency", number=book.lines.emergency),
        *(_line(line, locale, at) for line in lines[:LINES_SHOWN]),
    )


def numbers(book: WithLines) -> Iterator[tuple[Text, str]]:
    """How each number of these lines is said, and the address that calls it or writes to it."""
    calls = (book.lines.emergency, *(line.call for line in book.lines.lines if line.call))
    yield from ((_text("call", number=number), f"tel:{_dialled(number)}") for number in calls)
    for line in book.lines.lines:
        if line.text:
            yield _text("text", number=line.text), f"sms:{_dialled(line.text)}"


def _dialled(number: str) -> str:
    return "".join(sign for sign in number if sign in "+0123456789")


def _line(line: Line, locale: str, at: datetime | None) -> Text:
    name: str | Text = line.name
    if line.about:
        name = _text("named", name=name, about=_text(line.about))
    details = reduce(lambda one, other: _text("pair", first=one, second=other), _details(line, locale, at))
    return _text("line", name=name, details=details)


def _details(line: Line, locale: str, at: datetime | None) -> Iterator[Text]:
    if line.call:
        yield _text("call", number=line.call)
    if line.text:
        yield _text("text", number=line.text)
    if line.chat:
        yield _text("chat", page=line.chat)
    if line.audience:
        yield _text(line.audience)
    if locale not in line.languages:
        yield _text(f"language_{line.languages[0]}")
    yield _hours(line, at)
    if line.free:
        yield _text("free")
    if line.verified_on is None:
        yield _text("not_verified")
    else:
        yield _text("verified", date=_date(line.verified_on))


def _hours(line: Line, at: datetime | None) -> Text:
    if line.openings is None:
        return _text("always")
    if not line.openings:
        return _text("hours_unknown")
    hours = reduce(
        lambda one, other: _text("pair", first=one, second=other),
        (_opening(opening) for opening in line.openings),
    )
    return _text("closed_now", hours=hours) if line.is_open(at) is False else hours


def _opening(opening: Opening) -> Text:
    clock = {"from": f"{opening.start:%H:%M}", "to": f"{opening.end:%H:%M}"}
    if opening.days == tuple(range(7)):
        return _text("daily", **clock)
    first, last = opening.days[0], opening.days[-1]
    days: Text
    if len(opening.days) > 1 and last - first == len(opening.days) - 1:
        days = _text("day_range", first=_text(f"day_{DAYS[first]}"), last=_text(f"day_{DAYS[last]}"))
    else:
        days = reduce(
            lambda one, other: _text("pair", first=one, second=other),
            (_text(f"day_{DAYS[day]}") for day in opening.days),
        )
    return _text("some_hours", days=days, **clock)


def _date(day: date) -> Text:
    return _text("date", day=str(day.day), month=_text(f"month_{day.month}"), year=str(day.year))


def _text(name: str, /, **values: str | Text) -> Text:
    return Text(f"lines_words.{name}", tuple(values.items()))


def directories(proof: Proof, page: Table) -> Mapping[tuple[str, str], Directory]:
    """Read lines.yaml: by (country, region), region "" for the whole country."""
    found: dict[tuple[str, str], Directory] = {}
    for country in page.entries:
        table = proof.table(page, country)
        if table is None:
            continue
        proof.known(table, "emergency", "lines", "regions")
        found[country, ""] = _directory(proof, table)
        regions = proof.table(table, "regions")
        for region in regions.entries if regions else ():
            if regions and (inner := proof.table(regions, region)):
                proof.known(inner, "emergency", "lines")
                found[country, region] = _directory(proof, inner)
    if (ELSEWHERE, "") not in found:
        proof.complain(1, f"lacks `{ELSEWHERE}`, shown for a country that is not listed.")
    return found


def words_needed(directory: Directory) -> Iterator[str]:
    """Sentences of lines_words these lines are read with, beside SENTENCES."""
    for line in directory.lines:
        yield from (name for name in (line.about, line.audience) if name)
        yield from (f"language_{language}" for language in line.languages[:1])


def _directory(proof: Proof, table: Table) -> Directory:
    lines = tuple(_read_line(proof, line) for line in proof.tables(table, "lines"))
    return Directory(proof.word(table, "emergency"), lines)


def _read_line(proof: Proof, table: Table) -> Line:
    proof.known(
        table,
        *("name", "about", "call", "text", "chat", "languages", "hours", "timezone"),
        *("cost", "audience", "url", "verified_on", "evidence"),
    )
    languages = tuple(word.text for word in proof.words(table, "languages"))
    if not languages:
        proof.complain(table.line, "a line must say its `languages`.")
    if not any(key in table.entries for key in ("call", "text", "chat")):
        proof.complain(table.line, "a line needs one of `call`, `text`, `chat`.")
    cost = proof.word(table, "cost", needed=False)
    if cost not in ("", "free"):
        proof.complain(table.lines["cost"], "`cost` can only be `free`; leave it out otherwise.")
    openings = _openings(proof, table)
    timezone = proof.word(table, "timezone", needed=bool(openings))
    if timezone and not _is_timezone(timezone):
        proof.complain(table.lines["timezone"], f"`{timezone}` is not a time zone.")
        openings = ()
    return Line(
        name=proof.word(table, "name"),
        languages=languages or ("en",),
        about=proof.word(table, "about", needed=False),
        call=proof.word(table, "call", needed=False),
        text=proof.word(table, "text", needed=False),
        chat=proof.word(table, "chat", needed=False),
        openings=openings if openings is None or timezone else (),
        timezone=timezone,
        free=cost == "free",
        audience=proof.word(table, "audience", needed=False),
        verified_on=_verified_on(proof, table),
    )


def _verified_on(proof: Proof, table: Table) -> date | None:
    word = proof.word(table, "verified_on")
    if word in ("", "none"):
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        proof.complain(table.lines["verified_on"], f"`{word}` is not a date such as 2026-11-23, nor `none`.")
        return None


def _openings(proof: Proof, table: Table) -> tuple[Opening, ...] | None:
    hours = table.entries.get("hours")
    if isinstance(hours, Word) and hours.text == "always":
        return None
    if isinstance(hours, Word) and hours.text == "unknown":
        return ()
    if hours is None or isinstance(hours, Word):
        proof.complain(table.lines.get("hours", table.line), "`hours` must be always, unknown or a list.")
        return ()
    return tuple(_read_opening(proof, opening) for opening in proof.tables(table, "hours"))


def _read_opening(proof: Proof, table: Table) -> Opening:
    proof.known(table, "days", "from", "to")
    days = tuple(sorted({day for word in proof.words(table, "days") for day in _days(proof, word)}))
    if not days:
        proof.complain(table.line, "must say which `days`.")
    return Opening(days or tuple(range(7)), _clock(proof, table, "from"), _clock(proof, table, "to"))


def _days(proof: Proof, word: Word) -> Iterable[int]:
    first, dash, last = word.text.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        proof.complain(word.line, f"`{word.text}` is not a day or a range of days such as mon-fri.")
        return ()
    start = DAYS.index(first)
    count = (DAYS.index(last) - start) % 7 + 1 if dash else 1
    return [(start + more) % 7 for more in range(count)]


def _clock(proof: Proof, table: Table, key: str) -> time:
    word = proof.word(table, key)
    if word == "24:00":
        return time(0)
    try:
        return time.fromisoformat(word)
    except ValueError:
        if word:
            proof.complain(table.lines[key], f'`{word}` is not a time such as "09:00".')
        return time(0)


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
