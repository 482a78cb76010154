"""A small world around the real turn and delivery code: people, therapists, two processes that can die, bad weather.

Everything here is on the far side of a platform. What is tested is bot/turn.py and bot/deliver.py on PostgreSQL.
"""

import asyncio
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot import carry
from bot.clinic import read
from bot.database import Database
from bot.deliver import Deliver, Outlet, Tempo
from bot.pace import NO_LIMITS, Limits
from bot.settings import CONTENT, LOCALES
from bot.turn import Arrival, Taken, Turns
from bot.vault import Vault
from bot.wording import Wording, catalogues
from flows.book import load
from flows.effects import OwnerChanged
from flows.events import FileRef, TherapistReleased, TherapistSaid, TherapistTookOver, TimerRang
from handlers.errors import ThreadGone, TryLater, Unreachable
from handlers.port import Closed, Message, Receipt
from handoff.roster import Clinic

FAST = Tempo(
    send=timedelta(seconds=0.3),
    lease=timedelta(seconds=1.5),
    announcement=timedelta(seconds=1.0),
    look=timedelta(seconds=0.03),
    heartbeat=timedelta(seconds=0.1),
    first_wait=timedelta(seconds=0.02),
)
GROUP = "-100200300"
NUMBERS = itertools.count(1)  # of messages, threads and updates; several worlds share one database
CLINIC = Path(__file__).parent / "clinic.toml"


@dataclass(slots=True)
class Weather:
    """What the next calls to the platforms will meet: "fine" once the list is empty."""

    next: list[str] = field(default_factory=list)

    async def meet(self) -> bool:
        """Return whether the answer gets lost after the platform has accepted. Raises what the weather brings."""
        kind = self.next.pop(0) if self.next else "fine"
        match kind:
            case "slow":
                await asyncio.sleep(0.02)
            case "very slow":
                await asyncio.sleep(0.4)  # longer than a send may take
            case "busy":
                raise TryLater("busy", timedelta(seconds=0.01))
            case "down":
                raise TryLater("no connection")
            case "answer lost":
                return True
        return False


@dataclass(frozen=True, slots=True)
class Accepted:
    number: int
    message: Message


class Phones:
    """The people's platform. It keeps what each person's screen has shown, and watches promise 1."""

    name = "phones"

    def __init__(self, world: "World") -> None:
        self.world = world
        self.screens: defaultdict[str, list[Accepted]] = defaultdict(list)
        self.blocked: set[str] = set()

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        lost = await self.world.weather.meet()
        if address in self.blocked:
            raise Unreachable("blocked")
        number = next(self.world.numbers)
        if message.author == "" and address in self.world.silent and not self.world.leaving[address]:
            self.world.leaks.append((address, message.text))
        self.screens[address].append(Accepted(number, message))
        if lost:
            self.world.doubles_allowed += 1
            raise TryLater("the answer was lost")
        return Receipt(str(number))

    async def fetch(self, file: FileRef) -> bytes:
        raise AssertionError("nobody sends files here")


class DeskGroup:
    """The therapists' group: a thread per conversation."""

    name = carry.DESK_TELEGRAM

    def __init__(self, world: "World") -> None:
        self.world = world
        self.threads: dict[str, int] = {}  # thread -> conversation
        self.read: defaultdict[int, list[Accepted]] = defaultdict(list)
        self.deleted: set[str] = set()

    async def open_thread(self, chat: str, title: str) -> str:
        assert chat == GROUP
        await self.world.weather.meet()
        thread = str(next(self.world.numbers))
        self.threads[thread] = int(title)
        return thread

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        chat, _, thread = address.partition("/")
        assert chat == GROUP
        lost = await self.world.weather.meet()
        if thread in self.deleted:
            raise ThreadGone("message thread not found")
        conversation = self.threads[thread]
        number = next(self.world.numbers)
        if message.text in self.world.yours:
            await self.world.told(conversation)
        self.read[conversation].append(Accepted(number, message))
        if lost:
            self.world.doubles_allowed += 1
            raise TryLater("the answer was lost")
        return Receipt(str(number))

    async def fetch(self, file: FileRef) -> bytes:
        raise AssertionError("nobody sends files here")


class _Mark:
    name = carry.DESK

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        return Receipt("")

    async def fetch(self, file: FileRef) -> bytes:
        raise AssertionError


class Process:
    """One process of the program, as far as turns and deliveries go. It can be killed at any moment."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self._connections: list[asyncpg.Connection[asyncpg.Record]] = []
        self.engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://", async_creator=self._connect, pool_size=5, pool_reset_on_return=None
        )
        outlets = {
            "phones": Outlet(world.phones, world.phone_limits),
            carry.DESK_TELEGRAM: Outlet(world.group, world.group_limits, world.group),
            carry.DESK: Outlet(_Mark()),
        }
        self.deliver = Deliver(self.engine, world.vault, outlets, GROUP, str, None, FAST)
        self.turns = Turns(
            self.engine,
            world.vault,
            world.book,
            world.clinic,
            world.wording,
            self.deliver,
            frozenset,
            "http://clinic.example",
        )
        self._tasks = [asyncio.ensure_future(self.turns.run()), asyncio.ensure_future(self.deliver.run())]
        self.alive = True

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        connection = await self.world.database.connect()
        self._connections.append(connection)
        return connection

    async def kill(self) -> None:
        """As kill -9 would: nothing is finished, nothing is said, connections break."""
        self.alive = False
        for connection in self._connections:
            connection.terminate()
        doomed = {*self._tasks, *self.deliver._flights}
        while doomed:
            # Again and again: a broken connection can turn a cancellation into the error of a database that is away.
            for task in doomed:
                task.cancel()
            _, doomed = await asyncio.wait(doomed, timeout=0.01)
        # Whoever waited for this process gets no answer, and asks again elsewhere.
        for waiting in (*self.turns._waiting, *self.turns._batch):
            if not waiting.done.done():
                waiting.done.set_exception(Closed())
        await self.engine.dispose(close=False)

    async def close(self) -> None:
        self.turns.close()
        await self._tasks[0]
        self.deliver.close()
        await self._tasks[1]
        await self.engine.dispose()


class World:
    def __init__(
        self, database: Database, seed: int = 0, phone_limits: Limits = NO_LIMITS, group_limits: Limits = NO_LIMITS
    ) -> None:
        self.database = database
        self.phone_limits, self.group_limits = phone_limits, group_limits
        self.random = random.Random(seed)
        self.vault = Vault(database.master_key)
        self.clinic: Clinic = read(CLINIC)
        words = catalogues(LOCALES)
        self.book = load(CONTENT, self.clinic.country, self.clinic.region).speaking(words)
        self.wording = Wording(self.book, words)
        self.yours = {
            self.wording.sentence(sentence, locale)
            for sentence in ("desk.yours", "desk.yours_unannounced")
            for locale in ("fr", "en")
        }
        self.weather = Weather()
        self.numbers = NUMBERS
        self.phones = Phones(self)
        self.group = DeskGroup(self)
        self.processes: list[Process] = []
        self.acts: set[asyncio.Task[Any]] = set()
        self.silent: set[str] = set()  # addresses whose therapist was told "yours"
        self.leaving: Counter[str] = Counter()  # addresses with a release on its way
        self.given_back: set[tuple[int, int]] = set()  # (conversation, epoch)
        self.leaks: list[tuple[str, str]] = []
        self.addresses: dict[int, str] = {}
        self.conversations: dict[str, int] = {}
        self.doubles_allowed = 0
        self.takeovers = 0
        self.kills = 0
        self.updates = 0
        self.sent_under_human: defaultdict[str, list[str]] = defaultdict(list)

    def start(self, processes: int) -> None:
        self.processes = [Process(self) for _ in range(processes)]

    async def told(self, conversation: int) -> None:
        """A therapist reads "the conversation is yours": silence is promised until that ownership ends."""
        rows = await self.rows(
            "SELECT epoch FROM outbox WHERE conversation = $1 AND kind = 'yours' AND place = 'group'"
            " AND status = 'sending' ORDER BY id LIMIT 1",
            conversation,
        )
        address = self.addresses.get(conversation)
        if rows and address and (conversation, rows[0][0]) not in self.given_back:
            self.silent.add(address)

    async def take(self, arrival: Arrival) -> Taken:
        """As a platform does: deliver the update, here or there, until somebody says yes."""
        while True:
            process = self.random.choice(self.processes)
            try:
                taken = await process.turns.take(arrival)
            except Closed:
                await asyncio.sleep(0.01)
                continue
            if arrival.address and taken.conversation is not None:
                self.addresses[taken.conversation] = arrival.address[1]
                self.conversations[arrival.address[1]] = taken.conversation
            return taken

    def act(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin something; it goes on while other things happen."""
        task = asyncio.ensure_future(work)
        self.acts.add(task)
        task.add_done_callback(self.acts.discard)

    # --- therapists ---

    async def take_over(self, address: str, therapist: str, by_writing: str = "") -> None:
        if (conversation := self.conversations.get(address)) is None:
            return
        at, name = now(), therapist.title()
        if by_writing:
            event: Any = TherapistSaid(at, therapist, name, by_writing, f"m{next(self.numbers)}")
        else:
            event = TherapistTookOver(at, therapist, name)
        taken = await self.take(Arrival(("desk", f"{next(self.numbers)}"), event, conversation=conversation))
        if taken.decision and taken.owner == therapist:
            self.takeovers += 1

    async def release(self, address: str, therapist: str) -> None:
        if (conversation := self.conversations.get(address)) is None:
            return
        # From the moment a therapist gives it back the bot may speak. Whether this one owns it is known only
        # afterwards: their taking over may still be on its way.
        self.leaving[address] += 1
        rows = await self.rows("SELECT owner, epoch FROM conversation WHERE id = $1", conversation)
        if rows and rows[0][0] == therapist:
            self.given_back.add((conversation, rows[0][1]))
            self.silent.discard(address)
        event = TherapistReleased(now(), therapist, therapist.title())
        taken = await self.take(Arrival(("desk", f"{next(self.numbers)}"), event, conversation=conversation))
        if taken.decision and OwnerChanged(None) in taken.decision.effects:
            self.given_back.add((conversation, taken.decision.state.epoch - 1))
            self.silent.discard(address)
        self.leaving[address] -= 1

    async def come_and_go(self, address: str, therapist: str, stay: float) -> None:
        """A whole visit: takes over, writes, stays a while, gives it back."""
        await self.take_over(address, therapist)
        await asyncio.sleep(stay)
        await self.take_over(address, therapist, by_writing=f"parole {next(self.numbers)}")
        await asyncio.sleep(stay)
        await self.release(address, therapist)

    async def ring(self, address: str, timer: str, token: int) -> None:
        if (conversation := self.conversations.get(address)) is None:
            return
        event = TimerRang(now(), timer, token)
        await self.take(Arrival(("timer", f"{next(self.numbers)}"), event, conversation=conversation))

    def erased(self, address: str) -> None:
        """The person ends it all, and with it what owned the conversation."""
        self.silent.discard(address)
        self.addresses.pop(self.conversations.pop(address, 0), None)

    # --- looking ---

    async def rows(self, query: str, *values: object) -> list[asyncpg.Record]:
        connection = await self.database.connect()
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()

    async def settle(self, within: float = 60.0) -> None:
        """Wait until everything begun has ended and nothing is left to deliver."""
        async with asyncio.timeout(within):
            while self.acts:
                await asyncio.gather(*list(self.acts))
            while True:
                left = await self.rows("SELECT 1 FROM outbox WHERE status IN ('waiting', 'sending') LIMIT 1")
                if not left:
                    return
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """One process dies; another takes its place."""
        index = self.random.randrange(len(self.processes))
        self.kills += 1
        doomed = self.processes[index].deliver
        # What the platform had accepted and this process not yet noted can be sent once more.
        self.doubles_allowed += len(doomed._flights) + len(doomed._ended) + len(doomed._settling) + len(doomed._along)
        await self.processes[index].kill()
        self.processes[index] = Process(self)

    async def close(self) -> None:
        for process in self.processes:
            await process.close()


def now() -> datetime:
    return datetime.now(UTC)
