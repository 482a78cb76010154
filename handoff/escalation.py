"""Who is asked next, and until when it is waited for. Pure questions; handoff/desk.py does what is answered here.

    one on duty, then the next, up to `one_by_one`  ->  all on duty together  ->  nobody: the clinic's other ways
    and anew on the next working days, up to `days`

Of a danger: one on duty, then the next, up to `urgent_one_by_one`  ->  who is on call  ->  the whole team, twice  ->
whoever comes on duty or is on call, for as long as nobody takes or closes it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handoff.choosing import candidates
from handoff.request import Request
from handoff.roster import Clinic, Therapist, next_on_duty, on_call, on_duty


@dataclass(frozen=True, slots=True)
class One:
    therapist: Therapist


@dataclass(frozen=True, slots=True)
class Everyone:
    therapists: tuple[Therapist, ...]


@dataclass(frozen=True, slots=True)
class Nobody:
    """until: when somebody comes who can be asked; None when nobody will be asked any more.

    today: it is somebody who was not asked in this search, and who comes before the next morning.
    """

    until: datetime | None
    today: bool = False


WHOLE_TEAM = 2  # times that everybody is told of a danger, whatever their hours


def next_asked(request: Request, at: datetime, clinic: Clinic) -> One | Everyone | Nobody:
    here = candidates(request, at, clinic)
    fresh = [t for t in here if t.id not in request.asked]
    together = tuple(t for t in here if t.id not in request.refused)
    one_by_one = len(request.asked) < clinic.escalation.one_by_one or request.everyone or len(together) == 1
    if fresh and one_by_one:
        return One(fresh[0])
    if len(together) > 1 and not request.everyone:
        return Everyone(together)
    others = next_on_duty(clinic, at, request.asked)
    begins, morning = _next_search(request, clinic), _morning_after(at, clinic)
    again = next_on_duty(clinic, max(begins, morning), ()) if begins else None
    until = min((opening for opening in (others, again) if opening), default=None)
    return Nobody(until, today=others is not None and others < morning)


def begun_anew(request: Request, at: datetime, clinic: Clinic) -> Request:
    """The request, with nobody asked yet when a new working day has come for it."""
    begins = _next_search(request, clinic)
    if not request.asked or begins is None or at < begins:
        return request
    return replace(request, asked=(), refused=(), everyone=False, since=at, days=request.days + 1)


def opens_again(at: datetime, clinic: Clinic) -> datetime | None:
    """Return when the first of all comes on duty from the next morning on. None: nobody will."""
    return next_on_duty(clinic, _morning_after(at, clinic), ())


def _next_search(request: Request, clinic: Clinic) -> datetime | None:
    """The morning from which this request is somebody's again; None when it has been so on all its days."""
    if request.days >= clinic.escalation.days:
        return None
    zone = ZoneInfo(clinic.timezone)
    day = (request.since or request.opened_at).astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, clinic.rules.quiet_to, zone)


def _morning_after(at: datetime, clinic: Clinic) -> datetime:
    zone = ZoneInfo(clinic.timezone)
    today = datetime.combine(at.astimezone(zone).date(), clinic.rules.quiet_to, zone)
    return today if today > at else datetime.combine(today.date() + timedelta(days=1), clinic.rules.quiet_to, zone)


def next_alerted(request: Request, at: datetime, clinic: Clinic) -> One | Everyone:
    here = [t for t in candidates(request, at, clinic) if t.id not in request.alerted]
    if here and len(request.alerted) < clinic.escalation.urgent_one_by_one and not request.team:
        return One(here[0])
    called = on_call(clinic, at)
    woken = [t for t in clinic.therapists if t.id in called and t.id not in request.alerted]
    if woken and not request.team:
        return One(woken[0])
    if request.team < WHOLE_TEAM:
        return Everyone(clinic.therapists)
    reachable = {t.id for t in on_duty(clinic, at, "")} | set(called)
    return Everyone(tuple(t for t in clinic.therapists if t.id in reachable))


def alerted_again(at: datetime, clinic: Clinic) -> timedelta:
    """After which the whole team's alert comes back: when somebody comes on duty, but never later than the limit."""
    on = {therapist.id for therapist in on_duty(clinic, at, "")}
    opening = next_on_duty(clinic, at, on)
    return min(opening - at, clinic.escalation.urgent_again) if opening else clinic.escalation.urgent_again
