"""What is no longer needed goes."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

CLAIMS = timedelta(days=3)  # Telegram keeps an undelivered update for 24 hours at most
SILENT_STRANGERS = timedelta(days=30)  # people who agreed to nothing and have gone quiet
DOORS = timedelta(days=7)  # spent and expired invitations and sessions


async def clean_up(db: AsyncConnection) -> None:
    await db.execute(text("DELETE FROM taken WHERE at < now() - CAST(:age AS interval)"), {"age": CLAIMS})
    await db.execute(text("DELETE FROM door WHERE expires_at < now() - CAST(:age AS interval)"), {"age": DOORS})
    await db.execute(text("DELETE FROM process WHERE seen_at < now() - interval '1 hour'"))
    await db.execute(
        text("""
            WITH quiet AS (
                DELETE FROM conversation c WHERE last_at < now() - CAST(:age AS interval)
                AND owner IS NULL AND request_status IS NULL
                AND NOT EXISTS (SELECT FROM consent WHERE consent.conversation = c.id AND agreed)
                RETURNING person)
            UPDATE person SET key = NULL, erased_at = now() FROM quiet WHERE person.id = quiet.person"""),
        {"age": SILENT_STRANGERS},
    )
