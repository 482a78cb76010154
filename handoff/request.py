"""A person's request for a human, and the only ways it can go.

                    +----------------------------------+
                    v                                  |
    WAITING --> OFFERED --> OFFERED (the next) --> UNANSWERED
       |           |                                   |
       +-----------+--------> TAKEN <------------------+
       |           |          |   ^
       |           |          v   |
       |           |         RELEASED
       v           v
       +------> WITHDRAWN <--------- UNANSWERED

WAITING: nobody has been asked yet. UNANSWERED: everybody on duty was asked. Both can still be taken by anybody, and
both are offered again when somebody who was not asked comes on duty. A conversation given back or withdrawn can be
taken again: any human act is a takeover. From one therapist to another it goes only when the one does not answer and
the other was asked to stand in.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.effects import Urgency

VERSION = 1


class Status(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    RELEASED = "released"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.WAITING, Status.OFFERED, Status.TAKEN, Status.WITHDRAWN}),
    Status.OFFERED: frozenset({Status.OFFERED, Status.UNANSWERED, Status.TAKEN, Status.WITHDRAWN}),
    Status.UNANSWERED: frozenset({Status.UNANSWERED, Status.OFFERED, Status.TAKEN, Status.WITHDRAWN}),
    Status.TAKEN: frozenset({Status.TAKEN, Status.RELEASED}),
    Status.RELEASED: frozenset({Status.TAKEN}),
    Status.WITHDRAWN: frozenset({Status.TAKEN}),
}

OPEN = frozenset({Status.WAITING, Status.OFFERED, Status.UNANSWERED})  # a person waits for a human


class WrongMove(Exception):
    """A mistake of ours: the table has no such way."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, from the wish for a human to the end of the human's presence.

    opened_at:  when the person asked; for a conversation nobody asked to have taken, when it was.
    locale:     the person's language then.
    shared:     the words the person chose to show first; "" for none.
    asked:      therapists it was offered to, in order.
    offered_to: who has the offer now; None unless OFFERED.
    round:      goes up with each search for somebody; the number of the current offer and its timer.
    owner:      who has it; None unless TAKEN.
    idle:       goes up with each wait for the owner's answer; the number of the current idle timer.
    unanswered: the person has written, and the owner not yet answered.
    idle_told:  therapists told that the person waits for an answer, in order.
    """

    status: Status
    urgency: Urgency
    opened_at: datetime
    locale: str
    shared: str = ""
    asked: tuple[str, ...] = ()
    offered_to: str | None = None
    round: int = 0
    owner: str | None = None
    idle: int = 0
    unanswered: bool = False
    idle_told: tuple[str, ...] = ()


def check_move(status: Status, to: Status) -> None:
    """Raises WrongMove."""
    if to not in TRANSITIONS[status]:
        raise WrongMove(f"a request that is {status} cannot become {to}")


def to_json(request: Request) -> dict[str, Any]:
    return {
        "version": VERSION,
        "status": request.status.value,
        "urgency": request.urgency.value,
        "opened_at": request.opened_at.isoformat(),
        "locale": request.locale,
        "shared": request.shared,
        "asked": list(request.asked),
        "offered_to": request.offered_to,
        "round": request.round,
        "owner": request.owner,
        "idle": request.idle,
        "unanswered": request.unanswered,
        "idle_told": list(request.idle_told),
    }


def from_json(plain: dict[str, Any]) -> Request:
    """Raises ValueError for a version this program does not know."""
    if plain["version"] != VERSION:
        raise ValueError(f"request version {plain['version']} is not known here; this program knows {VERSION}")
    return Request(
        status=Status(plain["status"]),
        urgency=Urgency(plain["urgency"]),
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        locale=plain["locale"],
        shared=plain["shared"],
        asked=tuple(plain["asked"]),
        offered_to=plain["offered_to"],
        round=plain["round"],
        owner=plain["owner"],
        idle=plain["idle"],
        unanswered=plain["unanswered"],
        idle_told=tuple(plain["idle_told"]),
    )
