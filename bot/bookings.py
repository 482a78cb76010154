"""Bookings as they are kept: sealed under the person's key, found by our reference or by the provider's name for them.

What a provider tells is written down in one transaction, and the provider answered. What follows from it for the
person is a job (bot/jobs.py), which takes the one road.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import store
from bot.counting import COUNTING_FIRST
from bot.database import answering
from bot.vault import PersonKey, Vault
from flows.events import BookingChanged, BookingIs
from flows.state import Appointment
from handlers.port_bookings import Heard, LookUp
from handlers.port_figures import Counted
from handoff import booking as bookings
from handoff.booking import PROVIDERS, Booking, Fact, Proof, Stage, Told
from handoff.roster import Clinic, named

log = structlog.get_logger()

FIRM = PROVIDERS | {Proof.STAFF}
SET = frozenset({Told.BOOKED, Told.MOVED})
FRESH = timedelta(minutes=15)
_NOW = {Stage.BOOKED: BookingIs.SET, Stage.MOVED: BookingIs.SET, Stage.CANCELLED: BookingIs.CANCELLED}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a person was shown; token_hash None: none was, the clinic booked. key: the person's, wrapped."""

    token_hash: bytes | None
    conversation: int
    therapist: str
    provider: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A booking in its row. id: None for one that is not written yet. cancelled: that was told before it was."""

    id: int | None
    booking: Booking | None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """link: by which it was booked; None when it is nobody's."""

    link: Link | None


class Bookings:
    """Implements handlers.port_bookings.BookingRoad."""

    def __init__(self, engine: AsyncEngine, vault: Vault, clinic: Clinic) -> None:
        self._engine = engine
        self._vault = vault
        self.renew(clinic)

    def renew(self, clinic: Clinic) -> None:
        """Name the therapists of this version of the clinic from here on."""
        self._clinic = clinic
        self._zone = clinic.timezone

    async def hear(self, heard: Heard) -> None:
        names = [self._name(heard.provider, name) for name in (heard.name, heard.replaces) if name]
        async with answering(self._engine) as db:
            found = await self._taken(db, heard, names)
            if found is None:
                return
            if found.link is None:
                log.info("booking_of_nobody", provider=heard.provider, told=heard.fact.told.value)
                if heard.fact.told is Told.CANCELLED:
                    # Its booking may be told later, with our reference in it.
                    await self._claim(db, heard.provider, f"cancelled:{heard.name}")
                return
            kept = await _kept_of(db, self._vault, found.link, names, self._update(f"cancelled:{heard.name}"))
            after = bookings.step(kept.booking, heard.fact)
            if after and heard.fact.told in SET and kept.cancelled:
                after = bookings.step(after, replace(heard.fact, told=Told.CANCELLED))
            if after:
                await write(db, self._vault.key(found.link.key), self._zone, found.link, kept, after, names)

    async def look_up(self, asked: LookUp) -> None:
        async with answering(self._engine) as db:
            await store.enqueue(db, "look_up", orjson.dumps({"p": asked.provider, "i": asked.id, "n": 0}))

    async def came_back(self, ref: str, at: datetime) -> bool:
        fact = Fact(Told.BOOKED, Proof.REDIRECT, at)
        async with answering(self._engine) as db:
            return await report(self._vault, self._zone, self._vault.look_up("link", ref), fact, db)

    async def news(self, id: int, at: datetime) -> tuple[int, BookingChanged] | None:
        """How this booking stands now, for its conversation. None when there is nothing to say, or nobody to."""
        async with answering(self._engine) as db:
            rows = await db.execute(
                text("""SELECT b.conversation, b.body, b.therapist, b.link, p.key, c.locale
                        FROM booking b JOIN conversation c ON c.id = b.conversation JOIN person p ON p.id = c.person
                        WHERE b.id = :id AND p.key IS NOT NULL"""),
                {"id": id},
            )
            row = rows.first()
        if row is None:
            return None
        booking = opened(self._vault.key(row.key), row.body)
        if booking.proof not in FIRM:
            return None
        name = self._called(row.therapist, row.locale)
        slot = booking.slot
        now = _NOW.get(booking.stage, BookingIs.OVER)
        appointment = (
            Appointment(id, name, slot.starts, slot.ends, slot.zone, booking.move, booking.cancel) if slot else None
        )
        fresh = abs(at - booking.at) < FRESH
        return row.conversation, BookingChanged(at, id, now, appointment, row.link.hex() if row.link else "", fresh)

    def _called(self, therapist: str, locale: str) -> str:
        names = dict(self._clinic.name)
        return named(self._clinic, therapist) if therapist else names.get(locale, next(iter(names.values())))

    async def _taken(self, db: AsyncConnection, heard: Heard, names: Sequence[bytes]) -> _Found | None:
        """None when this word was taken before. The link's conversation is locked until the transaction ends."""
        values = {
            "provider": heard.provider,
            "update": self._update(f"heard:{heard.update}"),
            "names": names,
            "ref": heard.ref,
        }
        row = (await db.execute(_TAKE, values)).first()
        return _Found(Link(*row) if row.token_hash else None) if row else None

    async def _claim(self, db: AsyncConnection, provider: str, update: str) -> None:
        await db.execute(text(_CLAIM), {"provider": provider, "update": self._update(update)})

    def _update(self, word: str) -> str:
        return self._vault.look_up("booking", word).hex()

    def _name(self, provider: str, name: str) -> bytes:
        return self._vault.look_up(f"booking/{provider}", name)


_LINK = """
    SELECT l.token_hash, l.conversation, l.therapist, l.provider, p.key
    FROM link l JOIN conversation c ON c.id = l.conversation JOIN person p ON p.id = c.person
    WHERE p.key IS NOT NULL AND {which} FOR NO KEY UPDATE OF c
"""
_BY_TOKEN = text(_LINK.format(which="l.token_hash = :token_hash"))
_BY_NAME_OR_REF = _LINK.format(
    which="""l.token_hash = coalesce(
        (SELECT b.link FROM booking_name n JOIN booking b ON b.id = n.booking
         WHERE n.provider = :provider AND n.name_hash = ANY(CAST(:names AS bytea[])) ORDER BY b.id LIMIT 1),
        (SELECT token_hash FROM link WHERE ref = :ref AND provider = :provider))"""
)
_CLAIM = """
    INSERT INTO taken (platform, "update") VALUES (:provider, :update) ON CONFLICT DO NOTHING RETURNING platform
"""
# Each question costs a provider's patience: what can be asked at once is. No row: this word was taken before.
_TAKE = text(f"""
    WITH claimed AS ({_CLAIM})
    SELECT found.* FROM claimed LEFT JOIN LATERAL ({_BY_NAME_OR_REF}) AS found ON claimed.platform = found.provider""")
# Asked once the conversation is locked, and not before: what is told at the same moment is written in turn.
_KEPT = text("""
    SELECT b.id, b.body, b.names,
        EXISTS (SELECT FROM taken WHERE platform = :provider AND "update" = :cancelled) AS cancelled
    FROM (SELECT) AS one LEFT JOIN LATERAL (
        SELECT b.id, b.body, coalesce(array_agg(n.name_hash) FILTER (WHERE n.booking IS NOT NULL), '{}') AS names
        FROM booking b LEFT JOIN booking_name n ON n.booking = b.id WHERE b.link = :link GROUP BY b.id) b ON true
    ORDER BY b.id""")


async def _kept_of(db: AsyncConnection, vault: Vault, link: Link, names: Sequence[bytes], cancelled: str = "") -> Kept:
    """The booking of one of these names; else one that has no name yet, because only we or the clinic know of it.

    cancelled: what is taken when it was told before the booking that it is off.
    """
    values = {"link": link.token_hash, "provider": link.provider, "cancelled": cancelled}
    rows = (await db.execute(_KEPT, values)).all()
    was_cancelled = rows[0].cancelled
    of_link = [(row.id, row.body, {bytes(name) for name in row.names}) for row in rows if row.id is not None]
    own = next((one for one in of_link if one[2] & set(names)), None)
    found = (
        own or next((one for one in of_link if not one[2]), None) or (of_link[-1] if of_link and not names else None)
    )
    if found is None:
        return Kept(None, None, was_cancelled)
    return Kept(found[0], opened(vault.key(link.key), found[1]), was_cancelled)


def opened(key: PersonKey, body: bytes) -> Booking:
    return bookings.from_json(orjson.loads(key.open(body)))


async def report(vault: Vault, zone: str, token_hash: bytes, fact: Fact, db: AsyncConnection) -> bool:
    """Somebody who followed this link says so, or their browser does. False when the link is unknown."""
    rows = await db.execute(_BY_TOKEN, {"token_hash": token_hash})
    if (row := rows.first()) is None:
        return False
    link = Link(*row)
    kept = await _kept_of(db, vault, link, ())
    if after := bookings.step(kept.booking, fact):
        await write(db, vault.key(link.key), zone, link, kept, after)
    return True


_NAMED = "INSERT INTO booking_name (provider, name_hash, booking) SELECT :provider, unnest(CAST(:names AS bytea[])), "
_WRITE = """
    WITH written AS ({writing} RETURNING id),
    named AS ({named} id FROM written ON CONFLICT DO NOTHING),
    {counting}
    SELECT id, pg_notify('desk', '') FROM written
"""
_INSERT = """
    INSERT INTO booking (conversation, link, therapist, body)
    VALUES (CAST(:conversation AS bigint), :link, :therapist, :body)
"""
_UPDATE = "UPDATE booking SET body = :body, at = now() WHERE id = :id"
_NEW = text(_WRITE.format(writing=_INSERT, named=_NAMED, counting=COUNTING_FIRST))
_CHANGED = text(_WRITE.format(writing=_UPDATE, named=_NAMED, counting=COUNTING_FIRST))
_CALLED = text(f"{_NAMED} CAST(:id AS bigint) ON CONFLICT DO NOTHING")


async def write(
    db: AsyncConnection,
    key: PersonKey,
    zone: str,
    link: Link,
    kept: Kept,
    after: Booking,
    names: Sequence[bytes] = (),
) -> None:
    """Write the booking down, have the person told by a job, and count it. zone: the clinic's.

    names: by which the provider will speak of it from now on.
    """
    called = {"provider": link.provider, "names": list(names), "id": kept.id}
    if kept.id is not None and after == kept.booking:
        await db.execute(_CALLED, called)
        return
    values = called | {
        "conversation": link.conversation,
        "link": link.token_hash,
        "therapist": link.therapist,
        "body": key.seal(orjson.dumps(bookings.to_json(after))),
        "what": _counted(after),
        "zone": zone,
    }
    id = (await db.execute(_NEW if kept.id is None else _CHANGED, values)).scalar_one()
    if after.proof in FIRM:
        await store.enqueue(db, "booking", orjson.dumps({"b": id}))


def _counted(booking: Booking) -> Counted | None:
    if booking.stage is Stage.SELF_REPORTED:
        return Counted.SELF_REPORTED
    return Counted.BOOKED if booking.stage in bookings.STANDING and booking.proof in FIRM else None
