"""The audit trail: who saw or did what, when, in which conversation. No words of anybody are in it.

What therapists do is noted where it happens (store.note). What they read is noted here: a page that is open reads again
with every change, so one line stands for all that the same therapist read in the minutes after it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

READ = "read the conversation"
READ_ALONG = "read along before taking over"
READ_NOTES = "read notes of colleagues"
READ_ANSWERS = "read the questionnaires"
WAS_SHOWN = "was shown the request"  # what the person chose to say, or the words that led to an alert, in the list

AGAIN = {
    READ: timedelta(minutes=10),
    READ_ALONG: timedelta(minutes=10),
    READ_NOTES: timedelta(minutes=10),
    READ_ANSWERS: timedelta(minutes=10),
    WAS_SHOWN: timedelta(hours=12),
}


async def read(db: AsyncConnection, who: str, what: str, conversations: Collection[int]) -> None:
    """Note that this therapist reads these now, unless a line says so already. what: one of those above."""
    if not conversations:
        return
    await db.execute(
        text("""
            INSERT INTO audit (who, what, conversation)
            SELECT :who, :what, one FROM unnest(CAST(:conversations AS bigint[])) AS one
            WHERE NOT EXISTS (SELECT FROM audit before WHERE before.who = :who AND before.conversation = one
                AND before.what = :what AND before.at > now() - CAST(:again AS interval))"""),
        {"who": who, "what": what, "conversations": list(conversations), "again": AGAIN[what]},
    )


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    who: str
    what: str
    conversation: int | None

    def __str__(self) -> str:
        where = f"  conversation {self.conversation}" if self.conversation is not None else ""
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC  {self.who}  {self.what}{where}"


async def entries(
    db: AsyncConnection, who: str | None, conversation: int | None, since: datetime | None
) -> Sequence[Entry]:
    """Oldest first. None: whoever, whichever, since the beginning."""
    rows = await db.execute(
        text("""
            SELECT at, who, what, conversation FROM audit
            WHERE (CAST(:who AS text) IS NULL OR who = :who)
            AND (CAST(:conversation AS bigint) IS NULL OR conversation = :conversation)
            AND (CAST(:since AS timestamptz) IS NULL OR at >= :since) ORDER BY id"""),
        {"who": who, "conversation": conversation, "since": since},
    )
    return [Entry(*row) for row in rows]
