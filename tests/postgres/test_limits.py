"""What a platform lets us send, kept by two processes on one database."""

import asyncio
from dataclasses import replace

from bot import carry
from bot.database import Database
from bot.pace import TELEGRAM
from bot.turn import Arrival
from flows.events import Media, MediaKind, PersonEdited, PersonSent
from flows.risk.risk import NOTHING
from handlers.port import TEXT_LIMIT
from tests.postgres.world import World, now


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
    async with asyncio.timeout(30):
        while "mot 100." not in "".join(a.message.text for a in world.group.read[conversation]):
            await asyncio.sleep(0.05)

    sent = world.group.read[conversation]
    words = "\n\n".join(a.message.text for a in sent if a.message.text.startswith("mot "))
    got = words.split("\n\n")
    assert len(sent) < world.group.calls <= TELEGRAM.per_minute  # the thread, its name and what is pinned count too
    assert got == [f"mot {n}." for n in range(1, len(got) + 1)]
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
