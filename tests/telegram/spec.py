"""The Bot API's own description, as checks: is this call one that Telegram would understand?"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson

API = Path(__file__).parents[1] / "data" / "bot-api" / "api.json"
LIMIT = re.compile(r"(\d+)-(\d+) (characters|bytes)")
BUTTON_LOOK = {"text", "style", "icon_custom_emoji_id"}  # the fields that are not the button's one action


class NotUnderstood(Exception):
    """Telegram would not accept this value."""


Files = dict[str, tuple[str, bytes]]
Read = Callable[[Any, Files], Any]


class Spec:
    """Every method of api.json, compiled once."""

    def __init__(self, path: Path = API) -> None:
        api = orjson.loads(path.read_bytes())
        self._types: dict[str, Any] = api["types"]
        self._object = cache(self._compile_object)
        self._methods = {name.lower(): name for name in api["methods"]}
        self._fields: dict[str, dict[str, tuple[bool, Read]]] = {
            name: self._compile_fields(method.get("fields", [])) for name, method in api["methods"].items()
        }

    def name(self, method: str) -> str | None:
        """The method's own spelling; Telegram's are case-insensitive. None when there is no such method."""
        return self._methods.get(method.lower())

    def read(self, method: str, values: dict[str, Any], files: Files) -> tuple[dict[str, Any], list[str]]:
        """Return the parameters as typed values, and what is wrong with the call ([] when nothing is)."""
        known = self._fields[method]
        read: dict[str, Any] = {}
        wrong: list[str] = []
        for key, value in values.items():
            if key not in known:
                wrong.append(f"{method}: unknown field {key}")
                continue
            try:
                read[key] = known[key][1](value, files)
            except NotUnderstood as error:
                wrong.append(f"{method}.{key}: {error}")
        for key in files:
            if key in known:
                read[key] = f"attach://{key}"
            elif not any(f"attach://{key}" == value for value in values.values()):
                wrong.append(f"{method}: file {key} belongs to no field")
        wrong += [f"{method}: {key} is missing" for key, (required, _) in known.items() if required and key not in read]
        return read, wrong

    def _compile_fields(self, fields: list[dict[str, Any]]) -> dict[str, tuple[bool, Read]]:
        return {
            field["name"]: (field["required"], self._compile_value(field["types"], field["description"]))
            for field in fields
        }

    def _compile_value(self, types: list[str], description: str) -> Read:
        reads = [self._compile_type(name) for name in types]
        read = reads[0] if len(reads) == 1 else _first_of(reads, " or ".join(types))
        limit = LIMIT.search(description)
        return _limited(read, *limit.groups()) if limit and "String" in types else read

    def _compile_type(self, name: str) -> Read:
        if name.startswith("Array of "):
            return _array_of(self._compile_type(name.removeprefix("Array of ")))
        if name in SIMPLE:
            return SIMPLE[name]
        return lambda value, files: self._object(name)(value, files)

    def _compile_object(self, name: str) -> Read:
        kind = self._types[name]
        if subtypes := kind.get("subtypes"):
            return _first_of([self._compile_type(sub) for sub in subtypes], name)
        known = self._compile_fields(kind.get("fields", []))

        def read(value: Any, files: Files) -> Any:
            value = _from_json(value)
            if not isinstance(value, dict):
                raise NotUnderstood(f"{name} expected")
            for key in value:
                if key not in known:
                    raise NotUnderstood(f"{name} has no field {key}")
            for key, (required, _) in known.items():
                if required and key not in value:
                    raise NotUnderstood(f"{name}.{key} is missing")
            if name == "InlineKeyboardButton" and len(value.keys() - BUTTON_LOOK) != 1:
                raise NotUnderstood("a button does exactly one thing")
            return {key: known[key][1](inner, files) for key, inner in value.items()}

        return read


def _first_of(reads: list[Read], names: str) -> Read:
    def read(value: Any, files: Files) -> Any:
        reasons: list[str] = []
        for each in reads:
            try:
                return each(value, files)
            except NotUnderstood as error:
                reasons.append(str(error))
        raise NotUnderstood(f"{names} expected ({reasons[0]})")

    return read


def _array_of(inner: Read) -> Read:
    def read(value: Any, files: Files) -> Any:
        value = _from_json(value)
        if not isinstance(value, list):
            raise NotUnderstood("array expected")
        return [inner(each, files) for each in value]

    return read


def _limited(read: Read, least: str, most: str, unit: str) -> Read:
    low, high = int(least), int(most)

    def limited(value: Any, files: Files) -> Any:
        value = read(value, files)
        size = len(value.encode()) if unit == "bytes" else len(value)
        if not low <= size <= high:
            raise NotUnderstood(f"{size} {unit}, {low}-{high} allowed")
        return value

    return limited


def _from_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise NotUnderstood("not JSON") from error


def _integer(value: Any, files: Files) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise NotUnderstood("integer expected")


def _float(value: Any, files: Files) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise NotUnderstood("number expected") from error


def _boolean(value: Any, files: Files) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise NotUnderstood("true or false expected")


def _string(value: Any, files: Files) -> str:
    if not isinstance(value, str):
        raise NotUnderstood("text expected")
    if value.startswith("attach://") and value.removeprefix("attach://") not in files:
        raise NotUnderstood(f"{value} was not attached")
    return value


SIMPLE: dict[str, Read] = {
    "Integer": _integer,
    "Float": _float,
    "Boolean": _boolean,
    "String": _string,
    "InputFile": _string,
}
