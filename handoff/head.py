"""What stands at the head of a conversation's thread at the desk: how it is now, in a title, an icon and some lines."""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from flows.effects import Choice, Text, Urgency
from flows.state import State
from handoff.desk import noticed_lines
from handoff.request import OPEN, Request, Status
from handoff.roster import Clinic, named


class Stage(StrEnum):
    WAITING = "waiting"
    URGENT = "urgent"  # nobody has it, and a danger is open
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    WITHDRAWN = "withdrawn"  # the person no longer waits
    CLOSED = "closed"  # by a therapist, for now


@dataclass(frozen=True, slots=True)
class Head:
    """standing: one line that anybody at the desk may read; lines: what only they may who have it, or are asked.

    choices: their presses are "take/0", "decline/0", "release/0", "close/0", "close_alert/0"; "prescribe", "link" and
             "pass" ask what.
    """

    stage: Stage
    standing: Text
    lines: tuple[Text, ...]
    choices: tuple[Choice, ...]


def head(request: Request | None, state: State, clinic: Clinic) -> Head | None:
    """None for a conversation that concerns no therapist."""
    if request is None:
        return None
    owner, lent = state.holder, state.lent
    stage = stage_of(request, owner)
    values: tuple[tuple[str, str | Text], ...] = (
        ("language", Text(f"desk.language_{state.locale}")),
        ("since", f"{request.opened_at.astimezone(ZoneInfo(clinic.timezone)):%Y-%m-%d %H:%M}"),
        *((("therapist", named(clinic, owner)),) if owner else ()),
    )
    asked = request.offered_to if stage in (Stage.WAITING, Stage.URGENT) else None
    lines = (
        *((Text("desk.head_lent", (("exercise", Text(f"{lent.flow}.title")),)),) if lent else ()),
        *((Text("desk.head_asked", (("therapist", named(clinic, asked)),)),) if asked else ()),
        *((Text("desk.read_along"),) if request.read_along else ()),
        *noticed_lines(request),
        *((Text("desk.shared", (("shared", request.shared),)),) if request.shared else ()),
        *request.brief,
    )
    return Head(stage, Text(f"desk.head_{stage}", values), lines, _choices(request, stage, lent is not None))


def stage_of(request: Request, owner: str | None) -> Stage:
    if owner is not None:
        return Stage.TAKEN
    if request.in_danger or (request.status in OPEN and request.urgency is Urgency.URGENT):
        return Stage.URGENT
    if request.status in OPEN:
        return Stage.WAITING
    return _ENDED[request.status]


def _choices(request: Request, stage: Stage, lent: bool) -> tuple[Choice, ...]:
    choices = [Choice(Text("desk.floor_take"), "take/0")] if lent else []
    if stage is Stage.TAKEN and not lent:
        choices += [Choice(Text(f"desk.do_{verb}"), verb) for verb in ("prescribe", "link", "pass")]
    choices += [Choice(Text("desk.give_back"), "release/0") if stage is Stage.TAKEN else _TAKE]
    if request.status is Status.OFFERED:
        choices.append(Choice(Text("desk.not_now"), "decline/0"))
    if stage in (Stage.TAKEN, Stage.GIVEN_BACK, Stage.WITHDRAWN) and not (lent or request.in_danger):
        choices.append(Choice(Text("desk.close"), "close/0"))
    if request.in_danger:
        choices.append(Choice(Text("desk.close_alert"), "close_alert/0"))
    return tuple(choices)


_ENDED = {
    Status.RELEASED: Stage.GIVEN_BACK,
    Status.WITHDRAWN: Stage.WITHDRAWN,
    Status.CLOSED: Stage.CLOSED,
}
_TAKE = Choice(Text("desk.take_over"), "take/0")
