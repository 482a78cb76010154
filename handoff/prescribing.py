"""What the desk is told when a therapist lets the bot lead an exercise. What becomes of it: flows/floor.py.

step(request, before, now, event, clinic) comes after the flows have decided, with the state as it was and as it is.
"""

from dataclasses import replace
from zoneinfo import ZoneInfo

from flows.effects import Choice, Text
from flows.events import Event, TherapistCalledOff, TherapistPrescribed, TimerRang
from flows.floor import TIMER
from flows.state import State
from handoff.desk import Handled, Tell
from handoff.request import Request
from handoff.roster import Clinic


def step(request: Request | None, before: State, now: State, event: Event, clinic: Clinic) -> Handled:
    match event:
        case TherapistPrescribed(_, therapist) if now.later and now.later != before.later:
            due = f"{now.later.due.astimezone(ZoneInfo(clinic.timezone)):%Y-%m-%d %H:%M}"
            words = Text("desk.floor_later", (("exercise", _title(now.later.flow)), ("hour", due)))
            return Handled(request, (Tell(therapist, (words,), (_CALL_OFF,)),))
        case TherapistCalledOff(_, therapist):
            if before.later is None or now.later:
                return Handled(request, (Tell(therapist, (Text("desk.too_late"),)),))
            off = Text("desk.floor_called_off", (("exercise", _title(before.later.flow)),))
            return Handled(request, (Tell(therapist, (off,)),))
        case TherapistPrescribed(_, therapist) if not _has_lent(before, now):
            return Handled(request, (Tell(therapist, (Text("desk.floor_not_lent"),)),))
        case TimerRang(_, timer, _) if timer == TIMER and before.later and not now.later and before.lent:
            return Handled(request, (Tell(before.later.therapist, (Text("desk.floor_not_lent"),)),))
        case TimerRang(_, timer, _) if timer == TIMER and before.later and not now.later and not now.lent:
            why = "desk.floor_in_danger" if now.owner == before.later.therapist else "desk.floor_lapsed"
            lapsed = Text(why, (("exercise", _title(before.later.flow)),))
            return Handled(request, (Tell(before.later.therapist, (lapsed,)),))
    if not now.lent or not _has_lent(before, now):
        return Handled(request)
    told = Tell(now.lent.therapist, (Text("desk.floor_lent", (("exercise", _title(now.lent.flow)),)),))
    if request is None:
        return Handled(None, (told,))
    # The bot leads: nobody waits for a word of the therapist until it is silent again.
    return Handled(replace(request, unanswered=False, idle_told=(), alerted_at=None), (told,))


_CALL_OFF = Choice(Text("desk.call_off"), "call_off/0")


def _has_lent(before: State, now: State) -> bool:
    return before.lent is None and now.lent is not None


def _title(flow: str) -> Text:
    return Text(f"{flow}.title")
