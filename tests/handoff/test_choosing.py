from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from flows.effects import Alert, OpenRequest, Urgency
from flows.events import TimerRang
from flows.risk.risk import Kind, Level, Sign
from handoff import desk
from handoff.choosing import askable, candidates
from handoff.daysoff import Absence, DaysOff
from handoff.desk import Tell
from handoff.hours import Block, Shift, is_open, next_opening
from handoff.request import Request, Status
from handoff.roster import (
    Age,
    Clinic,
    Gender,
    Lately,
    Modality,
    OnCall,
    Theme,
    next_on_duty,
    on_call,
    on_duty,
    stand_in,
)
from tests.handoff.people import ALWAYS, ANA, BO, CLEO, MORNING, MORNINGS, NIGHT, clinic, therapist

PARIS = "Europe/Paris"
HERE = clinic(
    replace(ANA, gender=Gender.WOMAN, sees=(Age.ADULTS,), modalities=(Modality.ROOM,)),
    replace(BO, gender=Gender.MAN, sees=(Age.MINORS,), helps_with=(Theme.SLEEP,)),
    therapist("Dan"),
    replace(CLEO, gender=Gender.MAN, helps_with=(Theme.SLEEP,)),
)


def asked(here: Clinic = HERE, *prefers: str, locale: str = "fr", alert: Alert | None = None) -> list[str]:
    request = Request(Status.WAITING, Urgency.ROUTINE, MORNING, locale, prefers=prefers, alert=alert)
    return [t.id for t in candidates(request, MORNING, here)]


@pytest.mark.parametrize(
    ("prefers", "order"),
    [
        ((), ["ana", "bo", "dan", "cleo"]),
        (("man",), ["bo", "dan", "ana", "cleo"]),  # Cleo speaks no French: the language comes first
        (("online",), ["bo", "dan", "ana", "cleo"]),  # of Bo and Dan it is not said where they see people
        (("minors",), ["bo", "dan", "ana", "cleo"]),
        (("sleep", "woman"), ["ana", "dan", "bo", "cleo"]),  # nothing is said of what Ana and Dan help with
        (("eating",), ["ana", "dan", "bo", "cleo"]),
    ],
)
def test_what_somebody_prefers_puts_whom_it_suits_in_front_and_leaves_nobody_out(
    prefers: tuple[str, ...], order: list[str]
):
    assert asked(HERE, *prefers) == order


def test_who_says_that_they_are_under_age_is_shown_to_who_sees_them():
    young = Alert(Level.CONCERN, Kind.SADNESS, signs=frozenset({Sign.MINOR}))

    assert asked(alert=young) == ["bo", "dan", "ana", "cleo"]


def test_turns_are_fair_among_those_it_suits_equally():
    here = replace(HERE, lately=Lately(turns=(("ana", 4), ("bo", 1), ("dan", 2))))

    assert asked(here) == ["bo", "dan", "ana", "cleo"]
    assert asked(here, "woman") == ["dan", "ana", "bo", "cleo"]


def test_people_are_asked_only_about_what_makes_a_difference_here():
    assert askable(HERE.therapists) == {"woman", "man", "adults", "minors", "room", "sleep"}
    assert askable((BO, BO)) == frozenset()


# --- days off, stand-ins, on call --------------------------------------------------------------------------------

CHRISTMAS = date(2026, 12, 25)  # a Friday
AWAY = Absence(date(2026, 12, 21), date(2027, 1, 3), stand_in="bo")
NEVER = therapist("Bo", hours=())


def test_a_holiday_and_an_absence_are_no_working_days():
    shift = Shift(MORNINGS, PARIS, DaysOff(frozenset({CHRISTMAS})))
    away = Shift(MORNINGS, PARIS, DaysOff(absences=(AWAY,)))
    eve, morning = datetime(2026, 12, 24, 12, tzinfo=UTC), datetime(2026, 12, 25, 9, tzinfo=UTC)

    assert not is_open(shift, morning)
    assert is_open(Shift(MORNINGS, PARIS), morning)
    assert next_opening(shift, eve) == datetime(2026, 12, 28, 8, tzinfo=UTC)  # over the weekend, too
    assert next_opening(away, eve) == datetime(2027, 1, 4, 8, tzinfo=UTC)


def test_a_long_absence_ends_after_all():
    leave = Shift(MORNINGS, PARIS, DaysOff(absences=(Absence(date(2026, 12, 1), date(2027, 11, 30)),)))

    assert next_opening(leave, MORNING.replace(month=12)) == datetime(2027, 12, 1, 8, tzinfo=UTC)


def test_who_stands_in_is_asked_in_the_hours_of_who_is_away_and_only_then():
    here = clinic(replace(therapist("Ana", hours=MORNINGS), off=DaysOff(absences=(AWAY,))), NEVER)
    before, within = datetime(2026, 12, 18, 9, tzinfo=UTC), datetime(2026, 12, 22, 9, tzinfo=UTC)

    assert [t.id for t in on_duty(here, before, "fr")] == ["ana"]
    assert [t.id for t in on_duty(here, within, "fr")] == ["bo"]
    assert on_duty(here, within.replace(hour=13), "fr") == ()
    assert next_on_duty(here, before, {"ana"}) == datetime(2026, 12, 21, 8, tzinfo=UTC)
    assert (stand_in(here, "ana", before), stand_in(here, "ana", within)) == (None, "bo")


def test_who_is_away_too_stands_in_for_nobody():
    away = DaysOff(absences=(AWAY,))
    here = clinic(
        replace(therapist("Ana", hours=MORNINGS), off=away),
        replace(NEVER, off=DaysOff(absences=(replace(AWAY, stand_in=""),))),
    )
    within = datetime(2026, 12, 22, 9, tzinfo=UTC)

    assert on_duty(here, within, "fr") == ()
    assert stand_in(here, "ana", within) is None


NIGHTS = tuple(Block(day, *span) for day in range(7) for span in ((time(0), time(8)), (time(20), time(0))))
DANGER = Alert(Level.RISK, Kind.SUICIDE)


def test_at_night_a_danger_wakes_who_is_on_call_and_then_everybody():
    ana, bo = therapist("Ana", hours=MORNINGS), therapist("Bo", hours=MORNINGS)
    here = replace(clinic(ana, bo), on_call=(OnCall("bo", Shift(NIGHTS, PARIS)),))

    first = desk.alert(DANGER, NIGHT, "fr", here, None, None)
    assert first.request
    second = desk.step(first.request, TimerRang(NIGHT, "offer", first.request.round), here, None)

    assert (on_call(here, NIGHT), on_call(here, MORNING)) == (("bo",), ())
    assert [tell.therapist for tell in first.effects if isinstance(tell, Tell)] == ["bo"]
    assert [tell.therapist for tell in second.effects if isinstance(tell, Tell)] == ["ana", "bo"]


def test_a_wish_for_a_human_wakes_nobody_who_is_on_call():
    here = replace(clinic(therapist("Ana", hours=())), on_call=(OnCall("ana", Shift(ALWAYS, PARIS)),))

    opened = desk.open(OpenRequest(Urgency.ROUTINE), NIGHT, "fr", here)

    assert [effect for effect in opened.effects if isinstance(effect, Tell)] == []
