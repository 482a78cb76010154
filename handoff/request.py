"""A person's request for a human, and the only ways it can go.

                    +------------------------------------------------+
                    v                                                |
    WAITING --> OFFERED --> OFFERED (the next) --> EVERYONE --> UNANSWERED
       |           |                                  |              |
       +-----------+--------> TAKEN <-----------------+--------------+
       |           |          |   ^
       |           |          v   |
       |           |         RELEASED ------> CLOSED
       v           v                            ^
       +------> WITHDRAWN ----------------------+

WAITING: nobody has been asked yet. EVERYONE: all on duty are asked together. UNANSWERED: they did not answer either or,
of a danger, the whole team was told. Each can be taken by anybody. WAITING and UNANSWERED are offered again when
somebody who was not asked comes on duty, and on the next working days. A conversation given back, closed or withdrawn
can be taken again: any human act is a takeover. WITHDRAWN is reached from wherever somebody waits, CLOSED from wherever
nobody does. From one therapist to another it goes only when the one passes it on and
the other takes it, or when the one does not answer and the other was asked to stand in.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flows.effects import Alert, Text, Urgency, Value
from flows.risk.risk import Kind, Level, Sign
from flows.state import UnknownVersion

VERSION = 1


class Status(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    EVERYONE = "everyone"
    TAKEN = "taken"
    RELEASED = "released"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


_ENDS = frozenset({Status.TAKEN, Status.WITHDRAWN})
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.WAITING, Status.OFFERED, Status.EVERYONE, Status.UNANSWERED}) | _ENDS,
    Status.OFFERED: frozenset({Status.OFFERED, Status.EVERYONE, Status.UNANSWERED}) | _ENDS,
    Status.EVERYONE: frozenset({Status.EVERYONE, Status.OFFERED, Status.UNANSWERED}) | _ENDS,
    Status.UNANSWERED: frozenset({Status.UNANSWERED, Status.OFFERED, Status.EVERYONE}) | _ENDS,
    Status.TAKEN: frozenset({Status.TAKEN, Status.RELEASED, Status.CLOSED}),
    Status.RELEASED: frozenset({Status.TAKEN, Status.CLOSED}),
    Status.WITHDRAWN: frozenset({Status.TAKEN, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.TAKEN}),
}

OPEN = frozenset({Status.WAITING, Status.OFFERED, Status.EVERYONE, Status.UNANSWERED})  # a person waits for a human


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
    alert:      a danger that was noticed and that no therapist has closed, or None. It outlasts the request itself.
    alerted:    therapists told of it one by one, in order; team: how often the whole team was told since.
    told_of:    what kinds of danger they were told of.
    alerted_at: when somebody was last told of it.
    because:    text id of why it was opened, where the person did not ask for a human; "" where they did.
    passed_to:  the colleague whom the owner asks to take it, or None. It stays the owner's until they do.
    brief:      what a therapist reads first beside the words; the person has seen each line of it.
    prefers:    what the person said they would prefer in who answers, as in OpenRequest.
    call_back:  what the person wrote of how and when they can be called back; "" for nothing.
    refused:    those of `asked` who said "not now", or could not be reached.
    since:      when the first of this search was asked; None for nobody yet. A search that nobody answered is begun
                anew on the next working days, with nobody asked yet.
    days:       on how many of them it has been.
    everyone:   in this search, all on duty have been asked together.
    read_along: the person lets those who are asked read what is said meanwhile.
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
    alert: Alert | None = None
    alerted: tuple[str, ...] = ()
    told_of: tuple[Kind, ...] = ()
    team: int = 0
    alerted_at: datetime | None = None
    because: str = ""
    passed_to: str | None = None
    brief: tuple[Text, ...] = ()
    prefers: tuple[str, ...] = ()
    call_back: str = ""
    refused: tuple[str, ...] = ()
    since: datetime | None = None
    days: int = 1
    everyone: bool = False
    read_along: bool = False

    @property
    def in_danger(self) -> bool:
        return self.alert is not None and self.alert.level >= Level.RISK


def asked_now(request: Request) -> tuple[str, ...]:
    """Who has the offer; once all are asked together, those who have not said "not now"."""
    if request.status is Status.EVERYONE:
        return tuple(therapist for therapist in request.asked if therapist not in request.refused)
    return (request.offered_to,) if request.offered_to else ()


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
        "alert": _plain_alert(request.alert) if request.alert else None,
        "alerted": list(request.alerted),
        "told_of": [kind.value for kind in request.told_of],
        "team": request.team,
        "alerted_at": request.alerted_at.isoformat() if request.alerted_at else None,
        "because": request.because,
        "passed_to": request.passed_to,
        "brief": [_plain_text(text) for text in request.brief],
        "prefers": list(request.prefers),
        "call_back": request.call_back,
        "refused": list(request.refused),
        "since": request.since.isoformat() if request.since else None,
        "days": request.days,
        "everyone": request.everyone,
        "read_along": request.read_along,
    }


def _plain_text(text: Text) -> list[Any]:
    return [text.id, {name: _plain_value(value) for name, value in text.values}]


def _plain_value(value: Value) -> Any:
    match value:
        case Text():
            return _plain_text(value)
        case date():
            return {"day": value.isoformat()}
        case str():
            return value


def _plain_alert(alert: Alert) -> dict[str, Any]:
    return {
        "level": alert.level.value,
        "kind": alert.kind.value if alert.kind else None,
        "reason": alert.reason,
        "signs": sorted(alert.signs),
    }


def from_json(plain: dict[str, Any]) -> Request:
    """Raises UnknownVersion."""
    if plain["version"] != VERSION:
        raise UnknownVersion(f"request version {plain['version']} is not known here; this program knows {VERSION}")
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
        alert=_alert(plain["alert"]) if plain.get("alert") else None,
        alerted=tuple(plain.get("alerted", ())),
        told_of=tuple(Kind(kind) for kind in plain.get("told_of", ())),
        team=plain.get("team", 0),
        alerted_at=datetime.fromisoformat(plain["alerted_at"]) if plain.get("alerted_at") else None,
        because=plain.get("because", ""),
        passed_to=plain.get("passed_to"),
        brief=tuple(_text(text) for text in plain.get("brief", ())),
        prefers=tuple(plain.get("prefers", ())),
        call_back=plain.get("call_back", ""),
        refused=tuple(plain.get("refused", ())),
        since=datetime.fromisoformat(plain["since"]) if plain.get("since") else None,
        days=plain.get("days", 1),
        everyone=plain.get("everyone", False),
        read_along=plain.get("read_along", False),
    )


def _text(plain: list[Any]) -> Text:
    id, values = plain
    return Text(id, tuple((name, _value(value)) for name, value in values.items()))


def _value(plain: Any) -> Value:
    match plain:
        case {"day": day}:
            return date.fromisoformat(day)
        case list():
            return _text(plain)
        case _:
            return str(plain)


def _alert(plain: dict[str, Any]) -> Alert:
    return Alert(
        level=Level(plain["level"]),
        kind=Kind(plain["kind"]) if plain["kind"] else None,
        reason=plain["reason"],
        signs=frozenset(Sign(sign) for sign in plain["signs"]),
    )
