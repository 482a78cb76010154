"""Hours, days off and the on-call rota, as they stand in the clinic's file."""

import re
from datetime import date, time
from itertools import pairwise

import holidays

from bot.clinic_table import Table
from handoff.daysoff import Absence, DaysOff
from handoff.hours import Block, Shift
from handoff.roster import OnCall, Therapist

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY = "every_day"
STRETCH = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")
YEARS = range(2025, 2051)  # whose public holidays are known to the program while it runs
ALWAYS = tuple(Block(day, time.min, time.min) for day in range(7))


def public_holidays(country: str, region: str) -> frozenset[date]:
    """Of a country, and of this part of it where it has some of its own. Source: the library `holidays`."""
    parts = holidays.list_supported_countries().get(country, ())
    return frozenset(holidays.country_holidays(country, subdiv=region if region in parts else None, years=YEARS))


def days_off(table: Table, everybody: frozenset[date]) -> DaysOff:
    """everybody: holidays of the whole clinic."""
    absences = tuple(
        absence for row in table.tables("absences", may_lack=True) if (absence := _absence(row)) is not None
    )
    return DaysOff(everybody | table.days("holidays"), absences)


def _absence(table: Table) -> Absence | None:
    stretch = _from_to(table)
    who = table.text("stand_in", "tom", may_lack=True)
    table.close()
    return Absence(*stretch, who) if stretch else None


def _from_to(table: Table) -> tuple[date, date] | None:
    first, last = table.day("from"), table.day("to")
    if first and last and last < first:
        table.wrong("to", f"{last} is before {first}.")
        return None
    return (first, last) if first and last else None


def on_call(file: Table, therapists: tuple[Therapist, ...], timezone: str) -> tuple[OnCall, ...]:
    known = {therapist.id: therapist for therapist in therapists}
    rota = []
    for table in file.tables("on_call", may_lack=True):
        who = table.text("therapist", "ines")
        within = None
        if table.has("from") or table.has("to"):
            stretch = _from_to(table)
            within = Absence(*stretch) if stretch else None
        blocks = hours(table) if table.has("hours") else ALWAYS
        if who and who not in known:
            table.wrong("therapist", f'there is no therapist "{who}".')
        elif who:
            therapist = known[who]
            off = DaysOff(absences=therapist.off.absences)  # a holiday is what somebody is on call for
            rota.append(OnCall(who, Shift(blocks, therapist.timezone or timezone, off, within)))
        table.close()
    return tuple(rota)


def hours(table: Table) -> tuple[Block, ...]:
    week = table.table("hours", "", may_lack=True)
    if week is None:
        return ()
    every_day = _stretches(week, EVERY_DAY, [])
    blocks = []
    for day, name in enumerate(DAYS):
        stretches = _stretches(week, name, every_day) if week.has(name) else every_day
        blocks += [Block(day, _clock(start), _clock(end)) for start, end in stretches]
    week.close()
    return tuple(blocks)


def _stretches(week: Table, key: str, also: list[tuple[int, int]]) -> list[tuple[int, int]]:
    own = [_stretch(week, key, text) for text in week.texts(key, '["09:00-12:30"]', may_lack=True)]
    stretches = sorted([*also, *(stretch for stretch in own if stretch)])
    for first, second in pairwise(stretches):
        if second[0] < first[1] and not (first in also and second in also):
            week.wrong(key, f"{_shown(*first)} and {_shown(*second)} overlap.")
    return stretches


def _stretch(week: Table, key: str, text: str) -> tuple[int, int] | None:
    """Start and end in minutes since midnight; None when it is wrong."""
    match = STRETCH.fullmatch(text)
    if not match:
        week.wrong(key, f'"{text}" must be written like "09:00-12:30".')
        return None
    from_hour, from_minute, to_hour, to_minute = (int(digits) for digits in match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_hour > 23 or from_minute > 59 or to_minute > 59 or end > 24 * 60:
        week.wrong(key, f'"{text}" is not on the clock. A day goes from 00:00 to 24:00.')
        return None
    if end <= start:
        week.wrong(
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
