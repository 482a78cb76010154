"""The question on death: acted on the moment it is answered, before the next one, and when it is not answered.

The lowest answer says no, and is never read as more than that. The next one is met with warmth and a human is told;
those above it go the way of the danger they may be (flows/safety.py). Leaving it open tells a human too.
"""

from dataclasses import replace

from flows import answers, questionnaire, safety
from flows.flow import Item, Option, Step
from flows.instruments import Instrument, form_of
from flows.intents import words_of
from flows.paths import ANSWERS
from flows.risk.risk import Kind, Level, Risk
from flows.state import Watched
from flows.walk import MENU, Walk


def answered(walk: Walk, item: Item, option: Option) -> bool:
    """Note the answer to any question. True when all that follows from it has been done."""
    if option.id in ("stop", MENU):
        _note(walk, item)
        return False
    instrument = walk.book.instruments[item.instrument]
    score = None if option.id == "skip" else answers.score_of(instrument, item.question, int(option.id[1:]))
    belongs = questionnaire.goes_on(walk, item)
    if belongs and walk.state.answers:
        walk.state = replace(walk.state, answers=walk.state.answers.giving(item.question, score))
    _note(walk, item, score)
    if item.silent and score:
        return _meet(walk, instrument, item, score)
    if not belongs:
        walk.go(item.next)
    return not belongs


def said(walk: Walk, risk: Risk | None, words: str) -> bool:
    """A yes in words of their own, where official ones were asked for, is met as what it says: that they think of it.

    The question stays open. True when it was such a yes.
    """
    here = walk.here()
    if here is None or here.item is None or not here.item.silent or (risk and risk.level > Level.CONCERN):
        return False
    if safety.is_meant(walk, words) or not walk.book.replies.read(words_of(words)):
        return False
    _note(walk, here.item)
    safety.led_to(walk, ANSWERS[True], risk, words)
    return True


def rang(walk: Walk, number: int) -> None:
    """The time for the watched question is over. Nothing happens under a therapist: a human is there."""
    given = walk.state.answers
    if walk.state.owner is None and given and given.number == number:
        questionnaire.left_open(walk, given)


def left(walk: Walk) -> None:
    """The person has gone from the platform. Nothing can be said to them, but a human is told."""
    given = walk.state.answers
    if given and given.watched is Watched.ASKED:
        walk.state = replace(walk.state, answers=replace(given, watched=Watched.TOLD))
        walk.open_request(questionnaire.NOT_ANSWERED)


def tapped_under_a_human(walk: Walk, pressed: Step, option: Option) -> None:
    """Not a word to the person: what they answered of a danger is told to the therapist who has the conversation."""
    item = pressed.item
    if item is None or not item.silent:
        safety.tapped_under_a_human(walk, option)
    elif option.id not in ("stop", "skip", MENU):
        instrument = walk.book.instruments[item.instrument]
        score = answers.score_of(instrument, item.question, int(option.id[1:]))
        if score > _lowest(instrument):
            reason = _reason(walk, instrument, item, score)
            risk = Risk(Level.RISK, Kind.SUICIDE, reason)
            walk.notice(risk)
            walk.alert(risk)


def _note(walk: Walk, item: Item, score: int | None = None) -> None:
    if item.silent and walk.state.answers:
        watched = Watched.TOLD if score is None else Watched.DONE
        walk.state = replace(walk.state, answers=replace(walk.state.answers, watched=watched))


def _meet(walk: Walk, instrument: Instrument, item: Item, score: int) -> bool:
    reason = _reason(walk, instrument, item, score)
    if score == _lowest(instrument):
        walk.notice(Risk(Level.CONCERN, Kind.SUICIDE, reason))
        return False
    # Whoever comes back from there goes on with the next question.
    walk.state = replace(walk.state, place=item.next, answered=walk.state.question)
    acted = safety.look(walk, Risk(Level.RISK, Kind.SUICIDE, reason), "")
    assert acted, "a danger always leads somewhere"
    return True


def _reason(walk: Walk, instrument: Instrument, item: Item, score: int) -> str:
    form = instrument.forms[form_of(walk.state.locale, walk.book.country)]
    return f"{instrument.name}, {item.question}: {form.answers[instrument.scores.index(score)]}"


def _lowest(instrument: Instrument) -> int:
    """Of the answers that do not say "not at all"."""
    return min(filter(None, instrument.scores))
