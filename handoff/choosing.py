"""Whom a request suits, of those on duty: language first, then what the person prefers, then whose turn it is."""

from datetime import datetime

from flows.risk.risk import Sign
from handoff.request import Request
from handoff.roster import Age, Clinic, Gender, Modality, Theme, Therapist, on_duty


def candidates(request: Request, at: datetime, clinic: Clinic) -> tuple[Therapist, ...]:
    """Everybody who can be asked now, the one to ask first in front.

    A preference puts somebody in front, and leaves nobody out: a human who is there is better than the right one
    who is not.
    """
    turns = dict(clinic.lately.turns)
    prefers = preferences(request)
    return tuple(
        sorted(
            on_duty(clinic, at, request.locale),
            key=lambda t: (request.locale not in t.languages, _against(t, prefers), turns.get(t.id, 0)),
        )
    )


def preferences(request: Request) -> frozenset[str]:
    """What the person said they prefer, and what they said of themselves that matters for it."""
    minor = request.alert is not None and Sign.MINOR in request.alert.signs
    return frozenset(request.prefers) | ({Age.MINORS.value} if minor else set())


def askable(therapists: tuple[Therapist, ...]) -> frozenset[str]:
    """What a person can be asked about: what is so of some of these therapists, and not of all."""
    said = [_said(therapist) for therapist in therapists]
    return frozenset.union(*said, frozenset()) - frozenset.intersection(*said) if said else frozenset()


def _against(therapist: Therapist, prefers: frozenset[str]) -> int:
    """How much speaks against this therapist. What the clinic does not say of them speaks neither way."""
    said = _said(therapist)
    return sum(
        1
        for group, told in (
            (Gender, therapist.gender is not None),
            (Modality, bool(therapist.modalities)),
            (Age, bool(therapist.sees)),
            (Theme, bool(therapist.helps_with)),
        )
        for wanted in prefers & {value.value for value in group}
        if told and wanted not in said
    )


def _said(therapist: Therapist) -> frozenset[str]:
    gender = {therapist.gender} if therapist.gender else set()
    return frozenset(v.value for v in (*gender, *therapist.modalities, *therapist.sees, *therapist.helps_with))
