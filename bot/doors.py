"""How a therapist gets in: one-time invitations and sign-in links, sessions, and where they are reached."""

import secrets
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox, store
from bot.vault import Vault


class Door(StrEnum):
    INVITATION = "invitation"  # joins a therapist's messenger to their name
    SIGN_IN = "sign-in"  # opens the desk in a browser
    SESSION = "session"


LASTS = {
    Door.INVITATION: timedelta(days=3),
    Door.SIGN_IN: timedelta(minutes=30),
    Door.SESSION: timedelta(hours=12),
}
IDLE = timedelta(hours=4)  # a session in which nobody does anything for so long has ended


async def make(db: AsyncConnection, vault: Vault, kind: Door, therapist: str) -> str:
    """Return a new token. Only its keyed hash is stored."""
    token = secrets.token_urlsafe(32)
    await db.execute(
        text("""INSERT INTO door (token_hash, kind, therapist, expires_at)
                VALUES (:hash, :kind, :therapist, now() + CAST(:lasts AS interval))"""),
        {"hash": vault.look_up(kind, token), "kind": kind.value, "therapist": therapist, "lasts": LASTS[kind]},
    )
    await store.note(db, therapist, f"{kind.value} made", None)
    return token


async def spend(db: AsyncConnection, vault: Vault, kind: Door, token: str) -> str | None:
    """Return whose it is, once; None when it is spent, old or wrong."""
    rows = await db.execute(
        text("""UPDATE door SET used_at = now()
                WHERE token_hash = :hash AND kind = :kind AND used_at IS NULL AND expires_at > now()
                RETURNING therapist"""),
        {"hash": vault.look_up(kind, token), "kind": kind.value},
    )
    therapist: str | None = rows.scalar_one_or_none()
    if therapist:
        await store.note(db, therapist, f"{kind.value} used", None)
    return therapist


async def made_lately(db: AsyncConnection, kind: Door, therapist: str, within: timedelta) -> int:
    rows = await db.execute(
        text("""SELECT count(*) FROM door WHERE kind = :kind AND therapist = :therapist
                AND expires_at > now() + CAST(:lasts AS interval) - CAST(:within AS interval)"""),
        {"kind": kind.value, "therapist": therapist, "lasts": LASTS[kind], "within": within},
    )
    return int(rows.scalar_one())


_LIVE = "token_hash = :hash AND kind = 'session' AND expires_at > now() AND seen_at > now() - CAST(:idle AS interval)"


async def session_of(db: AsyncConnection, vault: Vault, token: str) -> str | None:
    """Whose session this is. Reading alone does not keep it alive: a page that nobody looks at reads too."""
    rows = await db.execute(
        text(f"SELECT therapist FROM door WHERE {_LIVE}"),
        {"hash": vault.look_up(Door.SESSION, token), "idle": IDLE},
    )
    return rows.scalar_one_or_none()


async def active(db: AsyncConnection, vault: Vault, token: str) -> str | None:
    """Whose session this is; somebody is doing something in it."""
    rows = await db.execute(
        text(f"UPDATE door SET seen_at = now() WHERE {_LIVE} RETURNING therapist"),
        {"hash": vault.look_up(Door.SESSION, token), "idle": IDLE},
    )
    return rows.scalar_one_or_none()


async def end_others(db: AsyncConnection, vault: Vault, therapist: str, token: str) -> None:
    """End every session of this therapist but this one."""
    await db.execute(
        text("DELETE FROM door WHERE kind = 'session' AND therapist = :therapist AND token_hash <> :hash"),
        {"therapist": therapist, "hash": vault.look_up(Door.SESSION, token)},
    )
    await store.note(db, therapist, "other sessions ended", None)


async def end_session(db: AsyncConnection, vault: Vault, token: str) -> None:
    await db.execute(
        text("DELETE FROM door WHERE token_hash = :hash AND kind = :kind"),
        {"hash": vault.look_up(Door.SESSION, token), "kind": Door.SESSION.value},
    )


async def join(db: AsyncConnection, vault: Vault, therapist: str, platform: str, address: str) -> None:
    """From now on this therapist is told things there. An earlier address of theirs, or an earlier owner of this
    address, is replaced."""
    hashed = vault.look_up(platform, address)
    before = await db.execute(
        text("SELECT address_hash FROM desk_address WHERE platform = :platform AND therapist = :therapist"),
        {"platform": platform, "therapist": therapist},
    )
    if before.scalar_one_or_none() not in (None, hashed):
        await outbox.forget_numbers(db, platform, therapist)
    await db.execute(
        text(
            "DELETE FROM desk_address WHERE platform = :platform AND (address_hash = :hash OR therapist = :therapist)"
        ),
        {"platform": platform, "hash": hashed, "therapist": therapist},
    )
    await db.execute(
        text("""INSERT INTO desk_address (therapist, platform, address_hash, address)
                VALUES (:therapist, :platform, :hash, :address)"""),
        {"therapist": therapist, "platform": platform, "hash": hashed, "address": vault.seal(address.encode())},
    )
    await store.note(db, therapist, "joined", None)
    await store.notify(db, "joined", therapist)


async def who(db: AsyncConnection, vault: Vault, platform: str, address: str) -> str | None:
    rows = await db.execute(
        text("SELECT therapist FROM desk_address WHERE platform = :platform AND address_hash = :hash"),
        {"platform": platform, "hash": vault.look_up(platform, address)},
    )
    return rows.scalar_one_or_none()


async def joined(db: AsyncConnection, platform: str) -> frozenset[str]:
    rows = await db.execute(
        text("SELECT therapist FROM desk_address WHERE platform = :platform"), {"platform": platform}
    )
    return frozenset(row[0] for row in rows)
