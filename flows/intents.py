"""What a person may type for a wish, with a typo, without its accents, in either language."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Generic, TypeVar

LONGEST_WISH = 120  # characters; what is longer is told, not ordered
MOST_TYPOS = 2  # in one phrase
LONGEST_AROUND = 6  # words, of what is dropped around a wish

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛ʼʹ´`′＇"))

Meaning = TypeVar("Meaning")


class Wish(StrEnum):
    """What is understood anywhere."""

    STOP = "stop"
    HUMAN = "human"
    URGENT = "urgent"
    LANGUAGE_FR = "language_fr"
    LANGUAGE_EN = "language_en"
    DATA = "data"
    ERASE = "erase"
    WITHDRAW = "withdraw"
    STOP_WAITING = "stop_waiting"
    MENU = "menu"
    SKIP = "skip"
    YES = "yes"
    NO = "no"
    PROGRAM = "program"
    COST = "cost"
    HOW_LONG = "how_long"
    PARENTS = "parents"
    EXERCISE = "exercise"
    BOOKING = "booking"
    QUESTIONNAIRES = "questionnaires"
    NOTES = "notes"
    HELPED = "helped"
    PLAN = "plan"
    MISUNDERSTOOD = "misunderstood"
    REMINDERS = "reminders"
    NO_REMINDERS = "no_reminders"


# What one asks for, so that "could I", "I would like" or "as soon as possible" around it changes nothing.
ASKED_FOR = frozenset(
    {
        *(Wish.HUMAN, Wish.BOOKING, Wish.DATA, Wish.WITHDRAW, Wish.LANGUAGE_FR, Wish.LANGUAGE_EN),
        *(Wish.EXERCISE, Wish.QUESTIONNAIRES, Wish.NOTES, Wish.PLAN),
    }
)


class Order(StrEnum):
    """Slash commands that are no wish of their own."""

    START = "start"
    OTHER_LANGUAGE = "other language"


def command(text: str) -> Wish | Order | None:
    """What a slash command asks ("/menu", "/menu@clinic_bot"), or None when it is none of ours."""
    if not text.startswith("/"):
        return None
    name = text[1:].split(maxsplit=1)[0] if text[1:].strip() else ""
    return _BARE_COMMANDS.get(_bare(name.partition("@")[0]))


def is_stop_and_erase(text: str) -> bool:
    """Whether these are the literal words that erase at once, even under a therapist."""
    return len(text) <= LONGEST_WISH and _bare(text) in _ERASING


def words_of(text: str) -> tuple[str, ...]:
    """The bare words: no case, accent, apostrophe, punctuation or emoji, each letter once in a row."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
        text = "".join(c for c in text if not unicodedata.combining(c))
        text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    letters: list[str] = []
    last = " "
    for letter in text.casefold().translate(_APOSTROPHES):
        kept = letter if letter.isalnum() else " "
        if kept != last or kept.isdigit():
            letters.append(kept)
        last = kept
    return tuple("".join(letters).split())


def made_of(words: Sequence[str], phrases: Iterable[Sequence[str]]) -> bool:
    """Whether these words are some of the phrases, one after the other, and nothing else."""
    reached = {0}
    for at in range(len(words)):
        if at in reached:
            reached |= {
                at + len(phrase)
                for phrase in phrases
                if phrase and tuple(words[at : at + len(phrase)]) == tuple(phrase)
            }
    return bool(words) and len(words) in reached


@dataclass(frozen=True, slots=True)
class Known(Generic[Meaning]):
    """One phrase and what it means."""

    words: tuple[str, ...]
    meaning: Meaning


class Phrases(Generic[Meaning]):
    """Phrases to be recognised when a whole message is one of them.

    polite:    what may stand at either end of a message and is no part of it ("please").
    not_typos: real words that are never taken for another one.
    asked:     the meanings that one asks for: these may have something of `before` and `after` around them ("could I",
               "as soon as possible").
    """

    def __init__(
        self,
        phrases: Iterable[tuple[str, Meaning]],
        polite: Iterable[str] = (),
        not_typos: Iterable[str] = (),
        before: Iterable[str] = (),
        after: Iterable[str] = (),
        asked: Collection[Meaning] = (),
    ) -> None:
        self._polite = {_bare(words) for words in polite}
        self._before = self._polite | {_bare(words) for words in before}
        self._after = self._polite | {_bare(words) for words in after}
        self._asked = asked
        self._real = {_bare(word) for word in not_typos}
        self._exact: dict[str, Meaning] = {}
        self._of_length: dict[int, list[Known[Meaning]]] = {}
        for phrase, meaning in phrases:
            words = words_of(phrase)
            if not words:
                continue
            self._exact.setdefault("".join(words), meaning)
            self._of_length.setdefault(len(words), []).append(Known(words, meaning))

    @cached_property
    def _near(self) -> dict[str, set[str]]:
        """The known words by what they are with letters left out.

        Made when it is first needed: most steps are never answered by typing, and a book has a thousand of them.
        """
        near: dict[str, set[str]] = {}
        for known in chain.from_iterable(self._of_length.values()):
            for word in known.words:
                for shortened in _shortened(word, _typos(word)):
                    near.setdefault(shortened, set()).add(word)
        return near

    def exact(self, words: Sequence[str], alone: bool = False) -> Meaning | None:
        """What these words mean to the letter, spaces apart; None for nothing.

        alone: with nothing around them but politeness.
        """
        if (meaning := self._exact.get("".join(words))) is not None:
            return meaning
        for plain in _within(words, self._polite, self._polite):
            if (meaning := self._exact.get("".join(plain))) is not None:
                return meaning
        for plain in () if alone else _within(words, self._before, self._after):
            if (meaning := self._exact.get("".join(plain))) is not None and meaning in self._asked:
                return meaning
        return None

    def near(self, words: Sequence[str], alone: bool = False) -> Meaning | None:
        """What these words mean with their typos forgiven; None for nothing. alone: as above."""
        plainly = _within(words, self._polite, self._polite)
        if plainly and (meaning := self._nearest(plainly[-1])) is not None:
            return meaning
        for plain in () if alone else _within(words, self._before, self._after):
            # A single word that is left of a sentence is another word, and not a mistyped one ("je veux aimer").
            if len(plain) > 1 and (meaning := self._nearest(plain)) is not None and meaning in self._asked:
                return meaning
        return None

    def of(self, meaning: Meaning) -> tuple[tuple[str, ...], ...]:
        """The phrases that mean this."""
        return tuple(known.words for length in self._of_length.values() for known in length if known.meaning == meaning)

    def _nearest(self, words: Sequence[str]) -> Meaning | None:
        known = self._of_length.get(len(words))
        if not known:
            return None
        close = [self._close(word) for word in words]
        if not all(close):
            return None
        best: Meaning | None = None
        fewest = MOST_TYPOS + 1
        for phrase in known:
            typos = 0
            for word, candidates in zip(phrase.words, close, strict=True):
                typos += candidates.get(word, fewest)
                if typos >= fewest:
                    break
            else:
                best, fewest = phrase.meaning, typos
        return best

    def _close(self, word: str) -> dict[str, int]:
        """Known words this may have been meant as, each with its typos."""
        allowed = 0 if word in self._real else _typos(word)
        found: dict[str, int] = {}
        for shortened in _shortened(word, allowed):
            for known in self._near.get(shortened, ()):
                if known not in found:
                    typos = _typos_between(word, known)
                    if typos <= min(allowed, _typos(known)):
                        found[known] = typos
        return found


def _within(words: Sequence[str], before: Collection[str], after: Collection[str]) -> list[Sequence[str]]:
    """The words, and what they are without some of these phrases at their ends, the longest first.

    [] where nothing else is said: "hello" is no mistyped "help".
    """
    if not before and not after:
        return [words]
    lengths = range(1, min(LONGEST_AROUND, len(words)) + 1)
    first, last = {0}, {len(words)}
    for at in range(len(words)):
        if at in first:
            first |= {at + count for count in lengths if "".join(words[at : at + count]) in before}
    for at in range(len(words), 0, -1):
        if at in last:
            last |= {at - count for count in lengths if count <= at and "".join(words[at - count : at]) in after}
    if len(words) in first or 0 in last:
        return []
    ends = ((start, end) for start in first for end in last if start < end)
    return [words[start:end] for start, end in sorted(ends, key=lambda ends: (ends[0] - ends[1], ends))]


def _typos(word: str) -> int:
    """How many typos are forgiven in a word of this length."""
    if len(word) < 4 or not word.isalpha():
        return 0
    return 1 if len(word) < 8 else 2


def _shortened(word: str, letters: int) -> Iterator[str]:
    """The word, and the word with up to so many letters left out."""
    yield word
    if letters:
        for at in range(len(word)):
            yield from _shortened(word[:at] + word[at + 1 :], letters - 1)


def _typos_between(one: str, other: str) -> int:
    """Letters changed, left out, added or swapped with their neighbour (Damerau-Levenshtein).

    Another first letter makes another word of a short one ("vide" is no typo of "aide").
    """
    if one == other:
        return 0
    if len(one) == len(other) < 8 and one[0] != other[0] and one[:2] != other[1::-1]:
        return MOST_TYPOS + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _bare(text: str) -> str:
    return "".join(words_of(text))


_COMMANDS: dict[str, Wish | Order] = {
    "start": Order.START,
    "language": Order.OTHER_LANGUAGE,
    "langue": Order.OTHER_LANGUAGE,
    "menu": Wish.MENU,
    "help": Wish.MENU,
    "aide": Wish.MENU,
    "human": Wish.HUMAN,
    "humain": Wish.HUMAN,
    "urgent": Wish.URGENT,
    "urgence": Wish.URGENT,
    "plan": Wish.PLAN,
    "stop": Wish.STOP,
    "data": Wish.DATA,
    "données": Wish.DATA,
}
_BARE_COMMANDS = {_bare(name): wish for name, wish in _COMMANDS.items()}
_ERASING = {_bare(words) for words in ("stop and erase", "stop et effacer")}
