import json
from dataclasses import replace
from itertools import product

import pytest

from flows.effects import Urgency
from flows.events import (
    Event,
    OfferUndelivered,
    PersonLeft,
    TherapistClosed,
    TherapistDeclined,
    TherapistReleased,
    TherapistTookOver,
    TimerRang,
)
from handoff import desk
from handoff.request import OPEN, TRANSITIONS, Request, Status, WrongMove, asked_now, check_move, from_json, to_json
from tests.handoff.people import ANA, MORNING, MORNINGS, NIGHT, THREE, clinic, therapist

FULL = Request(
    status=Status.OFFERED,
    urgency=Urgency.URGENT,
    opened_at=MORNING,
    locale="fr",
    shared="Je dors mal.",
    asked=("ana", "bo"),
    offered_to="bo",
    round=2,
    owner=None,
    idle=3,
    unanswered=True,
    idle_told=("ana",),
    prefers=("woman",),
    call_back="06, le soir",
    refused=("ana",),
    since=MORNING,
    days=2,
    everyone=True,
    read_along=True,
)


def test_a_request_survives_json_whole():
    assert from_json(json.loads(json.dumps(to_json(FULL)))) == FULL


def test_a_request_of_another_version_is_refused():
    with pytest.raises(ValueError, match="request version 2 is not known here; this program knows 1"):
        from_json(to_json(FULL) | {"version": 2})


def test_who_is_asked_now_is_who_has_the_offer_or_of_all_those_who_have_not_refused():
    alone = replace(FULL, status=Status.OFFERED)
    together = replace(FULL, status=Status.EVERYONE, offered_to=None)

    assert asked_now(alone) == ("bo",)
    assert asked_now(together) == ("bo",)
    assert asked_now(replace(together, refused=())) == ("ana", "bo")
    assert asked_now(replace(together, status=Status.UNANSWERED)) == ()


def test_every_status_is_in_the_table():
    assert set(TRANSITIONS) == set(Status)


def test_whatever_there_is_can_be_taken():
    assert {status for status in Status if Status.TAKEN in TRANSITIONS[status]} == set(Status)


def test_a_move_outside_the_table_is_refused():
    with pytest.raises(WrongMove, match="a request that is taken cannot become withdrawn"):
        check_move(Status.TAKEN, Status.WITHDRAWN)


def test_the_desk_never_leaves_the_table():
    """Every status, after every event that can end one: only the ways of the table are taken."""
    night_only = clinic(therapist("Ana", hours=MORNINGS), therapist("Bo", hours=()))
    base = Request(Status.WAITING, Urgency.ROUTINE, MORNING, "fr", round=4)
    standing = {
        Status.WAITING: base,
        Status.OFFERED: replace(base, status=Status.OFFERED, asked=("ana",), offered_to="ana"),
        Status.EVERYONE: replace(base, status=Status.EVERYONE, asked=("ana", "bo", "cleo"), everyone=True),
        Status.UNANSWERED: replace(base, status=Status.UNANSWERED, asked=("ana", "bo", "cleo")),
        Status.TAKEN: replace(base, status=Status.TAKEN, asked=("ana",), owner="ana"),
        Status.RELEASED: replace(base, status=Status.RELEASED, asked=("ana",)),
        Status.WITHDRAWN: replace(base, status=Status.WITHDRAWN, asked=("ana",)),
        Status.CLOSED: replace(base, status=Status.CLOSED, asked=("ana",)),
    }
    events: list[Event] = [
        TimerRang(MORNING, "offer", 4),
        TimerRang(NIGHT, "offer", 4),
        TherapistDeclined(MORNING, "ana"),
        OfferUndelivered(MORNING, "ana", 4),
        TherapistTookOver(MORNING, "bo", "Bo"),
        TherapistReleased(MORNING, "ana", "Ana"),
        TherapistClosed(MORNING, "ana", "Ana"),
        PersonLeft(MORNING),
    ]

    ways = set()
    for here, request, event in product((THREE, clinic(ANA), night_only), standing.values(), events):
        after = desk.step(request, event, here, request.owner).request
        assert after
        if after != request:
            ways.add((request.status, after.status))

    assert ways <= {(a, b) for a, ends in TRANSITIONS.items() for b in ends}
    assert {(a, b) for a, b in ways if a in OPEN and b is Status.TAKEN} == {(s, Status.TAKEN) for s in OPEN}
