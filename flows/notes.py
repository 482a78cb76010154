"""A person's words: at hand while an exercise lasts, kept as notes when they choose to, given back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flows.book import MOST_NOTES, Book
from flows.effects import Text, Value
from flows.flow import Do, Kind
from flows.state import Held, Note, State
from flows.steps import KEPT, THIS

LONGEST_WORDS = 2000  # characters of one answer that can be held; told to the person, never cut
LONGEST_NOTE = 3500  # with what was added to it: it is given back in one message of 4096
MOST_LETTERS = 20_000  # of all notes together: they travel with every turn
GIVEN_BACK = 200  # characters, inside a sentence of ours
ON_A_BUTTON = 30

# How it felt after an exercise is a note of that exercise, under this name.
FELT = "felt"
LIGHTER = "afterwards.felt.lighter"
SAME, HEAVIER = "afterwards.felt.same", "afterwards.felt.heavier"
FELT_WORDS = {Do.FELT_LIGHTER: LIGHTER, Do.FELT_SAME: SAME, Do.FELT_HEAVIER: HEAVIER}
THIS_FELT = {Do.THIS_FELT_LIGHTER: LIGHTER, Do.THIS_FELT_SAME: SAME, Do.THIS_FELT_HEAVIER: HEAVIER}
NAMELESS = "lists.words"
EXERCISE_ROW, NOTE_ROW, FELT_ROW, FELT_NAME = "lists.exercise", "lists.note", "lists.felt_row", "lists.felt"


def known(book: Book, state: State, flow: str) -> dict[str, Value]:
    """What the sentences of this flow can give back: name in braces -> value."""
    values: dict[str, Value] = {}
    for note in state.notes:  # oldest first, so that the newest of a name stays
        if note.flow == flow:
            values[f"{KEPT}{note.name}"] = value_of(book, note)
    values |= {held.name: value_of(book, held) for held in state.held if held.flow == flow}
    if is_exercise(book, state.ended):
        values["exercise"] = Text(book.flows[state.ended].title)
    if made_lighter := helped(book, state):
        values["helped"] = Text(book.flows[made_lighter[0]].title)
    if opened := state.note(state.opened):
        values |= {THIS: value_of(book, opened), "this_name": name_of(book, opened), "this_day": opened.on}
    return values


def value_of(book: Book, words: Held | Note) -> Value:
    if not words.tapped:
        return words.words
    return Text(words.words if words.words in book.sentences else NAMELESS)


def name_of(book: Book, note: Held | Note) -> Text:
    """What these words are called."""
    flow = book.flows.get(note.flow)
    if flow and note.name == FELT and flow.title:
        return Text(FELT_NAME, (("exercise", Text(flow.title)),))
    return Text(flow.words.get(note.name, NAMELESS) if flow else NAMELESS)


def row(book: Book, note: Note) -> Text:
    """The note, on a button."""
    if note.name == FELT:
        return Text(FELT_ROW, (("exercise", name_of(book, note)), ("felt", value_of(book, note))))
    words = value_of(book, note)
    return Text(NOTE_ROW, (("words", short(words, ON_A_BUTTON) if isinstance(words, str) else words),))


def short(words: str, length: int = GIVEN_BACK) -> str:
    flat = " ".join(words.split()) if length == ON_A_BUTTON else words
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


def helped(book: Book, state: State) -> list[str]:
    """The exercises that made it lighter when they were last done, newest first."""
    return [
        note.flow
        for note in reversed(state.notes)
        if note.name == FELT and note.words == LIGHTER and is_exercise(book, note.flow)
    ]


def is_exercise(book: Book, flow: str) -> bool:
    found = book.flows.get(flow)
    return found is not None and found.kind is Kind.EXERCISE


def unkept(state: State) -> tuple[Held, ...]:
    """Words at hand of the exercise that has just ended, which no note has."""
    notes = {(note.flow, note.name, note.words) for note in state.notes}
    return tuple(
        held
        for held in state.held
        if held.flow == state.ended and not held.tapped and (held.flow, held.name, held.words) not in notes
    )


def keep(state: State, held: Sequence[Held], on: date) -> State | None:
    """One note of these words more; None when there is no room for it."""
    if not held:
        return state
    words = "\n\n".join(part.words for part in held)
    letters = sum(len(note.words) for note in state.notes) + len(words)
    if len(state.notes) >= MOST_NOTES or letters > MOST_LETTERS or len(words) > LONGEST_NOTE:
        return None
    first = held[0]
    return _with_note(state, first.flow, first.name, words, on, first.tapped)


def keep_felt(state: State, felt: str, on: date) -> State:
    """Remember how the exercise that has just ended felt, instead of how it felt before. Without room, nothing."""
    others = tuple(note for note in state.notes if not (note.flow == state.ended and note.name == FELT))
    if len(others) >= MOST_NOTES:
        return state
    return _with_note(replace(state, notes=others), state.ended, FELT, felt, on, tapped=True)


def change(state: State, words: str, on: date, tapped: bool = False) -> State:
    """The open note says this now."""
    notes = tuple(
        replace(note, words=words, on=on, tapped=tapped) if note.id == state.opened else note for note in state.notes
    )
    return replace(state, notes=notes)


def throw_away(state: State, id: int) -> State:
    return replace(state, notes=tuple(note for note in state.notes if note.id != id), opened=0)


def room_for(state: State, words: str, instead_of: int = 0) -> bool:
    others = sum(len(note.words) for note in state.notes if note.id != instead_of)
    return len(words) <= LONGEST_NOTE and others + len(words) <= MOST_LETTERS


def _with_note(state: State, flow: str, name: str, words: str, on: date, tapped: bool) -> State:
    id = state.last_note + 1
    return replace(state, notes=(*state.notes, Note(id, flow, name, words, on, tapped)), last_note=id)
