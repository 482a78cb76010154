"""A month at a clinic: random people, therapists, hours, absences and holidays, over the changes of the clock.

No request is ever without a next step; nobody off duty is woken but by the on-call rule (decision 0053); whoever speaks
with a therapist hears nothing from the program.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rehearsal import Rehearsal
from bot.wording import catalogues
from flows.book import Book, load
from flows.effects import Ask, Effect, OwnerChanged, Say, Weight
from flows.events import (
    Event,
    OfferUndelivered,
    PersonArrived,
    PersonSaid,
    PersonTapped,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
)
from flows.risk.risk import NOTHING, Kind, Level, Risk
from flows.state import State
from handoff.daysoff import Absence, DaysOff
from handoff.desk import Tell
from handoff.hours import Block, Shift
from handoff.request import OPEN, Request, Status
from handoff.roster import Clinic, Escalation, OnCall, Therapist, next_on_duty, on_call, on_duty
from tests.crash.house import ROOT
from tests.handoff.people import ALWAYS, MORNINGS, clinic, therapist

LENGTH = timedelta(days=30)
TICK = timedelta(minutes=5)
MONTHS = (date(2026, 3, 9), date(2026, 10, 5), date(2026, 12, 7))  # two changes of the clock, and Christmas
WITH_LUNCH = tuple(Block(day, *span) for day in range(5) for span in ((time(9), time(12, 30)), (time(14), time(18))))
EVENINGS = (Block(1, time(17), time(21)), Block(3, time(17), time(21)), Block(5, time(9), time(13)))
SUNDAY_NIGHT = (Block(6, time(1), time(4)), Block(0, time(0), time(3)))  # where the clocks change
NIGHTS = tuple(Block(day, *span) for day in range(7) for span in ((time(0), time(8)), (time(20), time(0))))
HOURS = (WITH_LUNCH, MORNINGS, EVENINGS, SUNDAY_NIGHT, NIGHTS, ALWAYS, ())
CLOCKS = ("Europe/Paris", "America/Toronto", "Europe/London")
NAMES = ("Ana", "Bo", "Cleo", "Dan")
DANGER = Risk(Level.RISK, Kind.SUICIDE, "…", frozenset())
TRUTHS = ("human.nobody_", "crisis.")


@cache
def book() -> Book:
    return load(ROOT / "flows" / "content", "FR").speaking(catalogues(ROOT / "locales"))


def days(start: date) -> st.SearchStrategy[date]:
    return st.integers(0, LENGTH.days).map(lambda ahead: start + timedelta(days=ahead))


@st.composite
def absences(draw: st.DrawFn, start: date, colleagues: tuple[str, ...]) -> tuple[Absence, ...]:
    first = draw(days(start))
    last = first + timedelta(days=draw(st.integers(0, 12)))
    stands_in = draw(st.sampled_from(["", *colleagues]))
    return draw(st.sampled_from([(), (Absence(first, last, stands_in),)]))


@st.composite
def clinics(draw: st.DrawFn, start: date) -> Clinic:
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    everybody = draw(st.frozensets(days(start), max_size=3))
    therapists = []
    for name in names:
        others = tuple(other.lower() for other in names if other != name)
        off = DaysOff(everybody | draw(st.frozensets(days(start), max_size=2)), draw(absences(start, others)))
        own = therapist(name, draw(st.sampled_from(HOURS)), draw(st.sampled_from([("fr",), ("en",), ("fr", "en")])))
        therapists.append(replace(own, off=off, timezone=draw(st.sampled_from(CLOCKS))))
    rota = draw(st.lists(st.sampled_from(therapists), max_size=2, unique_by=lambda one: one.id))
    return replace(
        clinic(*therapists),
        on_call=tuple(_called(one, draw(st.sampled_from([ALWAYS, NIGHTS]))) for one in rota),
        escalation=Escalation(one_by_one=draw(st.integers(1, 3)), days=draw(st.integers(1, 4))),
    )


def _called(one: Therapist, blocks: tuple[Block, ...]) -> OnCall:
    return OnCall(one.id, Shift(blocks, one.timezone, DaysOff(absences=one.off.absences)))


class Month:
    """One person's month. What therapists do is drawn too: they take, refuse, ignore, write, forget, give back."""

    def __init__(self, here: Clinic, start: date, chance: Random, locale: str) -> None:
        self.here = here
        self.chance = chance
        begins = datetime.combine(start, time(0), UTC)
        self.talk = Rehearsal(book().under(here.rules), here, State(locale=locale), begins)
        self.presses: list[str] = []
        self.plans: list[tuple[datetime, Event]] = []
        self.truth_told = False
        self.acted = False
        self.seen: Counter[str] = Counter()
        self.locale = locale

    def live(self) -> None:
        end = self.talk.now + LENGTH
        wishes = sorted(self.talk.now + self.chance.random() * LENGTH for _ in range(4))
        before = self.talk.state.owner, self.talk.request
        while self.talk.now < end:
            for effects in self.talk.wait(TICK):
                self.look(effects, *before, acting="")
                before = self.talk.state.owner, self.talk.request
                self.has_a_next_step()
            while wishes and wishes[0] <= self.talk.now:
                wishes.pop(0)
                self.somebody_writes()
            for plan in [plan for plan in self.plans if plan[0] <= self.talk.now]:
                self.plans.remove(plan)
                self.happens(replace(plan[1], at=self.talk.now))
            if self.acted or self.talk.now.hour % 6 == self.talk.now.minute == 0:
                self.acted = False
                self.has_a_next_step()
                before = self.talk.state.owner, self.talk.request

    def somebody_writes(self) -> None:
        words = self.chance.choice(["human", "human", "talk", "danger"])
        if words == "danger":
            self.says("…", DANGER)
        elif words == "talk":
            self.says("42", NOTHING)
        else:
            self.happens(PersonArrived(self.talk.now))
            self.says({"fr": "un humain", "en": "a human"}[self.locale], NOTHING)
            for choice in ("yes", "skip"):
                press = next((press for press in reversed(self.presses) if press.endswith(f"/{choice}")), "")
                self.happens(PersonTapped(self.talk.now, press))

    def says(self, words: str, risk: Risk) -> None:
        self.happens(PersonSaid(self.talk.now, words, "p", risk=risk))

    def happens(self, event: Event) -> None:
        self.acted = True
        owner, request = self.talk.state.owner, self.talk.request
        acting = getattr(event, "therapist", "")
        self.look(self.talk.take(event), owner, request, acting)

    def look(self, effects: Iterable[Effect | Tell], owner: str | None, before: Request | None, acting: str) -> None:
        changes = [effect for effect in effects if isinstance(effect, OwnerChanged)]
        for effect in effects:
            match effect:
                case Say() | Ask():
                    assert owner is None or (changes and changes[0].to is None), "silence under a therapist"
                    assert not (changes and changes[0].to) or effect.weight is Weight.ANNOUNCEMENT
                    self.hears(effect)
                case Tell():
                    self.may_be_told(effect, owner, before, acting)
                    self.reacts(effect)
                case OwnerChanged(to):
                    self.seen["taken" if to else "released"] += 1
                    self.truth_told = False
                case _:
                    pass

    def hears(self, said: Say | Ask) -> None:
        ids = [text.id for text in said.texts]
        if isinstance(said, Ask):
            self.presses += [choice.press for choice in said.choices]
        if ids[0].startswith("human.ask"):
            self.truth_told = False
        if any(id.startswith(TRUTHS) for id in ids):
            self.truth_told = True
        self.seen.update(id for id in ids if id.startswith("human."))

    def may_be_told(self, tell: Tell, owner: str | None, before: Request | None, acting: str) -> None:
        """Nobody off duty, unless they act themselves, have the conversation, or a danger wakes them."""
        told, at = tell.therapist, self.talk.now
        if told in {acting, owner} or told in {one.id for one in on_duty(self.here, at, "")}:
            return
        knew = {*before.alerted, *before.idle_told} if before else set()
        if tell.texts[0].id == "desk.taken_by":
            assert told in knew, "who was woken hears that it is in somebody's hands"
            return
        assert tell.weight is Weight.CRISIS
        self.seen["woken"] += 1
        called = set(on_call(self.here, at))
        # On call; or everybody, once those on call have been told.
        assert told in called or called <= knew | {owner}

    def reacts(self, tell: Tell) -> None:
        id, request = tell.therapist, self.talk.request
        if not any(choice.press.startswith("take") for choice in tell.choices) or request is None:
            return
        at = self.talk.now + timedelta(minutes=self.chance.choice([1, 6, 30, 300, 900]))
        name, days_later = id.capitalize(), at + self.chance.choice([1, 24, 24 * 8]) * timedelta(hours=1)
        match self.chance.choice(["ignore", "ignore", "ignore", "refuse", "lost", "take", "take", "write"]):
            case "refuse":
                self.plans.append((at, TherapistDeclined(at, id)))
            case "lost" if tell.offer is not None:
                self.plans.append((self.talk.now, OfferUndelivered(self.talk.now, id, tell.offer)))
            case "take":
                self.plans.append((at, TherapistTookOver(at, id, name)))
                ends = self.chance.choice([TherapistReleased, TherapistClosed])
                self.plans.append((days_later, ends(days_later, id, name)))
                self.plans.append((days_later, TherapistClosedAlert(days_later, id, name)))
            case "write":
                self.plans.append((at, TherapistSaid(at, id, name, "…", "d")))
            case _:
                pass

    def has_a_next_step(self) -> None:
        request = self.talk.request
        if request is None:
            return
        self.seen[request.status.value] += 1
        if request.status in OPEN:
            over = request.days >= self.here.escalation.days or self.nobody_ever(())
            nobody_else = over and self.nobody_ever(request.asked)
            assert self.rings("offer", request.round) or (nobody_else and self.truth_told and not request.in_danger)
        if request.status is Status.TAKEN and request.unanswered:
            rings = self.rings("idle", request.idle) or self.rings("idle_anew", request.idle)
            assert rings or (self.nobody_ever(()) and not request.in_danger)

    def nobody_ever(self, leaving_out: Iterable[str]) -> bool:
        return next_on_duty(self.here, self.talk.now, set(leaving_out)) is None

    def rings(self, timer: str, token: int) -> bool:
        return (timer, token) in self.talk.waits_for()


@settings(max_examples=25, deadline=None)
@given(data=st.data(), start=st.sampled_from(MONTHS), seed=st.integers(0, 2**32), locale=st.sampled_from(["fr", "en"]))
def test_a_month_leaves_nobody_without_a_next_step_and_wakes_nobody_who_is_off(
    data: st.DataObject, start: date, seed: int, locale: str
):
    here = data.draw(clinics(start))

    Month(here, start, Random(seed), locale).live()


def seen_in(here: Clinic, seeds: Iterable[int]) -> Iterator[str]:
    for seed in seeds:
        month = Month(here, MONTHS[0], Random(seed), "fr")
        month.live()
        yield from month.seen


def test_everything_that_can_become_of_a_request_happens_in_such_months():
    three = (therapist(name, hours) for name, hours in zip(NAMES, (WITH_LUNCH, MORNINGS, EVENINGS), strict=False))
    here = replace(clinic(*three), escalation=Escalation(one_by_one=2, days=2))

    happened = set(seen_in(here, range(12)))

    assert {status.value for status in Status} - happened == {"withdrawn"}  # nobody here gives up
    assert {"woken", "taken", "released"} <= happened
    assert {f"human.{step}" for step in ("asked", "asking_next", "asking_everyone", "nobody_until", "asked_again")} <= (
        happened
    )
