"""What the check is told to leave alone, each with its reason: `allowed.yaml`.

    allowed:
      - {sentence: friend.ask, rule: tu, words: "toi", because: "The friend says it, in quotes."}
      - {sentence: phq9, rule: label, because: "Official wording."}

A sentence is named by its text id, or by the beginning of one. What nothing needs any more is complained of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flows.book import ALLOWED_FILE
from flows.page import BrokenFlow, Proof
from flows.page import read as read_page

RULES = ("tu", "gender", "label", "ease")
_OF_WORDS = ("tu", "gender")


@dataclass(frozen=True, slots=True)
class Allowance:
    sentence: str
    rule: str
    words: str
    line: int

    def covers(self, id: str, rule: str, words: str) -> bool:
        named = id == self.sentence or id.startswith(f"{self.sentence}.")
        return named and rule == self.rule and words.lower() == self.words.lower()


@dataclass(slots=True)
class Allowed:
    """used: what has covered something so far."""

    allowances: tuple[Allowance, ...] = ()
    file: str = ALLOWED_FILE
    used: set[Allowance] = field(default_factory=set)

    def covers(self, id: str, rule: str, words: str = "") -> bool:
        """Whether this is allowed. words: those that break the rule, for a rule about words."""
        found = next((allowance for allowance in self.allowances if allowance.covers(id, rule, words)), None)
        if found:
            self.used.add(found)
        return found is not None

    def unused(self) -> Iterator[tuple[int, str]]:
        """Line and complaint of each allowance that covered nothing."""
        for allowance in self.allowances:
            if allowance not in self.used:
                words = f" (“{allowance.words}”)" if allowance.words else ""
                yield (
                    allowance.line,
                    f"allows `{allowance.rule}` in {allowance.sentence}{words}, and nothing there needs it.",
                )


def read(folder: Path, problems: list[BrokenFlow]) -> Allowed:
    """Return what is allowed in this folder; nothing where there is no such file. Complaints go into `problems`."""
    if not (folder / ALLOWED_FILE).is_file():
        return Allowed()
    proof = Proof(ALLOWED_FILE, problems)
    try:
        page = read_page(folder / ALLOWED_FILE)
    except BrokenFlow:
        return Allowed()  # the book complains of it
    proof.known(page, "allowed")
    allowances = []
    for entry in proof.tables(page, "allowed"):
        proof.known(entry, "sentence", "rule", "words", "because")
        sentence, rule = proof.word(entry, "sentence"), proof.word(entry, "rule")
        words = proof.word(entry, "words", needed=rule in _OF_WORDS)
        proof.word(entry, "because")
        if rule and rule not in RULES:
            proof.complain(
                entry.lines["rule"], f"`{rule}` is no rule that can be allowed; there are {', '.join(RULES)}."
            )
        allowances.append(Allowance(sentence, rule, words if rule in _OF_WORDS else "", entry.line))
    return Allowed(tuple(allowances))
