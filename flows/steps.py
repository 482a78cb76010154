"""The steps of one flow, read from its page."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from string import Formatter
from typing import assert_never

from flows.effects import Weight
from flows.flow import (
    BACK,
    STOPPED,
    Asking,
    Do,
    Feeling,
    Fork,
    Go,
    HandOver,
    Hear,
    If,
    Item,
    Keep,
    LeaveOut,
    Listing,
    Of,
    Option,
    Order,
    Part,
    Remind,
    Silence,
    Step,
    ThrowAway,
    Way,
    When,
)
from flows.instruments import DIFFICULTY, PREFIX, Instrument
from flows.page import Proof, Table, Value, Word
from flows.paths import CRISIS, path
from flows.risk.risk import Kind as Danger
from flows.risk.risk import Level, Risk
from flows.state import Place
from flows.zones import clock_of, is_zone

PURPOSES = ("keep", "human", "answers", "plan", "reminders", "booking", "watch")
WORDS_FOR = ("keep", "human", "plan")  # purposes for which a person's own words are kept
DANGER = Place(CRISIS, path(Risk(Level.RISK, Danger.SUICIDE)))
WATCHED = ("some", "skipped", "stopped", "silent")  # what can become of a watched question, beside a danger
REMINDS = ("tomorrow", "three_days", "weekly", "clinic")
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
PRESS_LIMIT = 64  # bytes; Telegram's limit for what stands on a button
LONGEST_QUESTION = "9999999"  # a number of questions nobody reaches
THIS = "this"  # the note that is open, where words have names
KEPT = "kept_"  # and a name: a note of the same exercise
ALWAYS_KNOWN = frozenset(
    {"emergency", "emergency_text", "line", "review", "exercise", "helped", THIS, "this_name", "this_day"}
)
_MINUTES = re.compile(r"(\d{1,2}) minutes?\Z")
_WITH_WORDS = re.compile(r"(keep|throw away|hand over) ([a-z][a-z0-9_]*(?: and [a-z][a-z0-9_]*)*)\Z")
_ORDERS: dict[str, type[Keep | ThrowAway | HandOver]] = {"keep": Keep, "throw away": ThrowAway, "hand over": HandOver}
_DURATION = re.compile(r"(\d{1,4}) (second|minute|hour|day)s?\Z")
_STEP_NAMES_TAKEN = {"title", "unexpected", "silence", "beside", "words"}
_CHOICE_NAMES_TAKEN = {"unexpected", "silence"}
_WAYS = {way.value: way for way in Way}
_WHENS = tuple(when for when in When if when not in (When.THIS_HELPED, When.MORE))
_FORKS = tuple(If)
# After these somebody else speaks next, or nobody.
_ENDS = {Do.ERASE, Do.OPEN_REQUEST, Do.WITHDRAW_REQUEST, Do.TELL_OF_OPEN_QUESTION}


@dataclass(frozen=True, slots=True)
class Sentence:
    english: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the flows have in common while they are read: all sentences so far, and where one can go.

    steps:  flow -> its steps; starts: flow -> its first step, or "".
    instruments: by id.
    """

    steps: Mapping[str, frozenset[str]]
    starts: Mapping[str, str]
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    sentences: dict[str, Sentence] = field(default_factory=dict)

    def sentence(self, proof: Proof, table: Table, key: str, id: str) -> str:
        """Take the sentence under this key in, and return its id."""
        text = proof.word(table, key)
        value = table.entries.get(key)
        if text and isinstance(value, Word):
            self.add(proof, value, id)
        return id

    def add(self, proof: Proof, word: Word, id: str) -> str:
        if braces(word.text) is None:
            proof.complain(word.line, "has braces that are not a plain `{name}`.")
        if id in self.sentences:
            proof.complain(word.line, f"has the text id {id}, which another sentence already has.")
        self.sentences[id] = Sentence(word.text, proof.file, word.line)
        return id

    def go(self, flow: str, word: Word, proof: Proof) -> Go:
        """Where this word leads; the menu, and a complaint, when it leads nowhere."""
        menu = Place("menu", self.starts.get("menu", "menu"))
        if word.text in _WAYS:
            return _WAYS[word.text]
        if word.text == "menu":
            return menu
        if word.text in self.steps[flow]:
            return Place(flow, word.text)
        other, slash, step = word.text.partition("/")
        if not slash and self.starts.get(other):
            return Place(other, self.starts[other])
        if slash and step in self.steps.get(other, frozenset()):
            return Place(other, step)
        proof.complain(word.line, f"goes to `{word.text}`, which is no step and no flow.")
        return menu


def item_step(question: str) -> str:
    """The name of the step that asks this question of an instrument."""
    return DIFFICULTY if question == DIFFICULTY else f"item_{question}"


class Steps:
    """The steps of one flow."""

    def __init__(
        self, sheet: Sheet, flow: str, proof: Proof, page: Table, instrument: Instrument | None = None
    ) -> None:
        self.sheet = sheet
        self.instrument = instrument
        self.flow = flow
        self.proof = proof
        self.page = page
        self.beside: tuple[Option, ...] = ()
        words = page.entries.get("words")
        self.words = frozenset(words.entries) if isinstance(words, Table) else frozenset()

    def read(self) -> dict[str, Step]:
        steps = self.proof.table(self.page, "steps", needed=True)
        if steps is None:
            return {}
        if beside := self.proof.table(self.page, "beside"):
            self.beside = self.options(beside, f"{self.flow}.beside")
        unexpected = self.text_of(self.page, "unexpected", self.flow)
        silence = self.silence(self.page, self.flow)
        read: dict[str, Step] = {}
        for id in steps.entries:
            table = self.proof.table(steps, id)
            if not NAME.match(id) or id in _STEP_NAMES_TAKEN or id in read:
                self.proof.complain(steps.lines[id], f"`{id}` cannot name a step.")
            elif table and "items" in table.entries:
                read |= self.items(id, table, steps.lines[id], unexpected, silence)
            elif table:
                read[id] = self.step(id, table, steps.lines[id], unexpected, silence)
        return read

    def step(self, id: str, table: Table, line: int, unexpected: str, silence: Silence | None) -> Step:
        proof = self.proof
        proof.known(
            table,
            *("say", "list", "each", "choices", "hear", "wait", "go", *_FORKS, "do"),
            *("anytime", "weight", "unexpected", "silence"),
        )
        own = f"{self.flow}.{id}"
        choices = proof.table(table, "choices")
        options = self.options(choices, own) if choices else ()
        hear = self.hear(table)
        do, listing = self.do(table), self.listing(table)
        asks = bool(options) or hear is not None or listing is not None or Do.LIST_COUNTRIES in do
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
            varies=any(option.when or isinstance(option.go, Way) for option in (*options, *beside)),
            listing=listing,
            hear=hear,
            wait=self.duration(table, "wait") if "wait" in table.entries else None,
            go=self.go(table),
            fork=self.fork(table),
            do=self.do(table),
            anytime=self.anytime(table),
            weight=self.weight(table),
            unexpected=self.text_of(table, "unexpected", own) or unexpected,
            silence=self.silence(table, own) if "silence" in table.entries else silence,
        )
        self.look_over(step, table, asks)
        return step if asks else replace(step, silence=None)

    def items(self, id: str, table: Table, line: int, unexpected: str, silence: Silence | None) -> dict[str, Step]:
        """The step that leads to the next question, and a step for each question of the instrument."""
        proof, instrument = self.proof, self.instrument
        proof.known(table, "items")
        items = proof.table(table, "items")
        if items is None or instrument is None:
            proof.complain(line, f"`{id}` asks the `items` of an instrument, and this file has none.")
            return {}
        proof.known(items, "skip", "stop", "go", "watched")
        own = f"{self.flow}.{id}"
        skip = self.sheet.sentence(proof, items, "skip", f"{own}.skip")
        stop = self.sheet.sentence(proof, items, "stop", f"{own}.stop")
        done = self.go(items)
        if done is None:
            proof.complain(items.line, "`items` does not say where to `go` after the last one.")
        if not unexpected:
            proof.complain(line, f"`{id}` does not say what is answered to something `unexpected`.")
        watched = self.watched(items, instrument)
        on = Place(self.flow, id)
        steps = {id: Step(place=on, line=line, go=done or BACK, items=instrument.id)}

        def add(question: str, says: tuple[str, ...], ways: list[Go], skipped: Go, stopped: Go) -> None:
            step = item_step(question)
            prefix = DIFFICULTY if question == DIFFICULTY else "answer"
            options = [
                Option(f"a{number}", f"{PREFIX}.{instrument.id}.{prefix}_{number}", way)
                for number, way in enumerate(ways)
            ]
            options += [Option("skip", skip, skipped), Option("stop", stop, stopped)]
            silent = watched.get("silent") if question == str(instrument.watched) else None
            steps[step] = Step(
                place=Place(self.flow, step),
                line=line,
                says=tuple(f"{PREFIX}.{instrument.id}.{name}" for name in says),
                options=tuple(options),
                unexpected=unexpected,
                silence=silence,
                item=Item(instrument.id, question, on, silent if isinstance(silent, Place) else None),
            )

        for number in range(1, instrument.items + 1):
            ways: list[Go] = [on] * len(instrument.scores)
            skipped: Go = on
            stopped: Go = STOPPED
            if number == instrument.watched and watched:
                # The lowest says no, the next is met here. Those above it are met as a danger (flows/watched.py).
                ways[1:] = [watched["some"], *[DANGER] * (len(ways) - 2)]
                skipped, stopped = watched["skipped"], watched["stopped"]
            add(str(number), ("stem", f"item_{number}"), ways, skipped, stopped)
        if instrument.codes.difficulty:
            add(DIFFICULTY, (DIFFICULTY,), [on] * len(instrument.codes.difficulty_answers), on, STOPPED)
        return steps

    def watched(self, items: Table, instrument: Instrument) -> dict[str, Go]:
        """Where the watched item leads, by what becomes of it; {} for an instrument that has none."""
        if instrument.watched is None:
            if "watched" in items.entries:
                self.proof.complain(items.lines["watched"], f"no item of {instrument.name} is `watched`.")
            return {}
        table = self.proof.table(items, "watched", needed=True)
        ways = {}
        for key in WATCHED:
            word = table.entries.get(key) if table else None
            if isinstance(word, Word) and word.text:
                ways[key] = self.sheet.go(self.flow, word, self.proof)
            elif table:
                self.proof.complain(table.line, f"`watched` does not say where `{key}` leads.")
        if table:
            self.proof.known(table, *WATCHED)
        return ways if len(ways) == len(WATCHED) else {}

    def look_over(self, step: Step, table: Table, asks: bool) -> None:
        proof, name, line = self.proof, step.place.step, step.line
        ways = [key for key in ("wait", *_FORKS) if key in table.entries]
        if asks and ways:
            proof.complain(line, f"`{name}` asks, so it cannot have `{ways[0]}`.")
        if asks and step.go:
            proof.complain(line, f"`{name}` asks, so its answers say where to go, not `go`.")
        if asks and not step.says:
            proof.complain(line, f"`{name}` asks without saying anything.")
        if len(ways) > 1 or (step.fork and step.go):
            proof.complain(line, f"`{name}` must lead on in one way: `wait` and `go`, {', '.join(_FORKS)}, or `go`.")
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
        said = self.proof.words(table, "say")
        if self.words:
            known = ALWAYS_KNOWN | self.words | {f"kept_{name}" for name in self.words}
            for word in said:
                for name in sorted((braces(word.text) or frozenset()) - known):
                    self.proof.complain(word.line, f"`{{{name}}}` is not among the `words` of this flow.")
        return tuple(
            self.sheet.add(self.proof, word, own if number == 1 else f"{own}.{number}")
            for number, word in enumerate(said, 1)
        )

    def text_of(self, table: Table, key: str, own: str) -> str:
        return self.sheet.sentence(self.proof, table, key, f"{own}.{key}") if key in table.entries else ""

    def options(self, choices: Table, own: str) -> tuple[Option, ...]:
        options = []
        for id in choices.entries:
            table = self.proof.table(choices, id)
            if not NAME.match(id) or id in _CHOICE_NAMES_TAKEN:
                self.proof.complain(choices.lines[id], f"`{id}` cannot name a choice.")
            elif table:
                self.proof.known(table, "label", "go", "as", "when", "remind", "opens", "means")
                label = self.sheet.sentence(self.proof, table, "label", f"{own}.{id}")
                go = self.go(table)
                if go is None:
                    self.proof.complain(choices.lines[id], f"`{id}` does not say where to `go`.")
                opens = next(iter(self.one_of(table, "opens", ("move", "cancel"), needed=False)), "")
                means = next(iter(self.one_of(table, "means", ("yes", "no"), needed=False)), "")
                name = self.proof.word(table, "as", needed=False)
                if name:
                    self.declared(name, table.lines["as"])
                options.append(
                    Option(
                        *(id, label, go or BACK, name, self.when(table)),
                        remind=self.remind(table),
                        opens=opens,
                        means=means,
                    )
                )
        if not choices.entries:
            self.proof.complain(choices.line, "has no choices.")
        return tuple(options)

    def go(self, table: Table, key: str = "go") -> Go | None:
        value = table.entries.get(key)
        if value is None:
            return None
        if not isinstance(value, Word) or not value.text:
            self.proof.complain(value.line, f"`{key}` must be one step, flow, flow/step, menu or back.")
            return None
        return self.sheet.go(self.flow, value, self.proof)

    def when(self, table: Table) -> When | None:
        when = self.one_of(table, "when", _WHENS, needed=False)
        return When(when[0]) if when else None

    def hear(self, table: Table) -> Hear | None:
        hear = self.proof.table(table, "hear")
        if hear is None:
            return None
        self.proof.known(hear, "as", "adds to", "keep", "go", "remind")
        if "as" in hear.entries and "adds to" in hear.entries:
            self.proof.complain(hear.line, "`hear` either hears `as` new words or `adds to` earlier ones.")
        key = "adds to" if "adds to" in hear.entries else "as"
        name = self.proof.word(hear, key, needed="keep" in hear.entries)
        purpose = self.proof.word(hear, "keep", needed=False) or ("keep" if name else "")
        if purpose and purpose not in WORDS_FOR:
            self.proof.complain(hear.lines["keep"], f"`keep` is for one of {', '.join(WORDS_FOR)}.")
        elif purpose == "keep" and name and name != THIS:
            self.declared(name, hear.lines[key])
        elif name and not NAME.match(name):
            self.proof.complain(hear.lines[key], f"`{name}` cannot name words.")
        go = self.go(hear)
        if go is None:
            self.proof.complain(hear.line, "`hear` does not say where to `go`.")
        read_as = self.proof.word(hear, "remind", needed=False)
        if read_as and read_as not in set(Remind):
            self.proof.complain(hear.lines["remind"], f"`remind` is one of {', '.join(Remind)}.")
        remind = Remind(read_as) if read_as in set(Remind) else None
        return Hear(go or BACK, name, purpose, key == "adds to", remind)

    def remind(self, table: Table) -> str:
        remind = self.proof.word(table, "remind", needed=False)
        if remind and not (remind in REMINDS or clock_of(remind) or is_zone(remind)):
            known = f"{', '.join(REMINDS)}, a time such as 09:00, or a time zone"
            self.proof.complain(table.lines["remind"], f"nobody can be reminded `{remind}`; there are {known}.")
            return ""
        return remind

    def declared(self, name: str, line: int) -> None:
        if name not in self.words:
            self.proof.complain(line, f"`{name}` is not among the `words` of this flow.")

    def fork(self, table: Table) -> Fork | None:
        key = next((key for key in _FORKS if key in table.entries), None)
        fork = self.proof.table(table, key) if key else None
        if key is None or fork is None:
            return None
        asking = Asking.NEVER
        match key:
            case If.AGREED:
                self.proof.known(fork, "to", "ask", "yes", "no")
                names = self.one_of(fork, "to", PURPOSES)
                if ask := self.one_of(fork, "ask", (Asking.ONCE, Asking.ALWAYS), needed=False):
                    asking = Asking(ask[0])
            case If.SO:
                self.proof.known(fork, "is", "yes", "no")
                names = self.one_of(fork, "is", _WHENS)
            case If.PLANNED:
                self.proof.known(fork, "part", "yes", "no")
                names = (self.proof.word(fork, "part"),)
            case If.HELD | If.KEPT:
                self.proof.known(fork, "words", "yes", "no")
                of = self.proof.words(fork, "words")
                if not of:
                    self.proof.complain(fork.line, f"`{key}` does not say of which `words`.")
                for one in of:
                    self.declared(one.text, one.line)
                names = tuple(one.text for one in of)
            case _:
                assert_never(key)
        ways: dict[str, Go] = {}
        for answer in ("yes", "no"):
            word = fork.entries.get(answer)
            if isinstance(word, Word) and word.text:
                ways[answer] = self.sheet.go(self.flow, word, self.proof)
            else:
                self.proof.complain(fork.line, f"`{key}` does not say where `{answer}` leads.")
        return Fork(key, names, ways.get("yes", BACK), ways.get("no", BACK), asking) if names else None

    def one_of(self, table: Table, key: str, known: Collection[str], needed: bool = True) -> tuple[str, ...]:
        """The word under this key when it is one of these; else nothing, and a complaint."""
        said = self.proof.word(table, key, needed)
        if said and said not in known:
            self.proof.complain(table.lines[key], f"`{key}` is one of: {', '.join(known)}.")
        return (said,) if said in known else ()

    def listing(self, table: Table) -> Listing | None:
        said = self.proof.word(table, "list", needed=False)
        if not said:
            return None
        if said in (Of.ALL, Of.HELPED, Of.WORDS, Of.NOTES):
            each = self.go(table, "each") if said == Of.NOTES else None
            if (each is None) == (said == Of.NOTES):
                self.proof.complain(table.lines["list"], "notes, and only notes, need `each`: where one of them leads.")
            return Listing(Of(said), each=each)
        for of in (Of.FEELING, Of.MINUTES):
            rest = said.removeprefix(f"{of} ")
            if of is Of.FEELING and rest in set(Feeling):
                return Listing(of, feeling=Feeling(rest))
            if of is Of.MINUTES and (found := _MINUTES.match(rest)):
                return Listing(of, minutes=int(found[1]))
        listings = f"{', '.join((Of.ALL, Of.HELPED, Of.WORDS, Of.NOTES))}, {Of.MINUTES} 3 minutes, {Of.FEELING} heavy"
        self.proof.complain(
            table.lines["list"], f"cannot list `{said}`; it can list: {listings} (or {', '.join(Feeling)})."
        )
        return None

    def do(self, table: Table) -> tuple[Order, ...]:
        orders: list[Order] = []
        for word in self.proof.words(table, "do"):
            if word.text in set(Do):
                orders.append(Do(word.text))
            elif found := _WITH_WORDS.match(word.text):
                names = tuple(found[2].split(" and "))
                for name in names:
                    self.declared(name, word.line)
                orders.append(_ORDERS[found[1]](names))
            elif (part := word.text.removeprefix("leave out ")) in set(Part):
                orders.append(LeaveOut(Part(part)))
            else:
                with_words = ("keep WORDS", "keep WORDS and WORDS", "throw away WORDS", "hand over WORDS")
                known = (*Do, *with_words, "leave out PART")
                self.proof.complain(word.line, f"cannot do `{word.text}`; it can do: {', '.join(known)}.")
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
            say = self.sheet.sentence(self.proof, silence, "say", f"{own}.silence")
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


def braces(sentence: str) -> frozenset[str] | None:
    """The names in braces; None when the braces are not plain `{name}`."""
    names = set()
    try:
        for _, name, form, conversion in Formatter().parse(sentence):
            if name is None:
                continue
            if form or conversion or not NAME.match(name):
                return None
            names.add(name)
    except ValueError:
        return None
    return frozenset(names)
