"""Text id + values + locale -> the sentence a person reads."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.messages.pofile import read_po

from flows.book import Book
from flows.effects import Text

CATALOGUE = Path("LC_MESSAGES", "messages.po")


def catalogues(folder: Path) -> dict[str, dict[str, str]]:
    """Return the translations by locale, then by text id. What is empty or marked fuzzy is not there."""
    found = {}
    for path in sorted(folder.glob(f"*/{CATALOGUE}")):
        locale = path.parent.parent.name
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale, abort_invalid=True)
        found[locale] = {
            str(message.context): str(message.string)
            for message in catalogue
            if message.context and message.string and not message.fuzzy
        }
    return found


class Wording:
    """The reviewed words. A sentence without translation is said in English."""

    def __init__(self, book: Book, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        english = {id: sentence.english for id, sentence in book.sentences.items()}
        self._english = english
        self._words = {
            locale: {**english, **{id: words for id, words in translated.items() if id in english}}
            for locale, translated in catalogues.items()
            if locale != "en"
        }

    def text(self, text: Text, locale: str) -> str:
        """Raises KeyError for a text id that the book does not have: a mistake of ours."""
        words = self._words.get(locale, self._english)[text.id]
        if "{" not in words:
            return words
        values = _Values()
        for name, value in text.values:
            values[name] = self.text(value, locale) if isinstance(value, Text) else value
        return words.format_map(values)

    def message(self, texts: Iterable[Text], locale: str) -> str:
        """One message: its texts are paragraphs."""
        return "\n\n".join([self.text(text, locale) for text in texts])

    def sentence(self, text: str, locale: str, **values: str) -> str:
        return self.text(Text(text, tuple(values.items())), locale)


class _Values(dict[str, str]):
    """A value nobody gave reads as nothing: braces on a person's screen would be worse."""

    def __missing__(self, name: str) -> str:
        return ""
