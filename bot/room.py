"""The person's side of the program, as the edge asks for it: the way in, and what there is to show on our own page."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid5

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import counting, envelope, outbox, store
from bot.counting import First
from bot.database import answering
from bot.deliver import STORED
from bot.outbox import WEB
from bot.signals import Signals
from bot.turn import Arrival, Turns
from bot.typing import Typing, lately, therapist_writes
from bot.vault import PersonKey, Vault
from flows import state as states
from flows.events import FileRef, LinkOpened
from handlers.errors import Rejected
from handlers.port import Closed, Incoming, Shown
from handlers.port_figures import Counted
from handoff.roster import Clinic

log = structlog.get_logger()

UNREAD_FOR = timedelta(hours=1)  # a file for which no words were kept: the therapist had just given back
PLANS = {"safety_plan.written": True, "safety_plan.erased": False}  # what a message says of the person's plan
Fetch = Callable[[PersonKey, FileRef], Awaitable[bytes]]


class Room:
    """Implements handlers.port.PersonRoom and Links."""

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        turns: Turns,
        clinic: Clinic,
        signals: Signals,
        fetch: Fetch,
        typing: Typing,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._turns = turns
        self.renew(clinic)
        self._zone = clinic.timezone
        self._signals = signals
        self._fetch = fetch
        self._typing = typing
        self._unknown: Counter[tuple[str, str]] = Counter()

    def renew(self, clinic: Clinic) -> None:
        """Name the therapists of this version of the clinic from here on."""
        self._names = {t.id: t.name for t in clinic.therapists}
        self._clinic_name = dict(clinic.name).get(clinic.languages[0], "")

    async def take(self, incoming: Incoming) -> bool:
        update = incoming.update
        if incoming.platform == WEB:
            # A page makes its own update ids: nobody may use up another person's.
            update = f"{self._vault.look_up(WEB, incoming.address).hex()[:24]}:{update}"
        taken = await self._turns.take(
            Arrival(
                claim=(incoming.platform, update),
                event=incoming.event,
                address=(incoming.platform, incoming.address),
                locale=incoming.locale,
            )
        )
        return not taken.again

    def unknown(self, platform: str, kind: str) -> None:
        self._unknown[platform, kind] += 1
        log.info("unknown_update", platform=platform, kind=kind)

    async def write_unknown(self) -> None:
        """Add what was counted here to the table."""
        counted, self._unknown = self._unknown, Counter()
        if not counted:
            return
        async with answering(self._engine) as db:
            for (platform, kind), times in sorted(counted.items()):
                await db.execute(
                    text("""INSERT INTO unknown (platform, kind, times) VALUES (:platform, :kind, :times)
                            ON CONFLICT (platform, kind) DO UPDATE SET times = unknown.times + EXCLUDED.times"""),
                    {"platform": platform, "kind": kind[:64], "times": times},
                )

    async def shown(self, address: str, after: int) -> list[Shown]:
        async with answering(self._engine) as db:
            rows = (
                await db.execute(
                    text("""
                        SELECT o.id, o.sent_at, o.body, p.key, o.reply_source, e.id AS edits, o.conversation
                        FROM conversation c JOIN person p ON p.id = c.person
                        JOIN outbox o ON o.conversation = c.id AND o.place = 'person' AND o.status = 'sent'
                            AND o.id > :after
                        LEFT JOIN outbox e ON e.conversation = o.conversation AND e.place = 'person'
                            AND e.source = o.edits_source AND e.id < o.id AND e.edits_source IS NULL
                        WHERE c.platform = :platform AND c.address_hash = :hash ORDER BY o.id"""),
                    {"platform": WEB, "hash": self._vault.look_up(WEB, address), "after": after},
                )
            ).all()
            shown = []
            for id, at, body, wrapped, reply_source, edits, conversation in rows:
                packed = self._vault.key(wrapped).open(body)
                message, _ = envelope.unpack(packed)
                plan = PLANS.get(next((id for id in envelope.text_ids(packed).split() if id in PLANS), ""))
                reply = await outbox.counterpart(db, conversation, "person", reply_source) if reply_source else None
                shown.append(
                    Shown(id, at, message.text, message.buttons, message.media, message.author, edits, reply, plan)
                )
        return shown

    async def changes(self, address: str) -> AsyncIterator[None]:
        conversation = await self._conversation(address)
        topics = (f"shown:{conversation[0]}", therapist_writes(conversation[0])) if conversation else ("shown",)
        async for _ in self._signals.watch(*topics):
            yield

    async def locale(self, address: str) -> str | None:
        conversation = await self._conversation(address)
        return conversation[1] if conversation else None

    async def country(self, address: str) -> str:
        async with answering(self._engine) as db:
            row = (
                await db.execute(
                    text("""SELECT c.state, p.key FROM conversation c JOIN person p ON p.id = c.person
                            WHERE c.platform = :platform AND c.address_hash = :hash AND p.key IS NOT NULL"""),
                    {"platform": WEB, "hash": self._vault.look_up(WEB, address)},
                )
            ).first()
        if row is None:
            return ""
        return states.from_json(orjson.loads(self._vault.key(row[1]).open(row[0]))).country

    async def talk(self, address: str) -> str:
        conversation = await self._conversation(address)
        return self._vault.look_up("talk", f"{conversation[0]}").hex()[:16] if conversation else ""

    async def human(self, address: str) -> str:
        conversation = await self._conversation(address)
        return self._names.get(conversation[2] or "", "") if conversation else ""

    async def writing(self, address: str) -> datetime | None:
        conversation = await self._conversation(address)
        return lately(self._signals, therapist_writes(conversation[0])) if conversation and conversation[2] else None

    async def typing(self, address: str) -> None:
        await self._typing.person(WEB, address)

    async def keep_file(self, address: str, update: str, body: bytes) -> FileRef | None:
        async with answering(self._engine) as db:
            row = (
                await db.execute(
                    text("""SELECT c.id, p.key, c.public FROM conversation c JOIN person p ON p.id = c.person
                            WHERE c.platform = :platform AND c.address_hash = :hash"""),
                    {"platform": WEB, "hash": self._vault.look_up(WEB, address)},
                )
            ).first()
            if row is None:
                return None
            id = uuid5(row.public, f"{WEB}:{update}")
            kept = await store.keep_file(db, id, row.id, self._vault.key(row.key).seal(body), UNREAD_FOR)
        return FileRef(STORED, str(id)) if kept else None

    async def file(self, address: str, message: int) -> bytes | None:
        async with answering(self._engine) as db:
            row = (
                await db.execute(
                    text("""SELECT o.body, p.key FROM outbox o JOIN conversation c ON c.id = o.conversation
                            JOIN person p ON p.id = c.person
                            WHERE o.id = :id AND o.place = 'person' AND o.status = 'sent'
                            AND c.platform = :platform AND c.address_hash = :hash"""),
                    {"id": message, "platform": WEB, "hash": self._vault.look_up(WEB, address)},
                )
            ).first()
        if row is None:
            return None
        key = self._vault.key(row[1])
        media = envelope.unpack(key.open(row[0]))[0].media
        if media is None or media.file is None:
            return None
        try:
            return await self._fetch(key, media.file)
        except Rejected:  # it went with what the person no longer has kept
            return None

    async def follow(self, token: str, at: datetime) -> str | None:
        hashed = self._vault.look_up("link", token)
        async with answering(self._engine) as db:
            rows = await db.execute(
                text("""UPDATE link SET clicked_at = coalesce(clicked_at, :at)
                        WHERE token_hash = :hash AND expires_at > :at
                        RETURNING url, conversation, therapist, clicked_at"""),
                {"hash": hashed, "at": at},
            )
            if (row := rows.first()) is None:
                return None
            await counting.write(row.conversation, self._zone, First(Counted.CLICKED), db)
        if row.clicked_at == at:
            event = LinkOpened(at, hashed.hex(), self._names.get(row.therapist, self._clinic_name))
            with contextlib.suppress(Closed):  # the page opens all the same; nothing is asked of it later
                await self._turns.take(Arrival(("link", hashed.hex()), event, conversation=row.conversation))
        return str(row.url)

    async def _conversation(self, address: str) -> tuple[int, str, str | None] | None:
        """Its id, its language, and the therapist who speaks in it; None also while the bot leads an exercise there."""
        async with answering(self._engine) as db:
            row = (
                await db.execute(
                    text("""SELECT c.id, c.locale, w.therapist FROM conversation c
                            LEFT JOIN ownership w ON w.conversation = c.id AND w.epoch = c.epoch
                                AND w.released_at IS NULL
                            WHERE c.platform = :platform AND c.address_hash = :hash"""),
                    {"platform": WEB, "hash": self._vault.look_up(WEB, address)},
                )
            ).first()
        return (row[0], row[1], row[2]) if row else None
