"""What a therapist reads first: the person reads it before them, and leaves out what they like."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.wording import Wording, catalogues
from flows import brief, engine
from flows.book import load
from flows.effects import Ask, OpenRequest, Text
from flows.engine import Turn
from flows.events import Event, PersonSaid, PersonTapped
from flows.flow import Part
from flows.notes import FELT, HEAVIER
from flows.risk.risk import NOTHING, Kind, Level
from flows.state import Note, Noticed, Place, Score, State, from_json, to_json
from handoff import request as requests
from handoff.request import Request, Status

ROOT = Path(__file__).parent.parent.parent
WORDS = catalogues(ROOT / "locales")
BOOK = load(ROOT / "flows" / "content", "FR").speaking(WORDS)
WORDING = Wording(BOOK, WORDS)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
READ = frozenset({"human", "keep", "answers"})
FULL = State(
    locale="en",
    agreed=READ,
    noticed=Noticed(Level.CONCERN, Kind.BEREAVEMENT, NOON, NOON),
    said=Place("grounding", "five"),
    notes=(Note(1, "grounding", FELT, HEAVIER, NOON.date(), tapped=True),),
    last_note=1,
    ended="grounding",
    scores=(
        Score(1, "phq9", "en", date(2026, 10, 20), 19),
        Score(2, "phq9", "en", date(2026, 11, 12), 14),
    ),
)


def step(state: State, event: Event) -> Turn:
    turn = engine.step(BOOK, from_json(to_json(state)), event)
    assert from_json(to_json(turn.state)) == turn.state
    return turn


def tap(state: State, choice: str) -> Turn:
    assert state.place
    return step(state, PersonTapped(NOON, f"{state.question}/{state.place.flow}/{state.place.step}/{choice}"))


def asked_for_a_human(state: State) -> Turn:
    return engine.enter(BOOK, state, Place("human", "door"), NOON)


def shown(turn: Turn) -> list[str]:
    (ask,) = (effect for effect in turn.effects if isinstance(effect, Ask))
    return [WORDING.text(text, "en") for text in ask.texts if text.id.startswith(("brief.", "desk."))]


def opened(turn: Turn) -> OpenRequest:
    (request,) = (effect for effect in turn.effects if isinstance(effect, OpenRequest))
    return request


def test_every_line_is_shown_to_the_person_before_anybody_else():
    turn = asked_for_a_human(FULL)

    assert shown(turn) == [
        "Language: English",
        "Noticed in the words: concern (grief)",
        "The program said last: “Look around, slowly. Find five things you can see: an edge, a colour, a shadow…”",
        "Exercise done: Back to the room (Heavier)",
        "PHQ-9, 12 November: 14 of 27; 19 on 20 October. Under 6 points, a difference can be chance.",
        "Agreed to: being read by a therapist, keeping notes, keeping answers",
        "Suggested first question: How is it now, compared with then?",
        "Suggested first question: What stayed, after “Back to the room”?",
    ]


def test_what_the_therapist_reads_is_what_the_person_saw():
    turn = asked_for_a_human(FULL)

    sent = opened(step(turn.state, PersonSaid(NOON, "My father died in spring.", "m1", risk=NOTHING)))

    assert [WORDING.text(text, "en") for text in sent.brief] == shown(turn)[1:]
    assert sent.shared == "My father died in spring."


@pytest.mark.parametrize("part", list(Part))
def test_each_part_can_be_left_out_and_put_back(part: Part):
    whole = asked_for_a_human(FULL)

    without = tap(tap(whole.state, "less").state, part.value)
    again = tap(tap(without.state, "less").state, "all")
    sent = opened(tap(without.state, "skip"))

    left = {text.id for text in brief.lines(BOOK, FULL)} - {text.id for text in sent.brief}
    assert left
    assert all(not text.startswith("brief.") or text not in left for text in (t.id for t in sent.brief))
    assert len(shown(without)) < len(shown(whole))
    assert shown(again) == shown(whole)


def test_what_was_noticed_and_left_out_goes_to_nobody():
    without = tap(tap(asked_for_a_human(FULL).state, "less").state, "noticed")

    assert opened(tap(without.state, "skip")).noticed is None


def test_of_a_danger_the_minimum_goes_out_and_cannot_be_left_out():
    danger = replace(FULL, noticed=Noticed(Level.RISK, Kind.SUICIDE, NOON, NOON))
    state = replace(asked_for_a_human(danger).state, left_out=frozenset(Part))

    sent = opened(tap(state, "skip"))

    assert sent.brief == ()
    assert sent.noticed is not None
    assert sent.noticed.level is Level.RISK


def test_a_request_whose_brief_nobody_saw_carries_none():
    assert opened(engine.enter(BOOK, FULL, Place("human", "asking"), NOON)).brief == ()


def test_what_has_come_since_somebody_saw_the_brief_is_in_none():
    seen = asked_for_a_human(FULL)
    since = engine.enter(BOOK, seen.state, Place("menu", "menu"), NOON)

    assert opened(engine.enter(BOOK, since.state, Place("human", "asking"), NOON)).brief == ()


def test_what_was_left_out_stays_so_while_the_numbers_are_looked_at():
    without = tap(tap(asked_for_a_human(FULL).state, "less").state, "scores")

    back = tap(tap(without.state, "urgent").state, "go_on")

    assert not [line for line in shown(back) if "PHQ-9" in line]
    assert back.state.left_out == {"scores"}


def test_what_somebody_prefers_is_shown_with_the_rest_before_it_is_told():
    preferring = replace(BOOK, rules=replace(BOOK.rules, askable=frozenset({"woman", "online"})))
    door = engine.enter(preferring, FULL, Place("human", "door"), NOON)
    asked = engine.enter(preferring, door.state, Place("preference", "someone"), NOON)

    turn = engine.step(preferring, asked.state, PersonTapped(NOON, f"{asked.state.question}/preference/someone/woman"))

    assert shown(turn)[:2] == ["Language: English", "Preference: a woman."]


def test_what_was_left_out_once_is_not_left_out_of_the_next_request():
    first = tap(tap(tap(asked_for_a_human(FULL).state, "less").state, "exercises").state, "skip")

    assert first.state.left_out is None


@pytest.mark.parametrize(
    ("before", "form", "id"),
    [(20, "en", "score_changed"), (19, "en", "score_about_same"), (20, "fr-FR", "score")],
    ids=["six points", "five points", "in other words"],
)
def test_a_change_is_told_against_what_chance_can_do_and_only_within_one_form(before: int, form: str, id: str):
    former = Score(1, "phq9", form, date(2026, 10, 20), before)
    state = replace(FULL, scores=(former, FULL.scores[1]))

    assert [text.id for text in brief.parts(BOOK, state)[Part.SCORES]] == [f"brief.{id}"]


def test_sums_are_remembered_only_with_the_agreement_and_go_with_it():
    form = replace(State(locale="en", question=7, answered=7), agreed=frozenset({"answers"}))
    turn = engine.enter(BOOK, form, Place("gad7", "questions"), NOON)
    for _ in range(7):
        turn = tap(turn.state, "a1")
    while turn.state.place and turn.state.place.flow == "gad7" and not turn.state.scores:
        place = turn.state.place
        turn = tap(turn.state, next(iter(BOOK.steps[place].options)).id)

    assert [(score.instrument, score.total) for score in turn.state.scores] == [("gad7", 7)]
    assert engine.enter(BOOK, turn.state, Place("data", "keep_nothing"), NOON).state.scores == ()


def test_a_request_keeps_its_brief_with_all_its_values():
    lines = (*brief.lines(BOOK, FULL), Text("brief.said", (("words", "x"),)))
    request = Request(Status.WAITING, requests.Urgency.ROUTINE, NOON, "en", brief=lines)

    assert requests.from_json(requests.to_json(request)).brief == lines
