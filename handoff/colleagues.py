"""Between therapists: a conversation passed on, a private note. And a page for appointments, given by hand.

step(before, now, event, clinic, owner) comes after desk.step, with the request as it was and as desk.step left it.
Nothing here reaches the person but the page a therapist gives them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from flows.effects import Choice, SetTimer, Text
from flows.events import (
    Event,
    OfferUndelivered,
    TherapistDeclined,
    TherapistNoted,
    TherapistPassed,
    TherapistSentLink,
    TimerRang,
)
from handoff import links
from handoff.desk import DeskEffect, Tell
from handoff.request import Request, Status
from handoff.roster import Clinic, named


class NoteKind(StrEnum):
    """What stands between two therapists in a conversation's timeline."""

    NOTE = "note"  # words
    PASSED = "passed"  # the author asks the other to take it
    DECLINED = "declined"  # the author cannot take it
    UNANSWERED = "unanswered"  # the author has not answered, or could not be told


@dataclass(frozen=True, slots=True)
class KeepNote:
    """Read by its author and by `to`, and by nobody else. text: "" unless it is a NOTE."""

    kind: NoteKind
    author: str
    to: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SendLink:
    """A page for appointments, to the person, in the therapist's name. of: whose; "" for the clinic's own."""

    therapist: str
    of: str
    message: str


ColleagueEffect = DeskEffect | KeepNote | SendLink


@dataclass(frozen=True, slots=True)
class Settled:
    request: Request | None
    effects: tuple[ColleagueEffect, ...] = ()


def step(before: Request | None, now: Request | None, event: Event, clinic: Clinic, owner: str | None) -> Settled:
    """owner: as in desk.step."""
    match event:
        case TherapistPassed():
            return _passed(now, event, clinic, owner)
        case TherapistNoted():
            return _noted(now, event, clinic)
        case TherapistSentLink() if owner == event.therapist:
            return _given(now, event, clinic)
    if now is None or now.passed_to is None:
        return Settled(now)
    if before and (now.status is not Status.TAKEN or now.owner != before.owner):
        return _over(now)
    match event:
        case TherapistDeclined(_, therapist) if therapist == now.passed_to:
            return _back(now, "desk.pass_declined", NoteKind.DECLINED, clinic)
        case OfferUndelivered(_, therapist, round) if round == now.round and therapist in ("", now.passed_to):
            return _back(now, "desk.pass_undelivered", NoteKind.UNANSWERED, clinic)
        case TimerRang(_, "pass", token) if token == now.round:
            return _back(now, "desk.pass_unanswered", NoteKind.UNANSWERED, clinic)
    return Settled(now)


def _passed(request: Request | None, event: TherapistPassed, clinic: Clinic, owner: str | None) -> Settled:
    if request is None or request.status is not Status.TAKEN or owner != event.therapist:
        return Settled(request, (Tell(event.therapist, (Text("desk.not_yours"),)),))
    if (refused := _unknown(event.therapist, event.to, clinic)) or request.passed_to == event.to:
        return Settled(request, refused)
    asked = replace(request, passed_to=event.to, round=request.round + 1)
    former = (Tell(request.passed_to, (Text("desk.pass_ended"),)),) if request.passed_to else ()
    choices = (
        Choice(Text("desk.take_over"), f"take/{asked.round}"),
        Choice(Text("desk.not_now"), f"decline/{asked.round}"),
    )
    words = Text("desk.pass_asked", (("therapist", event.name), ("language", Text(f"desk.language_{request.locale}"))))
    wait = clinic.urgent_after if request.in_danger else clinic.offer_after
    return Settled(
        asked,
        (
            *former,
            KeepNote(NoteKind.PASSED, event.therapist, event.to),
            Tell(event.to, (words,), choices, offer=asked.round),
            Tell(event.therapist, (Text("desk.pass_sent", (("therapist", named(clinic, event.to)),)),)),
            SetTimer("pass", wait, asked.round),
        ),
    )


def _over(now: Request) -> Settled:
    """Somebody took it, or it was given back."""
    assert now.passed_to, "it was passed to somebody"
    settled = replace(now, passed_to=None)
    ended = (Tell(now.passed_to, (Text("desk.pass_ended"),)),) if now.owner != now.passed_to else ()
    return Settled(settled, ended)


def _back(request: Request, told: str, kind: NoteKind, clinic: Clinic) -> Settled:
    """The colleague does not take it: it is still the owner's, who is told."""
    assert request.owner, "only what is owned is passed on"
    assert request.passed_to, "it was passed to somebody"
    words = Text(told, (("therapist", named(clinic, request.passed_to)),))
    return Settled(
        replace(request, passed_to=None),
        (KeepNote(kind, request.passed_to, request.owner), Tell(request.owner, (words,))),
    )


def _noted(request: Request | None, event: TherapistNoted, clinic: Clinic) -> Settled:
    if refused := _unknown(event.therapist, event.to, clinic):
        return Settled(request, refused)
    words = Text("desk.note", (("therapist", event.name), ("note", event.text)))
    note = KeepNote(NoteKind.NOTE, event.therapist, event.to, event.text)
    return Settled(request, (note, Tell(event.to, (words,), note_of=event.therapist)))


def _given(request: Request | None, event: TherapistSentLink, clinic: Clinic) -> Settled:
    if links.page_of(clinic, event.of) is None:
        return Settled(request, (Tell(event.therapist, (Text("desk.no_page"),)),))
    return Settled(request, (SendLink(event.therapist, event.of, event.message),))


def _unknown(therapist: str, to: str, clinic: Clinic) -> tuple[Tell, ...]:
    """What is told to whoever names themselves, or nobody of the clinic."""
    if to != therapist and any(colleague.id == to for colleague in clinic.therapists):
        return ()
    return (Tell(therapist, (Text("desk.no_such_colleague"),)),)
