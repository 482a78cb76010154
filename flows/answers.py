"""The answers to a questionnaire: which question comes next, what they sum up to, how they read. Pure, on values."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import reduce

from flows.effects import Text
from flows.instruments import DIFFICULTY, PREFIX, Instrument, form_of
from flows.state import Answers

# What was half answered longer ago is about another two weeks.
RESUMED_WITHIN = timedelta(hours=24)

SENTENCES = ("item", "row", "row_open", "rows", "sum", "no_sum", "other_language", "too_old", "resumed")


def begun(
    instrument: Instrument, former: Answers | None, locale: str, country: str, number: int, at: datetime
) -> Answers:
    """The answers to go on with: the former ones while they are about the same days, in the same words; else new ones.

    number: for new ones.
    """
    form = form_of(locale, country)
    if former and former.instrument == instrument.id and not former.over:
        same_words = (former.form, former.version) == (form, instrument.version)
        if same_words and at - former.at < RESUMED_WITHIN:
            return former
    return Answers(number, instrument.id, form, instrument.version, at)


def again(answers: Answers, at: datetime) -> Answers:
    """An empty set that will replace this one."""
    return Answers(answers.number, answers.instrument, answers.form, answers.version, at)


def next_question(instrument: Instrument, answers: Answers) -> str | None:
    """The first question without an answer, or None. One that was left open on purpose is not asked again."""
    given = dict(answers.given)
    for item in range(1, instrument.items + 1):
        if str(item) not in given:
            return str(item)
    # "If you checked off any problems": otherwise there is nothing to ask about.
    asked = instrument.forms[answers.form].difficulty and any(given.values())
    return DIFFICULTY if asked and DIFFICULTY not in given else None


def total(instrument: Instrument, answers: Answers) -> int | None:
    """The sum, or None as soon as one item is missing: a question left open is not a zero, and nothing is averaged."""
    scores = [answers.score(str(item)) for item in range(1, instrument.items + 1)]
    known = [score for score in scores if score is not None]
    return sum(known) if len(known) == len(scores) else None


def question(instrument: Instrument, name: str) -> tuple[Text, ...]:
    """What is said to ask it: the stem with its span of time each time, then the item and where one is."""
    if name == DIFFICULTY:
        return (_official(instrument, DIFFICULTY),)
    item = _official(instrument, f"item_{name}")
    return _official(instrument, "stem"), _text("item", number=name, count=str(instrument.items), item=item)


def read_back(instrument: Instrument, answers: Answers) -> Text:
    """The answers in the order of the questions, and nothing about what they might mean."""
    return reduce(lambda first, second: _text("rows", first=first, second=second), _rows(instrument, answers))


def _rows(instrument: Instrument, answers: Answers) -> Iterator[Text]:
    for number, (name, score) in enumerate(in_order(instrument, answers), 1):
        if score is None:
            yield _text("row_open", number=str(number))
        else:
            prefix = DIFFICULTY if name == DIFFICULTY else "answer"
            at = score if name == DIFFICULTY else instrument.scores.index(score)
            yield _text("row", number=str(number), answer=_official(instrument, f"{prefix}_{at}"))


def in_order(instrument: Instrument, answers: Answers) -> Iterator[tuple[str, int | None]]:
    """Each question that was asked, with its score."""
    given: Mapping[str, int | None] = dict(answers.given)
    names = [str(item) for item in range(1, instrument.items + 1)]
    yield from ((name, given[name]) for name in (*names, DIFFICULTY) if name in given)


def interpretation(instrument: Instrument, answers: Answers) -> Text:
    """The sum and the range its authors put it in. Only for a clinic that decided so (clinic.toml)."""
    summed = total(instrument, answers)
    if summed is None:
        return _text("no_sum")
    band = _text(f"band_{instrument.band(summed)}")
    return _text("sum", total=str(summed), most=str(instrument.most), band=band)


def score_of(instrument: Instrument, question: str, answer: int) -> int:
    return answer if question == DIFFICULTY else instrument.scores[answer]


def needed_sentences(instruments: Mapping[str, Instrument]) -> Iterator[str]:
    yield from (f"answers_words.{name}" for name in SENTENCES)
    for instrument in instruments.values():
        yield from (f"answers_words.band_{band.name}" for band in instrument.bands)


def _official(instrument: Instrument, name: str) -> Text:
    return Text(f"{PREFIX}.{instrument.id}.{name}")


def _text(name: str, /, **values: str | Text) -> Text:
    return Text(f"answers_words.{name}", tuple(values.items()))
