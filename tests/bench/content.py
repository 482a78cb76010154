"""How long the whole library takes to be loaded and checked, and one step through it; into docs/performance.md.

python -m tests.bench.content             a minute; writes its part of the page
python -m tests.bench.content --quick     a few seconds, nothing written
"""

import argparse
import os
import platform
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import median, quantiles

from bot import check, library
from bot.settings import CONTENT, LOCALES, ROOT
from flows.engine import step
from flows.events import Event, PersonArrived
from flows.state import State
from tests.bench.processes import cpu_model
from tests.test_library_walk import BEGUN, BOOK, CLINIC, Walker

PAGE = ROOT / "docs" / "performance.md"
HEADING = "## The content"
SEED = 4  # any would do; the same acts each time
ACTS = 120  # of one person, who then begins anew

SECTION = """\
{heading}

Written by `python -m tests.bench.content`, and by `make bench`: {machine}.
Seconds of CPU; other work on the machine, {load}, lengthens them too.

| what | median | nine in ten within |
|---|--:|--:|
| read everything, ready to be said | {read} |
| find every problem of it (`make check`) | {check} |
| one step of a conversation | {step} |

The steps are {steps} turns of people who press and type at random through all {flows} files, in both languages: what a
turn costs without the reading of risk, the database and the delivery.
"""


@dataclass
class Recorder(Walker):
    """Somebody whose turns are remembered, to be taken again with a stopwatch."""

    turns: list[tuple[State, Event]] = field(default_factory=list)

    def take(self, event: Event) -> None:
        self.turns.append((self.state, event))
        super().take(event)


def turns(count: int) -> list[tuple[State, Event]]:
    numbers = random.Random(SEED)
    found: list[tuple[State, Event]] = []
    while len(found) < count:
        walker = Recorder(state=State(locale=numbers.choice(("fr", "en"))))
        walker.take(PersonArrived(BEGUN))
        for _ in range(ACTS):
            walker.act(numbers.randrange(10**6))
        found += walker.turns
    return found


def section(quick: bool = False) -> str:
    """This part of the page, measured now."""
    again, count = (3, 2_000) if quick else (15, 30_000)
    load = f"a load of {os.getloadavg()[0]:.1f} before"
    walked = turns(count)
    for state, event in walked:  # phrases are made when they are first compared with
        step(BOOK, state, event)
    return SECTION.format(
        heading=HEADING,
        machine=f"{datetime.now(UTC):%Y-%m-%d}, {cpu_model()}, Python {platform.python_version()}",
        load=load,
        read=_row([_seconds(lambda: library.read(CLINIC)) for _ in range(again)], "s"),
        check=_row([_seconds(lambda: check.problems(CONTENT, LOCALES)) for _ in range(again)], "s"),
        step=_row([1000 * _seconds(partial(step, BOOK, *turn)) for turn in walked], "ms"),
        steps=len(walked),
        flows=len(BOOK.flows),
    )


def _seconds(work: Callable[[], object]) -> float:
    """Of this process: what others do meanwhile is left out."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _row(took: list[float], unit: str) -> str:
    digits = 2 if unit == "s" else 3
    return f"{median(took):.{digits}f} {unit} | {quantiles(took, n=10)[-1]:.{digits}f} {unit}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.content", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few seconds, nothing written")
    quick = parser.parse_args().quick
    written = section(quick)
    print(written)
    if not quick:
        rest = PAGE.read_text(encoding="utf-8").partition(f"\n{HEADING}\n")[0]
        PAGE.write_text(f"{rest.rstrip()}\n\n{written}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
