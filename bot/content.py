"""`python -m bot content`: docs/content.md, how easily the words of each flow are read."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from bot.settings import CONTENT, LOCALES, ROOT
from bot.wording import catalogues
from flows.book import Book, load
from flows.check import LEAST_EASE, MEASURABLE, MEDIAN_EASE, flow_ease, messages_of
from flows.ease import FORMULAS, ease
from flows.flow import Flow, Kind

PAGE = ROOT / "docs" / "content.md"
LANGUAGES = {"en": "English", "fr": "French"}
HEADINGS = {
    Kind.EXERCISE: "Exercises",
    Kind.CONVERSATION: "Conversations",
    Kind.SENTENCES: "Single sentences",
}

Words = Mapping[str, Mapping[str, str]]  # language -> text id -> words

TOP = """\
# The content

Written by `make content`; every figure on this page was computed by that run from the files as they are.

How easily the messages of each flow are read, in each language: Flesch’s scale for English (1948), that of Kandel and
Moles for French (1958). 60 is plain, 80 is easy. Long words and long sentences lower it; whether something is clear,
true or kind it does not see. `make check` asks for {least} in every flow, and that half of them reach {english} in
English and {french} in French.

{middles}

What people tap is not measured, nor is a flow with fewer than {measurable} words. All sentences, one by one, stand on
the page that `make preview` writes.
"""

APART = """
## Apart: the questionnaires

Their questions have official words, which nobody here may make easier
([decision 0031](decisions/0031-official-words-are-data.md)). The figures are of all that is said, those
questions among it.
"""


def write() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page(content: Path = CONTENT, locales: Path = LOCALES) -> str:
    """Raises BrokenFlow."""
    book, translated = load(content), catalogues(locales)
    words = {"en": book.english(), "fr": {**translated["fr"], **book.official("fr")}}
    return "\n".join(_lines(book, words)) + "\n"


def _lines(book: Book, words: Words) -> Iterator[str]:
    yield TOP.format(
        least=LEAST_EASE,
        english=MEDIAN_EASE["en"],
        french=MEDIAN_EASE["fr"],
        middles="\n".join(_middle(book, words, language) for language in LANGUAGES),
        measurable=MEASURABLE,
    ).rstrip()
    for kind, heading in HEADINGS.items():
        yield f"\n## {heading}\n"
        yield from _table(book, words, kind)
    yield APART
    yield from _table(book, words, Kind.QUESTIONNAIRE)


def _middle(book: Book, words: Words, language: str) -> str:
    scores = {
        flow.name: score
        for flow in book.flows.values()
        if (score := flow_ease(flow, book, words[language], language)) is not None
    }
    hardest = min(scores, key=scores.__getitem__)
    return (
        f"- {LANGUAGES[language]} ({FORMULAS[language]}): half of the {len(scores)} flows reach"
        f" **{median(scores.values()):.0f}**; the hardest is `{hardest}`, {scores[hardest]:.0f}."
    )


def _table(book: Book, words: Words, kind: Kind) -> Iterator[str]:
    yield "| file | minutes | messages | English | French |"
    yield "|---|--:|--:|--:|--:|"
    for flow in book.flows.values():
        messages = set(messages_of(flow, book))
        if flow.kind is not kind or not messages:
            continue
        scores = [_score(flow, book, words[language], language) for language in LANGUAGES]
        yield f"| {_named(flow, words)} | {flow.minutes or ''} | {len(messages)} | {' | '.join(scores)} |"


def _named(flow: Flow, words: Words) -> str:
    titles = [words[language].get(flow.title, "") for language in LANGUAGES] if flow.title else []
    return f"`{flow.name}`: {' · '.join(titles)}" if titles else f"`{flow.name}`"


def _score(flow: Flow, book: Book, words: Mapping[str, str], language: str) -> str:
    score = flow_ease(flow, book, words, language)
    if flow.kind is Kind.QUESTIONNAIRE:
        said = dict.fromkeys(id for message in messages_of(flow, book) for id in message)
        score = ease((words.get(id, "") for id in said), language)
    return "–" if score is None else f"{score:.0f}"
