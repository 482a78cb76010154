"""What the desk shows: the list of conversations, and one conversation's lines."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import envelope
from bot.vault import Vault
from flows.effects import Urgency
from flows.events import Media
from handlers.port import Card, Line, Standing
from handoff import request as requests

NEVER = datetime.max.replace(tzinfo=UTC)  # has not agreed to be read


@dataclass(frozen=True, slots=True)
class Owned:
    """key: the person's, wrapped."""

    id: int
    key: bytes
    read_since: datetime | None


async def id_of(db: AsyncConnection, public: UUID) -> int | None:
    rows = await db.execute(text("SELECT id FROM conversation WHERE public = :public"), {"public": public})
    return rows.scalar_one_or_none()


async def owned(db: AsyncConnection, public: UUID, therapist: str) -> Owned | None:
    """The conversation, if this therapist owns it."""
    row = (
        await db.execute(
            text("""SELECT c.id, p.key, c.read_since FROM conversation c JOIN person p ON p.id = c.person
                    WHERE c.public = :public AND c.owner = :therapist"""),
            {"public": public, "therapist": therapist},
        )
    ).first()
    return Owned(*row) if row else None


async def cards(db: AsyncConnection, vault: Vault, therapist: str, names: Mapping[str, str]) -> list[Card]:
    """What waits, oldest first, then this therapist's own, then the others'."""
    rows = await db.execute(
        text("""
            SELECT c.public, c.owner, c.locale, c.platform, c.requested_at, c.request, p.key, w.told_at,
                (SELECT count(*) FROM words WHERE words.conversation = c.id AND name = 'said' AND words.id > c.seen),
                w.claimed_at
            FROM conversation c JOIN person p ON p.id = c.person
            LEFT JOIN ownership w ON w.conversation = c.id AND w.epoch = c.epoch AND w.released_at IS NULL
            WHERE (c.request_status IS NOT NULL OR c.owner IS NOT NULL) AND p.key IS NOT NULL
            ORDER BY c.requested_at NULLS LAST, c.id""")
    )
    found = []
    for public, owner, locale, platform, requested_at, sealed, key, told_at, unread, claimed_at in rows:
        request = requests.from_json(orjson.loads(vault.key(key).open(sealed))) if sealed else None
        if owner == therapist:
            standing = Standing.YOURS if told_at else Standing.SETTLING
        elif owner:
            standing = Standing.THEIRS
        elif request and request.offered_to == therapist:
            standing = Standing.OFFERED
        else:
            standing = Standing.WAITING
        found.append(
            Card(
                conversation=str(public),
                standing=standing,
                locale=locale,
                platform=platform,
                since=requested_at or claimed_at,
                shared=request.shared if request else "",
                urgent=bool(request and request.urgency is Urgency.URGENT),
                unread=unread if owner == therapist else 0,
                owner=names.get(owner, owner) if owner else "",
            )
        )
    order = {
        Standing.OFFERED: 0,
        Standing.WAITING: 0,
        Standing.SETTLING: 1,
        Standing.YOURS: 1,
        Standing.THEIRS: 2,
    }
    return sorted(found, key=lambda card: order[card.standing])


async def lines(
    db: AsyncConnection, vault: Vault, therapist: str, public: UUID, after: int, names: Mapping[str, str]
) -> list[Line]:
    """The conversation since the person agreed to be read, oldest first; marks it read by its owner."""
    found = await owned(db, public, therapist)
    if found is None:
        return []
    key = vault.key(found.key)
    said = (
        await db.execute(
            text("""SELECT id, at, body, message, reply_source, edited FROM words
                    WHERE conversation = :id AND name = 'said' ORDER BY id"""),
            {"id": found.id},
        )
    ).all()
    sent = (
        await db.execute(
            text("""SELECT id, created_at, body, author, status, source, message, reply_source, edits_source
                    FROM outbox WHERE conversation = :id AND place = 'person' AND status <> 'cancelled'
                    AND (created_at >= :since OR author <> '') ORDER BY id"""),
            {"id": found.id, "since": found.read_since or NEVER},
        )
    ).all()
    # Replies are told by ids of either side's platform; here each becomes a line.
    by_message = {message: id for id, _, _, message, _, _ in said if message}
    by_message |= {row.message: row.id for row in sent if row.message}
    by_message |= {row.source: row.id for row in sent if row.source and not row.edits_source}
    all_lines: dict[int, Line] = {}
    for id, at, body, _, reply, edited in said:
        words, media = envelope.unpack_words(key.open(body))
        all_lines[id] = Line(
            id, at, "person", words, media, "", True, False, by_message.get(reply) if reply else None, edited
        )
    for row in sent:
        packed = key.open(row.body)
        message, _ = envelope.unpack(packed)
        if row.edits_source and (original := all_lines.get(by_message.get(row.edits_source, 0))):
            all_lines[original.id] = replace(original, text=message.text, edited=True)
            continue
        all_lines[row.id] = Line(
            id=row.id,
            at=row.created_at,
            author=names.get(row.author, row.author) if row.author else "bot",
            text=message.text,
            media=message.media,
            text_id=envelope.text_ids(packed),
            delivered=row.status == "sent",
            failed=row.status == "failed",
            reply_to=_line_of(row.reply_source, by_message),
            edited=False,
        )
    await db.execute(
        text("UPDATE conversation SET seen = greatest(seen, :seen) WHERE id = :id"),
        {"id": found.id, "seen": max(all_lines, default=0)},
    )
    return [line for id, line in sorted(all_lines.items()) if id > after]


async def media_of(db: AsyncConnection, vault: Vault, conversation: Owned, line: int) -> Media | None:
    key = vault.key(conversation.key)
    values = {"id": line, "conversation": conversation.id}
    words = await db.execute(
        text("SELECT body FROM words WHERE id = :id AND conversation = :conversation AND name = 'said'"), values
    )
    if body := words.scalar_one_or_none():
        return envelope.unpack_words(key.open(body))[1]
    sent = await db.execute(
        text("SELECT body FROM outbox WHERE id = :id AND conversation = :conversation AND place = 'person'"), values
    )
    if body := sent.scalar_one_or_none():
        return envelope.unpack(key.open(body))[0].media
    return None


def _line_of(reply: str | None, by_message: Mapping[str, int]) -> int | None:
    if reply is None:
        return None
    return int(reply.removeprefix("line:")) if reply.startswith("line:") else by_message.get(reply)
