"""The floor, lent to the bot: a therapist lets it lead one exercise, and it is silent again after it (decision 0051).

While it lasts the flows see no owner, and the epoch is one more, as if the conversation had been given back. When it
ends, it is one more again, as if it had been taken over. Inside, the bot says what the exercise says and nothing else.
Whatever else the person does or writes is for the human, and ends it.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.book import CONSENTS, Book
from flows.effects import OwnerChanged, Say, SetTimer, Text, Weight
from flows.events import TherapistPrescribed
from flows.flow import Do, Kind, Step
from flows.paths import CRISIS, SUGGESTED
from flows.state import Lent, Prescribed, State

if TYPE_CHECKING:
    from flows.walk import Walk

TIMER = "prescribed"
OVER, DECLINED, LEFT = "desk.floor_over", "desk.floor_declined", "desk.floor_left"  # what the therapist is told
NUMBERS_THERE = {CRISIS, "urgent"}


def can_lead(book: Book) -> tuple[str, ...]:
    """The flows a therapist can let the bot lead."""
    led = (Kind.EXERCISE, Kind.QUESTIONNAIRE)
    return tuple(flow.name for flow in book.flows.values() if flow.kind in led and flow.title)


def token_of(prescribed: Prescribed) -> int:
    return int(prescribed.due.timestamp())


# Each of these takes the turn as it is under way, and moves it.


def prescribed(walk: "Walk", event: TherapistPrescribed) -> None:
    """Nothing happens unless this therapist has the conversation, and speaks in it."""
    if walk.state.owner != event.therapist or event.flow not in can_lead(walk.book):
        return
    if event.due is None or event.due <= event.at:
        _lend(walk, Lent(event.therapist, event.name, event.flow))
        return
    later = Prescribed(event.therapist, event.name, event.flow, event.due)
    walk.state = replace(walk.state, later=later)
    walk.effects.append(SetTimer(TIMER, event.due - event.at, token_of(later)))


def called_off(walk: "Walk", therapist: str) -> None:
    """Only what this therapist planned, and only before its hour."""
    if walk.state.later and walk.state.later.therapist == therapist:
        walk.state = replace(walk.state, later=None)


def rang(walk: "Walk", token: int) -> None:
    """The hour has come. The floor is lent only if the conversation is still that therapist's, and no danger is open.

    A danger may be newer than their wish, and they may not have seen it yet.
    """
    later = walk.state.later
    if later is None or token != token_of(later):
        return
    walk.state = replace(walk.state, later=None)
    if walk.state.owner == later.therapist and not walk.in_danger:
        _lend(walk, Lent(later.therapist, later.name, later.flow))


def _lend(walk: "Walk", lent: Lent) -> None:
    state = walk.state
    walk.state = replace(state, owner=None, lent=lent, epoch=state.epoch + 1, answer="")
    walk.effects.append(OwnerChanged(None))
    walk.go(SUGGESTED)


def is_outside(state: State, there: Step) -> bool:
    """Whether the bot may not go there on borrowed ground."""
    if state.lent is None:
        return False
    inside = {state.lent.flow, SUGGESTED.flow, *CONSENTS.values()}
    return there.place.flow not in inside


def ends_with(state: State, there: Step) -> bool:
    """Whether this step is a last word, with ways on that are not for now."""
    return state.lent is not None and there.anytime


def left_for(walk: "Walk", there: Step) -> None:
    """The exercise leads elsewhere: it is over. Numbers to call are shown all the same."""
    if {Do.NOTICE_RISK, Do.NOTICE_IMMINENT} & set(there.do):  # on to the way that is right for what was noticed
        walk.carry_out(there)
        there = walk.step_at(walk.way_on(there) or there.place)
    if there.place.flow in NUMBERS_THERE and there.weight is Weight.CRISIS:
        walk.effects.append(Say(walk.message_of(there), Weight.CRISIS))
        if there.place.flow != CRISIS:
            walk.alert_asked("")
    declined = walk.at_suggestion()
    stopped = there.place.flow in {*NUMBERS_THERE, "everyday", "menu", "human", "data"}
    give_back(walk, DECLINED if declined else LEFT if stopped else OVER, resumed=stopped and not declined)


def give_back(walk: "Walk", why: str, resumed: bool = False, therapist: str = "", told: bool = True) -> None:
    """The bot falls silent again, and says so.

    resumed:   the exercise can be taken up again, once the therapist has given the conversation back.
    therapist: whose the conversation is from here on; "" for whoever lent the floor.
    told:      the person is there to be told.
    """
    state = walk.state
    assert state.lent, "what was lent is given back"
    to = therapist or state.lent.therapist
    place = state.place
    aside = place if resumed and place and place.flow == state.lent.flow else state.aside
    walk.state = replace(
        state,
        lent=None,
        owner=to,
        epoch=state.epoch + 1,
        waiting=False,
        place=None,
        aside=aside,
        answered=state.question,
        answer="",
    )
    walk.let_go()
    walk.effects.append(OwnerChanged(to, back=Text(why)))
    if told and to == state.lent.therapist:
        said = Text("takeover.back", (("therapist", state.lent.name),))
        walk.effects.append(Say((said,), Weight.ANNOUNCEMENT))
