"""What the program wrote down, read beside it from its database."""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from bot.database import Database
from bot.doors import Door, make
from bot.vault import Vault

AWAY = (OSError, asyncpg.PostgresError)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the outbox. message: the platform's id of what was sent, or None."""

    id: int
    conversation: int
    lane: str
    platform: str
    place: str
    kind: str
    automated: bool
    status: str
    reason: str
    message: str | None
    edits: bool


class Records:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._vault = Vault(database.master_key)

    async def fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        connection = await self._database.connect()
        try:
            found: list[asyncpg.Record] = await connection.fetch(query, *values)
            return found
        finally:
            await connection.close()

    async def invitations(self, *therapists: str) -> dict[str, str]:
        engine = self._database.engine(1)
        async with engine.begin() as db:
            made = {t: await make(db, self._vault, Door.INVITATION, t) for t in therapists}
        await engine.dispose()
        return made

    async def outbox(self) -> list[Row]:
        rows = await self.fetch(
            "SELECT id, conversation, lane, platform, place, kind, automated, status, reason, message,"
            " edits_source IS NOT NULL FROM outbox ORDER BY id"
        )
        return [Row(*row) for row in rows]

    async def conversation(self, chat: int) -> int | None:
        rows = await self.fetch(
            "SELECT id FROM conversation WHERE address_hash = $1", self._vault.look_up("telegram", str(chat))
        )
        return rows[0][0] if rows else None

    async def thread(self, chat: int, within: float) -> int:
        """The conversation's topic in the group, once there is one."""
        ends = time.monotonic() + within
        while True:
            rows = await self.fetch("SELECT thread FROM thread WHERE conversation = $1", await self.conversation(chat))
            if rows:
                return int(rows[0][0])
            assert time.monotonic() < ends, f"the conversation of {chat} has no topic after {within} seconds"
            await asyncio.sleep(0.2)

    async def until_failed(self, chat: int, within: float = 60.0) -> None:
        """Until something for this person was given up."""
        ends = time.monotonic() + within
        conversation = await self.conversation(chat)
        while True:
            rows = await self.fetch(
                "SELECT status, reason, tries FROM outbox WHERE conversation = $1 ORDER BY id", conversation
            )
            if any(row["status"] == "failed" for row in rows):
                return
            facts = [tuple(row) for row in rows]
            assert time.monotonic() < ends, f"nothing for the blocked {chat} was given up in {within} seconds: {facts}"
            await asyncio.sleep(0.2)

    async def last_seen(self) -> dict[UUID, float]:
        """When each sender last said that it lives; seconds since 1970. Those that ended well are not among them."""
        rows = await self.fetch("SELECT id, extract(epoch FROM seen_at)::float FROM process")
        return {row[0]: row[1] for row in rows}

    async def quiet(self, within: float) -> None:
        """Until nothing is left to deliver."""
        ends = time.monotonic() + within
        while True:
            left = await self.fetch(
                "SELECT id, lane, kind, status, tries, reason, due_at - now() AS due, claimed_until - now() AS held"
                " FROM outbox WHERE status IN ('waiting', 'sending') ORDER BY id LIMIT 20"
            )
            if not left:
                return
            facts = "\n".join(str(dict(row)) for row in left)
            assert time.monotonic() < ends, f"not delivered after {within} seconds:\n{facts}"
            await asyncio.sleep(0.2)
