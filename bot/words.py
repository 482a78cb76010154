"""The sentences of the content, taken out for translation."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.wording import CATALOGUE, parse
from flows import page
from flows.book import Sentence, proofread

LOCALES = ("en", "fr")
TEMPLATE = "messages.pot"
STALE = "locales/: the catalogues are older than the content; run `make words` and translate what is new."


def update(content: Path, locales: Path) -> None:
    """Bring the template and the catalogues in line with the content.

    A sentence whose English changed keeps its translation, marked fuzzy until somebody has looked at it. One that is
    gone is dropped. English says what the content says. Raises BrokenFlow for a file that cannot be read: its
    translations would be taken for gone.
    """
    for path in sorted(content.glob("*.yaml")):
        page.read(path)
    book, _ = proofread(content)
    for path, text in _files(book.sentences, locales).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def is_current(sentences: Mapping[str, Sentence], locales: Path, read: Mapping[str, Catalog]) -> bool:
    """Whether `update` would change none of what these catalogues say.

    read: the catalogues in `locales`, by locale.
    """
    english = [(id, sentence.english) for id, sentence in sentences.items()]
    template = locales / TEMPLATE
    return (
        template.is_file()
        and all(locale in read for locale in LOCALES)
        and all(_entries(catalogue) == english for catalogue in (parse(template, TEMPLATE), *read.values()))
        and all(message.string == message.id for message in read["en"] if message.context)
    )


def _entries(catalogue: Catalog) -> list[tuple[str, str]]:
    return [(str(message.context), str(message.id)) for message in catalogue if message.context]


def extract(
    fileobj: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """Babel's extraction method for our YAML: each sentence with its text id as context (babel.cfg)."""
    path = Path(fileobj.name)
    book, _ = proofread(path.parent)
    for id, sentence in book.sentences.items():
        if sentence.file == path.name:
            yield sentence.line, "pgettext", (id, sentence.english), []


def _files(sentences: Mapping[str, Sentence], locales: Path) -> dict[Path, str]:
    files = {locales / TEMPLATE: _written(sentences, {}, "")}
    for locale in LOCALES:
        path = locales / locale / CATALOGUE
        known = {id: (s.english, s.english) for id, s in sentences.items()} if locale == "en" else _read(path)
        files[path] = _written(sentences, known, locale)
    return files


def _read(path: Path) -> dict[str, tuple[str, str]]:
    """Text id -> (the English it was translated from, or "" when marked fuzzy; the translation)."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    return {
        str(message.context): ("" if message.fuzzy else str(message.id), str(message.string))
        for message in catalogue
        if message.context and message.string
    }


def _written(sentences: Mapping[str, Sentence], known: Mapping[str, tuple[str, str]], locale: str) -> str:
    # Babel's own header says when it was written, and would be a change in every diff.
    header = ['msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=utf-8\\n"']
    if locale:
        header.append(f'"Language: {locale}\\n"')
    catalogue = Catalog(fuzzy=False)
    for id, sentence in sentences.items():
        english, translation = known.get(id, (sentence.english, ""))
        catalogue.add(
            sentence.english,
            translation,
            context=id,
            locations=[(f"flows/content/{sentence.file}", sentence.line)],
            flags=() if english == sentence.english or not translation else ("fuzzy",),
        )
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, include_lineno=False)
    return "\n".join(header) + "\n\n" + body.getvalue().decode("utf-8").lstrip("\n")
