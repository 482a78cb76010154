"""Anything can happen in any order: the person is never left without a next step, nobody off duty is disturbed."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.effects import Alert, OpenRequest, SetTimer, Urgency, Weight
from flows.events import (
    Event,
    OfferUndelivered,
    PersonLeft,
    PersonSaid,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.risk.risk import Kind, Level
from handoff import desk
from handoff.desk import Handled, Mention, Tell
from handoff.hours import Block
from handoff.request import OPEN, Request, Status, from_json, to_json
from handoff.roster import Clinic, next_on_duty, on_duty
from tests.handoff.people import ALWAYS, MORNINGS, clinic, therapist

NAMES = ("ana", "bo", "cleo")
WHO = st.sampled_from(NAMES)
# On and off every other hour, so that people come and go while a request is open.
TURNS = tuple(Block(day, time(hour), time(hour + 1)) for day in range(7) for hour in range(0, 23, 2))
HOURS = st.sampled_from([ALWAYS, MORNINGS, TURNS, ()])
TRUTHS = {"nobody_now", "nobody_until", "nobody_answered", "nobody_came"}
OF_A_DANGER = {"stays", "closed"}  # they say nothing of who was asked


class Walk(RuleBasedStateMachine):
    """One conversation, its clock, and the timers that were set; a timer may also ring late, or twice."""

    request: Request | None = None
    here: Clinic
    at = datetime(2026, 3, 27, 20, tzinfo=UTC)  # two nights before the clocks change

    def __init__(self) -> None:
        super().__init__()
        self.timers: list[tuple[datetime, SetTimer]] = []
        self.rung: list[SetTimer] = []
        self.reminded: list[str] = []
        self.truth_told = False
        self.was_in_danger = False

    @initialize(hours=st.tuples(HOURS, HOURS, HOURS))
    def work(self, hours: tuple[tuple[Block, ...], ...]) -> None:
        self.here = clinic(*(therapist(name.capitalize(), own) for name, own in zip(NAMES, hours, strict=True)))

    @precondition(lambda self: self.request is None or self.request.status not in OPEN | {Status.TAKEN})
    @rule(locale=st.sampled_from(["fr", "en"]))
    def ask_for_a_human(self, locale: str) -> None:
        order = OpenRequest(Urgency.ROUTINE)
        self.carry_out(desk.open(order, self.at, locale, self.here, self.request), acting=None)

    @rule(minutes=st.sampled_from([1, 5, 10, 20, 60, 8 * 60, 30 * 60]))
    def time_passes(self, minutes: int) -> None:
        until = self.at + timedelta(minutes=minutes)
        while due := [timer for timer in self.timers if timer[0] <= until]:
            first = min(due, key=lambda timer: timer[0])
            self.timers.remove(first)
            self.rung.append(first[1])
            self.at = max(self.at, first[0])
            self.happens(TimerRang(self.at, first[1].timer, first[1].token))
        self.at = until

    @precondition(lambda self: self.rung)
    @rule(data=st.data())
    def an_old_timer_rings_again(self, data: st.DataObject) -> None:
        timer = data.draw(st.sampled_from(self.rung))
        before = self.request

        self.happens(TimerRang(self.at, timer.timer, timer.token))

        assert self.request == before

    @rule()
    def person_writes(self) -> None:
        self.happens(PersonSaid(self.at, "…", "1"))

    @rule()
    def person_leaves(self) -> None:
        self.happens(PersonLeft(self.at))

    @rule()
    def person_withdraws(self) -> None:
        self.carry_out(desk.withdraw(self.request, self.at, self.here), acting=None)

    @rule(who=WHO)
    def therapist_takes_over(self, who: str) -> None:
        self.happens(TherapistTookOver(self.at, who, who.capitalize()), who)

    @rule(who=WHO)
    def therapist_writes(self, who: str) -> None:
        self.happens(TherapistSaid(self.at, who, who.capitalize(), "…", "1"), who)

    @rule(who=WHO)
    def therapist_declines(self, who: str) -> None:
        self.happens(TherapistDeclined(self.at, who), who)

    @rule(who=WHO)
    def therapist_releases(self, who: str) -> None:
        self.happens(TherapistReleased(self.at, who, who.capitalize()), who)

    @rule(who=WHO)
    def therapist_closes(self, who: str) -> None:
        self.happens(TherapistClosed(self.at, who, who.capitalize()), who)

    @rule(
        level=st.sampled_from([Level.RISK, Level.IMMINENT]),
        kind=st.sampled_from([Kind.SUICIDE, Kind.ABUSE, None]),
        locale=st.sampled_from(["fr", "en"]),
    )
    def danger_is_noticed(self, level: Level, kind: Kind | None, locale: str) -> None:
        owner = self.request.owner if self.request else None
        before = self.request.alert if self.request else None
        if kind is None and owner is None:
            return  # only under a human is urgent help asked of one
        self.reminded = []  # whoever was reminded of a wait can be told of this too
        noticed = Alert(level, kind, "…")
        self.carry_out(desk.alert(noticed, self.at, locale, self.here, self.request, owner), acting=None)
        assert self.request
        assert self.request.alert or kind is None
        if before and self.request.alert:
            assert self.request.alert.level >= before.level

    @rule(who=WHO)
    def therapist_closes_the_alert(self, who: str) -> None:
        self.happens(TherapistClosedAlert(self.at, who, who.capitalize()), who)

    @rule(who=WHO)
    def therapist_works_here_no_more(self, who: str) -> None:
        others = tuple(therapist for therapist in self.here.therapists if therapist.id != who)
        self.here = replace(self.here, therapists=others or self.here.therapists)

    @rule(who=WHO, round=st.integers(0, 6))
    def an_offer_is_not_delivered(self, who: str, round: int) -> None:
        self.happens(OfferUndelivered(self.at, who, round))

    def happens(self, event: Event, acting: str | None = None) -> None:
        if self.request and event == TimerRang(self.at, "idle_anew", self.request.idle):
            self.reminded = []
        event = desk.standing_in(self.request, event)
        owner = self.request.owner if self.request else None
        self.carry_out(desk.step(self.request, event, self.here, owner), acting)

    def carry_out(self, handled: Handled, acting: str | None) -> None:
        request, before = handled.request, self.request
        assert request is None or from_json(to_json(request)) == request
        # A danger is closed by a therapist's act alone.
        if before and before.alert and not (request and request.alert):
            assert acting is not None
        woken = set(before.alerted) if before else set()
        has_it = before.owner if before else None
        reachable = {t.id for t in on_duty(self.here, self.at, "fr")}
        for effect in handled.effects:
            match effect:
                case Tell(weight=Weight.CRISIS):
                    pass  # of a danger, whatever the hour
                case Tell(therapist=told, texts=texts) if texts[0].id == "desk.taken_by" and told in woken:
                    pass  # who was woken is told that it is in somebody's hands
                case Tell(therapist=told, texts=texts):
                    assert told in reachable or told in (acting, has_it)
                    if texts[0].id.startswith("desk.idle_"):
                        assert told not in self.reminded
                        self.reminded.append(told)
                case Mention(place):
                    assert request
                    assert request.status is not Status.TAKEN
                    self.truth_told = self.truth_told if place.step in OF_A_DANGER else place.step in TRUTHS
                case SetTimer(_, after, _):
                    assert after > timedelta(0)
                    self.timers.append((self.at + after, effect))
        if request and (not request.unanswered or request.owner != has_it):
            self.reminded = []
        self.was_in_danger = self.was_in_danger or bool(request and request.in_danger)
        self.request = request

    def rings(self, timer: str, token: int) -> bool:
        return [t.token for _, t in self.timers if t.timer == timer and t.token >= token] == [token]

    @invariant()
    def whoever_waits_has_a_next_step(self) -> None:
        request = self.request
        if request is None or request.status not in OPEN:
            return
        if request.status in (Status.OFFERED, Status.EVERYONE) or request.in_danger:
            assert self.rings("offer", request.round)
            return
        if request.urgency is Urgency.URGENT or request.team:
            return
        assert self.truth_told or self.was_in_danger or request.days > 1
        over = request.days >= self.here.escalation.days or next_on_duty(self.here, self.at, ()) is None
        nobody_new = next_on_duty(self.here, self.at, request.asked) is None
        assert self.rings("offer", request.round) or (over and nobody_new)

    @invariant()
    def whoever_waits_for_an_owners_word_has_a_next_step(self) -> None:
        request = self.request
        if request is None or not request.unanswered:
            return
        assert request.status is Status.TAKEN
        if request.in_danger:
            assert self.rings("idle", request.idle)
            return
        rings = self.rings("idle", request.idle) or self.rings("idle_anew", request.idle)
        assert rings or next_on_duty(self.here, self.at, ()) is None

    @invariant()
    def who_has_what_is_never_in_doubt(self) -> None:
        request = self.request
        if request is None:
            return
        assert (request.owner is not None) is (request.status is Status.TAKEN)
        assert (request.offered_to is not None) is (request.status is Status.OFFERED)
        assert len(set(request.asked)) == len(request.asked)


Walk.TestCase.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
TestWalk = Walk.TestCase
