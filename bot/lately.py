"""What was measured of the clinic over the last weeks: whose turn it is, and how long people usually wait."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from handoff.roster import Clinic, Lately

ASKED = "asked"  # in the audit trail: a request was offered to this therapist
FAIR_OVER = timedelta(days=7)
MEASURED_OVER = timedelta(weeks=8)
ENOUGH = 20  # requests taken in a language: with fewer, half of them says nothing of the next one

_TURNS = text("""SELECT who, count(*) FROM audit WHERE who = ANY(:therapists) AND what = :asked
                 AND at > now() - CAST(:age AS interval) GROUP BY who ORDER BY who""")
_TAKEN = text("""SELECT locale, minutes, CAST(sum(n) AS bigint) FROM tally
                 WHERE what = 'taken' AND minutes IS NOT NULL AND week > now() - CAST(:age AS interval)
                 GROUP BY locale, minutes ORDER BY locale, minutes""")


async def measured(db: AsyncConnection, clinic: Clinic) -> Lately:
    therapists = [therapist.id for therapist in clinic.therapists]
    turns = await db.execute(_TURNS, {"therapists": therapists, "asked": ASKED, "age": FAIR_OVER})
    taken = await db.execute(_TAKEN, {"age": MEASURED_OVER})
    return Lately(tuple((row[0], row[1]) for row in turns), usual((row[0], row[1], row[2]) for row in taken))


def usual(taken: Iterable[tuple[str, int, int]]) -> tuple[tuple[str, timedelta], ...]:
    """Return by language the wait that half of the people did not exceed; only where there were enough.

    taken: language, minutes until a therapist had the request, how many people.
    """
    waits: dict[str, list[int]] = defaultdict(list)
    for locale, minutes, people in taken:
        waits[locale] += [minutes] * people
    return tuple(
        (locale, timedelta(minutes=sorted(minutes)[(len(minutes) - 1) // 2]))
        for locale, minutes in sorted(waits.items())
        if len(minutes) >= ENOUGH
    )
