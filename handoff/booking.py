"""Scheduling links out, and how far a booking is known to have come."""

from enum import Enum, StrEnum
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit

from handoff.roster import Clinic, SchedulingLink, Therapist, in_order

# Where each provider keeps a reference of ours and gives it back. Others keep none.
REFERENCE_FIELD = {"cal.com": "metadata[ref]", "calendly": "utm_content"}


class Proof(StrEnum):
    """How we know."""

    OURS = "ours"  # we did it, or it passed through us


class Stage(Enum):
    """How far a link has come, with the proof we have of it."""

    OFFERED = ("offered", Proof.OURS)
    CLICKED = ("clicked", Proof.OURS)  # somebody opened it; not that they booked

    def __init__(self, word: str, proof: Proof) -> None:
        self.word = word
        self.proof = proof


def matching(clinic: Clinic, locale: str) -> tuple[Therapist, ...]:
    """Therapists who can be booked, those who speak the language first."""
    return tuple(therapist for therapist in in_order(clinic, locale) if therapist.link)


def target(link: SchedulingLink, ref: str) -> str:
    """The real page, with our reference in the provider's own field if it has one."""
    field = REFERENCE_FIELD.get(link.provider)
    if field is None:
        return link.url
    page = urlsplit(link.url)
    kept = [part for part in page.query.split("&") if part and unquote_plus(part.split("=")[0]) != field]
    return urlunsplit(page._replace(query="&".join([*kept, f"{quote(field, safe='')}={quote(ref, safe='')}"])))
