"""The layer that ships: a linear model over the features of a message, in plain Python and dict look-ups.

Where it is not sure that a message is ordinary, it asks a second one, if it has it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain

from flows.risk.features import Features, features, pieces
from flows.risk.floor import Findings
from flows.risk.layer import Chances, Four, Opinion, Second
from flows.risk.lexicon import Tagged
from flows.risk.risk import Kind, Level

Weights = tuple[int, int, int, int]  # for each Level
Sums = tuple[int, int, int, int, int]  # of them, for each level; then how many were added up

NO_SUMS: Sums = (0, 0, 0, 0, 0)
HIGHEST = 0.97  # threshold
SURE = 0.8  # likely to be ordinary, from which on the second is not asked (decision 0057)
SURE_ALONE = 0.2  # the same of a sentence by itself: with the stricter thresholds the second could not change it
LEAST = 1e-6  # likely; so that one that rules out a level, or a kind, does not decide alone
LONG = 24  # tokens. Of a longer message each sentence is also read by itself, so that ordinary ones do not hide it.


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How likely concern or more, and risk or more, must be to be taken for it; and imminent, of the last.

    alone: how much likelier in a sentence that is read by itself.
    """

    concern: float
    risk: float
    imminent: float
    alone: float

    def level(self, levels: Four, stricter: float = 1.0) -> Level:
        if levels[2] + levels[3] >= min(HIGHEST, self.risk * stricter):
            imminent = min(HIGHEST, self.imminent * stricter)
            return Level.IMMINENT if levels[3] >= imminent * (levels[2] + levels[3]) else Level.RISK
        return Level.CONCERN if 1 - levels[0] >= min(HIGHEST, self.concern * stricter) else Level.NONE


@dataclass(frozen=True, slots=True)
class Heard:
    """Of a whole message or a sentence: what is counted in it, and how likely each level is.

    second: what the second says of it, who has been heard in `levels` then; None when it was not asked.
    """

    counted: Features
    levels: Four
    second: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Linear:
    """levels: of each feature, its weight for each Level. kinds: the same for each of `named`, of fewer features.

    unit:            what a weight of 1 in the file stands for.
    french, english: the thresholds of a message that reads more like the one or the other.
    second:          asked where this one is not sure; the thresholds are those of both together.
    """

    name: str
    levels: Mapping[str, Weights]
    bias: Four
    unit: float
    kinds: Mapping[str, tuple[int, ...]]
    kind_bias: tuple[float, ...]
    kind_unit: float
    named: tuple[Kind, ...]
    french: Thresholds
    english: Thresholds
    second: Second | None = None
    _spelled: dict[str, Sums] = field(default_factory=dict, repr=False, compare=False)  # of words of the file only

    def chances(self, messages: Sequence[tuple[Tagged, Findings]]) -> list[Chances]:
        return [self._chances(message, h) for (message, _), h in zip(messages, self.heard(messages), strict=True)]

    def _chances(self, message: Tagged, heard: Sequence[Heard]) -> Chances:
        thresholds = self.french if message.words.french else self.english
        told, *sentences = heard
        level = thresholds.level(told.levels)
        for sentence in sentences:
            if (alone := thresholds.level(sentence.levels, thresholds.alone)) > level:
                told, level = sentence, alone
        return Chances(told.levels, level, self._kind(told) if level else Kind.ORDINARY)

    def heard(self, messages: Sequence[tuple[Tagged, Findings]]) -> list[list[Heard]]:
        """Of each message the whole, then its sentences.

        The second is asked once about all that this one is not sure of.
        """
        heard: list[list[Heard]] = []
        unsure: list[tuple[int, int, str]] = []
        for number, (message, found) in enumerate(messages):
            heard.append([])
            for n, (within, read) in enumerate(((message, found), *_sentences(message, found))):
                counted = features(within, read)
                levels = self._levels(counted)
                heard[-1].append(Heard(counted, levels))
                # Nothing is higher than imminent.
                if found.risk.level < Level.IMMINENT and levels[0] < (SURE_ALONE if n else SURE):
                    unsure.append((number, n, within.words.plain))
        if self.second is not None and unsure:
            said = self.second.opinions([plain for _, _, plain in unsure])
            for (number, n, _), other in zip(unsure, said, strict=True):
                alone = heard[number][n]
                heard[number][n] = Heard(alone.counted, together(alone.levels, other.levels), other)
        return heard

    def _levels(self, counted: Features) -> Four:
        spelled = [self._spelled.get(word) or self._spelling(word) for word in counted.spelled]
        groups = (
            (Features.WORD, self._sums(counted.words)),
            (Features.SUBJECT, self._sums(counted.subjects)),
            (Features.PIECE, tuple(map(sum, zip(NO_SUMS, *spelled, strict=True)))),
        )
        length = math.sqrt(sum(weight * weight * sums[4] for weight, sums in groups))
        scale = self.unit / length if length else 0.0
        none, concern, risk, imminent = (
            scale * sum(weight * sums[level] for weight, sums in groups) + self.bias[level] for level in range(4)
        )
        return _softmax(none, concern, risk, imminent)

    def _sums(self, counted: Set[str]) -> Sums:
        return _added([weights for weights in map(self.levels.get, counted) if weights])

    def _spelling(self, word: str) -> Sums:
        sums = _added([self.levels[piece] for piece in pieces(word) if piece in self.levels])
        if word in self.levels:  # what only this person writes is not kept
            self._spelled[word] = sums
        return sums

    def _kind(self, heard: Heard) -> Kind:
        """The likeliest, by both where the second was asked, of those that a danger or a concern can have."""
        counted = chain(heard.counted.words, heard.counted.subjects)
        known = [weights for weights in map(self.kinds.get, counted) if weights]
        scale = self.kind_unit / math.sqrt(len(known)) if known else 0.0
        sums = map(sum, zip([0] * len(self.named), *known, strict=True))
        scores = [total * scale + bias for total, bias in zip(sums, self.kind_bias, strict=True)]
        if heard.second:
            likely = dict(zip(Kind, heard.second.kinds, strict=True))
            of_named = (math.log(max(likely[kind], LEAST)) for kind in self.named)
            scores = [score + other for score, other in zip(scores, of_named, strict=True)]
        return self.named[max(range(len(scores)), key=scores.__getitem__)]


def _added(known: Sequence[Weights]) -> Sums:
    none, concern, risk, imminent = map(sum, zip((0, 0, 0, 0), *known, strict=True))
    return (none, concern, risk, imminent, len(known))


def together(one: Four, other: Four) -> Four:
    """The geometric mean of what two say, added up to 1 again."""
    none, concern, risk, imminent = (math.log(max(a * b, LEAST * LEAST)) / 2 for a, b in zip(one, other, strict=True))
    return _softmax(none, concern, risk, imminent)


def _softmax(*scores: float) -> Four:
    highest = max(scores)
    a, b, c, d = (math.exp(score - highest) for score in scores)
    total = a + b + c + d
    return (a / total, b / total, c / total, d / total)


def _sentences(message: Tagged, found: Findings) -> Iterator[tuple[Tagged, Findings]]:
    if len(message.words.said) > LONG:
        yield from found.sentences
