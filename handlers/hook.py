"""What a provider's webhook has in common with another's: a signature over the raw bytes, and words to be parsed."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import orjson

LONGEST_NAME = 512  # characters of what a provider calls a booking
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{24}")  # as bot/opened.py makes them


class Refused(Exception):
    """Not taken. status: what the provider is told; why: for whoever sets it up, without a word of the payload."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def digest(secret: str, message: bytes) -> bytes:
    return hmac.digest(secret.encode(), message, hashlib.sha256)


def is_one_of(given: str, expected: Sequence[str]) -> bool:
    """Whether it equals one of these, in a time that says nothing of how much of it is right."""
    # All are compared: stopping at the first would tell which of two secrets is in use.
    return sum(hmac.compare_digest(given.encode(), one.encode()) for one in expected) > 0


def document(body: bytes) -> dict[str, Any]:
    """The JSON object in this body. Raises Refused."""
    try:
        plain = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "The body is no JSON in UTF-8.") from error
    if not isinstance(plain, dict):
        raise Refused(400, "The body is no JSON object.")
    return plain


def inner(plain: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under this key; {} when there is none."""
    value = plain.get(key)
    return value if isinstance(value, dict) else {}


def text(plain: Mapping[str, Any], key: str) -> str:
    """The text under this key; "" when there is none, or one no provider writes."""
    value = plain.get(key)
    return value if isinstance(value, str) and len(value) <= LONGEST_NAME and "\0" not in value else ""


def moment(plain: Mapping[str, Any], key: str) -> datetime | None:
    """The moment under this key, in ISO 8601 with its offset."""
    try:
        at = datetime.fromisoformat(text(plain, key))
    except ValueError:
        return None
    return at if at.tzinfo else None


def needed(plain: Mapping[str, Any], key: str) -> str:
    """Raises Refused."""
    if not (value := text(plain, key)):
        raise Refused(400, f"The body has no `{key}`.")
    return value


def zone(plain: Mapping[str, Any], key: str) -> str:
    """The name of a time zone under this key, if it is one."""
    name = text(plain, key)
    try:
        ZoneInfo(name or "-")
    except (LookupError, ValueError, OSError):
        return ""
    return name


def page(plain: Mapping[str, Any], key: str) -> str:
    """The web address under this key."""
    address = text(plain, key)
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return ""
    return address if host and address.startswith("https://") and not any(map(str.isspace, address)) else ""


def is_reference(text: str) -> bool:
    """Whether it could be a reference of ours, where a provider gives back only what stands in a form."""
    return bool(_REFERENCE.fullmatch(text))
