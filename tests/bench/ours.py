"""Passerelle as it runs at a clinic, in one process, but for the pace: the Bot API of the bench has no limits.

    python -m tests.bench.ours [<profile>]

profile: where to leave what cProfile saw between two SIGUSR1.
"""

import asyncio
import cProfile
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import uvloop

from bot import logs
from bot.app import BOTH, Program
from bot.clinic import read as read_clinic
from bot.database import open_database
from bot.pace import NO_LIMITS
from bot.settings import read as read_settings


async def main(profile: Path | None) -> None:
    settings = read_settings(os.environ)
    program = Program(settings, open_database(settings), read_clinic(settings.clinic), BOTH, NO_LIMITS)
    if profile:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _toggle(profile))
    await program.run()


def _toggle(profile: Path) -> Callable[[], None]:
    profiler = cProfile.Profile()
    running = False

    def toggle() -> None:
        nonlocal running
        running = not running
        if running:
            profiler.enable()
        else:
            profiler.disable()
            profiler.dump_stats(profile)

    return toggle


if __name__ == "__main__":
    logs.configure(json=True)
    uvloop.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
