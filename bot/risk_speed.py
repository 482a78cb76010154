"""How long reading a message takes, on one core."""

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from bot import weights
from bot.risk_data import DEVELOPMENT, read_labelled
from bot.settings import ROOT
from flows.risk.layer import Layer
from flows.risk.read import read

ROUNDS = 3
LONGEST = 500  # characters of the messages that are timed

HOSTILE = {
    "4,000 characters of ordinary text": "le train avait du retard et my tea went cold, so on a parlé de la pluie. "
    * 55,
    "4,000 characters of danger": "je veux mourir ce soir, I want to die tonight, j'ai les cachets devant moi. " * 53,
    "10,000 emoji": "😭" * 10_000,
    "10,000 different signs": "".join(chr(0x1F300 + n % 900) for n in range(10_000)),
    "10,000 spaced letters": "m o u r i r " * 833,
    "one word of 10,000 letters": "a" * 10_000,
    "what slows bad regular expressions": "a" * 5_000 + "!" + "'" * 4_000 + "@" * 1_000,
    "10,000 apostrophes between letters": "j'" * 5_000,
    "10,000 combining accents": "e" + "\u0301" * 9_999,
}


def section(heading: str = "## Speed") -> str:
    """Measured now, as a part of docs/risk.md and docs/performance.md."""
    layer = weights.load()
    messages = [m.text for m in read_labelled(DEVELOPMENT) if len(m.text) <= LONGEST]
    long = [" ".join(messages[n : n + 7])[:LONGEST] for n in range(0, len(messages), 7)]
    lines = ["| messages | what reads | median ms | p99 ms |", "|---|---|--:|--:|"]
    for name, texts in ((f"of the development set ({len(messages)})", messages), ("of 500 characters", long)):
        for which, used in (("floor", None), ("both", layer)):
            times = _times(texts, used)
            lines.append(f"| {name} | {which} | {statistics.median(times):.2f} | {_p99(times):.2f} |")
    hostile = ["| hostile message | floor ms | both ms |", "|---|--:|--:|"]
    for name, text in HOSTILE.items():
        hostile.append(f"| {name} | {min(_times([text], None)):.1f} | {min(_times([text], layer)):.1f} |")
    return (
        f"{heading}\n\nOne message at a time on one core, in plain Python "
        f"{platform.python_version()} ({platform.machine()}), in milliseconds of the processor. The words of the floor "
        f"and the layer take {_memory():.0f} MB of memory.\n\n" + "\n".join(lines) + "\n\n" + "\n".join(hostile) + "\n"
    )


def _times(texts: Sequence[str], layer: Layer | None) -> list[float]:
    """Milliseconds of each, the best of a few rounds: other work on the machine is not what is measured."""
    best = [float("inf")] * len(texts)
    for _ in range(ROUNDS):
        for number, text in enumerate(texts):
            best[number] = min(best[number], _milliseconds(text, layer))
    return best


def _milliseconds(text: str, layer: Layer | None) -> float:
    started = time.thread_time()
    read(text, (), layer)
    return (time.thread_time() - started) * 1000


def _p99(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]


def _memory() -> float:
    """Megabytes more that a process holds once it can read. Linux only."""
    asked = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True, cwd=ROOT)
    return float(asked.stdout)


_ASK = """
import gzip, hashlib, zlib, orjson
from pathlib import Path
held = lambda: int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024
before = held()
from bot import weights
from flows.risk.read import read
layer = weights.load()
read("Bonjour, hello", (), layer)
print(held() - before)
"""
