"""The second half of the layer: what a sentence is about, from a small neural network, read with NumPy.

The architecture is that of Google's Universal Sentence Encoder, multilingual, version 3 (Apache-2.0): vectors of pieces
of words, three convolutions over two, three and five of them, averaged. Source: Yang et al. 2020, "Multilingual
Universal Sentence Encoder for Semantic Retrieval". `bot/risk_encoder.py` trains it on.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more only wait for one another over so few numbers

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import safetensors.numpy
import sentencepiece
from numpy.typing import NDArray

from flows.risk.layer import Opinion
from flows.risk.risk import Kind, Level

Floats: TypeAlias = NDArray[np.float32]
Tensors: TypeAlias = Mapping[str, NDArray[Any]]

ENCODER = Path(__file__).parent / "encoder.safetensors"

BEGIN, END = 1, 2  # pieces that stand before and after every message
TOGETHER = 32  # numbers of a vector that share a scale
MOST = 96  # pieces read, of a longer sentence the first
WINDOWS = ((2, 0), (3, 1), (5, 2))  # pieces a convolution sees, and how many of them stand before the one it is at
GAP = 2  # pieces between two sentences, as far as a window reaches
TINY = 1e-6
LOWEST = np.float32(-1e4)
TEN = np.float32(10)  # the length of what a sentence means, beside numbers of about this size


class BadEncoder(Exception):
    """Says what is wrong with the file."""


class Encoder:
    """Tensors: `pieces`, the model of the tokenizer; `vectors`, one for each piece, in four bits a number, with a scale
    for every TOGETHER of them; the others as they are called below, those in eight bits with a scale for each column.
    """

    def __init__(self, tensors: Tensors) -> None:
        self._pieces = sentencepiece.SentencePieceProcessor(model_proto=tensors["pieces"].tobytes())
        self._vectors, self._unit = unpacked(tensors["vectors"]), tensors["vectors.scale"]
        self._of = numbers(tensors)
        if (self._of["levels"].shape[1], self._of["kinds"].shape[1]) != (len(Level), len(Kind)):
            raise BadEncoder("knows other levels or kinds")

    def opinions(self, plain: Sequence[str]) -> list[Opinion]:
        if not plain:
            return []
        judged = self._judged([[BEGIN, *self._pieces.encode(text)[: MOST - 2], END] for text in plain])
        rows = zip(*(of.tolist() for of in judged), strict=True)
        return [Opinion((a, b, c, d), tuple(kinds)) for (a, b, c, d), kinds in rows]

    def _judged(self, read: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
        """All sentences at once, one below the other, with gaps that no window looks across."""
        pieces = np.concatenate([[*one, *[0] * GAP] for one in read])[:-GAP]
        gaps = np.flatnonzero(np.concatenate([[0] * len(one) + [1] * GAP for one in read])[:-GAP])
        of = self._of
        unit: Floats = self._unit[pieces].astype(np.float32)
        bare: Floats = (self._vectors[pieces].reshape(*unit.shape, TOGETHER) * unit[..., None]).reshape(len(pieces), -1)
        before = _even(bare @ of["in"] + of["in.bias"], of["in.gain"], of["in.shift"])
        width = before.shape[1] // len(WINDOWS)
        seen = [bare]
        for number, (size, left) in enumerate(WINDOWS):
            here = before[:, number * width : (number + 1) * width]
            for step in ("first", "second"):
                name = f"{step}{size}"
                here[gaps] = 0
                felt = _windows(here, size, left) @ of[name]
                felt += of[f"{name}.bias"]
                np.maximum(felt, 0, out=felt)
                felt += here
                here = felt
            seen.append(here)
        features = _even(np.concatenate(seen, 1), of["out.gain"], of["out.shift"])
        starts = np.cumsum([0, *(len(one) + GAP for one in read[:-1])])
        count = np.array([[len(one)] for one in read], np.float32)
        features[gaps] = 0
        together = np.add.reduceat(features, starts)
        features[gaps] = LOWEST
        highest = np.maximum.reduceat(features, starts)
        hidden = self._hidden(together, highest, count)
        levels, kinds = (_likely(hidden @ of[name] + of[f"{name}.bias"]) for name in ("levels", "kinds"))
        return levels, kinds

    def _hidden(self, together: Floats, highest: Floats, count: Floats) -> Floats:
        """One row a sentence: the sum and the maxima of its features, and how many pieces they are of."""
        of = self._of
        mean = (together @ of["sum"] + count * of["sum.bias"]) / np.sqrt(count)
        above = np.maximum(mean @ of["over"] + np.maximum(mean @ of["up"], 0) @ of["up.over"], 0)
        meant = np.tanh(above @ of["top"] + np.maximum(above @ of["up2"], 0) @ of["up2.top"])
        meant *= TEN / np.sqrt(np.maximum((meant * meant).sum(1, keepdims=True), TINY))
        about = np.concatenate([meant, highest, together / count], 1)
        hidden: Floats = np.maximum(about @ of["hidden"] + of["hidden.bias"], 0)
        return hidden


def _likely(scores: Floats) -> Floats:
    """Softmax of each row."""
    likely = np.exp(scores - scores.max(1, keepdims=True))
    rows: Floats = likely / likely.sum(1, keepdims=True)
    return rows


def unpacked(pairs: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Two numbers from -8 to 7 of each byte: those of the first half of a row, then those of the second."""
    return (np.concatenate([pairs & 15, pairs >> 4], 1).astype(np.int8)) - 8


def _even(rows: Floats, gain: Floats, shift: Floats) -> Floats:
    """Layer normalisation, in place."""
    rows -= rows.mean(1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    rows *= (1 / np.sqrt(spread + TINY))[:, None]
    rows *= gain
    rows += shift
    return rows


def _windows(rows: Floats, size: int, left: int) -> Floats:
    """Of each row, `size` rows side by side, `left` of them before it; zeros beyond the ends."""
    count, width = rows.shape
    padded = np.zeros((count + size - 1, width), np.float32)
    padded[left : left + count] = rows
    return np.lib.stride_tricks.sliding_window_view(padded, (size, width)).reshape(count, size * width)


def numbers(tensors: Tensors) -> dict[str, Floats]:
    """All but the pieces and their vectors, as they were before they were rounded."""
    names = [name for name in tensors if name not in ("pieces", "vectors") and not name.endswith(".scale")]
    return {name: tensors[name].astype(np.float32) * tensors.get(f"{name}.scale", np.float32(1)) for name in names}


def load(path: Path, sha256: str) -> Encoder:
    """The encoder whose file has this digest. Raises BadEncoder."""
    if not path.exists():
        raise BadEncoder("is missing")
    try:
        if digest(path) != sha256:
            raise BadEncoder("is damaged, or another one")
        return Encoder(safetensors.numpy.load_file(path))
    except BadEncoder:
        raise
    except Exception as error:  # whatever three libraries say of a file that is not for them
        raise BadEncoder(f"cannot be read ({type(error).__name__})") from error


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
