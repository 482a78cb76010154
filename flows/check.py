"""Every problem of the content and its translations, at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.book import MENTIONS, PLACES, Book, Sentence, proofread
from flows.flow import Flow, Go, Kind, Step
from flows.state import Place
from flows.steps import braces

MESSAGE_LIMIT = 300  # characters a person reads at once (DESIGN.md, "Content")
LABEL_LIMIT = 40  # characters on a button

NEEDED_LOCALES = ("fr",)
PRESSES_TO_MENU = 2
_NOT_FOR_PEOPLE = {"desk", "web"}  # pages and the desk's help; not messages to a person
_ROOTS = ("welcome", "menu", "human", "urgent", "data")

_NNBSP, _NBSP = "\u202f", "\u00a0"
_FRENCH = (
    (re.compile(rf"[^{_NNBSP};!?][;!?]"), "needs a narrow no-break space (U+202F) before ; ! or ?"),
    (re.compile(rf"[^{_NBSP}]:(?!//|\d)"), "needs a no-break space (U+00A0) before a colon"),
    (re.compile(rf"«[^{_NBSP}]|[^{_NBSP}]»"), "needs no-break spaces (U+00A0) inside « »"),
)
_EITHER = (
    (re.compile(r"'"), "has a straight apostrophe; write ’"),
    (re.compile(r'"'), "has straight quotes"),
    (re.compile(r"\.\.\."), "has three dots; write …"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


def problems(folder: Path, catalogues: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """What is wrong in this folder of flows and in these catalogues, by file and line."""
    book, broken = proofread(folder)
    found = [Problem(problem.file, problem.line, problem.sentence) for problem in broken]
    found += _unreachable(book)
    found += _far_from_the_menu(book)
    languages = {"en": {id: sentence.english for id, sentence in book.sentences.items()}}
    for locale in NEEDED_LOCALES:
        if catalogues.get(locale):
            languages[locale] = dict(catalogues[locale])
        else:
            found.append(Problem(f"locales/{locale}", 1, "has no translation."))
    for locale, words in languages.items():
        for id, sentence in book.sentences.items():
            found += [
                Problem(sentence.file, sentence.line, f"{id} {complaint}")
                for complaint in _of_sentence(id, sentence, words.get(id, ""), locale)
            ]
        for flow in book.flows.values():
            found += _too_long(flow, book, words, locale)
    return sorted(set(found), key=lambda problem: (problem.file, problem.line, problem.sentence))


def _of_sentence(id: str, sentence: Sentence, words: str, locale: str) -> Iterator[str]:
    if not words:
        yield f"is not translated into {locale}, or its translation is marked fuzzy."
        return
    rules = _EITHER + (_FRENCH if locale == "fr" else ())
    for wrong, complaint in rules:
        if wrong.search(words):
            yield f"({locale}) {complaint}: {words}"
    expected, there = braces(sentence.english), braces(words)
    if expected is not None and there != expected:
        yield f"({locale}) must have the same {{names}} as the English: {words}"


def _too_long(flow: Flow, book: Book, words: Mapping[str, str], locale: str) -> Iterator[Problem]:
    messages: list[tuple[str, int, int]] = []
    if flow.kind is Kind.SENTENCES and flow.name not in _NOT_FOR_PEOPLE:
        ids = [id for id, sentence in book.sentences.items() if sentence.file == flow.file]
        messages += [(id, book.sentences[id].line, len(words.get(id, ""))) for id in ids]
    for step in flow.steps.values():
        if step.says:
            says = "\n\n".join(words.get(id, "") for id in step.says)
            messages.append((step.says[0], step.line, len(says)))
        others = [step.unexpected, step.silence.say if step.silence else ""]
        messages += [(id, book.sentences[id].line, len(words.get(id, ""))) for id in others if id in book.sentences]
        for option in step.options:
            label = words.get(option.label, "")
            if len(label) > LABEL_LIMIT:
                at = book.sentences[option.label]
                yield Problem(
                    at.file,
                    at.line,
                    f"{option.label} ({locale}) has {len(label)} characters; a button has room for {LABEL_LIMIT}.",
                )
    for id, line, length in messages:
        if length > MESSAGE_LIMIT:
            yield Problem(
                flow.file, line, f"{id} ({locale}) has {length} characters; a message has {MESSAGE_LIMIT} at most."
            )


def _unreachable(book: Book) -> Iterator[Problem]:
    roots = [book.flows[name].start for name in _ROOTS if name in book.flows]
    pending = [*roots, *PLACES, *MENTIONS]
    reached: set[Place] = set()
    while pending:
        place = pending.pop()
        if place not in reached and place in book.steps:
            reached.add(place)
            pending += [way for way in _ways(book.steps[place]) if isinstance(way, Place)]
    for place, step in book.steps.items():
        if place not in reached:
            yield Problem(book.flows[place.flow].file, step.line, f"nothing leads to `{place.step}`.")


def _far_from_the_menu(book: Book) -> Iterator[Problem]:
    if "menu" not in book.flows:
        return
    menu = book.flows["menu"].start
    for place, step in book.steps.items():
        if step.asks and step.options and place != menu and not _leads_to(book, place, menu, PRESSES_TO_MENU):
            yield Problem(
                book.flows[place.flow].file,
                step.line,
                f"from `{place.step}` the menu is more than {PRESSES_TO_MENU} presses away.",
            )


def _leads_to(book: Book, place: Place, end: Place, presses: int, unasked: tuple[Place, ...] = ()) -> bool:
    """Whether so many presses can lead there; time and what needs nobody cost nothing."""
    step = book.steps.get(place)
    if place == end:
        return True
    if step is None or place in unasked:
        return False
    if not step.asks:
        way = (*unasked, place)
        return any(_leads_to(book, go, end, presses, way) for go in _ways(step) if isinstance(go, Place))
    return presses > 0 and any(
        _leads_to(book, option.go, end, presses - 1) for option in step.options if isinstance(option.go, Place)
    )


def _ways(step: Step) -> Iterator[Go | None]:
    yield step.go
    yield from (option.go for option in step.options)
    if step.hear:
        yield step.hear.go
    if step.fork:
        yield from (step.fork.yes, step.fork.no)
    if step.silence:
        yield step.silence.go
