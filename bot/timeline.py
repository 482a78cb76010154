"""One conversation as its therapist reads it: who said what, when, and how it fared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit, cards, envelope, outbox
from bot.carry import DESK
from bot.vault import PersonKey, Vault
from flows import floor
from handlers.port_desk import Line, LineKind

NEVER = datetime.max.replace(tzinfo=UTC)  # has not agreed to be read
DESK_WEB = "desk_web"  # what is written in a browser is named desk_web:<id of the act>
# The floor came back by itself from what the bot was let lead: by the text that says so to its therapist.
CAME_BACK = {floor.OVER: LineKind.OVER, floor.DECLINED: LineKind.NOT_NOW, floor.LEFT: LineKind.LEFT}


@dataclass(frozen=True, slots=True)
class _Found:
    id: int
    key: bytes
    read_since: datetime | None
    owner: str | None


async def lines(
    db: AsyncConnection, vault: Vault, therapist: str, public: UUID, after: int, names: Mapping[str, str]
) -> list[Line]:
    """What this therapist may read of it, oldest first; marks it read.

    The owner: the conversation since the person agreed to be read. Who is asked, before anybody owns it: what is said
    since the person let them. Anybody: the notes they wrote or were written.
    """
    row = (
        await db.execute(
            text("""SELECT c.id, p.key, c.read_since, c.owner FROM conversation c JOIN person p ON p.id = c.person
                    WHERE c.public = :public AND p.key IS NOT NULL"""),
            {"public": public},
        )
    ).first()
    if row is None:
        return []
    found = _Found(*row)
    key = vault.key(found.key)
    seen = await _notes(db, key, found.id, therapist, names)
    if seen:
        await audit.read(db, therapist, audit.READ_NOTES, [found.id])
    if found.owner == therapist:
        await audit.read(db, therapist, audit.READ, [found.id])
        seen += await _takeovers(db, key, found.id, names)
        seen += await _said(db, key, found.id, found.read_since, names)
    elif along := await cards.watched(db, vault, public, therapist):
        await audit.read(db, therapist, audit.READ_ALONG, [found.id])
        seen += await _said(db, key, found.id, along.read_since, names, along.watched_from)
    seen.sort(key=lambda line: line.id)
    if seen:
        await _mark(db, found.id, therapist, seen[-1].id)
    return [line for line in seen if line.id > after]


async def _notes(
    db: AsyncConnection, key: PersonKey, conversation: int, therapist: str, names: Mapping[str, str]
) -> list[Line]:
    rows = await db.execute(
        text("""SELECT id, at, kind, author, addressee, body FROM note
                WHERE conversation = :id AND :therapist IN (author, addressee)"""),
        {"id": conversation, "therapist": therapist},
    )
    return [
        _between(
            row.id,
            row.at,
            LineKind(row.kind),
            names.get(row.author, row.author),
            to=names.get(row.addressee, row.addressee),
            words=key.open(row.body).decode() if row.body else "",
        )
        for row in rows
    ]


async def _takeovers(db: AsyncConnection, key: PersonKey, conversation: int, names: Mapping[str, str]) -> list[Line]:
    """Each stands where its confirmation does, in the order of everything that was said."""
    rows = await db.execute(
        text("""SELECT o.id, o.body, w.claimed_at, w.therapist FROM outbox o
                JOIN ownership w ON w.conversation = o.conversation AND w.epoch = o.epoch
                WHERE o.conversation = :id AND o.kind = 'yours' AND o.platform = :desk"""),
        {"id": conversation, "desk": DESK},
    )
    return [
        _between(
            row.id,
            row.claimed_at,
            CAME_BACK.get(envelope.text_ids(key.open(row.body)), LineKind.TOOK_OVER),
            names.get(row.therapist, row.therapist),
        )
        for row in rows
    ]


def _between(id: int, at: datetime, kind: LineKind, author: str, to: str = "", words: str = "") -> Line:
    return Line(id, at, author, words, None, "", True, False, None, False, kind, to=to)


async def _said(
    db: AsyncConnection,
    key: PersonKey,
    conversation: int,
    since: datetime | None,
    names: Mapping[str, str],
    after: int = 0,
) -> list[Line]:
    """since: None for an agreement that was not given. after: the id of a line; what stands before it is not read."""
    said = (
        await db.execute(
            text("""SELECT id, at, body, message, reply_source, edited FROM words
                    WHERE conversation = :id AND name = 'said' AND id > :after ORDER BY id"""),
            {"id": conversation, "after": after},
        )
    ).all()
    sent = (
        await db.execute(
            text("""SELECT id, created_at, body, author, status, source, message, reply_source, edits_source
                    FROM outbox WHERE conversation = :id AND place = 'person' AND status <> 'cancelled' AND id > :after
                    AND (created_at >= :since OR author <> '') AND kind <> ALL(:theirs) ORDER BY id"""),
            {
                "id": conversation,
                "after": after,
                "since": since or NEVER,
                "theirs": [outbox.UNKEPT, outbox.PRIVATE],
            },
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
        if not message.text and not message.media:
            continue  # an emoji that was taken back
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
            act=row.source.removeprefix(f"{DESK_WEB}:") if row.source and row.source.startswith(f"{DESK_WEB}:") else "",
        )
    return list(all_lines.values())


async def _mark(db: AsyncConnection, conversation: int, therapist: str, line: int) -> None:
    await db.execute(
        text("""INSERT INTO seen (conversation, therapist, line)
                SELECT id, :therapist, :line FROM conversation WHERE id = :conversation FOR KEY SHARE
                ON CONFLICT (conversation, therapist) DO UPDATE SET line = EXCLUDED.line
                WHERE seen.line < EXCLUDED.line"""),
        {"conversation": conversation, "therapist": therapist, "line": line},
    )


def _line_of(reply: str | None, by_message: Mapping[str, int]) -> int | None:
    if reply is None:
        return None
    return int(reply.removeprefix("line:")) if reply.startswith("line:") else by_message.get(reply)
