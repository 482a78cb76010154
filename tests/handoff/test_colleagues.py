"""Between colleagues: nothing is nobody's while it is passed on, and what they write to each other stays with them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.effects import Choice, SetTimer, Text, Urgency
from flows.events import (
    Event,
    OfferUndelivered,
    PersonSaid,
    TherapistClosed,
    TherapistDeclined,
    TherapistNoted,
    TherapistPassed,
    TherapistReleased,
    TherapistSaid,
    TherapistSentLink,
    TherapistTookOver,
    TimerRang,
)
from handoff import colleagues, desk
from handoff.colleagues import KeepNote, NoteKind, SendLink, Settled
from handoff.desk import Tell
from handoff.request import Request, Status, from_json, to_json
from handoff.roster import SchedulingLink
from tests.handoff.people import MORNING, THREE, clinic, therapist

TAKEN = Request(Status.TAKEN, Urgency.ROUTINE, MORNING, "fr", owner="ana", round=3)
PASS = TherapistPassed(MORNING, "ana", "Ana", "bo")


def after(request: Request | None, event: Event, owner: str = "ana") -> Settled:
    """As bot/decide.py does it. owner: after the event."""
    handled = desk.step(request, desk.standing_in(request, event), THREE, owner)
    settled = colleagues.step(request, handled.request, event, THREE, owner)
    if settled.request:
        assert from_json(to_json(settled.request)) == settled.request
    return Settled(settled.request, (*handled.effects, *settled.effects))


def told(to: str, id: str, **values: str | Text) -> Tell:
    return Tell(to, (Text(f"desk.{id}", tuple(values.items())),))


def passed(**more: object) -> Request:
    request = after(replace(TAKEN, **more), PASS).request
    assert request
    return request


def test_a_colleague_is_asked_and_the_owner_keeps_it_meanwhile():
    settled = after(TAKEN, PASS)

    assert settled.request == replace(TAKEN, passed_to="bo", round=4)
    assert settled.effects == (
        KeepNote(NoteKind.PASSED, "ana", "bo"),
        Tell(
            "bo",
            (Text("desk.pass_asked", (("therapist", "Ana"), ("language", Text("desk.language_fr")))),),
            (Choice(Text("desk.take_over"), "take/4"), Choice(Text("desk.not_now"), "decline/4")),
            offer=4,
        ),
        told("ana", "pass_sent", therapist="Bo"),
        SetTimer("pass", timedelta(minutes=10), 4),
    )


@pytest.mark.parametrize(
    ("event", "said", "kind"),
    [
        (TherapistDeclined(MORNING, "bo"), "pass_declined", NoteKind.DECLINED),
        (OfferUndelivered(MORNING, "bo", 4), "pass_undelivered", NoteKind.UNANSWERED),
        (OfferUndelivered(MORNING, "", 4), "pass_undelivered", NoteKind.UNANSWERED),  # their group could not be told
        (TimerRang(MORNING, "pass", 4), "pass_unanswered", NoteKind.UNANSWERED),
    ],
)
def test_what_the_colleague_does_not_take_comes_back(event: Event, said: str, kind: NoteKind):
    settled = after(passed(), event)

    assert settled.request == replace(TAKEN, round=4)
    assert settled.effects == (KeepNote(kind, "bo", "ana"), told("ana", said, therapist="Bo"))


@pytest.mark.parametrize(
    "event",
    [TherapistDeclined(MORNING, "cleo"), OfferUndelivered(MORNING, "bo", 3), TimerRang(MORNING, "pass", 3)],
)
def test_what_is_not_about_this_pass_changes_nothing(event: Event):
    assert after(passed(), event) == Settled(passed())


def test_the_colleague_takes_it_by_a_press_and_the_person_who_waits_is_waited_with():
    waiting = after(passed(), PersonSaid(MORNING, "…", "1")).request

    settled = after(waiting, TherapistTookOver(MORNING, "bo", "Bo"), owner="bo")

    assert settled.request == replace(TAKEN, owner="bo", round=4, unanswered=True, idle=2)
    assert settled.effects == (
        told("ana", "taken_by", therapist="Bo"),
        SetTimer("idle", timedelta(minutes=20), 2),
    )


def test_the_colleague_takes_it_by_writing():
    settled = after(passed(), TherapistSaid(MORNING, "bo", "Bo", "Bonjour", "1"), owner="bo")

    assert settled.request == replace(TAKEN, owner="bo", round=4)


def test_a_colleague_who_was_not_asked_cannot_take_it():
    settled = after(passed(), TherapistTookOver(MORNING, "cleo", "Cleo"))

    assert settled == Settled(passed(), (told("cleo", "taken_by", therapist="Ana"),))


def test_when_another_stands_in_or_it_is_given_back_the_colleague_is_told():
    stands_in = after(passed(idle_told=("ana", "cleo")), TherapistTookOver(MORNING, "cleo", "Cleo"), owner="cleo")
    given_back = after(passed(), TherapistReleased(MORNING, "ana", "Ana"), owner="")

    closed = after(passed(), TherapistClosed(MORNING, "ana", "Ana"), owner="")

    over = (stands_in, given_back, closed)
    assert [each.request.passed_to for each in over] == [None] * 3
    assert [each.effects[-1] for each in over] == [told("bo", "pass_ended")] * 3


def test_somebody_else_can_be_asked_instead():
    settled = after(passed(), replace(PASS, to="cleo"))

    assert settled.request == replace(TAKEN, passed_to="cleo", round=5)
    assert settled.effects[0] == told("bo", "pass_ended")


def test_asking_the_same_colleague_twice_asks_once():
    assert after(passed(), PASS) == Settled(passed())


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (replace(PASS, therapist="bo", to="cleo"), told("bo", "not_yours")),
        (replace(PASS, to="ana"), told("ana", "no_such_colleague")),
        (replace(PASS, to="dora"), told("ana", "no_such_colleague")),
        (TherapistNoted(MORNING, "ana", "Ana", "dora", "…"), told("ana", "no_such_colleague")),
    ],
)
def test_what_cannot_be_passed_or_written_is_said(event: Event, said: Tell):
    assert after(TAKEN, event) == Settled(TAKEN, (said,))


@pytest.mark.parametrize("request_", [None, TAKEN, replace(TAKEN, status=Status.RELEASED, owner=None)])
def test_a_note_reaches_the_colleague_and_nobody_else(request_: Request | None):
    settled = after(request_, TherapistNoted(MORNING, "cleo", "Cleo", "bo", "Tu le connais\u202f?"))

    assert settled == Settled(
        request_,
        (
            KeepNote(NoteKind.NOTE, "cleo", "bo", "Tu le connais\u202f?"),
            replace(told("bo", "note", therapist="Cleo", note="Tu le connais\u202f?"), note_of="cleo"),
        ),
    )


def test_a_page_for_appointments_is_given_in_the_owners_name():
    page = SchedulingLink("other", "https://agenda.example")
    here = clinic(therapist("Ana", link=page), therapist("Bo"))
    event = TherapistSentLink(MORNING, "ana", "Ana", "ana", "d1")

    def given(event: TherapistSentLink, owner: str = "ana") -> Settled:
        return colleagues.step(TAKEN, TAKEN, event, here, owner)

    assert given(event).effects == (SendLink("ana", "ana", "d1"),)
    assert given(replace(event, of="bo")).effects == (told("ana", "no_page"),)
    assert given(replace(event, of="")).effects == (told("ana", "no_page"),)
    assert given(event, owner="bo").effects == ()


def test_giving_a_page_takes_over_as_writing_does():
    settled = after(passed(unanswered=True, idle=1), TherapistSentLink(MORNING, "bo", "Bo", "", "1"), owner="bo")

    assert (settled.request.owner, settled.request.unanswered) == ("bo", False)
