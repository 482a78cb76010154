"""All the bot can talk a person through: YAML in, a Book out, or BrokenFlow."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from string import Formatter

from flows.effects import Weight
from flows.flow import BACK, Do, Flow, Fork, Go, Hear, Kind, Option, Review, Silence, Step
from flows.intents import Phrases, Wish, words_of
from flows.lines import ELSEWHERE, SENTENCES, Directory, directories, words_needed
from flows.page import BrokenFlow, Proof, Table, Value, Word, read
from flows.state import Place

__all__ = ["Book", "BrokenFlow", "Sentence", "load", "proofread"]

PRESS_LIMIT = 64  # bytes; Telegram's limit for what stands on a button
LONGEST_QUESTION = "9999999"  # a number of questions nobody reaches
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

# After these somebody else speaks next, or nobody.
_ENDS = {Do.ERASE, Do.OPEN_REQUEST, Do.WITHDRAW_REQUEST}
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_DURATION = re.compile(r"(\d{1,4}) (second|minute|hour|day)s?\Z")
_PURPOSES = ("keep", "human")
_STEP_NAMES_TAKEN = {"title", "unexpected", "silence", "beside"}
_CHOICE_NAMES_TAKEN = {"unexpected", "silence"}
_HEAD = ("purpose", "technique", "source", "minutes", "not_for")


@dataclass(frozen=True, slots=True)
class Sentence:
    english: str
    file: str
    line: int


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


def braces(sentence: str) -> frozenset[str] | None:
    """The names in braces; None when the braces are not plain `{name}`."""
    names = set()
    try:
        for _, name, form, conversion in Formatter().parse(sentence):
            if name is None:
                continue
            if form or conversion or not _NAME.match(name):
                return None
            names.add(name)
    except ValueError:
        return None
    return frozenset(names)


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
        self.sentences: dict[str, Sentence] = {}
        self.pages: dict[str, tuple[Proof, Table]] = {}
        self.steps_of: dict[str, frozenset[str]] = {}
        self.starts: dict[str, str] = {}

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
        for name, (proof, page) in self.pages.items():
            steps = page.entries.get("steps")
            self.steps_of[name] = frozenset(steps.entries) if isinstance(steps, Table) else frozenset()
            self.starts[name] = proof.word(page, "start", needed=False)
        flows = {name: self.flow(name, proof, page) for name, (proof, page) in self.pages.items()}
        flows = self.list_exercises(flows)
        steps_by_place = {step.place: step for flow in flows.values() for step in flow.steps.values()}
        self.look_for_loops(flows)
        self.look_for_the_needed(flows, lines.values())
        chosen = lines.get((country, region)) or lines.get((country, "")) or lines.get((ELSEWHERE, ""))
        placeholders = {id: braces(sentence.english) for id, sentence in self.sentences.items()}
        in_order = sorted(self.sentences.items(), key=lambda item: (item[1].file, item[1].line))
        return Book(
            flows=flows,
            sentences=dict(in_order),
            steps=steps_by_place,
            placeholders={id: names for id, names in placeholders.items() if names},
            wishes=wishes,
            labels=_labels(steps_by_place.values(), self.sentences),
            kept_for={
                purpose: frozenset(
                    step.hear.name for step in steps_by_place.values() if step.hear and step.hear.keep == purpose
                )
                for purpose in _PURPOSES
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
        if not _NAME.match(name):
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
                    self.sentence(proof, sentences, id, f"{name}.{id}")
        else:
            steps = _Steps(self, name, proof, page).read()
            start = proof.word(page, "start")
            if start and start not in steps:
                proof.complain(page.lines["start"], f"starts at `{start}`, which is no step of it.")
        return Flow(
            name=name,
            file=proof.file,
            kind=kind,
            title=self.sentence(proof, page, "title", f"{name}.title") if "title" in page.entries else "",
            start=Place(name, self.starts[name]),
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

    def sentence(self, proof: Proof, table: Table, key: str, id: str) -> str:
        """Take the sentence under this key in, and return its id."""
        text = proof.word(table, key)
        value = table.entries.get(key)
        if text and isinstance(value, Word):
            self.add_sentence(proof, value, id)
        return id

    def add_sentence(self, proof: Proof, word: Word, id: str) -> str:
        if braces(word.text) is None:
            proof.complain(word.line, "has braces that are not a plain `{name}`.")
        if id in self.sentences:
            proof.complain(word.line, f"has the text id {id}, which another sentence already has.")
        self.sentences[id] = Sentence(word.text, proof.file, word.line)
        return id

    def go(self, flow: str, word: Word, proof: Proof) -> Go:
        """Where this word leads; the menu, and a complaint, when it leads nowhere."""
        menu = Place("menu", self.starts.get("menu", "menu"))
        if word.text == "back":
            return BACK
        if word.text == "menu":
            return menu
        if word.text in self.steps_of[flow]:
            return Place(flow, word.text)
        other, slash, step = word.text.partition("/")
        if not slash and self.starts.get(other):
            return Place(other, self.starts[other])
        if slash and step in self.steps_of.get(other, frozenset()):
            return Place(other, step)
        proof.complain(word.line, f"goes to `{word.text}`, which is no step and no flow.")
        return menu

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
        for id in sorted(needed - self.sentences.keys()):
            flow, _, name = id.partition(".")
            self.problems.append(BrokenFlow(f"{flow}.yaml", 1, f"lacks the sentence `{name}`."))


def _unanswered_ways(step: Step) -> Iterator[Place]:
    ways: list[Go | None] = [step.silence.go] if step.silence else []
    if not step.asks:
        ways += [step.go, *((step.fork.yes, step.fork.no) if step.fork else ())]
    for way in ways:
        if isinstance(way, Place):
            yield way


class _Steps:
    """The steps of one flow."""

    def __init__(self, reading: _Reading, flow: str, proof: Proof, page: Table) -> None:
        self.reading = reading
        self.flow = flow
        self.proof = proof
        self.page = page
        self.beside: tuple[Option, ...] = ()

    def read(self) -> dict[str, Step]:
        steps = self.proof.table(self.page, "steps", needed=True)
        if steps is None:
            return {}
        if beside := self.proof.table(self.page, "beside"):
            self.beside = self.options(beside, f"{self.flow}.beside")
        unexpected = self.text_of(self.page, "unexpected", self.flow)
        silence = self.silence(self.page, self.flow)
        read = {}
        for id in steps.entries:
            table = self.proof.table(steps, id)
            if not _NAME.match(id) or id in _STEP_NAMES_TAKEN:
                self.proof.complain(steps.lines[id], f"`{id}` cannot name a step.")
            elif table:
                read[id] = self.step(id, table, steps.lines[id], unexpected, silence)
        return read

    def step(self, id: str, table: Table, line: int, unexpected: str, silence: Silence | None) -> Step:
        proof = self.proof
        proof.known(
            table,
            *("say", "choices", "hear", "wait", "go", "agreed", "do"),
            *("anytime", "weight", "unexpected", "silence"),
        )
        own = f"{self.flow}.{id}"
        choices = proof.table(table, "choices")
        options = self.options(choices, own) if choices else ()
        hear = self.hear(table)
        do = self.do(table)
        asks = bool(options) or hear is not None or Do.LIST_EXERCISES in do
        names = {option.id for option in options}
        beside = tuple(option for option in self.beside if option.id not in names) if asks else ()
        for option in (*options, *beside):
            if len(f"{LONGEST_QUESTION}/{self.flow}/{id}/{option.id}".encode()) > PRESS_LIMIT:
                proof.complain(line, f"`{id}` and `{option.id}` are too long together for a button; shorten one.")
        step = Step(
            place=Place(self.flow, id),
            line=line,
            says=self.says(table, own),
            options=(*options, *beside),
            beside=frozenset(option.id for option in beside),
            hear=hear,
            wait=self.duration(table, "wait") if "wait" in table.entries else None,
            go=self.go(table),
            fork=self.fork(table),
            do=do,
            anytime=self.anytime(table),
            weight=self.weight(table),
            unexpected=self.text_of(table, "unexpected", own) or unexpected,
            silence=self.silence(table, own) if "silence" in table.entries else silence,
        )
        self.look_over(step, table, asks)
        return step if asks else replace(step, silence=None)

    def look_over(self, step: Step, table: Table, asks: bool) -> None:
        proof, name, line = self.proof, step.place.step, step.line
        ways = [key for key in ("wait", "agreed") if key in table.entries]
        if asks and ways:
            proof.complain(line, f"`{name}` asks, so it cannot have `{ways[0]}`.")
        if asks and step.go:
            proof.complain(line, f"`{name}` asks, so its answers say where to go, not `go`.")
        if asks and not step.says:
            proof.complain(line, f"`{name}` asks without saying anything.")
        if len(ways) == 2 or (step.fork and step.go):
            proof.complain(line, f"`{name}` must lead on in one way: `wait` and `go`, `agreed`, or `go`.")
        if step.anytime and not asks:
            proof.complain(line, f"`{name}` has no buttons to be pressed at any time.")
        if not (asks or step.go or step.fork or _ENDS & set(step.do)):
            proof.complain(line, f"`{name}` is a dead end: it neither asks nor goes on.")
        if asks and not step.unexpected:
            proof.complain(line, f"`{name}` does not say what is answered to something `unexpected`.")
        if step.wait and not step.unexpected:
            proof.complain(line, f"`{name}` takes time, and does not say what is answered to something `unexpected`.")
        if asks and "silence" not in table.entries and "silence" not in self.page.entries:
            proof.complain(line, f"`{name}` does not say what happens in `silence`; `silence: none` for nothing.")

    def says(self, table: Table, own: str) -> tuple[str, ...]:
        return tuple(
            self.reading.add_sentence(self.proof, word, own if number == 1 else f"{own}.{number}")
            for number, word in enumerate(self.proof.words(table, "say"), 1)
        )

    def text_of(self, table: Table, key: str, own: str) -> str:
        return self.reading.sentence(self.proof, table, key, f"{own}.{key}") if key in table.entries else ""

    def options(self, choices: Table, own: str) -> tuple[Option, ...]:
        options = []
        for id in choices.entries:
            table = self.proof.table(choices, id)
            if not _NAME.match(id) or id in _CHOICE_NAMES_TAKEN:
                self.proof.complain(choices.lines[id], f"`{id}` cannot name a choice.")
            elif table:
                self.proof.known(table, "label", "go")
                label = self.reading.sentence(self.proof, table, "label", f"{own}.{id}")
                go = self.go(table)
                if go is None:
                    self.proof.complain(choices.lines[id], f"`{id}` does not say where to `go`.")
                options.append(Option(id, label, go or BACK))
        if not choices.entries:
            self.proof.complain(choices.line, "has no choices.")
        return tuple(options)

    def go(self, table: Table) -> Go | None:
        value = table.entries.get("go")
        if value is None:
            return None
        if not isinstance(value, Word) or not value.text:
            self.proof.complain(value.line, "`go` must be one step, flow, flow/step, menu or back.")
            return None
        return self.reading.go(self.flow, value, self.proof)

    def hear(self, table: Table) -> Hear | None:
        hear = self.proof.table(table, "hear")
        if hear is None:
            return None
        self.proof.known(hear, "as", "keep", "go")
        name = self.proof.word(hear, "as", needed="keep" in hear.entries)
        keep = self.proof.word(hear, "keep", needed="as" in hear.entries)
        if keep and keep not in _PURPOSES:
            self.proof.complain(hear.lines["keep"], f"`keep` is for one of {', '.join(_PURPOSES)}.")
        if name and not _NAME.match(name):
            self.proof.complain(hear.lines["as"], f"`{name}` cannot name words.")
        go = self.go(hear)
        if go is None:
            self.proof.complain(hear.line, "`hear` does not say where to `go`.")
        return Hear(go or BACK, name, keep)

    def fork(self, table: Table) -> Fork | None:
        fork = self.proof.table(table, "agreed")
        if fork is None:
            return None
        self.proof.known(fork, "to", "yes", "no")
        to = self.proof.word(fork, "to")
        if to and to not in _PURPOSES:
            self.proof.complain(fork.lines["to"], f"one agrees to one of {', '.join(_PURPOSES)}.")
        ways: dict[str, Go] = {}
        for answer in ("yes", "no"):
            word = fork.entries.get(answer)
            if isinstance(word, Word) and word.text:
                ways[answer] = self.reading.go(self.flow, word, self.proof)
            else:
                self.proof.complain(fork.line, f"`agreed` does not say where `{answer}` leads.")
        return Fork(to, ways.get("yes", BACK), ways.get("no", BACK))

    def do(self, table: Table) -> tuple[Do, ...]:
        orders = []
        for word in self.proof.words(table, "do"):
            if word.text in set(Do):
                orders.append(Do(word.text))
            else:
                self.proof.complain(word.line, f"cannot do `{word.text}`; it can do: {', '.join(Do)}.")
        return tuple(orders)

    def silence(self, table: Table, own: str) -> Silence | None:
        value: Value | None = table.entries.get("silence")
        if value is None or (isinstance(value, Word) and value.text == "none"):
            return None
        silence = self.proof.table(table, "silence")
        if silence is None:
            return None
        self.proof.known(silence, "after", "say", "go")
        if ("say" in silence.entries) == ("go" in silence.entries):
            self.proof.complain(silence.line, "`silence` must either `say` something or `go` somewhere.")
        say = ""
        if "say" in silence.entries:
            say = self.reading.sentence(self.proof, silence, "say", f"{own}.silence")
        return Silence(self.duration(silence, "after"), say, self.go(silence))

    def duration(self, table: Table, key: str) -> timedelta:
        text = self.proof.word(table, key)
        found = _DURATION.match(text)
        if not found:
            if text:
                self.proof.complain(table.lines[key], f"`{text}` is not a time such as `4 seconds`.")
            return timedelta(minutes=10)
        return timedelta(**{f"{found[2]}s": int(found[1])})

    def anytime(self, table: Table) -> bool:
        word = self.proof.word(table, "anytime", needed=False)
        if word not in ("", "true"):
            self.proof.complain(table.lines["anytime"], "`anytime` can only be `true`; leave it out otherwise.")
        return word == "true"

    def weight(self, table: Table) -> Weight:
        word = self.proof.word(table, "weight", needed=False)
        if word in ("", "crisis", "reminder"):
            return Weight(word) if word else Weight.NORMAL
        self.proof.complain(table.lines["weight"], "`weight` is crisis or reminder; leave it out otherwise.")
        return Weight.NORMAL
