"""What becomes of a request: step(request, event, clinic, owner) -> Handled(request as it now stands, effects).

A request always has somewhere to go: a timer that will ring, a therapist who owns it, or a truth told to the person
after which only they or a therapist can act.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from flows import brief
from flows.effects import Alert, Choice, OpenRequest, SetTimer, Text, Urgency, Value, Weight
from flows.events import (
    BookingChanged,
    Event,
    LinkOpened,
    OfferUndelivered,
    PersonArrived,
    PersonEdited,
    PersonLeft,
    PersonReacted,
    PersonSaid,
    PersonSent,
    PersonTapped,
    TherapistCalledOff,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistEdited,
    TherapistNoted,
    TherapistPassed,
    TherapistPrescribed,
    TherapistReacted,
    TherapistReleased,
    TherapistSaid,
    TherapistSentLink,
    TherapistTookOver,
    TimerRang,
)
from flows.paths import CRISIS
from flows.risk.risk import NAMED, Kind, Sign
from flows.state import Place
from handoff.choosing import candidates, preferences
from handoff.escalation import Everyone, Nobody, One, alerted_again, begun_anew, next_alerted, next_asked, opens_again
from handoff.request import OPEN, Request, Status, asked_now, check_move
from handoff.roster import Clinic, Therapist, is_away, named, next_on_duty, on_call, on_duty, stand_in
from handoff.waiting import about

ALERTED_AGAIN = timedelta(minutes=15)  # the same danger, still noticed: nobody is told more often


@dataclass(frozen=True, slots=True)
class Tell:
    """One message to one therapist on the desk.

    choices: their presses are "take/<round>", "decline/<round>" and "close_alert/<round>", and "call_off/0".
    offer:   the round, when this message is an offer: not delivered, it counts as unanswered.
    weight:  CRISIS when it tells of a danger.
    note_of: the colleague whose private note it is; what answers it is for them, and for nobody else.
    """

    therapist: str
    texts: tuple[Text, ...]
    choices: tuple[Choice, ...] = ()
    offer: int | None = None
    weight: Weight = Weight.NORMAL
    note_of: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A step of a flow, said to the person with its buttons, without moving them from where they are."""

    place: Place
    values: tuple[tuple[str, Value], ...] = ()


DeskEffect = Tell | Mention | SetTimer


class Why(StrEnum):
    """Why the next one is asked: the step of the flow `human` that says so."""

    SILENT = "asking_next"
    REFUSED = "asking_next_busy"
    UNREACHED = "asking_next_unreached"


@dataclass(frozen=True, slots=True)
class Handled:
    """request: as it now stands; None when there is none."""

    request: Request | None
    effects: tuple[DeskEffect, ...] = ()


def open(order: OpenRequest, at: datetime, locale: str, clinic: Clinic, former: Request | None = None) -> Handled:
    """Look for a human.

    former: the conversation's last request, if there was one. Its numbers go on, so that its timers are void.
    """
    if former and former.status in OPEN and order.call_back:
        return _to_be_called_back(former, order.call_back, at, clinic)
    if former and former.status in OPEN and order.because:
        # Somebody is looked for already: whoever was asked learns what there is beside it.
        return Handled(replace(former, because=order.because), _told(former.asked, Text(order.because), at, clinic))
    if former and former.status is Status.TAKEN and former.owner and order.because:
        # In an exercise that its owner lets the bot lead.
        return Handled(former, (Tell(former.owner, (Text(order.because),)),))
    request = _begun(order.urgency, at, locale, former, order.noticed)
    wish = replace(request, shared=order.shared, because=order.because, brief=order.brief, prefers=order.prefers)
    return _search(replace(wish, call_back=order.call_back), at, clinic)


def alert(
    alert: Alert,
    at: datetime,
    locale: str,
    clinic: Clinic,
    request: Request | None,
    owner: str | None,
    shown: bool = False,
) -> Handled:
    """Have a human told of a danger: the owner, or one therapist after the other and then all of them.

    shown: the bot was leading an exercise for the owner, and has shown the numbers to call.
    """
    if has_it := _who_has_it(request, owner):
        return _alert_owner(alert, at, locale, clinic, request, has_it, shown)
    if request is None or request.status not in OPEN:
        return _search(_begun(Urgency.URGENT, at, locale, request, alert), at, clinic)
    worst = _worst(request.alert, alert)
    known = request.urgency is Urgency.URGENT and request.alert and request.alert.level >= alert.level
    if known and request.alerted_at and at - request.alerted_at < ALERTED_AGAIN:
        return _also(replace(request, alert=worst), request, alert)
    urgent = replace(request, urgency=Urgency.URGENT, alert=worst, alerted=(), team=0)
    return _search(urgent, at, clinic)


def _also(request: Request, before: Request, alert: Alert) -> Handled:
    """Another subject, or something that changes what is right, is told at once to those who were alerted."""
    assert before.alert, "only of a danger that was told"
    new = alert.signs - before.alert.signs
    known = alert.kind is None or alert.kind in request.told_of
    if known and not new:
        return Handled(request)
    about = Text("desk.alert_also_so") if known else Text("desk.alert_also", (("kind", _kind(alert)),))
    words = (about, *_signs(replace(alert, signs=new)), *_reason(alert))
    return Handled(
        replace(request, told_of=_told_of(request, alert)),
        tuple(Tell(therapist, words, weight=Weight.CRISIS) for therapist in request.alerted),
    )


def _told_of(request: Request, alert: Alert | None) -> tuple[Kind, ...]:
    kind = alert.kind if alert else None
    return request.told_of if kind is None or kind in request.told_of else (*request.told_of, kind)


def dispute(request: Request | None, clinic: Clinic) -> Handled:
    """The person says that they were misunderstood. It is for a human to close what is open."""
    if request is None or request.alert is None:
        return Handled(request)
    told = (request.owner,) if request.owner else request.alerted
    return Handled(request, tuple(Tell(therapist, (Text("desk.disputed"),)) for therapist in told))


def unread(request: Request | None) -> Request | None:
    """The person no longer agrees to be read: no word of theirs stays in the request."""
    if request is None:
        return None
    alert = replace(request.alert, reason="") if request.alert else None
    return replace(request, shared="", brief=(), call_back="", alert=alert)


def read_along(request: Request | None, agreed: bool, at: datetime, clinic: Clinic) -> Handled:
    """The person lets those who are asked read along, or no longer does."""
    if request is None:
        return Handled(None)
    told = _told(asked_now(request), Text("desk.read_along"), at, clinic) if agreed else ()
    return Handled(replace(request, read_along=agreed), told)


def _begun(urgency: Urgency, at: datetime, locale: str, former: Request | None, noticed: Alert | None) -> Request:
    return Request(
        status=Status.WAITING,
        urgency=urgency,
        opened_at=at,
        locale=locale,
        round=former.round if former else 0,
        idle=former.idle if former else 0,
        alert=_worst(former.alert if former else None, noticed),
    )


def _worst(before: Alert | None, now: Alert | None) -> Alert | None:
    """The higher of the two, with the signs of both, and words that led to it if there are any."""
    if before is None or now is None:
        return now or before
    higher, other = (before, now) if before.level > now.level else (now, before)
    return replace(higher, reason=higher.reason or other.reason, signs=before.signs | now.signs)


def step(request: Request | None, event: Event, clinic: Clinic, owner: str | None) -> Handled:
    """owner: the therapist who speaks in this conversation, before or after this event; None for the bot."""
    match event:
        case TherapistTookOver() | TherapistSaid() | TherapistSentLink():
            return _claimed(request, event, clinic, owner)
        case TherapistReleased():
            return _released(request, event, clinic, owner)
        case TherapistClosed():
            return _closed(request, event, clinic, owner)
        case TherapistClosedAlert():
            return _alert_closed(request, event, clinic, owner)
        case TherapistDeclined():
            return _passed_by(request, event.therapist, Why.REFUSED, event.at, clinic)
        case OfferUndelivered():
            if request is None or request.round != event.round:
                return Handled(request)
            therapist = event.therapist or request.offered_to
            return _passed_by(request, therapist, Why.UNREACHED, event.at, clinic) if therapist else Handled(request)
        case TimerRang(at, "offer", token):
            if request is None or request.status not in OPEN or request.round != token:
                return Handled(request)
            if request.status in (Status.OFFERED, Status.EVERYONE) or request.in_danger:
                return _search(request, at, clinic)
            return _search(begun_anew(request, at, clinic), at, clinic, known=True)
        case TimerRang(at, "idle" | "idle_anew" as timer, token):
            if request is None or not request.unanswered or request.idle != token:
                return Handled(request)
            asked = request if timer == "idle" else replace(request, idle_told=())
            return _still_unanswered(asked, at, clinic)
        case PersonSaid() | PersonSent() | PersonEdited():
            return _heard(request, event.at, clinic, owner)
        case PersonLeft():
            return _left(request, event.at, clinic)
        case TherapistPassed() | TherapistNoted():
            return Handled(request)  # handoff/colleagues.py
        case TherapistPrescribed() | TherapistCalledOff():
            return Handled(request)  # handoff/prescribing.py
        case LinkOpened() | BookingChanged():
            return Handled(request)  # handoff/booking.py
        case TimerRang() | PersonArrived() | PersonTapped() | PersonReacted() | TherapistEdited() | TherapistReacted():
            return Handled(request)
        case _:
            assert_never(event)


def standing_in(request: Request | None, event: Event) -> Event:
    """The same event, saying whom it relieves when this colleague was asked to take the owner's place."""
    if (
        isinstance(event, TherapistTookOver | TherapistSaid | TherapistSentLink)
        and request
        and request.status is Status.TAKEN
        and event.therapist != request.owner
        and (event.therapist in request.idle_told or event.therapist == request.passed_to)
    ):
        return replace(event, relieves=request.owner)
    return event


def erased(request: Request | None, owner: str | None, at: datetime, clinic: Clinic) -> Handled:
    """The person has erased everything: whoever has the conversation, or was asked to, is told."""
    asked = request.asked if request and request.status in OPEN else ()
    passed_to = (request.passed_to,) if request and request.passed_to else ()
    concerned = (owner, *passed_to) if owner else asked
    return Handled(None, tuple(Tell(therapist, (Text("desk.erased_by_person"),)) for therapist in concerned))


def withdraw(request: Request | None, at: datetime, clinic: Clinic) -> Handled:
    """The person no longer waits. Nothing happens once a therapist has the conversation."""
    if request is None or request.status not in OPEN:
        return Handled(request)
    if request.in_danger:
        told = _told(request.asked, Text("desk.waits_no_more"), at, clinic)
        return Handled(request, (*told, Mention(Place(CRISIS, "stays"))))
    withdrawn = _withdrawn(request, at, clinic)
    return Handled(withdrawn.request, (*withdrawn.effects, Mention(Place("human", "withdrawn"))))


# --- looking for somebody --------------------------------------------------------------------------------------


def _search(request: Request, at: datetime, clinic: Clinic, why: Why = Why.SILENT, known: bool = False) -> Handled:
    """Ask whoever is next; else tell the person the truth, and wait for somebody to come.

    known: the person has been told already that nobody is there.
    """
    if request.in_danger:
        return _search_urgently(request, at, clinic)
    match next_asked(request, at, clinic):
        case One(therapist):
            return _offered(request, therapist, at, clinic, why)
        case Everyone(therapists):
            return _offered_to_all(request, therapists, at, clinic)
        case Nobody() as nobody:
            return _nobody(request, nobody, at, clinic, known)


def _offered(request: Request, therapist: Therapist, at: datetime, clinic: Clinic, why: Why) -> Handled:
    check_move(request.status, Status.OFFERED)
    offered = replace(
        request,
        status=Status.OFFERED,
        asked=(*request.asked, therapist.id),
        offered_to=therapist.id,
        round=request.round + 1,
        since=request.since if request.asked else at,
    )
    return Handled(
        offered,
        (
            Tell(therapist.id, _offer_words(offered, at, clinic), _answers(offered.round), offer=offered.round),
            *_now_asked(request, therapist, clinic, why),
            SetTimer("offer", clinic.offer_after, offered.round),
        ),
    )


def _now_asked(request: Request, therapist: Therapist, clinic: Clinic, why: Why) -> tuple[Mention, ...]:
    """On later days the person hears that it begins anew, and how it ends: nobody watches a screen for days."""
    if request.days > 1:
        return () if request.asked else (Mention(Place("human", "asked_again")),)
    name = ("therapist", therapist.name)
    if request.asked:
        return (Mention(Place("human", why.value), (name,)),)
    usual = dict(clinic.lately.usual).get(request.locale)
    if usual is None:
        return (Mention(Place("human", "asked"), (name,)),)
    return (Mention(Place("human", "asked_usual"), (name, ("usual", about(usual)))),)


def _offered_to_all(request: Request, therapists: tuple[Therapist, ...], at: datetime, clinic: Clinic) -> Handled:
    check_move(request.status, Status.EVERYONE)
    offered = replace(
        request,
        status=Status.EVERYONE,
        asked=_with(request.asked, *(t.id for t in therapists)),
        offered_to=None,
        round=request.round + 1,
        everyone=True,
    )
    words = _offer_words(offered, at, clinic)
    tells = (
        Tell(t.id, (Text("desk.everyone"), *words), _answers(offered.round), offer=offered.round) for t in therapists
    )
    timer = SetTimer("offer", clinic.escalation.everyone_after, offered.round)
    mention = (Mention(Place("human", "asking_everyone")),) if request.days <= 1 else ()
    return Handled(offered, (*tells, *mention, timer))


def _nobody(request: Request, nobody: Nobody, at: datetime, clinic: Clinic, known: bool) -> Handled:
    status = Status.UNANSWERED if request.asked or request.status is Status.UNANSWERED else Status.WAITING
    check_move(request.status, status)
    searched = replace(request, status=status, offered_to=None, round=request.round + 1)
    timer = (SetTimer("offer", nobody.until - at, searched.round),) if nobody.until else ()
    quiet = known or (request.days > 1 and nobody.today)
    return Handled(searched, timer if quiet else (_truth(request, nobody, clinic), *timer))


def _truth(request: Request, nobody: Nobody, clinic: Clinic) -> Mention:
    if request.asked:
        return Mention(Place("human", "nobody_answered" if nobody.until else "nobody_came"))
    if nobody.until is None:
        return Mention(Place("human", "nobody_now"))
    opening = nobody.until.astimezone(ZoneInfo(clinic.timezone))
    return Mention(Place("human", "nobody_until"), (("day", opening.date()), ("hour", f"{opening:%H:%M}")))


def _offer_words(request: Request, at: datetime, clinic: Clinic) -> tuple[Text, ...]:
    wanted = brief.preferred(preferences(request))
    call_back = (_call_back(request.call_back),) if request.call_back else ()
    along = (Text("desk.read_along"),) if request.read_along else ()
    return (_offer(request, at, clinic), *wanted, *call_back, *along, *noticed_before(request), *request.brief)


def _to_be_called_back(request: Request, words: str, at: datetime, clinic: Clinic) -> Handled:
    """Whoever was asked learns of it. Where nobody is being asked any more, one more day of asking is due."""
    wished = replace(request, call_back=words)
    told = _told(request.asked, _call_back(words), at, clinic)
    if request.status in (Status.OFFERED, Status.EVERYONE) or request.in_danger:
        return Handled(wished, told)
    days = min(request.days, clinic.escalation.days - 1)
    searched = _search(replace(wished, days=days, since=at), at, clinic, known=True)
    return Handled(searched.request, (*told, *searched.effects))


def _call_back(words: str) -> Text:
    return Text("desk.call_back", (("words", words),))


def _answers(round: int) -> tuple[Choice, ...]:
    return (Choice(Text("desk.take_over"), f"take/{round}"), Choice(Text("desk.not_now"), f"decline/{round}"))


def noticed_before(request: Request) -> tuple[Text, ...]:
    """What was noticed, without a danger, where no brief tells it."""
    alert = None if request.brief or request.in_danger else request.alert
    return (Text("desk.noticed", (("level", _level(alert)), ("kind", _kinds(request)))),) if alert else ()


def _since(request: Request, at: datetime, clinic: Clinic) -> str:
    zone = ZoneInfo(clinic.timezone)
    opened = request.opened_at.astimezone(zone)
    today = opened.date() == at.astimezone(zone).date()
    return opened.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")


def _offer(request: Request, at: datetime, clinic: Clinic) -> Text:
    values: tuple[tuple[str, str | Text], ...] = (
        ("language", Text(f"desk.language_{request.locale}")),
        ("since", _since(request, at, clinic)),
    )
    if request.because:
        return Text("desk.offer_because", (*values, ("because", Text(request.because))))
    if not request.shared:
        return Text("desk.offer_no_words", values)
    return Text("desk.offer", (*values, ("shared", request.shared)))


# --- of a danger -----------------------------------------------------------------------------------------------


def _search_urgently(request: Request, at: datetime, clinic: Clinic) -> Handled:
    """Alert one on duty, then the next, then who is on call, then the whole team, whatever their hours."""
    match next_alerted(request, at, clinic):
        case One(therapist):
            return _alerted(request, therapist, at, clinic)
        case Everyone(therapists):
            return _team_alerted(request, therapists, at, clinic)


def _alerted(request: Request, therapist: Therapist, at: datetime, clinic: Clinic) -> Handled:
    check_move(request.status, Status.OFFERED)
    alerted = replace(
        request,
        status=Status.OFFERED,
        asked=_with(request.asked, therapist.id),
        alerted=(*request.alerted, therapist.id),
        told_of=_told_of(request, request.alert),
        alerted_at=at,
        offered_to=therapist.id,
        round=request.round + 1,
    )
    words = request.alert and request.alert.reason
    again = therapist.id in request.asked
    step = "alerted_higher" if again else "alerted_words" if words else "alerted"
    step = "alerted_next" if request.alerted else step
    told = Tell(therapist.id, _alert(alerted, at, clinic), _answers(alerted.round), alerted.round, Weight.CRISIS)
    # Somebody else may read the person's screen: nothing lights it up later, unasked.
    mention = () if request.alerted and _is_quiet(request) else (_mention(step, therapist),)
    return Handled(alerted, (told, *mention, SetTimer("offer", clinic.urgent_after, alerted.round)))


def _team_alerted(request: Request, therapists: tuple[Therapist, ...], at: datetime, clinic: Clinic) -> Handled:
    """Everybody, twice; then whoever comes on duty, until one of them takes it or closes it."""
    check_move(request.status, Status.UNANSWERED)
    times = request.team + 1
    told = tuple(therapist.id for therapist in therapists)
    alerted = replace(
        request,
        status=Status.UNANSWERED,
        offered_to=None,
        asked=_with(request.asked, *told),
        alerted=_with(request.alerted, *told),
        told_of=_told_of(request, request.alert),
        alerted_at=at if told else request.alerted_at,
        team=times,
        round=request.round + 1,
    )
    again = (Text("desk.alert_again"),) if times > 1 else ()
    take = (Choice(Text("desk.take_over"), f"take/{alerted.round}"),)
    words = (*again, *_alert(alerted, at, clinic))
    tells = tuple(Tell(therapist, words, take, weight=Weight.CRISIS) for therapist in told)
    mentions = {1: (_mention("alerted_team"),), 2: (_mention("nobody"),)}.get(times, ())
    if _is_quiet(request) and request.alerted:
        mentions = ()
    wait = clinic.urgent_after if times == 1 else alerted_again(at, clinic)
    return Handled(alerted, (*tells, *mentions, SetTimer("offer", wait, alerted.round)))


def _alert_owner(
    alert: Alert, at: datetime, locale: str, clinic: Clinic, request: Request | None, owner: str, shown: bool
) -> Handled:
    request = request or Request(Status.TAKEN, Urgency.URGENT, at, locale, owner=owner)
    known = request.unanswered and request.alerted_at is not None and (request.in_danger or alert.kind is None)
    if alert.kind:
        worst = _worst(request.alert, alert)
        about = "desk.alert_shown" if shown else "desk.alert_owner"
        words: tuple[Text, ...] = (Text(about, (("level", _level(alert)), ("kind", _kind(alert)))),)
        request = replace(request, urgency=Urgency.URGENT, alert=worst, told_of=_told_of(request, alert))
    else:
        words = (Text("desk.alert_asked"),)
    tell = Tell(owner, (*words, *_reason(alert), *_signs(alert)), weight=Weight.CRISIS)
    if known:
        return Handled(request, (tell,))  # the wait for an answer goes on
    knows = _with((owner,), *request.idle_told)  # whoever was asked before can still stand in
    waiting = replace(request, unanswered=True, idle=request.idle + 1, idle_told=knows, alerted_at=at)
    colleagues = _asked_before(waiting, at, clinic)
    if is_away(clinic, owner, at) and not colleagues:
        following = _still_unanswered(waiting, at, clinic)
        return Handled(following.request, (tell, *following.effects))
    return Handled(waiting, (tell, *colleagues, SetTimer("idle", clinic.urgent_after, waiting.idle)))


def _asked_before(request: Request, at: datetime, clinic: Clinic) -> tuple[Tell, ...]:
    """A danger comes to a wait there was already: those who were asked to stand in, and can be reached now."""
    if not request.in_danger:
        return ()
    reachable = {*on_call(clinic, at), *(therapist.id for therapist in on_duty(clinic, at, ""))}
    asked = tuple(t for t in request.idle_told if t in reachable and t != request.owner)
    return tuple(_in_their_place(request, therapist, clinic) for therapist in asked)


def _alert_closed(request: Request | None, event: TherapistClosedAlert, clinic: Clinic, owner: str | None) -> Handled:
    has_it = _who_has_it(request, owner)
    if has_it is not None and has_it != event.therapist:
        return Handled(request, (_taken_by(event.therapist, has_it, clinic),))
    if request is None or request.alert is None:
        return Handled(request, (Tell(event.therapist, (Text("desk.nothing_open"),)),))
    closed = replace(request, urgency=Urgency.ROUTINE, alert=None, alerted=(), told_of=(), team=0, alerted_at=None)
    told = Tell(event.therapist, (Text("desk.alert_closed"),))
    if request.status in OPEN and request.in_danger:
        return Handled(closed, (told, Mention(Place(CRISIS, "closed"), (("therapist", event.name),))))
    return Handled(closed, (told,))


def _alert(request: Request, at: datetime, clinic: Clinic) -> tuple[Text, ...]:
    """What a therapist reads of it: what it is about, since when, and the words if they may."""
    alert = request.alert
    assert alert, "only a request with an alert is searched for urgently"
    values: tuple[tuple[str, str | Text], ...] = (
        ("kind", _kinds(request)),
        ("language", Text(f"desk.language_{request.locale}")),
        ("since", _since(request, at, clinic)),
    )
    shared = (Text("desk.shared", (("shared", request.shared),)),) if request.shared else ()
    words = _reason(alert) or (() if request.shared else (Text("desk.alert_no_words"),))
    return (Text(f"desk.alert_{alert.level.word}", values), *words, *shared, *_signs(alert))


def _reason(alert: Alert) -> tuple[Text, ...]:
    return (Text("desk.alert_words", (("reason", alert.reason),)),) if alert.reason else ()


def _signs(alert: Alert) -> tuple[Text, ...]:
    return tuple(Text(f"desk.alert_{sign.value}") for sign in Sign if sign in alert.signs)


def noticed_lines(request: Request) -> tuple[Text, ...]:
    """An alert that is still open, as it is read later: what it is about, and the words if they may be read."""
    if not request.in_danger:
        return noticed_before(request)
    alert = request.alert
    assert alert, "in danger"
    about = Text("desk.alert_open", (("level", _level(alert)), ("kind", _kinds(request))))
    return (about, *_reason(alert), *_signs(alert))


def _level(alert: Alert) -> Text:
    return Text(f"desk.level_{alert.level.word}")


def _kind(alert: Alert) -> Text:
    return Text(f"desk.kind_{alert.kind.value if alert.kind in NAMED else 'other'}")


def kinds(request: Request) -> tuple[Kind, ...]:
    """All that an alert has been about, in the order in which it was noticed: the last says nothing of the first."""
    return tuple(kind for kind in _told_of(request, request.alert) if kind in NAMED)


def _kinds(request: Request) -> Text:
    first, *others = [Text(f"desk.kind_{kind.value}") for kind in kinds(request)] or [Text("desk.kind_other")]
    for other in others:
        first = Text("desk.kinds", (("kind", first), ("other", other)))
    return first


def _is_quiet(request: Request) -> bool:
    return request.alert is not None and Sign.QUIET in request.alert.signs


def _mention(step: str, therapist: Therapist | None = None) -> Mention:
    return Mention(Place(CRISIS, step), (("therapist", therapist.name),) if therapist else ())


def _with(therapists: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*therapists, *more)))


def _passed_by(request: Request | None, therapist: str, why: Why, at: datetime, clinic: Clinic) -> Handled:
    """Somebody cannot take it. Whoever says so late is not asked again in this search."""
    if request is None or request.status not in OPEN or therapist not in request.asked:
        return Handled(request)
    passed = replace(request, refused=_with(request.refused, therapist))
    if request.offered_to == therapist:
        return _search(passed, at, clinic, why)
    if request.status is Status.EVERYONE and not _still_asked(passed, at, clinic):
        return _search(passed, at, clinic, why)
    return Handled(passed)


def _still_asked(request: Request, at: datetime, clinic: Clinic) -> bool:
    return any(t.id in request.asked and t.id not in request.refused for t in candidates(request, at, clinic))


def _withdrawn(request: Request, at: datetime, clinic: Clinic) -> Handled:
    check_move(request.status, Status.WITHDRAWN)
    told = _told(request.asked, Text("desk.withdrawn"), at, clinic)
    return Handled(replace(request, status=Status.WITHDRAWN, offered_to=None), told)


def _told(therapists: tuple[str, ...], text: Text, at: datetime, clinic: Clinic) -> tuple[Tell, ...]:
    """Tell those of them who are on duty; nobody is reached at home."""
    reachable = {therapist.id for therapist in on_duty(clinic, at, "")}
    return tuple(Tell(therapist, (text,)) for therapist in therapists if therapist in reachable)


# --- under a therapist -----------------------------------------------------------------------------------------


def _claimed(
    request: Request | None,
    event: TherapistTookOver | TherapistSaid | TherapistSentLink,
    clinic: Clinic,
    owner: str | None,
) -> Handled:
    has_it = _who_has_it(request, owner)
    if request and has_it is not None and has_it == event.relieves:
        check_move(request.status, Status.TAKEN)
        former = Tell(has_it, (Text("desk.taken_by", (("therapist", event.name),)),))
        relieved = replace(request, owner=event.therapist, idle_told=())
        if request.unanswered and isinstance(event, TherapistTookOver):
            # A press is no word: the person still waits for one, now for the colleague's.
            waiting = _await_answer(relieved, clinic)
            return Handled(waiting.request, (former, *waiting.effects))
        return Handled(replace(relieved, unanswered=False, alerted_at=None), (former,))
    if has_it is not None and has_it != event.therapist:
        return Handled(request, (_taken_by(event.therapist, has_it, clinic),))
    spoke = not isinstance(event, TherapistTookOver)
    if request and request.status is Status.TAKEN:
        return Handled(replace(request, unanswered=False, idle_told=(), alerted_at=None) if spoke else request)
    if request is None:
        # Nobody asked for a human here, and no event tells us the person's language: the owner will read it.
        request = Request(Status.RELEASED, Urgency.ROUTINE, event.at, clinic.languages[0])
    check_move(request.status, Status.TAKEN)
    taken = replace(
        request, status=Status.TAKEN, offered_to=None, owner=event.therapist, alerted=(), team=0, alerted_at=None
    )
    if request.status not in OPEN:
        return Handled(taken)
    others = tuple(therapist for therapist in request.asked if therapist != event.therapist)
    taken_by = Text("desk.taken_by", (("therapist", event.name),))
    # Whoever was woken by an alert is told that it is in somebody's hands.
    woken = tuple(therapist for therapist in others if therapist in request.alerted)
    told = (
        *(Tell(therapist, (taken_by,)) for therapist in woken),
        *_told(tuple(t for t in others if t not in woken), taken_by, event.at, clinic),
    )
    if spoke:
        return Handled(taken, told)
    # The person asked for a human and is told that one is there: they already wait for a word.
    waiting = _await_answer(taken, clinic)
    return Handled(waiting.request, (*told, *waiting.effects))


def _released(request: Request | None, event: TherapistReleased, clinic: Clinic, owner: str | None) -> Handled:
    has_it = _who_has_it(request, owner)
    if has_it is not None and has_it != event.therapist:
        return Handled(request, (_taken_by(event.therapist, has_it, clinic),))
    if request is None or request.status is not Status.TAKEN:
        return Handled(request)
    check_move(request.status, Status.RELEASED)
    released = replace(request, status=Status.RELEASED, owner=None, unanswered=False, idle_told=(), alerted_at=None)
    if request.in_danger:
        told = Tell(event.therapist, (Text("desk.released"), Text("desk.still_open")), (_close_alert(request),))
        return Handled(released, (told,))
    return Handled(released, (Tell(event.therapist, (Text("desk.released"),)),))


def _closed(request: Request | None, event: TherapistClosed, clinic: Clinic, owner: str | None) -> Handled:
    has_it = _who_has_it(request, owner)
    if has_it is not None and has_it != event.therapist:
        return Handled(request, (_taken_by(event.therapist, has_it, clinic),))
    if request is None or request.status is Status.CLOSED:
        return Handled(request, (Tell(event.therapist, (Text("desk.too_late"),)),))
    if request.in_danger:
        return Handled(request, (Tell(event.therapist, (Text("desk.close_danger"),), (_close_alert(request),)),))
    if request.status in OPEN:
        take = Choice(Text("desk.take_over"), f"take/{request.round}")
        return Handled(request, (Tell(event.therapist, (Text("desk.close_waits"),), (take,)),))
    check_move(request.status, Status.CLOSED)
    closed = replace(
        request, status=Status.CLOSED, owner=None, unanswered=False, idle_told=(), alert=None, alerted_at=None
    )
    told = "desk.closed" if request.status is Status.TAKEN else "desk.closed_unsaid"
    return Handled(closed, (Tell(event.therapist, (Text(told),)),))


def _close_alert(request: Request) -> Choice:
    return Choice(Text("desk.close_alert"), f"close_alert/{request.round}")


def _heard(request: Request | None, at: datetime, clinic: Clinic, owner: str | None) -> Handled:
    """The first word of the person that is not answered starts the wait; the next ones do not prolong it."""
    if request is None or request.status is not Status.TAKEN or request.unanswered:
        return Handled(request)
    if owner is None:
        return Handled(request)  # the bot leads an exercise, and hears them
    if request.owner and is_away(clinic, request.owner, at):
        return _still_unanswered(replace(request, unanswered=True), at, clinic)
    return _await_answer(request, clinic)


def _await_answer(request: Request, clinic: Clinic) -> Handled:
    waiting = replace(request, unanswered=True, idle=request.idle + 1)
    return Handled(waiting, (SetTimer("idle", _patience(request, clinic), waiting.idle),))


def _patience(request: Request, clinic: Clinic) -> timedelta:
    """How long a person may wait under a therapist: less when a danger was noticed that is still open."""
    return clinic.urgent_after if request.in_danger or request.alerted_at else clinic.idle_after


def _still_unanswered(request: Request, at: datetime, clinic: Clinic) -> Handled:
    """Ask the owner, then one colleague on duty after the other. Not a word to the person: a human has the floor.

    An owner that is absent is left alone. Once nobody is left, it begins anew on the next working day.
    """
    assert request.owner, "only a request that is taken can be unanswered"
    if request.owner not in request.idle_told and not is_away(clinic, request.owner, at):
        return _told_of_wait(request, (Tell(request.owner, (Text("desk.idle_owner"),)),), clinic)
    if request.in_danger:
        return _stand_in_urgently(request, at, clinic)
    if free := _next_to_stand_in(request, at, clinic):
        words = Text("desk.idle_next", (("therapist", named(clinic, request.owner)),))
        take = Choice(Text("desk.take_over"), f"take/{request.round}")
        return _told_of_wait(request, (Tell(free[0], (words,), (take,)),), clinic)
    others = next_on_duty(clinic, at, {request.owner, *request.idle_told})
    anew = opens_again(at, clinic)
    later = replace(request, idle=request.idle + 1)
    if others and (anew is None or others <= anew):
        return Handled(later, (SetTimer("idle", others - at, later.idle),))
    if anew:
        return Handled(replace(later, alerted_at=None), (SetTimer("idle_anew", anew - at, later.idle),))
    return Handled(request)


def _next_to_stand_in(request: Request, at: datetime, clinic: Clinic) -> list[str]:
    """Those on duty who do not know of the wait yet; whoever stands in for an absent owner comes first."""
    assert request.owner, "somebody has it"
    covering = stand_in(clinic, request.owner, at)
    knows = {request.owner, *request.idle_told}
    return sorted((t.id for t in candidates(request, at, clinic) if t.id not in knows), key=lambda id: id != covering)


def _stand_in_urgently(request: Request, at: datetime, clinic: Clinic) -> Handled:
    """In danger: the next one on duty, then on call, then the whole team, and again until one answers."""
    assert request.owner, "only a request that is taken can be unanswered"
    knows = {request.owner, *request.idle_told}
    on = _next_to_stand_in(request, at, clinic) if len(request.idle_told) < clinic.escalation.urgent_one_by_one else []
    one = (on or [id for id in on_call(clinic, at) if id not in knows])[:1]
    told = one or [t.id for t in clinic.therapists if t.id != request.owner] or [request.owner]
    tells = tuple(_in_their_place(request, therapist, clinic) for therapist in told)
    return _told_of_wait(request, tells, clinic, None if one else clinic.escalation.urgent_again)


def _in_their_place(request: Request, therapist: str, clinic: Clinic) -> Tell:
    """A danger under an owner who does not answer, as a colleague is told of it."""
    assert request.owner, "somebody has it"
    assert request.alert, "in danger"
    values = (("therapist", named(clinic, request.owner)), ("kind", _kinds(request)))
    words = (Text("desk.alert_colleague", values), *_reason(request.alert), *_signs(request.alert))
    take = (Choice(Text("desk.take_over"), f"take/{request.round}"),)
    return Tell(therapist, words, take if therapist != request.owner else (), weight=Weight.CRISIS)


def _told_of_wait(request: Request, tells: tuple[Tell, ...], clinic: Clinic, after: timedelta | None = None) -> Handled:
    told = replace(request, idle=request.idle + 1, idle_told=_with(request.idle_told, *(t.therapist for t in tells)))
    return Handled(told, (*tells, SetTimer("idle", after or _patience(request, clinic), told.idle)))


def _left(request: Request | None, at: datetime, clinic: Clinic) -> Handled:
    if request and request.owner and request.in_danger:
        gone = Text("desk.left_in_danger")
        others = tuple(therapist for therapist in request.idle_told if therapist != request.owner)
        # The wait goes on: a danger is closed by a therapist alone.
        return Handled(request, (Tell(request.owner, (gone,)), *_told(others, gone, at, clinic)))
    if request and request.status is Status.TAKEN:
        return Handled(replace(request, unanswered=False, idle_told=(), alerted_at=None))
    if request and request.status in OPEN and request.in_danger:
        return Handled(request, _told(request.asked, Text("desk.left_in_danger"), at, clinic))
    if request and request.status in OPEN and request.because:
        return Handled(request, _told(request.asked, Text("desk.left_unasked"), at, clinic))
    if request and request.status in OPEN:
        return _withdrawn(request, at, clinic)
    return Handled(request)


def _who_has_it(request: Request | None, owner: str | None) -> str | None:
    return request.owner if request and request.status is Status.TAKEN else owner


def _taken_by(therapist: str, owner: str, clinic: Clinic) -> Tell:
    return Tell(therapist, (Text("desk.taken_by", (("therapist", named(clinic, owner)),)),))
