"""The seam between the edge and the program, for the page of figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Counted(StrEnum):
    """What is counted. People count once in each; requests count each time."""

    WROTE = "wrote"  # people who wrote or tapped something, for the first time
    EXERCISE = "exercise"  # people who went through an exercise to its end
    LINK = "link"  # people who were shown a page for appointments
    CLICKED = "clicked"  # people whose link to such a page was opened
    SELF_REPORTED = "self_reported"  # people who said that they booked, or whose booking page said so without proof
    BOOKED = "booked"  # people of whom the provider, or the clinic, says that they booked
    ANSWERED = "answered"  # requests for a human that had their first human word
    UNANSWERED = "unanswered"  # requests that ended, or grew old, without one


@dataclass(frozen=True, slots=True)
class Weeks:
    """Some weeks that are shown as one. since: a Monday."""

    since: date
    weeks: int

    @property
    def until(self) -> date:
        """The last day."""
        return self.since + timedelta(days=7 * self.weeks - 1)


@dataclass(frozen=True, slots=True)
class Stretch(Weeks):
    """count: 0, or never less than may be shown."""

    count: int


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes, rounded up, from the request to its being taken, and to the first human word.

    half: half of the requests took no longer; most: nine in ten. None where that would be some few people's own time.
    """

    taken_half: int | None = None
    taken_most: int | None = None
    answered_half: int | None = None
    answered_most: int | None = None


@dataclass(frozen=True, slots=True)
class Waited(Weeks):
    times: Times


@dataclass(frozen=True, slots=True)
class Leak:
    """Automated messages that reached people while a therapist had the conversation. Messages, not people."""

    week: date
    locale: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be shown of some weeks. By language; "" for all together.

    since:  the first day that was ever counted; None before anything was.
    until:  the last day that is shown.
    counts: only weeks that lie in this time as a whole.
    waited: the times by weeks, and `times` over all of these weeks.
    leaks:  all there ever were, up to this moment.
    """

    since: date | None
    until: date
    counts: Mapping[Counted, Mapping[str, tuple[Stretch, ...]]]
    waited: Mapping[str, tuple[Waited, ...]]
    times: Mapping[str, Times]
    leaks: tuple[Leak, ...]

    def count(self, what: Counted, locale: str = "") -> int | None:
        """None when there is nothing that may be shown."""
        stretches = self.counts.get(what, {}).get(locale, ())
        return sum(stretch.count for stretch in stretches) if stretches else None


class FiguresRoom(Protocol):
    async def figures(self, weeks: int, now: datetime) -> Figures:
        """Of the last weeks that are over."""
        ...
