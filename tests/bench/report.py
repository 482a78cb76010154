"""What was measured, as a table and as docs/performance.md."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

from tests.bench.crowd import Outcome
from tests.bench.processes import cpu_model

OURS, AIOGRAM, PTB = "passerelle", "aiogram", "python-telegram-bot"

PAGE = """\
# Speed

Written by `make bench`; every figure on this page was measured by that run.

{table}

{ratios}

## The machine

{machine}

## What is compared

A person answers each question of the grounding exercise with a tap or a typed word and sends the next as soon as the
reply is there: nine turns make a round, one reply a turn, seven of them taps. Each bot is one process and talks HTTP to
the same fake Bot API by long polling; that server, which also plays the people, is a process of its own. It checks each
call against the Bot API's description and each reply against the words that are due: a reply that is lost, doubled, out
of order or under other buttons ends the bench with an error, so none of these runs had one.

- **passerelle** is the program as a clinic runs it, web and worker in one process, with everything on: PostgreSQL, each
  turn committed before it is answered, words and state encrypted, the epoch fence, the ordered outbox, timers. uvloop.
- **aiogram** is a bare bot in the way of its documentation: `MemoryStorage`, the FSM, updates side by side. uvloop.
- **python-telegram-bot** is a bare bot: `Application`, in-memory `user_data`, one update at a time as is its default
  (`concurrent_updates` made it slower: its HTTP client takes longer the more requests are open). uvloop.

Neither bare bot keeps to Telegram's sending limits, so for this bench ours is told that the server has none
(`bot.pace.NO_LIMITS`). Facing Telegram itself, its limit of about 30 messages a second is what ends first, for any bot.

## How to read it

- Figures are medians of {rounds} rounds of {seconds:g} seconds each, after a warm-up; the bots take turns going first.
  With one person it is mostly three processes waiting for one another; with 200 mostly the queue before one process.
- *Latency* is from the person's act until Telegram has the reply. *CPU* is of the bot's process, per turn; PostgreSQL's
  own is beside it. On a machine with few cores PostgreSQL, the fake Bot API and the bot share them.
- *Greeting*: everybody sends /start at the same instant; seconds until each has all messages of the greeting.
- *MB* is the bot's resident memory after the run, with the layer; what PostgreSQL's processes share counts once.
- One process is measured. More web and worker processes on one PostgreSQL is how it grows.

## Run it again

    make bench                              # all of it, under eight minutes; rewrites this page
    python -m tests.bench --quick           # under a minute, writes nothing
    python -m tests.bench --profile         # where our own time goes, at 50 people
    python -m tests.bench.content           # the last table of this page, in a minute
"""


@dataclass(frozen=True, slots=True)
class Run:
    """memory, postgres_memory: bytes, after the run."""

    name: str
    people: int
    outcome: Outcome
    memory: int
    postgres_memory: int

    @property
    def rate(self) -> float:
        return self.outcome.turns / self.outcome.seconds

    def cpu(self, what: str) -> float:
        """Milliseconds of CPU a turn."""
        return self.outcome.cpu.get(what, 0.0) / self.outcome.turns * 1000

    @property
    def crowd_load(self) -> float:
        """Share of one core that the fake Bot API and its people took."""
        return self.outcome.cpu["crowd"] / self.outcome.seconds


def line(run: Run) -> str:
    outcome = run.outcome
    return (
        f"{run.name:20} {run.people:4} people {run.rate:7.0f} turns/s  p50 {outcome.p50 * 1000:6.1f} ms  "
        f"p99 {outcome.p99 * 1000:6.1f} ms  "
        f"greeted in {outcome.greeted:4.1f} s  "
        f"cpu {run.cpu(run.name):5.2f} ms  postgres {run.cpu('postgres'):5.2f} ms  "
        f"{run.memory / 2**20:4.0f} MB  the crowd took {run.crowd_load:4.0%} of a core"
    )


def table(runs: list[Run]) -> str:
    rows = [
        "| people | bot | turns/s | p50 ms | p99 ms | greeting s | CPU ms/turn | + PostgreSQL | MB | + PostgreSQL |",
        "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for people in sorted({run.people for run in runs}):
        for name in (OURS, AIOGRAM, PTB):
            some = [run for run in runs if (run.name, run.people) == (name, people)]
            ours = name == OURS
            cells = [
                f"{people}",
                f"**{name}**" if ours else name,
                f"{_middle(some, lambda run: run.rate):.0f}",
                f"{_middle(some, lambda run: run.outcome.p50) * 1000:.1f}",
                f"{_middle(some, lambda run: run.outcome.p99) * 1000:.1f}",
                f"{_middle(some, lambda run: run.outcome.greeted):.1f}",
                f"{_middle(some, lambda run: run.cpu(run.name)):.2f}",
                f"{_middle(some, lambda run: run.cpu('postgres')):.2f}" if ours else "",
                f"{_middle(some, lambda run: run.memory) / 2**20:.0f}",
                f"{_middle(some, lambda run: run.postgres_memory) / 2**20:.0f}" if ours else "",
            ]
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def ratios(runs: list[Run]) -> str:
    """Ours beside the others, a line for each load."""
    lines = []
    for people in sorted({run.people for run in runs}):
        rate: dict[str, float] = {}
        p99: dict[str, float] = {}
        for name in (OURS, AIOGRAM, PTB):
            some = [run for run in runs if (run.name, run.people) == (name, people)]
            rate[name] = _middle(some, lambda run: run.rate)
            p99[name] = _middle(some, lambda run: run.outcome.p99)
        lines.append(
            f"- With {people}: {rate[OURS] / rate[AIOGRAM]:.2f} times the turns of aiogram, "
            f"{rate[OURS] / rate[PTB]:.2f} times those of python-telegram-bot; "
            f"p99 {p99[OURS] / p99[AIOGRAM]:.2f} and {p99[OURS] / p99[PTB]:.2f} times theirs."
        )
    return "\n".join(lines)


def machine(postgres: str) -> list[str]:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("aiogram", "python-telegram-bot", "uvloop"))
    libraries += ", " + ", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "asyncpg"))
    return [
        f"- {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {cpu_model()}",
        f"- {platform.system()} {platform.machine()}, Python {platform.python_version()}, {postgres}",
        f"- {libraries}",
        f"- {_company(os.getloadavg()[0], os.cpu_count() or 1)}",
    ]


def page(runs: list[Run], machine: list[str], rounds: int, seconds: float) -> str:
    return PAGE.format(
        table=table(runs), ratios=ratios(runs), machine="\n".join(machine), rounds=rounds, seconds=seconds
    )


def _company(load: float, cores: int) -> str:
    if load < cores / 4:
        return f"nothing else ran (load {load:.1f} before)"
    return f"**other work ran beside it (load {load:.1f} before)**: trust CPU a turn more than turns a second"


def _middle(runs: list[Run], take: Callable[[Run], float]) -> float:
    return median(take(run) for run in runs)
