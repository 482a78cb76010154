"""What is known of a booking, and how it is known. Pure.

    what is told   by a provider (signed, API)   by the clinic          by the person, or a page that came back
    booked         booked                        booked                 self-reported, if nothing better is known
    moved          moved                         -                      -
    cancelled      cancelled                     cancelled              -
    attended       -                             attended               -
    no-show        no-show                       no-show                -

Words of a provider come late, twice, and in any order: one older than the last is not heard. What the clinic saw with
its own eyes (attended) no calendar undoes. Before a booking there is only the link: offered, clicked, expired.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never


class Proof(StrEnum):
    """How we know."""

    OURS = "ours"  # we did it, or it passed through us
    SIGNED = "signed"  # the provider said so, and signed it
    API = "api"  # we read it at the provider
    REDIRECT = "redirect"  # the booking page sent a browser back to us, unsigned: anybody can call that address
    PERSON = "person"  # the person said so
    STAFF = "staff"  # a therapist said so


class Stage(StrEnum):
    """How far it has come."""

    OFFERED = "offered"
    CLICKED = "clicked"  # somebody opened it; not that they booked
    EXPIRED = "expired"
    SELF_REPORTED = "self_reported"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


class Told(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


PROVIDERS = frozenset({Proof.SIGNED, Proof.API})
WEAK = frozenset({Proof.REDIRECT, Proof.PERSON})
STANDING = frozenset({Stage.BOOKED, Stage.MOVED})  # an appointment is to come


@dataclass(frozen=True, slots=True)
class Slot:
    """zone: the name of the person's own time zone as the provider has it, or ""."""

    starts: datetime
    ends: datetime | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What was told of one booking.

    at:   when, by the clock of whoever tells.
    move, cancel: the provider's pages where the person can do that; "" for none.
    """

    told: Told
    proof: Proof
    at: datetime
    slot: Slot | None = None
    move: str = ""
    cancel: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """stage and proof belong together. heard: when the provider last said something of it, by its own clock."""

    stage: Stage
    proof: Proof
    at: datetime
    heard: datetime | None = None
    slot: Slot | None = None
    move: str = ""
    cancel: str = ""


def of_link(clicked_at: datetime | None, expires_at: datetime, now: datetime) -> Stage:
    """How far a link has come of which no booking is known. The proof is ours."""
    if clicked_at:
        return Stage.CLICKED
    return Stage.EXPIRED if now >= expires_at else Stage.OFFERED


def step(booking: Booking | None, fact: Fact) -> Booking | None:
    """The booking as it stands after this was told; itself when that changes nothing."""
    if fact.proof in PROVIDERS:
        return _by_provider(booking, fact)
    if fact.proof in WEAK:
        return booking or (_new(Stage.SELF_REPORTED, fact) if fact.told is Told.BOOKED else None)
    return _by_clinic(booking, fact)


def _by_provider(booking: Booking | None, fact: Fact) -> Booking | None:
    if booking is None or booking.stage is Stage.SELF_REPORTED:
        stage = _STAGES.get(fact.told)
        return booking if stage is None else _new(stage, fact)
    if booking.stage is Stage.ATTENDED or _is_late(booking, fact):
        return booking
    heard = replace(booking, heard=fact.at)
    moved = booking.slot is not None and fact.slot is not None and booking.slot.starts != fact.slot.starts
    match fact.told:
        case Told.BOOKED if booking.stage in STANDING and not (moved and booking.proof in PROVIDERS):
            # Told again, or told by the provider what the clinic had only said.
            stronger = replace(heard, proof=fact.proof) if booking.proof is Proof.STAFF else heard
            return _with_slot(stronger, fact)
        case Told.BOOKED:
            stage = Stage.MOVED if booking.stage in STANDING else Stage.BOOKED
            return _with_slot(replace(heard, stage=stage, proof=fact.proof, at=fact.at), fact)
        case Told.MOVED:
            return _with_slot(replace(heard, stage=Stage.MOVED, proof=fact.proof, at=fact.at), fact)
        case Told.CANCELLED:
            return replace(heard, stage=Stage.CANCELLED, proof=fact.proof, at=fact.at)
        case Told.NO_SHOW:
            if booking.stage not in STANDING:
                return heard
            return replace(heard, stage=Stage.NO_SHOW, proof=fact.proof, at=fact.at)
        case Told.ATTENDED:
            return booking  # no provider knows who came
        case _:
            assert_never(fact.told)


def _by_clinic(booking: Booking | None, fact: Fact) -> Booking | None:
    match fact.told:
        case Told.BOOKED:
            if booking is None:
                return replace(_new(Stage.BOOKED, fact), heard=None)
            if booking.stage in (Stage.SELF_REPORTED, Stage.CANCELLED):
                return _with_slot(replace(booking, stage=Stage.BOOKED, proof=fact.proof, at=fact.at), fact)
            return booking
        case Told.ATTENDED | Told.NO_SHOW:
            if booking is None or (booking.slot and fact.at < booking.slot.starts):
                return booking  # it is still to come
            return replace(booking, stage=_SEEN[fact.told], proof=fact.proof, at=fact.at)
        case Told.CANCELLED:
            return booking and replace(booking, stage=Stage.CANCELLED, proof=fact.proof, at=fact.at)
        case Told.MOVED:
            return booking
        case _:
            assert_never(fact.told)


_STAGES = {Told.BOOKED: Stage.BOOKED, Told.MOVED: Stage.MOVED, Told.CANCELLED: Stage.CANCELLED}
_SEEN = {Told.ATTENDED: Stage.ATTENDED, Told.NO_SHOW: Stage.NO_SHOW}


def _is_late(booking: Booking, fact: Fact) -> bool:
    if booking.heard is None:
        return False
    return fact.at < booking.heard or (fact.at == booking.heard and fact.told is Told.BOOKED)


def _new(stage: Stage, fact: Fact) -> Booking:
    heard = fact.at if fact.proof in PROVIDERS else None
    return Booking(stage, fact.proof, fact.at, heard, fact.slot, fact.move, fact.cancel)


def _with_slot(booking: Booking, fact: Fact) -> Booking:
    return replace(
        booking,
        slot=fact.slot or booking.slot,
        move=fact.move or booking.move,
        cancel=fact.cancel or booking.cancel,
    )


def to_json(booking: Booking) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "stage": booking.stage.value,
        "proof": booking.proof.value,
        "at": booking.at.isoformat(),
    }
    if booking.heard:
        plain["heard"] = booking.heard.isoformat()
    if slot := booking.slot:
        plain["slot"] = [slot.starts.isoformat(), slot.ends and slot.ends.isoformat(), slot.zone]
    if booking.move or booking.cancel:
        plain["pages"] = [booking.move, booking.cancel]
    return plain


def from_json(plain: dict[str, Any]) -> Booking:
    move, cancel = plain.get("pages", ("", ""))
    return Booking(
        stage=Stage(plain["stage"]),
        proof=Proof(plain["proof"]),
        at=datetime.fromisoformat(plain["at"]),
        heard=datetime.fromisoformat(plain["heard"]) if "heard" in plain else None,
        slot=_slot(*plain["slot"]) if "slot" in plain else None,
        move=move,
        cancel=cancel,
    )


def _slot(starts: str, ends: str | None, zone: str) -> Slot:
    return Slot(datetime.fromisoformat(starts), datetime.fromisoformat(ends) if ends else None, zone)
