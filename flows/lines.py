"""Urgent lines: which to show first, and how one reads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import reduce
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.effects import Text
from flows.page import Proof, Table, Word
from flows.risk.risk import Kind, Sign

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ELSEWHERE = "elsewhere"
LINES_SHOWN = 4  # more would be one more thing to sort out, for somebody who cannot
FRESH = timedelta(days=180)  # an entry not verified since is to be looked at again (decision 0006)

SENTENCES = (
    *("emergency", "line", "named", "pair", "call", "text", "chat", "free", "verified", "not_verified"),
    *("always", "daily", "some_hours", "hours_unknown", "closed_now", "day_range", "date"),
    *(f"country_{name}" for name in ("fr", "be", "ch", "lu", "ca", "ca_qc", "gb", "ie", "us", ELSEWHERE)),
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


class Help(StrEnum):
    """What a line is there for. The first two are for everyone."""

    SUICIDE = "suicide"
    LISTENING = "listening"
    NO_VOICE = "no_voice"  # for whoever cannot speak or hear
    YOUNG = "young"
    CHILD = "child"  # a child in danger
    ABUSE = "abuse"
    POISON = "poison"


# Without a need of one's own: everybody's lines first, those for a few last.
EVERYBODY = (Help.SUICIDE, Help.LISTENING, Help.NO_VOICE, Help.YOUNG, Help.ABUSE, Help.CHILD, Help.POISON)
_GENERAL = frozenset({Help.SUICIDE, Help.LISTENING})
_FIRST = _GENERAL | {Help.NO_VOICE}


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody needs of a line. helps: first first; () for nothing in particular.

    silent: a line that can be reached without speaking comes before one that cannot.
    """

    helps: tuple[Help, ...] = ()
    silent: bool = False


ANYTHING = Need()


def need(kind: Kind | None, signs: frozenset[Sign]) -> Need:
    """The lines that are right for what was noticed. kind None: nothing in particular."""
    first: list[Help] = []
    if Sign.TAKEN in signs:
        first.append(Help.POISON)
    if Sign.CHILD in signs:
        first.append(Help.CHILD)
    if Sign.MINOR in signs:
        first += [Help.CHILD, Help.YOUNG] if kind is Kind.ABUSE else [Help.YOUNG]
    if kind is Kind.ABUSE:
        first += [Help.ABUSE, Help.NO_VOICE]
    if not first and kind is None:
        return ANYTHING
    helps = dict.fromkeys((*first, Help.SUICIDE, Help.LISTENING, Help.NO_VOICE))
    return Need(tuple(helps), silent=kind is Kind.ABUSE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line to call, write or chat to; what is absent is "".

    helps:    what it is there for, never empty.
    about, audience: sentences of lines_words.
    openings: None for day and night; () when the hours are not known to us.
    verified_on: when these facts were last checked, or None.
    row:      where it stands in lines.yaml.
    """

    name: str
    languages: tuple[str, ...]
    helps: frozenset[Help] = frozenset({Help.LISTENING})
    about: str = ""
    call: str = ""
    text: str = ""
    chat: str = ""
    openings: tuple[Opening, ...] | None = ()
    timezone: str = ""
    free: bool = False
    audience: str = ""
    verified_on: date | None = None
    row: int = 0

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
    """The urgent lines of one country.

    emergency: the number to call first; emergency_text: where it is reached without speaking, or "".
    """

    emergency: str
    lines: tuple[Line, ...]
    emergency_text: str = ""


def choose(
    directory: Directory,
    locale: str,
    at: datetime | None,
    need: Need = ANYTHING,
    most: int = LINES_SHOWN,
    only_silent: bool = False,
) -> tuple[Line, ...]:
    """The lines to show, first first: open now, then those who speak the language, then those for this need.

    at: None when the hour is not known; nothing is then taken to be closed.
    only_silent: only those that can be reached without speaking.
    Of a need of one's own, at least one line is among them if the country has one.
    """
    wanted = need.helps or EVERYBODY
    fitting = [line for line in directory.lines if line.helps & ({*wanted} | _GENERAL)]
    if only_silent:
        fitting = [line for line in fitting if _is_silent(line)]
    in_order = sorted(
        fitting,
        key=lambda line: (
            line.is_open(at) is False,
            locale not in line.languages,
            _rank(line, wanted),
            need.silent and not _is_silent(line),
            line.is_open(at) is None,
            line.verified_on is None,
        ),
    )
    shown = in_order[:most]
    own = next((line for line in in_order if need.helps and need.helps[0] in line.helps), None)
    if own and own not in shown:
        shown[-1:] = [own]
    return tuple(shown)


def _is_silent(line: Line) -> bool:
    return bool(line.text or line.chat)


def _rank(line: Line, wanted: tuple[Help, ...]) -> int:
    if wanted is EVERYBODY and line.helps & _FIRST:
        return 0
    # Lines for everyone rank alike: of two, the one that was verified comes first.
    ranks = {help: rank for rank, help in enumerate(wanted)}
    ranks |= dict.fromkeys(_GENERAL, min((ranks[help] for help in _GENERAL if help in ranks), default=len(wanted)))
    return min((ranks[help] for help in line.helps if help in ranks), default=len(wanted))


def urgent(directory: Directory, locale: str, at: datetime | None = None, need: Need = ANYTHING) -> tuple[Text, ...]:
    """The paragraphs a person reads: the emergency number, then the lines that can help now."""
    return (first_number(directory), *paragraphs(directory, locale, at, need))


def first_number(directory: Directory) -> Text:
    return _text("emergency", number=directory.emergency)


def paragraphs(
    directory: Directory,
    locale: str,
    at: datetime | None,
    need: Need = ANYTHING,
    most: int = LINES_SHOWN,
    only_silent: bool = False,
) -> tuple[Text, ...]:
    """One for each line that can help now."""
    return tuple(_line(line, locale, at) for line in choose(directory, locale, at, need, most, only_silent))


def nearest(directory: Directory, locale: str, at: datetime | None, need: Need = ANYTHING) -> Text | None:
    """The first line in a few words ("SOS Amitié: call 09 72 39 40 50"), or None when none is known to be open."""
    for line in choose(directory, locale, at, need):
        if line.is_open(at):
            reached = _text("call", number=line.call) if line.call else next(_channels(line))
            if locale not in line.languages:
                reached = _text("pair", first=reached, second=_text(f"language_{line.languages[0]}"))
            return reached if line.name in (line.call, line.text) else _text("line", name=line.name, details=reached)
    return None


def country(name: str) -> Text:
    """How this country is called. name: as in State.country."""
    return _text(f"country_{name.lower().replace('-', '_')}")


def stale(directory: Directory, today: date) -> Iterator[Line]:
    """The lines whose facts nobody has verified in half a year."""
    for line in directory.lines:
        if line.verified_on is None or today - line.verified_on > FRESH:
            yield line


def numbers(directories: Iterable[Directory]) -> Iterator[tuple[Text, str]]:
    """How each number of these lines is said, and the address that calls it or writes to it."""
    for directory in directories:
        calls = (directory.emergency, *(line.call for line in directory.lines if line.call))
        yield from ((_text("call", number=number), f"tel:{_dialled(number)}") for number in calls)
        texts = (directory.emergency_text, *(line.text for line in directory.lines))
        yield from ((_text("text", number=number), f"sms:{_dialled(number)}") for number in texts if number)


def _dialled(number: str) -> str:
    return "".join(sign for sign in number if sign in "+0123456789")


def said_date(day: date) -> Text:
    return _text("date", day=str(day.day), month=_text(f"month_{day.month}"), year=str(day.year))


def _line(line: Line, locale: str, at: datetime | None) -> Text:
    name: str | Text = line.name
    if line.about:
        name = _text("named", name=name, about=_text(line.about))
    details = reduce(lambda one, other: _text("pair", first=one, second=other), _details(line, locale, at))
    return _text("line", name=name, details=details)


def _details(line: Line, locale: str, at: datetime | None) -> Iterator[Text]:
    yield from _channels(line)
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
        yield _text("verified", date=said_date(line.verified_on))


def _channels(line: Line) -> Iterator[Text]:
    if line.call:
        yield _text("call", number=line.call)
    if line.text:
        yield _text("text", number=line.text)
    if line.chat:
        yield _text("chat", page=line.chat)


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


def _text(name: str, /, **values: str | Text) -> Text:
    return Text(f"lines_words.{name}", tuple(values.items()))


def directories(proof: Proof, page: Table) -> Mapping[tuple[str, str], Directory]:
    """Read lines.yaml: by (country, region), region "" for the whole country."""
    found: dict[tuple[str, str], Directory] = {}
    for country in page.entries:
        table = proof.table(page, country)
        if table is None:
            continue
        proof.known(table, "emergency", "emergency_text", "lines", "regions")
        found[country, ""] = _directory(proof, table)
        regions = proof.table(table, "regions")
        for region in regions.entries if regions else ():
            if regions and (inner := proof.table(regions, region)):
                proof.known(inner, "emergency", "emergency_text", "lines")
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
    emergency_text = proof.word(table, "emergency_text", needed=False)
    return Directory(proof.word(table, "emergency"), lines, emergency_text)


def _read_line(proof: Proof, table: Table) -> Line:
    proof.known(
        table,
        *("name", "about", "helps", "call", "text", "chat", "languages", "hours", "timezone"),
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
        helps=_helps(proof, table),
        about=proof.word(table, "about", needed=False),
        call=proof.word(table, "call", needed=False),
        text=proof.word(table, "text", needed=False),
        chat=proof.word(table, "chat", needed=False),
        openings=openings if openings is None or timezone else (),
        timezone=timezone,
        free=cost == "free",
        audience=proof.word(table, "audience", needed=False),
        verified_on=_verified_on(proof, table),
        row=table.line,
    )


def _helps(proof: Proof, table: Table) -> frozenset[Help]:
    found = set()
    for word in proof.words(table, "helps"):
        if word.text in set(Help):
            found.add(Help(word.text))
        else:
            proof.complain(word.line, f"`{word.text}` is not what a line helps with; there are {', '.join(Help)}.")
    if "helps" not in table.entries:
        proof.complain(table.line, "a line must say what it `helps` with.")
    return frozenset(found) or frozenset({Help.LISTENING})


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
