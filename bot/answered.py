"""Answers to questionnaires as they are kept: sealed, given back to the person, shown to their therapist."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.wording import Wording
from flows import answers as sums
from flows.instruments import DIFFICULTY, Instrument
from flows.state import Answers, answers_of, plain_answers
from handlers.port_desk import Filled


@dataclass(frozen=True, slots=True)
class Kept:
    """One set of answers. channel: the platform they were given on."""

    answers: Answers
    channel: str


def pack(answers: Answers, channel: str) -> bytes:
    return orjson.dumps({**plain_answers(answers), "channel": channel})


def unpack(packed: bytes) -> Kept:
    plain: dict[str, Any] = orjson.loads(packed)
    return Kept(answers_of(plain), plain["channel"])


def as_text(instruments: Mapping[str, Instrument], wording: Wording, locale: str, kept: Kept) -> str:
    """For the file a person takes away: what was asked, in the words it was asked in, and what they answered."""
    given = kept.answers
    instrument = instruments.get(given.instrument)
    head = f"{instrument.name if instrument else given.instrument} ({given.at:%Y-%m-%d %H:%M} UTC)"
    about = wording.sentence("kept.answers", locale, form=given.form, version=given.version, channel=kept.channel)
    lines = [head, about]
    open_ = wording.sentence("kept.left_open", locale)
    if instrument and instrument.version == given.version:
        lines += [instrument.forms[given.form].stem, *(f"{q}\n→ {a or open_}" for q, a in asked(instrument, given))]
        lines.append(instrument.attribution.get(locale, instrument.attribution["en"]))
    else:
        lines += [f"{question}: {score or open_}" for question, score in _scores(given)]
    return "\n".join(lines)


def asked(instrument: Instrument, given: Answers) -> Iterator[tuple[str, str]]:
    """Each question and its answer in the official words; "" for one left open."""
    form = instrument.forms[given.form]
    for question, score in sums.in_order(instrument, given):
        if question == DIFFICULTY:
            yield form.difficulty, "" if score is None else form.difficulty_answers[score]
        else:
            answer = "" if score is None else form.answers[instrument.scores.index(score)]
            yield f"{question}. {form.items[int(question) - 1]}", answer


def _scores(given: Answers) -> Iterator[tuple[str, str]]:
    """What can be said of answers to words that are not today's: their numbers."""
    yield from ((question, "" if score is None else str(score)) for question, score in given.given)


def filled(instruments: Mapping[str, Instrument], kept: Sequence[Kept]) -> list[Filled]:
    """As a clinician reads them, newest first: the sum where nothing is missing, and its change since the last one.

    kept: oldest first. A change is given only between two sums of the same form, further apart than the days they are
    about: two that overlap, or two languages, are not compared.
    """
    found: list[Filled] = []
    for number, each in enumerate(kept):
        given = each.answers
        instrument = instruments.get(given.instrument)
        if instrument is None:
            continue
        total = sums.total(instrument, given)
        before = _before(instrument, kept[:number], given) if total is not None else None
        found.append(
            Filled(
                at=given.at,
                name=instrument.name,
                form=given.form,
                version=given.version,
                channel=each.channel,
                answers=tuple(asked(instrument, given) if instrument.version == given.version else _scores(given)),
                total=total,
                most=instrument.most,
                change=None if before is None or total is None else total - before[1],
                since=before[0] if before else None,
                reliable_change=instrument.reliable_change,
            )
        )
    return found[::-1]


def _before(instrument: Instrument, earlier: Sequence[Kept], given: Answers) -> tuple[datetime, int] | None:
    """When, and the sum, of the last set this one can be compared with."""
    for kept in reversed(earlier):
        other = kept.answers
        alike = (other.instrument, other.form, other.version) == (given.instrument, given.form, given.version)
        apart = given.at - other.at >= timedelta(days=instrument.recall_days)
        if alike and apart and (total := sums.total(instrument, other)) is not None:
            return other.at, total
    return None
