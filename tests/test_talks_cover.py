"""The golden talks go everywhere: every sentence of every flow, in both languages, and what people do instead.

What a new step or flow needs is a talk that comes by, in tests/talks/en and tests/talks/fr.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.talks import TALKS
from flows.book import load
from flows.flow import Flow, Kind, Step

BOOK = load(Path(__file__).parent.parent / "flows" / "content")
FLOWS = [flow for flow in BOOK.flows.values() if flow.kind is not Kind.SENTENCES]
ASKING = [flow for flow in FLOWS if any(step.asks for step in flow.steps.values())]
LANGUAGES = ("en", "fr")

# Never said, though a flow has to say what it answers. Where urgent lines are on the screen, the program stays with the
# person in other words (flows/safety.py, `stay`). What is written about a therapist's suggestion is for the therapist.
NEVER = {"urgent.unexpected", "prescribed.unexpected"}

MOVE = re.compile(r"  - (person|wait): (.*)")
SAID = re.compile(r'      - ([a-z_0-9.]+): "')
NOT_MEANT = re.compile(r"\w+(?:\.\w+)?\.unexpected|free_words\.\w+|kind_answers\.\w+|crisis\.here_\w+|takeover\.back")
STOPPING = re.compile(r'\{tap: stop\b|say: "stop"|say: "arr[eê]t', re.IGNORECASE)
SKIPPING = re.compile(r'\{tap: skip\b|say: "(?:skip|passer)"')


@dataclass(frozen=True)
class Moment:
    """What a person does, or lets pass, where they are, and the first text that comes of it; "" when nothing does."""

    flow: str
    move: str
    answer: str


def moments(language: str) -> Iterator[Moment]:
    for path in sorted((TALKS / language).glob("*.yaml")):
        here, at, move = "", "", ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := MOVE.match(line):
                if move:
                    yield Moment(at, move, "")
                at, move = here, f"{found[1]} {found[2]}"
            elif found := SAID.match(line):
                flow = found[1].partition(".")[0]
                here = flow if flow in BOOK.flows and BOOK.flows[flow] in FLOWS else here
                if move:
                    yield Moment(at, move, found[1])
                move = ""


HAPPENED = {language: frozenset(moments(language)) for language in LANGUAGES}
SAYINGS = {
    language: frozenset(
        found[1]
        for path in (TALKS / language).glob("*.yaml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if (found := SAID.match(line))
    )
    for language in LANGUAGES
}


def sentences(step: Step) -> Iterator[str]:
    yield from step.says
    if step.asks:
        yield step.unexpected
    if step.silence:
        yield step.silence.say


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_sentence_of_it_is_said_in_some_talk(flow: Flow, language: str):
    ours = {id for step in flow.steps.values() for id in sentences(step) if id in BOOK.sentences} - NEVER

    assert sorted(ours - SAYINGS[language]) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", ASKING, ids=lambda flow: flow.name)
def test_somebody_stops_stays_silent_says_something_else_and_skips(flow: Flow, language: str):
    here = [moment for moment in HAPPENED[language] if moment.flow == flow.name]
    done = {
        "stops": any(STOPPING.search(moment.move) for moment in here),
        "stays silent": any(moment.move.startswith("wait ") for moment in here),
        "says something else": any("say:" in moment.move and NOT_MEANT.fullmatch(moment.answer) for moment in here),
        "skips": any(SKIPPING.search(moment.move) for moment in here)
        or not any(step.option("skip") for step in flow.steps.values()),
    }

    assert [what for what, was in done.items() if not was] == []
