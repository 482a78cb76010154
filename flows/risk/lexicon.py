"""The words the floor knows, and what each is about: `french.py` and `english.py`, read once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest

from flows.risk import typing
from flows.risk.english import ENGLISH
from flows.risk.french import FRENCH
from flows.risk.lookalikes import OTHER_WORDS
from flows.risk.normal import Vocabulary, Words, folded, nearby, table, words

ENDS = frozenset(".!?")
SHORTEST_SENTENCE = 3  # tokens, its end among them
MOST_SENTENCES = 40

Tags = int  # a set of tags, one bit each

# Whose words are mended when one letter is wrong.
_MATTER = [
    "DIE",
    "SELFKILL",
    "THEIRKILL",
    "SUICIDE",
    "PILLS",
    "GUN",
    "CUT",
    "BLEED",
    "RAPE",
    "DRUG",
    "PURGE",
    "HIT",
    "BREATH",
    "SEIZURE",
]
_SHORTEST_MENDED = 5  # letters

# Written alike in both languages, and about something else in the other.
_FRENCH_ALONE = frozenset(
    [
        "on",
        "comment",
        "an",
        "son",
        "pin",
        "plus",
        "si",
        "passe",
        "chat",
        "date",
        "bras",
        "moi",
        "fin",
        "voix",
        "tour",
        "rang",
        "note",
        "part",
    ]
)
_ENGLISH_ALONE = frozenset("but point pin on line note chat as a pain main".split())


def _entries(data: str) -> list[str]:
    return [entry.strip() for entry in data.replace("\n", " ").split(",") if entry.strip()]


_NAMES = tuple(FRENCH)
_BITS: dict[str, Tags] = {name: 1 << number for number, name in enumerate(_NAMES)}


def tag(name: str) -> Tags:
    """The tag of this name; a name in small letters is that word itself."""
    if name not in _BITS:
        if name.isupper():
            raise KeyError(name)
        _BITS[name] = 1 << len(_BITS)
        _single[name] = _single.get(name, 0) | _BITS[name]
    return _BITS[name]


@lru_cache(maxsize=4096)  # few combinations occur
def names(tags: Tags) -> tuple[str, ...]:
    return tuple(name for name in _NAMES if tags & _BITS[name])


_single: dict[str, Tags] = {}
_stems: dict[str, Tags] = {}
_phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], Tags]]] = {}  # by their first two words, the longest first
IDIOM = _BITS["IDIOM"]
_COVERS = IDIOM | _BITS["PLAIN"]  # the words of such a phrase are about nothing else
_ONE: Mapping[Tags, int] = {}


def _learn() -> frozenset[str]:
    known: set[str] = set()
    phrases: dict[tuple[str, ...], Tags] = {}
    for language in (FRENCH, ENGLISH):
        for name, data in language.items():
            for entry in _entries(data):
                if entry.endswith("*"):
                    _stems[folded(entry[:-1])] = _stems.get(folded(entry[:-1]), 0) | _BITS[name]
                    continue
                said = tuple(word for word in words(entry).said if word not in ",." or "-" in entry)
                known.update(said)
                if len(said) == 1:
                    _single[said[0]] = _single.get(said[0], 0) | _BITS[name]
                elif said:
                    phrases[said] = phrases.get(said, 0) | _BITS[name]
    for said, tags in phrases.items():
        _phrases.setdefault((said[0], said[1]), []).append((said, tags))
    for several in _phrases.values():
        several.sort(key=lambda phrase: -len(phrase[0]))
    return frozenset(known)


def _near() -> dict[str, str]:
    near: dict[str, str] = {}
    for language in (FRENCH, ENGLISH):
        for name in _MATTER:
            for entry in _entries(language[name]):
                for word in words(entry).said:
                    if len(word) >= _SHORTEST_MENDED and word.isalpha():
                        for rest in nearby(word):
                            near.setdefault(rest, word)
    return near


def _vocabulary() -> Vocabulary:
    known = _learn()
    meant = {w for data in (typing.FRENCH, typing.ENGLISH) for said in table(data).values() for w in said}
    plain = known | meant | typing.FRENCH_WORDS | typing.ENGLISH_WORDS
    return Vocabulary.of(frozenset(w for w in plain if w.isalnum()), _near(), OTHER_WORDS)


VOCABULARY = _vocabulary()


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a message is about, token by token.

    words:   the message.
    tags:    of each token, together with those of the phrases that begin there.
    lengths: of each token, how many tokens a phrase with this tag covers, where it is more than one.
    all:     every tag in it.
    """

    words: Words
    tags: list[Tags]
    lengths: list[Mapping[Tags, int]]
    all: Tags


def tagged(message: Words) -> Tagged:
    said = message.said
    single, stems = _single, _stems
    alone = _ENGLISH_ALONE if message.french else _FRENCH_ALONE
    tags = [0] * len(said)
    lengths: list[Mapping[Tags, int]] = [_ONE] * len(said)
    everything = 0
    idiomatic = 0  # tokens before this one belong to an idiom
    for at, (word, following) in enumerate(zip_longest(said, said[1:])):
        own = single.get(word, 0)
        if not own and len(word) > 6:
            own = stems.get(word[:6], 0) | stems.get(word[:9], 0)
        if at < idiomatic or (word in alone and not own & IDIOM):
            own = 0
        for phrase, about in _phrases.get((word, following), ()):
            length = len(phrase)
            if said[at : at + length] != phrase:
                continue
            if about & _COVERS:
                if not about & ~_COVERS:
                    idiomatic = max(idiomatic, at + length)
                own = about
                break
            if at < idiomatic:
                continue
            own |= about
            covered = {**dict.fromkeys(_bits(about), length), **lengths[at]}
            lengths[at] = covered
        tags[at] = own
        everything |= own
    return Tagged(message, tags, lengths, everything)


def _bits(tags: Tags) -> Iterator[Tags]:
    while tags:
        yield tags & -tags
        tags &= tags - 1


def part(message: Tagged, first: int, last: int) -> Tagged:
    """The tokens from the first to before the last, as a message of their own."""
    tags = message.tags[first:last]
    whole = message.words
    everything = 0
    for own in tags:
        everything |= own
    return Tagged(
        Words(whole.text, whole.said[first:last], whole.at[first:last], whole.french),
        tags,
        message.lengths[first:last],
        everything,
    )


def sentences(said: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where each begins and ends, when there are several; of very many, the first ones."""
    cuts = [0, *(at + 1 for at, word in enumerate(said) if word in ENDS), len(said)]
    several = [(first, last) for first, last in pairwise(cuts) if last - first >= SHORTEST_SENTENCE]
    if several and several[0][1] - several[0][0] < len(said):
        yield from several[:MOST_SENTENCES]


def read_words(text: str) -> Words:
    return words(text, VOCABULARY)
