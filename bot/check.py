"""`python -m bot check`: every problem of the content and its translations, and what is to be looked at."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from bot import words
from bot.clinic import PLACEHOLDERS
from bot.settings import BOOKING_SECRETS
from bot.wording import parsed, places, translations
from flows import check
from flows.book import BrokenFlow, proofread
from handoff.roster import Clinic


def problems(content: Path, locales: Path) -> list[str]:
    """One sentence each, with file and line."""
    book, broken = proofread(content)
    try:
        read = parsed(locales)
    except BrokenFlow as unreadable:
        return [str(unreadable), *map(str, check.of_book(content, book, broken, {}))]
    found = check.of_book(content, book, broken, translations(read), places(read))
    stale = () if words.is_current(book.sentences, locales, read) else (words.STALE,)
    return [*map(str, found), *stale]


def unheard(clinic: Clinic, secrets: Mapping[str, object]) -> list[str]:
    """What is not heard of the bookings made on the clinic's pages. secrets: as in Settings.booking_secrets.

    Not of the pages of the demonstration, which nobody can book on.
    """
    pages = (clinic.fallback_link, *(therapist.link for therapist in clinic.therapists))
    used = {page.provider for page in pages if page and not PLACEHOLDERS.fullmatch(urlsplit(page.url).hostname or "")}
    return [
        f"clinic.toml has a page of {provider}, and {setting} is not set: no booking made there is heard of "
        "(docs/bookings.md)."
        for provider, setting in BOOKING_SECRETS.items()
        if provider in used and setting not in secrets
    ]


def warnings(content: Path, country: str, today: date) -> list[str]:
    """What is to be looked at, and mends nothing by itself."""
    return [str(warning) for warning in check.warnings(content, country, today)]
