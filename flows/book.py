"""All the bot can talk a person through: YAML in, a Book out, or BrokenFlow."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from flows.flow import Do, Flow, Go, Kind, Option, Review, Step
from flows.intents import Phrases, Wish, words_of
from flows.lines import ELSEWHERE, SENTENCES, Directory, directories, words_needed
from flows.page import BrokenFlow, Proof, Table, Word, read
from flows.state import Place
from flows.steps import NAME, PURPOSES, Sentence, Sheet, Steps, braces

__all__ = ["Book", "BrokenFlow", "Sentence", "load", "proofread"]

WORDS_FILE, LINES_FILE = "words.yaml", "lines.yaml"

# Where the engine and the desk lead by themselves.
STARTS = ("welcome", "menu", "exercises", "human", "booking", "data", "urgent")
PLACES = (
    Place("welcome", "again"),
    Place("menu", "menu"),
    Place("everyday", "stopped"),
    Place("everyday", "program"),
    Place("everyday", "language"),
    Place("data", "erase"),
    Place("data", "erased"),
    Place("human", "asking"),
    Place("human", "keep_waiting"),
    Place("release", "given_back"),
)
MENTIONS = tuple(
    Place("human", step) for step in ("asked", "asking_next", "nobody_now", "nobody_answered", "withdrawn")
)
NEEDED_SENTENCES = (
    "menu.title",
    *(
        f"kind_answers.{name}"
        for name in ("sticker", "photo", "voice", "document", "other", "edited", "behind", "broken")
    ),
    *("kind_answers.puzzled_again", "kind_answers.kept_for_therapist", "takeover.here"),
    *(f"lines_words.{name}" for name in SENTENCES),
)

_HEAD = ("purpose", "technique", "source", "minutes", "not_for")


@dataclass(frozen=True, slots=True)
class Book:
    """Everything, with what the engine looks up at every turn already sorted out.

    placeholders: the names in braces, of the sentences that have some.
    labels:       at each step, what can be typed instead of tapping -> choice.
    kept_for:     purpose -> names of the words that flows keep for it.
    """

    flows: Mapping[str, Flow]
    sentences: Mapping[str, Sentence]
    steps: Mapping[Place, Step]
    placeholders: Mapping[str, frozenset[str]]
    wishes: Phrases[Wish]
    labels: Mapping[Place, Phrases[str]]
    kept_for: Mapping[str, frozenset[str]]
    lines: Directory

    def speaking(self, catalogues: Mapping[str, Mapping[str, str]]) -> "Book":
        """The same book, where labels can be typed in the languages of these catalogues too."""
        return replace(self, labels=_labels(self.steps.values(), self.sentences, catalogues.values()))


def load(folder: Path, country: str = "FR", region: str = "") -> Book:
    """Return the book of this folder, with the urgent lines of this country. Raises the first BrokenFlow."""
    book, problems = proofread(folder, country, region)
    if problems:
        raise problems[0]
    return book


def proofread(folder: Path, country: str = "FR", region: str = "") -> tuple[Book, tuple[BrokenFlow, ...]]:
    """Return what could be read, and everything that is wrong with it, file by file, line by line."""
    reading = _Reading()
    book = reading.book(folder, country, region)
    once = {(problem.file, problem.line, problem.sentence): problem for problem in reading.problems}
    return book, tuple(once[place] for place in sorted(once))


def _labels(
    steps: Iterable[Step], sentences: Mapping[str, Sentence], catalogues: Iterable[Mapping[str, str]] = ()
) -> dict[Place, Phrases[str]]:
    languages = tuple(catalogues)
    labels = {}
    for step in steps:
        typed: list[tuple[str, str]] = []
        for option in step.options:
            if option.label in sentences:
                typed.append((sentences[option.label].english, option.id))
            typed.extend((words[option.label], option.id) for words in languages if option.label in words)
        if typed:
            labels[step.place] = Phrases(typed)
    return labels


class _Reading:
    """One reading of a folder. Complaints gather in `problems`; reading goes on."""

    def __init__(self) -> None:
        self.problems: list[BrokenFlow] = []
        self.pages: dict[str, tuple[Proof, Table]] = {}
        self.sheet = Sheet({}, {})

    def book(self, folder: Path, country: str, region: str) -> Book:
        wishes: Phrases[Wish] = Phrases(())
        lines: Mapping[tuple[str, str], Directory] = {}
        files = sorted(folder.glob("*.yaml"))
        for needed in (WORDS_FILE, LINES_FILE):
            if folder / needed not in files:
                self.problems.append(BrokenFlow(needed, 1, "is missing."))
        for path in files:
            proof = Proof(path.name, self.problems)
            try:
                page = read(path)
            except BrokenFlow as broken:
                self.problems.append(broken)
                continue
            if path.name == WORDS_FILE:
                wishes = self.wishes(proof, page)
            elif path.name == LINES_FILE:
                lines = directories(proof, page)
            else:
                self.pages[path.stem] = (proof, page)
        self.sheet = Sheet(
            steps={name: _steps_of(page) for name, (_, page) in self.pages.items()},
            starts={name: proof.word(page, "start", needed=False) for name, (proof, page) in self.pages.items()},
        )
        flows = {name: self.flow(name, proof, page) for name, (proof, page) in self.pages.items()}
        flows = self.list_exercises(flows)
        steps_by_place = {step.place: step for flow in flows.values() for step in flow.steps.values()}
        self.look_for_loops(flows)
        self.look_for_the_needed(flows, lines.values())
        chosen = lines.get((country, region)) or lines.get((country, "")) or lines.get((ELSEWHERE, ""))
        placeholders = {id: braces(sentence.english) for id, sentence in self.sheet.sentences.items()}
        in_order = sorted(self.sheet.sentences.items(), key=lambda item: (item[1].file, item[1].line))
        return Book(
            flows=flows,
            sentences=dict(in_order),
            steps=steps_by_place,
            placeholders={id: names for id, names in placeholders.items() if names},
            wishes=wishes,
            labels=_labels(steps_by_place.values(), self.sheet.sentences),
            kept_for={
                purpose: frozenset(
                    step.hear.name for step in steps_by_place.values() if step.hear and step.hear.keep == purpose
                )
                for purpose in PURPOSES
            },
            lines=chosen or Directory("112", ()),
        )

    def wishes(self, proof: Proof, page: Table) -> Phrases[Wish]:
        proof.known(page, "intents", "polite", "not_typos")
        phrases: list[tuple[str, Wish]] = []
        meant: dict[str, Wish] = {}
        intents = proof.table(page, "intents", needed=True)
        if intents:
            proof.known(intents, *Wish)
            for wish in Wish:
                by_language = proof.table(intents, wish, needed=True)
                for word in self.both_languages(proof, by_language) if by_language else ():
                    bare = "".join(words_of(word.text))
                    if meant.setdefault(bare, wish) is not wish:
                        proof.complain(word.line, f"`{word.text}` already means {meant[bare]}.")
                    phrases.append((word.text, wish))
        polite = proof.table(page, "polite")
        return Phrases(
            phrases,
            polite=[word.text for word in self.both_languages(proof, polite)] if polite else (),
            not_typos=[word.text for word in proof.words(page, "not_typos")],
        )

    def both_languages(self, proof: Proof, table: Table) -> Iterator[Word]:
        proof.known(table, "en", "fr")
        for language in ("en", "fr"):
            words = proof.words(table, language)
            if not words:
                proof.complain(table.line, f"lacks words in `{language}`.")
            yield from words

    def flow(self, name: str, proof: Proof, page: Table) -> Flow:
        kind = self.kind(proof, page)
        content = ("sentences",) if kind is Kind.SENTENCES else ("start", "unexpected", "silence", "beside", "steps")
        proof.known(page, "flow", "kind", "title", *_HEAD, "reviewed", *content)
        said = proof.word(page, "flow")
        if said and said != name:
            proof.complain(page.lines["flow"], f"calls itself `{said}`; the file is named {name}.yaml.")
        if not NAME.match(name):
            proof.complain(1, "is not named in lower-case letters, figures and underscores.")
        if kind is Kind.EXERCISE:
            for key in ("title", "purpose", "source", "minutes"):
                proof.word(page, key)
        minutes = proof.word(page, "minutes", needed=False)
        if minutes and not minutes.isdecimal():
            proof.complain(page.lines["minutes"], "`minutes` must be a whole number.")
        steps: dict[str, Step] = {}
        if kind is Kind.SENTENCES:
            sentences = proof.table(page, "sentences", needed=True)
            for id in sentences.entries if sentences else ():
                if sentences:
                    self.sheet.sentence(proof, sentences, id, f"{name}.{id}")
        else:
            steps = Steps(self.sheet, name, proof, page).read()
            start = proof.word(page, "start")
            if start and start not in steps:
                proof.complain(page.lines["start"], f"starts at `{start}`, which is no step of it.")
        return Flow(
            name=name,
            file=proof.file,
            kind=kind,
            title=self.sheet.sentence(proof, page, "title", f"{name}.title") if "title" in page.entries else "",
            start=Place(name, self.sheet.starts[name]),
            steps=steps,
            head={key: proof.word(page, key, needed=False) for key in _HEAD if key in page.entries},
            reviewed=self.reviews(proof, page),
        )

    def kind(self, proof: Proof, page: Table) -> Kind:
        kind = proof.word(page, "kind")
        if kind in set(Kind):
            return Kind(kind)
        if kind:
            proof.complain(page.lines["kind"], f"`{kind}` is no kind; there are {', '.join(Kind)}.")
        return Kind.SENTENCES if "sentences" in page.entries else Kind.CONVERSATION

    def reviews(self, proof: Proof, page: Table) -> tuple[Review, ...]:
        if "reviewed" not in page.entries:
            proof.complain(1, "does not say by whom it was `reviewed`; write `reviewed: []` for nobody.")
        reviews = []
        for entry in proof.tables(page, "reviewed"):
            proof.known(entry, "by", "role", "on", "words")
            reviews.append(Review(*(proof.word(entry, key) for key in ("by", "role", "on", "words"))))
        return tuple(reviews)

    def list_exercises(self, flows: dict[str, Flow]) -> dict[str, Flow]:
        """Give the steps that list exercises one choice for each."""
        listed = tuple(
            Option(flow.name, flow.title, flow.start)
            for flow in flows.values()
            if flow.kind is Kind.EXERCISE and flow.title
        )
        return {
            name: replace(
                flow,
                steps={
                    id: replace(step, options=listed + step.options) if Do.LIST_EXERCISES in step.do else step
                    for id, step in flow.steps.items()
                },
            )
            for name, flow in flows.items()
        }

    def look_for_loops(self, flows: Mapping[str, Flow]) -> None:
        """Complain of ways that come back to where they began with nobody answering anything."""
        steps = {step.place: step for flow in flows.values() for step in flow.steps.values()}
        done: set[Place] = set()
        for place in steps:
            way: list[Place] = []
            self.walk(steps, place, way, done)

    def walk(self, steps: Mapping[Place, Step], start: Place, way: list[Place], done: set[Place]) -> None:
        pending: list[tuple[Place, Iterator[Place]]] = []

        def enter(place: Place) -> None:
            way.append(place)
            pending.append((place, iter(_unanswered_ways(steps[place]))))

        if start not in done:
            enter(start)
        while pending:
            place, ways = pending[-1]
            following = next(ways, None)
            if following is None:
                pending.pop()
                done.add(way.pop())
            elif following in way:
                step = steps[place]
                self.problems.append(
                    BrokenFlow(
                        f"{place.flow}.yaml",
                        step.line,
                        f"goes round in a loop in which nobody answers: {place.step} leads back to"
                        f" {following.flow}/{following.step}.",
                    )
                )
            elif following in steps and following not in done:
                enter(following)

    def look_for_the_needed(self, flows: Mapping[str, Flow], directories: Iterable[Directory]) -> None:
        for name in STARTS:
            if name not in flows or flows[name].kind is Kind.SENTENCES:
                self.problems.append(BrokenFlow(f"{name}.yaml", 1, f"is missing: the flow `{name}` is needed."))
        for place in (*PLACES, *MENTIONS):
            if place.flow not in flows or place.step not in flows[place.flow].steps:
                sentence = f"lacks the step `{place.step}`, which the program leads to by itself."
                self.problems.append(BrokenFlow(f"{place.flow}.yaml", 1, sentence))
        for place in MENTIONS:
            step = flows[place.flow].steps.get(place.step) if place.flow in flows else None
            if step and step.asks and not step.anytime:
                sentence = f"`{place.step}` can be said at any moment, so it needs `anytime: true`."
                self.problems.append(BrokenFlow(f"{place.flow}.yaml", step.line, sentence))
        needed = {*NEEDED_SENTENCES}
        needed.update(f"lines_words.{name}" for directory in directories for name in words_needed(directory))
        for id in sorted(needed - self.sheet.sentences.keys()):
            flow, _, name = id.partition(".")
            self.problems.append(BrokenFlow(f"{flow}.yaml", 1, f"lacks the sentence `{name}`."))


def _unanswered_ways(step: Step) -> Iterator[Place]:
    ways: list[Go | None] = [step.silence.go] if step.silence else []
    if not step.asks:
        ways += [step.go, *((step.fork.yes, step.fork.no) if step.fork else ())]
    for way in ways:
        if isinstance(way, Place):
            yield way


def _steps_of(page: Table) -> frozenset[str]:
    steps = page.entries.get("steps")
    return frozenset(steps.entries) if isinstance(steps, Table) else frozenset()
