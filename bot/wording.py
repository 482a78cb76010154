"""Text id + values + locale -> the sentence a person reads."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import structlog
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from flows.book import Book, BrokenFlow
from flows.effects import Text

log = structlog.get_logger()

CATALOGUE = Path("LC_MESSAGES", "messages.po")


def catalogues(folder: Path) -> dict[str, dict[str, str]]:
    """Return the translations by locale, then by text id. What is empty or marked fuzzy is not there.

    Raises BrokenFlow for a catalogue that cannot be read.
    """
    return translations(parsed(folder))


def parsed(folder: Path) -> dict[str, Catalog]:
    """The catalogues by locale. Raises BrokenFlow for one that cannot be read."""
    return {
        path.parent.parent.name: parse(path, f"{folder.name}/{path.relative_to(folder)}")
        for path in sorted(folder.glob(f"*/{CATALOGUE}"))
    }


def parse(path: Path, file: str) -> Catalog:
    """file: as it is called where it cannot be read."""
    try:
        with path.open("rb") as lines_of_it:
            return read_po(lines_of_it, abort_invalid=True)
    except PoFileError as error:
        raise BrokenFlow(file, error.lineno + 1, f"is not a catalogue of translations: {error.line!r}.") from error
    except UnicodeDecodeError as error:
        raise BrokenFlow(file, 1, "is not UTF-8 text.") from error


def translations(parsed: Mapping[str, Catalog]) -> dict[str, dict[str, str]]:
    return {
        locale: {
            str(message.context): str(message.string)
            for message in catalogue
            if message.context and message.string and not message.fuzzy
        }
        for locale, catalogue in parsed.items()
    }


def places(parsed: Mapping[str, Catalog]) -> dict[str, dict[str, int]]:
    """By locale, then by text id, the line where a translation stands in its catalogue."""
    return {
        locale: {str(message.context): message.lineno for message in catalogue if message.context and message.lineno}
        for locale, catalogue in parsed.items()
    }


class Wording:
    """The words of a book. A sentence without translation is said in English."""

    def __init__(self, book: Book, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        self.renew(book, catalogues)

    def renew(self, book: Book, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        """Say the words of this book from here on."""
        english = book.english()
        self._english = english
        self._words = {
            locale: {
                **english,
                **{id: words for id, words in translated.items() if id in book.sentences},
                **book.official(locale),
            }
            for locale, translated in catalogues.items()
            if locale != "en"
        }

    def text(self, text: Text, locale: str) -> str:
        """A sentence that the book has no more, of a brief or a question from before it changed, reads as nothing."""
        words = self._words.get(locale, self._english).get(text.id)
        if words is None:
            log.error("no_such_sentence", id=text.id)
            return ""
        if "{" not in words:
            return words
        values = _Values()
        for name, value in text.values:
            if isinstance(value, Text):
                values[name] = self.text(value, locale)
            else:
                values[name] = _day(value, locale) if isinstance(value, date) else value
        return words.format_map(values)

    def message(self, texts: Iterable[Text], locale: str) -> str:
        """One message: its texts are paragraphs."""
        return "\n\n".join(filter(None, (self.text(text, locale) for text in texts)))

    def sentence(self, text: str, locale: str, **values: str) -> str:
        return self.text(Text(text, tuple(values.items())), locale)


def _day(day: date, locale: str) -> str:
    if locale == "fr" and day.day == 1:
        return f"1er {format_date(day, 'MMMM', locale)}"
    return format_date(day, "d MMMM", locale)


class _Values(dict[str, str]):
    """A value nobody gave reads as nothing: braces on a person's screen would be worse."""

    def __missing__(self, name: str) -> str:
        return ""
