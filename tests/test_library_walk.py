"""Whoever presses and types at random through the whole library is never stuck, and never far from the menu."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clinic import read as read_clinic
from bot.decide import decide
from bot.wording import Wording, catalogues
from flows import engine
from flows.book import Book, load
from flows.effects import Ask, Choice, Say, SetTimer
from flows.events import (
    Event,
    Media,
    MediaKind,
    PersonArrived,
    PersonEdited,
    PersonLeft,
    PersonSaid,
    PersonSent,
    PersonTapped,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.flow import Kind
from flows.intents import Wish
from flows.risk.risk import NOTHING, Level, Risk
from flows.risk.risk import Kind as Danger
from flows.state import WATCH, Place, State, from_json, to_json
from handoff.request import OPEN, Request

ROOT = Path(__file__).parent.parent
CLINIC = read_clinic(ROOT / "tests" / "talks" / "clinic.toml")
WORDS = catalogues(ROOT / "locales")
BOOK = load(ROOT / "flows" / "content", CLINIC.country, CLINIC.region).speaking(WORDS)
WITHHELD = BOOK.under(replace(BOOK.rules, only_reviewed=True))  # nobody has signed anything yet
WORDING = Wording(BOOK, WORDS)
MENU = Place("menu", "menu")
BEGUN = datetime(2026, 11, 24, 9, tzinfo=UTC)
ON_SCREEN = 2  # questions
WALKS, ACTS = 200, 120  # 24,000 acts: half a minute

TYPED = (
    *(phrase for wish in Wish for phrase in (wish.value, wish.value.upper())),
    *("mes notes", "un exercice", "rdv", "what helped", "panik", "1", "2", "7", "99", "oui", "no", "passer"),
    *("", " ", "🙂", "\x00", "?", "/start", "/menu", "/stop and erase", "18:30", "Namur", "je suis en Suisse"),
    *("I do not know what to say", "ça ne va pas depuis le printemps, et personne ne le sait", "a" * 2500, "quoi ?"),
)
TITLES = tuple(flow.title for flow in BOOK.flows.values() if flow.kind in (Kind.EXERCISE, Kind.QUESTIONNAIRE))
# Choices that lead out of what one is in; pressed less, so that the walk gets to the end of things.
OUT = {"menu", "stop", "urgent", "data", "human", "booking", "language", "erase", "see", "go_on", "other_language"}
RISKS = (
    *(NOTHING,) * 30,
    None,
    Risk(Level.CONCERN, Danger.SADNESS, "tired"),
    Risk(Level.RISK, Danger.SUICIDE, "gone"),
    Risk(Level.IMMINENT, Danger.SUICIDE, "now"),
)
MEDIA = tuple(Media(kind, caption=caption) for kind in MediaKind for caption in ("", "stop"))

# An act is a number: what is done, by its rest; to what, by the remainder of that.
acts = st.lists(st.integers(0, 10**6), min_size=ACTS, max_size=ACTS)


@dataclass
class Walker:
    """One person with a phone, and the little a platform keeps."""

    book: Book = BOOK
    state: State = field(default_factory=lambda: State(locale="fr"))
    request: Request | None = None
    now: datetime = BEGUN
    screen: tuple[tuple[Choice, ...], ...] = ()
    old: list[Choice] = field(default_factory=list)
    timers: list[SetTimer] = field(default_factory=list)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be pressed without scrolling: the question, and what was told beside it."""
        return sum(self.screen, ())

    @property
    def waits(self) -> list[SetTimer]:
        """What carries on by itself where they are. What the desk mentions meanwhile leaves it as it is."""
        state = self.state
        return [t for t in self.timers if t.timer == "wait" and state.answered < t.token <= state.question]

    def act(self, number: int) -> None:
        kind, rest = number % 20, number // 20
        self.now += timedelta(seconds=(3, 40, 700, 90_000)[rest % 4])
        self.take(self.event(kind, rest))

    def event(self, kind: int, rest: int) -> Event:
        if self.state.owner:
            if kind < 10:
                return TherapistReleased(self.now, self.state.owner, "Inès")
            return self.rarer(rest) if kind < 15 else PersonSaid(self.now, "menu", "m", risk=NOTHING)
        if kind < 14 and self.waits:
            return TimerRang(self.now, "wait", self.waits[0].token)
        if kind < 12 and self.choices:
            onward = [choice for choice in self.choices if choice.press.rpartition("/")[2] not in OUT]
            choices = onward if onward and kind < 10 else self.choices
            return PersonTapped(self.now, choices[rest % len(choices)].press)
        if kind == 12 and self.old:
            return PersonTapped(self.now, self.old[rest % len(self.old)].press)
        if kind == 13 and self.choices:
            label = WORDING.text(self.choices[rest % len(self.choices)].label, self.state.locale)
            return PersonSaid(self.now, label, "m", risk=NOTHING)
        if kind == 14 and self.timers:
            timer = self.timers[rest % len(self.timers)]
            return TimerRang(self.now, timer.timer, timer.token)
        if kind == 15:
            return self.rarer(rest)
        if kind == 16:
            return PersonSaid(self.now, WORDING.sentence(TITLES[rest % len(TITLES)], "en"), "m", risk=NOTHING)
        return PersonSaid(self.now, TYPED[rest % len(TYPED)], "m", risk=RISKS[rest % len(RISKS)])

    def rarer(self, rest: int) -> Event:
        therapist, name = ("ines", "Inès") if rest % 2 else ("tom", "Tom")
        return (
            PersonArrived(self.now),
            PersonLeft(self.now),
            PersonSent(self.now, MEDIA[rest % len(MEDIA)], "m", risk=NOTHING),
            PersonEdited(self.now, TYPED[rest % len(TYPED)], "m", risk=NOTHING),
            TherapistTookOver(self.now, therapist, name),
            TherapistSaid(self.now, therapist, name, "Bonjour", "d"),
        )[rest % 6]

    def take(self, event: Event) -> None:
        decision = decide(self.book, CLINIC, self.state, self.request, event)
        plain = orjson.loads(orjson.dumps(to_json(decision.state)))
        assert from_json(plain) == decision.state
        self.state, self.request = decision.state, decision.request
        for effect in decision.effects:
            if isinstance(effect, SetTimer):
                self.timers.append(effect)
            elif isinstance(effect, Say | Ask):
                assert WORDING.message(effect.texts, self.state.locale).strip()
                assert not {text.id.partition(".")[0] for text in effect.texts} & self.book.withheld
            if isinstance(effect, Ask):
                self.old += effect.choices
                self.screen = (*self.screen, effect.choices)[-ON_SCREEN:]
                assert all(len(choice.press.encode()) <= 64 for choice in effect.choices)
                assert all(WORDING.text(choice.label, self.state.locale).strip() for choice in effect.choices)

    # Not stuck, and near the menu; read along only while they wait, and may be read.

    def check(self) -> None:
        state = self.state
        along = WATCH in state.agreed
        assert along == bool(self.request and self.request.read_along)
        assert not along or (self.request and self.request.status in OPEN and "human" in state.agreed)
        if state.owner is not None:
            return
        step = self.book.steps[state.place] if state.place else None
        if step and step.wait:
            assert self.waits, state.place
        elif step:
            assert step.asks, state.place
            assert state.question > state.answered, state.place
            assert self.is_near_the_menu(), state.place

    def is_near_the_menu(self) -> bool:
        state = self.state
        known = (
            self.book.withheld,
            state.place,
            state.aside,
            state.asker,
            state.agreed,
            state.waiting,
            bool(state.noticed),
            bool(state.notes),
        )
        if known not in _NEAR:
            _NEAR[known] = state.place == MENU or any(one.state.place == MENU for one in self.within(2))
        return _NEAR[known]

    def within(self, presses: int) -> Iterator["Walker"]:
        """The same person after so many presses of what is on the screen, in every way."""
        for choice in self.choices if presses else ():
            later = replace(self, now=self.now + timedelta(minutes=1), old=[], timers=[])
            later.take(PersonTapped(later.now, choice.press))
            yield later
            yield from later.within(presses - 1)


_NEAR: dict[object, bool] = {}


@settings(max_examples=WALKS, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts, st.sampled_from(["fr", "en"]))
def test_nobody_is_stuck_anywhere_in_the_library(numbers: list[int], locale: str) -> None:
    walker = Walker(state=State(locale=locale))
    walker.take(PersonArrived(BEGUN))

    for number in numbers:
        walker.act(number)
        walker.check()


@settings(max_examples=WALKS // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts, st.sampled_from(["fr", "en"]))
def test_nor_where_only_what_is_signed_is_served_and_nothing_else_is_said(numbers: list[int], locale: str) -> None:
    walker = Walker(WITHHELD, State(locale=locale))
    walker.take(PersonArrived(BEGUN))

    for number in numbers:
        walker.act(number)
        walker.check()
        assert not walker.state.place or walker.state.place.flow not in WITHHELD.withheld


@settings(max_examples=WALKS // 4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 10**6), min_size=ACTS // 4, max_size=ACTS // 4))
def test_whoever_is_read_along_is_so_while_they_wait_and_no_longer(numbers: list[int]) -> None:
    walker = Walker()
    walker.take(PersonArrived(BEGUN))
    for choice in ("human", "yes", "skip", "let_read", "yes"):
        press = next(one.press for one in reversed(walker.choices) if one.press.endswith(f"/{choice}"))
        walker.take(PersonTapped(BEGUN, press))
    assert WATCH in walker.state.agreed

    for number in numbers:
        walker.act(number)
        walker.check()


@pytest.mark.parametrize("book", [BOOK, WITHHELD], ids=["all", "signed"])
@pytest.mark.parametrize("agreed", [(), ("keep", "human", "answers", "plan")], ids=["nothing", "all"])
def test_the_menu_is_within_two_presses_of_every_question(agreed: tuple[str, ...], book: Book) -> None:
    far = []
    for place, step in book.steps.items():
        if step.asks:
            walker = Walker(book, State(locale="fr", question=3, answered=3, agreed=frozenset(agreed), place=MENU))
            turn = engine.enter(book, walker.state, place, BEGUN)
            walker.state = turn.state
            walker.screen = tuple(effect.choices for effect in turn.effects if isinstance(effect, Ask))[-1:]
            if turn.state.place == place and not walker.is_near_the_menu():
                far.append(place)

    assert far == []
