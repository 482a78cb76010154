"""When somebody is written to: on their own clock over summer time, never at night, ever more rarely."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from flows import regularity
from flows.effects import Ask, SetTimer, Weight
from flows.events import PersonLeft, PersonSaid, TherapistReleased, TherapistTookOver, TimerRang
from flows.regularity import begun, local_time, rings, token_of
from flows.risk.risk import NOTHING, Kind, Level
from flows.rules import Rules
from flows.state import Every, Noticed, Place, Press, Rhythm, State, Wanted

from .small import NOON, at, place, said, step, words

RULES = Rules(timezone="Europe/Paris", quiet_from=time(21), quiet_to=time(8))
WEEKLY = Rhythm(Every.WEEK, time(19), "Europe/Paris", date(2026, 11, 24), datetime(2026, 11, 24, 18, tzinfo=UTC))
ONCE = replace(WEEKLY, every=Every.ONCE)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def written_to(rhythm: Rhythm, **known: object) -> State:
    return replace(State(locale="en", question=3, answered=3, agreed=frozenset({"reminders"}), rhythm=rhythm), **known)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "moment"),
    [
        # The night of 24 to 25 October 2026: Paris goes from +2 to +1 at three o'clock.
        (date(2026, 10, 24), time(9), "Europe/Paris", utc(2026, 10, 24, 7)),
        (date(2026, 10, 25), time(9), "Europe/Paris", utc(2026, 10, 25, 8)),
        (date(2026, 10, 25), time(2, 30), "Europe/Paris", utc(2026, 10, 25, 0, 30)),  # twice: the first
        (date(2026, 10, 25), time(3), "Europe/Paris", utc(2026, 10, 25, 2)),
        # The night of 27 to 28 March 2027: from +1 to +2 at two o'clock.
        (date(2027, 3, 27), time(9), "Europe/Paris", utc(2027, 3, 27, 8)),
        (date(2027, 3, 28), time(9), "Europe/Paris", utc(2027, 3, 28, 7)),
        (date(2027, 3, 28), time(2, 30), "Europe/Paris", utc(2027, 3, 28, 1, 30)),  # skipped: 3:30
        # Toronto changes a week later in autumn, two weeks earlier in spring.
        (date(2026, 10, 31), time(19), "America/Toronto", utc(2026, 10, 31, 23)),
        (date(2026, 11, 1), time(19), "America/Toronto", utc(2026, 11, 2, 0)),
        (date(2027, 3, 13), time(9), "America/Toronto", utc(2027, 3, 13, 14)),
        (date(2027, 3, 14), time(9), "America/Toronto", utc(2027, 3, 14, 13)),
        (date(2027, 3, 14), time(2, 30), "America/Toronto", utc(2027, 3, 14, 7, 30)),  # skipped: 3:30
        (date(2026, 11, 1), time(1, 30), "America/Toronto", utc(2026, 11, 1, 5, 30)),  # twice: the first
        (date(2027, 3, 28), time(9), "UTC+02:00", utc(2027, 3, 28, 7)),
    ],
)
def test_an_hour_is_that_hour_on_the_persons_clock(day: date, clock: time, zone: str, moment: datetime):
    assert local_time(day, clock, zone) == moment


@pytest.mark.parametrize(
    ("when", "every", "due"),
    [
        ("tomorrow", Every.ONCE, utc(2026, 10, 25, 8)),
        ("three_days", Every.ONCE, utc(2026, 10, 27, 8)),
        ("weekly", Every.WEEK, utc(2026, 10, 31, 8)),
    ],
)
def test_it_begins_on_a_day_of_the_persons_own_calendar(when: str, every: Every, due: datetime):
    late = utc(2026, 10, 23, 22, 30)  # already the 24th in Paris

    rhythm = begun(Wanted(when, time(9), "Europe/Paris"), late, RULES)

    assert (rhythm.every, rhythm.due) == (every, due)


def test_across_the_atlantic_it_is_still_the_day_before():
    rhythm = begun(Wanted("tomorrow", time(9), "America/Toronto"), utc(2026, 11, 1, 2), RULES)

    assert rhythm.day == date(2026, 11, 1)
    assert rhythm.due == utc(2026, 11, 1, 14)


def test_every_week_stays_at_its_hour_over_both_changes_of_the_clock():
    rhythm = begun(Wanted("weekly", time(19), "Europe/Paris"), utc(2026, 10, 11, 12), RULES)
    moments = []
    for _ in range(26):
        moments.append(rhythm.due)
        told = rings(written_to(rhythm), rhythm.due, token_of(rhythm), RULES)
        assert told
        assert told.rhythm
        assert told.go == regularity.HOW
        rhythm = regularity.heard(told.rhythm)

    hours = [moment.hour for moment in moments]
    assert hours == [17] + [18] * 22 + [17] * 3
    assert moments[1] == utc(2026, 10, 25, 18)
    assert moments[23] == utc(2027, 3, 28, 17)
    hours_between = {(later - earlier) // timedelta(hours=1) for earlier, later in pairwise(moments)}
    assert hours_between == {167, 168, 169}


def test_a_timer_of_another_moment_is_void():
    assert rings(written_to(WEEKLY), WEEKLY.due, token_of(WEEKLY) + 1, RULES) is None
    assert rings(State(), WEEKLY.due, token_of(WEEKLY), RULES) is None


@pytest.mark.parametrize(
    ("rang_at", "due"),
    [
        (utc(2026, 11, 24, 20), utc(2026, 11, 25, 7)),  # 21:00 in Paris, to 8:00
        (utc(2026, 11, 25, 6, 59), utc(2026, 11, 25, 7)),
        (utc(2026, 11, 24, 23, 30), utc(2026, 11, 25, 7)),
    ],
)
def test_whoever_rings_late_in_the_night_waits_for_the_morning(rang_at: datetime, due: datetime):
    for rhythm in (WEEKLY, ONCE):
        assert rings(written_to(rhythm), rang_at, token_of(rhythm), RULES) == regularity.Rings(replace(rhythm, due=due))


def test_the_edges_of_the_night():
    assert [regularity.is_quiet(clock, RULES) for clock in (time(20, 59), time(21), time(7, 59), time(8))] == [
        False,
        True,
        True,
        False,
    ]
    daytime = replace(RULES, quiet_from=time(1), quiet_to=time(5))
    assert [regularity.is_quiet(clock, daytime) for clock in (time(0), time(1), time(5))] == [False, True, False]


def test_the_night_of_a_changing_clock_ends_at_its_hour():
    told = rings(written_to(replace(WEEKLY, due=utc(2027, 3, 27, 18))), utc(2027, 3, 28, 0, 30), 1806170400, RULES)

    assert utc(2027, 3, 27, 18).timestamp() == 1806170400
    assert told
    assert told.rhythm
    assert told.rhythm.due == utc(2027, 3, 28, 6)  # 8:00, summer time


def test_silence_makes_it_rarer_then_ends_it():
    """Weeks after the first: 0 asked, 1 spared, 2 asked, 4 the last sentence."""
    state, said_at = written_to(WEEKLY), []
    rhythm: Rhythm | None = WEEKLY
    while rhythm:
        told = rings(state, rhythm.due, token_of(rhythm), RULES)
        assert told
        said_at.append(((rhythm.due - WEEKLY.due).days // 7, told.go.step if told.go else None))
        rhythm = told.rhythm
        state = replace(state, rhythm=rhythm)

    assert said_at == [(0, "how"), (1, None), (2, "how"), (4, "last")]


def test_an_answer_brings_the_week_back():
    told = rings(written_to(replace(WEEKLY, unheard=1, spared=True)), WEEKLY.due, token_of(WEEKLY), RULES)
    assert told
    assert told.rhythm
    assert (told.rhythm.unheard, told.rhythm.day) == (2, date(2026, 12, 8))

    answered = regularity.heard(told.rhythm)

    again = rings(written_to(answered), answered.due, token_of(answered), RULES)
    assert again
    assert again.rhythm
    assert (again.go, again.rhythm.day) == (regularity.HOW, date(2026, 12, 15))


def test_once_is_once():
    assert rings(written_to(ONCE), ONCE.due, token_of(ONCE), RULES) == regularity.Rings(None, regularity.HOW)


DANGER = Noticed(Level.RISK, Kind.SUICIDE, NOON, NOON)


@pytest.mark.parametrize("known", [{"owner": "ines"}, {"waiting": True}, {"noticed": DANGER}])
def test_nothing_comes_between_a_person_and_a_human(known: dict[str, object]):
    week = rings(written_to(WEEKLY, **known), WEEKLY.due, token_of(WEEKLY), RULES)
    day = rings(written_to(ONCE, **known), ONCE.due, token_of(ONCE), RULES)

    assert week == regularity.Rings(replace(WEEKLY, day=date(2026, 12, 1), due=utc(2026, 12, 1, 18)))
    assert day == regularity.Rings(replace(ONCE, day=date(2026, 11, 25), due=utc(2026, 11, 25, 18)))


def test_a_concern_alone_does_not_silence_it():
    concern = replace(DANGER, level=Level.CONCERN)

    told = rings(written_to(ONCE, noticed=concern), ONCE.due, token_of(ONCE), RULES)

    assert told == regularity.Rings(None, regularity.HOW)


def test_somebody_in_the_middle_of_something_is_not_interrupted():
    busy = written_to(ONCE, presses=(Press("7/walk/ready/yes", ONCE.due - timedelta(minutes=14)),))
    over = written_to(ONCE, presses=(Press("7/walk/ready/yes", ONCE.due - timedelta(minutes=15)),))

    later = rings(busy, ONCE.due, token_of(ONCE), RULES)
    now = rings(over, ONCE.due, token_of(ONCE), RULES)

    assert later == regularity.Rings(replace(ONCE, due=ONCE.due + timedelta(minutes=30)))
    assert now == regularity.Rings(None, regularity.HOW)


def test_a_weekly_word_that_comes_days_late_waits_for_its_day():
    told = rings(written_to(WEEKLY), WEEKLY.due + timedelta(days=9), token_of(WEEKLY), RULES)

    assert told == regularity.Rings(replace(WEEKLY, day=date(2026, 12, 8), due=utc(2026, 12, 8, 18)))


# In a conversation.


def test_the_schedule_is_kept_only_after_a_yes():
    state = at("checkin/when", wanted=None)
    for press in ("tomorrow", "evening"):
        turn = step(state, tapped(state, press))
        state = turn.state
        assert (state.rhythm, state.agreed) == (None, frozenset())

    turn = step(state, tapped(state, "same"))

    assert turn.state.agreed == {"reminders"}
    assert turn.state.wanted is None
    assert turn.state.rhythm == Rhythm(Every.ONCE, time(19), "Europe/Paris", date(2026, 11, 25), utc(2026, 11, 25, 18))
    assert SetTimer("checkin", timedelta(hours=30), token_of(turn.state.rhythm)) in turn.effects


def test_it_is_said_as_a_reminder_and_sets_an_exercise_aside():
    state = at("walk/ready", rhythm=WEEKLY, agreed=frozenset({"reminders"}))

    turn = step(state, TimerRang(WEEKLY.due, "checkin", token_of(WEEKLY)))

    asks = [effect for effect in turn.effects if isinstance(effect, Ask)]
    assert [(ask.texts[0].id, ask.weight) for ask in asks] == [("checkin.how", Weight.REMINDER)]
    assert (turn.state.place, turn.state.aside) == (place("checkin/how"), place("walk/ready"))
    assert turn.state.rhythm
    assert turn.state.rhythm.unheard == 1
    assert SetTimer("checkin", timedelta(days=7), token_of(turn.state.rhythm)) in turn.effects


def test_stop_in_answer_to_it_ends_it_and_elsewhere_stops_what_is_going_on():
    rhythm = replace(WEEKLY, due=NOON + timedelta(days=3))
    asked = step(at("checkin/how", rhythm=rhythm, agreed=frozenset({"reminders"})), said("stop"))
    elsewhere = step(at("walk/ready", rhythm=rhythm, agreed=frozenset({"reminders"})), said("stop"))

    assert (asked.state.rhythm, words(asked.effects)[0]) == (None, "checkin.off")
    assert (elsewhere.state.rhythm, elsewhere.state.place) == (rhythm, Place("everyday", "stopped"))


def test_two_words_end_it_anywhere_and_what_was_going_on_goes_on():
    state = at("walk/ready", rhythm=WEEKLY, agreed=frozenset({"reminders"}))

    turn = step(state, said("plus de rappels"))

    assert turn.state.rhythm is None
    assert turn.state.agreed == frozenset()
    assert turn.state.place == place("walk/ready")


def test_under_a_therapist_they_end_it_without_a_word():
    state = at("walk/ready", rhythm=WEEKLY, agreed=frozenset({"reminders"}))
    state = step(state, TherapistTookOver(NOON, "ines", "Inès")).state

    turn = step(state, said("stop reminders"))

    assert turn.state.rhythm is None
    assert words(turn.effects) == []


def test_under_a_therapist_it_rings_for_nobody_and_goes_on_afterwards():
    state = at("walk/ready", rhythm=WEEKLY, agreed=frozenset({"reminders"}))
    state = step(state, TherapistTookOver(NOON, "ines", "Inès")).state

    turn = step(state, TimerRang(WEEKLY.due, "checkin", token_of(WEEKLY)))

    assert words(turn.effects) == []
    assert turn.state.rhythm
    state = step(turn.state, TherapistReleased(WEEKLY.due + timedelta(days=1), "ines", "Inès")).state
    following = turn.state.rhythm
    assert words(step(state, TimerRang(following.due, "checkin", token_of(following))).effects)[0].startswith(
        "checkin.how"
    )


def test_whoever_blocks_us_is_not_written_to_again():
    state = at("walk/ready", rhythm=WEEKLY, agreed=frozenset({"reminders"}))

    assert step(state, PersonLeft(NOON)).state.rhythm is None


def test_any_sign_of_the_person_is_an_answer():
    state = at("walk/ready", rhythm=replace(WEEKLY, unheard=2), agreed=frozenset({"reminders"}))

    turn = step(state, PersonSaid(NOON, "hello", "m", risk=NOTHING))

    assert turn.state.rhythm == WEEKLY


def test_an_hour_of_the_night_is_refused_kindly_and_asked_again():
    state = at("checkin/hour", wanted=Wanted("tomorrow"))

    turn = step(state, said("22:00"))

    assert words(turn.effects) == ["checkin_words.at_night + checkin.hour | evening menu"]
    assert step(turn.state, said("18:00")).state.wanted == Wanted("tomorrow", time(18))


def tapped(state: State, choice: str):
    from .small import tapped as press

    assert state.place
    return press(f"{state.question}/{state.place.flow}/{state.place.step}/{choice}")
