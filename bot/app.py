"""The only wiring: what runs in one process, what it is made of, how it starts and how it stops."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

import httpx
import structlog
import uvicorn
from pgqueuer import PgQueuer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot import carry, doors, heads, jobs, models, outbox, passkeys, store
from bot.booked import Booked
from bot.bookings import Bookings
from bot.database import LOST, Database, DatabaseAway, may_write
from bot.deliver import Deliver, Outlet
from bot.desk import Desk
from bot.desk_orders import Orders
from bot.entrance import Gate
from bot.figures import ClinicFigures
from bot.lately import measured
from bot.library import Library, facts
from bot.look_ups import LookUps, Read
from bot.outbox import WEB, Held
from bot.pace import TELEGRAM, Limits
from bot.reading import BUDGET, MODEL_BUDGET, Reading
from bot.room import Room
from bot.settings import Settings
from bot.signals import Signals, ended
from bot.turn import Arrival, Turns, now
from bot.typing import Typing
from bot.vault import Vault
from flows import lines
from flows.events import FileRef, OfferUndelivered
from handlers import booking_acuity, booking_easyappointments
from handlers.desk_telegram import DeskTelegram
from handlers.errors import BadToken, DeliveryError, TryLater, Unreachable
from handlers.person_telegram import PersonTelegram
from handlers.port import Closed, Message, Receipt, Topic
from handoff.head import Stage
from handoff.links import ACUITY, EASYAPPOINTMENTS
from handoff.roster import Clinic

log = structlog.get_logger()
Way = TypeVar("Way", contravariant=True)

PERSON_WEBHOOK, DESK_WEBHOOK = "/telegram/person", "/telegram/desk"
POLLING_LOCK = 70  # advisory, with a number for each bot: of all processes, one polls it
MEASURE_EVERY = 60.0  # seconds: whose turn it is changes with each request, how long it takes hardly
STOP_WITHIN = timedelta(seconds=20)
REFUSED_AGAIN = 10.0  # seconds until Telegram is asked again for what it refused


@dataclass(frozen=True, slots=True)
class Roles:
    """What this process does. Every process takes turns and delivers; serving and waiting are shared out."""

    web: bool  # pages and webhooks
    worker: bool  # timers, clean-up, and polling where there are no webhooks


BOTH = Roles(web=True, worker=True)


class _Webhook(Protocol[Way]):
    async def webhook(self, road: Way, secret: str | None, body: bytes) -> int: ...


class _DeskMark:
    """The desk in a browser reads the database itself: a row for it is delivered by being marked."""

    name = carry.DESK

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        return Receipt("")

    async def fetch(self, file: FileRef) -> bytes:
        raise AssertionError(f"nothing lies at {file.platform}")


class Program:
    """One process of Passerelle."""

    def __init__(
        self, settings: Settings, database: Database, clinic: Clinic, roles: Roles, telegram_limits: Limits = TELEGRAM
    ) -> None:
        """telegram_limits: other limits than Telegram's own, for a Bot API server that has none (benchmarks)."""
        self._settings = settings
        self._database = database
        self._clinic = clinic
        self._roles = roles
        self._stop = asyncio.Event()
        self._joined: frozenset[str] = frozenset()
        self._queue: PgQueuer | None = None
        self.engine: AsyncEngine = database.engine()
        self.vault = Vault(database.master_key)
        self.library = Library(clinic, file=settings.clinic, renewed=self._clinic_renewed)
        self.wording = self.library.wording
        self.signals = Signals(database)
        self.reading = Reading(
            lambda: models.load(settings.risk_model), MODEL_BUDGET if settings.risk_model else BUDGET
        )
        self.person_telegram = (
            PersonTelegram(
                settings.person_token, self.wording, url=settings.telegram_url, secret=settings.webhook_secret
            )
            if settings.person_token
            else None
        )
        self.desk_telegram = (
            DeskTelegram(settings.desk_token, url=settings.telegram_url, secret=settings.webhook_secret)
            if settings.desk_token
            else None
        )
        outlets = {carry.DESK: Outlet(_DeskMark())}
        if self.person_telegram:
            outlets[self.person_telegram.name] = Outlet(self.person_telegram, telegram_limits)
        if self.desk_telegram:
            outlets[self.desk_telegram.name] = Outlet(self.desk_telegram, telegram_limits, self.desk_telegram)
        self.deliver = Deliver(self.engine, self.vault, outlets, clinic.desk_group, self._topic, self._undelivered)
        self.turns = Turns(
            self.engine,
            self.vault,
            self.library,
            clinic,
            self.deliver,
            lambda: self._joined,
            settings.public_url,
            self.reading,
        )
        messengers = (self.person_telegram, self.desk_telegram)
        typing = Typing(self.engine, self.vault, {one.name: one for one in messengers if one}, clinic.desk_group)
        self.room = Room(self.engine, self.vault, self.turns, clinic, self.signals, self.deliver.fetch, typing)
        self.desk = Desk(
            self.engine,
            self.vault,
            self.turns,
            clinic,
            self.wording,
            self.signals,
            self.room,
            self.deliver.fetch,
            self.library.book.instruments,
            Gate(settings.public_url, passkeys.site(settings.public_url, _name(clinic)), self.deliver),
            Orders(clinic, self.wording, lambda: self.library.book),
            typing,
        )
        self.bookings = Bookings(self.engine, self.vault, clinic)
        self.booked = Booked(self.engine, self.vault, clinic)
        self.http = httpx.AsyncClient()
        self.look_ups = LookUps(self._readers(), self.bookings.hear)
        self.web = self._web() if roles.web else None

    def stop(self) -> None:
        """Finish what is in flight, lose nothing, and return from `run`."""
        self._stop.set()

    async def run(self, started: Callable[[], Awaitable[None]] | None = None) -> None:
        """Run until `stop`, SIGTERM or SIGINT. started: called once everything is up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, self.stop)
        tasks: list[asyncio.Task[None]] = []

        def start(work: Awaitable[None]) -> "asyncio.Task[None]":
            task = asyncio.ensure_future(work)
            task.add_done_callback(self._ended)
            tasks.append(task)
            return task

        turns, deliver = start(self.turns.run()), start(self.deliver.run())
        signals, joined = start(self.signals.run()), start(self._watch_joined())
        renewing, measuring = start(self.library.watch(self._stop)), start(self._measure())
        edges = [start(self._poll(bot, poll)) for bot, poll in enumerate(self._polls())]
        if self._roles.worker:
            edges.append(start(self._jobs()))
        if self.web:
            edges.append(start(self._serve(self.web)))
        log.info("content", **facts(self.library.book))
        try:
            await self._start_bots()
            if started:
                await started()
            # aiogram's and pydantic's classes are some 300,000 objects that never go: looking through them again and
            # again was a pause of 0.2 s each time.
            gc.collect()
            gc.freeze()
            await self._stop.wait()
        finally:
            self._stop.set()
            log.info("stopping")
            self.signals.close()
            if self._queue:
                self._queue.shutdown.set()
            await _settled(edges)
            self.turns.close()
            await _settled([turns])
            self.deliver.close()
            await _settled([deliver, signals, joined, renewing, measuring])
            with contextlib.suppress(*LOST):
                await self.room.write_unknown()
            for platform in (self.person_telegram, self.desk_telegram):
                if platform:
                    await platform.close()
            await self.http.aclose()
            self.reading.close()
            await self.engine.dispose()
            log.info("stopped")
        for task in tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()):
            # A token that is no longer good is for somebody to mend, and said in a sentence by whoever called us.
            where = None if isinstance(error, BadToken) else error
            log.error("stopped_by", error=type(error).__name__, exc_info=where)
            self.stop()

    # --- the edges ---

    def _polls(self) -> list[Callable[[], Awaitable[None]]]:
        if self._settings.webhook_secret or not self._roles.worker:
            return []
        polls: list[Callable[[], Awaitable[None]]] = []
        if person := self.person_telegram:
            polls.append(lambda: person.poll(self.room))
        if desk := self.desk_telegram:
            polls.append(lambda: desk.poll(self.desk))
        return polls

    async def _poll(self, bot: int, poll: Callable[[], Awaitable[None]]) -> None:
        """Poll while this process holds the lock: two pollers on one token would be refused by Telegram."""
        while not self._stop.is_set():
            try:
                async with self._leading(bot) as leading:
                    if leading:
                        await self._until_over(poll(), leading)
            except (DatabaseAway, *LOST) as error:
                log.warning("not_polling", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await self._stop.wait()

    @contextlib.asynccontextmanager
    async def _leading(self, bot: int) -> AsyncIterator[asyncio.Event | None]:
        """None while another process holds the lock; else an event that is set when we no longer do."""
        connection = await self._database.connect()
        lost = ended(connection)
        try:
            locked = await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", POLLING_LOCK, bot)
            yield lost if locked else None
        finally:
            with contextlib.suppress(*LOST):
                await connection.close(timeout=2)

    async def _until_over(self, work: Awaitable[None], lost: asyncio.Event) -> None:
        """Until it ends, we are told to stop, or the lock is lost with its connection."""
        task = asyncio.ensure_future(work)
        ends = [asyncio.ensure_future(each.wait()) for each in (self._stop, lost)]
        await asyncio.wait([task, *ends], return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _start_bots(self) -> None:
        """Say to Telegram where updates go: to us, or to whoever polls."""
        webhooks = bool(self._settings.webhook_secret)
        if webhooks and not self._roles.web:
            return
        for bot, path in ((self.person_telegram, PERSON_WEBHOOK), (self.desk_telegram, DESK_WEBHOOK)):
            if bot:
                await self._start_bot(bot, f"{self._settings.public_url}{path}" if webhooks else "")
        if self.desk_telegram and self._clinic.desk_group:
            await self._look_at_group(self.desk_telegram, self._clinic.desk_group)

    async def _look_at_group(self, desk: DeskTelegram, group: str) -> None:
        """Say in the log what would keep every request from being seen there."""
        with contextlib.suppress(TryLater):
            if missing := await desk.missing_in(group):
                log.warning("desk_group_not_ready", desk_group=group, mend=missing)

    async def _start_bot(self, bot: PersonTelegram | DeskTelegram, webhook: str) -> None:
        while not self._stop.is_set():
            try:
                await bot.start(webhook)
                return
            except TryLater as away:
                log.warning("telegram_away", reason=str(away))
                pause = max(2.0, away.after.total_seconds())
            except DeliveryError as refused:  # for somebody to mend, while everything else goes on
                log.error("telegram_refused", reason=str(refused))
                pause = REFUSED_AGAIN
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stop.wait()

    def _web(self) -> Starlette:
        from handlers import booking_web, desk_bookings, desk_door, desk_figures, desk_web, person_web

        self.deliver.add(WEB, Outlet(person_web.PersonWeb(_nothing_of_its_own)))
        default = self._clinic.languages[0]

        def name(locale: str) -> str:
            names = dict(self._clinic.name)
            return names.get(locale, names[default])

        def urgent(locale: str, country: str) -> list[str]:
            return [
                self.wording.text(line, locale) for line in lines.urgent(self.library.book.lines_in(country), locale)
            ]

        def numbers(locale: str) -> dict[str, str]:
            return {
                self.wording.text(said, locale): address
                for said, address in lines.numbers([self.library.book.lines, *self.library.book.directories.values()])
            }

        routes: list[BaseRoute] = [
            Route("/health", self._health),
            Route("/ready", self._ready),
            *person_web.routes(
                self.room,
                self.wording,
                clinic=name,
                urgent_lines=urgent,
                numbers=numbers,
                default_locale=default,
                closing=self._stop,
            ),
            *person_web.links_routes(self.room, self.wording, default_locale=default),
            *desk_bookings.routes(
                self.desk, self.booked, self.wording, lambda: self._clinic.timezone, default_locale=default
            ),
            *booking_web.routes(self.bookings, self.wording, self._settings.booking_secrets, default_locale=default),
            *desk_door.routes(self.desk, self.wording, default_locale=default),
            *desk_web.routes(
                self.desk,
                self.wording,
                lambda: self._clinic.timezone,
                default_locale=default,
                closing=self._stop,
            ),
            *desk_figures.routes(
                self.desk, ClinicFigures(self.engine, self._clinic), self.wording, default_locale=default
            ),
        ]
        if self._settings.webhook_secret:
            if self.person_telegram:
                routes.append(Route(PERSON_WEBHOOK, self._webhook(self.person_telegram, self.room), methods=["POST"]))
            if self.desk_telegram:
                routes.append(Route(DESK_WEBHOOK, self._webhook(self.desk_telegram, self.desk), methods=["POST"]))
        return Starlette(routes=routes, exception_handlers=person_web.when_wrong(self.wording, default_locale=default))

    def _webhook(self, bot: _Webhook[Way], way: Way) -> Callable[[Request], Awaitable[Response]]:
        async def receive(request: Request) -> Response:
            secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
            return Response(status_code=await bot.webhook(way, secret, await request.body()))

        return receive

    async def _serve(self, web: Starlette) -> None:
        server = _Server(
            uvicorn.Config(
                web,
                host=self._settings.host,
                port=self._settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                timeout_graceful_shutdown=5,
            )
        )

        async def stop() -> None:
            await self._stop.wait()
            server.should_exit = True

        async with asyncio.TaskGroup() as group:
            group.create_task(stop())
            await server.serve()
            self._stop.set()

    async def _jobs(self) -> None:
        def ready(queue: PgQueuer) -> None:
            self._queue = queue
            if self._stop.is_set():  # told to stop while it was starting
                queue.shutdown.set()

        while not self._stop.is_set():
            try:
                await jobs.run(
                    self._database,
                    self.engine,
                    self.turns.take,
                    self.look_ups.take,
                    self.bookings.news,
                    lambda: self._clinic,
                    ready,
                )
            except (DatabaseAway, *LOST) as error:
                log.warning("queue_away", error=type(error).__name__)
                await asyncio.sleep(1)

    def _readers(self) -> dict[str, Read]:
        """Where the bookings of providers are read that only say that something changed."""
        settings = self._settings
        readers: dict[str, Read] = {}
        if keys := settings.booking_secrets.get("ACUITY_API_KEY"):
            readers[ACUITY] = lambda id, at: booking_acuity.look_up(self.http, id, settings.acuity_user, keys[0], at)
        if settings.easyappointments_url:
            server, token = settings.easyappointments_url, settings.easyappointments_token
            readers[EASYAPPOINTMENTS] = lambda id, at: booking_easyappointments.look_up(
                self.http, id, server, token, self._clinic.timezone, at
            )
        return readers

    # --- what deliveries and pages ask ---

    def _topic(self, conversation: int) -> Topic:
        return heads.topic(self.wording, conversation, Stage.CLOSED, self._clinic.languages[0])

    async def _undelivered(self, row: Held, error: DeliveryError) -> None:
        """An offer that did not arrive counts as unanswered; a therapist's words that did not are told to them."""
        if row.kind == "offer" and row.round is not None:
            event = OfferUndelivered(now(), "" if row.place == "group" else row.place, row.round)
            with contextlib.suppress(Closed):  # the offer's own timer rings then
                await self.turns.take(Arrival(("undelivered", str(row.id)), event, conversation=row.conversation))
        elif row.place == "person" and not row.automated:
            log.info("words_not_delivered", row=row.id, reason=type(error).__name__)
            await self._tell_not_delivered(row, error)

    async def _tell_not_delivered(self, row: Held, error: DeliveryError) -> None:
        async with self.engine.begin() as db:
            owner = await outbox.owner_of(db, row.conversation)
            if not owner or not (self._clinic.desk_group or owner in self._joined):
                return  # the desk in a browser marks the line itself
            languages = {t.id: t.languages[0] for t in self._clinic.therapists}
            locale = languages.get(owner, self._clinic.languages[0])
            why = "desk.reason_left" if isinstance(error, Unreachable) else "desk.reason_refused"
            told = self.wording.sentence("desk.not_delivered", locale, reason=self.wording.sentence(why, locale))
            await store.save(
                db,
                [],
                [],
                [carry.to_desk(self.vault.key(row.key), row.conversation, owner, bool(self._clinic.desk_group), told)],
                self.deliver.id,
                timedelta(0),
            )
        self.deliver.wake()

    async def _watch_joined(self) -> None:
        async for _ in self.signals.watch("joined"):
            try:
                async with self.engine.begin() as db:
                    self._joined = await doors.joined(db, carry.DESK_TELEGRAM)
            except LOST as error:
                log.warning("database_away", error=type(error).__name__)
                await asyncio.sleep(1)

    # --- the clinic ---

    def _clinic_renewed(self, clinic: Clinic) -> None:
        self._clinic = clinic
        for part in (self.turns, self.room, self.desk, self.bookings, self.booked):
            part.renew(clinic)

    async def _measure(self) -> None:
        while not self._stop.is_set():
            try:
                async with self.engine.begin() as db:
                    self.library.measured(await measured(db, self._clinic))
            except LOST as error:
                log.warning("not_measured", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(MEASURE_EVERY):
                    await self._stop.wait()

    # --- health ---

    async def _health(self, _request: Request) -> Response:
        """The process runs, and with what it reads risk. It says nothing about what else it needs."""
        standing = self.reading.standing
        reading = {"floor": True, "layer": standing.layer}
        return JSONResponse({"status": "ok", "reading": reading | ({"why": standing.why} if standing.why else {})})

    async def _ready(self, _request: Request) -> Response:
        """Whether a person who writes now would be answered."""
        try:
            async with asyncio.timeout(3), self.engine.connect() as db:
                waiting = (
                    await db.execute(
                        text("""SELECT count(*), coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM outbox
                                WHERE status = 'waiting' AND due_at <= now()""")
                    )
                ).one()
                processes = (
                    await db.execute(text("SELECT count(*) FROM process WHERE seen_at > now() - interval '15 seconds'"))
                ).scalar_one()
                writable = await may_write(db)
                await db.rollback()
        except LOST as error:
            return JSONResponse({"status": "database away", "error": type(error).__name__}, status_code=503)
        if not writable:
            return JSONResponse({"status": "database read-only, or of another version"}, status_code=503)
        return JSONResponse(
            {
                "status": "ok",
                "outbox": {"due": waiting[0], "oldest_seconds": round(float(waiting[1]), 1)},
                "processes": processes,
                **facts(self.library.book),
            }
        )


def _name(clinic: Clinic) -> str:
    return dict(clinic.name)[clinic.languages[0]]


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: Program.stop ends everything in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _settled(tasks: list["asyncio.Task[None]"]) -> None:
    """Wait for them, and end those that take too long. Their errors are logged already."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=STOP_WITHIN.total_seconds())
    for task in late:
        log.warning("ended_by_force", task=task.get_name())
        task.cancel()


async def _nothing_of_its_own(_: FileRef) -> bytes | None:
    """The web chat's files lie in the database (bot/deliver.py, STORED)."""
    return None
