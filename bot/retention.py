"""What is no longer needed goes."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox import HEAD, UNKEPT
from handoff.roster import Retention

USUAL = Retention()
CLAIMS = timedelta(days=3)  # Telegram keeps an undelivered update for 24 hours at most
SHOWN_FOR = timedelta(minutes=30)  # what is not kept; a page that comes back meanwhile still shows it
DOORS = timedelta(days=7)  # spent and expired invitations and sessions


async def clean_up(db: AsyncConnection, kept: Retention = USUAL) -> None:
    """kept: for how long the clinic keeps people who agreed to nothing and have gone quiet, and anybody."""
    await db.execute(text("DELETE FROM taken WHERE at < now() - CAST(:age AS interval)"), {"age": CLAIMS})
    await db.execute(text("DELETE FROM door WHERE expires_at < now() - CAST(:age AS interval)"), {"age": DOORS})
    await db.execute(
        text("""DELETE FROM outbox WHERE kind = :unkept AND status NOT IN ('waiting', 'sending')
                AND created_at < now() - CAST(:age AS interval)"""),
        {"unkept": UNKEPT, "age": SHOWN_FOR},
    )
    await db.execute(text("DELETE FROM file WHERE until < now()"))
    await db.execute(
        text("""DELETE FROM outbox o WHERE kind = :head AND status NOT IN ('waiting', 'sending') AND EXISTS (
                    SELECT FROM outbox newer WHERE newer.lane = o.lane AND newer.id > o.id)"""),
        {"head": HEAD},
    )
    await db.execute(text("DELETE FROM process WHERE seen_at < now() - interval '1 hour'"))
    await db.execute(
        text("""
            WITH quiet AS (
                DELETE FROM conversation c WHERE last_at < now() - CAST(:age AS interval)
                AND owner IS NULL AND request_status IS NULL
                AND NOT EXISTS (
                    SELECT FROM consent last WHERE last.conversation = c.id AND agreed AND NOT EXISTS (
                        SELECT FROM consent later WHERE later.conversation = c.id
                        AND later.purpose = last.purpose AND later.id > last.id))
                RETURNING person)
            UPDATE person SET key = NULL, erased_at = now() FROM quiet WHERE person.id = quiet.person"""),
        {"age": kept.strangers},
    )
    if kept.quiet:
        await db.execute(_QUIET, {"age": kept.quiet})


# Nobody's words stay for ever where the clinic says so. Not while a human has the conversation or is asked for.
_QUIET = text("""
    WITH quiet AS (
        DELETE FROM conversation WHERE last_at < now() - CAST(:age AS interval)
        AND owner IS NULL AND request_status IS NULL RETURNING person)
    UPDATE person SET key = NULL, erased_at = now() FROM quiet WHERE person.id = quiet.person""")
