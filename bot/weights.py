"""The statistical layer's two files: numbers, checked when they are read. Without the second, the first reads alone."""

import gzip
import hashlib
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from bot import encoder
from flows.risk.linear import Linear, Thresholds
from flows.risk.risk import Kind

LAYER = Path(__file__).parent / "layer.json.gz"
FORM = 3


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
            "levels": layer.levels,
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


def _layer(body: bytes) -> tuple[Linear, Both]:
    numbers = orjson.loads(body)
    named = tuple(Kind(name) for name in numbers["named"])
    levels = {feature: (w[0], w[1], w[2], w[3]) for feature, w in numbers["levels"].items()}
    kinds = {feature: tuple(w) for feature, w in numbers["kinds"].items()}
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
