"""Event -> the flows, then the human side -> one decision. Pure: shared by the turn, the terminal and the tests."""

from dataclasses import dataclass
from datetime import datetime

from flows import engine
from flows.book import Book
from flows.effects import Effect, Erase, OpenRequest, WithdrawRequest
from flows.events import Event
from flows.state import State
from handoff import desk
from handoff.desk import Mention, Tell
from handoff.request import Request
from handoff.roster import Clinic


@dataclass(frozen=True, slots=True)
class Decision:
    """effects: in the order in which they are to happen; every Mention has become a message."""

    state: State
    request: Request | None
    effects: tuple[Effect | Tell, ...]


def decide(book: Book, clinic: Clinic, state: State, request: Request | None, event: Event) -> Decision:
    event = desk.standing_in(request, event)
    turn = engine.step(book, state, event)
    decision = Decision(turn.state, request, ())
    for effect in turn.effects:
        match effect:
            case OpenRequest():
                opened = desk.open(effect, event.at, turn.state.locale, clinic, decision.request)
                decision = _with(book, decision, opened, event.at)
            case WithdrawRequest():
                withdrawn = desk.withdraw(decision.request, event.at, clinic)
                decision = _with(book, decision, withdrawn, event.at)
            case _:
                decision = Decision(decision.state, decision.request, (*decision.effects, effect))
    if any(isinstance(effect, Erase) for effect in turn.effects):
        return _with(book, decision, desk.erased(request, state.owner, event.at, clinic), event.at)
    handled = desk.step(decision.request, event, clinic, decision.state.owner)
    return _with(book, decision, handled, event.at)


def _with(book: Book, decision: Decision, handled: desk.Handled, at: datetime) -> Decision:
    state, effects = decision.state, list(decision.effects)
    for effect in handled.effects:
        if isinstance(effect, Mention):
            said = engine.mention(book, state, effect.place, effect.values)
            state = said.state
            effects.extend(said.effects)
        else:
            effects.append(effect)
    return Decision(state, handled.request, tuple(effects))
