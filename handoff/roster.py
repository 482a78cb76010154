"""Who works at the clinic, who is on duty, who is on call."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from flows.rules import DEFAULT, Rules
from handoff.daysoff import NO_DAYS_OFF, Absence, DaysOff
from handoff.hours import Block, Shift, is_open, next_opening


@dataclass(frozen=True, slots=True)
class SchedulingLink:
    """provider: as handoff/links.py names it.

    reference_field: the field of its booking form in which our reference stands, where the clinic has to say; or "".
    """

    provider: str
    url: str
    reference_field: str = ""


class Gender(StrEnum):
    """What a therapist may wish to say of themselves."""

    WOMAN = "woman"
    MAN = "man"
    NON_BINARY = "non_binary"


class Modality(StrEnum):
    """How appointments are held."""

    ONLINE = "online"
    ROOM = "room"


class Age(StrEnum):
    ADULTS = "adults"
    MINORS = "minors"


class Theme(StrEnum):
    """What a therapist helps with."""

    ANXIETY = "anxiety"
    MOOD = "mood"
    SLEEP = "sleep"
    STRESS = "stress"
    WORK = "work"
    GRIEF = "grief"
    COUPLE = "couple"
    FAMILY = "family"
    TRAUMA = "trauma"
    EATING = "eating"
    ADDICTION = "addiction"
    SELF_ESTEEM = "self_esteem"
    IDENTITY = "identity"
    ILLNESS = "illness"


@dataclass(frozen=True, slots=True)
class Fee:
    """Of one appointment. least, most: the same when it is one price; 0 for nothing. currency: ISO 4217."""

    least: Decimal
    most: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Site:
    """One place of the clinic. name: by language. country, region: as in Clinic."""

    id: str
    name: tuple[tuple[str, str], ...]
    country: str
    region: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Therapist:
    """One therapist, as clinic.toml has it. What the clinic does not say is empty, and counts against nobody.

    id:        short, stable, in lower case ("ines").
    languages: of "fr" and "en", the first preferred.
    about:     what the clinic says of them, by language.
    hours:     when they are on duty for a first contact; none for never.
    timezone:  of their site; "" for the clinic's own.
    off:       holidays and absences.
    site:      its id, or "".
    waiting_days: for a first appointment, as the clinic says; None for not said.
    """

    id: str
    name: str
    languages: tuple[str, ...]
    about: tuple[tuple[str, str], ...]
    hours: tuple[Block, ...]
    link: SchedulingLink | None
    timezone: str = ""
    off: DaysOff = NO_DAYS_OFF
    site: str = ""
    gender: Gender | None = None
    modalities: tuple[Modality, ...] = ()
    sees: tuple[Age, ...] = ()
    helps_with: tuple[Theme, ...] = ()
    fee: Fee | None = None
    waiting_days: int | None = None


@dataclass(frozen=True, slots=True)
class OnCall:
    """A therapist who can be woken for a danger. off of the shift: the days they are away."""

    therapist: str
    shift: Shift


@dataclass(frozen=True, slots=True)
class Escalation:
    """How far each step of a search for somebody goes (handoff/escalation.py).

    one_by_one:     therapists asked one after the other, before all on duty are asked together.
    everyone_after: how long they are waited for together, before the person is told that nobody answers.
    days:           working days on which somebody is looked for anew.
    urgent_one_by_one: therapists alerted one after the other, before who is on call, then the whole team (0012, 0053).
    urgent_again:   an alert that nobody takes comes back at the latest after this.
    """

    one_by_one: int = 3
    everyone_after: timedelta = timedelta(minutes=10)
    days: int = 3
    urgent_one_by_one: int = 2
    urgent_again: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Retention:
    """strangers: what is kept of people who agreed to nothing and have gone quiet. quiet: of anybody; None for ever."""

    strangers: timedelta = timedelta(days=30)
    quiet: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Lately:
    """What has been measured of the clinic over the last weeks. Nothing yet, unless somebody counts (bot/lately.py).

    turns: how often each was asked or took somebody on, by therapist id.
    usual: by language, the wait from asking for a human to having one that half of the people did not exceed;
           only where there were enough of them.
    """

    turns: tuple[tuple[str, int], ...] = ()
    usual: tuple[tuple[str, timedelta], ...] = ()


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic. Validated where it is read (bot/clinic.py).

    name:        by language.
    country:     ISO code, decides the urgent lines; region refines it ("QC"), or "".
    offer_after: how long one therapist is waited for before the next is asked.
    idle_after:  how long a person's message may stay unanswered under a therapist before somebody is told.
    urgent_after: the same two, when a danger was noticed.
    link_days:   for how long a scheduling link of ours works.
    desk_group:  chat id of the therapists' forum group on Telegram, or "" when they work in private chats.
    rules:       what the flows need to know of the clinic's decisions.
    on_call:     who can be woken for a danger; none: everybody (decision 0053).
    lately:      what was measured; not of the file.
    """

    name: tuple[tuple[str, str], ...]
    country: str
    region: str
    timezone: str
    languages: tuple[str, ...]
    therapists: tuple[Therapist, ...]
    offer_after: timedelta
    idle_after: timedelta
    urgent_after: timedelta
    link_days: int
    desk_group: str
    fallback_link: SchedulingLink | None
    rules: Rules = DEFAULT
    sites: tuple[Site, ...] = ()
    on_call: tuple[OnCall, ...] = ()
    escalation: Escalation = Escalation()
    retention: Retention = Retention()
    lately: Lately = Lately()


def named(clinic: Clinic, therapist: str) -> str:
    """The name a person reads; the id itself for someone who has left clinic.toml."""
    return next((t.name for t in clinic.therapists if t.id == therapist), therapist)


def in_order(clinic: Clinic, locale: str) -> tuple[Therapist, ...]:
    """Everybody: who speaks the language first, else as clinic.toml has them."""
    return tuple(sorted(clinic.therapists, key=lambda therapist: locale not in therapist.languages))


def on_duty(clinic: Clinic, at: datetime, locale: str) -> tuple[Therapist, ...]:
    """Who can be asked now, in the order of `in_order`."""
    return tuple(t for t in in_order(clinic, locale) if any(is_open(shift, at) for shift in _shifts(clinic, t)))


def next_on_duty(clinic: Clinic, at: datetime, leaving_out: Collection[str]) -> datetime | None:
    """Return when the first of the others comes on duty, `at` itself if one is. None: nobody will."""
    others = (t for t in clinic.therapists if t.id not in leaving_out)
    openings = (next_opening(shift, at) for therapist in others for shift in _shifts(clinic, therapist))
    return min((opening for opening in openings if opening), default=None)


def on_call(clinic: Clinic, at: datetime) -> tuple[str, ...]:
    """Who can be woken now for a danger, by id."""
    return tuple(dict.fromkeys(call.therapist for call in clinic.on_call if is_open(call.shift, at)))


def is_away(clinic: Clinic, therapist: str, at: datetime) -> bool:
    """Whether they are absent today, or work here no more. Somebody who has only finished for the day is not."""
    gone = all(known.id != therapist for known in clinic.therapists)
    return gone or _absence(clinic, therapist, at) is not None


def stand_in(clinic: Clinic, therapist: str, at: datetime) -> str | None:
    """Who stands in for somebody who is absent today, if anybody does who is not absent too."""
    absence = _absence(clinic, therapist, at)
    if absence is None or not absence.stand_in or is_away(clinic, absence.stand_in, at):
        return None
    return absence.stand_in


def _absence(clinic: Clinic, therapist: str, at: datetime) -> Absence | None:
    known = next((t for t in clinic.therapists if t.id == therapist), None)
    if known is None:
        return None
    day = at.astimezone(ZoneInfo(known.timezone or clinic.timezone)).date()
    return next((absence for absence in known.off.absences if day in absence), None)


def _shifts(clinic: Clinic, therapist: Therapist) -> Iterator[Shift]:
    """Their own hours, and those of absent colleagues they stand in for."""
    yield Shift(therapist.hours, therapist.timezone or clinic.timezone, therapist.off)
    for colleague in clinic.therapists:
        for absence in colleague.off.absences:
            if absence.stand_in == therapist.id:
                off = DaysOff(colleague.off.holidays | therapist.off.holidays, therapist.off.absences)
                yield Shift(colleague.hours, colleague.timezone or clinic.timezone, off, within=absence)
