"""What stands at the head of a conversation's thread, on PostgreSQL, over two processes."""

import asyncio

from bot.database import Database
from bot.pace import TELEGRAM
from handoff.head import Stage
from tests.postgres.world import World


async def test_one_message_at_the_head_changes_as_the_conversation_does(database: Database) -> None:
    world = World(database)
    world.start(2)
    await world.arrives("ada")

    await world.take_over("ada", "ana")
    await world.settle()
    await world.says("ada", "bonjour")
    await world.settle()
    await world.release("ada", "ana")
    await world.settle()

    ((thread, conversation),) = world.group.threads.items()
    (pinned,) = world.group.pinned
    (head,) = (read for read in world.group.read[conversation] if read.number == pinned)
    assert head.message.text.startswith("Ana a cette conversation")
    (changed,) = world.group.heads[conversation]
    assert changed.startswith("Rendue")
    assert world.group.stages[thread] == [Stage.TAKEN, Stage.GIVEN_BACK]
    await world.close()


async def test_a_closed_conversation_closes_its_thread_and_a_new_takeover_opens_it_again(database: Database) -> None:
    world = World(database, group_limits=TELEGRAM)
    world.start(2)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()

    await world.close_conversation("ada", "ana")
    await world.settle()
    ((thread, conversation),) = world.group.threads.items()
    shut = list(world.group.shut)
    await world.close_conversation("ada", "ana")
    await world.says("ada", "bonjour")
    await world.settle()

    said = [accepted.message.text for accepted in world.phones.screens["ada"]]
    assert shut == world.group.shut == [thread]
    assert world.group.heads[conversation][-1].startswith("Fermée pour le moment")
    assert said[-2].startswith("Ana a fermé cette conversation pour le moment.")
    assert said[-1].startswith("C’est de nouveau un programme qui lit ici.")
    assert await trail(world, conversation) == ["took over", "closed"]

    await world.take_over("ada", "bo")
    await world.settle()

    assert world.group.shut == []
    assert world.group.stages[thread] == [Stage.TAKEN, Stage.CLOSED, Stage.TAKEN]
    assert await world.counted() == world.group.calls
    await world.close()


async def trail(world: World, conversation: int) -> list[str]:
    rows = await world.rows("SELECT what FROM audit WHERE conversation = $1 ORDER BY id", conversation)
    return [row["what"] for row in rows]


async def test_a_thread_that_vanished_is_made_anew_with_its_head(database: Database) -> None:
    world = World(database)
    world.start(2)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    (gone,) = world.group.threads
    world.group.deleted.add(gone)

    await world.says("ada", "bonjour")
    await world.settle()

    _, anew = world.group.threads
    conversation = world.conversations["ada"]
    texts = [accepted.message.text for accepted in world.group.read[conversation]]
    assert world.group.stages[anew] == [Stage.TAKEN]
    assert texts.count("bonjour") == 1
    assert sum(text.startswith("Ana a cette conversation") for text in texts) == 2
    assert len(world.group.pinned) == 2
    await world.close()


async def test_in_another_group_the_head_is_put_there_anew(database: Database) -> None:
    """What stands in the former group cannot be changed from here, and its number may be another message's."""
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()

    await world.rows("UPDATE thread SET chat = '-100999'")  # as if desk_group had named that one until now
    await world.says("ada", "bonjour")
    await world.settle()

    texts = [accepted.message.text for accepted in world.group.read[world.conversations["ada"]]]
    assert sum(text.startswith("Ana a cette conversation") for text in texts) == 2
    assert len(world.group.pinned) == 2
    await world.close()


async def test_heads_that_nobody_saw_are_not_put_there_one_after_the_other(database: Database) -> None:
    world = World(database)
    await arrive_alone(world)
    conversation = world.conversations["ada"]
    for _ in range(5):
        await world.take_over("ada", "ana")
        await world.release("ada", "ana")

    (first,) = world.processes
    first.deliver.wake()
    await world.settle()

    heads = world.group.heads[conversation]
    rows = await world.rows("SELECT count(*) FROM outbox WHERE conversation = $1 AND kind = 'head'", conversation)
    assert rows[0][0] == 10
    assert len(heads) < 9
    assert heads[-1].startswith("Rendue")
    await world.close()


async def arrive_alone(world: World) -> None:
    world.start(1)
    await world.arrives("ada")
    await world.settle()


async def test_naming_and_pinning_count_in_the_groups_minute(database: Database) -> None:
    world = World(database, group_limits=TELEGRAM)
    world.start(2)
    for person in range(9):
        await world.arrives(f"person {person}")
        await world.take_over(f"person {person}", "ana")

    # Three calls to begin a thread with its head, one for "yours": five threads are all there is room for.
    await until_quiet(world)

    assert 15 < world.group.calls <= TELEGRAM.per_minute
    assert await world.counted() == world.group.calls
    await world.close()


async def until_quiet(world: World) -> None:
    calls = -1
    while calls != world.group.calls or await world.rows("SELECT 1 FROM outbox WHERE status = 'sending' LIMIT 1"):
        calls = world.group.calls
        await asyncio.sleep(1.0)


async def test_what_the_group_was_told_counts_in_its_minute_though_no_answer_came(database: Database) -> None:
    world = World(database, group_limits=TELEGRAM)
    world.start(1)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    before = world.group.calls

    world.weather.next = ["answer lost", "answer lost"]
    await world.says("ada", "bonjour")
    await world.settle()

    assert world.group.calls == before + 3
    assert await world.counted() == world.group.calls
    await world.close()


async def test_an_older_head_does_not_follow_a_newer_one_into_a_new_thread(database: Database) -> None:
    """A thread was opened while a newer head was being written: both were to go there, by two processes."""
    world = World(database)
    world.start(2)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    await world.release("ada", "ana")
    await world.settle()
    conversation = world.conversations["ada"]

    await world.rows(
        "UPDATE outbox SET status = 'waiting' WHERE id = (SELECT min(id) FROM outbox WHERE conversation = $1"
        " AND kind = 'head')",
        conversation,
    )
    world.processes[0].deliver.wake()
    await world.settle()

    assert world.group.heads[conversation][-1].startswith("Rendue")
    rows = await world.rows(
        "SELECT status FROM outbox WHERE conversation = $1 AND kind = 'head' ORDER BY id", conversation
    )
    assert [row["status"] for row in rows] == ["cancelled", "sent"]
    await world.close()


async def test_a_head_that_reached_a_thread_just_found_gone_goes_into_the_new_one(database: Database) -> None:
    """Another message found it gone while this one was being pinned there."""
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    pin = world.group.pin

    async def gone(address: str, message: str) -> None:
        await pin(address, message)
        world.group.pin = pin  # type: ignore[method-assign]
        await world.rows("DELETE FROM thread")
        await world.rows("DELETE FROM head")

    world.group.pin = gone  # type: ignore[method-assign]
    await world.take_over("ada", "ana")
    await world.settle()

    texts = [accepted.message.text for accepted in world.group.read[world.conversations["ada"]]]
    assert len(world.group.threads) == 2
    assert sum(text.startswith("Ana a cette conversation") for text in texts) == 2
    await world.close()
