"""The program as it runs in a clinic: real processes on one database, a balancer before the web, Telegram far away."""

import asyncio
import base64
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import UUID

import aiohttp

from bot.database import Database
from tests.crash.telegram import Telegram

ROOT = Path(__file__).parent.parent.parent
CLINIC = ROOT / "tests" / "postgres" / "clinic.toml"
PERSON = "1001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
DESK = "1002:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
STARTED_WITHIN = 180.0  # seconds; a busy machine starts four at once


@dataclass(slots=True)
class Process:
    """One `python -m bot`, that can die. port: 0 for a worker."""

    name: str
    role: str
    env: dict[str, str]
    folder: Path
    port: int = 0
    running: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", self.role),
                env=self.env,
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """kill -9."""
        running = self.alive()
        running.kill()
        await running.wait()

    async def stop(self, within: float = 40.0) -> tuple[int, float]:
        """SIGTERM; return the exit code and the seconds it took. -9 when it did not end."""
        running = self.alive()
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(within):
                code = await running.wait()
        except TimeoutError:
            running.kill()
            code = await running.wait()
        return code, time.monotonic() - began

    def alive(self) -> asyncio.subprocess.Process:
        assert self.running
        assert self.running.returncode is None, f"{self.name} ended by itself:\n{self.tail()}"
        return self.running

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


@dataclass(frozen=True, slots=True)
class Death:
    """at: seconds since 1970. held: by each sender's id, the messages it was sending."""

    name: str
    at: float
    held: dict[UUID, int]


@dataclass(slots=True)
class House:
    """telegram: the fake. processes: what runs the program."""

    database: Database
    telegram: Telegram
    processes: list[Process]
    deaths: list[Death] = field(default_factory=list)

    async def kill(self, process: Process) -> None:
        """It dies, and its supervisor starts it again."""
        await process.kill()
        at = time.time()
        connection = await self.database.connect()
        held = await connection.fetch(
            "SELECT claimed_by, count(DISTINCT lane) FROM outbox WHERE status = 'sending' GROUP BY claimed_by"
        )
        await connection.close()
        self.deaths.append(Death(process.name, at, {row[0]: row[1] for row in held}))
        await process.start()

    def all_run(self) -> None:
        for process in self.processes:
            process.alive()

    def broken(self) -> list[str]:
        """What no process may ever write: a traceback, or that something broke."""
        signs = ("Traceback", "turn_broke", "delivery_broke", "stopped_by", "never awaited")
        return [
            f"{process.name}: {line[:2000]}"
            for process in self.processes
            for line in process.log.read_text(errors="replace").splitlines()
            if any(sign in line for sign in signs)
        ]


@asynccontextmanager
async def house(
    database: Database, folder: Path, webs: int, workers: int, weather: Mapping[str, object] | None = None
) -> AsyncIterator[House]:
    """Everything up and answering. With no web process Telegram is polled. weather: trouble met on the way up."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(Telegram.running(PERSON, DESK))
        if weather:
            await telegram.do("trouble", **weather)
        ports = [free_port() for _ in range(webs)]
        env = {
            **{key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ},
            "DATABASE_URL": database.url,
            "PASSERELLE_MASTER_KEY": base64.b64encode(database.master_key).decode(),
            "PASSERELLE_VAR": str(folder / "var"),
            "TELEGRAM_TOKEN": PERSON,
            "TELEGRAM_DESK_TOKEN": DESK,
            "TELEGRAM_URL": telegram.url,
            "CLINIC": str(CLINIC),
            "HOST": "127.0.0.1",
        }
        if webs:
            env["TELEGRAM_WEBHOOK_SECRET"] = "only-the-real-telegram-knows"
            env["PUBLIC_URL"] = await stack.enter_async_context(_front(ports))
        processes = [
            Process(f"web{n}", "web", env | {"PORT": str(port)}, folder, port) for n, port in enumerate(ports, 1)
        ]
        processes += [Process(f"worker{n}", "worker", env, folder) for n in range(1, workers + 1)]
        built = House(database, telegram, processes)
        try:
            for process in processes:
                await process.start()
            await _all_up(built)
            yield built
        finally:
            for process in processes:
                if process.running and process.running.returncode is None:
                    process.running.kill()
                    await process.running.wait()


async def _all_up(house: House) -> None:
    """Until each web answers, each process sends, and Telegram knows where updates go."""
    connection = await house.database.connect()
    try:
        async with asyncio.timeout(STARTED_WITHIN):
            for process in house.processes:
                while process.port and not await _answers(process.port):
                    house.all_run()
                    await asyncio.sleep(0.05)
            while await connection.fetchval("SELECT count(*) FROM process") < len(house.processes):
                house.all_run()
                await asyncio.sleep(0.05)
            # Each process tells Telegram, for both bots.
            said = "setWebhook" if any(p.port for p in house.processes) else "deleteWebhook"
            telling = sum(1 for p in house.processes if p.port or said == "deleteWebhook")
            while (await house.telegram.do("counts")).get(said, 0) < 2 * telling:
                house.all_run()
                await asyncio.sleep(0.05)
    except TimeoutError:
        logs = "\n".join(f"--- {p.name}\n{p.tail()}" for p in house.processes)
        raise AssertionError(f"not up after {STARTED_WITHIN} seconds:\n{logs}") from None
    finally:
        await connection.close()


async def _answers(port: int) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(2)) as http,
            http.get(f"http://127.0.0.1:{port}/health") as response,
        ):
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


@asynccontextmanager
async def _front(ports: list[int]) -> AsyncIterator[str]:
    """A balancer: connections go to each web process in turn. One that does not listen cuts the line."""
    turns = count()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", ports[next(turns) % len(ports)])
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(_pass_on(reader, to_writer), _pass_on(to_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
