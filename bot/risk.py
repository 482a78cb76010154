"""`python -m bot risk ...`: read and measure messages from a file, train the layer, write docs/risk.md.

Neither a database nor a network is needed, and nothing leaves the machine.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO

import orjson

from bot import risk_measuring, weights
from bot.risk_data import BrokenCorpus, read_labelled
from bot.risk_measuring import Judged
from flows.risk.layer import Layer
from flows.risk.read import read
from flows.risk.risk import Risk

WRONG_INPUT = 2


class BrokenMessages(Exception):
    """A line of the input that cannot be read; names it."""


def main(argv: Sequence[str]) -> int:
    """Run a command; 2 when what it reads cannot be read, with a sentence that says where."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.work(arguments)
    except (BrokenMessages, BrokenCorpus, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot risk", description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    reading = does.add_parser("read", help="JSON lines with id and text in, with id, level, kind and reason out")
    reading.add_argument("file", help="a file, or - for standard input")
    reading.set_defaults(work=_read)
    measuring = does.add_parser(
        "measure", help="the table of docs/risk.md for your own messages (id, text, lang, level)"
    )
    measuring.add_argument("file", type=Path)
    measuring.set_defaults(work=_measure)
    does.add_parser("train", help="train the statistical layer anew (extra `train`)").set_defaults(work=_train)
    does.add_parser("report", help="measure it and write docs/risk.md (extra `train`)").set_defaults(work=_report)
    return parser


def _read(arguments: argparse.Namespace) -> None:
    layer = _layer()
    opened = nullcontext(sys.stdin.buffer) if arguments.file == "-" else open(arguments.file, "rb")  # noqa: SIM115
    with opened as lines:
        for id, text in _messages(lines):
            sys.stdout.buffer.write(_line(id, read(text, (), layer)))
    sys.stdout.buffer.flush()


def _messages(lines: IO[bytes]) -> Iterator[tuple[object, str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = orjson.loads(line)
            yield said["id"], said["text"]
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenMessages(f"Line {number} is not a JSON object with id and text ({error}).") from error


def _line(id: object, risk: Risk) -> bytes:
    written = {"id": id, "level": risk.level.word, "kind": risk.kind.value, "reason": risk.reason}
    return orjson.dumps(written, option=orjson.OPT_APPEND_NEWLINE)


def _layer() -> Layer | None:
    """The layer that ships; without it the floor reads alone, and says so."""
    try:
        layer = weights.load()
    except weights.BadLayer as bad:
        print(f"The statistical layer {bad}; the floor reads alone.", file=sys.stderr)
        return None
    if layer.second is None:
        print(f"The statistical layer is {layer.name}.", file=sys.stderr)
    return layer


def _measure(arguments: argparse.Namespace) -> None:
    layer = _layer()
    judged = [Judged(m, read(m.text, (), layer).level) for m in read_labelled(arguments.file)]
    print(risk_measuring.table(risk_measuring.by_language(judged), "language"))
    print()
    print(risk_measuring.table(risk_measuring.by_kind(judged), "kind"))
    print("\nMissed: risk or imminent, read as none or concern\n")
    for one in risk_measuring.missed(judged):
        print(f"- {one.message.id}: {one.message.level.word}, read as {one.level.word}")


def _train(_: argparse.Namespace) -> None:
    from bot import risk_choosing  # the extra `train` is not there in a clinic

    print(risk_choosing.train_and_save())


def _report(_: argparse.Namespace) -> None:
    from bot import risk_report  # the extra `train` is not there in a clinic

    risk_report.write()
