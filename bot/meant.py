"""Which conversation a therapist means on their messenger. Where two could be meant, none is: they are asked."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox import NOTE
from handlers.port_desk import DeskHeard

WRITE = "write"
# What would be a word to somebody else if we guessed wrong, or an answer to another's request or alert.
NOT_TO_BE_GUESSED = {WRITE, "say", "link", "prescribe", "take", "decline", "close_alert"}


async def by(db: AsyncConnection, heard: DeskHeard, therapist: str, reply_to: str | None, verb: str) -> int | None:
    """In a group its thread's, and none outside of threads; elsewhere the one it answers; the only one it can be."""
    if not heard.private:
        rows = await db.execute(
            text("SELECT conversation FROM thread WHERE chat = :chat AND thread = :thread"),
            {"chat": heard.chat, "thread": heard.thread},
        )
        return rows.scalar_one_or_none()
    if reply_to:
        # Where what it answers is gone with its conversation, no other is meant.
        return await _shown_in(db, heard.platform, therapist, reply_to) or await said_in(db, heard, therapist, reply_to)
    only = await _only_one(db, heard.platform, therapist, verb)
    if only is None or verb not in NOT_TO_BE_GUESSED:
        return only
    # Right under what another conversation has just shown, or a colleague's note, it may be meant for those.
    return only if only == await _shown_last(db, heard.platform, therapist) else None


async def note_answered(
    db: AsyncConnection, heard: DeskHeard, therapist: str, reply_to: str | None
) -> tuple[int, str] | None:
    """The conversation and the author of the private note that is answered with this; None when none is."""
    rows = await db.execute(
        text("""SELECT conversation, source FROM outbox WHERE platform = :platform AND place = :therapist
                AND message = :message AND kind = 'note'"""),
        {"platform": heard.platform, "therapist": therapist, "message": reply_to},
    )
    row = rows.first()
    return (row[0], row[1]) if row and heard.private else None


async def under(db: AsyncConnection, heard: DeskHeard, therapist: str, message: str) -> int | None:
    """The conversation whose relayed words this message shows. A reaction does not say in which topic it was."""
    rows = await db.execute(
        text("""SELECT conversation FROM outbox WHERE platform = :platform AND place = :place
                AND message = :message AND kind = 'relay' ORDER BY id DESC LIMIT 1"""),
        {"platform": heard.platform, "place": therapist if heard.private else "group", "message": message},
    )
    return rows.scalar_one_or_none()


async def _shown_in(db: AsyncConnection, platform: str, therapist: str, message: str) -> int | None:
    """The conversation of which this message of ours, in a therapist's private chat, is."""
    rows = await db.execute(
        text("""SELECT conversation FROM outbox WHERE platform = :platform AND place = :therapist
                AND message = :message AND kind <> 'unkept' ORDER BY id DESC LIMIT 1"""),
        {"platform": platform, "therapist": therapist, "message": message},
    )
    return rows.scalar_one_or_none()


async def said_in(db: AsyncConnection, heard: DeskHeard, therapist: str, message: str) -> int | None:
    """The conversation in which this message of theirs went to the person.

    The number alone does not say which message it is: each chat counts its own. In a group it is of the conversation
    that has this thread; in a private chat of one that has none.
    """
    in_thread = "thread.chat = :chat AND thread.thread = :thread"
    here = "thread.conversation IS NULL" if heard.private else in_thread
    rows = await db.execute(
        text(f"""SELECT o.conversation FROM outbox o LEFT JOIN thread ON thread.conversation = o.conversation
                WHERE o.place = 'person' AND o.author = :therapist AND o.source = :message AND {here}
                ORDER BY o.id DESC LIMIT 1"""),
        {"therapist": therapist, "message": message, "chat": heard.chat, "thread": heard.thread},
    )
    return rows.scalar_one_or_none()


async def went(db: AsyncConnection, conversation: int, therapist: str, message: str) -> bool:
    """Whether this message of theirs went to the person of this conversation."""
    rows = await db.execute(
        text("""SELECT 1 FROM outbox WHERE conversation = :conversation AND place = 'person' AND author = :therapist
                AND source = :message LIMIT 1"""),
        {"conversation": conversation, "therapist": therapist, "message": message},
    )
    return rows.first() is not None


async def _shown_last(db: AsyncConnection, platform: str, therapist: str) -> int | None:
    """The conversation that the newest message in a therapist's private chat is of; None where it is a note."""
    rows = await db.execute(
        text("""SELECT conversation, kind FROM outbox WHERE platform = :platform AND place = :therapist
                AND kind NOT IN ('unkept', 'head', 'reaction') AND status <> 'cancelled' ORDER BY id DESC LIMIT 1"""),
        {"platform": platform, "therapist": therapist},
    )
    row = rows.first()
    return row.conversation if row and row.kind != NOTE else None


async def _only_one(db: AsyncConnection, platform: str, therapist: str, verb: str) -> int | None:
    """Their own conversation, or the one they are asked to take, if there is only one."""
    rows = await db.execute(text("SELECT id FROM conversation WHERE owner = :therapist"), {"therapist": therapist})
    own = [row[0] for row in rows]
    if own or verb in ("release", "close"):
        return own[0] if len(own) == 1 else None
    rows = await db.execute(
        text("""SELECT DISTINCT o.conversation FROM outbox o JOIN conversation c ON c.id = o.conversation
                WHERE o.platform = :platform AND o.place = :therapist AND o.kind = 'offer'
                AND c.owner IS NULL
                AND c.request_status IN ('waiting', 'offered', 'everyone', 'unanswered')"""),
        {"platform": platform, "therapist": therapist},
    )
    offered = [row[0] for row in rows]
    return offered[0] if len(offered) == 1 else None
