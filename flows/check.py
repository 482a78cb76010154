"""Every problem of the content and its translations, at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from flows import french, labels
from flows.allowed import Allowed
from flows.allowed import read as read_allowed
from flows.book import CONSENTS, LINES_FILE, MENTIONS, PLACES, Book, BrokenFlow, Sentence, proofread
from flows.ease import FORMULAS, ease, words_in
from flows.flow import Asking, Flow, Go, Kind, Step
from flows.lines import FRESH, Line, stale
from flows.state import Place
from flows.steps import braces

MESSAGE_LIMIT = 300  # characters a person reads at once (CONTRIBUTING.md, "Adding a sentence")
LEAST_EASE = 60  # of every flow; plain English is 60 to 70 on Flesch's scale
MEDIAN_EASE = {"en": 75, "fr": 70}  # of the whole library
MEASURABLE = 30  # words; what is shorter has no reading ease worth the name

NEEDED_LOCALES = ("fr",)
PRESSES_TO_MENU = 2
_NOT_FOR_PEOPLE = {"bookings", "desk", "preview", "web"}  # pages and the desk's help; not messages to a person
_OFFICIAL_WORDING = {Kind.QUESTIONNAIRE}  # kinds whose words are not ours to make easier
_ROOTS = ("welcome", "menu", "human", "urgent", "data", "checkin", "memory", "free_words", "appointment")

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


def problems(
    folder: Path, catalogues: Mapping[str, Mapping[str, str]], lines: Mapping[str, Mapping[str, int]] | None = None
) -> list[Problem]:
    """What is wrong in this folder of flows and in these catalogues, by file and line.

    lines: by language, where each translation stands in its catalogue; without them, the place of the English is named.
    """
    return of_book(folder, *proofread(folder), catalogues, lines)


def of_book(
    folder: Path,
    book: Book,
    broken: Sequence[BrokenFlow],
    catalogues: Mapping[str, Mapping[str, str]],
    lines: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Problem]:
    """The same, for whoever has proofread the folder already."""
    complaints = list(broken)
    allowed = read_allowed(folder, complaints)
    found = [Problem(problem.file, problem.line, problem.sentence) for problem in complaints]
    found += _unreachable(book)
    found += _far_from_the_menu(book)
    languages = {"en": book.english()}
    for locale in NEEDED_LOCALES:
        if catalogues.get(locale):
            languages[locale] = {**catalogues[locale], **book.official(locale)}
        else:
            found.append(Problem(f"locales/{locale}", 1, "has no translation."))
    for locale, words in languages.items():
        reading = _Reading(book, locale, words, allowed, (lines or {}).get(locale, {}))
        found += reading.problems()
    found += (Problem(allowed.file, line, sentence) for line, sentence in allowed.unused())
    return sorted(set(found), key=lambda problem: (problem.file, problem.line, problem.sentence))


def warnings(folder: Path, country: str, today: date) -> list[Problem]:
    """What is not wrong, but is to be looked at: urgent lines that nobody has verified in half a year.

    country: of the clinic, as in State.country. Its lines are named one by one; of the others, how many there are.
    """
    book, _ = proofread(folder)
    found = []
    for name, directory in book.directories.items():
        old = list(stale(directory, today))
        if name == country:
            found += [Problem(LINES_FILE, line.row, f"{line.name} {_last_verified(line, today)}") for line in old]
        elif old:
            sentence = (
                f"{len(old)} of the {len(directory.lines)} lines of {name} were not verified within {FRESH.days} days."
            )
            found.append(Problem(LINES_FILE, old[0].row, sentence))
    return sorted(found, key=lambda problem: problem.line)


def _last_verified(line: Line, today: date) -> str:
    if line.verified_on is None:
        return "was never verified (decision 0006): call it, and write the day into `verified_on`."
    days = (today - line.verified_on).days
    return (
        f"was last verified {days} days ago, on {line.verified_on}: look again, and write the day into `verified_on`."
    )


def cannot_be_said(book: Book, catalogues: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    """The translations with broken braces: said all the same, they would break a conversation."""
    for locale, words in catalogues.items():
        reading = _Reading(book, locale, words, Allowed(), {})
        for id, sentence in book.sentences.items():
            if words.get(id):
                yield from reading.braces_differ(id, sentence)


class _Reading:
    """The whole book read in one language."""

    def __init__(
        self, book: Book, locale: str, words: Mapping[str, str], allowed: Allowed, lines: Mapping[str, int]
    ) -> None:
        self.book = book
        self.locale = locale
        self.words = words
        self.allowed = allowed
        self.lines = lines

    def problems(self) -> Iterator[Problem]:
        for id, sentence in self.book.sentences.items():
            yield from self.of_sentence(id, sentence)
        for flow in self.book.flows.values():
            yield from self.too_long(flow)
            for step in flow.steps.values():
                yield from self.labels_too_long(step)
        yield from self.hard_to_read()

    def at(self, id: str, complaint: str) -> Problem:
        if id in self.lines:
            file, line = f"locales/{self.locale}/LC_MESSAGES/messages.po", self.lines[id]
        else:
            file, line = self.book.sentences[id].file, self.book.sentences[id].line
        return Problem(file, line, f"{id} {complaint}")

    def of_sentence(self, id: str, sentence: Sentence) -> Iterator[Problem]:
        words = self.words.get(id, "")
        if not words:
            yield self.at(id, f"is not translated into {self.locale}, or its translation is marked fuzzy.")
            return
        rules = _EITHER + (french.SPACES if self.locale == "fr" else ())
        for wrong, complaint in rules:
            if wrong.search(words):
                yield self.at(id, f"({self.locale}) {complaint}: {words}")
        for slip in french.slips(words) if self.locale == "fr" else ():
            if not self.allowed.covers(id, slip.rule, slip.words):
                yield self.at(id, f"({self.locale}) {slip.sentence}: {words}")
        yield from self.braces_differ(id, sentence)

    def braces_differ(self, id: str, sentence: Sentence) -> Iterator[Problem]:
        words = self.words[id]
        expected, there = braces(sentence.english), braces(words)
        if there is None and self.locale != "en":
            yield self.at(id, f"({self.locale}) has braces that are not a plain `{{name}}`: {words}")
        elif there is not None and expected is not None and there != expected:
            names = ", ".join(f"{{{name}}}" for name in sorted(expected)) or "no {names}"
            yield self.at(id, f"({self.locale}) must have the same names in braces as the English, {names}: {words}")

    def too_long(self, flow: Flow) -> Iterator[Problem]:
        for ids in messages_of(flow, self.book):
            if ids[0] not in self.book.sentences:
                continue  # official words; tests/flows/test_instruments.py measures them
            length = len("\n\n".join(self.words.get(id, "") for id in ids))
            if length > MESSAGE_LIMIT:
                yield self.at(
                    ids[0], f"({self.locale}) has {length} characters; a message has {MESSAGE_LIMIT} at most."
                )

    def labels_too_long(self, step: Step) -> Iterator[Problem]:
        """A label that is allowed to be longer makes its question one with numbers; see flows/labels.py."""
        room = labels.room(len(step.options))
        for option in (option for option in step.options if option.label in self.book.sentences):
            length = len(self.words.get(option.label, ""))
            if room and length > room and not self.allowed.covers(option.label, "label"):
                yield self.at(
                    option.label,
                    f"({self.locale}) has {length} characters; where there are {len(step.options)} choices, a label has"
                    f" room for {room}. Shorten it; or allow `label` in {self.allowed.file}, and the choices will stand"
                    " numbered in the message.",
                )

    def hard_to_read(self) -> Iterator[Problem]:
        formula, measured = FORMULAS[self.locale], []
        for flow in self.book.flows.values():
            score = flow_ease(flow, self.book, self.words, self.locale)
            if score is None:
                continue
            measured.append(score)
            if score < LEAST_EASE and not self.allowed.covers(flow.name, "ease"):
                yield Problem(
                    flow.file,
                    1,
                    f"({self.locale}) has a reading ease of {score:.0f} ({formula}); {LEAST_EASE} is the least."
                    " Shorter sentences and shorter words make it easier.",
                )
        if measured and (middle := median(measured)) < MEDIAN_EASE[self.locale]:
            yield Problem(
                "flows/content",
                1,
                f"({self.locale}) half of the flows have a reading ease under {middle:.0f} ({formula});"
                f" the middle of the library has to be {MEDIAN_EASE[self.locale]} or more.",
            )


def messages_of(flow: Flow, book: Book) -> Iterator[tuple[str, ...]]:
    """The text ids of each message of this flow to a person, those of one message together."""
    if flow.kind is Kind.SENTENCES and flow.name not in _NOT_FOR_PEOPLE:
        yield from ((id,) for id, sentence in book.sentences.items() if sentence.file == flow.file)
    for step in flow.steps.values():
        if step.says:
            yield step.says
        for id in (step.unexpected, step.silence.say if step.silence else ""):
            if id in book.sentences:
                yield (id,)


def flow_ease(flow: Flow, book: Book, words: Mapping[str, str], locale: str) -> float | None:
    """The reading ease of a flow's messages; None where it would say nothing.

    That is where there are hardly any words, where they are not meant for a person, and where they are official.
    """
    if flow.kind in _OFFICIAL_WORDING:
        return None
    ids = dict.fromkeys(id for message in messages_of(flow, book) for id in message)
    said = [words.get(id, "") for id in ids]
    return ease(said, locale) if sum(len(words_in(message)) for message in said) >= MEASURABLE else None


def _unreachable(book: Book) -> Iterator[Problem]:
    roots = [book.flows[name].start for name in _ROOTS if name in book.flows]
    asking = {CONSENTS[s.fork.names[0]] for s in book.steps.values() if s.fork and s.fork.ask is not Asking.NEVER}
    pending = [*roots, *(book.flows[name].start for name in asking if name in book.flows), *PLACES, *MENTIONS]
    reached: set[Place] = set()
    while pending:
        place = pending.pop()
        if place not in reached and place in book.steps:
            reached.add(place)
            pending += [way for way in _ways(book, book.steps[place]) if isinstance(way, Place)]
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
        return any(_leads_to(book, go, end, presses, way) for go in _ways(book, step) if isinstance(go, Place))
    return presses > 0 and any(
        _leads_to(book, option.go, end, presses - 1) for option in step.options if isinstance(option.go, Place)
    )


def _ways(book: Book, step: Step) -> Iterator[Go | None]:
    yield step.go
    if step.items:
        steps = book.flows[step.place.flow].steps.values()
        yield from (asking.place for asking in steps if asking.item)
    if step.item:
        yield step.item.silent
    yield from (option.go for option in step.options)
    if step.hear:
        yield step.hear.go
    if step.fork:
        yield from (step.fork.yes, step.fork.no)
    if step.listing:
        yield step.listing.each
    if step.silence:
        yield step.silence.go
