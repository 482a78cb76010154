from bot.database import Database
from bot.turn import Arrival
from flows.events import PersonArrived, PersonReacted, PersonSaid, TherapistReacted
from tests.postgres.world import World, now


async def test_an_emoji_stands_under_the_same_message_on_the_other_side(database: Database) -> None:
    world = World(database)
    world.start(2)
    await world.take(Arrival(("phones", "ada/0"), PersonArrived(now()), ("phones", "ada")))
    await world.take_over("ada", "ana", by_writing="parole")
    await world.take(Arrival(("phones", "ada/1"), PersonSaid(now(), "merci", "ada-1"), ("phones", "ada")))
    await world.settle()
    conversation = world.conversations["ada"]
    at_desk = next(a.number for a in world.group.read[conversation] if a.message.text == "merci")
    on_phone = next(a.number for a in world.phones.screens["ada"] if a.message.text == "parole")
    source = (await world.rows("SELECT source FROM outbox WHERE message = $1", f"{on_phone}"))[0][0]

    reacted = TherapistReacted(now(), "ana", f"{at_desk}", "🙏")
    await world.take(Arrival(("desk", "ada-r"), reacted, conversation=conversation))
    await world.take(Arrival(("phones", "ada/2"), PersonReacted(now(), f"{on_phone}", "👍"), ("phones", "ada")))
    await world.take(Arrival(("phones", "ada/3"), PersonReacted(now(), "of the bot", "👍"), ("phones", "ada")))
    await world.settle()

    shown = world.phones.screens["ada"][-1].message
    assert (shown.text, shown.reacts_to) == ("🙏", "ada-1")
    under = [a.message.reacts_to for a in world.group.read[conversation] if a.message.text == "👍"]
    assert under == [source]  # what stands under the bot's own words has no counterpart, and goes nowhere
    await world.close()
