"""Measures the layer on messages it was not trained on, and chooses its thresholds. Needs the extra `train`."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot import encoder, risk_encoder, risk_training, weights
from bot.risk_data import DEVELOPMENT, Labelled, hand_written, read_labelled
from bot.risk_training import FloatArray, IntArray
from flows.risk.floor import floor
from flows.risk.layer import COSTS, Four
from flows.risk.lexicon import read_words, tagged
from flows.risk.linear import HIGHEST, Linear, Thresholds
from flows.risk.risk import Level

FOLDS = 4  # by theme
FEWER = 2  # by way of typing

BoolArray: TypeAlias = NDArray[np.bool_]

# Of the ordinary messages, read by layers that saw none of their theme, at most this share may be taken for risk, and
# for concern or more: the aim itself (decision 0056).
MOST_RISK, MOST_CONCERN = 0.04, 0.10


@dataclass(frozen=True, slots=True)
class Unseen:
    """A message as it is read by layers that were not trained on it.

    french: whether it reads more like French. heard: how likely each level is, in the whole and then in each sentence.
    linear: the same, by the linear model alone.
    """

    message: Labelled
    french: bool
    floor: Level
    heard: tuple[Four, ...]
    linear: tuple[Four, ...]


def without_encoder(unseen: Sequence[Unseen]) -> list[Unseen]:
    return [replace(one, heard=one.linear) for one in unseen]


def cross_validated(
    messages: Sequence[Labelled], group: Callable[[Labelled], str], folds: int, always: Sequence[Labelled] = ()
) -> list[Unseen]:
    """Read each with a layer trained on the other groups. always: what every one of them is trained on besides."""
    groups = sorted({group(message) for message in messages})
    random.Random(risk_training.SEED).shuffle(groups)
    fold_of = {name: number % folds for number, name in enumerate(groups)}
    besides = risk_training.counted(risk_training.generated())
    unseen = []
    for fold in range(folds):
        inside = [m for m in messages if fold_of[group(m)] != fold]
        known = [*inside, *always]
        linear = risk_training.train([*risk_training.counted([*known, *risk_training.widened(known)]), *besides])
        layer = replace(linear, second=risk_encoder.trained(known))
        unseen += [read_by(layer, m) for m in messages if fold_of[group(m)] == fold]
    return unseen


def read_by(layer: Linear, message: Labelled) -> Unseen:
    about = tagged(read_words(message.text))
    found = floor(about)
    heard = tuple(one.levels for one in layer.heard([(about, found)])[0])
    linear = tuple(one.levels for one in replace(layer, second=None).heard([(about, found)])[0])
    return Unseen(message, about.words.french, found.risk.level, heard, linear)


def level(layer: Linear, unseen: Unseen) -> Level:
    """The layer's own level."""
    return _level(layer.french if unseen.french else layer.english, unseen)


def _level(thresholds: Thresholds, unseen: Unseen) -> Level:
    whole, *sentences = unseen.heard
    return max([thresholds.level(whole), *(thresholds.level(s, thresholds.alone) for s in sentences)])


def chosen(layer: Linear, unseen: Sequence[Unseen]) -> Linear:
    """The layer with the thresholds that cost least together with the floor, within the false alarms allowed."""
    return replace(
        layer,
        french=_chosen([one for one in unseen if one.french]),
        english=_chosen([one for one in unseen if not one.french]),
    )


def _chosen(unseen: Sequence[Unseen]) -> Thresholds:
    read = _Heard.of(unseen)
    best, lowest = risk_training.THRESHOLDS, float("inf")
    steps = [round(0.3 + 0.02 * n, 2) for n in range(34)]
    for concern, risk, alone in product(steps, steps, (1.15, 1.4)):
        candidate = Thresholds(concern, risk, best.imminent, alone)
        if (cost := read.cost(candidate)) < lowest:
            best, lowest = candidate, cost
    for imminent in (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        candidate = replace(best, imminent=imminent)
        if (cost := read.cost(candidate)) < lowest:
            best, lowest = candidate, cost
    return best


@dataclass(frozen=True, slots=True)
class _Heard:
    """All that was heard, one row for each whole message and each sentence, for the same sums as Thresholds.level.

    begins: the first row of each message. grave: concern or more; danger: risk or more; now: imminent.
    """

    floor: IntArray
    true: IntArray
    begins: IntArray
    whole: BoolArray
    grave: FloatArray
    danger: FloatArray
    now: FloatArray

    @staticmethod
    def of(unseen: Sequence[Unseen]) -> "_Heard":
        rows = np.array([levels for one in unseen for levels in one.heard])
        begins = np.cumsum([0, *(len(one.heard) for one in unseen[:-1])])
        whole = np.zeros(len(rows), bool)
        whole[begins] = True
        return _Heard(
            floor=np.array([int(one.floor) for one in unseen]),
            true=np.array([int(one.message.level) for one in unseen]),
            begins=begins,
            whole=whole,
            grave=1 - rows[:, 0],
            danger=rows[:, 2] + rows[:, 3],
            now=rows[:, 3],
        )

    def cost(self, thresholds: Thresholds) -> float:
        """By the guide, together with the floor; infinite beyond the false alarms allowed."""
        stricter = np.where(self.whole, 1.0, thresholds.alone)
        concern, risk, imminent = (
            np.minimum(HIGHEST, of * stricter) for of in (thresholds.concern, thresholds.risk, thresholds.imminent)
        )
        levels = np.where(self.grave >= concern, 1, 0)
        levels = np.where(self.danger >= risk, np.where(self.now >= imminent * self.danger, 3, 2), levels)
        said = np.maximum(self.floor, np.maximum.reduceat(levels, self.begins))
        alarms = said[self.true == Level.NONE]
        if np.mean(alarms >= Level.RISK) > MOST_RISK or np.mean(alarms >= Level.CONCERN) > MOST_CONCERN:
            return float("inf")
        return float(np.array(COSTS)[self.true, said].mean())


def train_and_save() -> str:
    """Train on all that may be trained on, choose the thresholds on what each fold did not see, write the file."""
    messages = [*hand_written(), *read_labelled(DEVELOPMENT)]
    unseen = cross_validated(messages, theme, FOLDS)
    linear = chosen(risk_training.trained_on(messages), without_encoder(unseen))
    together = chosen(linear, unseen)
    risk_encoder.save(messages, encoder.ENCODER)
    both = weights.Both(together.french, together.english, encoder.digest(encoder.ENCODER))
    weights.save(linear, both, weights.LAYER)
    sizes = ", ".join(f"{file.name}: {file.stat().st_size} bytes" for file in (weights.LAYER, encoder.ENCODER))
    return f"{sizes}. {len(linear.levels)} features. {together.french} in French, {together.english} in English."


def theme(message: Labelled) -> str:
    """The same in both languages: what is told in one teaches the encoder the other.

    The development set names no themes; there, each message is its own.
    """
    return message.theme or message.id


def typing(message: Labelled) -> str:
    return f"{message.lang} {message.typing}"
