"""Event -> the flows, then the human side -> one decision. Pure: shared by the turn, the terminal and the tests."""

from dataclasses import dataclass
from datetime import datetime

from flows import engine
from flows.book import Book
from flows.effects import Agree, Alert, Dispute, Effect, Erase, OpenRequest, WithdrawRequest
from flows.events import Event
from flows.state import State
from handoff import colleagues, desk, prescribing
from handoff.colleagues import KeepNote, SendLink, Settled
from handoff.desk import Mention, Tell
from handoff.request import Request
from handoff.roster import Clinic

Done = Effect | Tell | KeepNote | SendLink


@dataclass(frozen=True, slots=True)
class Decision:
    """effects: in the order in which they are to happen; every Mention has become a message."""

    state: State
    request: Request | None
    effects: tuple[Done, ...]


def decide(book: Book, clinic: Clinic, state: State, request: Request | None, event: Event) -> Decision:
    event = desk.standing_in(request, event)
    turn = engine.step(book, state, event)
    decision = Decision(turn.state, request, ())
    # What the person reads comes first, then who is told of it.
    for effect in sorted(turn.effects, key=lambda effect: isinstance(effect, Alert)):
        match effect:
            case OpenRequest():
                opened = desk.open(effect, event.at, turn.state.locale, clinic, decision.request)
                decision = _with(book, decision, opened, event.at)
            case WithdrawRequest():
                withdrawn = desk.withdraw(decision.request, event.at, clinic)
                decision = _with(book, decision, withdrawn, event.at)
            case Alert():
                owner = turn.state.holder
                shown = state.lent is not None
                told = desk.alert(effect, event.at, turn.state.locale, clinic, decision.request, owner, shown)
                decision = _with(book, decision, told, event.at)
            case Dispute():
                decision = _with(book, decision, desk.dispute(decision.request, clinic), event.at)
            case Agree("human", False):
                decision = Decision(decision.state, desk.unread(decision.request), (*decision.effects, effect))
            case Agree("watch", agreed):
                decision = Decision(decision.state, decision.request, (*decision.effects, effect))
                decision = _with(book, decision, desk.read_along(decision.request, agreed, event.at, clinic), event.at)
            case _:
                decision = Decision(decision.state, decision.request, (*decision.effects, effect))
    if any(isinstance(effect, Erase) for effect in turn.effects):
        return _with(book, decision, desk.erased(request, state.holder, event.at, clinic), event.at)
    asked = decision.request
    handled = desk.step(asked, event, clinic, decision.state.owner)
    decision = _with(book, decision, handled, event.at)
    settled = colleagues.step(asked, decision.request, event, clinic, decision.state.holder)
    decision = _with(book, decision, settled, event.at)
    prescribed = prescribing.step(decision.request, state, decision.state, event, clinic)
    return _with(book, decision, prescribed, event.at)


def _with(book: Book, decision: Decision, handled: desk.Handled | Settled, at: datetime) -> Decision:
    state, effects = decision.state, list(decision.effects)
    for effect in handled.effects:
        if isinstance(effect, Mention):
            said = engine.mention(book, state, effect.place, effect.values)
            state = said.state
            effects.extend(said.effects)
        else:
            effects.append(effect)
    return Decision(state, handled.request, tuple(effects))
