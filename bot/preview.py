"""`python -m bot preview`: everything the program can say, as one page in a file."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot import check, review
from bot.settings import CONTENT, LOCALES
from bot.wording import Wording, catalogues
from bot.words import LOCALES as LANGUAGES
from flows import preview
from flows.book import Book, BrokenFlow, proofread
from flows.review import Standing

STYLE = CONTENT.parent / "preview.css"


def page(
    locale: str,
    only: Sequence[str] = (),
    country: str = "FR",
    region: str = "",
    content: Path = CONTENT,
    locales: Path = LOCALES,
    signed: Path = review.SIGNED,
) -> str:
    """Return the page, of what could be read: a writer looks at it before all is well.

    only: names of flows; all of them without any.
    """
    translated: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    with suppress(BrokenFlow):  # the check names it
        translated |= catalogues(locales)
    book = proofread(content, country, region)[0].speaking(translated)
    return preview.page(
        book,
        translated,
        Wording(book, translated).text,
        locale=locale,
        style=STYLE.read_text(encoding="utf-8"),
        changes=_changes(book, translated, signed),
        problems=check.problems(content, locales),
        only=only,
    )


def _changes(book: Book, translated: Mapping[str, Mapping[str, str]], signed: Path) -> preview.Changes:
    return {
        name: review.changes_of(book.flows[name], book, translated, signed)
        for name, state in book.reviews.items()
        if state.standing is Standing.CHANGED
    }
