"""Appointments as the conversation knows them: what is said of them, one reminder, one question after a look.

    asked:    once, some hours after a booking page was opened, and only who said yes to that
    reminded: once, a day before, and only who asked for it; put off while a human is there, dropped when it is too late

Pure: the times are computed from the event's own. What is known of a booking, and how well, is in handoff/booking.py.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.effects import Text
from flows.regularity import JUST_NOW, LATER, day_of, end_of_night, is_quiet
from flows.rules import Rules
from flows.state import Appointment, Place, State
from flows.zones import zone

FLOW = "appointment"
BOOKED, MOVED, CANCELLED = (Place(FLOW, step) for step in ("booked", "moved", "cancelled"))
REMINDER, ASKED = Place(FLOW, "reminder"), Place(FLOW, "asked")
PLACES = (BOOKED, MOVED, CANCELLED, REMINDER, ASKED)
REMIND_TIMER, ASK_TIMER, NEWS_TIMER = "appointment", "booking_question", "appointment_news"

ASK_AFTER = timedelta(hours=3)  # since the page was opened
ASK_WITHIN = timedelta(days=3)
A_DAY, SHORTLY = timedelta(hours=24), timedelta(hours=2)  # before it begins
TOO_LATE = timedelta(hours=1)  # before it begins: nobody is reminded any more


def current(state: State, at: datetime | None) -> Appointment | None:
    """The appointment that was spoken of last, if it is still to come."""
    to_come = [one for one in state.appointments if at is None or one.starts > at]
    return to_come[-1] if to_come else None


def remind_at(appointment: Appointment, at: datetime, rules: Rules) -> datetime | None:
    """When the one reminder is due; None when there is no good hour left."""
    for before in (A_DAY, SHORTLY):
        due = _by_day(appointment, appointment.starts - before, rules)
        if at + LATER < due <= appointment.starts - TOO_LATE:
            return due
    return None


def put_off(appointment: Appointment, at: datetime, rules: Rules) -> datetime | None:
    """When a reminder that cannot be given now is; None when it would come too late."""
    due = _by_day(appointment, at + LATER, rules)
    return due if due <= appointment.starts - TOO_LATE else None


def _by_day(appointment: Appointment, due: datetime, rules: Rules) -> datetime:
    name = appointment.zone or rules.timezone
    local = due.astimezone(zone(name))
    return end_of_night(local, name, rules) if is_quiet(local.time(), rules) else due.astimezone(UTC)


def is_busy(state: State, at: datetime) -> bool:
    """A human is there or on the way, a danger is open, or the person is in the middle of something."""
    return state.holder is not None or state.waiting or any(at - press.at < JUST_NOW for press in state.presses)


def token_of(due: datetime) -> int:
    return int(due.timestamp())


def spoken_of(state: State, appointment: Appointment) -> State:
    """With this appointment as it stands now, as the one that was spoken of last."""
    others = tuple(one for one in state.appointments if one.number != appointment.number)
    return replace(state, appointments=(*others, appointment))


def without(state: State, number: int) -> State:
    return replace(state, appointments=tuple(one for one in state.appointments if one.number != number))


def unreminded(state: State) -> State:
    return replace(state, appointments=tuple(replace(one, remind=None) for one in state.appointments))


def page(state: State, which: str, at: datetime | None) -> str:
    """The provider's own page to move or cancel it; "" when there is none."""
    appointment = current(state, at)
    return getattr(appointment, which) if appointment and which in ("move", "cancel") else ""


def values(state: State, at: datetime, rules: Rules) -> Iterator[tuple[str, str | Text]]:
    """What the sentences of this flow can name."""
    if state.looked:
        yield "therapist", state.looked.therapist
    if appointment := current(state, at):
        yield from of(appointment, rules)
        if appointment.remind:
            local = appointment.remind.astimezone(zone(appointment.zone or rules.timezone))
            yield "remind_day", day_of(local.date())
            yield "remind_time", f"{local:%H:%M}"


def of(appointment: Appointment, rules: Rules) -> Iterator[tuple[str, str | Text]]:
    """Its day and hour by the person's clock; the clinic's beside it only where the two differ."""
    local = appointment.starts.astimezone(zone(appointment.zone or rules.timezone))
    at_clinic = appointment.starts.astimezone(zone(rules.timezone))
    yield "therapist", appointment.therapist
    yield "day", day_of(local.date())
    yield "time", f"{local:%H:%M}"
    if local.utcoffset() != at_clinic.utcoffset():
        yield "clinic_time", f"{at_clinic:%H:%M}"


def kept(appointment: Appointment, rules: Rules) -> Text:
    """All that is kept of it, for the person to read."""
    named = tuple((name, value) for name, value in of(appointment, rules) if name != "clinic_time")
    return Text("kept.appointment", named)
