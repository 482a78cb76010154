"""The outbox: what is to be delivered, who holds it, what became of it. Functions that take an open connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.port import Topic, is_number
from handoff.head import Stage

WEB = "web"  # the platform of the person's page
HEAD = "head"  # the kind of a row that stands at the head of a thread, in the place of the one before it
REACTION = "reaction"  # the kind of a row that sets an emoji under a message, and is none itself
PRIVATE = "private"  # the kind of a row that shows the person what they keep for themselves alone: not on the desk
NOTE = "note"  # the kind of a row that tells a therapist a colleague's private note; its source is who wrote it
UNKEPT = "unkept"  # the kind of a row that goes once it was delivered, and is not shown on the desk


@dataclass(frozen=True, slots=True)
class Held:
    """An outbox row that this process holds, with what is needed to send it.

    address: of the person, or of the desk's place; sealed. key: of the person, wrapped.
    thread:  the desk's thread for this conversation, or None.
    announced: for "yours" rows: the person was told who is there.
    """

    id: int
    conversation: int
    lane: str
    platform: str
    place: str
    kind: str
    automated: bool
    epoch: int
    weight: str
    body: bytes
    round: int | None
    source: str | None
    reply_source: str | None
    edits_source: str | None
    tries: int
    key: bytes
    address: bytes | None
    announced: bool


# Of an outbox row `o`, its conversation `c` and its person `p`, in the order of Held.
_HELD = """
    o.id, o.conversation, o.lane, o.platform, o.place, o.kind, o.automated, o.epoch, o.weight, o.body, o.round,
    o.source, o.reply_source, o.edits_source, o.tries, p.key,
    CASE WHEN o.place = 'person' THEN c.address
         ELSE (SELECT d.address FROM desk_address d WHERE d.platform = o.platform AND d.therapist = o.place) END,
    o.kind = 'yours' AND EXISTS (SELECT FROM outbox a WHERE a.conversation = o.conversation AND a.epoch = o.epoch
        AND a.weight = 'announcement' AND a.status = 'sent')
"""

TOLD_TO_WAIT = "told to wait"  # the reason why a row waits for the moment that the platform named

# The group's minute is added up once for all candidates. By now() and not by a clock that moves, and what is on its way
# out of what is unfinished: else no index serves, and each claim would read all that was ever said in the group.
_CLAIM = text(f"""
    WITH minute AS MATERIALIZED (
        SELECT coalesce(sum(calls), 0) AS calls FROM group_call WHERE at > now() - interval '1 minute'),
    flying AS MATERIALIZED (
        SELECT s.id, s.calls, s.place, s.platform FROM outbox s
        WHERE s.status IN ('waiting', 'sending') AND s.status = 'sending'),
    first AS MATERIALIZED (
        SELECT min(id) AS id FROM outbox WHERE status IN ('waiting', 'sending') GROUP BY lane),
    pressing AS MATERIALIZED (
        SELECT s.lane FROM outbox s WHERE s.status IN ('waiting', 'sending')
        AND (s.kind = 'yours' OR s.weight = 'crisis')),
    kept_free AS MATERIALIZED (
        SELECT s.platform FROM first JOIN outbox s ON s.id = first.id WHERE s.status IN ('waiting', 'sending')
        AND s.place = 'group' AND s.reason = '{TOLD_TO_WAIT}' AND (s.status = 'sending' OR s.due_at > now())
        AND s.lane IN (SELECT lane FROM pressing)),
    pick AS (
        SELECT o.id FROM first JOIN outbox o ON o.id = first.id JOIN conversation c ON c.id = o.conversation
        WHERE o.status IN ('waiting', 'sending') AND o.due_at <= now()
        AND (o.status = 'waiting' OR (o.claimed_until < clock_timestamp() AND o.weight <> 'reminder'))
        AND o.platform = ANY(CAST(:platforms AS text[]))
        AND NOT (o.lane = ANY(CAST(:busy AS text[])))
        AND (NOT (o.automated OR o.kind = 'yours') OR o.epoch = c.epoch)
        AND (o.kind <> 'yours' OR NOT EXISTS (
            SELECT FROM outbox settling WHERE settling.conversation = o.conversation AND settling.place = 'person'
            AND settling.automated AND settling.status IN ('waiting', 'sending')))
        AND (o.place <> 'group' OR o.lane IN (SELECT lane FROM pressing)
            OR o.platform NOT IN (SELECT platform FROM kept_free))
        AND (o.place <> 'group' OR o.calls
            + CASE WHEN EXISTS (SELECT FROM thread t WHERE t.conversation = o.conversation) THEN 0 ELSE 1 END
            + (SELECT calls FROM minute)
            + (SELECT coalesce(sum(f.calls), 0) FROM flying f
               WHERE f.place = 'group' AND f.platform = o.platform AND f.id <> o.id)
            <= CAST(:per_minute AS int))
        ORDER BY (o.automated AND o.weight NOT IN ('crisis', 'announcement')),
            (o.place = 'group' AND o.lane NOT IN (SELECT lane FROM pressing)),
            o.kind = '{HEAD}', o.id LIMIT :most
        FOR UPDATE OF o SKIP LOCKED)
    UPDATE outbox o SET status = 'sending', tries = o.tries + 1, claimed_by = CAST(:me AS uuid),
        claimed_until = clock_timestamp() + CAST(:lease AS interval)
    FROM pick, conversation c JOIN person p ON p.id = c.person
    WHERE o.id = pick.id AND c.id = o.conversation AND p.key IS NOT NULL
    RETURNING {_HELD}
""")


async def claim(
    db: AsyncConnection,
    me: UUID,
    lease: timedelta,
    platforms: Sequence[str],
    busy: Sequence[str],
    most: int,
    per_minute: int,
) -> list[Held]:
    """Take hold of what is due: the first row of each lane, under the fence.

    The fence and the claim are one statement: an automated row whose epoch is no longer the conversation's is not
    taken. A therapist's confirmation ("yours") is taken only once nothing automated is on its way to the person.
    A backlog of exercises holds up neither a crisis nor a human: those lanes go first. In the group, whose minute is
    short, so do those in which a danger is told or somebody waits to hear that the conversation is theirs; how the
    conversations stand is shown last, once for all that changed meanwhile. When the platform says to one of those that
    press that the group is full, what presses less leaves it the room that comes.
    """
    rows = await db.execute(
        _CLAIM,
        {
            "me": me,
            "lease": lease,
            "platforms": list(platforms),
            "busy": list(busy),
            "most": most,
            "per_minute": per_minute,
        },
    )
    return sorted((Held(*row) for row in rows), key=lambda row: row.id)


async def behind(db: AsyncConnection, first: Held, most: int) -> list[tuple[int, bytes]]:
    """What may leave with this row, directly behind it in its lane: relayed words, a newer head. Ids, sealed bodies."""
    rows = await db.execute(
        text("""
            WITH line AS (
                SELECT id, count(*) FILTER (WHERE kind <> :kind OR reply_source IS NOT NULL
                    OR edits_source IS NOT NULL OR status <> 'waiting' OR due_at > now())
                    OVER (ORDER BY id) AS stops
                FROM outbox WHERE lane = :lane AND id > :id AND status IN ('waiting', 'sending'))
            SELECT o.id, o.body FROM outbox o JOIN line USING (id) WHERE line.stops = 0 ORDER BY o.id LIMIT :most"""),
        {"lane": first.lane, "id": first.id, "kind": first.kind, "most": most},
    )
    return [(row[0], row[1]) for row in rows]


async def merge(db: AsyncConnection, ids: Sequence[int], me: UUID, lease: timedelta) -> list[Held]:
    """Take hold of these, to leave with another: they take nothing of the group's minute."""
    rows = await db.execute(
        text(f"""
            UPDATE outbox o SET status = 'sending', tries = o.tries + 1, claimed_by = CAST(:me AS uuid), calls = 0,
                claimed_until = clock_timestamp() + CAST(:lease AS interval)
            FROM conversation c JOIN person p ON p.id = c.person
            WHERE o.id = ANY(CAST(:ids AS bigint[])) AND o.status = 'waiting' AND c.id = o.conversation
            RETURNING {_HELD}"""),
        {"ids": list(ids), "me": me, "lease": lease},
    )
    return sorted((Held(*row) for row in rows), key=lambda row: row.id)


async def hold(db: AsyncConnection, ids: Sequence[int], me: UUID, lease: timedelta) -> bool:
    """Hold these for so long from now on; False when somebody else has taken hold of them."""
    rows = await db.execute(
        text("""UPDATE outbox SET claimed_until = clock_timestamp() + CAST(:lease AS interval)
                WHERE id = ANY(CAST(:ids AS bigint[])) AND status = 'sending' AND claimed_by = CAST(:me AS uuid)
                RETURNING id"""),
        {"ids": list(ids), "me": me, "lease": lease},
    )
    return len(rows.all()) == len(ids)


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one delivery.

    status: 'sent', 'failed', 'cancelled', or 'waiting' to be tried again at due_at.
    calls:  what it took of the group's minute, also where it was not sent.
    """

    id: int
    status: str
    message: str | None
    due_at: datetime | None
    reason: str
    calls: int = 0


# What became of deliveries, as parts of a statement: bot/store.py writes them with a turn when there is one.
SETTLING = """
    ended AS (
        SELECT * FROM unnest(CAST(:e_id AS bigint[]), CAST(:e_status AS text[]), CAST(:e_message AS text[]),
            CAST(:e_due_at AS timestamptz[]), CAST(:e_reason AS text[]), CAST(:e_calls AS int[]))
            AS i(id, status, message, due_at, reason, calls)),
    called AS (INSERT INTO group_call (calls) SELECT calls FROM ended WHERE calls > 0),
    done AS (
        UPDATE outbox o SET status = i.status, message = coalesce(i.message, o.message), reason = i.reason,
            due_at = coalesce(i.due_at, o.due_at),
            claimed_by = NULL, claimed_until = NULL, sent_at = CASE WHEN i.status = 'sent' THEN clock_timestamp() END
        FROM ended i
        WHERE o.id = i.id AND o.status = 'sending' AND o.claimed_by = CAST(:me AS uuid)
        RETURNING o.conversation, o.platform, o.kind, o.epoch, o.status),
    told AS (
        UPDATE ownership w SET told_at = clock_timestamp() FROM done
        WHERE done.kind = 'yours' AND done.status = 'sent' AND w.conversation = done.conversation
        AND w.epoch = done.epoch AND w.told_at IS NULL)
"""
# Wakes the pages that show them.
SHOWN = """
    SELECT count(pg_notify('shown', CAST(conversation AS text))) FROM (
        SELECT DISTINCT conversation FROM done WHERE platform = 'web' OR kind = 'yours' OR EXISTS (
            SELECT FROM conversation c WHERE c.id = done.conversation
            AND (c.owner IS NOT NULL OR c.watched_from IS NOT NULL))) AS changed
"""
_SETTLE = text(f"WITH {SETTLING} {SHOWN}")


def settling(ended: Sequence[Ended]) -> dict[str, Any]:
    """The values for SETTLING, beside `me`."""
    return {
        "e_id": [e.id for e in ended],
        "e_status": [e.status for e in ended],
        "e_message": [e.message for e in ended],
        "e_due_at": [e.due_at for e in ended],
        "e_reason": [e.reason for e in ended],
        "e_calls": [e.calls for e in ended],
    }


async def settle(db: AsyncConnection, me: UUID, ended: Sequence[Ended]) -> None:
    """Write down what became of deliveries, and wake the pages that show them."""
    await db.execute(_SETTLE, {"me": me, **settling(ended)})


async def tidy(db: AsyncConnection, announcement_patience: timedelta) -> None:
    """Finish what nobody will send: rows of an older epoch whose sender died, announcements that took too long.

    What the group was told more than a minute ago is counted no longer, and goes.
    """
    await db.execute(text("DELETE FROM group_call WHERE at <= now() - interval '1 minute'"))
    await db.execute(
        text("""
            UPDATE outbox o SET status = 'cancelled', reason = 'the owner changed'
            FROM conversation c WHERE c.id = o.conversation
            AND ((o.automated AND o.place = 'person') OR o.kind = 'yours') AND o.epoch <> c.epoch
            AND (o.status = 'waiting' OR (o.status = 'sending' AND o.claimed_until < clock_timestamp()))""")
    )
    await db.execute(
        text("""
            UPDATE outbox SET status = 'cancelled', reason = 'took too long'
            WHERE weight = 'announcement' AND (status = 'waiting'
                OR (status = 'sending' AND claimed_until < clock_timestamp()))
            AND created_at < now() - CAST(:patience AS interval)"""),
        {"patience": announcement_patience},
    )
    await db.execute(
        text("""
            UPDATE outbox SET status = 'failed', reason = 'the sender died; a reminder is not repeated'
            WHERE weight = 'reminder' AND status = 'sending' AND claimed_until < clock_timestamp()""")
    )


async def counterpart(db: AsyncConnection, conversation: int, place: str, message: str) -> str | None:
    """The id, where `place` reads, of the message that is `message` on the other side; None when there is none.

    place: 'person' to find it on the person's platform, else on the desk's. "line:7" is how the desk in a browser
    names what it shows as line 7, whoever said it.
    """
    if message.startswith("line:"):
        line = message.removeprefix("line:")
        if not is_number(line):
            return None  # no line of ours
        lines = await db.execute(
            text("""SELECT message FROM words WHERE conversation = :conversation AND id = :id
                    UNION ALL SELECT message FROM outbox WHERE conversation = :conversation AND id = :id"""),
            {"conversation": conversation, "id": int(line)},
        )
        return lines.scalar_one_or_none()
    rows = await db.execute(
        text("""
            SELECT CASE WHEN source = :message THEN message ELSE source END FROM outbox
            WHERE conversation = :conversation AND kind = 'relay' AND message IS NOT NULL
            AND ((source = :message AND (place = 'person') = :to_person)
              OR (message = :message AND (place = 'person') <> :to_person))
            ORDER BY id DESC LIMIT 1"""),
        {"conversation": conversation, "message": message, "to_person": place == "person"},
    )
    return rows.scalar_one_or_none()


async def edited(db: AsyncConnection, id: int) -> tuple[str, bytes] | None:
    """The message whose place this edit takes where it goes: its id, and the sealed body it first had.

    None when there is none, or when it shows other words too, with which it left: they would be gone.
    """
    rows = await db.execute(
        text("""
            WITH newest AS (
                SELECT o.conversation, o.place, o.platform, o.message FROM outbox e JOIN outbox o
                ON o.conversation = e.conversation AND o.place = e.place AND o.platform = e.platform
                AND o.author = e.author AND o.kind = e.kind AND o.source = e.edits_source AND o.id < e.id
                WHERE e.id = :id AND o.message IS NOT NULL ORDER BY o.id DESC LIMIT 1)
            SELECT o.message, o.body, o.source FROM newest JOIN outbox o USING (conversation, place, platform, message)
            ORDER BY o.id"""),
        {"id": id},
    )
    shown = rows.all()
    if len({source for _, _, source in shown}) != 1:
        return None
    return shown[0].message, shown[0].body


async def alive(db: AsyncConnection, me: UUID) -> int:
    """Say that this process sends; return how many do."""
    await db.execute(
        text("""INSERT INTO process (id) VALUES (:me) ON CONFLICT (id) DO UPDATE SET seen_at = now()"""),
        {"me": me},
    )
    rows = await db.execute(text("SELECT count(*) FROM process WHERE seen_at > now() - interval '15 seconds'"))
    return int(rows.scalar_one())


async def gone(db: AsyncConnection, me: UUID) -> None:
    """This process has stopped sending: give back what it holds, at once."""
    await db.execute(text("DELETE FROM process WHERE id = :me"), {"me": me})
    await db.execute(
        text("""UPDATE outbox SET status = 'waiting', claimed_by = NULL, claimed_until = NULL
                WHERE claimed_by = :me AND status = 'sending'"""),
        {"me": me},
    )


async def thread_of(db: AsyncConnection, conversation: int, chat: str) -> str | None:
    rows = await db.execute(
        text("SELECT thread FROM thread WHERE conversation = :conversation AND chat = :chat"),
        {"conversation": conversation, "chat": chat},
    )
    return rows.scalar_one_or_none()


async def set_thread(db: AsyncConnection, conversation: int, chat: str, thread: str, topic: Topic) -> None:
    """This is the conversation's thread from now on, and what it is called. What stood at its head goes there too."""
    await db.execute(
        text("""INSERT INTO thread (conversation, chat, thread, title, stage)
                SELECT id, :chat, :thread, :title, :stage FROM conversation WHERE id = :conversation FOR KEY SHARE
                ON CONFLICT (conversation, chat) DO UPDATE
                SET thread = EXCLUDED.thread, title = EXCLUDED.title, stage = EXCLUDED.stage"""),
        {
            "conversation": conversation,
            "chat": chat,
            "thread": thread,
            "title": topic.title,
            "stage": topic.stage.value,
        },
    )
    await _forget_head(db, conversation)
    await db.execute(
        text("""UPDATE outbox SET status = 'waiting', due_at = now() WHERE status = 'sent' AND id = (
                    SELECT max(id) FROM outbox
                    WHERE conversation = :conversation AND place = 'group' AND kind = :head)"""),
        {"conversation": conversation, "head": HEAD},
    )


async def forget_thread(db: AsyncConnection, conversation: int, chat: str, thread: str) -> None:
    """This thread is gone, with what stood at its head; unless another was opened meanwhile."""
    await db.execute(
        text("""WITH gone AS (
                    DELETE FROM thread WHERE conversation = :conversation AND chat = :chat AND thread = :thread
                    RETURNING conversation)
                DELETE FROM head h USING gone WHERE h.conversation = gone.conversation AND h.place = 'group'"""),
        {"conversation": conversation, "chat": chat, "thread": thread},
    )


async def _forget_head(db: AsyncConnection, conversation: int) -> None:
    """Nothing stands at the head of its thread: a number from another thread, or another group, is not used there."""
    await db.execute(
        text("DELETE FROM head WHERE conversation = :conversation AND place = 'group'"),
        {"conversation": conversation},
    )


async def topic_of(db: AsyncConnection, conversation: int, chat: str) -> Topic | None:
    """How the conversation's thread is called now; None when there is none."""
    row = (
        await db.execute(
            text("SELECT title, stage FROM thread WHERE conversation = :conversation AND chat = :chat"),
            {"conversation": conversation, "chat": chat},
        )
    ).first()
    return Topic(row[0], Stage(row[1])) if row and row[1] else None


async def set_topic(db: AsyncConnection, conversation: int, chat: str, topic: Topic) -> None:
    await db.execute(
        text("UPDATE thread SET title = :title, stage = :stage WHERE conversation = :conversation AND chat = :chat"),
        {"conversation": conversation, "chat": chat, "title": topic.title, "stage": topic.stage.value},
    )


async def newest_head(db: AsyncConnection, conversation: int) -> bytes | None:
    """What was last written for the head of the group's thread; sealed."""
    rows = await db.execute(
        text("""SELECT body FROM outbox WHERE conversation = :conversation AND place = 'group' AND kind = :head
                ORDER BY id DESC LIMIT 1"""),
        {"conversation": conversation, "head": HEAD},
    )
    return rows.scalar_one_or_none()


async def overtaken(db: AsyncConnection, row: Held) -> bool:
    """Whether a later head of the same thread has left, or is leaving, before this one."""
    rows = await db.execute(
        text("""SELECT EXISTS (SELECT FROM outbox WHERE conversation = :conversation AND id > :id AND lane = :lane
                AND status IN ('sending', 'sent'))"""),
        {"conversation": row.conversation, "id": row.id, "lane": row.lane},
    )
    return bool(rows.scalar_one())


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands at the head of a thread. message: its id on the desk's platform."""

    message: str
    pinned: bool


async def forget_numbers(db: AsyncConnection, platform: str, therapist: str) -> None:
    """They write from another private chat now, which counts its messages anew: the old numbers name nothing."""
    told = {"platform": platform, "therapist": therapist}
    await db.execute(
        text("UPDATE outbox SET message = NULL WHERE platform = :platform AND place = :therapist AND status = 'sent'"),
        told,
    )
    await db.execute(
        text("""UPDATE outbox o SET source = NULL WHERE place = 'person' AND author = :therapist
                AND source ~ '^[0-9]+$' AND NOT EXISTS (SELECT FROM thread WHERE conversation = o.conversation)"""),
        told,
    )
    await db.execute(text("DELETE FROM head WHERE place = :therapist"), told)


async def head_of(db: AsyncConnection, conversation: int, place: str) -> Shown | None:
    row = (
        await db.execute(
            text("SELECT message, pinned FROM head WHERE conversation = :conversation AND place = :place"),
            {"conversation": conversation, "place": place},
        )
    ).first()
    return Shown(*row) if row else None


async def set_head(db: AsyncConnection, conversation: int, place: str, shown: Shown, thread: str) -> None:
    """thread: where it stands, "" in a private chat. It is not kept where that is no longer the conversation's."""
    await db.execute(
        text("""INSERT INTO head (conversation, place, message, pinned)
                SELECT id, :place, :message, :pinned FROM conversation WHERE id = :conversation
                AND (:thread = '' OR EXISTS (SELECT FROM thread t WHERE t.conversation = id AND t.thread = :thread))
                FOR KEY SHARE
                ON CONFLICT (conversation, place) DO UPDATE
                SET message = EXCLUDED.message, pinned = EXCLUDED.pinned"""),
        {
            "conversation": conversation,
            "place": place,
            "message": shown.message,
            "pinned": shown.pinned,
            "thread": thread,
        },
    )


async def lock(db: AsyncConnection, conversation: int) -> None:
    """Until the transaction ends, one process at a time does what it does with this conversation's thread."""
    await db.execute(text("SELECT pg_advisory_xact_lock(71, :low)"), {"low": conversation % 2**31})


async def owner_of(db: AsyncConnection, conversation: int) -> str | None:
    rows = await db.execute(text("SELECT owner FROM conversation WHERE id = :id"), {"id": conversation})
    return rows.scalar_one_or_none()
