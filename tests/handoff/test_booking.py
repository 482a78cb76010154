"""What is known of a booking: never more than was proven, in whatever order it is told."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handoff.booking import (
    STANDING,
    Booking,
    Fact,
    Proof,
    Slot,
    Stage,
    Told,
    from_json,
    of_link,
    step,
    to_json,
)

DAY = timedelta(days=1)
AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SLOT = Slot(datetime(2026, 12, 3, 13, 30, tzinfo=UTC), datetime(2026, 12, 3, 14, 20, tzinfo=UTC), "America/Toronto")
LATER = replace(SLOT, starts=SLOT.starts + 7 * DAY, ends=None)


def told(told: Told, proof: Proof = Proof.SIGNED, minutes: int = 0, slot: Slot | None = None) -> Fact:
    return Fact(told, proof, AT + timedelta(minutes=minutes), slot)


def after(*facts: Fact) -> tuple[Stage, Proof] | None:
    booking: Booking | None = None
    for fact in facts:
        booking = step(booking, fact)
    return (booking.stage, booking.proof) if booking else None


BOOKED = told(Told.BOOKED, slot=SLOT)
MOVED = told(Told.MOVED, minutes=10, slot=LATER)
CANCELLED = told(Told.CANCELLED, minutes=20)
SAID = told(Told.BOOKED, Proof.PERSON)


def test_a_link_is_offered_then_clicked_or_expired():
    assert of_link(None, AT + DAY, AT) is Stage.OFFERED
    assert of_link(AT, AT + DAY, AT) is Stage.CLICKED
    assert of_link(AT, AT + DAY, AT + 2 * DAY) is Stage.CLICKED
    assert of_link(None, AT + DAY, AT + DAY) is Stage.EXPIRED


@pytest.mark.parametrize("proof", [Proof.SIGNED, Proof.API, Proof.STAFF])
def test_who_can_know_makes_it_booked(proof: Proof):
    assert after(told(Told.BOOKED, proof)) == (Stage.BOOKED, proof)


@pytest.mark.parametrize("proof", [Proof.PERSON, Proof.REDIRECT])
def test_a_word_and_an_unsigned_page_make_it_no_more_than_self_reported(proof: Proof):
    assert after(told(Told.BOOKED, proof)) == (Stage.SELF_REPORTED, proof)


@pytest.mark.parametrize("what", [Told.MOVED, Told.CANCELLED, Told.ATTENDED, Told.NO_SHOW])
def test_a_word_and_an_unsigned_page_can_say_nothing_else(what: Told):
    assert after(told(what, Proof.PERSON)) is None
    assert after(BOOKED, told(what, Proof.REDIRECT, 30)) == (Stage.BOOKED, Proof.SIGNED)


def test_what_the_person_said_becomes_booked_once_the_provider_says_so():
    assert after(SAID, BOOKED) == (Stage.BOOKED, Proof.SIGNED)
    assert after(BOOKED, SAID) == (Stage.BOOKED, Proof.SIGNED)


def test_what_the_clinic_said_gets_the_providers_proof_and_never_loses_it():
    by_phone = told(Told.BOOKED, Proof.STAFF)

    assert after(by_phone, BOOKED) == (Stage.BOOKED, Proof.SIGNED)
    assert after(BOOKED, replace(by_phone, at=AT + DAY)) == (Stage.BOOKED, Proof.SIGNED)
    assert after(SAID, by_phone) == (Stage.BOOKED, Proof.STAFF)


def test_a_move_keeps_the_appointment_at_its_new_time():
    booking = step(step(None, BOOKED), MOVED)

    assert booking == Booking(Stage.MOVED, Proof.SIGNED, MOVED.at, MOVED.at, LATER)
    assert booking.stage in STANDING


def test_a_provider_read_again_that_shows_another_time_has_moved_it():
    read = told(Told.BOOKED, Proof.API, 5, LATER)

    assert after(told(Told.BOOKED, Proof.API, slot=SLOT), read) == (Stage.MOVED, Proof.API)
    assert after(read, told(Told.BOOKED, Proof.API, 6, LATER)) == (Stage.BOOKED, Proof.API)


def test_words_of_a_provider_in_any_order_come_to_the_same():
    ends = {after(*order) for order in itertools.permutations([BOOKED, MOVED, CANCELLED])}

    assert ends == {(Stage.CANCELLED, Proof.SIGNED)}
    assert {after(*order) for order in itertools.permutations([BOOKED, MOVED])} == {(Stage.MOVED, Proof.SIGNED)}


def test_what_was_cancelled_can_be_booked_again():
    assert after(BOOKED, CANCELLED, told(Told.BOOKED, minutes=30)) == (Stage.BOOKED, Proof.SIGNED)


def test_the_clinic_says_who_came_once_it_has_begun():
    too_early = told(Told.ATTENDED, Proof.STAFF, minutes=1)
    came = Fact(Told.ATTENDED, Proof.STAFF, SLOT.starts)
    missed = Fact(Told.NO_SHOW, Proof.STAFF, SLOT.starts)

    assert after(BOOKED, too_early) == (Stage.BOOKED, Proof.SIGNED)
    assert after(BOOKED, came) == (Stage.ATTENDED, Proof.STAFF)
    assert after(BOOKED, came, missed) == (Stage.NO_SHOW, Proof.STAFF)
    assert after(came) is None


def test_what_the_clinic_saw_no_calendar_undoes():
    came = Fact(Told.ATTENDED, Proof.STAFF, SLOT.starts)
    late = [Fact(told, Proof.SIGNED, SLOT.starts + DAY) for told in Told]

    assert {after(BOOKED, came, fact) for fact in late} == {(Stage.ATTENDED, Proof.STAFF)}


def test_a_provider_can_say_that_nobody_came_and_never_that_somebody_did():
    assert after(BOOKED, told(Told.NO_SHOW, minutes=60)) == (Stage.NO_SHOW, Proof.SIGNED)
    assert after(BOOKED, told(Told.ATTENDED, minutes=60)) == (Stage.BOOKED, Proof.SIGNED)
    assert after(BOOKED, CANCELLED, told(Told.NO_SHOW, minutes=60)) == (Stage.CANCELLED, Proof.SIGNED)


FACTS = some.builds(
    Fact,
    some.sampled_from(Told),
    some.sampled_from([proof for proof in Proof if proof is not Proof.OURS]),
    some.integers(0, 20 * 24 * 60).map(lambda minutes: AT + timedelta(minutes=minutes)),
    some.sampled_from([None, SLOT, LATER]),
)


@given(some.lists(FACTS, max_size=8))
def test_nothing_is_shown_stronger_than_something_that_was_told(facts: list[Fact]):
    booking: Booking | None = None
    for fact in facts:
        booking = step(booking, fact)
    if booking is None:
        return

    assert booking.proof in {fact.proof for fact in facts}
    if booking.stage is not Stage.SELF_REPORTED:
        assert booking.proof in {Proof.SIGNED, Proof.API, Proof.STAFF}
    if booking.stage is Stage.ATTENDED:
        assert booking.proof is Proof.STAFF
    assert from_json(to_json(booking)) == booking


@given(some.lists(FACTS, max_size=8))
def test_the_same_word_twice_changes_nothing(facts: list[Fact]):
    booking: Booking | None = None
    for fact in facts:
        booking = step(booking, fact)
        assert step(booking, fact) == booking
