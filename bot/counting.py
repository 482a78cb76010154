"""What is counted for the clinic while a turn happens. Decision 0021.

A count is a line in `tally`: what, in which week, in which language, and how long it took. Nothing in it leads to a
conversation. What keeps a conversation from being counted twice is its line in `journey`, which goes with it.

A line is counted in the week in which it was written: a week that is over never changes.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.decide import Decision
from flows import floor
from flows.book import Book
from flows.effects import OwnerChanged, ShowTherapists, Text
from flows.events import Event, PersonSaid, PersonSent, PersonTapped, TherapistSaid, TherapistSentLink
from flows.flow import Kind
from flows.state import Place, State
from handlers.port_figures import Counted
from handoff.colleagues import SendLink
from handoff.request import OPEN, Request, Status

AFTERWARDS = "afterwards"  # the flow in which most exercises end
WITHOUT_A_WORD = timedelta(days=7)  # decision 0021: a request that no human has answered by then counts as unanswered

# Who waits longer is counted more coarsely: (up to, in steps of), in minutes.
STEPS = ((10, 1), (60, 5), (6 * 60, 15), (24 * 60, 60), (math.inf, 24 * 60))


@dataclass(frozen=True, slots=True)
class First:
    """Counts once for a conversation."""

    what: Counted


@dataclass(frozen=True, slots=True)
class Asked:
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A therapist has taken a request. minutes: since it was made."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A request has had its first human word, or ended without one. minutes: since it was made; None without."""

    minutes: int | None = None


Fact = First | Asked | Taken | Ended


def facts(
    book: Book, before: State, was: Request | None, decision: Decision, event: Event, can_be_booked: bool
) -> list[Fact]:
    """What this turn adds to the counts.

    before, was:   the state and the request as they stood.
    can_be_booked: whether the clinic has a page for appointments to show.
    """
    found: list[Fact] = []
    if isinstance(event, PersonSaid | PersonSent | PersonTapped) and not before.answered:
        found.append(First(Counted.WROTE))
    if _finished(book, before.place, decision.state.place) or _led_to_its_end(book, before, decision):
        found.append(First(Counted.EXERCISE))
    if can_be_booked and any(isinstance(effect, ShowTherapists | SendLink) for effect in decision.effects):
        found.append(First(Counted.LINK))
    return [*found, *_of_request(was, decision.request, event)]


def _of_request(was: Request | None, now: Request | None, event: Event) -> list[Fact]:
    found: list[Fact] = []
    waited = was is not None and was.status in OPEN
    if now and now.status in OPEN and not waited:
        found.append(Asked(now.opened_at))
    if now and now.status is Status.TAKEN:
        minutes = rounded(event.at - now.opened_at)
        if waited:
            found.append(Taken(minutes))
        if isinstance(event, TherapistSaid | TherapistSentLink) and event.therapist == now.owner:
            found.append(Ended(minutes))
    over = now is None or now.status not in OPEN | {Status.TAKEN}
    if over and was and was.status in OPEN | {Status.TAKEN}:
        found.append(Ended())
    return found


def _finished(book: Book, before: Place | None, after: Place | None) -> bool:
    """An exercise was gone through to its end, not left."""
    if not before or not after or book.flows[before.flow].kind is not Kind.EXERCISE:
        return False
    if after.flow == AFTERWARDS:
        return True
    step = book.flows[after.flow].steps[after.step]
    # The last words of an exercise wait for nobody: this is how an exercise that ends by itself says so.
    return after.flow == before.flow and step.anytime and step.silence is None


def _led_to_its_end(book: Book, before: State, decision: Decision) -> bool:
    """Likewise, of one that a therapist let the bot lead: nothing follows it."""
    over = any(isinstance(e, OwnerChanged) and e.back == Text(floor.OVER) for e in decision.effects)
    return over and before.lent is not None and book.flows[before.lent.flow].kind is Kind.EXERCISE


def rounded(wait: timedelta) -> int:
    """In minutes, never less than it was."""
    minutes = max(1, math.ceil(wait / timedelta(minutes=1)))
    step = next(step for most, step in STEPS if minutes <= most)
    return math.ceil(minutes / step) * step


# --- writing it down: in the turn's own transaction, after the conversation was saved ---

_WEEK = "CAST(date_trunc('week', now() AT TIME ZONE CAST(:zone AS text)) AS date)"
# One more who came so far, as parts of a statement; `what` null for nobody.
COUNTING_FIRST = f"""
    counted AS (
        INSERT INTO journey (conversation, reached)
        SELECT CAST(:conversation AS bigint), ARRAY[CAST(:what AS text)] WHERE CAST(:what AS text) IS NOT NULL
        ON CONFLICT (conversation) DO UPDATE SET reached = journey.reached || EXCLUDED.reached
        WHERE NOT journey.reached @> EXCLUDED.reached RETURNING conversation),
    tallied AS (
        INSERT INTO tally (what, week, locale)
        SELECT CAST(:what AS text), {_WEEK}, c.locale FROM counted JOIN conversation c ON c.id = counted.conversation)
"""
_FIRST = text(f"WITH {COUNTING_FIRST} SELECT 1")
_ASKED = text("""
    INSERT INTO journey (conversation, asked_at) VALUES (:conversation, :at)
    ON CONFLICT (conversation) DO UPDATE SET asked_at = EXCLUDED.asked_at, taken = false
    WHERE journey.asked_at IS NULL""")
_TAKEN = text(f"""
    WITH counted AS (
        UPDATE journey SET taken = true WHERE conversation = :conversation AND asked_at IS NOT NULL AND NOT taken
        RETURNING conversation)
    INSERT INTO tally (what, week, locale, minutes)
    SELECT 'taken', {_WEEK}, c.locale, CAST(:minutes AS int)
    FROM counted JOIN conversation c ON c.id = counted.conversation""")
_ENDED = text(f"""
    WITH counted AS (
        UPDATE journey SET asked_at = NULL WHERE conversation = :conversation AND asked_at IS NOT NULL
        RETURNING conversation)
    INSERT INTO tally (what, week, locale, minutes)
    SELECT :what, {_WEEK}, c.locale, CAST(:minutes AS int)
    FROM counted JOIN conversation c ON c.id = counted.conversation""")


async def write(conversation: int, zone: str, fact: Fact, db: AsyncConnection) -> None:
    match fact:
        case First(what):
            await db.execute(_FIRST, {"conversation": conversation, "zone": zone, "what": what})
        case Asked(at):
            await db.execute(_ASKED, {"conversation": conversation, "at": at})
        case Taken(minutes):
            await db.execute(_TAKEN, {"conversation": conversation, "zone": zone, "minutes": minutes})
        case Ended(minutes):
            what = Counted.UNANSWERED if minutes is None else Counted.ANSWERED
            values = {"conversation": conversation, "zone": zone, "what": what, "minutes": minutes}
            await db.execute(_ENDED, values)


async def last(db: AsyncConnection, conversation: int, zone: str) -> None:
    """Before a conversation is erased: what is still to be counted of it."""
    await write(conversation, zone, Ended(), db)
    await _count_leaks(db, zone, "w.conversation = :conversation", {"conversation": conversation})


# --- now and then: bot/jobs.py ---

_OVERDUE = text(f"""
    WITH counted AS (
        UPDATE journey SET asked_at = NULL WHERE asked_at < now() - CAST(:patience AS interval) RETURNING conversation)
    INSERT INTO tally (what, week, locale)
    SELECT 'unanswered', {_WEEK}, c.locale FROM counted JOIN conversation c ON c.id = counted.conversation""")
# Lines of one kind become one line, so that a year of them stays a page.
_GATHER = text("""
    WITH gone AS (
        DELETE FROM tally t USING (
            SELECT what, week, locale, minutes FROM tally GROUP BY what, week, locale, minutes HAVING count(*) > 1) many
        WHERE t.what = many.what AND t.week = many.week AND t.locale = many.locale
        AND t.minutes IS NOT DISTINCT FROM many.minutes
        RETURNING t.what, t.week, t.locale, t.minutes, t.n)
    INSERT INTO tally (what, week, locale, minutes, n)
    SELECT what, week, locale, minutes, sum(n) FROM gone GROUP BY what, week, locale, minutes""")


async def count_up(db: AsyncConnection, zone: str) -> int:
    """Count what no turn counts; return how many leaks were found."""
    await db.execute(_OVERDUE, {"zone": zone, "patience": WITHOUT_A_WORD})
    # What was on its way when it ended has arrived by then, or never will (bot/deliver.py, Tempo.lease).
    leaks = await _count_leaks(db, zone, "w.released_at < now() - interval '10 minutes'", {})
    await db.execute(_GATHER)
    return leaks


# A leak: an automated message that reached the person after their therapist was told "the conversation is yours",
# decided under that ownership or before it. Each counts for the last therapist who had been told.
LEAKS = """
    SELECT count(*) FROM outbox o
    WHERE o.conversation = w.conversation AND o.place = 'person' AND o.automated AND o.status = 'sent'
    AND o.epoch <= w.epoch AND o.sent_at > w.told_at
    AND NOT EXISTS (SELECT FROM ownership after WHERE after.conversation = w.conversation AND after.epoch > w.epoch
                    AND after.told_at < o.sent_at)
"""


async def _count_leaks(db: AsyncConnection, zone: str, which: str, values: dict[str, int]) -> int:
    rows = await db.execute(
        text(f"""
            WITH over AS (
                SELECT w.conversation, w.epoch, ({LEAKS}) AS leaks
                FROM ownership w WHERE w.leaks IS NULL AND {which}),
            counted AS (
                UPDATE ownership w SET leaks = over.leaks FROM over
                WHERE w.conversation = over.conversation AND w.epoch = over.epoch AND w.leaks IS NULL
                RETURNING w.conversation, w.leaks),
            written AS (
                INSERT INTO tally (what, week, locale, n)
                SELECT 'leak', {_WEEK}, c.locale, sum(counted.leaks)
                FROM counted JOIN conversation c ON c.id = counted.conversation WHERE counted.leaks > 0
                GROUP BY c.locale)
            SELECT coalesce(sum(leaks), 0) FROM counted"""),
        {"zone": zone, **values},
    )
    return int(rows.scalar_one())
