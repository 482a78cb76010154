"""Bookings at the desk: what is known of them and how, and what a therapist says of them.

Implements handlers.port_bookings.BookingDesk. A therapist sees the bookings made with them, and those of the
conversations that are theirs; there also the links that led to none yet.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import bookings, store
from bot.bookings import Kept, Link
from bot.database import answering
from bot.vault import Vault
from handlers.port_bookings import BookingRow
from handoff import booking
from handoff.booking import Fact, Proof, Stage, Told
from handoff.roster import Clinic

MARKS: Mapping[str, Told] = {
    "attended": Told.ATTENDED,
    "no_show": Told.NO_SHOW,
    "booked": Told.BOOKED,
    "cancelled": Told.CANCELLED,
}
_ROWS = text("""
    SELECT b.id, b.body, b.therapist, c.public, p.key
    FROM booking b JOIN conversation c ON c.id = b.conversation JOIN person p ON p.id = c.person
    WHERE p.key IS NOT NULL AND (b.therapist = :therapist OR c.owner = :therapist)
    AND (CAST(:public AS uuid) IS NULL OR c.public = :public) ORDER BY b.at DESC LIMIT 200""")
_LINKS = text("""
    SELECT l.therapist, l.offered_at, l.clicked_at, l.expires_at, c.public
    FROM link l JOIN conversation c ON c.id = l.conversation
    WHERE c.public = :public AND c.owner = :therapist
    AND NOT EXISTS (SELECT FROM booking b WHERE b.link = l.token_hash) ORDER BY l.offered_at DESC LIMIT 50""")
_ONE = text("""
    SELECT b.id, b.body, b.therapist, b.link, b.conversation, p.key
    FROM booking b JOIN conversation c ON c.id = b.conversation JOIN person p ON p.id = c.person
    WHERE b.id = :id AND p.key IS NOT NULL AND (b.therapist = :therapist OR c.owner = :therapist)
    FOR NO KEY UPDATE OF c""")
_OWN = text("""
    SELECT c.id, p.key FROM conversation c JOIN person p ON p.id = c.person
    WHERE c.public = :public AND c.owner = :therapist AND p.key IS NOT NULL FOR NO KEY UPDATE OF c""")


class Booked:
    def __init__(self, engine: AsyncEngine, vault: Vault, clinic: Clinic) -> None:
        self._engine = engine
        self._vault = vault
        self.renew(clinic)

    def renew(self, clinic: Clinic) -> None:
        self._names = {t.id: t.name for t in clinic.therapists}
        self._clinic_name = dict(clinic.name)
        self._zone = clinic.timezone

    async def bookings(self, therapist: str, conversation: str, now: datetime) -> list[BookingRow]:
        public = _public(conversation) if conversation else None
        async with answering(self._engine) as db:
            rows = (await db.execute(_ROWS, {"therapist": therapist, "public": public})).all()
            links = (await db.execute(_LINKS, {"therapist": therapist, "public": public})).all() if public else []
        known = []
        for id, body, whose, of, key in rows:
            one = bookings.opened(self._vault.key(key), body)
            begun = one.slot is None or one.slot.starts <= now
            known.append(
                BookingRow(
                    id,
                    str(of),
                    self._called(whose),
                    one.stage.value,
                    one.proof.value,
                    one.at,
                    one.slot.starts if one.slot else None,
                    marks=_marks(one.stage, begun),
                )
            )
        shown = [
            BookingRow(
                None,
                str(of),
                self._called(whose),
                booking.of_link(clicked, expires, now).value,
                Proof.OURS.value,
                clicked or offered,
            )
            for whose, offered, clicked, expires, of in links
        ]
        return [*known, *shown]

    async def mark(self, therapist: str, id: int, mark: str, now: datetime) -> bool:
        async with answering(self._engine) as db:
            row = (await db.execute(_ONE, {"id": id, "therapist": therapist})).first()
            if row is None or mark not in MARKS:
                return False
            key = self._vault.key(row.key)
            kept = Kept(row.id, bookings.opened(key, row.body))
            after = booking.step(kept.booking, Fact(MARKS[mark], Proof.STAFF, now))
            if after is None or after == kept.booking:
                return False
            link = Link(row.link, row.conversation, row.therapist, "", row.key)
            await bookings.write(db, key, self._zone, link, kept, after)
            await _noted(db, therapist, mark, row.conversation)
        return True

    async def by_phone(self, therapist: str, conversation: str, starts: datetime | None, now: datetime) -> bool:
        if (public := _public(conversation)) is None:
            return False
        async with answering(self._engine) as db:
            row = (await db.execute(_OWN, {"public": public, "therapist": therapist})).first()
            if row is None:
                return False
            slot = booking.Slot(starts) if starts else None
            after = booking.step(None, Fact(Told.BOOKED, Proof.STAFF, now, slot))
            assert after, "a therapist can book"
            link = Link(None, row.id, therapist, "", row.key)
            await bookings.write(db, self._vault.key(row.key), self._zone, link, Kept(None, None), after)
            await _noted(db, therapist, "by phone", row.id)
        return True

    def _called(self, therapist: str) -> str:
        return self._names.get(therapist, therapist) if therapist else next(iter(self._clinic_name.values()), "")


def _marks(stage: Stage, begun: bool) -> tuple[str, ...]:
    """What a therapist can say of it now."""
    match stage:
        case Stage.SELF_REPORTED:
            return ("booked", "attended", "no_show")
        case Stage.CANCELLED:
            return ()
        case Stage.ATTENDED:
            return ("no_show",)
        case Stage.NO_SHOW:
            return ("attended",)
        case _:
            return ("attended", "no_show") if begun else ()


async def _noted(db: AsyncConnection, therapist: str, mark: str, conversation: int) -> None:
    await store.note(db, therapist, f"booking: {mark}", conversation)


def _public(conversation: str) -> UUID | None:
    try:
        return UUID(conversation)
    except ValueError:
        return None
