"""Who reviewed which words, and whether those are still the words.

A signature covers one file: each of its sentences in every language, and all that decides when they are said (where
choices lead, times, what is kept, the order of choices), its purpose, technique, source and whom it is not for. It does
not cover comments, the layout of the file, the order of its steps, nor what stands in other files.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.effects import Text
from flows.flow import Flow, Review
from flows.lines import said_date
from flows.page import Listing, Table, Value, Word
from flows.steps import Sentence

Catalogues = Mapping[str, Mapping[str, str]]
Words = Mapping[str, Mapping[str, str]]  # text id -> language -> words

NOBODYS_WORDS = {"preview"}  # the labels of the page on which the others are reviewed
NOBODY = Text("review.none")
_ORDER_COUNTS = {"choices", "beside"}  # it is the order of the buttons


class Standing(StrEnum):
    NEVER = "not reviewed"
    CHANGED = "changed since it was reviewed"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class State:
    """How a flow stands. by: who reviewed the words as they are; or as they were, when they changed since."""

    standing: Standing
    by: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """What a file was when it was signed. structure: what `structure` gives."""

    words: Words
    structure: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference to what was signed. of: a text id, or a place in the file. language: "" for the latter."""

    of: str
    language: str
    before: str
    after: str


def structure(page: Table) -> dict[str, str]:
    """All that a file says beside its sentences: place in the file -> what stands there."""
    return dict(sorted(_leaves(page, ())))


def words_of(flow: Flow, sentences: Mapping[str, Sentence], catalogues: Catalogues) -> Words:
    """The sentences of a flow in every language, "" where there is no translation."""
    others = sorted(locale for locale in catalogues if locale != "en")
    return {
        id: {"en": sentence.english} | {locale: catalogues[locale].get(id, "") for locale in others}
        for id, sentence in sentences.items()
        if sentence.file == flow.file
    }


def fingerprint(words: Words, structure: Mapping[str, str]) -> str:
    """What a signature holds on to: 32 hexadecimal digits that any change of a word would change."""
    canonical = json.dumps([words, structure], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def state(flow: Flow, words: Words) -> State:
    current = fingerprint(words, flow.structure)
    signed = tuple(review for review in flow.reviewed if review.words == current)
    if signed:
        return State(Standing.REVIEWED, signed)
    return State(Standing.CHANGED, flow.reviewed) if flow.reviewed else State(Standing.NEVER)


def states(flows: Mapping[str, Flow], sentences: Mapping[str, Sentence], catalogues: Catalogues) -> dict[str, State]:
    """How each flow stands, but for those that nobody needs to review."""
    return {
        name: state(flow, words_of(flow, sentences, catalogues))
        for name, flow in flows.items()
        if name not in NOBODYS_WORDS
    }


def changes(signed: Signed, words: Words, structure: Mapping[str, str]) -> list[Change]:
    """What is not as it was when it was signed, in the order of the file."""
    found = []
    for id in {**words, **signed.words}:
        before, after = signed.words.get(id, {}), words.get(id, {})
        found += [
            Change(id, language, before.get(language, ""), after.get(language, ""))
            for language in {**before, **after}
            if before.get(language, "") != after.get(language, "")
        ]
    found += [
        Change(place, "", signed.structure.get(place, ""), structure.get(place, ""))
        for place in sorted({**signed.structure, **structure})
        if signed.structure.get(place, "") != structure.get(place, "")
    ]
    return found


def said(states: Iterable[State]) -> Text:
    """What a person is told of it: that nobody has reviewed the words, or who was the last of those who did."""
    states = tuple(states)
    done = [review for state in states if state.standing is Standing.REVIEWED for review in state.by]
    if not done:
        return NOBODY
    last = max(done, key=lambda review: review.on)
    whole = all(state.standing is Standing.REVIEWED for state in states)
    return Text(
        "review.all" if whole else "review.some",
        (("by", last.by), ("role", last.role), ("date", said_date(date.fromisoformat(last.on)))),
    )


def _leaves(value: Value, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    match value:
        case Word(text):
            if not _is_sentence(path):
                yield ".".join(path), text
        case Listing(items):
            for number, item in enumerate(items, 1):
                yield from _leaves(item, (*path, str(number)))
            if not items:
                yield ".".join(path), ""
        case Table(entries):
            if path and path[-1] in _ORDER_COUNTS:
                yield ".".join((*path, "order")), ", ".join(entries)
            for key, item in entries.items():
                if path or key != "reviewed":
                    yield from _leaves(item, (*path, key))


def _is_sentence(path: tuple[str, ...]) -> bool:
    """Whether it has a text id, and is among the words."""
    named = path[:-1] if path[-1].isdigit() else path
    return named[-1] in {"say", "label", "title", "unexpected"} or named[0] == "sentences"
