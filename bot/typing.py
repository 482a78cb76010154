"""Who is writing, shown on the other side for a few seconds. Nothing of it is kept, and the bot never does.

Only our own pages tell us: Telegram says of nobody that they write. Our pages are told by PostgreSQL's NOTIFY.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.carry import DESK_TELEGRAM
from bot.database import answering
from bot.signals import Signals
from bot.vault import Vault
from handlers.errors import DeliveryError
from handlers.port import ShowsTyping

log = structlog.get_logger()

AGAIN = 4.0  # seconds; Telegram shows it for five
LASTS = timedelta(seconds=6)  # on our own pages
REMEMBERED = 1000  # conversations


def person_writes(conversation: int) -> str:
    """The topic of bot/signals.py that tells it."""
    return f"person_writes:{conversation}"


def therapist_writes(conversation: int) -> str:
    return f"therapist_writes:{conversation}"


def lately(signals: Signals, topic: str) -> datetime | None:
    """When it was told last; None when that is over."""
    at = signals.heard_at(topic)
    return at if at and datetime.now(UTC) - at < LASTS else None


class Typing:
    """shows: by platform, those that can show it. group: chat of the therapists' group, or ""."""

    def __init__(self, engine: AsyncEngine, vault: Vault, shows: Mapping[str, ShowsTyping], group: str) -> None:
        self._engine = engine
        self._vault = vault
        self._shows = shows
        self._group = group
        self._shown: OrderedDict[tuple[str, bytes], float] = OrderedDict()

    async def person(self, platform: str, address: str) -> None:
        """The person writes: the therapist who has the conversation sees it."""
        hashed = self._vault.look_up(platform, address)
        if not self._is_due("person", hashed):
            return
        async with answering(self._engine) as db:
            row = (
                await db.execute(
                    text("""SELECT t.thread, d.address, pg_notify('person_writes', c.id::text) FROM conversation c
                            LEFT JOIN thread t ON t.conversation = c.id AND t.chat = :group
                            LEFT JOIN desk_address d ON d.therapist = c.owner AND d.platform = :desk
                            WHERE c.platform = :platform AND c.address_hash = :hash AND c.owner IS NOT NULL"""),
                    {"group": self._group, "desk": DESK_TELEGRAM, "platform": platform, "hash": hashed},
                )
            ).first()
        if row is None or DESK_TELEGRAM not in self._shows:
            return
        if self._group:
            place = f"{self._group}/{row.thread}" if row.thread else ""
        else:
            place = self._vault.open(row.address).decode() if row.address else ""
        if place:
            await self._show(DESK_TELEGRAM, place)

    async def therapist(self, therapist: str, conversation: int) -> None:
        """The therapist writes: the person sees it, if the conversation is theirs and the person knows that it is."""
        if not self._is_due(therapist, conversation.to_bytes(8)):
            return
        async with answering(self._engine) as db:
            row = (
                await db.execute(
                    text("""SELECT c.platform, c.address, p.key, pg_notify('therapist_writes', c.id::text)
                            FROM conversation c JOIN person p ON p.id = c.person
                            JOIN ownership w ON w.conversation = c.id AND w.epoch = c.epoch
                            WHERE c.id = :id AND w.therapist = :therapist AND w.released_at IS NULL
                            AND w.told_at IS NOT NULL AND p.key IS NOT NULL"""),
                    {"id": conversation, "therapist": therapist},
                )
            ).first()
        if row and row.platform in self._shows:
            await self._show(row.platform, self._vault.key(row.key).open(row.address).decode())

    async def _show(self, platform: str, place: str) -> None:
        try:
            await self._shows[platform].typing(place)
        except DeliveryError as error:
            log.info("typing_not_shown", platform=platform, reason=type(error).__name__)

    def _is_due(self, who: str, which: bytes) -> bool:
        now = time.monotonic()
        if now - self._shown.get((who, which), -AGAIN) < AGAIN:
            return False
        self._shown[who, which] = now
        self._shown.move_to_end((who, which))
        while len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)
        return True
