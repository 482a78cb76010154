"""Where a conversation stands. Frozen; to and from JSON; carries a version."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

VERSION = 1


@dataclass(frozen=True, slots=True)
class Place:
    flow: str
    step: str


@dataclass(frozen=True, slots=True)
class Press:
    press: str
    at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """One conversation, as far as the flows need to know it.

    locale:    "fr" or "en".
    place:     the step we are at; None before the first word and after a goodbye.
    aside:     where an interrupted exercise can be resumed, or None.
    question:  number of the last question asked.
    answered:  number of the last question answered; question > answered means one is open.
    presses:   the last few presses, to count a repeated one once.
    agreed:    purposes the person agreed to ("keep", "human").
    kept:      the person's own words, by the name a flow gave them; empty unless "keep" is agreed.
    waiting:   a request is open.
    owner:     the therapist who speaks now, or None for the bot.
    epoch:     goes up each time the owner changes.
    answer:    text id of the last answer to something unexpected, so that it is not repeated at someone;
               "" once the conversation has moved on.
    """

    locale: str = "fr"
    place: Place | None = None
    aside: Place | None = None
    question: int = 0
    answered: int = 0
    presses: tuple[Press, ...] = ()
    agreed: frozenset[str] = frozenset()
    kept: tuple[tuple[str, str], ...] = ()
    waiting: bool = False
    owner: str | None = None
    epoch: int = 0
    answer: str = ""
    version: int = field(default=VERSION)

    def word(self, name: str) -> str:
        """The person's words kept under this name, or ""."""
        return dict(self.kept).get(name, "")

    def keeping(self, name: str, words: str) -> "State":
        return replace(self, kept=(*((n, w) for n, w in self.kept if n != name), (name, words)))


def to_json(state: State) -> dict[str, Any]:
    """Plain JSON values; what is at its default is left out."""
    plain: dict[str, Any] = {"version": state.version, "locale": state.locale}
    if state.place:
        plain["place"] = [state.place.flow, state.place.step]
    if state.aside:
        plain["aside"] = [state.aside.flow, state.aside.step]
    for name in ("question", "answered", "waiting", "owner", "epoch", "answer"):
        if value := getattr(state, name):
            plain[name] = value
    if state.presses:
        plain["presses"] = [[p.press, p.at.isoformat()] for p in state.presses]
    if state.agreed:
        plain["agreed"] = sorted(state.agreed)
    if state.kept:
        plain["kept"] = [list(pair) for pair in state.kept]
    return plain


def from_json(plain: dict[str, Any]) -> State:
    """Raises ValueError for a version this program does not know."""
    if plain["version"] != VERSION:
        raise ValueError(f"state version {plain['version']} is not known here; this program knows {VERSION}")
    return State(
        locale=plain["locale"],
        place=Place(*plain["place"]) if "place" in plain else None,
        aside=Place(*plain["aside"]) if "aside" in plain else None,
        question=plain.get("question", 0),
        answered=plain.get("answered", 0),
        presses=tuple(Press(press, datetime.fromisoformat(at)) for press, at in plain.get("presses", ())),
        agreed=frozenset(plain.get("agreed", ())),
        kept=tuple((name, words) for name, words in plain.get("kept", ())),
        waiting=plain.get("waiting", False),
        owner=plain.get("owner"),
        epoch=plain.get("epoch", 0),
        answer=plain.get("answer", ""),
    )
