"""All the bot can talk a person through: YAML in, a Book out, or BrokenFlow."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import assert_never

from flows import answers, appointments, instruments, paths, regularity, review, withholding
from flows.countries import Countries
from flows.effects import Text
from flows.flow import (
    STOPPED,
    STOPPED_IN_DANGER,
    STOPPED_WAITING,
    Do,
    Feeling,
    Flow,
    Go,
    If,
    Kind,
    Listing,
    Of,
    Option,
    Review,
    Step,
    Way,
    When,
)
from flows.instruments import PREFIX, Instrument
from flows.intents import ASKED_FOR, Phrases, Wish, words_of
from flows.lines import ELSEWHERE, SENTENCES, Directory, directories, words_needed
from flows.lines import country as urgent_country
from flows.page import BrokenFlow, Proof, Table, Word, read
from flows.replies import Replies
from flows.rules import DEFAULT, Rules
from flows.state import Place
from flows.steps import ALWAYS_KNOWN, KEPT, NAME, PURPOSES, THIS, Sentence, Sheet, Steps, braces

__all__ = ["Book", "BrokenFlow", "Sentence", "load", "proofread"]

WORDS_FILE, LINES_FILE = "words.yaml", "lines.yaml"
ALLOWED_FILE = "allowed.yaml"  # for flows/check.py

# Where the engine and the desk lead by themselves.
STARTS = (
    *("welcome", "menu", "choosing", "exercises", "memory", "free_words"),
    *("human", "booking", "data", "urgent", "safety_plan", "checkin", "appointment"),
)
CONSENTS = {"keep": "consent_keep", "human": "consent_human"}  # purpose -> the flow that asks for the agreement
PAGE = 6  # rows of a list at once: with its own choices still in one list of WhatsApp (10)
MOST_NOTES = 30
ROWS_OF_NOTES = {"lists.note", "lists.felt_row"}
PLACES = (
    Place("welcome", "again"),
    Place("menu", "menu"),
    STOPPED,
    STOPPED_WAITING,
    STOPPED_IN_DANGER,
    *(Place("everyday", asked) for asked in ("program", "cost", "how_long", "parents", "parents_quiet")),
    *(Place("everyday", language) for language in ("language", "french", "english")),
    Place("data", "erase"),
    Place("data", "erased"),
    Place("data", "withdraw"),
    Place("human", "asking"),
    Place("human", "keep_waiting"),
    Place("release", "given_back"),
    Place("release", "closed"),
    *paths.PLACES,
    *appointments.PLACES,
    regularity.HOW,
    regularity.LAST,
    regularity.OFF,
    regularity.NO_REMINDERS,
)
MENTIONS = (
    *(Place("human", step) for step in ("asked", "asked_usual", "asked_unbidden", "asked_again", "withdrawn")),
    Place("human", "asking_everyone"),
    *(Place("human", step) for step in ("asking_next", "asking_next_busy", "asking_next_unreached")),
    *(Place("human", step) for step in ("nobody_now", "nobody_until", "nobody_answered", "nobody_came")),
    *paths.MENTIONS,
)
COUNTRIES = ("FR", "BE", "CH", "LU", "CA", "CA-QC", "GB", "IE", "US", ELSEWHERE)  # those a person can choose
# In the order of Replies.
REPLIES = (
    "yes_begins",
    "surely",
    "wants_begin",
    "no_whole",
    "thinks",
    "before",
    "not_so",
    "nothing",
    "thanks",
    "hello",
    "names",
)
# Choices of the flow `crisis`; and what is said of a panic.
SPOKEN = ("happening", "alone", "someone", "called", "no_voice", "far", "breathless")
NEEDED_SENTENCES = (
    "menu.title",
    "menu.menu.language",
    *(
        f"kind_answers.{name}"
        for name in ("sticker", "photo", "voice", "document", "other", "edited", "behind", "broken")
    ),
    *(f"review.{name}" for name in ("none", "some", "all", "withheld")),
    *(
        f"kind_answers.{name}"
        for name in ("puzzled_again", "kept_for_therapist", "thanks", "hello", "too_long", "full")
    ),
    *("kind_answers.too_long_for_plan", "kind_answers.can_call_now"),
    *(f"lists.{name}" for name in ("exercise", "note", "felt", "felt_row", "words", "said")),
    *(f"afterwards.felt.{name}" for name in ("lighter", "same", "heavier")),
    "takeover.here",
    "takeover.back",
    *(
        f"brief.{name}"
        for name in ("language", "noticed", "said", "exercise", "exercise_felt", "agreed", "and", "question")
    ),
    *(f"brief.{name}" for name in ("score", "score_changed", "score_about_same")),
    *(f"brief.agreed_{purpose}" for purpose in ("human", "keep", "answers", "plan", "reminders")),
    *(f"brief.ask_{name}" for name in ("noticed", "exercise", "score", "today", "easier")),
    *(f"checkin_words.{name}" for name in regularity.SENTENCES),
    *(f"lines_words.{name}" for name in SENTENCES),
)

_PARTS = re.compile(r"\s*:\s+")  # of "Mood: PHQ-9"; each can be typed by itself
_HEAD = ("purpose", "technique", "source", "minutes", "not_for")
_TALKED = ("start", "unexpected", "silence", "beside", "steps")


@dataclass(frozen=True, slots=True)
class Book:
    """Everything, with what the engine looks up at every turn already sorted out.

    placeholders: the names in braces, of the sentences that have some.
    labels:       at each step, what can be typed instead of tapping -> choice.
    called:       what can be typed for an exercise -> its flow.
    spoken:       what people say for a button of the flow `crisis` in words of their own -> the choice.
    kept_for:     purpose -> (flow, name) of the words that are heard for it.
    starts:       where exercises begin.
    whole:        sentences that are nothing but words given back, and give back all of them.
    private:      sentences that are shown to the person and to nobody else: they give back their own words, or the
                  brief from which they may still take something out.
    lines:        the urgent lines of the clinic's country; directories: of each country, by its name in State.country.
    country:      the clinic's; it decides which official words a questionnaire has.
    rules:        what else the clinic decided.
    reviews:      how each flow stands; `speaking` looks at its words in every language.
    reviewed:     what a person is told of it.
    withheld:     the flows that nothing leads to until a clinician has signed them (flows/withholding.py).
    as_read:      the flows as their files have them, before anything is listed in them.
    catalogues:   the translations that it speaks.
    """

    flows: Mapping[str, Flow]
    sentences: Mapping[str, Sentence]
    steps: Mapping[Place, Step]
    placeholders: Mapping[str, frozenset[str]]
    wishes: Phrases[Wish]
    labels: Mapping[Place, Phrases[str]]
    called: Phrases[str]
    kept_for: Mapping[str, frozenset[tuple[str, str]]]
    starts: frozenset[Place]
    whole: frozenset[str]
    private: frozenset[str]
    lines: Directory
    directories: Mapping[str, Directory]
    countries: Countries
    replies: Replies
    spoken: Phrases[str]
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    country: str = ""
    rules: Rules = DEFAULT
    reviews: Mapping[str, review.State] = field(default_factory=dict)
    reviewed: Text = review.NOBODY
    withheld: frozenset[str] = frozenset()
    as_read: Mapping[str, Flow] = field(default_factory=dict)
    catalogues: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def lines_in(self, country: str) -> Directory:
        """The urgent lines there; the clinic's own for "" and for a country that is no longer listed."""
        return self.directories.get(country, self.lines)

    def speaking(self, catalogues: Mapping[str, Mapping[str, str]]) -> "Book":
        """The same book in these languages too: labels can be typed in them, and reviews cover them."""
        reviews = review.states(self.flows, self.sentences, catalogues)
        return replace(
            self, catalogues=catalogues, reviews=reviews, reviewed=review.said(reviews.values())
        )._with_labels()

    def under(self, rules: Rules) -> "Book":
        """The same book, as this clinic wants it. Only one that is `speaking` knows what is reviewed."""
        book = replace(self, rules=rules)
        return book._withholding() if rules.only_reviewed else book

    def _withholding(self) -> "Book":
        gone = withholding.withheld(self.flows, self.reviews)
        menu = self.flows["menu"].start
        left = {name: withholding.cut(flow, gone, menu) for name, flow in self.as_read.items() if name not in gone}
        steps = [step for flow in _listed(left, []).values() for step in flow.steps.values()]
        return replace(
            self,
            withheld=gone,
            steps={step.place: withholding.told(step, self.steps.get(step.place)) for step in steps},
            starts=frozenset(place for place in self.starts if place.flow not in gone),
            reviewed=review.said(state for name, state in self.reviews.items() if name not in gone),
        )._with_labels()

    def _with_labels(self) -> "Book":
        languages = [{**words, **self.official(locale)} for locale, words in self.catalogues.items()]
        served = [flow for name, flow in self.flows.items() if name not in self.withheld]
        return replace(
            self,
            labels=_labels(self.steps.values(), self.english(), languages),
            called=_called(served, self.english(), languages),
        )

    def english(self) -> dict[str, str]:
        """Every sentence by its id, the questionnaires' own among them."""
        return {**{id: sentence.english for id, sentence in self.sentences.items()}, **self.official("en")}

    def official(self, locale: str) -> dict[str, str]:
        """The questionnaires' own words in this language, by text id."""
        return instruments.words(self.instruments, locale, self.country)

    def asking(self, instrument: str) -> Flow | None:
        """The flow that asks this instrument's questions."""
        return next((flow for flow in self.flows.values() if flow.instrument == instrument), None)


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
    steps: Iterable[Step], english: Mapping[str, str], catalogues: Iterable[Mapping[str, str]] = ()
) -> dict[Place, Phrases[str]]:
    languages = (english, *catalogues)
    labels = {}
    for step in steps:
        typed: list[tuple[str, str]] = []
        for option in step.options:
            typed.extend((words[option.label], option.id) for words in languages if option.label in words)
        typed += [(part, id) for label, id in typed for part in _PARTS.split(label)]
        if typed:
            labels[step.place] = Phrases(typed)
    return labels


def _called(flows: Iterable[Flow], english: Mapping[str, str], catalogues: Iterable[Mapping[str, str]]) -> Phrases[str]:
    typed: list[tuple[str, str]] = []
    languages = (english, *catalogues)
    for flow in flows:
        if flow.kind is Kind.EXERCISE:
            typed.extend((words[flow.title], flow.name) for words in languages if flow.title in words)
            typed.extend((name, flow.name) for name in flow.called)
    return Phrases(typed)


class _Reading:
    """One reading of a folder. Complaints gather in `problems`; reading goes on."""

    def __init__(self) -> None:
        self.problems: list[BrokenFlow] = []
        self.pages: dict[str, tuple[Proof, Table]] = {}
        self.sheet = Sheet({}, {})

    def book(self, folder: Path, country: str, region: str) -> Book:
        wishes: Phrases[Wish] = Phrases(())
        countries, replies = Countries({}, ()), Replies()
        spoken: Phrases[str] = Phrases(())
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
                countries, replies = self.countries(proof, page), self.replies(proof, page)
                spoken = self.spoken(proof, page)
            elif path.name == LINES_FILE:
                lines = directories(proof, page)
            elif path.name != ALLOWED_FILE:
                self.pages[path.stem] = (proof, page)
        self.sheet = Sheet(
            steps={name: _steps_of(page) for name, (_, page) in self.pages.items()},
            starts={name: proof.word(page, "start", needed=False) for name, (proof, page) in self.pages.items()},
            instruments=instruments.load(folder, self.problems),
        )
        flows = {name: self.flow(name, proof, page) for name, (proof, page) in self.pages.items()}
        as_read, flows = flows, _listed(flows, self.problems)
        steps_by_place = {step.place: step for flow in flows.values() for step in flow.steps.values()}
        self.look_for_loops(flows)
        self.look_for_the_needed(flows, lines.values())
        self.look_for_askers(flows)
        chosen = lines.get((country, region)) or lines.get((country, "")) or lines.get((ELSEWHERE, ""))
        placeholders = {id: braces(sentence.english) for id, sentence in self.sheet.sentences.items()}
        kept_for = {
            purpose: frozenset(
                (place.flow, step.hear.name)
                for place, step in steps_by_place.items()
                if step.hear and step.hear.purpose == purpose
            )
            for purpose in PURPOSES
        }
        in_order = sorted(self.sheet.sentences.items(), key=lambda item: (item[1].file, item[1].line))
        book = Book(
            flows=flows,
            sentences=dict(in_order),
            steps=steps_by_place,
            placeholders={id: names for id, names in placeholders.items() if names},
            wishes=wishes,
            labels={},
            called=Phrases(()),
            kept_for=kept_for,
            starts=frozenset(flow.start for flow in flows.values() if flow.kind is Kind.EXERCISE),
            whole=frozenset(
                id
                for id, names in placeholders.items()
                if names and self.sheet.sentences[id].english == f"{{{min(names)}}}"
            ),
            private=_private(flows, kept_for["plan"], placeholders),
            lines=chosen or Directory("112", ()),
            directories={"-".join(filter(None, place)): directory for place, directory in lines.items()},
            countries=countries,
            replies=replies,
            spoken=spoken,
            instruments=self.sheet.instruments,
            country=country,
            as_read=as_read,
        )
        return book.speaking({})

    def wishes(self, proof: Proof, page: Table) -> Phrases[Wish]:
        proof.known(page, "intents", "polite", "before", "after", "not_typos", "countries", "here", "replies", "spoken")
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
        around = {key: proof.table(page, key) for key in ("polite", "before", "after")}
        return Phrases(
            phrases,
            not_typos=[word.text for word in proof.words(page, "not_typos")],
            asked=ASKED_FOR,
            **{
                key: [word.text for word in self.both_languages(proof, table)] if table else ()
                for key, table in around.items()
            },
        )

    def countries(self, proof: Proof, page: Table) -> Countries:
        names: dict[str, list[str]] = {}
        listed = proof.table(page, "countries")
        if listed:
            proof.known(listed, *COUNTRIES)
        for country in listed.entries if listed else ():
            if listed and (table := proof.table(listed, country)):
                names[country] = [word.text for word in self.both_languages(proof, table)]
        here = proof.table(page, "here")
        return Countries(names, [word.text for word in self.both_languages(proof, here)] if here else ())

    def replies(self, proof: Proof, page: Table) -> Replies:
        replies = proof.table(page, "replies", needed=True)
        if replies is None:
            return Replies()
        proof.known(replies, *REPLIES)
        read = {}
        for key in REPLIES:
            table = proof.table(replies, key, needed=True)
            read[key] = [word.text for word in self.both_languages(proof, table)] if table else []
        return Replies(*(read[key] for key in REPLIES))

    def spoken(self, proof: Proof, page: Table) -> Phrases[str]:
        spoken = proof.table(page, "spoken", needed=True)
        phrases: list[tuple[str, str]] = []
        if spoken:
            proof.known(spoken, *SPOKEN)
        for name in spoken.entries if spoken else ():
            if spoken and (table := proof.table(spoken, name)):
                phrases += [(word.text, name) for word in self.both_languages(proof, table)]
        return Phrases(phrases)

    def both_languages(self, proof: Proof, table: Table) -> Iterator[Word]:
        proof.known(table, "en", "fr")
        for language in ("en", "fr"):
            words = proof.words(table, language)
            if not words:
                proof.complain(table.line, f"lacks words in `{language}`.")
            yield from words

    def flow(self, name: str, proof: Proof, page: Table) -> Flow:
        kind = self.kind(proof, page)
        content = ("sentences",) if kind is Kind.SENTENCES else ("words", *_TALKED)
        if kind is Kind.QUESTIONNAIRE:
            content = ("instrument", *content)
        if kind is Kind.EXERCISE:
            content = ("helps", "called", *content)
        proof.known(page, "flow", "kind", "title", *_HEAD, "reviewed", *content)
        said = proof.word(page, "flow")
        if said and said != name:
            proof.complain(page.lines["flow"], f"calls itself `{said}`; the file is named {name}.yaml.")
        if not NAME.match(name) or name == PREFIX:
            proof.complain(1, "is not named in lower-case letters, figures and underscores.")
        instrument = self.instrument(proof, page) if kind is Kind.QUESTIONNAIRE else None
        if kind in (Kind.EXERCISE, Kind.QUESTIONNAIRE):
            for key in ("title", *_HEAD):
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
            steps = Steps(self.sheet, name, proof, page, instrument).read()
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
            structure=review.structure(page) | ({"instrument.version": instrument.version} if instrument else {}),
            words=self.words(name, proof, page),
            helps=self.helps(proof, page) if kind is Kind.EXERCISE else frozenset(),
            called=self.called(proof, page) if kind is Kind.EXERCISE else (),
            instrument=instrument.id if instrument else "",
        )

    def instrument(self, proof: Proof, page: Table) -> Instrument | None:
        said = proof.word(page, "instrument")
        if said and said not in self.sheet.instruments:
            known = ", ".join(self.sheet.instruments) or "none"
            proof.complain(page.lines["instrument"], f"`{said}` is no instrument that can be read; there are {known}.")
        return self.sheet.instruments.get(said)

    def words(self, name: str, proof: Proof, page: Table) -> dict[str, str]:
        words = proof.table(page, "words")
        named = {}
        for id in words.entries if words else ():
            if words is None or not NAME.match(id) or id in ALWAYS_KNOWN or id.startswith(KEPT):
                proof.complain(page.lines["words"], f"`{id}` cannot name words.")
            else:
                named[id] = self.sheet.sentence(proof, words, id, f"{name}.words.{id}")
        return named

    def helps(self, proof: Proof, page: Table) -> frozenset[Feeling]:
        helps = proof.words(page, "helps")
        if not helps:
            proof.complain(1, f"does not say when it `helps`: {', '.join(Feeling)}.")
        for word in helps:
            if word.text not in set(Feeling):
                proof.complain(word.line, f"`{word.text}` is not among {', '.join(Feeling)}.")
        return frozenset(Feeling(word.text) for word in helps if word.text in set(Feeling))

    def called(self, proof: Proof, page: Table) -> tuple[str, ...]:
        called = proof.table(page, "called")
        return tuple(word.text for word in self.both_languages(proof, called)) if called else ()

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
            signature = Review(*(proof.word(entry, key) for key in ("by", "role", "on", "words")))
            if _is_date(signature.on):
                reviews.append(signature)
            elif signature.on:
                proof.complain(entry.lines["on"], f"`{signature.on}` is not a date such as 2026-11-23.")
        return tuple(reviews)

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

    def look_for_askers(self, flows: Mapping[str, Flow]) -> None:
        """Complain of an instrument that two flows ask, and of one without the words that stand around it."""
        asked: dict[str, str] = {}
        for flow in flows.values():
            if flow.instrument and asked.setdefault(flow.instrument, flow.name) != flow.name:
                sentence = f"asks {flow.instrument}, which {asked[flow.instrument]}.yaml asks already."
                self.problems.append(BrokenFlow(flow.file, 1, sentence))
        if asked:
            for id in sorted(set(answers.needed_sentences(self.sheet.instruments)) - self.sheet.sentences.keys()):
                flow_name, _, name = id.partition(".")
                self.problems.append(BrokenFlow(f"{flow_name}.yaml", 1, f"lacks the sentence `{name}`."))

    def look_for_consents(self, flows: Mapping[str, Flow]) -> None:
        for flow in flows.values():
            for step in flow.steps.values():
                fork = step.fork
                asks = CONSENTS.get(fork.names[0]) if fork and fork.on is If.AGREED and fork.ask else None
                if asks and asks not in flows:
                    sentence = f"`{step.place.step}` asks for an agreement; the flow `{asks}` is missing."
                    self.problems.append(BrokenFlow(flow.file, step.line, sentence))

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
        self.look_for_consents(flows)
        needed = {*NEEDED_SENTENCES}
        needed.update(f"lines_words.{name}" for directory in directories for name in words_needed(directory))
        for id in sorted(needed - self.sheet.sentences.keys()):
            flow, _, name = id.partition(".")
            self.problems.append(BrokenFlow(f"{flow}.yaml", 1, f"lacks the sentence `{name}`."))


def _private(
    flows: Mapping[str, Flow],
    plan: frozenset[tuple[str, str]],
    placeholders: Mapping[str, frozenset[str] | None],
) -> frozenset[str]:
    found = {id for id in placeholders if id.startswith("brief.")} | ROWS_OF_NOTES
    for id, names in placeholders.items():
        flow = id.partition(".")[0]
        words = flows[flow].words if flow in flows else {}
        for name in names or ():
            if name in (THIS, "helped") or name.startswith(KEPT) or name in words or (flow, name) in plan:
                found.add(id)
    return frozenset(found)


def _listed(flows: Mapping[str, Flow], problems: list[BrokenFlow]) -> dict[str, Flow]:
    """Give the steps that list something their choices, and further pages where one is not enough."""
    exercises = sorted(
        (flow for flow in flows.values() if flow.kind is Kind.EXERCISE and flow.title),
        key=lambda flow: (flow.minutes, flow.name),
    )
    listed = {}
    for name, flow in flows.items():
        steps: dict[str, Step] = {}
        for id, step in flow.steps.items():
            for page in _pages(step, exercises) if step.listing else (step,):
                if page is not step and page.place.step != id and page.place.step in flow.steps:
                    sentence = f"`{page.place.step}` is the name of a further page of `{id}`; choose another."
                    problems.append(BrokenFlow(flow.file, flow.steps[page.place.step].line, sentence))
                steps[page.place.step] = page
        listed[name] = replace(flow, steps=steps)
    return _with_countries(listed)


def _with_countries(flows: dict[str, Flow]) -> dict[str, Flow]:
    """Give the steps that list countries one choice for each."""
    if "urgent" not in flows:
        return flows
    numbers = flows["urgent"].start
    listed = tuple(
        Option(name.lower().replace("-", "_"), urgent_country(name).id, numbers, country=name) for name in COUNTRIES
    )
    steps = {
        id: replace(step, options=listed + step.options) if Do.LIST_COUNTRIES in step.do else step
        for id, step in flows["urgent"].steps.items()
    }
    return {**flows, "urgent": replace(flows["urgent"], steps=steps)}


def _pages(step: Step, exercises: Iterable[Flow]) -> Iterator[Step]:
    """The step, and again for each further page of what it lists."""
    listing = step.listing
    assert listing
    rows = tuple(
        Option(
            flow.name,
            flow.title,
            flow.start,
            when=When.THIS_HELPED if listing.of is Of.HELPED else None,
            minutes=flow.head.get("minutes", ""),
        )
        for flow in exercises
        if _is_listed(listing, flow)
    )
    # Whoever has few notes or few exercises that helped is not shown empty pages; see flows/walk.py.
    varies = listing.of in (Of.NOTES, Of.HELPED)
    more = When.MORE if listing.of is Of.NOTES else None
    count = MOST_NOTES if listing.of is Of.NOTES else len(rows)
    pages = 1 if listing.of is Of.HELPED else max(1, -(-count // PAGE))
    for page in range(pages):
        shown = rows if listing.of is Of.HELPED else rows[page * PAGE : (page + 1) * PAGE]
        place = _page(step.place, page)
        last = page == pages - 1
        own = tuple(
            replace(option, go=_page(step.place, page + 1), when=more) if option.go is Way.NEXT else option
            for option in step.options
            if not (last and option.go is Way.NEXT)
        )
        yield replace(
            step,
            place=place,
            options=shown + own,
            listing=replace(listing, page=page),
            varies=step.varies or varies,
        )


def _page(place: Place, page: int) -> Place:
    return Place(place.flow, f"{place.step}_{page + 1}") if page else place


def _is_listed(listing: Listing, flow: Flow) -> bool:
    match listing.of:
        case Of.ALL | Of.HELPED:
            return True
        case Of.FEELING:
            return listing.feeling in flow.helps
        case Of.MINUTES:
            return flow.minutes <= listing.minutes
        case Of.WORDS:
            return any(step.hear and step.hear.name for step in flow.steps.values())
        case Of.NOTES:
            return False
        case _:
            assert_never(listing.of)


def _unanswered_ways(step: Step) -> Iterator[Place]:
    ways: list[Go | None] = [step.silence.go] if step.silence else []
    if step.item and step.item.silent:
        ways.append(step.item.silent)
    if not step.asks:
        ways += [step.go, *((step.fork.yes, step.fork.no) if step.fork else ())]
    for way in ways:
        if isinstance(way, Place):
            yield way


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _steps_of(page: Table) -> frozenset[str]:
    steps = page.entries.get("steps")
    return frozenset(steps.entries) if isinstance(steps, Table) else frozenset()
