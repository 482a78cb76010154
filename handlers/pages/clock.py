"""The clinic's clock on the desk's pages: how a moment is read there, and how one is entered."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime


def spelled(at: datetime, zone: str, locale: str) -> str:
    """The day and the hour, in words."""
    return format_datetime(at, "EEEE d MMMM y, HH:mm", tzinfo=ZoneInfo(zone), locale=locale)


def entered(field: str, zone: str) -> datetime | None:
    """What a browser's field for a day and an hour gives: no zone, so the clinic's clock. None for what is no hour."""
    try:
        at = datetime.fromisoformat(field)
    except ValueError:
        return None
    return at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at
