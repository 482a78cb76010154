"""What a therapist reads first, and the person before them: facts about the conversation, a line each.

The person may leave out any line. Their own words stand beside it, as they wrote them. A danger is not told here: an
alert goes out at once (flows/safety.py), with the minimum.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from flows import answers, notes
from flows.book import Book
from flows.effects import Text, Value
from flows.flow import Kind, Part
from flows.risk.risk import NAMED, Level
from flows.state import Score, State

MOST_EXERCISES = 3
MOST_QUESTIONS = 2
SCORES_KEPT = 4  # the newest, of all questionnaires together
# Where what was said last tells a therapist nothing.
SAYS_NOTHING = {
    *("menu", "welcome", "human", "consent_human", "consent_keep", "data", "everyday", "afterwards"),
    *("choosing", "exercises", "takeover", "release", "preference", "free_words"),
}
_PURPOSES = ("human", "keep", "answers", "plan", "reminders")


def lines(book: Book, state: State) -> tuple[Text, ...]:
    """All that is left in, in order."""
    return tuple(chain.from_iterable(parts(book, state).values()))


def language(state: State) -> Text:
    """Told with every offer; it cannot be left out."""
    return _text("language", language=Text(f"desk.language_{state.locale}"))


def preferred(prefers: Iterable[str]) -> tuple[Text, ...]:
    """Told with every offer; who would rather not have it told prefers nothing."""
    return tuple(Text("desk.prefers", (("what", Text(f"facts.{it}")),)) for it in sorted(prefers))


def parts(book: Book, state: State) -> dict[Part, tuple[Text, ...]]:
    """The parts that have something to say and were not left out."""
    told = {
        Part.NOTICED: _noticed(state),
        Part.SAID: _said(book, state),
        Part.EXERCISES: _exercises(book, state),
        Part.SCORES: _scores(book, state),
        Part.AGREED: _agreed(state),
        Part.QUESTIONS: _questions(book, state),
    }
    left_out = state.left_out or ()
    return {part: texts for part, found in told.items() if part not in left_out and (texts := tuple(found))}


def remember(state: State, score: Score) -> State:
    """With this sum; one for the same set of answers is replaced."""
    others = tuple(former for former in state.scores if former.number != score.number)
    return replace(state, scores=(*others, score)[-SCORES_KEPT:])


def _noticed(state: State) -> Iterator[Text]:
    """Only what is no danger: of a danger everybody asked is told anyway."""
    noticed = state.noticed
    if noticed and noticed.level is Level.CONCERN:
        kind = noticed.kind.value if noticed.kind in NAMED else "other"
        yield _text("noticed", level=Text("desk.level_concern"), kind=Text(f"desk.kind_{kind}"))


def _said(book: Book, state: State) -> Iterator[Text]:
    there = book.steps.get(state.said) if state.said else None
    if there is None:
        return
    plain = [id for id in there.says if id not in book.placeholders]
    if plain:
        yield _text("said", words=Text(plain[0]))


def _exercises(book: Book, state: State) -> Iterator[Text]:
    felt = [n for n in reversed(state.notes) if n.name == notes.FELT and notes.is_exercise(book, n.flow)]
    if notes.is_exercise(book, state.ended) and state.ended not in {note.flow for note in felt}:
        yield _text("exercise", exercise=Text(book.flows[state.ended].title))
    for note in felt[:MOST_EXERCISES]:
        values: dict[str, Value] = {"exercise": Text(book.flows[note.flow].title), "felt": notes.value_of(book, note)}
        yield _text("exercise_felt", **values)


def _scores(book: Book, state: State) -> Iterator[Text]:
    """The newest sum of each questionnaire, beside the one before it in the same official words."""
    for instrument in book.instruments.values():
        sums = [score for score in state.scores if score.instrument == instrument.id]
        if not sums:
            continue
        now = sums[-1]
        values: dict[str, Value] = {
            "name": instrument.name,
            "total": str(now.total),
            "most": str(instrument.most),
            "day": now.on,
        }
        before = next((score for score in reversed(sums[:-1]) if score.form == now.form), None)
        if before is None:
            yield _text("score", **values)
            continue
        reliable = abs(now.total - before.total) >= instrument.reliable_change
        yield _text(
            "score_changed" if reliable else "score_about_same",
            **values,
            before=str(before.total),
            before_day=before.on,
            limit=str(instrument.reliable_change),
        )


def _agreed(state: State) -> Iterator[Text]:
    agreed = [Text(f"brief.agreed_{purpose}") for purpose in _PURPOSES if purpose in state.agreed]
    if agreed:
        together = agreed[0]
        for more in agreed[1:]:
            together = _text("and", first=together, second=more)
        yield _text("agreed", what=together)


def _questions(book: Book, state: State) -> Iterator[Text]:
    """Two, to begin with. Questions, never conclusions."""
    for question in islice(_that_fit(book, state), MOST_QUESTIONS):
        yield _text("question", question=question)


def _that_fit(book: Book, state: State) -> Iterator[Text]:
    if state.noticed:
        yield _text("ask_noticed")
    if notes.is_exercise(book, state.ended):
        yield _text("ask_exercise", exercise=Text(book.flows[state.ended].title))
    if state.scores and (instrument := book.instruments.get(state.scores[-1].instrument)):
        yield _text("ask_score", name=instrument.name)
    yield _text("ask_today")
    yield _text("ask_easier")


def score_of(book: Book, state: State, on: date) -> Score | None:
    """The sum of the answers at hand, or None when a question was left open."""
    given = state.answers
    instrument = book.instruments.get(given.instrument) if given else None
    total = answers.total(instrument, given) if instrument and given else None
    if given is None or total is None:
        return None
    return Score(given.number, given.instrument, given.form, on, total)


def is_worth_telling(book: Book, flow: str) -> bool:
    return flow not in SAYS_NOTHING and flow in book.flows and book.flows[flow].kind is not Kind.SENTENCES


def _text(name: str, /, **values: Value) -> Text:
    return Text(f"brief.{name}", tuple(values.items()))
