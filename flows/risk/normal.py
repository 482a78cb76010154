"""Somebody's words as they are compared: one form for all the ways of typing them, and where each stood.

Without accents, case, repeated letters, invisible characters; elisions and contractions apart ("j'veux", "jveux" and
"j veux" are all `je veux`, "can't" and "cant" are `can not`), leet and spaced-out letters read, near misses of the
words that matter mended. Punctuation and emoji stay, as tokens of their own. It takes time in step with the length.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter

from flows.risk import typing

LONGEST = 6_000  # characters. Of a longer text the beginning and the end are read.
MOST_PIECES = 1_000  # words and signs, likewise: about 4,000 characters
LONGEST_WORD = 40  # letters; what is longer is no word

_GAP = re.compile(r"\s+")
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f\x00-\x08\x0e-\x1f\x7f]"
)
_APOSTROPHES = "'’‘ʼ`´′＇ʹˈ‛"
_LETTERS = r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*"  # and accents apart from theirs
_PIECE = re.compile(
    rf"""(?P<word>{_LETTERS}(?:[@$!|*€]{_LETTERS})*)
       |(?P<apostrophe>[{_APOSTROPHES}]+)
       |(?P<end>\n\s*|[.!?…]+)
       |(?P<pause>[,;:/]+|[-–—]+)
       |(?P<quote>["«»“”„])
       |(?P<other>[^\s])(?P=other)*""",
    re.VERBOSE,
)
_LIKE_APOSTROPHES = re.compile("[ʼʹˈʻʽˊˋ]")  # letters, to Unicode
_ANY_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]|{_LIKE_APOSTROPHES.pattern}")
_REPEATED = re.compile(r"(.)\1{2,}")
_LEET_INSIDE = re.compile(r"[@$!|*€]")
_MIXED = re.compile(r"[a-z][0-9]|[0-9][a-z]")
_END, _PAUSE, _QUOTE = ".", ",", '"'


@dataclass(frozen=True, slots=True)
class Words:
    """text: as it was written. said: the tokens, in their one form. at: where each stood in the text.

    french: whether it reads more like French than like English.
    """

    text: str
    said: tuple[str, ...]
    at: tuple[tuple[int, int], ...]
    french: bool

    def between(self, first: int, last: int) -> str:
        """The person's own words, from one token to another; what cannot be written down as UTF-8 is left out."""
        written = self.text[self.at[first][0] : self.at[last][1]]
        return " ".join(written.encode("utf-8", "ignore").decode().split())

    @property
    def plain(self) -> str:
        """All of it as it was written, without accents, case and invisible characters, and with one apostrophe.

        What is not typed as a dictionary has it stands as it was read: `jsp` as je sais pas, `mourrir` as mourir.
        """
        parts: list[str] = []
        end = self.at[0][0] if self.at else 0
        for (first, last), read in groupby(zip(self.at, self.said, strict=True), itemgetter(0)):
            written = plain(self.text[first:last])
            words = [word for _, word in read]
            elided = "'" in plain(self.text[first : last + 1])
            as_written = elided or [written] == words or not any(map(str.isalnum, written))
            parts += (plain(self.text[end:first]), written if as_written else " ".join(words))
            end = last
        return _GAP.sub(" ", "".join(parts)).encode("utf-8", "ignore").decode()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that mean something to a reader.

    known: in their one form. Repeated letters, leet and spaced-out letters are read as one of these, or not at all.
    near:  what is left of a word that matters when a letter is missing -> that word.
    other: words that look like one of `near` and are not.
    plain_french, plain_english: the known ones that stand for themselves in a message of that language.
    """

    known: Set[str]
    near: Mapping[str, str]
    other: Set[str]
    plain_french: Set[str]
    plain_english: Set[str]

    @staticmethod
    def of(known: Set[str], near: Mapping[str, str], other: Set[str]) -> "Vocabulary":
        longer = {word for word in known if len(word) > 1} - _MENDED
        return Vocabulary(known, near, other, longer - _AS_FRENCH.keys(), longer - _AS_ENGLISH.keys())


def words(text: str, vocabulary: Vocabulary | None = None) -> Words:
    read = _Reading(text, vocabulary or NO_VOCABULARY)
    return Words(text, tuple(read.said), tuple(read.at), read.french)


def lean(forms: Sequence[str]) -> int:
    """Above 0 where more of these are small words of French, below where more are of English."""
    return sum(map(typing.FRENCH_WORDS.__contains__, forms)) - sum(map(typing.ENGLISH_WORDS.__contains__, forms))


def plain(text: str) -> str:
    """Without accents, case, invisible characters, and with one apostrophe."""
    return folded(_ANY_APOSTROPHE.sub("'", _INVISIBLE.sub("", text)))


def folded(word: str) -> str:
    """The word without case, accents, or letters of other alphabets that look like ours."""
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFKD", word).casefold().translate(typing.LOOKALIKES)
    word = unicodedata.normalize("NFKD", word)
    return "".join(c for c in word if not unicodedata.combining(c))


def nearby(word: str) -> Iterator[str]:
    """The word, and what is left of it when any one letter is missing. Its length at most, plus one."""
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


def table(data: str) -> dict[str, tuple[str, ...]]:
    """`a = b c; d = e` as a mapping."""
    mapping = {}
    for entry in data.replace("\n", ";").split(";"):
        if "=" in entry:
            typed, meant = entry.split("=")
            mapping[typed.strip()] = tuple(meant.split())
    return mapping


_FRENCH, _ENGLISH = table(typing.FRENCH), table(typing.ENGLISH)
_CONTRACTED = table(typing.CONTRACTED)
_BY_SOUND = {typed: meant[0] for typed, meant in table(typing.BY_SOUND).items()}
_ALWAYS = {k: v for k, v in _ENGLISH.items() if k not in typing.ENGLISH_ONLY and k not in _FRENCH} | {
    k: v for k, v in _FRENCH.items() if k not in typing.FRENCH_ONLY
}
_AS_FRENCH, _AS_ENGLISH = _ALWAYS | _FRENCH, _ALWAYS | _ENGLISH
_SHORT = frozenset({"m", "t", "s", "re", "ve", "ll", "d"})
_HAS = frozenset(
    {"ai", "as", "a", "avons", "avez", "ont", "avais", "avait", "aurais", "aurait", "auraient", "avoir", "ayant"}
)
_MENDED = frozenset({"ma", "sa", "pu", "ces"})
_WHO_DID = frozenset({"il", "elle", "on", "ils", "elles", "qui", "tu", "ca", "y"})


Piece = tuple[str, str, int, int, bool]
NO_PIECE: Piece = ("", "", 0, 0, False)
NO_VOCABULARY = Vocabulary.of(frozenset(), {}, frozenset())


class _Reading:
    """One text on its way to tokens."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.said: list[str] = []
        self.at: list[tuple[int, int]] = []
        self._vocabulary = vocabulary
        self._pieces = _pieces(text)
        forms = [piece[1] for piece in self._pieces if piece[0] == "word"]
        self.french = lean(forms) >= 0
        self._typed = _AS_FRENCH if self.french else _AS_ENGLISH
        self._read()

    def _read(self) -> None:
        french = self.french
        plain = self._vocabulary.plain_french if french else self._vocabulary.plain_english
        at = 0
        for number, (piece, following) in enumerate(zip(self._pieces, (*self._pieces, NO_PIECE)[1:], strict=True)):
            kind, form, start, end, _ = piece
            if number < at or kind == "apostrophe":
                continue
            elided = following[0] == "apostrophe" or (not french and following[1] in _SHORT)
            if kind != "word" or (form in plain and not elided):
                self.said.append(form)
                self.at.append((start, end))
            elif several := self._several(number, form):
                at = number + several
            else:
                self._word(form, start, end)

    def _several(self, at: int, form: str) -> int:
        """Read what begins at this word and goes on after it; return how many pieces that was, 0 for a plain word."""
        if len(form) == 1 and (spelled := self._spelled(at)):
            return spelled
        if at + 1 == len(self._pieces):
            return 0
        following = self._pieces[at + 1]
        if following[0] == "apostrophe":
            return self._contracted(at)
        apart = len(form) == 1 if self.french else following[1] in _SHORT
        return self._contracted(at) if apart and following[0] == "word" else 0

    def _say(self, tokens: tuple[str, ...], start: int, end: int) -> None:
        self.said += tokens
        self.at += [(start, end)] * len(tokens)

    def _contracted(self, at: int) -> int:
        """`don't`, `j'ai`, `qu'elle`; also with a space where the apostrophe was."""
        form, start = self._pieces[at][1], self._pieces[at][2]
        after = at + 1
        apart = after < len(self._pieces) and self._pieces[after][0] == "apostrophe"
        if apart:
            after += 1
        if after >= len(self._pieces) or self._pieces[after][0] != "word":
            return 0
        _, second, _, second_end, joined = self._pieces[after]
        touching = apart and joined and self._pieces[at + 1][4]
        if (touching or (not self.french and second in _SHORT)) and (pair := _CONTRACTED.get(f"{form} {second}")):
            self._say(pair, start, second_end)
            return after - at + 1
        if (touching or (self.french and not apart and len(form) == 1)) and (elided := _CONTRACTED.get(form)):
            self._say(elided, start, self._pieces[at][3])
            return after - at
        return 0

    def _spelled(self, at: int) -> int:
        """Letters set apart, at least four: `m o u r i r`, `k-m-s !`, when they make words we know."""
        letters: list[str] = []
        last = after = at
        while after < len(self._pieces) and len(letters) < LONGEST_WORD:
            kind, form, _, _, joined = self._pieces[after]
            if kind == "word" and len(form) == 1:
                letters.append(form)
                last = after
            elif kind not in ("end", "pause", "other") or form == "\n" or not joined:
                break
            after += 1
        if len(letters) < 4:
            return 0
        found = _segmented("".join(letters), self._vocabulary.known)
        if not found:
            for kind, form, start, end, _ in self._pieces[at : last + 1]:
                if kind == "word":
                    self._word(form, start, end)
            return last - at + 1
        self._say(found, self._pieces[at][2], self._pieces[last][3])
        return last - at + 1

    def _word(self, form: str, start: int, end: int) -> None:
        known = self._vocabulary.known
        if typed := self._typed.get(form):
            self._say(self._mended(form, typed), start, end)
        elif form in known:
            self._say(self._mended(form, (form,)), start, end)
        elif len(form) > LONGEST_WORD:
            self._say((form[:LONGEST_WORD],), start, end)
        else:
            self._say(self._unknown(form), start, end)

    def _mended(self, form: str, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """A few French words that only their neighbour tells apart."""
        if form not in _MENDED:
            return tokens
        before = self.said[-1] if self.said else ""
        if form == "ma" and before in _WHO_DID:
            return ("me", "a")
        if form == "sa" and self.french:
            return ("ca",)
        if form == "pu" and self.french and before not in _HAS:
            return ("plus",)
        if form == "ces" and before in ("", "que", "mais"):
            return ("ce", "est")
        return tokens

    def _unknown(self, form: str) -> tuple[str, ...]:
        known = self._vocabulary.known
        if (shorter := _REPEATED.sub(r"\1", form)) != form:
            for candidate in (shorter, _REPEATED.sub(r"\1\1", form)):
                if typed := self._typed.get(candidate):
                    return typed
                if candidate in known:
                    return (candidate,)
            form = shorter
        if not form.isalpha() and (_MIXED.search(form) or _LEET_INSIDE.search(form)):
            if plain := self._leet(form):
                return plain
            if _LEET_INSIDE.search(form):
                return tuple(part for part in _LEET_INSIDE.split(form) if part)
        if joined := self._joined(form):
            return joined
        return (self._near(form),)

    def _leet(self, form: str) -> tuple[str, ...]:
        known = self._vocabulary.known
        for plain in (form.translate(typing.LEET), form.translate(typing.LEET_L), form.replace("*", "")):
            if plain in known:
                return (plain,)
            if typed := self._typed.get(plain):
                return typed
            if (near := self._near(plain)) != plain:
                return (near,)
        return ()

    def _joined(self, form: str) -> tuple[str, ...]:
        """An elision typed without its apostrophe: `jarrive`, `larme`, `mattend`, `jpense`."""
        known = self._vocabulary.known
        first, rest = form[0], form[1:]
        if first == "j" and len(rest) > 1 and rest[0] not in "aeiouyh":
            return ("je", *self._typed.get(rest, (rest if rest in known else self._near(rest),)))
        if first in "jlmtdsnc" and len(rest) > 2 and rest[0] in "aeiouyh" and rest in known:
            return (*_CONTRACTED[first], rest)
        if form.startswith("qu") and form[2:] in known:
            return ("que", form[2:])
        return ()

    def _near(self, form: str) -> str:
        """The word that matters of which this is one slip away: a letter more, less, other, or two exchanged."""
        vocabulary = self._vocabulary
        if len(form) < 5 or form in vocabulary.other or not form.isalpha():
            return form
        for rest in nearby(form):
            if (meant := vocabulary.near.get(rest)) and abs(len(meant) - len(form)) < 2:
                return meant
        return form


def _pieces(text: str) -> list[Piece]:
    """(what it is, its form, where it begins and ends in the text, whether it touches what is before)."""
    if len(text) <= LONGEST:
        pieces = _split(text)
        return pieces if len(pieces) <= MOST_PIECES else pieces[: MOST_PIECES * 2 // 3] + pieces[-MOST_PIECES // 3 :]
    shift = len(text) - LONGEST // 3
    end = [(k, f, a + shift, b + shift, j) for k, f, a, b, j in _split(text[shift:])]
    return _split(text[: LONGEST * 2 // 3], MOST_PIECES * 2 // 3) + end[-MOST_PIECES // 3 :]


def _split(text: str, most: int | None = None) -> list[Piece]:
    text = _LIKE_APOSTROPHES.sub("'", text)
    places = None
    if _INVISIBLE.search(text):
        hidden = {found.start() for found in _INVISIBLE.finditer(text)}
        places = [i for i in range(len(text)) if i not in hidden]
        text = _INVISIBLE.sub("", text)
    found = []
    ended = -1
    for piece in islice(_PIECE.finditer(text), most):
        kind = piece.lastgroup or "other"
        written = piece[0]
        start, end = piece.span()
        if kind == "word":
            form = written.lower() if written.isascii() else folded(_BY_SOUND.get(written.lower(), written))
        elif kind == "end":
            form = "?" if "?" in written else "!" if "!" in written else _END
        elif kind == "pause":
            form = _PAUSE
        elif kind == "quote":
            form = _QUOTE
        else:
            form = written[0]
        if form:
            found.append((kind, form, start, end, start == ended))
        ended = end
    if places is not None:
        found = [(kind, form, places[a], places[b - 1] + 1, joined) for kind, form, a, b, joined in found]
    return found


def _segmented(letters: str, known: Set[str]) -> tuple[str, ...]:
    """The fewest known words that make up these letters, or nothing."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 14), end):
            before = best[start]
            if before is None or letters[start:end] not in known:
                continue
            if (here := best[end]) is None or len(before) + 1 < len(here):
                best[end] = (*before, letters[start:end])
    return best[-1] or ()
