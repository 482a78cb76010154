"""The statistical layer's two files: numbers, checked when they are read. Without the second, the first reads alone."""

import gzip
import hashlib
import struct
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from bot import encoder
from flows.risk.linear import Linear, Thresholds, Weights
from flows.risk.risk import Kind

LAYER = Path(__file__).parent / "layer.json.gz"
FORM = 4
FOUR = struct.Struct("<4h")  # the weights of a feature, one for each level


class BadLayer(Exception):
    """The file is missing, damaged, or not of this version; says which."""


@dataclass(frozen=True, slots=True)
class Both:
    """What holds where the linear model and the encoder read together. sha256: of the encoder's file."""

    french: Thresholds
    english: Thresholds
    sha256: str


def save(layer: Linear, both: Both, path: Path) -> None:
    """layer: with its thresholds for reading alone."""
    kinds = {kind: number for number, kind in enumerate(layer.named)}
    body = orjson.dumps(
        {
            "name": layer.name,
            "bias": layer.bias,
            "unit": layer.unit,
            "kind_bias": layer.kind_bias,
            "kind_unit": layer.kind_unit,
            "named": list(kinds),
            "french": asdict(layer.french),
            "english": asdict(layer.english),
            "both": asdict(both),
            "features": list(layer.levels),
            "levels": b64encode(b"".join(FOUR.pack(*weights) for weights in layer.levels.values())).decode(),
            "kinds": layer.kinds,
        }
    )
    head = orjson.dumps({"form": FORM, "sha256": hashlib.sha256(body).hexdigest()})
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(head + b"\n" + body)


def load(path: Path = LAYER, second: Path = encoder.ENCODER) -> Linear:
    """The linear model, asking the encoder where it has one. Raises BadLayer."""
    linear, both = _load(path)
    try:
        return replace(
            linear,
            name="linear and encoder",
            french=both.french,
            english=both.english,
            second=encoder.load(second, both.sha256),
        )
    except encoder.BadEncoder as bad:
        return replace(linear, name=f"{linear.name}; the encoder {bad}")


def _load(path: Path) -> tuple[Linear, Both]:
    try:
        with gzip.open(path) as file:
            head, body = file.read().split(b"\n", 1)
        stamp = orjson.loads(head)
        if stamp["form"] != FORM:
            raise BadLayer(f"is of another version ({stamp['form']})")
        if stamp["sha256"] != hashlib.sha256(body).hexdigest():
            raise BadLayer("is damaged")
        return _layer(body)
    except FileNotFoundError as error:
        raise BadLayer("is missing") from error
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise BadLayer("is damaged") from error


def _levels(features: list[str], packed: bytes) -> dict[str, Weights]:
    """Four whole numbers of each feature. Equal ones are one object: there are a million, of two thousand values."""
    if len(packed) != FOUR.size * len(features):
        raise BadLayer("is damaged")
    known: dict[int, int] = {}
    shared: dict[Weights, Weights] = {}
    levels: dict[str, Weights] = {}
    for feature, numbers in zip(features, FOUR.iter_unpack(packed), strict=True):
        a, b, c, d = map(known.setdefault, numbers, numbers)
        levels[feature] = shared.setdefault((a, b, c, d), (a, b, c, d))
    return levels


def _layer(body: bytes) -> tuple[Linear, Both]:
    numbers = orjson.loads(body)
    named = tuple(Kind(name) for name in numbers["named"])
    levels = _levels(numbers.pop("features"), b64decode(numbers.pop("levels")))
    kinds = {feature: tuple(w) for feature, w in numbers.pop("kinds").items()}
    bias = numbers["bias"]
    if any(len(w) != len(named) for w in kinds.values()) or len(numbers["kind_bias"]) != len(named):
        raise BadLayer("is damaged")
    both = numbers["both"]
    linear = Linear(
        name=numbers["name"],
        levels=levels,
        bias=(bias[0], bias[1], bias[2], bias[3]),
        unit=numbers["unit"],
        kinds=kinds,
        kind_bias=tuple(numbers["kind_bias"]),
        kind_unit=numbers["kind_unit"],
        named=named,
        french=Thresholds(**numbers["french"]),
        english=Thresholds(**numbers["english"]),
    )
    return linear, Both(Thresholds(**both["french"]), Thresholds(**both["english"]), both["sha256"])
