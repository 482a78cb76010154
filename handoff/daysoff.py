"""Days on which somebody is not on duty, whatever their week says. Days are those of their own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Absence:
    """first, last: both are days of it. stand_in: id of who is asked in their hours meanwhile, or ""."""

    first: date
    last: date
    stand_in: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class DaysOff:
    """holidays: single days. absences: stretches of days."""

    holidays: frozenset[date] = frozenset()
    absences: tuple[Absence, ...] = ()

    def __contains__(self, day: date) -> bool:
        return day in self.holidays or any(day in absence for absence in self.absences)

    def after(self, day: date) -> Iterator[date]:
        """The days from this one on that are not off. They never end."""
        while True:
            absence = next((a for a in self.absences if day in a), None)
            if absence:
                day = absence.last
            elif day not in self.holidays:
                yield day
            day += timedelta(days=1)


NO_DAYS_OFF = DaysOff()
