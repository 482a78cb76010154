"""What is done about a danger read in somebody's words: before any flow, in the same turn, agreed to or not.

A higher level or another subject is always shown in full; what was shown already comes in a shorter form. The words and
their sources are in content/crisis.yaml, the reasons in decision 0011.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from flows import floor
from flows.effects import Record, Weight
from flows.flow import Do, Option
from flows.flow import Kind as FlowKind
from flows.intents import LONGEST_WISH, Wish, command, words_of
from flows.paths import ANSWERS, ASK, CRISIS, GENTLY, HEAVY, PANIC, SHORTER, STRONGER, UNCLEAR, path
from flows.risk.read import speaks_of_another
from flows.risk.risk import Kind, Level, Risk, Sign
from flows.state import Place
from flows.walk import IN_FULL_AGAIN, Walk

# The labelling guide: what cannot be read is acted on as a concern.
UNREADABLE = Risk(Level.CONCERN, Kind.SADNESS)
# What is said in words of their own leads there, whatever stands on the screen.
HAPPENING = "happening"
SPOKEN = {HAPPENING: "said_now", "called": "called", "no_voice": "no_voice"}
SPOKEN_NOW = {"alone": "now_alone", "someone": "now_someone"}  # where it is known that it is now
BREATHLESS = "breathless"
WINDOW = timedelta(minutes=15)  # a thought written in pieces
PIECES = 3

# Each of these takes the turn as it is under way, and moves it.


def look(walk: Walk, risk: Risk | None, words: str) -> bool:
    """Act on what was read in these words of the person. True when nothing else is to be made of them.

    risk: None when it could not be read.
    """
    risk = _of_the_other(walk, _of_a_minor(walk, risk or UNREADABLE), words)
    if place := _spoken(walk, risk, words):
        return led_to(walk, place, risk, words)
    if _is_the_panic(walk, risk, words):
        walk.notice(Risk(Level.CONCERN, Kind.MEDICAL, risk.reason))
        walk.shown(STRONGER.step)
        return led_to(walk, STRONGER, None, words)
    if risk.level <= Level.CONCERN and walk.state.place in (ASK, UNCLEAR) and not is_meant(walk, words):
        replies, said = walk.book.replies, words_of(words)
        is_so = replies.read(said)
        # The other screen offers a human too: there, only what can mean nothing else is a yes.
        clear = is_so is False or (is_so and (replies.only_yes(said) or replies.thinks(said)))
        if walk.state.place == ASK or clear:
            return _answered(walk, risk, words, is_so)
    if risk.level <= Level.CONCERN and (answer := _taken_up(walk, words)):
        return led_to(walk, answer, risk, words)
    if risk.level is Level.NONE:
        return False
    if risk.level is Level.CONCERN:
        return _concern(walk, risk, words)
    risk = _not_waited_for(risk)
    noticed = walk.notice(risk)
    here = walk.here()
    if here and here.hear and here.hear.purpose == "plan" and risk.level is Level.RISK:
        # A safety plan speaks of such things: it is not torn from the hands of whoever writes it.
        if path(risk) not in noticed.shown:
            walk.tell(walk.book.steps[walk.shown(path(risk))])
        walk.alert(risk)
        return False
    _keep_for_therapist(walk, words)
    _lead(walk, path(risk))
    walk.alert(risk)
    return True


def look_under_a_human(walk: Walk, risk: Risk | None, words: str) -> None:
    """Not a word to the person: the therapist who has the conversation is told."""
    risk = _not_waited_for(risk or UNREADABLE)
    if risk.level > Level.NONE:
        walk.notice(risk)
        if risk.level >= Level.RISK:
            walk.alert(risk)
    if risk.level < Level.RISK and _wish(walk, words) is Wish.URGENT:
        walk.alert_asked(words)


def tapped_under_a_human(walk: Walk, option: Option) -> None:
    """A button from before the human came can say it as well as words: likewise."""
    there = walk.book.steps.get(option.go) if isinstance(option.go, Place) else None
    if there is None:
        return
    if Do.NOTICE_IMMINENT in there.do:
        walk.admit(Level.IMMINENT)
    elif Do.NOTICE_RISK in there.do:
        walk.admit(Level.RISK)
    elif there.place.flow == "urgent":
        walk.alert_asked("")


def look_on_lent_floor(walk: Walk, risk: Risk | None, words: str) -> bool:
    """Show the numbers to call; the therapist, who is back at once, is told. False when there is no danger."""
    risk = _not_waited_for(risk or UNREADABLE)
    if risk.level > Level.NONE:
        walk.notice(risk)
        if risk.level >= Level.RISK:
            floor.left_for(walk, walk.book.steps[walk.shown(path(risk))])
            walk.alert(risk)
            return True
    urgent = _wish(walk, words) is Wish.URGENT
    if urgent:
        floor.left_for(walk, walk.book.steps[walk.start("urgent")])
    return urgent


def stay(walk: Walk) -> bool:
    """Answer words that mean nothing here, where a menu or an exercise would be out of place."""
    here = walk.here()
    if here and here.hear:
        return False
    numbers_shown = here is not None and here.weight is Weight.CRISIS and here.place.flow in (CRISIS, "urgent")
    if not walk.in_danger and not numbers_shown:
        return False
    _shorter(walk)
    return True


def remember(walk: Walk, words: str) -> None:
    """Keep the last few words that may be kept: a thought is often written in several pieces."""
    assert walk.at
    recent = [(at, said) for at, said in walk.state.lately if walk.at - at <= WINDOW]
    walk.state = replace(walk.state, lately=(*recent, (walk.at, words))[-PIECES:])


def begin_anew(walk: Walk) -> None:
    """A human has spoken with the person since: what comes next is shown in full again."""
    if walk.state.noticed:
        walk.state = replace(walk.state, noticed=replace(walk.state.noticed, shown=frozenset()))


def _of_a_minor(walk: Walk, risk: Risk) -> Risk:
    """Whoever says their age before the danger, or after it, has said both: other lines are right, and it is told."""
    now, noticed = _now(walk), walk.state.noticed
    said = Sign.MINOR in risk.signs
    before = walk.state.young
    young = now if said else before if before and now - before <= IN_FULL_AGAIN else None
    walk.state = replace(walk.state, young=young)
    if not said and young and risk.level > Level.NONE:
        return replace(risk, signs=risk.signs | {Sign.MINOR})
    if said and noticed and risk.level < noticed.level >= Level.RISK and Sign.MINOR not in noticed.signs:
        return replace(risk, level=noticed.level, kind=noticed.kind)
    return risk


def _of_the_other(walk: Walk, risk: Risk, words: str) -> Risk:
    """Whoever worries about somebody, and goes on about "him" or "her" without an "I", still speaks of them."""
    noticed = walk.state.noticed
    if risk.level is Level.NONE or noticed is None or walk.long_ago() or Sign.NEAR_OTHER not in noticed.signs:
        return risk
    if Sign.NEAR_OTHER in risk.signs or not speaks_of_another(words):
        return risk
    return replace(risk, kind=Kind.THIRD_PARTY, signs=risk.signs | {Sign.NEAR_OTHER})


def _spoken(walk: Walk, risk: Risk, words: str) -> Place | None:
    """Where a button leads that somebody says in words of their own: "tonight", "my sister is here"."""
    noticed, here, said = walk.state.noticed, walk.here(), words_of(words)
    if noticed is None or here is None or not walk.in_danger or risk.level > noticed.level or walk.long_ago():
        return None
    if here.place.flow not in (CRISIS, "urgent") or len(words) > LONGEST_WISH or is_meant(walk, words):
        return None
    choice = walk.book.spoken.exact(said) or walk.book.spoken.near(said)
    if choice in SPOKEN and (choice != HAPPENING or noticed.level is Level.RISK):
        return Place(CRISIS, SPOKEN[choice])
    if choice in SPOKEN_NOW and noticed.level is Level.IMMINENT and not noticed.signs & {Sign.NEAR_OTHER, Sign.QUIET}:
        return Place(CRISIS, SPOKEN_NOW[choice])
    option = here.option(choice) if choice else None
    return option.go if option and isinstance(option.go, Place) else None


def _is_the_panic(walk: Walk, risk: Risk, words: str) -> bool:
    """Whether somebody says of their panic, in its exercise, that they cannot breathe.

    Said again, or after another danger or something swallowed, it is a danger.
    """
    here, noticed = walk.here(), walk.state.noticed
    if here is None or here.place.flow != PANIC or STRONGER not in walk.book.steps or len(words) > LONGEST_WISH:
        return False
    if walk.in_danger or Sign.TAKEN in risk.signs or (noticed and STRONGER.step in noticed.shown):
        return False
    said = words_of(words)
    return (walk.book.spoken.exact(said) or walk.book.spoken.near(said)) == BREATHLESS


def _not_waited_for(risk: Risk) -> Risk:
    """What was swallowed is a danger now: symptoms are not waited for."""
    swallowed = Sign.TAKEN in risk.signs and risk.level is Level.RISK
    return replace(risk, level=Level.IMMINENT) if swallowed else risk


def _concern(walk: Walk, risk: Risk, words: str) -> bool:
    before = walk.state.noticed
    noticed = walk.notice(risk)
    if is_meant(walk, words):
        return False
    if before and before.level >= Level.RISK:
        if _goes_on(walk):
            return False
        _shorter(walk)
        return True
    here = walk.here()
    if here and here.item and walk.book.replies.only_yes(words_of(words)):
        return False  # "every day": how often, which the question is about
    step = path(risk)
    if step == ASK.step and step in noticed.shown and not walk.long_ago():
        step = HEAVY  # asked once; after that a human is offered
    if step in noticed.shown and not walk.long_ago():
        return False
    if step == GENTLY and HEAVY in noticed.shown and _goes_on(walk) and not walk.long_ago():
        return False  # an exercise brings heavy words out: a human was offered beside it, and need not be again
    if step == ASK.step or not _goes_on(walk):
        _keep_for_therapist(walk, words)
        _lead(walk, step)
        return True
    # The exercise may go on: a human is offered beside it.
    walk.tell(walk.book.steps[walk.shown(step)])
    return False


def _goes_on(walk: Walk) -> bool:
    """Whether these words have a place of their own: in an exercise, or with the therapist who will answer."""
    here = walk.here()
    return (here is not None and here.hear is not None) or (walk.state.waiting and "human" in walk.state.agreed)


def _answered(walk: Walk, risk: Risk, words: str, answer: bool | None) -> bool:
    """What was typed under the direct question sets the level. What is neither yes nor no is shown the numbers."""
    if risk.level is Level.CONCERN:
        walk.notice(risk)
    _keep_for_therapist(walk, words)
    walk.go(UNCLEAR if answer is None else ANSWERS[answer])
    return True


def _taken_up(walk: Walk, words: str) -> Place | None:
    """Where to go when somebody who was told that thoughts of dying can be said here says "I think about it".

    "It" can be the therapist they were told of too: so the question is asked, where it was not asked yet.
    """
    noticed, place, said = walk.state.noticed, walk.state.place, words_of(words)
    if noticed is None or noticed.level > Level.CONCERN or walk.long_ago() or is_meant(walk, words):
        return None
    replies, asked = walk.book.replies, ASK.step in noticed.shown
    exercise = place is not None and walk.book.flows[place.flow].kind in (FlowKind.EXERCISE, FlowKind.QUESTIONNAIRE)
    recently = _now(walk) - noticed.last <= WINDOW
    if asked:
        back = recently and (
            replies.takes_no_back(said)
            if place == ANSWERS[False]
            else place is not None and place.flow == CRISIS and replies.denies_no(said)
        )
        return ANSWERS[True] if (back or replies.thinks(said)) and not exercise else None
    if HEAVY not in noticed.shown:
        return None
    yes = replies.only_yes(said) and not exercise and recently
    return ASK if yes or replies.thinks(said) else None


def led_to(walk: Walk, answer: Place, risk: Risk | None, words: str) -> bool:
    if risk and risk.level is Level.CONCERN:
        walk.notice(risk)
    _keep_for_therapist(walk, words)
    if answer == ASK:
        _lead(walk, ASK.step)
    else:
        walk.set_aside_for(answer)
        walk.go(answer)
    return True


def _lead(walk: Walk, step: str) -> None:
    noticed = walk.state.noticed
    assert noticed, "somebody is led here by what was noticed"
    if step in noticed.shown and not walk.long_ago():
        _shorter(walk)
        return
    walk.set_aside_for(Place(CRISIS, step))
    walk.go(walk.shown(step))


def _shorter(walk: Walk) -> None:
    """Say in a few words that somebody is there, with the numbers in reach."""
    noticed = walk.state.noticed
    urgent = noticed is not None and noticed.level is Level.IMMINENT
    about = "abuse" if noticed and Sign.QUIET in noticed.signs else "now" if urgent else ""
    steps = SHORTER[about]
    place = walk.state.place
    times = noticed.times if noticed else int(place is not None and place.step == steps[0])
    if noticed:
        walk.state = replace(walk.state, noticed=replace(noticed, times=times + 1, last=_now(walk)))
    following = Place(CRISIS, steps[times % len(steps)])
    walk.set_aside_for(following)
    walk.go(following)


def _keep_for_therapist(walk: Walk, words: str) -> None:
    if walk.state.waiting and "human" in walk.state.agreed and words.strip():
        walk.effects.append(Record("said", words))


def is_meant(walk: Walk, words: str) -> bool:
    """Whether the whole message is an order, a wish or one of the answers offered: it is then taken for that."""
    if command(words):
        return True
    if len(words) > LONGEST_WISH or not (bare := words_of(words)):
        return False
    here = walk.here()
    labels = walk.book.labels.get(here.place) if here else None
    wish = walk.book.wishes.exact(bare)
    # "Yes" and the like answer a question; where none is open they mean nothing.
    answers = wish in (Wish.YES, Wish.NO, Wish.SKIP) and not (here and here.answering(wish.value))
    return (wish is not None and not answers) or bool(labels and labels.exact(bare))


def _wish(walk: Walk, words: str) -> Wish | None:
    asked = command(words)
    if isinstance(asked, Wish):
        return asked
    return walk.book.wishes.exact(words_of(words)) if len(words) <= LONGEST_WISH else None


def _now(walk: Walk) -> datetime:
    assert walk.at, "whatever is said, is said at an hour"
    return walk.at
