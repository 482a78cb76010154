"""Who works at the clinic, and who is asked next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.hours import Block, is_open, next_opening


@dataclass(frozen=True, slots=True)
class SchedulingLink:
    """provider: "cal.com", "calendly", or "other" for a page that takes no reference of ours."""

    provider: str
    url: str


@dataclass(frozen=True, slots=True)
class Therapist:
    """One therapist, as clinic.toml has it.

    id:        short, stable, in lower case ("ines").
    languages: of "fr" and "en", the first preferred.
    about:     what the clinic says of them, by language.
    hours:     when they are on duty for a first contact; none for never.
    """

    id: str
    name: str
    languages: tuple[str, ...]
    about: tuple[tuple[str, str], ...]
    hours: tuple[Block, ...]
    link: SchedulingLink | None


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic. Validated where it is read (bot/clinic.py).

    name:        by language.
    country:     ISO code, decides the urgent lines; region refines it ("QC"), or "".
    offer_after: how long one therapist is waited for before the next is asked.
    idle_after:  how long a person's message may stay unanswered under a therapist before somebody is told.
    link_days:   for how long a scheduling link of ours works.
    desk_group:  chat id of the therapists' forum group on Telegram, or "" when they work in private chats.
    """

    name: tuple[tuple[str, str], ...]
    country: str
    region: str
    timezone: str
    languages: tuple[str, ...]
    therapists: tuple[Therapist, ...]
    offer_after: timedelta
    idle_after: timedelta
    link_days: int
    desk_group: str
    fallback_link: SchedulingLink | None


def named(clinic: Clinic, therapist: str) -> str:
    """The name a person reads; the id itself for someone who has left clinic.toml."""
    return next((t.name for t in clinic.therapists if t.id == therapist), therapist)


def in_order(clinic: Clinic, locale: str) -> tuple[Therapist, ...]:
    """Everybody, in the order they are asked: who speaks the language first, else as clinic.toml has them."""
    return tuple(sorted(clinic.therapists, key=lambda therapist: locale not in therapist.languages))


def on_duty(clinic: Clinic, at: datetime, locale: str) -> tuple[Therapist, ...]:
    """Who can be asked now, in the order they are asked."""
    return tuple(t for t in in_order(clinic, locale) if is_open(t.hours, clinic.timezone, at))


def next_on_duty(clinic: Clinic, at: datetime, leaving_out: Collection[str]) -> datetime | None:
    """Return when the first of the others comes on duty, `at` itself if one is. None: nobody will."""
    openings = (next_opening(t.hours, clinic.timezone, at) for t in clinic.therapists if t.id not in leaving_out)
    return min((opening for opening in openings if opening), default=None)
