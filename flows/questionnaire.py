"""Asking a questionnaire: which question now, reading the answers back, keeping them or forgetting them."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flows import answers, brief
from flows.effects import RecordAnswers, Say, SetTimer, Text
from flows.flow import Go, Item, Step
from flows.state import Answers, Place, Watched
from flows.steps import item_step

if TYPE_CHECKING:
    from flows.walk import Walk

ANSWERED, NOT_ANSWERED = "desk.because_answer", "desk.because_open_question"  # why a therapist is told
LEFT_OPEN = "left_open"  # the timer of the watched question
# No figure is published. Long enough to finish a call or a bus ride, short enough to be the same day (decision 0032).
LEFT_OPEN_AFTER = timedelta(hours=1)


def next_step(walk: "Walk", there: Step, came_from: Place | None) -> Go | None:
    """Where the next question is asked; on from `there` when there is none."""
    former = walk.state.answers
    now = _now(walk, there.items)
    walk.state = replace(walk.state, answers=now)
    if former and former is not now:
        left_open(walk, former)
        if former.instrument == now.instrument and not former.over and former.given:
            news = "too_old" if former.form == now.form else "other_language"
            walk.effects.append(Say((Text(f"answers_words.{news}"),)))
    elif now.given and not _is_question(walk, came_from):
        walk.effects.append(Say((Text("answers_words.resumed"),)))
    question = answers.next_question(walk.book.instruments[there.items], now)
    return Place(there.place.flow, item_step(question)) if question else there.go


def goes_on(walk: "Walk", item: Item) -> bool:
    """Whether an answer to this question belongs to the answers so far: the same days, the same official words."""
    return walk.state.answers is not None and _now(walk, item.instrument) is walk.state.answers


def question(walk: "Walk", item: Item) -> tuple[Text, ...]:
    return answers.question(walk.book.instruments[item.instrument], item.question)


def asked(walk: "Walk", item: Item) -> None:
    """A watched question that gets no answer is noticed, whatever the person does instead."""
    now = walk.state.answers
    if item.silent and now and now.watched is Watched.NOT_ASKED:
        walk.state = replace(walk.state, answers=replace(now, watched=Watched.ASKED))
        walk.effects.append(SetTimer(LEFT_OPEN, LEFT_OPEN_AFTER, now.number))


def left_open(walk: "Walk", former: Answers) -> None:
    """Say kindly, and tell a human, that the watched question of these answers got none. Once."""
    flow = walk.book.asking(former.instrument)
    if former.watched is not Watched.ASKED or flow is None:
        return
    if walk.state.answers is former:
        walk.state = replace(walk.state, answers=replace(former, watched=Watched.TOLD))
    for silent in (step.item.silent for step in flow.steps.values() if step.item and step.item.silent):
        there = walk.book.steps[silent]
        walk.tell(there)
        walk.carry_out(there)


def read_back(walk: "Walk") -> tuple[Text, ...]:
    given = walk.state.answers
    if given is None:
        return ()
    return (answers.read_back(walk.book.instruments[given.instrument], given),)


def keep(walk: "Walk") -> None:
    """Hand them over to be kept, or forget them here. Say the sum, where the clinic wants it."""
    given = walk.state.answers
    if given is None:
        return
    agreed = "answers" in walk.state.agreed
    if walk.book.rules.show_bands:
        meant = answers.interpretation(walk.book.instruments[given.instrument], given)
        walk.effects.append(Say((meant,), kept=agreed))
    over = replace(given, over=True) if agreed else None
    walk.state = replace(walk.state, answers=over)
    if over:
        walk.effects.append(RecordAnswers(over))
        if score := brief.score_of(walk.book, walk.state, walk.today()):
            walk.state = brief.remember(walk.state, score)


def again(walk: "Walk") -> None:
    """Empty, to be answered anew in the place of these."""
    if walk.state.answers and walk.at:
        walk.state = replace(walk.state, answers=answers.again(walk.state.answers, walk.at))


def _now(walk: "Walk", instrument: str) -> Answers:
    assert walk.at, "nobody is asked anything at no time"
    return answers.begun(
        walk.book.instruments[instrument],
        walk.state.answers,
        walk.state.locale,
        walk.book.country,
        walk.state.question + 1,
        walk.at,
    )


def _is_question(walk: "Walk", place: Place | None) -> bool:
    step = walk.book.steps.get(place) if place else None
    return bool(step and step.item)
