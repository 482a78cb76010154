"""What a therapist is owed reaches them late rather than never: the person's words, and that they have them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.database import Database
from bot.turn import Arrival
from flows.events import FileRef, Media, MediaKind, PersonSent
from flows.risk.risk import NOTHING
from tests.postgres.world import World, now

VIDEO = Media(MediaKind.DOCUMENT, FileRef("phones", "v"), "video.mp4", "video/mp4", "regardez ceci")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = World(database)
    world.start(2)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    yield world
    await world.close()


async def sends(world: World) -> None:
    event = PersonSent(now(), VIDEO, "v", risk=NOTHING)
    await world.take(Arrival(("phones", "v"), event, ("phones", "ada")))


async def last_of(world: World) -> tuple[str, bool, int]:
    """The words and whether a file came with them; after how many tries."""
    await world.settle()
    shown = world.group.read[world.conversations["ada"]][-1].message
    (row,) = await world.rows("SELECT tries FROM outbox WHERE place = 'group' ORDER BY id DESC LIMIT 1")
    return shown.text, shown.media is not None, row["tries"]


async def test_what_is_said_while_the_bot_is_out_of_the_group_is_read_there_once_it_is_back(world: World) -> None:
    world.group.kicked = True
    await world.says("ada", "un", "deux")
    async with asyncio.timeout(30):
        while not await world.rows("SELECT FROM outbox WHERE kind = 'relay' AND tries > 2"):
            await asyncio.sleep(0.02)
    world.group.kicked = False

    text, _, _ = await last_of(world)

    assert text == "un\n\ndeux"


async def test_a_file_may_take_longer_to_be_had_than_a_message_to_be_sent(world: World) -> None:
    world.phones.fetching = 1.6  # seconds, longer than a row is held

    await sends(world)

    assert await last_of(world) == ("regardez ceci", True, 1)


async def test_where_a_file_never_comes_its_words_and_its_name_do(world: World) -> None:
    world.phones.fetching = -1

    await sends(world)

    assert await last_of(world) == ("regardez ceci\n[video.mp4]", False, 3)


async def test_a_confirmation_that_is_no_longer_true_is_not_told(world: World) -> None:
    await world.release("ada", "ana")
    await world.settle()
    shown = len(world.group.read[world.conversations["ada"]])
    world.group.kicked = True
    await world.take_over("ada", "bo")
    async with asyncio.timeout(30):
        while not await world.rows("SELECT FROM outbox WHERE kind = 'yours' AND tries > 1 AND status = 'sending'"):
            await asyncio.sleep(0.001)
    await world.release("ada", "bo")
    world.group.kicked = False

    await world.settle()

    told = world.group.read[world.conversations["ada"]][shown:]
    assert [accepted.message.text for accepted in told if accepted.message.text in world.yours] == []
