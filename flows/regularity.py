"""Writing to somebody again because they asked for it: when, how often, and when to leave them in peace.

    asked:    once (tomorrow, in three days), or every week, at an hour of their own clock
    unheard:  a week without an answer makes it a fortnight; a second one brings one last sentence, and then nothing

Pure: the times are computed from the event's own. A timer of another moment than the next one is void.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from flows.effects import Text
from flows.flow import Remind
from flows.risk.risk import Level
from flows.rules import Rules
from flows.state import Every, Place, Rhythm, State, Wanted
from flows.zones import clock_of, zone, zone_of

TIMER = "checkin"
FLOW = "checkin"
HOW, LAST, OFF = Place(FLOW, "how"), Place(FLOW, "last"), Place(FLOW, "off")
NO_REMINDERS = Place("everyday", "no_reminders")
AT_NIGHT = "checkin_words.at_night"
SENTENCES = ("day", "first", "once", "weekly", "at_night", "not_a_time", "not_a_place")

DAYS_AHEAD = {"tomorrow": 1, "three_days": 3, "weekly": 7}
CLINIC = "clinic"  # the zone of the clinic
WEEK = timedelta(days=7)
LATER = timedelta(minutes=30)  # when the person is in the middle of something
JUST_NOW = timedelta(minutes=15)  # since their last press
TOO_LATE = timedelta(days=1)  # a weekly word this late waits for its next day


@dataclass(frozen=True, slots=True)
class Rings:
    """What becomes of a timer that rang. rhythm: as it goes on, or None. go: where the person is led, or None."""

    rhythm: Rhythm | None
    go: Place | None = None


def noted(state: State, remind: str, rules: Rules) -> State | Text:
    """The state with this choice in it, or the sentence that says why not.

    remind: "tomorrow", "three_days", "weekly", a time such as "09:00", "clinic", or the name of a zone.
    """
    wanted = state.wanted or Wanted()
    if remind in DAYS_AHEAD:
        return replace(state, wanted=replace(wanted, when=remind))
    if (clock := clock_of(remind)) is not None:
        if is_quiet(clock, rules):
            quiet = (("from", f"{rules.quiet_from:%H:%M}"), ("to", f"{rules.quiet_to:%H:%M}"))
            return Text(AT_NIGHT, quiet)
        return replace(state, wanted=replace(wanted, clock=clock))
    return replace(state, wanted=replace(wanted, zone=rules.timezone if remind == CLINIC else remind))


def read(remind: Remind, words: str, at: datetime) -> str | Text:
    """What somebody wrote, as such a choice; or the sentence that says it was not understood."""
    if remind is Remind.CLOCK:
        clock = clock_of(words)
        return f"{clock:%H:%M}" if clock else Text("checkin_words.not_a_time")
    return zone_of(words, at) or Text("checkin_words.not_a_place")


def begun(wanted: Wanted, at: datetime, rules: Rules) -> Rhythm:
    """The rhythm somebody asked for. What they did not say is tomorrow, at the same time, on the clinic's clock."""
    name = wanted.zone or rules.timezone
    local = at.astimezone(zone(name))
    when = wanted.when or "tomorrow"
    day = local.date() + timedelta(days=DAYS_AHEAD[when])
    every = Every.WEEK if when == "weekly" else Every.ONCE
    rhythm = Rhythm(every, wanted.clock or local.time().replace(second=0, microsecond=0), name, day, at)
    return _on(rhythm, day)


def rings(state: State, at: datetime, token: int, rules: Rules) -> Rings | None:
    """None for a timer that is void."""
    rhythm = state.rhythm
    if rhythm is None or token != token_of(rhythm):
        return None
    if at < rhythm.due:
        return Rings(rhythm)  # a little too early, by another clock
    local = at.astimezone(zone(rhythm.zone))
    if is_quiet(local.time(), rules):
        return Rings(replace(rhythm, due=end_of_night(local, rhythm.zone, rules)))
    if rhythm.every is Every.WEEK and at - rhythm.due >= TOO_LATE:
        return Rings(_next_week(rhythm, at))
    if state.holder is not None or state.waiting or _is_in_danger(state):
        # A human is there, or is on the way: nothing of ours comes between.
        return Rings(_next_week(rhythm, at) if rhythm.every is Every.WEEK else _on(rhythm, local.date() + timedelta(1)))
    if any(at - press.at < JUST_NOW for press in state.presses):
        return Rings(replace(rhythm, due=at + LATER))
    if rhythm.every is Every.ONCE:
        return Rings(None, HOW)
    return _weekly(rhythm, at)


def _weekly(rhythm: Rhythm, at: datetime) -> Rings:
    """Silence lowers the dose: from a week to a fortnight, then one last sentence."""
    if rhythm.unheard >= 2:
        return Rings(None, LAST)
    if rhythm.unheard == 1 and not rhythm.spared:
        return Rings(replace(_next_week(rhythm, at), spared=True))
    spoken = replace(rhythm, unheard=rhythm.unheard + 1, spared=False)
    following = _next_week(spoken, at)
    return Rings(_next_week(following, at) if spoken.unheard == 2 else following, HOW)


def heard(rhythm: Rhythm) -> Rhythm:
    """Any sign of the person is an answer."""
    return replace(rhythm, unheard=0, spared=False)


def token_of(rhythm: Rhythm) -> int:
    """The number of the timer for the next time: a timer of any other time is void."""
    return int(rhythm.due.timestamp())


def is_quiet(clock: time, rules: Rules) -> bool:
    start, end = rules.quiet_from, rules.quiet_to
    return start <= clock < end if start <= end else clock >= start or clock < end


def local_time(day: date, clock: time, name: str) -> datetime:
    """This moment in UTC. A time the clocks skip is as much later; one that comes twice is the first of the two."""
    return datetime.combine(day, clock, zone(name)).astimezone(UTC)


def values(state: State, at: datetime, rules: Rules) -> Iterator[tuple[str, str | Text]]:
    """What the sentences of this flow can name."""
    yield "clinic_time", f"{at.astimezone(zone(rules.timezone)):%H:%M}"
    if state.wanted and state.wanted.zone:
        yield "local_time", f"{at.astimezone(zone(state.wanted.zone)):%H:%M}"
    if rhythm := state.rhythm:
        local = rhythm.due.astimezone(zone(rhythm.zone))
        yield "day", day_of(local.date())
        yield "time", f"{local:%H:%M}"
        yield "rhythm", _every(rhythm)


def kept(rhythm: Rhythm) -> Text:
    """All that is kept for it, for the person to read."""
    local = rhythm.due.astimezone(zone(rhythm.zone))
    when = (("day", day_of(local.date())), ("time", f"{local:%H:%M}"), ("zone", rhythm.zone))
    return Text("kept.rhythm", (("rhythm", _every(rhythm)), *when))


def day_of(day: date) -> Text:
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
    number: str | Text = Text("checkin_words.first") if day.day == 1 else str(day.day)
    named = (
        ("weekday", Text(f"lines_words.day_{name}")),
        ("day", number),
        ("month", Text(f"lines_words.month_{day.month}")),
    )
    return Text("checkin_words.day", named)


def _every(rhythm: Rhythm) -> Text:
    return Text("checkin_words.weekly" if rhythm.every is Every.WEEK else "checkin_words.once")


def _next_week(rhythm: Rhythm, at: datetime) -> Rhythm:
    """The next of its days that is still to come."""
    day = rhythm.day + WEEK
    while local_time(day, rhythm.clock, rhythm.zone) <= at:
        day += WEEK
    return _on(rhythm, day)


def _on(rhythm: Rhythm, day: date) -> Rhythm:
    return replace(rhythm, day=day, due=local_time(day, rhythm.clock, rhythm.zone))


def end_of_night(local: datetime, name: str, rules: Rules) -> datetime:
    day = local.date() if local.time() < rules.quiet_to else local.date() + timedelta(days=1)
    return local_time(day, rules.quiet_to, name)


def _is_in_danger(state: State) -> bool:
    return state.noticed is not None and state.noticed.level >= Level.RISK
