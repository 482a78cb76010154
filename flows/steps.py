"""The steps of one flow, read from its page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from string import Formatter

from flows.effects import Weight
from flows.flow import BACK, Do, Fork, Go, Hear, Option, Silence, Step
from flows.page import Proof, Table, Value, Word
from flows.state import Place

PURPOSES = ("keep", "human")
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
PRESS_LIMIT = 64  # bytes; Telegram's limit for what stands on a button
LONGEST_QUESTION = "9999999"  # a number of questions nobody reaches
_DURATION = re.compile(r"(\d{1,4}) (second|minute|hour|day)s?\Z")
_STEP_NAMES_TAKEN = {"title", "unexpected", "silence", "beside"}
_CHOICE_NAMES_TAKEN = {"unexpected", "silence"}
# After these somebody else speaks next, or nobody.
_ENDS = {Do.ERASE, Do.OPEN_REQUEST, Do.WITHDRAW_REQUEST}


@dataclass(frozen=True, slots=True)
class Sentence:
    english: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the flows have in common while they are read: all sentences so far, and where one can go.

    steps:  flow -> its steps; starts: flow -> its first step, or "".
    """

    steps: Mapping[str, frozenset[str]]
    starts: Mapping[str, str]
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
        if word.text == "back":
            return BACK
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


class Steps:
    """The steps of one flow."""

    def __init__(self, sheet: Sheet, flow: str, proof: Proof, page: Table) -> None:
        self.sheet = sheet
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
            if not NAME.match(id) or id in _STEP_NAMES_TAKEN:
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
            self.sheet.add(self.proof, word, own if number == 1 else f"{own}.{number}")
            for number, word in enumerate(self.proof.words(table, "say"), 1)
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
                self.proof.known(table, "label", "go")
                label = self.sheet.sentence(self.proof, table, "label", f"{own}.{id}")
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
        return self.sheet.go(self.flow, value, self.proof)

    def hear(self, table: Table) -> Hear | None:
        hear = self.proof.table(table, "hear")
        if hear is None:
            return None
        self.proof.known(hear, "as", "keep", "go")
        name = self.proof.word(hear, "as", needed="keep" in hear.entries)
        keep = self.proof.word(hear, "keep", needed="as" in hear.entries)
        if keep and keep not in PURPOSES:
            self.proof.complain(hear.lines["keep"], f"`keep` is for one of {', '.join(PURPOSES)}.")
        if name and not NAME.match(name):
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
        if to and to not in PURPOSES:
            self.proof.complain(fork.lines["to"], f"one agrees to one of {', '.join(PURPOSES)}.")
        ways: dict[str, Go] = {}
        for answer in ("yes", "no"):
            word = fork.entries.get(answer)
            if isinstance(word, Word) and word.text:
                ways[answer] = self.sheet.go(self.flow, word, self.proof)
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
