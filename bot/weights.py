"""The statistical layer's file: numbers, checked when they are read."""

import gzip
import hashlib
import zlib
from dataclasses import asdict
from pathlib import Path

import orjson

from flows.risk.linear import Linear, Thresholds
from flows.risk.risk import Kind

LAYER = Path(__file__).parent / "layer.json.gz"
FORM = 2


class BadLayer(Exception):
    """The file is missing, damaged, or not of this version; says which."""


def save(layer: Linear, path: Path) -> None:
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
            "levels": layer.levels,
            "kinds": layer.kinds,
        }
    )
    head = orjson.dumps({"form": FORM, "sha256": hashlib.sha256(body).hexdigest()})
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(head + b"\n" + body)


def load(path: Path = LAYER) -> Linear:
    """Raises BadLayer."""
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


def _layer(body: bytes) -> Linear:
    numbers = orjson.loads(body)
    named = tuple(Kind(name) for name in numbers["named"])
    levels = {feature: (w[0], w[1], w[2], w[3]) for feature, w in numbers["levels"].items()}
    kinds = {feature: tuple(w) for feature, w in numbers["kinds"].items()}
    bias = numbers["bias"]
    if any(len(w) != len(named) for w in kinds.values()) or len(numbers["kind_bias"]) != len(named):
        raise BadLayer("is damaged")
    return Linear(
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
