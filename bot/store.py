"""What a turn reads and writes: functions that take an open connection. Nothing here decides.

The hot road (load, save) takes arrays, so that turns of different conversations share statements and a commit.
What delivers is in bot/outbox.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox


@dataclass(frozen=True, slots=True)
class Loaded:
    """A conversation's row, sealed as stored. turns: goes up with each batch that saves it."""

    id: int
    platform: str
    address_hash: bytes
    address: bytes
    person: UUID
    key: bytes
    state: bytes
    request: bytes | None
    epoch: int
    silence_token: int
    silence_due: datetime | None
    silence_rings: datetime | None
    read_since: datetime | None
    left_at: datetime | None
    turns: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What a turn leaves in its conversation's row. turns: as many as the row had when it was read."""

    id: int
    turns: int
    state: bytes
    owner: str | None
    epoch: int
    locale: str
    request: bytes | None
    request_status: str | None
    requested_at: datetime | None
    silence_token: int
    silence_due: datetime | None
    silence_rings: datetime | None
    read_since: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row for the outbox.

    calls: how much of the group's minute it may need.
    hot:   this process would send it at once; it is then born claimed, unless its lane is busy elsewhere.
    """

    conversation: int
    lane: str
    platform: str
    place: str
    kind: str
    automated: bool
    epoch: int
    weight: str
    author: str
    body: bytes
    round: int | None = None
    source: str | None = None
    reply_source: str | None = None
    edits_source: str | None = None
    calls: int = 1
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """What became of an Outgoing: its id, and whether this process now holds it."""

    id: int
    claimed: bool


_LOAD = """
    SELECT c.id, c.platform, c.address_hash, c.address, c.person, p.key, c.state, c.request, c.epoch,
           c.silence_token, c.silence_due, c.silence_rings, c.read_since, c.left_at, c.turns
    FROM conversation c JOIN person p ON p.id = c.person
    WHERE c.id IN (
        SELECT unnest(CAST(:ids AS bigint[]))
        UNION ALL
        SELECT known.id FROM unnest(CAST(:platforms AS text[]), CAST(:hashes AS bytea[])) AS asked(platform, hash)
        JOIN conversation known ON known.platform = asked.platform AND known.address_hash = asked.hash)
    ORDER BY c.id
"""
_LOADS = {False: text(_LOAD), True: text(f"{_LOAD} FOR UPDATE OF c")}


async def load(
    db: AsyncConnection, ids: Sequence[int], addresses: Sequence[tuple[str, bytes]], lock: bool
) -> list[Loaded]:
    """Return these conversations; with lock, held until the transaction ends.

    They come in the order of their ids, so that no two batches wait for each other.
    """
    rows = await db.execute(
        _LOADS[lock],
        {"ids": list(ids), "platforms": [a[0] for a in addresses], "hashes": [a[1] for a in addresses]},
    )
    return [Loaded(*row) for row in rows]


_NEW = text("""
    WITH someone AS (INSERT INTO person (key) VALUES (:key) RETURNING id)
    INSERT INTO conversation (person, platform, address_hash, address, state, locale)
    SELECT id, :platform, :hash, :address, :state, :locale FROM someone
    ON CONFLICT (platform, address_hash) DO NOTHING
    RETURNING id
""")


async def new_conversation(
    db: AsyncConnection,
    platform: str,
    address_hash: bytes,
    address: bytes,
    key: bytes,
    state: bytes,
    locale: str,
) -> int | None:
    """Return its id, or None when somebody else has just made it."""
    rows = await db.execute(
        _NEW,
        {
            "key": key,
            "platform": platform,
            "hash": address_hash,
            "address": address,
            "state": state,
            "locale": locale,
        },
    )
    return rows.scalar_one_or_none()


_SAVE = text(f"""
    WITH {outbox.SETTLING},
    claims AS (
        INSERT INTO taken (platform, "update")
        SELECT * FROM unnest(CAST(:claim_platforms AS text[]), CAST(:claim_updates AS text[]))
        ON CONFLICT DO NOTHING RETURNING 1),
    saved AS (
        UPDATE conversation c SET state = i.state, owner = i.owner, epoch = i.epoch, locale = i.locale,
            request = i.request, request_status = i.request_status, requested_at = i.requested_at,
            silence_token = i.silence_token, silence_due = i.silence_due, silence_rings = i.silence_rings,
            read_since = i.read_since, left_at = i.left_at, last_at = now(), turns = c.turns + 1
        FROM unnest(CAST(:c_id AS bigint[]), CAST(:c_turns AS bigint[]), CAST(:c_state AS bytea[]),
            CAST(:c_owner AS text[]), CAST(:c_epoch AS int[]), CAST(:c_locale AS text[]), CAST(:c_request AS bytea[]),
            CAST(:c_request_status AS text[]), CAST(:c_requested_at AS timestamptz[]),
            CAST(:c_silence_token AS int[]), CAST(:c_silence_due AS timestamptz[]),
            CAST(:c_silence_rings AS timestamptz[]), CAST(:c_read_since AS timestamptz[]),
            CAST(:c_left_at AS timestamptz[]))
            AS i(id, turns, state, owner, epoch, locale, request, request_status, requested_at, silence_token,
                 silence_due, silence_rings, read_since, left_at)
        WHERE c.id = i.id AND c.turns = i.turns
        RETURNING 1),
    fresh AS MATERIALIZED (
        SELECT o.n, nextval('said') AS id, o.conversation, o.lane, o.platform, o.place, o.kind, o.automated, o.epoch,
            o.weight, o.author, o.body, o.round, o.source, o.reply_source, o.edits_source, o.calls,
            o.hot AND NOT EXISTS (
                SELECT FROM outbox ahead WHERE ahead.lane = o.lane AND ahead.status IN ('waiting', 'sending')
                AND NOT ahead.id = ANY(CAST(:over AS bigint[]))) AS held
        FROM unnest(CAST(:o_conversation AS bigint[]), CAST(:o_lane AS text[]), CAST(:o_platform AS text[]),
            CAST(:o_place AS text[]), CAST(:o_kind AS text[]), CAST(:o_automated AS bool[]), CAST(:o_epoch AS int[]),
            CAST(:o_weight AS text[]), CAST(:o_author AS text[]),
            CAST(:o_body AS bytea[]), CAST(:o_round AS int[]), CAST(:o_source AS text[]),
            CAST(:o_reply_source AS text[]), CAST(:o_edits_source AS text[]), CAST(:o_calls AS int[]),
            CAST(:o_hot AS bool[]))
            WITH ORDINALITY AS o(conversation, lane, platform, place, kind, automated, epoch, weight, author,
                body, round, source, reply_source, edits_source, calls, hot, n)),
    put AS (
        INSERT INTO outbox (id, conversation, lane, platform, place, kind, automated, epoch, weight, author,
            body, round, source, reply_source, edits_source, calls, status, tries, claimed_by, claimed_until)
        SELECT id, conversation, lane, platform, place, kind, automated, epoch, weight, author, body, round,
            source, reply_source, edits_source, calls, CASE WHEN held THEN 'sending' ELSE 'waiting' END,
            CASE WHEN held THEN 1 ELSE 0 END, CASE WHEN held THEN CAST(:me AS uuid) END,
            CASE WHEN held THEN clock_timestamp() + CAST(:lease AS interval) END
        FROM fresh)
    SELECT 1 / CASE WHEN (SELECT count(*) FROM claims) = :claims AND (SELECT count(*) FROM saved) = :conversations
               THEN 1 ELSE 0 END, f.id, f.held, ({outbox.SHOWN})
    FROM (SELECT) one LEFT JOIN fresh f ON true ORDER BY f.n
""")
_SAVED = [name for name in Saved.__slots__]  # noqa: C416  a list, once
_OUTGOING = [name for name in Outgoing.__slots__]  # noqa: C416


DIVISION_BY_ZERO = "22012"  # how the statement above says that something is not as it should be, and undoes itself


class Conflict(Exception):
    """One of these updates was taken before, or a conversation has had a turn since it was read. Nothing is written."""


async def save(
    db: AsyncConnection,
    claims: Sequence[tuple[str, str]],
    conversations: Sequence[Saved],
    outgoing: Sequence[Outgoing],
    me: UUID,
    lease: timedelta,
    over: Sequence[int] = (),
    ended: Sequence[outbox.Ended] = (),
) -> list[Put]:
    """Write a batch of turns; return one Put for each Outgoing, in order. Raises Conflict.

    ended: deliveries to be written down along with it.
    over:  rows that this process has finished, `ended` or not yet written down; they hold up nobody.
    """
    values: dict[str, Any] = {
        "me": me,
        "over": list(over),
        **outbox.settling(ended),
        "lease": lease,
        "claims": len(claims),
        "conversations": len(conversations),
        "claim_platforms": [c[0] for c in claims],
        "claim_updates": [c[1] for c in claims],
    }
    for name in _SAVED:
        values[f"c_{name}"] = [getattr(c, name) for c in conversations]
    for name in _OUTGOING:
        values[f"o_{name}"] = [getattr(o, name) for o in outgoing]
    try:
        rows = (await db.execute(_SAVE, values)).all()
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == DIVISION_BY_ZERO:
            raise Conflict from error
        raise
    return [Put(row[1], row[2]) for row in rows if row[1] is not None]


async def already_taken(db: AsyncConnection, claims: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    rows = await db.execute(
        text("""SELECT t.platform, t.update FROM taken t
                JOIN unnest(CAST(:platforms AS text[]), CAST(:updates AS text[])) AS i(platform, "update")
                ON t.platform = i.platform AND t.update = i.update"""),
        {"platforms": [c[0] for c in claims], "updates": [c[1] for c in claims]},
    )
    return {(row[0], row[1]) for row in rows}


async def set_timers(db: AsyncConnection, timers: Sequence[tuple[bytes, timedelta]]) -> None:
    """Enqueue in this transaction: payload and wait of each."""
    await (await _queue(db)).enqueue(
        ["timer"] * len(timers), [t[0] for t in timers], [0] * len(timers), [t[1] for t in timers]
    )


async def enqueue(db: AsyncConnection, entrypoint: str, payload: bytes) -> None:
    """One job, as soon as this transaction is committed."""
    await (await _queue(db)).enqueue(entrypoint, payload)


async def _queue(db: AsyncConnection) -> Queries:
    driver = (await db.get_raw_connection()).driver_connection
    assert driver is not None
    return Queries(AsyncpgDriver(driver))


async def owner_changed(db: AsyncConnection, conversation: int, epoch: int, to: str | None, at: datetime) -> None:
    """Cancel what the bot had still to say under an older epoch, and note who owns from now on."""
    await db.execute(
        text("""UPDATE outbox SET status = 'cancelled', reason = 'the owner changed'
                WHERE conversation = :conversation AND automated AND place = 'person' AND epoch < :epoch
                AND status = 'waiting'"""),
        {"conversation": conversation, "epoch": epoch},
    )
    # A confirmation not yet told must not be told once it is no longer true.
    await db.execute(
        text("""UPDATE outbox SET status = 'cancelled', reason = 'the owner changed'
                WHERE conversation = :conversation AND kind = 'yours' AND epoch < :epoch AND status = 'waiting'"""),
        {"conversation": conversation, "epoch": epoch},
    )
    await db.execute(
        text("UPDATE ownership SET released_at = :at WHERE conversation = :conversation AND released_at IS NULL"),
        {"conversation": conversation, "at": at},
    )
    if to:
        await db.execute(
            text("""INSERT INTO ownership (conversation, epoch, therapist, claimed_at)
                    VALUES (:conversation, :epoch, :therapist, :at)"""),
            {"conversation": conversation, "epoch": epoch, "therapist": to, "at": at},
        )


async def record_words(
    db: AsyncConnection,
    conversation: int,
    name: str,
    body: bytes,
    message: str | None,
    reply_source: str | None,
    edited: bool,
) -> None:
    """Keep the person's words; an edit replaces what the same message said."""
    values = {
        "conversation": conversation,
        "name": name,
        "body": body,
        "message": message,
        "reply": reply_source,
    }
    if edited and message:
        changed = await db.execute(
            text("""UPDATE words SET body = :body, edited = true
                    WHERE conversation = :conversation AND message = :message AND name = :name RETURNING id"""),
            {k: values[k] for k in ("conversation", "name", "body", "message")},
        )
        if changed.first():
            return
    await db.execute(
        text("""INSERT INTO words (conversation, name, body, message, reply_source)
                VALUES (:conversation, :name, :body, :message, :reply)"""),
        values,
    )


async def record_note(
    db: AsyncConnection, conversation: int, kind: str, author: str, to: str, body: bytes | None
) -> None:
    await db.execute(
        text("""INSERT INTO note (conversation, kind, author, addressee, body)
                VALUES (:conversation, :kind, :author, :to, :body)"""),
        {"conversation": conversation, "kind": kind, "author": author, "to": to, "body": body},
    )


async def record_answers(db: AsyncConnection, conversation: int, number: int, body: bytes, at: datetime) -> None:
    """Keep one set of answers; another with its number replaces it."""
    await db.execute(
        text("""INSERT INTO answers (conversation, number, at, body) VALUES (:conversation, :number, :at, :body)
                ON CONFLICT (conversation, number) DO UPDATE SET at = EXCLUDED.at, body = EXCLUDED.body"""),
        {"conversation": conversation, "number": number, "at": at, "body": body},
    )


async def answers_of(db: AsyncConnection, conversation: int) -> list[bytes]:
    """Sealed, oldest first."""
    rows = await db.execute(
        text("SELECT body FROM answers WHERE conversation = :conversation ORDER BY at, number"),
        {"conversation": conversation},
    )
    return [row[0] for row in rows]


async def record_consent(db: AsyncConnection, conversation: int, purpose: str, agreed: bool) -> None:
    await db.execute(
        text("INSERT INTO consent (conversation, purpose, agreed) VALUES (:conversation, :purpose, :agreed)"),
        {"conversation": conversation, "purpose": purpose, "agreed": agreed},
    )


async def let_read_along(db: AsyncConnection, conversation: int, agreed: bool) -> None:
    """From the id that comes next in all that is said: clocks may differ, and turns may share a moment."""
    await db.execute(
        text("""UPDATE conversation SET watched_from = CASE WHEN :agreed THEN nextval('said') END
                WHERE id = :conversation"""),
        {"conversation": conversation, "agreed": agreed},
    )


async def forget(db: AsyncConnection, conversation: int, purpose: str) -> list[bytes]:
    """Drop what the person had agreed to have kept for this purpose; return it, sealed: files may have come with it.

    What was read back to them goes too, whatever it was kept for (`forget_told`).
    """
    await db.execute(
        text("DELETE FROM file WHERE conversation = :conversation AND until IS NOT NULL"),
        {"conversation": conversation},
    )
    if purpose not in KEPT_FOR:
        return []
    kept = await db.execute(text(KEPT_FOR[purpose]), {"conversation": conversation})
    return [row.body for row in kept]


WORDS_FOR = frozenset({"keep", "human", "answers", "plan"})  # purposes for which something the person wrote is kept
KEPT_FOR = {
    "keep": """DELETE FROM words WHERE conversation = :conversation AND name NOT IN ('said', 'note', 'call_back')
               RETURNING body""",
    "human": """DELETE FROM words WHERE conversation = :conversation AND name IN ('said', 'note', 'call_back')
                RETURNING body""",
    "answers": "DELETE FROM answers WHERE conversation = :conversation RETURNING body",
}


async def forget_told(
    db: AsyncConnection, conversation: int, at_desk: bool, nothing: bytes, up_to: int | None = None
) -> int | None:
    """Leave nothing of what was read back to the person, and, `at_desk`, no words in what the desk was told.

    That it was told, and where, stays; what still waits for it is told no more.
    nothing: an empty message, sealed. up_to: the newest row to be looked at; None: all there are.
    Return the newest that was on its way, and keeps its words until it has arrived; or None.
    """
    rows = {"conversation": conversation, "at_desk": at_desk, "up_to": up_to}
    # First: what arrives meanwhile is then looked at once more, and not left out.
    on_its_way = await db.execute(
        text("""SELECT max(id) FROM outbox WHERE conversation = :conversation
                AND (kind IN ('private', 'unkept')
                     OR (:at_desk AND place <> 'person' AND kind IN ('relay', 'offer', 'told')))
                AND id <= coalesce(CAST(:up_to AS bigint), id) AND status IN ('waiting', 'sending')"""),
        rows,
    )
    newest: int | None = on_its_way.scalar_one()
    await db.execute(
        text("""DELETE FROM outbox WHERE conversation = :conversation AND kind IN ('private', 'unkept')
                AND id <= coalesce(CAST(:up_to AS bigint), id) AND status NOT IN ('waiting', 'sending')"""),
        rows,
    )
    if at_desk:
        await _forget_at_desk(db, rows, nothing)
    return newest


async def _forget_at_desk(db: AsyncConnection, rows: Mapping[str, Any], nothing: bytes) -> None:
    await db.execute(
        text("""UPDATE outbox SET status = 'cancelled', reason = 'no longer to be read'
                WHERE conversation = :conversation AND place <> 'person' AND kind = 'relay' AND author = ''
                AND status = 'waiting' AND id <= coalesce(CAST(:up_to AS bigint), id)"""),
        rows,
    )
    # Of a head that still waits, or is being sent, the one behind it is what is shown.
    await db.execute(
        text("""UPDATE outbox o SET body = :nothing WHERE conversation = :conversation AND place <> 'person'
                AND kind IN ('relay', 'offer', 'told', 'head') AND id <= coalesce(CAST(:up_to AS bigint), id)
                AND (status NOT IN ('waiting', 'sending') OR (kind = 'head' AND EXISTS (
                    SELECT FROM outbox WHERE conversation = o.conversation AND kind = 'head' AND lane = o.lane
                    AND id > o.id)))"""),
        {**rows, "nothing": nothing},
    )


async def drop_files(db: AsyncConnection, files: Sequence[UUID]) -> None:
    await db.execute(text("DELETE FROM file WHERE id = ANY(CAST(:files AS uuid[]))"), {"files": list(files)})


async def words_of(db: AsyncConnection, conversation: int) -> list[tuple[datetime, str, bytes]]:
    rows = await db.execute(
        text("SELECT at, name, body FROM words WHERE conversation = :conversation ORDER BY id"),
        {"conversation": conversation},
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def record_link(
    db: AsyncConnection,
    token_hash: bytes,
    ref: str,
    conversation: int,
    therapist: str,
    provider: str,
    url: str,
    expires_at: datetime,
) -> None:
    await db.execute(
        text("""INSERT INTO link (token_hash, ref, conversation, therapist, provider, url, expires_at)
                VALUES (:token_hash, :ref, :conversation, :therapist, :provider, :url, :expires_at)"""),
        {
            "token_hash": token_hash,
            "ref": ref,
            "conversation": conversation,
            "therapist": therapist,
            "provider": provider,
            "url": url,
            "expires_at": expires_at,
        },
    )


async def keep_file(
    db: AsyncConnection, id: UUID, conversation: int, body: bytes, lasts: timedelta | None = None
) -> bool:
    """False when the person erased everything meanwhile. What is kept already under this id stays as it is.

    lasts: it goes after this time; None for one that stays as long as the words it came with.
    """
    kept = await db.execute(
        text("""INSERT INTO file (id, conversation, body, until)
                SELECT :id, c.id, :body, now() + CAST(:lasts AS interval)
                FROM conversation c WHERE c.id = :conversation FOR KEY SHARE
                ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id RETURNING id"""),
        {"id": id, "conversation": conversation, "body": body, "lasts": lasts},
    )
    return kept.first() is not None


async def keep_file_for_good(db: AsyncConnection, id: UUID) -> None:
    """For as long as the words it came with."""
    await db.execute(text("UPDATE file SET until = NULL WHERE id = :id"), {"id": id})


async def erase(db: AsyncConnection, conversation: int, person: UUID) -> None:
    """Destroy the person's key; drop what it sealed."""
    await db.execute(text("DELETE FROM conversation WHERE id = :id"), {"id": conversation})
    await db.execute(text("UPDATE person SET key = NULL, erased_at = now() WHERE id = :person"), {"person": person})
    await notify(db, "shown", f"{conversation}")  # a page that is open still shows it


async def note(db: AsyncConnection, who: str, what: str, conversation: int | None, facts: str = "{}") -> None:
    """A line in the audit trail. who: a therapist's id, "person" or "bot"."""
    await db.execute(
        text("""INSERT INTO audit (who, what, conversation, facts)
                VALUES (:who, :what, :conversation, CAST(:facts AS jsonb))"""),
        {"who": who, "what": what, "conversation": conversation, "facts": facts},
    )


async def notify(db: AsyncConnection, channel: str, payload: str) -> None:
    """Heard by every process once this transaction commits."""
    await db.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})


async def stored_file(db: AsyncConnection, id: UUID) -> bytes | None:
    """Sealed."""
    rows = await db.execute(text("SELECT body FROM file WHERE id = :id"), {"id": id})
    return rows.scalar_one_or_none()
