"""What a platform lets us send, kept by two processes on one database."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from bot import carry, outbox
from bot.database import Database
from bot.pace import TELEGRAM
from bot.turn import Arrival
from flows.events import Media, MediaKind, PersonEdited, PersonSent
from flows.risk.risk import NOTHING
from handlers.port import TEXT_LIMIT
from tests.postgres.world import GROUP, World, now


async def test_a_flood_reaches_the_group_merged_within_its_minute_and_loses_nothing(database: Database) -> None:
    world = World(database, group_limits=TELEGRAM)
    world.start(2)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()

    for number in range(1, 201):
        await world.says("ada", f"mot {number}.")
    # What the minute has no room for waits, in order; nothing is sent past the limit to make it shorter.
    (conversation,) = world.group.read
    left = "SELECT FROM outbox WHERE place = 'group' AND status <> 'sent'"
    on_its_way = "SELECT FROM outbox WHERE place = 'group' AND status = 'sending'"
    async with asyncio.timeout(60):
        while world.group.calls < TELEGRAM.per_minute and await world.rows(left):
            await asyncio.sleep(0.05)
        while await world.rows(on_its_way):
            await asyncio.sleep(0.05)

    sent = world.group.read[conversation]
    words = "\n\n".join(a.message.text for a in sent if a.message.text.startswith("mot "))
    got = words.split("\n\n")
    assert len(sent) < world.group.calls <= TELEGRAM.per_minute  # the thread, its name and what is pinned count too
    assert got == [f"mot {n}." for n in range(1, len(got) + 1)]
    assert len(got) > TELEGRAM.per_minute  # several in one message
    waiting = await world.rows(
        "SELECT count(*) FROM outbox WHERE place = 'group' AND kind = 'relay' AND status <> 'sent'"
    )
    assert len(got) + waiting[0][0] == 200
    await world.close()


async def test_what_does_not_fit_in_one_message_with_others_is_not_lost(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    (conversation,) = world.group.read
    shown = len(world.group.read[conversation])

    long, photo = "mot " * 700, Media(MediaKind.PHOTO, caption="une photo")
    world.weather.next = ["very slow"] * 5  # meanwhile all of it is written
    await world.says("ada", "un")
    for number, content in enumerate((long, long, "deux")):
        await world.says("ada", content)
        if number == 0:
            event = PersonSent(now(), photo, "p1", risk=NOTHING)
            await world.take(Arrival(("phones", "p1"), event, ("phones", "ada")))
    await world.take(Arrival(("phones", "e1"), PersonEdited(now(), "un bis", "e", NOTHING), ("phones", "ada")))
    await world.says("ada", "trois")
    await world.settle()

    sent = [accepted.message for accepted in world.group.read[conversation]][shown:]
    assert all(len(message.text) <= TEXT_LIMIT for message in sent)
    words = "\n\n".join(message.text for message in sent)
    for piece in ("un", long, "une photo", "deux", "un bis", "trois"):
        assert piece in words
    assert [message.media.kind for message in sent if message.media] == [MediaKind.PHOTO]
    assert "un bis" in [message.text for message in sent]  # what replaces something stands by itself
    await world.close()


async def test_whoever_is_asked_reads_all_that_a_person_chose_to_show_however_long(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    long = "mot 😀 " * 575 + "fin"  # 4028 units of UTF-16: with what stands around it, more than one message takes

    await world.says("ada", "un humain", "oui", long)
    await world.settle()
    await world.says("ada", "je vais me tuer ce soir")
    await world.settle()

    assert await world.rows("SELECT FROM outbox WHERE status = 'failed'") == []
    conversation = world.conversations["ada"]
    shown = world.group.read[conversation]
    told = [accepted.message for accepted in shown if accepted.number not in world.group.pinned]
    (head,) = [accepted.message for accepted in shown if accepted.number in world.group.pinned]
    assert [bool(message.buttons) for message in told] == [False, True, False, True]
    for first, second in (told[:2], told[2:]):
        assert "".join(long.split()) in "".join(f"{first.text}{second.text}".split())
    assert "…\N{NO-BREAK SPACE}»" in head.text
    await world.close()


async def test_one_person_is_not_sent_more_than_a_chat_takes(database: Database) -> None:
    world = World(database, phone_limits=TELEGRAM)
    world.start(1)
    await world.arrives("ada")
    await world.settle()
    shown = len(world.phones.screens["ada"])
    await world.take_over("ada", "ana")
    await world.settle()

    began = asyncio.get_running_loop().time()
    for number in range(8):
        await world.take_over("ada", "ana", by_writing=f"parole {number}")
    await world.settle()

    # Eight more than the announcement; a burst of four is spent by then, so each waits for its second.
    assert [a.message.text for a in world.phones.screens["ada"]][shown + 1 :] == [f"parole {n}" for n in range(8)]
    assert asyncio.get_running_loop().time() - began >= 8 - TELEGRAM.burst
    await world.close()


async def test_a_chat_that_waits_does_not_hold_the_others(database: Database) -> None:
    world = World(database, phone_limits=TELEGRAM)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    for number in range(8):
        await world.take_over("ada", "ana", by_writing=f"parole {number}")

    await world.arrives("bea")
    async with asyncio.timeout(10):
        while not world.phones.screens["bea"]:
            await asyncio.sleep(0.02)

    assert len(world.phones.screens["ada"]) < 11
    await world.close()


async def test_in_the_group_too_a_thread_that_waits_does_not_hold_the_others(database: Database) -> None:
    world = World(database, group_limits=replace(TELEGRAM, per_minute=1_000))
    world.start(1)
    for person in ("ada", "bea"):
        await world.arrives(person)
        await world.take_over(person, "ana")
    await world.settle()

    world.weather.next = ["told to wait"]
    await world.says("ada", "retenu")
    while world.weather.next:
        await asyncio.sleep(0.02)
    for number in range(4):
        await world.says("bea", f"mot {number}")
        async with asyncio.timeout(10):
            while not any(f"mot {number}" in a.message.text for a in world.group.read[world.conversations["bea"]]):
                await asyncio.sleep(0.02)

    assert not any("retenu" in a.message.text for a in world.group.read[world.conversations["ada"]])
    await world.close()


async def test_where_somebody_takes_over_a_full_group_is_told_so_first(database: Database) -> None:
    world = World(database, group_limits=TELEGRAM)
    world.start(2)
    for number in range(40):
        await world.arrives(f"{number}")
    await world.settle()
    await world.rows(
        """INSERT INTO outbox (id, conversation, lane, platform, place, kind, automated, epoch, weight, author, body)
           SELECT nextval('said'), conversation, conversation || '/group', $1, 'group', 'told', false, 0, 'relay', '',
           body FROM outbox""",
        carry.DESK_TELEGRAM,
    )

    await world.take_over("39", "bo")

    async with asyncio.timeout(30):  # the group takes all of it in two minutes
        while "39" not in world.silent:
            await asyncio.sleep(0.02)
    assert await world.rows("SELECT FROM outbox WHERE kind = 'told' AND status = 'waiting'")
    await world.close()


async def test_a_busy_process_still_finds_what_nobody_told_it_of(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.settle()
    shown = len(world.phones.screens["ada"])

    async def traffic() -> None:
        while True:  # flights that land, turns that are taken
            world.processes[0].deliver._work.set()
            await asyncio.sleep(0.01)

    busy = asyncio.create_task(traffic())
    await world.rows(
        """INSERT INTO outbox (id, conversation, lane, platform, place, kind, automated, epoch, weight, author, body)
           SELECT nextval('said'), conversation, lane, platform, place, kind, automated, epoch, weight, author, body
           FROM outbox WHERE place = 'person' ORDER BY id LIMIT 1"""
    )
    async with asyncio.timeout(20):
        while len(world.phones.screens["ada"]) == shown:
            await asyncio.sleep(0.02)

    busy.cancel()
    await world.close()


async def test_in_a_full_group_words_go_before_how_the_conversations_stand(database: Database) -> None:
    world = World(database)
    for number in range(3):
        await shown_in_the_group(world, f"{number}", outbox.HEAD)
    await shown_in_the_group(world, "ada", "relay")
    engine = database.engine(1)

    async with engine.begin() as db:
        nobody = {"lease": timedelta(seconds=15), "busy": (), "most": 1, "per_minute": 20}
        first = await outbox.claim(db, uuid4(), platforms=[carry.DESK_TELEGRAM], **nobody)
        second = await outbox.claim(db, uuid4(), platforms=[carry.DESK_TELEGRAM], **nobody)

    assert [row.kind for row in (*first, *second)] == ["relay", outbox.HEAD]
    await engine.dispose()


async def test_room_in_a_full_group_is_left_to_what_presses(database: Database) -> None:
    world = World(database)
    for address, kind in (("0", "told"), ("1", "told"), ("ada", "yours"), ("bea", "yours")):
        await shown_in_the_group(world, address, kind)
    engine = database.engine(1)

    async def told_to_wait(kind: str, due: str) -> None:
        await world.rows(
            "UPDATE outbox SET status = 'waiting', reason = $1, due_at = now() + $2::text::interval WHERE id IN"
            " (SELECT min(id) FROM outbox WHERE kind = $3)",
            *(outbox.TOLD_TO_WAIT, due, kind),
        )

    async def claimed() -> list[str]:
        async with engine.begin() as db:
            rows = await outbox.claim(
                *(db, uuid4(), timedelta(seconds=15), [carry.DESK_TELEGRAM], ()), most=1, per_minute=20
            )
        return [row.kind for row in rows]

    await told_to_wait("told", "1 minute")
    await told_to_wait("yours", "1 minute")
    assert await claimed() == ["yours"]  # that of another conversation may try
    assert await claimed() == []
    await told_to_wait("yours", "0 minutes")
    assert await claimed() == ["yours"]
    assert await claimed() == []  # as long as it is on its way
    await world.rows("UPDATE outbox SET status = 'sent', sent_at = now() WHERE kind = 'yours'")
    assert await claimed() == ["told"]
    assert await claimed() == []  # what does not press waits for itself only
    await engine.dispose()


async def shown_in_the_group(world: World, address: str, kind: str) -> None:
    """Something of a new conversation waits to be shown there."""
    await world.rows(
        """WITH someone AS (INSERT INTO person (key) VALUES ('key') RETURNING id),
           talk AS (INSERT INTO conversation (person, platform, address_hash, address, state, locale)
                    SELECT id, 'phones', $1::bytea, 'address', 'state', 'fr' FROM someone RETURNING id)
           INSERT INTO outbox (id, conversation, lane, platform, place, kind, automated, epoch, weight, author, body)
           SELECT nextval('said'), id, id || '/' || $2, $3, 'group', $2, false, 0, 'normal', '', 'body' FROM talk""",
        address.encode(),
        kind,
        carry.DESK_TELEGRAM,
    )


async def test_a_claim_reads_no_more_the_more_was_ever_said_in_the_group(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    await world.close()
    columns = "conversation, lane, platform, place, automated, epoch, weight, author, body"
    for status, number in (("waiting", 1), ("sent", 5_000)):
        await world.rows(
            f"""INSERT INTO outbox (id, {columns}, kind, status, sent_at)
                SELECT nextval('said'), {columns}, 'told', $1, now() - interval '1 hour'
                FROM outbox, generate_series(1, $2) WHERE place = 'group' AND kind = 'yours'""",
            status,
            number,
        )

    async with world.database.engine(1).begin() as db:
        explained = await db.execute(
            text(f"EXPLAIN (ANALYZE, FORMAT JSON) {outbox._CLAIM.text}"),
            {
                "me": uuid4(),
                "lease": timedelta(seconds=15),
                "platforms": [carry.DESK_TELEGRAM],
                "busy": [],
                "most": 1,
                "per_minute": 20,
            },
        )
    (plan,) = explained.scalar_one()

    assert plan["Plan"]["Actual Rows"] == 1
    assert max(_read(plan["Plan"])) < 100


def _read(node: dict[str, Any]) -> Iterator[float]:
    """The rows that each node of a plan has looked at."""
    removed = sum(value for name, value in node.items() if name.startswith("Rows Removed"))
    yield (node["Actual Rows"] + removed) * node["Actual Loops"]
    for inner in node.get("Plans", ()):
        yield from _read(inner)


async def test_a_confirmation_that_is_no_longer_true_is_not_told(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    await world.release("ada", "ana")
    await world.settle()
    told = world.group.read[world.conversations["ada"]]
    confirmations = sum(accepted.message.text in world.yours for accepted in told)

    # As a try that was on its way when it was given back, and failed.
    await world.rows("UPDATE outbox SET status = 'waiting', due_at = now() WHERE kind = 'yours' AND place = 'group'")
    await world.settle()

    assert confirmations == sum(accepted.message.text in world.yours for accepted in told) == 1
    assert await world.rows("SELECT FROM outbox WHERE kind = 'yours' AND status = 'cancelled'")
    await world.close()


async def test_a_topic_that_is_gone_takes_no_newer_one_with_it(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    conversation = world.conversations["ada"]
    standing = await world.rows("SELECT thread FROM thread")

    async with world.database.engine(1).begin() as db:
        await outbox.forget_thread(db, conversation, GROUP, "one that was deleted before")

    assert await world.rows("SELECT thread FROM thread") == standing
    assert await world.rows("SELECT FROM head WHERE place = 'group'")
    await world.close()
