"""What the desk shows: the list of conversations, and what belongs to one of them. Its lines: bot/timeline.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import answered, audit, envelope, store
from bot.vault import PersonKey, Vault
from flows import state as states
from flows.effects import Text, Urgency
from flows.events import Media
from flows.risk.risk import Sign
from flows.state import State
from handlers.port_desk import Card, Noticed, Planned, Standing
from handoff import desk
from handoff import request as requests
from handoff.request import Request

log = structlog.get_logger()

NOTED_FOR = timedelta(days=1)  # a colleague's note keeps a conversation in the list for so long


@dataclass(frozen=True, slots=True)
class Owned:
    """key: the person's, wrapped."""

    id: int
    key: bytes
    read_since: datetime | None


async def id_of(db: AsyncConnection, public: UUID) -> int | None:
    rows = await db.execute(text("SELECT id FROM conversation WHERE public = :public"), {"public": public})
    return rows.scalar_one_or_none()


async def sealed_for(db: AsyncConnection, public: UUID) -> tuple[int, bytes] | None:
    """The conversation, whoever owns it, and its person's key, wrapped."""
    row = (
        await db.execute(
            text("""SELECT c.id, p.key FROM conversation c JOIN person p ON p.id = c.person
                    WHERE c.public = :public AND p.key IS NOT NULL"""),
            {"public": public},
        )
    ).first()
    return (row[0], row[1]) if row else None


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


@dataclass(frozen=True, slots=True)
class Watched:
    """A conversation that nobody owns, and whose person lets those who are asked read along.

    key:          the person's, wrapped.
    watched_from: id of a line; what stands after it is read.
    """

    id: int
    key: bytes
    read_since: datetime
    watched_from: int


async def watched(db: AsyncConnection, vault: Vault, public: UUID, therapist: str) -> Watched | None:
    """The conversation, if this therapist is asked now and may read along."""
    row = (
        await db.execute(
            text("""SELECT c.id, p.key, c.read_since, c.watched_from, c.request
                    FROM conversation c JOIN person p ON p.id = c.person
                    WHERE c.public = :public AND c.owner IS NULL AND c.request IS NOT NULL AND p.key IS NOT NULL
                    AND c.read_since IS NOT NULL AND c.watched_from IS NOT NULL"""),
            {"public": public},
        )
    ).first()
    if row is None:
        return None
    request = requests.from_json(orjson.loads(vault.key(row.key).open(row.request)))
    if therapist not in requests.asked_now(request):
        return None
    return Watched(row.id, row.key, row.read_since, row.watched_from)


async def cards(
    db: AsyncConnection,
    vault: Vault,
    therapist: str,
    names: Mapping[str, str],
    said: Callable[[Text], str],
    title: Callable[[str], str],
) -> list[Card]:
    """What waits, oldest first, then their own, then the others'.

    said: a text, title: the title of a flow, as this therapist reads them.
    """
    rows = await db.execute(
        text("""
            SELECT c.id, c.public, c.owner, c.locale, c.platform, c.requested_at, c.request, p.key, w.told_at,
                (SELECT count(*) FROM words WHERE words.conversation = c.id AND name = 'said'
                    AND c.owner = :therapist AND words.id > coalesce(s.line, 0)),
                (SELECT count(*) FROM note n WHERE n.conversation = c.id AND n.addressee = :therapist
                    AND n.id > coalesce(s.line, 0)),
                coalesce(w.claimed_at, noted.at), CASE WHEN c.owner = :therapist THEN c.state END,
                c.owner IS NULL AND c.read_since IS NOT NULL AND c.watched_from IS NOT NULL
            FROM conversation c JOIN person p ON p.id = c.person
            LEFT JOIN ownership w ON w.conversation = c.id AND w.epoch = c.epoch AND w.released_at IS NULL
            LEFT JOIN seen s ON s.conversation = c.id AND s.therapist = :therapist
            LEFT JOIN LATERAL (SELECT max(n.at) AS at FROM note n WHERE n.conversation = c.id
                AND n.addressee = :therapist AND n.kind = 'note'
                AND n.at > now() - CAST(:lately AS interval)) noted ON true
            WHERE (c.request_status IS NOT NULL OR c.owner IS NOT NULL OR noted.at IS NOT NULL) AND p.key IS NOT NULL
            ORDER BY c.requested_at NULLS LAST, c.id"""),
        {"therapist": therapist, "lately": NOTED_FOR},
    )
    found = []
    shown = []
    for id, public, owner, locale, platform, requested_at, sealed, key, told_at, new, noted, at, kept, along in rows:
        try:
            state = _state(vault.key(key), kept) if kept else None
            request = requests.from_json(orjson.loads(vault.key(key).open(sealed))) if sealed else None
        except Exception as error:  # one that cannot be read must not hide all others
            log.error("card_not_read", conversation=id, error=type(error).__name__)
            continue
        stand_in = bool(request and owner and owner != therapist and therapist in request.idle_told)
        passed = bool(request and owner and request.passed_to == therapist)
        asked = request.passed_to if request and owner == therapist else None
        over = owner is None and (request is None or (request.status not in requests.OPEN and not request.in_danger))
        may_read = not over and (stand_in or passed or owner in (None, therapist))
        shared = request.shared if request and may_read else ""
        brief = tuple(map(said, (*desk.noticed_before(request), *request.brief))) if request and may_read else ()
        alert = _noticed(request, may_read) if request and request.in_danger else None
        if owner != therapist and (shared or brief or (alert and alert.reason)):
            shown.append(id)
        if state and state.lent:
            standing = Standing.LENT
        elif owner == therapist:
            standing = Standing.YOURS if told_at else Standing.SETTLING
        elif owner:
            standing = Standing.THEIRS
        elif request and therapist in requests.asked_now(request):
            standing = Standing.OFFERED
        elif over:
            standing = Standing.NOTED
        elif request and request.status not in requests.OPEN:
            standing = Standing.NOTICED
        else:
            standing = Standing.WAITING
        found.append(
            Card(
                conversation=str(public),
                standing=standing,
                locale=locale,
                platform=platform,
                since=requested_at or at,
                shared=shared,
                brief=brief,
                urgent=bool(request and request.urgency is Urgency.URGENT),
                unread=new + noted,
                owner=names.get(owner, owner) if owner else "",
                alert=alert,
                stand_in=stand_in,
                passed=passed,
                asked=names.get(asked, asked) if asked else "",
                led=title(state.lent.flow) if state and state.lent else "",
                planned=_planned(state, therapist, title) if state else None,
                read_along=along and standing is Standing.OFFERED,
            )
        )
    await audit.read(db, therapist, audit.WAS_SHOWN, shown)
    order = {
        Standing.OFFERED: 0,
        Standing.WAITING: 0,
        Standing.NOTICED: 0,
        Standing.NOTED: 0,
        Standing.SETTLING: 1,
        Standing.YOURS: 1,
        Standing.LENT: 1,
        Standing.THEIRS: 2,
    }
    return sorted(
        found, key=lambda card: (0 if card.stand_in or card.passed else order[card.standing], not card.urgent)
    )


def _state(key: PersonKey, sealed: bytes) -> State:
    return states.from_json(orjson.loads(key.open(sealed)))


def _planned(state: State, therapist: str, title: Callable[[str], str]) -> Planned | None:
    later = state.later
    return Planned(title(later.flow), later.due) if later and later.therapist == therapist else None


def _noticed(request: Request, may_read: bool) -> Noticed | None:
    """may_read: whether this therapist may see the words."""
    alert = request.alert
    if alert is None:
        return None
    reason = alert.reason if may_read else ""
    about = tuple(kind.value for kind in desk.kinds(request)) or ("other",)
    return Noticed(alert.level.word, about, reason, tuple(sign.value for sign in Sign if sign in alert.signs))


async def answers(db: AsyncConnection, vault: Vault, therapist: str, public: UUID) -> list[answered.Kept]:
    """Oldest first; [] unless this therapist owns the conversation and the person agreed to be read."""
    found = await owned(db, public, therapist)
    if found is None or found.read_since is None:
        return []
    await audit.read(db, therapist, audit.READ_ANSWERS, [found.id])
    key = vault.key(found.key)
    return [answered.unpack(key.open(body)) for body in await store.answers_of(db, found.id)]


async def media_of(db: AsyncConnection, vault: Vault, conversation: Owned | Watched, line: int) -> Media | None:
    """line: one of those that bot/timeline.py shows them."""
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
