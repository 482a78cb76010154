"""What happens around an appointment in one turn: news of a booking, the one reminder, the one question."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flows import appointments
from flows.appointments import ASK_AFTER, ASK_TIMER, ASK_WITHIN, NEWS_TIMER, REMIND_TIMER
from flows.effects import GiveCalendar, ReportBooking, SetTimer
from flows.events import BookingChanged, BookingIs, LinkOpened
from flows.regularity import LATER, end_of_night, is_quiet
from flows.state import Appointment, Looked, Place
from flows.zones import zone

if TYPE_CHECKING:
    from flows.walk import Walk

PURPOSE = "booking"  # being asked once whether a booking worked out


def opened(walk: "Walk", event: LinkOpened) -> None:
    walk.state = replace(walk.state, looked=Looked(event.link, event.therapist, event.at))
    if PURPOSE in walk.state.agreed:
        _ask_in(walk, ASK_AFTER)


def ask_later(walk: "Walk") -> None:
    """The person would like to be asked. A page they opened already is what they are asked about."""
    walk.agree(PURPOSE)
    if walk.state.looked:
        _ask_in(walk, ASK_AFTER)


def ask_no_more(walk: "Walk") -> None:
    walk.disagree(PURPOSE)
    walk.state = replace(walk.state, declined=walk.state.declined | {PURPOSE}, looked=None)


def say_booked(walk: "Walk") -> None:
    if looked := walk.state.looked:
        walk.effects.append(ReportBooking(looked.link))
        walk.state = replace(walk.state, looked=None)


def give_calendar(walk: "Walk") -> None:
    if appointment := appointments.current(walk.state, walk.at):
        walk.effects.append(GiveCalendar(appointment))


def remind(walk: "Walk") -> None:
    """Set the one reminder. The person has just asked for it."""
    appointment = appointments.current(walk.state, walk.at)
    if appointment is None or walk.at is None:
        return
    if due := appointments.remind_at(appointment, walk.at, walk.book.rules):
        walk.agree("reminders")
        _remind_at(walk, appointment, due)


def changed(walk: "Walk", event: BookingChanged) -> None:
    """News of a booking. The person is told once, and not while a human has the floor or a danger is open."""
    state = walk.state
    known = next((one for one in state.appointments if one.number == event.number), None)
    if state.looked and state.looked.link == event.link:
        walk.state = state = replace(state, looked=None)
    news = event.appointment
    if event.now is BookingIs.SET and news and news.starts > event.at:
        same = known is not None and known.starts == news.starts
        untold = known.untold if known and same else "moved" if known and known.untold != "booked" else "booked"
        now = replace(news, untold="" if same and not untold else untold)
        walk.state = appointments.spoken_of(state, now)
        if known and known.remind:
            due = known.remind if same else appointments.remind_at(now, event.at, walk.book.rules)
            if due:
                _remind_at(walk, now, due)
        if now.untold:
            _tell(walk, event.number, event.fresh)
    elif event.now is BookingIs.CANCELLED and known and known.untold == "booked":
        walk.state = appointments.without(state, event.number)  # it was never spoken of
    elif event.now is BookingIs.CANCELLED and known:
        walk.state = appointments.spoken_of(state, replace(known, remind=None, untold="cancelled"))
        _tell(walk, event.number, event.fresh)
    elif known:
        walk.state = appointments.without(state, event.number)


def rang(walk: "Walk", timer: str, token: int) -> bool:
    """Whether this was a timer of ours."""
    match timer:
        case appointments.REMIND_TIMER:
            _reminder_due(walk, token)
        case appointments.ASK_TIMER:
            _question_due(walk, token)
        case appointments.NEWS_TIMER:
            _tell(walk, token, fresh=False)
        case _:
            return False
    return True


def _tell(walk: "Walk", number: int, fresh: bool) -> None:
    assert walk.at, "whatever happens, happens at an hour"
    news = next((one for one in walk.state.appointments if one.number == number), None)
    if news is None or not news.untold:
        return
    name = news.zone or walk.book.rules.timezone
    local = walk.at.astimezone(zone(name))
    if not fresh and is_quiet(local.time(), walk.book.rules):
        walk.effects.append(SetTimer(NEWS_TIMER, end_of_night(local, name, walk.book.rules) - walk.at, number))
        return
    step = walk.book.steps[Place(appointments.FLOW, news.untold)]
    values = tuple(appointments.of(news, walk.book.rules))
    if news.untold == "cancelled":
        walk.state = appointments.without(walk.state, number)
    else:
        walk.state = appointments.spoken_of(walk.state, replace(news, untold=""))
    # A human who has the floor has been told at the desk; what is over is not said afterwards.
    if walk.state.holder is None and not walk.in_danger:
        walk.tell(step, values)


def _reminder_due(walk: "Walk", token: int) -> None:
    at, state = walk.at, walk.state
    due = next((o for o in state.appointments if o.remind and appointments.token_of(o.remind) == token), None)
    if due is None or at is None or due.remind is None:
        return
    if at < due.remind:
        _remind_at(walk, due, due.remind)
        return
    local = at.astimezone(zone(due.zone or walk.book.rules.timezone))
    if appointments.is_busy(state, at) or walk.in_danger or is_quiet(local.time(), walk.book.rules):
        if later := appointments.put_off(due, at, walk.book.rules):
            _remind_at(walk, due, later)
            return
    elif at <= due.starts - appointments.TOO_LATE:
        walk.state = appointments.spoken_of(state, replace(due, remind=None))
        walk.leave_for(appointments.REMINDER)
        _end_agreement(walk)
        return
    walk.state = appointments.spoken_of(state, replace(due, remind=None))
    _end_agreement(walk)


def _question_due(walk: "Walk", token: int) -> None:
    looked, at = walk.state.looked, walk.at
    if looked is None or at is None or appointments.token_of(looked.at) != token or PURPOSE not in walk.state.agreed:
        return
    name = walk.book.rules.timezone
    local = at.astimezone(zone(name))
    if at - looked.at > ASK_WITHIN:
        walk.disagree(PURPOSE)
    elif is_quiet(local.time(), walk.book.rules):
        _ask_in(walk, end_of_night(local, name, walk.book.rules) - at)
    elif appointments.is_busy(walk.state, at) or walk.in_danger:
        _ask_in(walk, LATER)
    else:
        walk.disagree(PURPOSE)  # once was agreed to
        walk.leave_for(appointments.ASKED)


def _ask_in(walk: "Walk", wait: timedelta) -> None:
    assert walk.state.looked, "about a page that was opened"
    walk.effects.append(SetTimer(ASK_TIMER, wait, appointments.token_of(walk.state.looked.at)))


def _remind_at(walk: "Walk", appointment: Appointment, due: datetime) -> None:
    assert walk.at, "nobody waits from no time on"
    walk.state = appointments.spoken_of(walk.state, replace(appointment, remind=due))
    wait = max(due - walk.at, timedelta(seconds=1))
    walk.effects.append(SetTimer(REMIND_TIMER, wait, appointments.token_of(due)))


def _end_agreement(walk: "Walk") -> None:
    """To be written to was agreed for as long as there is something to write."""
    if walk.state.rhythm is None and not any(one.remind for one in walk.state.appointments):
        walk.disagree("reminders")
