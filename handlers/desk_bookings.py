"""Bookings at the desk: a page that works without a script, with keyboard alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handlers.desk_door import outside, session_of
from handlers.pages.clock import entered, spelled
from handlers.pages.files import page
from handlers.pages.guard import Guard
from handlers.person_web import one_moment, spoken_by
from handlers.port import Closed, Sentences, is_number
from handlers.port_bookings import BookingDesk, BookingRow
from handlers.port_desk import Colleague, DeskRoom

PATH = "/desk/bookings"


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the page, in words."""

    id: int | None
    when: str
    therapist: str
    stage: str
    proof: str
    marks: tuple[tuple[str, str], ...]


def routes(
    room: DeskRoom,
    bookings: BookingDesk,
    sentences: Sentences,
    zone: Callable[[], str],
    *,
    default_locale: str = "fr",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Route]:
    """zone: the clinic's clock, by which hours are shown and entered."""

    async def who(request: Request) -> Colleague | Response:
        locale = spoken_by(request, default_locale)
        session = session_of(request)
        try:
            colleague = await room.colleague(session) if session else None
        except Closed:
            return one_moment(sentences, locale)
        return colleague or outside(room, sentences, locale, "", 401)

    async def shown(request: Request) -> Response:
        colleague = await who(request)
        if isinstance(colleague, Response):
            return colleague
        locale, conversation = colleague.locale, request.query_params.get("conversation", "")

        def text(name: str, **values: str) -> str:
            return sentences.sentence(f"bookings.{name}", locale, **values)

        def row(one: BookingRow) -> Shown:
            return Shown(
                one.id,
                spelled(one.starts, zone(), locale) if one.starts else text("no_time"),
                one.therapist,
                text(f"stage_{one.stage}"),
                text(f"proof_{one.proof}"),
                tuple((mark, text(f"mark_{mark}")) for mark in one.marks),
            )

        try:
            rows = [row(one) for one in await bookings.bookings(colleague.id, conversation, now())]
        except Closed:
            return one_moment(sentences, locale)
        return page(
            "bookings.html",
            200,
            {"cache-control": "no-store"},
            locale=locale,
            text=text,
            back=sentences.sentence("web.desk_back", locale),
            rows=rows,
            conversation=conversation,
            path=PATH,
        )

    async def said(request: Request) -> Response:
        """A therapist says of a booking what they know; then the page again."""
        colleague = await who(request)
        if isinstance(colleague, Response):
            return colleague
        async with request.form(max_files=0, max_fields=5) as form:
            field = {name: value for name, value in form.items() if isinstance(value, str)}
        mark, id, conversation = field.get("mark", ""), field.get("booking", ""), field.get("conversation", "")
        if mark == "by_phone":
            await bookings.by_phone(colleague.id, conversation, entered(field.get("starts", ""), zone()), now())
        elif is_number(id):
            await bookings.mark(colleague.id, int(id), mark, now())
        return RedirectResponse(f"{PATH}?conversation={conversation}" if conversation.isascii() else PATH, 303)

    guard = [Middleware(Guard)]
    return [Route(PATH, shown, middleware=guard), Route(PATH, said, methods=["POST"], middleware=guard)]
