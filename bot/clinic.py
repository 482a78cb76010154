"""clinic.toml -> Clinic. Everything that is wrong with the file is named at once."""

import re
import tomllib
from collections import Counter
from datetime import time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from handoff.hours import Block
from handoff.roster import Clinic, SchedulingLink, Therapist

COUNTRIES = ("FR", "BE", "CH", "LU", "CA", "GB", "IE", "US")  # those whose urgent lines we hold
LANGUAGES = ("fr", "en")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY = "every_day"
ABOUT_LIMIT = 300  # characters, as for every message a person gets

STRETCH = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")
THERAPIST_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")
GROUP = re.compile(r"-?\d{5,20}")

# Where each provider's pages live. A clinic can run Cal.com on a server of its own; Calendly is only at Calendly's.
HOSTS = {"cal.com": "cal.com", "calendly": "calendly.com"}
PROVIDERS = (*HOSTS, "other")
ANYWHERE = frozenset({"cal.com"})
PLACEHOLDERS = re.compile(r"(.+\.)?example(\.(com|net|org))?")  # RFC 2606: nobody's


class BrokenClinic(Exception):
    """Says everything that is wrong with the clinic file, one sentence a line, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(path: Path) -> Clinic:
    """Raises BrokenClinic."""
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenClinic([f"{path.name}: cannot be read ({error.strerror})."]) from error
    except UnicodeDecodeError as error:
        raise BrokenClinic([f"{path.name}: is not UTF-8 text (byte {error.start})."]) from error
    except tomllib.TOMLDecodeError as error:
        raise BrokenClinic([f"{path.name}: is not TOML: {error}."]) from error
    problems: list[str] = []
    clinic = _clinic(_Table(plain, "", problems))
    if problems:
        raise BrokenClinic([f"{path.name}: {problem}" for problem in problems])
    return clinic


class _Table:
    """One table being read: each key is taken out once, and what is wrong is noted with its place.

    What cannot be read gives a value of the right type all the same, so that the reading goes on to the end.
    """

    def __init__(self, plain: dict[str, Any], place: str, problems: list[str]) -> None:
        self._left = dict(plain)
        self._place = place
        self._problems = problems

    def wrong(self, key: str, sentence: str) -> None:
        self._problems.append(f"{self._place}{key}: {sentence}")

    def close(self) -> None:
        for key in self._left:
            self.wrong(key, "is not a key that is known here.")

    def text(self, key: str, example: str, *, may_lack: bool = False) -> str:
        value = self._take(key, None if may_lack else f'{key} = "{example}"')
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(key, f'must be text in quotes, such as "{example}".')
            return ""
        if not value.strip() and not may_lack:
            self.wrong(key, f'is empty. It must be text, such as "{example}".')
        return value.strip()

    def number(self, key: str, example: int, most: int) -> int:
        value = self._take(key, f"{key} = {example}")
        if value is None:
            return example
        if type(value) is not int or not 1 <= value <= most:
            self.wrong(key, f"must be a whole number from 1 to {most}, such as {example}.")
            return example
        return value

    def texts(self, key: str, example: str, *, may_lack: bool = False) -> tuple[str, ...]:
        value = self._take(key, None if may_lack else f"{key} = {example}")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.wrong(key, f"must be a list of texts, such as {example}.")
            return ()
        if not value and not may_lack:
            self.wrong(key, f"is empty. It must be a list, such as {example}.")
        return tuple(value)

    def table(self, key: str, example: str, *, may_lack: bool = False) -> "_Table | None":
        value = self._take(key, None if may_lack else example)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(key, f"must be a table, such as {example}.")
            return None
        return _Table(value, f"{self._place}{key}.", self._problems)

    def tables(self, key: str) -> list["_Table"]:
        value = self._take(key, f"[[{key}]], once for each of them.")
        if value is None:
            return []
        if not value or not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self.wrong(key, f"must be written as [[{key}]], once for each.")
            return []
        tables = []
        for number, table in enumerate(value, 1):
            id = table.get("id")
            called = f"{key} {number} ({id})" if isinstance(id, str) and id else f"{key} {number}"
            tables.append(_Table(table, f"{called}, ", self._problems))
        return tables

    def has(self, key: str) -> bool:
        return key in self._left

    def _take(self, key: str, example: str | None) -> Any:
        """example: shown when the key is missing; None when it may be."""
        if key in self._left:
            return self._left.pop(key)
        if example is not None:
            self.wrong(key, f"is missing. For example: {example}")
        return None


def _clinic(file: _Table) -> Clinic:
    languages = _languages(file)
    clinic = Clinic(
        name=_by_language(file, "name", languages, "Cabinet de démonstration"),
        country=_country(file),
        region=file.text("region", "QC", may_lack=True),
        timezone=_timezone(file),
        languages=languages,
        therapists=_therapists(file, languages),
        offer_after=timedelta(minutes=file.number("offer_minutes", 10, most=24 * 60)),
        idle_after=timedelta(minutes=file.number("idle_minutes", 20, most=24 * 60)),
        link_days=file.number("link_days", 30, most=366),
        desk_group=_desk_group(file),
        fallback_link=_link(file, "fallback_link"),
    )
    file.close()
    return clinic


def _therapists(file: _Table, languages: tuple[str, ...]) -> tuple[Therapist, ...]:
    therapists = tuple(_therapist(table, languages) for table in file.tables("therapist"))
    for id, times in Counter(t.id for t in therapists).items():
        if id and times > 1:
            file.wrong("therapist", f'{times} therapists have the id "{id}". Each needs one of their own.')
    return therapists


def _therapist(table: _Table, languages: tuple[str, ...]) -> Therapist:
    id = table.text("id", "ines")
    if id and not THERAPIST_ID.fullmatch(id):
        table.wrong("id", f'"{id}" must be a short word of the letters a to z, such as "ines".')
    therapist = Therapist(
        id=id,
        name=table.text("name", "Inès Exemple"),
        languages=_languages(table),
        about=_by_language(table, "about", languages, "Two or three sentences."),
        hours=_hours(table),
        link=_link(table, "link"),
    )
    for language, words in therapist.about:
        if len(words) > ABOUT_LIMIT:
            table.wrong(f"about.{language}", f"has {len(words)} characters; {ABOUT_LIMIT} is the most.")
    table.close()
    return therapist


def _languages(table: _Table) -> tuple[str, ...]:
    languages = table.texts("languages", '["fr", "en"]')
    for language in languages:
        if language not in LANGUAGES:
            table.wrong("languages", f'"{language}" is not spoken here yet, only "fr" and "en".')
    if len(set(languages)) < len(languages):
        table.wrong("languages", "names a language twice.")
    known = tuple(dict.fromkeys(language for language in languages if language in LANGUAGES))
    return known or LANGUAGES


def _by_language(table: _Table, key: str, languages: tuple[str, ...], example: str) -> tuple[tuple[str, str], ...]:
    texts = table.table(key, f'{key} = {{ fr = "{example}" }}')
    if texts is None:
        return ()
    found = []
    for language in LANGUAGES:
        if language in languages or texts.has(language):
            found.append((language, texts.text(language, example)))
    texts.close()
    return tuple(found)


def _country(file: _Table) -> str:
    country = file.text("country", "FR")
    if country and country not in COUNTRIES:
        file.wrong("country", f'"{country}" is not one of {", ".join(COUNTRIES)}, whose urgent lines we hold.')
    return country


def _timezone(file: _Table) -> str:
    name = file.text("timezone", "Europe/Paris")
    try:
        ZoneInfo(name or "UTC")
    except (LookupError, ValueError, OSError):
        file.wrong("timezone", f'"{name}" is not a time zone. It is written like "Europe/Paris".')
    return name


def _desk_group(file: _Table) -> str:
    group = file.text("desk_group", "-1001234567890", may_lack=True)
    if group and not GROUP.fullmatch(group):
        file.wrong("desk_group", f'"{group}" is not the id of a Telegram group, such as "-1001234567890".')
    return group


def _link(table: _Table, key: str) -> SchedulingLink | None:
    link = table.table(key, "", may_lack=True)
    if link is None:
        return None
    provider, url = link.text("provider", "cal.com"), link.text("url", "https://cal.example/ines")
    link.close()
    if provider and provider not in PROVIDERS:
        link.wrong("provider", f'"{provider}" is not one of {", ".join(PROVIDERS)}.')
    elif url:
        _check_page(link, provider, url)
    return SchedulingLink(provider, url)


def _check_page(link: _Table, provider: str, url: str) -> None:
    host = _host(url)
    if not host:
        link.wrong("url", f'"{url}" is not a web address. It begins with https://.')
        return
    lives_at = next((name for name, home in HOSTS.items() if host == home or host.endswith(f".{home}")), None)
    if lives_at and lives_at != provider:
        link.wrong("provider", f'is "{provider}", but {host} is a page of "{lives_at}".')
    elif provider in HOSTS and not lives_at and provider not in ANYWHERE and not PLACEHOLDERS.fullmatch(host):
        link.wrong("provider", f'is "{provider}", but {host} is not a page of {HOSTS[provider]}.')


def _host(url: str) -> str:
    """The host of a web address, or "" when it is none."""
    try:
        page = urlsplit(url)
        page.port  # noqa: B018  read for the ValueError of a port that is no number
    except ValueError:
        return ""
    return (page.hostname or "") if page.scheme in ("http", "https") and not re.search(r"\s", url) else ""


def _hours(table: _Table) -> tuple[Block, ...]:
    hours = table.table("hours", "", may_lack=True)
    if hours is None:
        return ()
    every_day = _stretches(hours, EVERY_DAY, [])
    blocks = []
    for day, name in enumerate(DAYS):
        stretches = _stretches(hours, name, every_day) if hours.has(name) else every_day
        blocks += [Block(day, _clock(start), _clock(end)) for start, end in stretches]
    hours.close()
    return tuple(blocks)


def _stretches(hours: _Table, key: str, also: list[tuple[int, int]]) -> list[tuple[int, int]]:
    own = [_stretch(hours, key, text) for text in hours.texts(key, '["09:00-12:30"]', may_lack=True)]
    stretches = sorted([*also, *(stretch for stretch in own if stretch)])
    for first, second in pairwise(stretches):
        if second[0] < first[1] and not (first in also and second in also):
            hours.wrong(key, f"{_shown(*first)} and {_shown(*second)} overlap.")
    return stretches


def _stretch(hours: _Table, key: str, text: str) -> tuple[int, int] | None:
    """Start and end in minutes since midnight; None when it is wrong."""
    match = STRETCH.fullmatch(text)
    if not match:
        hours.wrong(key, f'"{text}" must be written like "09:00-12:30".')
        return None
    from_hour, from_minute, to_hour, to_minute = (int(digits) for digits in match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_hour > 23 or from_minute > 59 or to_minute > 59 or end > 24 * 60:
        hours.wrong(key, f'"{text}" is not on the clock. A day goes from 00:00 to 24:00.')
        return None
    if end <= start:
        hours.wrong(
            key,
            f'"{text}" ends before it starts. A night is written on two days: until 24:00, then from 00:00.',
        )
        return None
    return start, end


def _shown(start: int, end: int) -> str:
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def _clock(minutes: int) -> time:
    """24:00 is the midnight that ends the day, as Block has it."""
    return time(minutes // 60 % 24, minutes % 60)
