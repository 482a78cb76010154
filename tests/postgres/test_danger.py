"""What is read of danger, kept of it and noted, through the real turn code and a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import orjson
import pytest

from bot import cards
from bot.database import Database
from bot.reading import Reading
from bot.turn import Arrival
from flows.events import PersonSaid, TherapistClosedAlert, TherapistTookOver
from flows.risk.risk import Kind, Level, Risk
from flows.state import State, from_json
from handlers.port_desk import Card
from tests.postgres.world import World, now

ALONE, TOGETHER = "je veux", "mourir"  # in two messages: the second alone says nothing of oneself
HEAVY = "Je n’ai plus d’espoir"
SECRET = "je vais me tuer ce soir, dit Zéphyrine"


class Watched(Reading):
    """Remembers what was read with what."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[str, tuple[str, ...]]] = []

    async def risk(self, text: str, before: Sequence[str] = ()) -> Risk:
        self.read.append((text, tuple(before)))
        return await super().risk(text, before)


class Broken(Reading):
    async def risk(self, text: str, before: Sequence[str] = ()) -> Risk:
        raise AssertionError("nothing was to be read")


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = World(database)
    world.start(2)
    yield world
    await world.close()


class Person:
    def __init__(self, world: World, address: str = "ada") -> None:
        self.world = world
        self.address = address
        self.said = 0

    async def arrives(self) -> "Person":
        await self.world.arrives(self.address)
        return self

    async def says(self, *texts: str, to: int | None = None) -> None:
        """to: which process hears it; any when None."""
        for text in texts:
            self.said += 1
            arrival = Arrival(
                ("phones", f"{self.address}/{self.said}"),
                PersonSaid(now(), text, f"{self.address}{self.said}"),
                ("phones", self.address),
            )
            if to is None:
                await self.world.take(arrival)
            else:
                await self.world.processes[to].turns.take(arrival)
        await self.world.settle()

    async def agrees_to_be_read(self) -> None:
        await self.says("un humain", "oui", "passer")

    @property
    def conversation(self) -> int:
        return self.world.conversations[self.address]

    async def state(self) -> State:
        (row,) = await self.world.rows(
            "SELECT c.state, p.key FROM conversation c JOIN person p ON p.id = c.person WHERE c.id = $1",
            self.conversation,
        )
        return from_json(orjson.loads(self.world.vault.key(row["key"]).open(row["state"])))


async def everything(world: World) -> bytes:
    """Every column of every table, sealed ones opened."""
    keys = [world.vault.key(row["key"]) for row in await world.rows("SELECT key FROM person WHERE key IS NOT NULL")]
    found = b""
    for column in await world.rows(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    ):
        name, table = column["column_name"], column["table_name"]
        for row in await world.rows(f'SELECT "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL'):
            if isinstance(row[0], bytes):
                found += b" ".join(opened(key, row[0]) for key in keys)
            found += row[0] if isinstance(row[0], bytes) else f" {row[0]} ".encode()
    return found


def opened(key, sealed: bytes) -> bytes:
    try:
        return key.open(sealed)
    except Exception:  # sealed under another key: whatever it raises, it cannot be read
        return b""


async def test_a_thought_in_two_messages_is_read_together_once_they_may_be_kept(world: World) -> None:
    ada = await Person(world).arrives()
    await ada.agrees_to_be_read()
    await ada.says(ALONE)
    assert (await ada.state()).noticed is None

    await ada.says(TOGETHER)

    noticed = (await ada.state()).noticed
    assert noticed
    assert noticed.level >= Level.RISK


async def test_whichever_process_heard_the_first_one(world: World) -> None:
    ada = await Person(world).arrives()
    await ada.agrees_to_be_read()
    await ada.says("bonjour", to=1)
    await ada.says(ALONE, to=0)

    await ada.says(TOGETHER, to=1)

    noticed = (await ada.state()).noticed
    assert noticed
    assert noticed.level >= Level.RISK


async def test_without_an_agreement_each_message_is_read_alone(world: World) -> None:
    for process in world.processes:
        process.turns._reading = Watched()
    ada = await Person(world).arrives()

    await ada.says(ALONE, TOGETHER)

    read = [each for process in world.processes for each in process.turns._reading.read]
    assert sorted(read) == [(ALONE, ()), (TOGETHER, ())]
    assert (await ada.state()).lately == ()


async def test_the_words_of_a_danger_are_nowhere_without_an_agreement(world: World) -> None:
    ada = await Person(world).arrives()

    await ada.says(SECRET)

    state = await ada.state()
    assert state.noticed
    assert "3114" in " ".join(each.message.text for each in world.phones.screens["ada"])
    kept = await everything(world)
    assert b"3114" in kept
    assert "Zéphyrine".encode() not in kept
    assert b"me tuer" not in kept
    (request,) = await world.rows("SELECT request_status FROM conversation WHERE id = $1", ada.conversation)
    assert request["request_status"] == "offered"


async def test_a_risk_that_was_given_is_not_read_again(world: World) -> None:
    ada = await Person(world).arrives()
    for process in world.processes:
        process.turns._reading = Broken()

    event = PersonSaid(now(), "…", "1", risk=Risk(Level.RISK, Kind.SUICIDE, "given"))
    await world.take(Arrival(("phones", "ada/given"), event, ("phones", "ada")))

    assert (await ada.state()).noticed


async def test_closing_an_alert_is_on_the_audit_trail(world: World) -> None:
    ada = await Person(world).arrives()
    await ada.says(SECRET)
    takes = TherapistTookOver(now(), "ana", "Ana")
    await world.take(Arrival(("desk", "take"), takes, conversation=ada.conversation))

    closes = TherapistClosedAlert(now(), "ana", "Ana")
    await world.take(Arrival(("desk", "close"), closes, conversation=ada.conversation))

    assert (await ada.state()).noticed is None
    trail = await world.rows("SELECT who, what FROM audit WHERE conversation = $1 ORDER BY id", ada.conversation)
    assert ("ana", "closed an alert") in [(row["who"], row["what"]) for row in trail]


async def test_what_is_written_right_after_everything_was_erased_is_heard(world: World) -> None:
    """Both come at once, as they do when a phone has its connection back."""
    await Person(world).arrives()
    await world.settle()
    process = world.processes[0]

    said = ("/stop et effacer", "je vais me tuer ce soir", "je vais me tuer ce soir")
    arrivals = [
        Arrival(("phones", f"once/{min(number, 1)}"), PersonSaid(now(), text, f"m{number}"), ("phones", "ada"))
        for number, text in enumerate(said)
    ]
    taken = await asyncio.gather(*(process.turns.take(arrival) for arrival in arrivals))
    await world.settle()

    assert [one.again for one in taken] == [False, False, True]
    texts = [accepted.message.text for accepted in world.phones.screens["ada"]]
    erased = texts.index(world.wording.sentence("data.erased", "fr"))
    assert any("15" in text or "112" in text for text in texts[erased + 1 :])
    (request,) = await world.rows("SELECT request_status FROM conversation")
    assert request["request_status"] == "offered"


async def test_a_concern_is_no_open_danger_for_the_desk(database: Database, world: World) -> None:
    """A therapist with eight seconds is not told that it is urgent, nor of numbers that were not shown."""
    ada = await Person(world).arrives()
    await ada.says("un humain", "oui", HEAVY)

    (card,) = await on_desk(database, world)

    noticed = (await ada.state()).noticed
    assert noticed
    assert noticed.level is Level.CONCERN
    assert not card.urgent
    assert card.alert is None
    assert "brief.noticed" in card.brief

    await world.take_over("ada", "ana")
    await world.settle()
    await world.release("ada", "ana")
    await world.settle()

    assert await on_desk(database, world) == []  # nothing is left open


async def on_desk(database: Database, world: World) -> list[Card]:
    async with database.engine(1).begin() as db:
        return list(await cards.cards(db, world.vault, "ana", {}, lambda line: line.id, str))
