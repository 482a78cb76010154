"""How many turns a second, beside two bare bots; writes docs/performance.md.

python -m tests.bench             everything, about six minutes
python -m tests.bench --quick     one short round, nothing written
python -m tests.bench --profile   where our own time goes
"""

import argparse
import asyncio
import base64
import os
import pstats
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import orjson

from bot.database import Database, embedded, migrate
from bot.settings import ROOT
from tests.bench import content, reading, report, walk
from tests.bench.crowd import Order, Outcome
from tests.bench.processes import family, memory, resident
from tests.bench.report import AIOGRAM, OURS, PTB, Run

PERFORMANCE = ROOT / "docs" / "performance.md"
LOADS = (1, 50, 200)
BOTS = (OURS, AIOGRAM, PTB)
TOKENS = {name: f"{1001 + number}:the-bench-has-its-own-{name}" for number, name in enumerate(BOTS)}
MODULES = {OURS: "tests.bench.ours", AIOGRAM: "tests.bench.bare_aiogram", PTB: "tests.bench.bare_ptb"}
STOP_SECONDS = 30.0


class Failed(Exception):
    """The bench could not be run, or a reply was lost, doubled or out of order."""


class Bench:
    """The crowd, a PostgreSQL, and one bot at a time."""

    def __init__(self, folder: Path, exits: ExitStack) -> None:
        self._folder = folder
        self._exits = exits
        self.exercise = folder / "exercise.json"
        self.exercise.write_bytes(walk.written())
        self._server = embedded(folder / "postgres")
        self._postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        self._databases = 0
        self._crowd = exits.enter_context(
            _process("tests.bench.crowd", [str(self.exercise), *TOKENS.values()], {}, self._log("crowd"), piped=True)
        )
        self.url = self._hear().decode().strip()

    def postgres(self) -> str:
        """What kind of PostgreSQL this is, in words."""

        async def ask() -> str:
            connection = await asyncpg.connect(self._server)
            version = await connection.fetchval("SHOW server_version")
            facts = [f"{name} {await connection.fetchval(f'SHOW {name}')}" for name in ("fsync", "synchronous_commit")]
            await connection.close()
            return f"PostgreSQL {version} ({', '.join(facts)})"

        return asyncio.run(ask())

    def runs(self, name: str, loads: tuple[int, ...], warm: float, seconds: float) -> Iterator[Run]:
        """One process of this bot, under one load after the other. Raises Failed."""
        with self._bot(name) as bot:
            for people in loads:
                watch = self._watched(name, bot.pid)
                outcome = self._run(Order(TOKENS[name], people, warm, seconds, watch))
                if outcome.lost or outcome.strange or not outcome.turns:
                    raise Failed(f"{name}, {people} people: {outcome}\n{self._ends()}")
                own = resident(bot.pid)
                shared = sum(map(memory, watch.get("postgres", [])))
                yield Run(name, people, outcome, own, shared)

    def profile(self, people: int, warm: float, seconds: float) -> tuple[Outcome, pstats.Stats]:
        path = self._folder / "profile"
        with self._bot(OURS, str(path)) as bot:
            outcome = self._run(Order(TOKENS[OURS], people, warm, seconds, {OURS: [bot.pid]}, toggle=bot.pid))
        return outcome, pstats.Stats(str(path))

    def _watched(self, name: str, pid: int) -> dict[str, list[int]]:
        watch = {name: [pid], "crowd": [self._crowd.pid]}
        if name == OURS:
            watch["postgres"] = family(self._postmaster)
        return watch

    @contextmanager
    def _bot(self, name: str, profile: str = "") -> Iterator[subprocess.Popen[bytes]]:
        arguments = [self.url, TOKENS[name], str(self.exercise)] if name != OURS else [profile] if profile else []
        environment = self._environment() if name == OURS else {}
        with _process(MODULES[name], arguments, environment, self._log(name)) as bot:
            if not self._order({"polled": TOKENS[name]})["polled"]:
                raise Failed(f"{name} did not start\n{self._ends()}")
            yield bot

    def _environment(self) -> dict[str, str]:
        """A database of its own for each process of ours, so that none finds what another left."""
        self._databases += 1
        name = f"bench_{self._databases}"
        key = secrets.token_bytes(32)
        url = urlunsplit(urlsplit(self._server)._replace(path=f"/{name}"))

        async def make() -> None:
            connection = await asyncpg.connect(self._server)
            await connection.execute(f'CREATE DATABASE "{name}"')
            await connection.close()
            await migrate(Database(url, key))

        asyncio.run(make())
        return {
            "DATABASE_URL": url,
            "PASSERELLE_MASTER_KEY": base64.b64encode(key).decode(),
            "PASSERELLE_VAR": str(self._folder / "var"),
            "TELEGRAM_TOKEN": TOKENS[OURS],
            "TELEGRAM_URL": self.url,
            "PORT": str(_free_port()),
            "CLINIC": str(ROOT / "clinic.toml"),
        }

    def _run(self, order: Order) -> Outcome:
        return Outcome(**self._order({"run": asdict(order)}))

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._crowd.stdin
        self._crowd.stdin.write(orjson.dumps(order) + b"\n")
        self._crowd.stdin.flush()
        answer: dict[str, Any] = orjson.loads(self._hear())
        return answer

    def _hear(self) -> bytes:
        assert self._crowd.stdout
        if line := self._crowd.stdout.readline():
            return line
        raise Failed(f"the crowd has gone\n{self._ends()}")

    def _log(self, name: str) -> IO[bytes]:
        return self._exits.enter_context((self._folder / f"{name}.log").open("ab"))

    def unread(self) -> int:
        """How often ours did not wait for the layer; at 5 in a row it rests for a minute, which counts once."""
        told = (self._folder / f"{OURS}.log").read_text()
        return told.count("layer_not_waited_for") + told.count("layer_too_slow")

    def _ends(self) -> str:
        """The last words of every process."""
        return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in sorted(self._folder.glob("*.log")))


@contextmanager
def _process(
    module: str, arguments: list[str], environment: dict[str, str], log: IO[bytes], *, piped: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE if piped else subprocess.DEVNULL
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=log, cwd=ROOT, env=_bare_environment() | environment
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _bare_environment() -> dict[str, str]:
    """Ours without the settings that somebody may have made for their own clinic."""
    return {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV") if key in os.environ}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _measure(bench: Bench, rounds: int, warm: float, seconds: float) -> list[Run]:
    found: list[Run] = []
    for number in range(rounds):
        # Each bot goes first, in the middle and last in turn: what the machine does meanwhile spares nobody.
        turned = BOTS[number % len(BOTS) :] + BOTS[: number % len(BOTS)]
        for name in turned:
            for run in bench.runs(name, LOADS, warm, seconds):
                print(f"round {number + 1}  {report.line(run)}", flush=True)
                found.append(run)
    return found


def _profile(bench: Bench, people: int, seconds: float) -> None:
    outcome, stats = bench.profile(people, 2.0, seconds)
    print(f"{people} people, under the profiler: {outcome.turns / outcome.seconds:.0f} turns a second")
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(25 if order == "tottime" else 60)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one short round, nothing written")
    parser.add_argument("--profile", action="store_true", help="where our own time goes")
    parser.add_argument("--people", type=int, default=50, help="how many, under --profile")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measured run")
    chosen = parser.parse_args()
    began = time.monotonic()
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)  # root's PostgreSQL runs as another user, who must be able to enter
        try:
            bench = Bench(folder, exits)
            if chosen.profile:
                _profile(bench, chosen.people, chosen.seconds)
                return 0
            rounds, warm, seconds = (1, 0.7, 2.0) if chosen.quick else (chosen.rounds, 2.0, chosen.seconds)
            machine = report.machine(bench.postgres())
            print("\n".join(machine), flush=True)
            runs = _measure(bench, rounds, warm, seconds)
            machine.append(f"- messages that the floor read alone, because the layer took too long: {bench.unread()}")
            print(machine[-1])
        except Failed as failure:
            print(failure, file=sys.stderr)
            return 1
    table = report.table(runs)
    print(f"\n{table}\n\n{time.monotonic() - began:.0f} seconds in all")
    if not chosen.quick:
        page = report.page(runs, machine, rounds, seconds)
        PERFORMANCE.write_text(f"{page}\n{reading.section()}\n{content.section()}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
