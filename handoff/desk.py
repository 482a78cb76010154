"""What becomes of a request: step(request, event, clinic, owner) -> Handled(request as it now stands, effects).

A request always has somewhere to go: a timer that will ring, a therapist who owns it, or a truth told to the person
after which only they or a therapist can act.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from flows.effects import Choice, OpenRequest, SetTimer, Text, Urgency
from flows.events import (
    Event,
    OfferUndelivered,
    PersonArrived,
    PersonEdited,
    PersonLeft,
    PersonSaid,
    PersonSent,
    PersonTapped,
    TherapistDeclined,
    TherapistEdited,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.state import Place
from handoff.request import OPEN, Request, Status, check_move
from handoff.roster import Clinic, Therapist, named, next_on_duty, on_duty


@dataclass(frozen=True, slots=True)
class Tell:
    """One message to one therapist on the desk.

    choices: their presses are "take/<round>" and "decline/<round>".
    offer:   the round, when this message is an offer: not delivered, it counts as unanswered.
    """

    therapist: str
    texts: tuple[Text, ...]
    choices: tuple[Choice, ...] = ()
    offer: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A step of a flow, said to the person with its buttons, without moving them from where they are."""

    place: Place
    values: tuple[tuple[str, str | Text], ...] = ()


DeskEffect = Tell | Mention | SetTimer


@dataclass(frozen=True, slots=True)
class Handled:
    """request: as it now stands; None when there is none."""

    request: Request | None
    effects: tuple[DeskEffect, ...] = ()


def open(order: OpenRequest, at: datetime, locale: str, clinic: Clinic, former: Request | None = None) -> Handled:
    """Look for a human.

    former: the conversation's last request, if there was one. Its numbers go on, so that its timers are void.
    """
    request = Request(
        status=Status.WAITING,
        urgency=order.urgency,
        opened_at=at,
        locale=locale,
        shared=order.shared,
        round=former.round if former else 0,
        idle=former.idle if former else 0,
    )
    return _search(request, at, clinic)


def step(request: Request | None, event: Event, clinic: Clinic, owner: str | None) -> Handled:
    """owner: the therapist who speaks in this conversation, before or after this event; None for the bot."""
    match event:
        case TherapistTookOver() | TherapistSaid():
            return _claimed(request, event, clinic, owner)
        case TherapistReleased():
            return _released(request, event, clinic, owner)
        case TherapistDeclined():
            return _passed_by(request, event.therapist, event.at, clinic)
        case OfferUndelivered():
            if request is None or request.round != event.round:
                return Handled(request)
            return _passed_by(request, event.therapist, event.at, clinic)
        case TimerRang(at, "offer", token):
            if request is None or request.status not in OPEN or request.round != token:
                return Handled(request)
            return _search(request, at, clinic, known=request.status is not Status.OFFERED)
        case TimerRang(at, "idle", token):
            if request is None or not request.unanswered or request.idle != token:
                return Handled(request)
            return _still_unanswered(request, at, clinic)
        case PersonSaid() | PersonSent() | PersonEdited():
            return _heard(request, clinic)
        case PersonLeft():
            return _left(request, event.at, clinic)
        case TimerRang() | PersonArrived() | PersonTapped() | TherapistEdited():
            return Handled(request)
        case _:
            assert_never(event)


def standing_in(request: Request | None, event: Event) -> Event:
    """The same event, saying whom it relieves when this colleague was asked to stand in for an absent owner."""
    if (
        isinstance(event, TherapistTookOver | TherapistSaid)
        and request
        and request.status is Status.TAKEN
        and event.therapist != request.owner
        and event.therapist in request.idle_told
    ):
        return replace(event, relieves=request.owner)
    return event


def erased(request: Request | None, owner: str | None, at: datetime, clinic: Clinic) -> Handled:
    """The person has erased everything: whoever has the conversation, or was asked to, is told."""
    concerned = (owner,) if owner else request.asked if request and request.status in OPEN else ()
    return Handled(None, tuple(Tell(therapist, (Text("desk.erased_by_person"),)) for therapist in concerned))


def withdraw(request: Request | None, at: datetime, clinic: Clinic) -> Handled:
    """The person no longer waits. Nothing happens once a therapist has the conversation."""
    if request is None or request.status not in OPEN:
        return Handled(request)
    withdrawn = _withdrawn(request, at, clinic)
    return Handled(withdrawn.request, (*withdrawn.effects, Mention(Place("human", "withdrawn"))))


# --- looking for somebody --------------------------------------------------------------------------------------


def _search(request: Request, at: datetime, clinic: Clinic, known: bool = False) -> Handled:
    """Offer it to the next on duty who was not asked yet; else tell the person the truth, and wait for one to come.

    known: the person has been told already that nobody is there.
    """
    free = [t for t in on_duty(clinic, at, request.locale) if t.id not in request.asked]
    if free:
        return _offered(request, free[0], at, clinic)
    opening = next_on_duty(clinic, at, request.asked)
    status = Status.UNANSWERED if request.asked else Status.WAITING
    check_move(request.status, status)
    searched = replace(request, status=status, offered_to=None, round=request.round + 1)
    truth = Mention(Place("human", "nobody_answered" if request.asked else "nobody_now"))
    timer = (SetTimer("offer", opening - at, searched.round),) if opening else ()
    return Handled(searched, timer if known else (truth, *timer))


def _offered(request: Request, therapist: Therapist, at: datetime, clinic: Clinic) -> Handled:
    check_move(request.status, Status.OFFERED)
    offered = replace(
        request,
        status=Status.OFFERED,
        asked=(*request.asked, therapist.id),
        offered_to=therapist.id,
        round=request.round + 1,
    )
    choices = (
        Choice(Text("desk.take_over"), f"take/{offered.round}"),
        Choice(Text("desk.not_now"), f"decline/{offered.round}"),
    )
    step = "asking_next" if request.asked else "asked"
    return Handled(
        offered,
        (
            Tell(therapist.id, (_offer(offered, at, clinic),), choices, offer=offered.round),
            Mention(Place("human", step), (("therapist", therapist.name),)),
            SetTimer("offer", clinic.offer_after, offered.round),
        ),
    )


def _offer(request: Request, at: datetime, clinic: Clinic) -> Text:
    zone = ZoneInfo(clinic.timezone)
    opened = request.opened_at.astimezone(zone)
    today = opened.date() == at.astimezone(zone).date()
    since = opened.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
    values: tuple[tuple[str, str | Text], ...] = (
        ("language", Text(f"desk.language_{request.locale}")),
        ("since", since),
    )
    if not request.shared:
        return Text("desk.offer_no_words", values)
    return Text("desk.offer", (*values, ("shared", request.shared)))


def _passed_by(request: Request | None, therapist: str, at: datetime, clinic: Clinic) -> Handled:
    if request is None or request.offered_to != therapist:
        return Handled(request)
    return _search(request, at, clinic)


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
    request: Request | None, event: TherapistTookOver | TherapistSaid, clinic: Clinic, owner: str | None
) -> Handled:
    has_it = _who_has_it(request, owner)
    if request and has_it is not None and has_it == event.relieves:
        check_move(request.status, Status.TAKEN)
        relieved = replace(request, owner=event.therapist, unanswered=False, idle_told=())
        return Handled(relieved, (Tell(has_it, (Text("desk.taken_by", (("therapist", event.name),)),)),))
    if has_it is not None and has_it != event.therapist:
        return Handled(request, (_taken_by(event.therapist, has_it, clinic),))
    spoke = isinstance(event, TherapistSaid)
    if request and request.status is Status.TAKEN:
        return Handled(replace(request, unanswered=False, idle_told=()) if spoke else request)
    if request is None:
        # Nobody asked for a human here, and no event tells us the person's language: the owner will read it.
        request = Request(Status.RELEASED, Urgency.ROUTINE, event.at, clinic.languages[0])
    check_move(request.status, Status.TAKEN)
    taken = replace(request, status=Status.TAKEN, offered_to=None, owner=event.therapist)
    if request.status not in OPEN:
        return Handled(taken)
    others = tuple(therapist for therapist in request.asked if therapist != event.therapist)
    told = _told(others, Text("desk.taken_by", (("therapist", event.name),)), event.at, clinic)
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
    released = replace(request, status=Status.RELEASED, owner=None, unanswered=False, idle_told=())
    return Handled(released, (Tell(event.therapist, (Text("desk.released"),)),))


def _heard(request: Request | None, clinic: Clinic) -> Handled:
    """The first word of the person that is not answered starts the wait; the next ones do not prolong it."""
    if request is None or request.status is not Status.TAKEN or request.unanswered:
        return Handled(request)
    return _await_answer(request, clinic)


def _await_answer(request: Request, clinic: Clinic) -> Handled:
    waiting = replace(request, unanswered=True, idle=request.idle + 1)
    return Handled(waiting, (SetTimer("idle", clinic.idle_after, waiting.idle),))


def _still_unanswered(request: Request, at: datetime, clinic: Clinic) -> Handled:
    """Ask the owner, then one colleague on duty after the other. Not a word to the person: a human has the floor."""
    assert request.owner, "only a request that is taken can be unanswered"
    if request.owner not in request.idle_told:
        return _told_of_wait(request, Tell(request.owner, (Text("desk.idle_owner"),)), clinic)
    free = [t for t in on_duty(clinic, at, request.locale) if t.id not in request.idle_told]
    if free:
        words = Text("desk.idle_next", (("therapist", named(clinic, request.owner)),))
        stand_in = Choice(Text("desk.take_over"), f"take/{request.round}")
        return _told_of_wait(request, Tell(free[0].id, (words,), (stand_in,)), clinic)
    opening = next_on_duty(clinic, at, request.idle_told)
    if opening is None:
        return Handled(request)
    later = replace(request, idle=request.idle + 1)
    return Handled(later, (SetTimer("idle", opening - at, later.idle),))


def _told_of_wait(request: Request, tell: Tell, clinic: Clinic) -> Handled:
    told = replace(request, idle=request.idle + 1, idle_told=(*request.idle_told, tell.therapist))
    return Handled(told, (tell, SetTimer("idle", clinic.idle_after, told.idle)))


def _left(request: Request | None, at: datetime, clinic: Clinic) -> Handled:
    if request and request.status is Status.TAKEN:
        return Handled(replace(request, unanswered=False, idle_told=()))
    if request and request.status in OPEN:
        return _withdrawn(request, at, clinic)
    return Handled(request)


def _who_has_it(request: Request | None, owner: str | None) -> str | None:
    return request.owner if request and request.status is Status.TAKEN else owner


def _taken_by(therapist: str, owner: str, clinic: Clinic) -> Tell:
    return Tell(therapist, (Text("desk.taken_by", (("therapist", named(clinic, owner)),)),))
