"""A therapist lets the bot speak, and it is silent again: on PostgreSQL, over two processes."""

from bot.database import Database
from bot.turn import Arrival
from flows.events import PersonTapped
from tests.postgres.world import World, now


async def test_the_bot_speaks_while_it_may_and_silence_is_promised_anew(database: Database) -> None:
    world = World(database)
    world.start(2)
    await world.arrives("ada")
    await world.prescribe("ada", "ana", "grounding", later=False)
    await world.settle()
    assert world.loans == 1
    assert "ada" not in world.silent

    await world.says("ada", "commencer")
    await world.settle()
    led = world.phones.screens["ada"][-1].message
    await world.says("ada", "je préfère vous parler")
    await world.settle()
    screen = [accepted.message.text for accepted in world.phones.screens["ada"]]
    press = next(button.press for button in led.buttons)
    await world.take(Arrival(("phones", "ada/3"), PersonTapped(now(), press), ("phones", "ada")))
    await world.settle()

    assert screen[-1].startswith("Le programme se tait de nouveau")
    assert [accepted.message.text for accepted in world.phones.screens["ada"]] == screen
    assert "ada" in world.silent  # the therapist was told, after the last automated message
    assert world.leaks == []
    conversation = world.conversations["ada"]
    owned = await world.rows(
        "SELECT epoch, therapist, released_at IS NULL AS lasts FROM ownership WHERE conversation = $1 ORDER BY epoch",
        conversation,
    )
    assert [tuple(row) for row in owned] == [(1, "ana", False), (3, "ana", True)]
    trail = await world.rows("SELECT who, what, facts FROM audit WHERE conversation = $1 ORDER BY id", conversation)
    assert [tuple(row) for row in trail] == [
        ("ana", "took over", "{}"),
        ("ana", "let the bot lead", '{"flow": "grounding"}'),
        ("bot", "fell silent again", '{"flow": "grounding"}'),
    ]
    words = [accepted.message.text for accepted in world.group.read[conversation]]
    assert "je préfère vous parler" in words
    await world.close()


async def test_the_hour_comes_and_nobody_else_can_take_what_is_lent(database: Database) -> None:
    world = World(database)
    world.start(2)
    await world.arrives("bea")
    await world.prescribe("bea", "ana", "breathing", later=True)
    await world.take_over("bea", "bo")
    await world.settle()

    assert world.loans == 1
    rows = await world.rows("SELECT owner FROM conversation WHERE id = $1", world.conversations["bea"])
    assert rows[0][0] == "ana"
    await world.close()
