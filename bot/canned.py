"""Sentences of a therapist's own, to be used again. Sealed under the master key: they belong to the clinic."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.vault import Vault
from handlers.port_desk import Canned

MOST = 50  # of one therapist


async def of(db: AsyncConnection, vault: Vault, therapist: str) -> list[Canned]:
    """Oldest first."""
    rows = await db.execute(
        text("SELECT id, body FROM canned WHERE therapist = :therapist ORDER BY id"), {"therapist": therapist}
    )
    return [Canned(row.id, vault.open(row.body).decode()) for row in rows]


async def keep(db: AsyncConnection, vault: Vault, therapist: str, words: str) -> bool:
    """False when there are MOST already."""
    kept = await db.execute(
        text("""INSERT INTO canned (therapist, body) SELECT :therapist, :body
                WHERE (SELECT count(*) FROM canned WHERE therapist = :therapist) < :most RETURNING id"""),
        {"therapist": therapist, "body": vault.seal(words.encode()), "most": MOST},
    )
    return kept.first() is not None


async def drop(db: AsyncConnection, therapist: str, id: int) -> None:
    await db.execute(
        text("DELETE FROM canned WHERE id = :id AND therapist = :therapist"), {"id": id, "therapist": therapist}
    )
