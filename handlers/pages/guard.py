"""What every answer of ours carries, and what no request of ours may be."""

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.port import Closed

log = logging.getLogger(__name__)

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
SAFE = frozenset({"GET", "HEAD"})


class Guard:
    """Security headers on every answer; another site's requests refused; Closed told as "come back soon"."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["method"] not in SAFE and not same_origin(Headers(scope=scope)):
            await PlainTextResponse("", 403)(scope, receive, send_guarded)
            return
        try:
            await self.app(scope, receive, send_guarded)
        except Closed:
            if not started:
                again = JSONResponse({"again": True}, 503, headers={"retry-after": "2"})
                await again(scope, receive, send_guarded)


def same_origin(headers: Headers) -> bool:
    """A browser says where a request comes from, in one of two headers. One that says nothing is refused."""
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    return bool(origin := headers.get("origin")) and urlsplit(origin).netloc == headers.get("host")


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one sender may act: `burst` at once, then `per_second`."""

    burst: float
    per_second: float


class Turnstile:
    """Lets each sender through at a given pace. Remembers `senders` of them, the latest."""

    def __init__(self, pace: Pace, senders: int = 20_000) -> None:
        self.pace = pace
        self.senders = senders
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, sender: str) -> float:
        """Seconds until this sender may act; 0.0 when it may, and then it has."""
        now = time.monotonic()
        left, at = self._left.pop(sender, (self.pace.burst, now))
        left = min(self.pace.burst, left + (now - at) * self.pace.per_second)
        passes = left >= 1
        self._left[sender] = (left - 1 if passes else left, now)
        if len(self._left) > self.senders:
            self._left.popitem(last=False)
        return 0.0 if passes else (1 - left) / self.pace.per_second
