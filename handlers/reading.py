"""Reading at a provider what its webhook only pointed at."""

from typing import Any

import httpx
import orjson

from handlers.errors import Rejected, TryLater

LONGEST = 1024 * 1024  # bytes of an answer
SECONDS = 10.0


async def fetched(
    http: httpx.AsyncClient, url: str, *, auth: httpx.Auth | None = None, headers: dict[str, str] | None = None
) -> dict[str, Any] | None:
    """The JSON object at this address; None when there is none (404). Raises TryLater, Rejected."""
    try:
        answer = await http.get(url, auth=auth, headers=headers, timeout=SECONDS, follow_redirects=False)
    except httpx.HTTPError as error:
        raise TryLater(type(error).__name__) from error
    if answer.status_code == 404:
        return None
    if answer.status_code == 429 or answer.status_code >= 500:
        raise TryLater(f"answered {answer.status_code}")
    if answer.status_code != 200 or len(answer.content) > LONGEST:
        raise Rejected(f"answered {answer.status_code}")
    try:
        plain = orjson.loads(answer.content)
    except orjson.JSONDecodeError as error:
        raise Rejected("answered with no JSON") from error
    if not isinstance(plain, dict):
        raise Rejected("answered with no JSON object")
    return plain
