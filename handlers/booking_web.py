"""Where providers tell us of bookings, and where a booking page sends a browser back to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handlers import booking_acuity, booking_calcom, booking_calendly, booking_easyappointments
from handlers.hook import Refused
from handlers.pages.files import page
from handlers.pages.guard import Guard, Pace, Turnstile
from handlers.person_web import BOOKED, BOOKING_COOKIE, one_moment, spoken_by
from handlers.port import Closed, Sentences
from handlers.port_bookings import BookingRoad, Heard, LookUp

log = structlog.get_logger()

LARGEST = 256 * 1024  # bytes; the providers' own are some thousand
EACH = Pace(burst=300, per_second=100.0)  # of one provider
Read = Callable[[Mapping[str, str], bytes, Sequence[str], datetime], Heard | LookUp | None]


@dataclass(frozen=True, slots=True)
class Hook:
    """A provider's way to us. path: at the end of its address; setting: what holds its secrets."""

    path: str
    setting: str
    read: Read


HOOKS = (
    Hook("calcom", "CALCOM_WEBHOOK_SECRET", booking_calcom.read),
    Hook("calendly", "CALENDLY_SIGNING_KEY", booking_calendly.read),
    Hook("easyappointments", "EASYAPPOINTMENTS_SECRET", booking_easyappointments.read),
    Hook("acuity", "ACUITY_API_KEY", booking_acuity.read),
)


def routes(
    road: BookingRoad,
    sentences: Sentences,
    secrets: Mapping[str, Sequence[str]],
    *,
    default_locale: str = "fr",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    pace: Pace = EACH,
) -> list[Route]:
    """POST /bookings/{provider} and GET /booked. secrets: by the name of their setting; none for one not set up."""
    turnstile = Turnstile(pace)

    def receive(hook: Hook) -> Callable[[Request], Awaitable[Response]]:
        async def tell(request: Request) -> Response:
            if not (known := secrets.get(hook.setting, ())):
                return _no(503, f"{hook.setting} is not set here.")
            if wait := turnstile.wait(hook.path):
                return JSONResponse({}, 429, headers={"retry-after": str(int(wait) + 1)})
            try:
                told = hook.read(request.headers, await _body(request), known, now())
                if isinstance(told, Heard):
                    await road.hear(told)
                elif isinstance(told, LookUp):
                    await road.look_up(told)
            except Refused as refused:
                log.warning("booking_refused", provider=hook.path, status=refused.status, why=refused.why)
                return _no(refused.status, refused.why)
            except Closed:
                return JSONResponse({"again": True}, 503, headers={"retry-after": "2"})
            return JSONResponse({})

        return tell

    async def booked(request: Request) -> Response:
        """Somebody's browser comes back. Nothing in the address is believed, or kept: it is not signed."""
        locale = spoken_by(request, default_locale)
        headers = {"referrer-policy": "no-referrer"}
        if token := request.cookies.get(BOOKING_COOKIE, ""):
            try:
                await road.came_back(token, now())
            except Closed:
                return one_moment(sentences, locale)
        answer = page(
            "notice.html",
            200,
            headers,
            locale=locale,
            title=sentences.sentence("web.booked_title", locale),
            paragraphs=[sentences.sentence("web.booked", locale)],
        )
        answer.delete_cookie(BOOKING_COOKIE, path=BOOKED)
        return answer

    hooks = [Route(f"/bookings/{hook.path}", receive(hook), methods=["POST"]) for hook in HOOKS]
    return [*hooks, Route(BOOKED, booked, middleware=[Middleware(Guard)])]


async def _body(request: Request) -> bytes:
    """The raw bytes. Raises Refused."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Refused(413, "The body is too long.")
    return bytes(body)


def _no(status: int, why: str) -> Response:
    return JSONResponse({"why": why}, status)
