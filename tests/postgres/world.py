"""A small world around the real turn and delivery code: people, therapists, two processes that can die, bad weather.

Everything here is on the far side of a platform. What is tested is bot/turn.py and bot/deliver.py on PostgreSQL.
"""

import asyncio
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
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
from bot.lengths import length
from bot.library import Library
from bot.pace import NO_LIMITS, Limits
from bot.reading import Reading
from bot.turn import Arrival, Taken, Turns
from bot.vault import Vault
from flows import floor
from flows.effects import OwnerChanged
from flows.events import (
    FileRef,
    PersonArrived,
    PersonSaid,
    PersonTapped,
    TherapistClosed,
    TherapistPrescribed,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from handlers.errors import Rejected, ThreadGone, TryLater, Unreachable
from handlers.port import TEXT_LIMIT, Closed, Message, Receipt, Topic
from handoff.head import Stage
from handoff.roster import Clinic

FAST = Tempo(
    send=timedelta(seconds=0.3),
    fetch=timedelta(seconds=3.0),
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
            case "told to wait":
                raise TryLater("flood control", timedelta(minutes=1))
            case "down":
                raise TryLater("no connection")
            case "answer lost":
                return True
        return False


@dataclass(frozen=True, slots=True)
class Accepted:
    number: int
    message: Message


def changed(screen: list[Accepted], message: Message) -> Receipt:
    """An edit, where it is read. Raises what Telegram answers."""
    for at, accepted in enumerate(screen):
        if f"{accepted.number}" == message.edits:
            if (accepted.message.media is None) != (message.media is None):
                raise Rejected("there is no text in the message to edit")
            screen[at] = Accepted(accepted.number, message)
            return Receipt(message.edits)
    raise Rejected("message to edit not found")


class Phones:
    """The people's platform. It keeps what each person's screen has shown, and watches promise 1."""

    name = "phones"

    def __init__(self, world: "World") -> None:
        self.world = world
        self.screens: defaultdict[str, list[Accepted]] = defaultdict(list)
        self.blocked: set[str] = set()
        self.fetching = 0.0  # seconds that a file takes to be had; less than nothing: it never comes

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        lost = await self.world.weather.meet()
        if address in self.blocked:
            raise Unreachable("blocked")
        if message.edits:
            return changed(self.screens[address], message)
        number = next(self.world.numbers)
        if message.author == "" and address in self.world.silent and not self.world.leaving[address]:
            self.world.leaks.append((address, message.text))
        self.screens[address].append(Accepted(number, message))
        if lost:
            self.world.doubles_allowed += 1
            raise TryLater("the answer was lost")
        return Receipt(str(number))

    async def fetch(self, file: FileRef) -> bytes:
        if self.fetching < 0:
            raise TryLater("no connection")
        await asyncio.sleep(self.fetching)
        return b"a picture"


class DeskGroup:
    """The therapists' group: a thread per conversation."""

    name = carry.DESK_TELEGRAM

    def __init__(self, world: "World") -> None:
        self.world = world
        self.threads: dict[str, int] = {}  # thread -> conversation
        self.read: defaultdict[int, list[Accepted]] = defaultdict(list)
        self.deleted: set[str] = set()
        self.stages: dict[str, list[Stage]] = {}  # thread -> what its icon has said
        self.heads: defaultdict[int, list[str]] = defaultdict(list)  # conversation -> what its head was changed to
        self.pinned: list[int] = []
        self.shut: list[str] = []  # threads that are closed
        self.calls = 0
        self.kicked = False  # the bot out of the group

    async def open_thread(self, chat: str, topic: Topic) -> str:
        assert chat == GROUP
        await self.world.weather.meet()
        thread = str(next(self.world.numbers))
        self.calls += 1
        self.threads[thread] = int("".join(letter for letter in topic.title if letter.isdigit()))
        self.stages[thread] = [topic.stage]
        return thread

    async def rename_thread(self, chat: str, thread: str, topic: Topic) -> None:
        await self.world.weather.meet()
        if thread in self.deleted:
            raise ThreadGone("message thread not found")
        self.calls += 1
        self.stages[thread].append(topic.stage)

    async def close_thread(self, chat: str, thread: str) -> None:
        await self._open_or_close(thread)
        self.shut.append(thread)

    async def reopen_thread(self, chat: str, thread: str) -> None:
        await self._open_or_close(thread)
        self.shut.remove(thread)

    async def _open_or_close(self, thread: str) -> None:
        await self.world.weather.meet()
        assert thread not in self.deleted
        self.calls += 1

    async def pin(self, address: str, message: str) -> None:
        await self.world.weather.meet()
        self.calls += 1
        self.pinned.append(int(message))

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        chat, _, thread = address.partition("/")
        assert chat == GROUP
        lost = await self.world.weather.meet()
        if self.kicked:
            raise Unreachable("bot was kicked from the supergroup chat")
        if thread in self.deleted:
            raise ThreadGone("message thread not found")
        if length(message.text) > TEXT_LIMIT:
            raise Rejected("message is too long")
        conversation = self.threads[thread]
        self.calls += 1
        if message.edits and int(message.edits) in self.pinned:
            self.heads[conversation].append(message.text)
            return Receipt(message.edits)
        if message.edits:
            return changed(self.read[conversation], message)
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
        self.deliver = Deliver(self.engine, world.vault, outlets, GROUP, undelivered=None, tempo=FAST)
        self.turns = Turns(
            self.engine,
            world.vault,
            world.library,
            world.clinic,
            self.deliver,
            lambda: world.joined(),
            "http://clinic.example",
            Reading(),
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
        self.library = Library(self.clinic)
        self.book, self.wording = self.library.book, self.library.wording
        self.yours = {
            self.wording.sentence(sentence, locale)
            for sentence in ("desk.yours", "desk.yours_unannounced", floor.OVER, floor.DECLINED, floor.LEFT)
            for locale in ("fr", "en")
        }
        self.weather = Weather()
        self.numbers = NUMBERS
        self.joined: Callable[[], frozenset[str]] = frozenset  # therapists with a chat of their own
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
        self.loans = 0
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

    async def arrives(self, address: str, locale: str = "fr") -> None:
        claim = ("phones", f"{next(self.numbers)}")
        await self.take(Arrival(claim, PersonArrived(now()), ("phones", address), locale=locale))

    async def says(self, address: str, *texts: str) -> None:
        for text in texts:
            number = f"{next(self.numbers)}"
            await self.take(Arrival(("phones", number), PersonSaid(now(), text, number), ("phones", address)))

    async def taps(self, address: str, press: str) -> None:
        claim = ("phones", f"{next(self.numbers)}")
        await self.take(Arrival(claim, PersonTapped(now(), press), ("phones", address)))

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

    async def close_conversation(self, address: str, therapist: str) -> Taken:
        event = TherapistClosed(now(), therapist, therapist.title())
        arrival = Arrival(("desk", f"{next(self.numbers)}"), event, conversation=self.conversations[address])
        return await self.take(arrival)

    async def prescribe(self, address: str, therapist: str, flow: str, later: bool) -> None:
        """Whoever has the conversation, or this therapist who takes it, lets the bot speak, within one flow.

        later: and its hour comes at once.
        """
        if (conversation := self.conversations.get(address)) is None:
            return
        await self.take_over(address, therapist)
        has_it = await self.rows("SELECT owner FROM conversation WHERE id = $1", conversation)
        therapist = (has_it and has_it[0][0]) or therapist
        due = now() + timedelta(hours=1) if later else None
        event = TherapistPrescribed(now(), therapist, therapist.title(), flow, due)
        # As for a release: from here on the bot may speak, if this therapist has the conversation.
        self.leaving[address] += 1
        rows = await self.rows("SELECT owner, epoch FROM conversation WHERE id = $1", conversation)
        if not later and rows and rows[0][0] == therapist:
            self.given_back.add((conversation, rows[0][1]))
            self.silent.discard(address)
        taken = await self.take(Arrival(("desk", f"{next(self.numbers)}"), event, conversation=conversation))
        if due:
            rang = TimerRang(due, floor.TIMER, int(due.timestamp()))
            taken = await self.take(Arrival(("timer", f"{next(self.numbers)}"), rang, conversation=conversation))
        if taken.decision and OwnerChanged(None) in taken.decision.effects:
            self.given_back.add((conversation, taken.decision.state.epoch - 1))
            self.silent.discard(address)
            self.loans += 1
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

    async def counted(self) -> int:
        """The calls of the last minute in the group, as the program counts them."""
        rows = await self.rows("SELECT coalesce(sum(calls), 0)::int FROM group_call")
        return int(rows[0][0])

    async def settle(self, within: float = 60.0) -> None:
        """Wait until everything begun has ended and nothing is left to deliver."""
        try:
            async with asyncio.timeout(within):
                while self.acts:
                    await asyncio.gather(*list(self.acts))
                while await self.rows("SELECT 1 FROM outbox WHERE status IN ('waiting', 'sending') LIMIT 1"):
                    await asyncio.sleep(0.02)
        except TimeoutError as error:
            raise AssertionError("\n".join(["this was left to do:", *await self._left()])) from error

    async def _left(self) -> list[str]:
        """What was begun and not delivered, and what the database waits for."""
        rows = await self.rows(
            "SELECT id, lane, kind, status, tries, due_at - now() AS due_in, claimed_until - now() AS held_for, reason"
            " FROM outbox WHERE status IN ('waiting', 'sending') ORDER BY id LIMIT 20"
        )
        busy = await self.rows(
            "SELECT state, wait_event_type, wait_event, now() - xact_start AS since, left(query, 200) AS query"
            " FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
        )
        return [*(f"{act!r}" for act in self.acts), *(f"{dict(row)}" for row in (*rows, *busy))]

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
