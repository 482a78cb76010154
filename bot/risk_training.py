"""Trains the statistical layer. Needs the extra `train`; what comes out is read without it."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from bot import risk_grammar, risk_typing
from bot.risk_data import Labelled
from flows.risk.features import Features, features, pieces
from flows.risk.floor import floor
from flows.risk.lexicon import read_words, tagged
from flows.risk.linear import Linear, Thresholds
from flows.risk.risk import Kind, Level

IntArray: TypeAlias = NDArray[np.int_]
FloatArray: TypeAlias = NDArray[np.float64]

SEED = 20261125
GENERATED = 10_000  # messages made by grammar
RETYPED = 1  # of each hand-written message, once more as somebody else would type it
RETYPED_WEIGHT, GENERATED_WEIGHT = 0.2, 0.25  # a hand-written message weighs 1
GRAVER = {Level.NONE: 1.0, Level.CONCERN: 1.0, Level.RISK: 1.5, Level.IMMINENT: 2.0}  # after the guide's costs
ASKED = 3.0  # of a concern, when the kinds are learnt: whether it is met with a direct question depends on them
RARE_WORD, RARE_PIECE = 2, 4  # messages. What occurs in fewer is not counted.
ROUNDS = 250  # of fitting; with 60 it was not done, and dangers of the development set went unnoticed
STRENGTH = 3.0  # inverse of the regularisation, chosen by cross-validation
SMALLEST = 4  # steps; what weighs less at every level is left out of the file
THRESHOLDS = Thresholds(concern=0.5, risk=0.5, imminent=0.4, alone=1.15)  # of a layer whose own were not chosen yet
COARSE = 1000  # steps of a weight in the file; with 127 most weights were one or two of them


@dataclass(frozen=True, slots=True)
class Read:
    """A labelled message, and what is counted in it."""

    message: Labelled
    counted: Features


def counted(messages: Sequence[Labelled]) -> list[Read]:
    return [Read(message, _features(message.text)) for message in messages]


@lru_cache(maxsize=100_000)
def _features(text: str) -> Features:
    about = tagged(read_words(text))
    return features(about, floor(about))


def widened(messages: Sequence[Labelled], seed: int = SEED) -> list[Labelled]:
    """Every message once more as somebody else would type it."""
    more = []
    for message in messages:
        chance = random.Random(f"{seed} {message.id}")  # the same, whatever else is trained on
        for number in range(RETYPED):
            way, text = risk_typing.typed(message.text, message.lang, chance)
            more.append(
                Labelled(
                    f"{message.id}-{number}", message.lang, text, message.level, message.kind, message.theme, way,
                    RETYPED_WEIGHT,
                )
            )  # fmt: skip
    return more


def generated(seed: int = SEED) -> list[Labelled]:
    return list(risk_grammar.messages(GENERATED, seed, GENERATED_WEIGHT))


def trained_on(hand: Sequence[Labelled]) -> Linear:
    """Train on these, on what other typing makes of them, and on what the grammar makes."""
    read = counted([*hand, *widened(hand), *generated()])
    kinds, bias, unit, named = _kinds(read)
    return replace(train(read), kinds=kinds, kind_bias=bias, kind_unit=unit, named=named)


def train(read: Sequence[Read], name: str = "linear") -> Linear:
    """A layer that tells the levels, not yet the kinds, and whose thresholds are still to be chosen."""
    as_written = [r for r in read if r.message.weight != RETYPED_WEIGHT]
    words = _frequent((r.counted.words | r.counted.subjects for r in as_written), RARE_WORD)
    spelled = _frequent((_pieces(r.counted) for r in read), RARE_PIECE)
    columns = {feature: number for number, feature in enumerate([*words, *spelled])}
    matrix = _matrix([r.counted for r in read], columns)
    true = np.array([int(r.message.level) for r in read])
    weight = np.array([r.message.weight * GRAVER[r.message.level] for r in read])
    telling = _telling(matrix, true, weight)
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3)
    model.fit(matrix @ diags(telling), true, sample_weight=weight)
    learnt = model.coef_ * telling
    unit = float(np.abs(learnt).max()) / COARSE
    rounded = np.rint(learnt / unit).astype(int)
    kept = np.abs(rounded).max(axis=0) >= SMALLEST
    levels = {
        feature: (int(a), int(b), int(c), int(d))
        for feature, number in columns.items()
        if kept[number]
        for a, b, c, d in [rounded[:, number]]
    }
    bias = [float(b) for b in model.intercept_]
    return Linear(
        name=name,
        levels=levels,
        bias=(bias[0], bias[1], bias[2], bias[3]),
        unit=unit,
        kinds={},
        kind_bias=(),
        kind_unit=1.0,
        named=(),
        french=THRESHOLDS,
        english=THRESHOLDS,
    )


def _telling(matrix: csr_matrix, true: IntArray, weight: FloatArray) -> FloatArray:
    """Of each feature, how unevenly it is spread over the levels; 1 on the quadratic mean.

    What tells more is held back less by the regularisation. Source: NB-SVM, Wang and Manning 2012.
    """
    there = matrix.astype(bool).astype(np.float32)
    most = np.zeros(matrix.shape[1])
    for level in Level:
        of_it = true == level
        with_it, without = ((there[rows].T @ weight[rows] + 1) / weight[rows].sum() for rows in (of_it, ~of_it))
        most = np.maximum(most, np.abs(np.log(with_it / without)))
    root = np.sqrt(most)
    return np.asarray(root / np.sqrt(np.mean(most)))


def _kinds(read: Sequence[Read]) -> tuple[dict[str, tuple[int, ...]], tuple[float, ...], float, tuple[Kind, ...]]:
    """Which kind, among messages that are not ordinary: from single words, tags and what the floor found."""
    grave = [r for r in read if r.message.level is not Level.NONE]
    words = _frequent((r.counted.words | r.counted.subjects for r in grave), RARE_WORD)
    single = [
        w for w in words if (w.count(" ") == 0 and ">" not in w and "+" not in w) or w.startswith(("floor", "rule"))
    ]
    columns = {feature: number for number, feature in enumerate(single)}
    matrix = _matrix([Features(r.counted.words | r.counted.subjects, set(), set()) for r in grave], columns)
    # Of twelve kinds the fit ends late: with less, where it ended was the machine's rounding, and so were the weights.
    model = LogisticRegression(C=STRENGTH, max_iter=2 * ROUNDS, tol=1e-4)
    weight = [r.message.weight * (ASKED if r.message.level is Level.CONCERN else 1) for r in grave]
    model.fit(matrix.astype(np.float64), [r.message.kind.value for r in grave], sample_weight=weight)
    unit = float(np.abs(model.coef_).max()) / COARSE
    rounded = np.rint(model.coef_ / unit).astype(int)
    kept = np.abs(rounded).max(axis=0) >= COARSE * 0.05
    weights = {f: tuple(int(w) for w in rounded[:, n]) for f, n in columns.items() if kept[n]}
    return weights, tuple(float(b) for b in model.intercept_), unit, tuple(Kind(k) for k in model.classes_)


@lru_cache(maxsize=100_000)
def _spelling(word: str) -> tuple[str, ...]:
    return tuple(pieces(word))


def _pieces(counted: Features) -> list[str]:
    return [piece for word in counted.spelled for piece in _spelling(word)]


def _frequent(counted: Iterable[Iterable[str]], rare: int) -> list[str]:
    times = Counter(feature for group in counted for feature in group)
    return sorted(feature for feature, number in times.items() if number >= rare)


def _matrix(counted: Sequence[Features], columns: dict[str, int]) -> csr_matrix:
    """One row a message. Its length would be 1, had each piece of each word a column of its own."""
    values: list[float] = []
    indices: list[int] = []
    starts = [0]
    for features_ in counted:
        row = [(columns[f], Features.WORD) for f in features_.words if f in columns]
        row += [(columns[f], Features.SUBJECT) for f in features_.subjects if f in columns]
        row += [(columns[f], Features.PIECE) for f in _pieces(features_) if f in columns]
        length = sum(w * w for _, w in row) ** 0.5 or 1.0
        indices.extend(number for number, _ in row)
        values.extend(w / length for _, w in row)
        starts.append(len(indices))
    shape = (len(counted), len(columns))
    return csr_matrix((np.array(values, np.float32), indices, starts), shape=shape)
