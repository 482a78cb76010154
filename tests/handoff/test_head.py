from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.effects import Alert, Choice, Text, Urgency
from flows.risk.risk import Kind, Level
from flows.state import Lent, State
from handoff.head import Head, Stage, head, stage_of
from handoff.request import Request, Status
from tests.handoff.people import THREE

ASKED = Request(Status.OFFERED, Urgency.ROUTINE, datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "fr", offered_to="ana")
DANGER = Alert(Level.RISK, Kind.SUICIDE, "words of hers")


@pytest.mark.parametrize(
    ("request_", "owner", "stage"),
    [
        (ASKED, None, Stage.WAITING),
        (replace(ASKED, status=Status.UNANSWERED), None, Stage.WAITING),
        (replace(ASKED, urgency=Urgency.URGENT), None, Stage.URGENT),
        (replace(ASKED, alert=DANGER), None, Stage.URGENT),
        (replace(ASKED, status=Status.TAKEN, alert=DANGER), "ana", Stage.TAKEN),
        (replace(ASKED, status=Status.RELEASED), None, Stage.GIVEN_BACK),
        (replace(ASKED, status=Status.RELEASED, alert=DANGER), None, Stage.URGENT),
        (replace(ASKED, status=Status.WITHDRAWN), None, Stage.WITHDRAWN),
        (replace(ASKED, status=Status.CLOSED), None, Stage.CLOSED),
    ],
)
def test_an_icon_says_how_it_stands(request_: Request, owner: str | None, stage: Stage) -> None:
    assert stage_of(request_, owner) is stage


def test_a_conversation_that_concerns_no_therapist_has_no_head() -> None:
    assert head(None, State(), THREE) is None


def test_who_is_asked_reads_since_when_and_what_was_chosen_to_be_shown() -> None:
    assert head(replace(ASKED, shared="I can't sleep"), State(locale="en"), THREE) == Head(
        Stage.WAITING,
        Text("desk.head_waiting", (("language", Text("desk.language_en")), ("since", "2026-11-24 10:00"))),
        (
            Text("desk.head_asked", (("therapist", "Ana"),)),
            Text("desk.shared", (("shared", "I can't sleep"),)),
        ),
        (Choice(Text("desk.take_over"), "take/0"), Choice(Text("desk.not_now"), "decline/0")),
    )


def test_that_the_person_lets_them_read_along_stands_there_while_it_is_so() -> None:
    along = Text("desk.read_along")

    assert head(replace(ASKED, read_along=True), State(), THREE).lines[-1] == along  # type: ignore[union-attr]
    assert along not in head(ASKED, State(), THREE).lines  # type: ignore[union-attr]


def test_who_has_it_reads_the_open_alert_and_can_close_it() -> None:
    taken = head(
        replace(ASKED, status=Status.TAKEN, owner="ana", offered_to=None, alert=DANGER), State(owner="ana"), THREE
    )

    assert taken
    assert taken.lines == (
        Text("desk.alert_open", (("level", Text("desk.level_risk")), ("kind", Text("desk.kind_suicide")))),
        Text("desk.alert_words", (("reason", "words of hers"),)),
    )
    assert [choice.press for choice in taken.choices] == ["prescribe", "link", "pass", "release/0", "close_alert/0"]


@pytest.mark.parametrize(
    ("request_", "owner", "presses"),
    [
        (replace(ASKED, status=Status.TAKEN), "ana", ["prescribe", "link", "pass", "release/0", "close/0"]),
        (replace(ASKED, status=Status.RELEASED), None, ["take/0", "close/0"]),
        (replace(ASKED, status=Status.CLOSED), None, ["take/0"]),
        (replace(ASKED, status=Status.UNANSWERED), None, ["take/0"]),
    ],
)
def test_what_nobody_waits_in_can_be_closed_once(request_: Request, owner: str | None, presses: list[str]) -> None:
    shown = head(replace(request_, owner=owner), State(owner=owner), THREE)

    assert shown
    assert [choice.press for choice in shown.choices] == presses


def test_what_the_bot_leads_meanwhile_is_said_and_the_floor_can_be_taken_back() -> None:
    lent = State(lent=Lent("ana", "Ana", "breathing"), epoch=2)

    shown = head(replace(ASKED, status=Status.TAKEN, owner="ana", offered_to=None), lent, THREE)

    assert shown
    assert (shown.stage, [choice.press for choice in shown.choices]) == (Stage.TAKEN, ["take/0", "release/0"])
    assert shown.lines == (Text("desk.head_lent", (("exercise", Text("breathing.title")),)),)


def test_a_concern_is_no_open_alert() -> None:
    worried = Alert(Level.CONCERN, Kind.SADNESS)
    before = Text("desk.noticed", (("level", Text("desk.level_concern")), ("kind", Text("desk.kind_sadness"))))
    asked = replace(ASKED, alert=worried)
    brief = (Text("brief.said", ()),)

    shown = head(asked, State(), THREE)
    told = head(replace(asked, brief=brief), State(), THREE)

    assert shown is not None
    assert told is not None
    assert shown.lines[1:] == (before,)
    assert "close_alert/0" not in [choice.press for choice in shown.choices]
    assert told.lines[1:] == brief  # which tells it, unless the person left it out
