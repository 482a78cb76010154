"""An appointment as a file that calendars read (iCalendar, RFC 5545)."""

from datetime import UTC, datetime

import icalendar

from flows.state import Appointment

NAME, MIME = "rendez-vous.ics", "text/calendar; charset=utf-8"


def as_file(appointment: Appointment, title: str, at: datetime) -> bytes:
    """title: all a calendar shows of it; calendars are read over shoulders, and shared.

    The times are in UTC: each calendar shows them by the clock of whoever looks. The same appointment, moved, replaces
    itself.
    """
    event = icalendar.Event.new(
        uid=f"appointment-{appointment.number}@passerelle",
        summary=title,
        start=appointment.starts.astimezone(UTC),
        end=appointment.ends and appointment.ends.astimezone(UTC),
        stamp=at,
        sequence=int(at.timestamp()),
        classification=icalendar.CLASS.PRIVATE,
    )
    calendar = icalendar.Calendar.new(prodid="-//Passerelle//Passerelle//", version="2.0")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
