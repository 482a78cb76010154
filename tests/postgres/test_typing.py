"""Who is writing is shown to the one on the other side, and to nobody else."""

from bot.carry import DESK_TELEGRAM
from bot.database import Database
from bot.turn import Arrival
from bot.typing import Typing
from flows.events import PersonArrived
from handlers.errors import TryLater
from tests.postgres.world import GROUP, World, now


class Screen:
    """A platform that shows who writes. busy: it does not want to, now."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.busy = False

    async def typing(self, address: str) -> None:
        if self.busy:
            raise TryLater("busy")
        self.shown.append(address)


async def test_writing_is_shown_on_the_other_side_of_ones_own_conversation(database: Database) -> None:
    world = World(database)
    world.start(1)
    for address in ("ada", "bea"):
        await world.take(Arrival(("phones", f"{address}/0"), PersonArrived(now()), ("phones", address)))
    await world.take_over("ada", "ana")
    await world.settle()
    desk, phones = Screen(), Screen()
    engine = database.engine(1)
    typing = Typing(engine, world.vault, {DESK_TELEGRAM: desk, "phones": phones}, GROUP)
    (thread,) = world.group.threads

    for address in ("ada", "ada", "bea", "nobody"):
        await typing.person("phones", address)
    for therapist in ("ana", "ana", "bo"):
        await typing.therapist(therapist, world.conversations["ada"])

    assert desk.shown == [f"{GROUP}/{thread}"]  # once in some seconds; nobody has bea's conversation
    assert phones.shown == ["ada"]
    phones.busy = True
    await typing.therapist("ana", world.conversations["bea"])  # nothing breaks, and nothing is tried again

    phones.busy = False
    await world.prescribe("ada", "ana", "grounding", later=False)
    await Typing(engine, world.vault, {"phones": phones}, GROUP).therapist("ana", world.conversations["ada"])
    assert phones.shown == ["ada"]  # not while the bot has the floor
    await engine.dispose()
    await world.close()
