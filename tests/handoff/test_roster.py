from datetime import UTC, datetime

from handoff.roster import in_order, named, next_on_duty, on_duty
from tests.handoff.people import ANA, BO, CLEO, MORNING, MORNINGS, NIGHT, THREE, clinic, therapist


def test_who_speaks_the_language_is_asked_first_and_the_others_after():
    assert in_order(THREE, "fr") == (ANA, BO, CLEO)
    assert in_order(clinic(therapist("Dan", languages=("fr",)), CLEO, ANA), "en") == (
        CLEO,
        ANA,
        therapist("Dan", languages=("fr",)),
    )


def test_only_those_on_duty_are_asked():
    dan = therapist("Dan", hours=MORNINGS)
    here = clinic(dan, ANA, therapist("Eve", hours=()))

    assert on_duty(here, MORNING, "fr") == (dan, ANA)
    assert on_duty(here, NIGHT, "fr") == (ANA,)


def test_the_next_to_come_on_duty_is_looked_for_among_the_others():
    here = clinic(ANA, therapist("Dan", hours=MORNINGS), therapist("Eve", hours=()))

    assert next_on_duty(here, NIGHT, ()) == NIGHT
    assert next_on_duty(here, NIGHT, {"ana"}) == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert next_on_duty(here, NIGHT, {"ana", "dan"}) is None


def test_somebody_who_left_the_clinic_is_called_by_their_id():
    assert named(THREE, "bo") == "Bo"
    assert named(THREE, "gone") == "gone"
