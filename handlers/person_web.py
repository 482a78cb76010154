"""The web chat: the page a person talks on, and the way out to a scheduling page.

Identity is an opaque random cookie; it is the address. What the person writes is shown by their own browser,
until that tab is closed: the server keeps nothing to show it with.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeGuard

import orjson
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from flows.events import FileRef, Media, PersonArrived, PersonEvent, PersonSaid, PersonSent, PersonTapped
from handlers.errors import Rejected
from handlers.pages import labels, links
from handlers.pages.files import TooBigError, media_answer, media_kind, page, plain_mime, static_route, uploaded
from handlers.pages.guard import HEADERS, Guard, Pace, Turnstile
from handlers.pages.live import BEAT_SECONDS, Live, event
from handlers.port import (
    TEXT_LIMIT,
    Button,
    Closed,
    Incoming,
    Links,
    Message,
    PersonRoom,
    Receipt,
    Sentences,
    Shown,
    is_number,
)

PLATFORM = "web"
COOKIE_DAYS = 90
BOOKED = "/booked"  # where a booking page can send the browser back to
BOOKING_COOKIE, BOOKING_SECONDS = "booking", 2 * 3600  # which link it followed, until it comes back
PRESS_BYTES = 64
LANGUAGES = ("fr", "en")
EACH = Pace(burst=20, per_second=1.0)  # of one person: faster than anyone types or taps
FROM_ONE_PLACE = Pace(burst=200, per_second=20.0)  # of one IP: a school or a clinic behind one address

_ADDRESS = re.compile(r"[A-Za-z0-9_-]{43}")
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# What fetches a link to draw a preview of it. No click of a person.
_PREVIEW = re.compile(
    r"TelegramBot|facebookexternalhit|facebookcatalog|^WhatsApp/|Slackbot|Slack-ImgProxy|Twitterbot|Discordbot"
    r"|LinkedInBot|SkypeUriPreview|Applebot|Googlebot|Google-PageRenderer|bingbot|BingPreview|redditbot|vkShare"
    r"|Viber|Iframely|Embedly|Mastodon|SignalBot|Pinterestbot",
    re.IGNORECASE,
)


class PersonWeb:
    """port.Platform of the web chat. A message is delivered by standing where the page reads it.

    kept: the bytes of a file the room keeps, or None when it has none of that id.
    """

    name = PLATFORM

    def __init__(self, kept: Callable[[FileRef], Awaitable[bytes | None]]) -> None:
        self.kept = kept

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        return Receipt("")

    async def fetch(self, file: FileRef) -> bytes:
        body = await self.kept(file)
        if body is None:
            raise Rejected("no such file")
        return body


def routes(
    room: PersonRoom,
    sentences: Sentences,
    *,
    clinic: Callable[[str], str],
    urgent_lines: Callable[[str, str], list[str]],
    numbers: Callable[[str], dict[str, str]],
    default_locale: str = "fr",
    closing: asyncio.Event | None = None,
    beat: float = BEAT_SECONDS,
    each: Pace = EACH,
    from_one_place: Pace = FROM_ONE_PLACE,
) -> list[Route]:
    """The page, its data and its files.

    clinic:         the clinic's name in a locale.
    urgent_lines:   one line each, in a locale, of a country as in PersonRoom.country.
    numbers:        how the program says its numbers ("call 112"), with the address that dials each ("tel:112").
    default_locale: for a browser that speaks neither French nor English.
    closing:        set when the program stops, so that open streams end.
    """
    chat = _Chat(
        room,
        sentences,
        clinic,
        urgent_lines,
        numbers,
        default_locale,
        closing or asyncio.Event(),
        beat,
        Turnstile(each),
        Turnstile(from_one_place),
    )
    guard = [Middleware(Guard)]
    return [
        Route("/", chat.page, middleware=guard),
        Route("/offline", chat.offline, middleware=guard),
        Route("/worker.js", chat.worker, middleware=guard),
        Route("/chat/arrive", chat.arrive, methods=["POST"], middleware=guard),
        Route("/chat/say", chat.say, methods=["POST"], middleware=guard),
        Route("/chat/typing", chat.typing, methods=["POST"], middleware=guard),
        Route("/chat/tap", chat.tap, methods=["POST"], middleware=guard),
        Route("/chat/send", chat.send, methods=["POST"], middleware=guard),
        Route("/chat/messages", chat.messages, middleware=guard),
        Route("/chat/stream", chat.stream, middleware=guard),
        Route("/chat/file/{message:int}", chat.file, middleware=guard),
        static_route(),
    ]


class _Chat:
    def __init__(
        self,
        room: PersonRoom,
        sentences: Sentences,
        clinic: Callable[[str], str],
        urgent_lines: Callable[[str, str], list[str]],
        numbers: Callable[[str], dict[str, str]],
        default_locale: str,
        closing: asyncio.Event,
        beat: float,
        each: Turnstile,
        from_one_place: Turnstile,
    ) -> None:
        self.room = room
        self.sentences = sentences
        self.clinic = clinic
        self.urgent_lines = urgent_lines
        self.numbers = numbers
        self.default_locale = default_locale
        self.closing = closing
        self.beat = beat
        self.each = each
        self.from_one_place = from_one_place

    async def page(self, request: Request) -> Response:
        address = _address(request)
        try:
            spoken = await self.room.locale(address) if address else None
            human = await self.room.human(address) if address and spoken else ""
            country = await self.room.country(address) if address and spoken else ""
        except Closed:
            # The page opens all the same: the lines of urgent help stand in it, and it comes back to us by itself.
            spoken, human, country = None, "", ""
        asked = request.query_params.get("lang")
        locale = asked if asked in LANGUAGES else spoken or spoken_by(request, self.default_locale)
        numbers = self.numbers(locale)
        answer = page(
            "chat.html",
            locale=locale,
            other="en" if locale == "fr" else "fr",
            spoken=spoken or "",
            human=human,
            country=country,
            clinic=self.clinic(locale),
            lines=[links.pieces(line, numbers) for line in self.urgent_lines(locale, country)],
            numbers=orjson.dumps(numbers).decode(),
            text=lambda name, **values: self.sentences.sentence(f"web.{name}", locale, **values),
            words=orjson.dumps(labels.texts(self.sentences, locale, labels.CHAT)).decode(),
            text_limit=TEXT_LIMIT,
        )
        _remember(answer, request, address or secrets.token_urlsafe(32))
        return answer

    async def offline(self, request: Request) -> Response:
        """What a browser keeps for when it has no connection: the urgent lines, and a place for the person's plan."""
        asked = request.query_params.get("lang")
        return await self._offline(request, asked if asked in LANGUAGES else spoken_by(request, self.default_locale))

    async def worker(self, request: Request) -> Response:
        """The script that keeps that page. It has to stand at the root of what it serves."""
        address = _address(request)
        locale = (await self.room.locale(address) if address else None) or spoken_by(request, self.default_locale)
        kept = hashlib.sha256((await self._offline(request, locale)).body).hexdigest()[:12]
        answer = page("worker.html", locale=locale, kept=kept)
        answer.headers["content-type"] = "text/javascript; charset=utf-8"
        return answer

    async def arrive(self, request: Request) -> Response:
        """The page is open. Its first opening is an event; so is the first after everything was erased."""
        address = _address(request)
        if not address:
            # A browser that keeps no cookie would be somebody new each time. So nobody has come until one is sent back.
            answer = JSONResponse({"known": False})
            _remember(answer, request, secrets.token_urlsafe(32))
            return answer
        asked = await read_json(request)
        locale = asked.get("lang")
        locale = locale if locale in LANGUAGES else spoken_by(request, self.default_locale)
        if held := self._held(request, address):
            return held
        if await self.room.locale(address) is None:
            arrived = _incoming(address, "arrived", PersonArrived(_now()), locale)
            if not await self.room.take(arrived) and await self.room.locale(address) is None:
                # This address was erased: whoever comes back is somebody new.
                address = secrets.token_urlsafe(32)
                await self.room.take(_incoming(address, "arrived", PersonArrived(_now()), locale))
        answer = JSONResponse(await self._state(address))
        _remember(answer, request, address)
        return answer

    async def say(self, request: Request) -> Response:
        asked = await read_json(request)
        id, text, reply_to = asked.get("id"), asked.get("text"), asked.get("reply_to")
        if not is_id(id) or not isinstance(text, str) or not (text := text.replace("\0", "").strip()):
            return JSONResponse({}, 422)
        if len(text) > TEXT_LIMIT:
            return JSONResponse({"why": "too_long"}, 413)
        said = PersonSaid(_now(), text, id, reply_to if _is_reply(reply_to) else None)
        return await self._take(request, id, said)

    async def typing(self, request: Request) -> Response:
        """The page tells it every few seconds, while a human is there to see it."""
        if address := _address(request):
            await self.room.typing(address)
        return Response(status_code=204)

    async def tap(self, request: Request) -> Response:
        asked = await read_json(request)
        id, press = asked.get("id"), asked.get("press")
        if not is_id(id) or not isinstance(press, str) or not 0 < len(press.encode()) <= PRESS_BYTES:
            return JSONResponse({}, 422)
        return await self._take(request, id, PersonTapped(_now(), press))

    async def send(self, request: Request) -> Response:
        address = _address(request)
        if not address:
            return JSONResponse({}, 401)
        if held := self._held(request, address):
            return held
        if not await self.room.human(address):
            return JSONResponse({"why": "file_not_now"}, 409)
        try:
            form = await uploaded(request)
        except TooBigError:
            return JSONResponse({"why": "file_too_big"}, 413)
        if form is None:
            return JSONResponse({}, 422)
        file, fields = form
        if not is_id(id := fields.get("id")):
            return JSONResponse({}, 422)
        mime, name = plain_mime(file.content_type), (file.filename or "")[:200]
        ref = await self.room.keep_file(address, id, await file.read())
        if ref is None:
            return JSONResponse({"why": "file_not_now"}, 409)
        media = Media(media_kind(mime), ref, name, mime, fields.get("caption", "").strip()[:1024])
        reply_to = fields.get("reply_to")
        sent = PersonSent(_now(), media, id, reply_to if _is_reply(reply_to) else None)
        await self.room.take(_incoming(address, id, sent, spoken_by(request, self.default_locale)))
        return JSONResponse({})

    async def messages(self, request: Request) -> Response:
        address = _address(request)
        if not address:
            return JSONResponse({}, 401)
        shown = await self.room.shown(address, _after(request))
        return JSONResponse({"messages": [_plain(one) for one in shown], "state": await self._state(address)})

    async def stream(self, request: Request) -> Response | Live:
        address = _address(request)
        if not address:
            return JSONResponse({}, 401)
        after = _after(request)
        told: dict[str, Any] | None = None
        told_writing: datetime | None = None

        async def read() -> list[bytes]:
            nonlocal after, told, told_writing
            events: list[bytes] = []
            # The owner first: the name at the top of the page must not lag behind the words.
            if (state := await self._state(address)) != told:
                told = state
                events.append(event("state", state))
            if shown := await self.room.shown(address, after):
                after = shown[-1].id
                events.append(event("messages", [_plain(one) for one in shown], after))
            elif (writing := await self.room.writing(address)) and writing != told_writing:
                told_writing = writing
                events.append(event("writing", {}))
            return events

        return Live(read, self.room.changes(address), self.closing, self.beat)

    async def file(self, request: Request) -> Response:
        address, message = _address(request), request.path_params["message"]
        if not address:
            return Response(status_code=404)
        shown = [one for one in await self.room.shown(address, message - 1) if one.id == message]
        body = await self.room.file(address, message) if shown and shown[0].media else None
        if body is None or shown[0].media is None:
            return Response(status_code=404)
        return media_answer(body, shown[0].media)

    async def _offline(self, request: Request, locale: str) -> Response:
        address = _address(request)
        country = await self.room.country(address) if address else ""
        numbers = self.numbers(locale)
        return page(
            "offline.html",
            locale=locale,
            clinic=self.clinic(locale),
            lines=[links.pieces(line, numbers) for line in self.urgent_lines(locale, country)],
            text=lambda name: self.sentences.sentence(f"web.{name}", locale),
        )

    async def _take(self, request: Request, id: str, what: PersonEvent) -> Response:
        address = _address(request)
        if not address:
            return JSONResponse({}, 401)
        if held := self._held(request, address):
            return held
        await self.room.take(_incoming(address, id, what, spoken_by(request, self.default_locale)))
        return JSONResponse({})

    def _held(self, request: Request, address: str) -> Response | None:
        place = request.client.host if request.client else ""
        wait = self.each.wait(address) or self.from_one_place.wait(place)
        if not wait:
            return None
        return JSONResponse({"why": "slowly"}, 429, headers={"retry-after": str(int(wait) + 1)})

    async def _state(self, address: str) -> dict[str, Any]:
        locale = await self.room.locale(address)
        return {
            "known": locale is not None,
            "locale": locale or "",
            "human": await self.room.human(address) if locale else "",
            "country": await self.room.country(address) if locale else "",
            "talk": await self.room.talk(address) if locale else "",
        }


def links_routes(links: Links, sentences: Sentences, *, default_locale: str = "fr") -> list[Route]:
    """GET /r/{token}: on to the scheduling page. A preview of the link is no click."""

    async def follow(request: Request) -> Response:
        headers = {"referrer-policy": "no-referrer"}
        if "prefetch" in request.headers.get("sec-purpose", ""):
            # Refused, so that the browser asks again when the person really goes there.
            return Response(status_code=503, headers=headers)
        if request.method == "HEAD" or _PREVIEW.search(request.headers.get("user-agent", "")):
            return Response(headers=headers)
        locale = spoken_by(request, default_locale)
        try:
            url = await links.follow(request.path_params["token"], _now())
        except Closed:
            return one_moment(sentences, locale)
        if url:
            answer = RedirectResponse(url, 302, headers=headers)
            answer.set_cookie(
                BOOKING_COOKIE,
                request.path_params["token"],
                max_age=BOOKING_SECONDS,
                path=BOOKED,
                secure=request.url.scheme == "https",
                httponly=True,
                samesite="lax",
            )
            return answer
        return page(
            "notice.html",
            404,
            headers,
            locale=locale,
            title=sentences.sentence("web.link_gone_title", locale),
            paragraphs=[sentences.sentence("web.link_gone", locale)],
            link=("/", sentences.sentence("web.link_gone_back", locale)),
        )

    return [Route("/r/{token}", follow, middleware=[Middleware(Guard)])]


def when_wrong(
    sentences: Sentences, *, default_locale: str = "fr"
) -> dict[Any, Callable[[Request, Exception], Response]]:
    """exception_handlers for the application: a kind page for what does not exist, and for a mistake of ours.

    A mistake is logged by the server all the same; a script is told to ask again.
    """

    def nowhere(request: Request, error: Exception) -> Response:
        locale = spoken_by(request, default_locale)
        title = sentences.sentence("web.not_found", locale)
        back = ("/", sentences.sentence("web.link_gone_back", locale))
        return page("notice.html", 404, HEADERS, locale=locale, title=title, link=back)

    def broken(request: Request, error: Exception) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"again": True}, 503, headers=HEADERS | {"retry-after": "3"})
        answer = one_moment(sentences, spoken_by(request, default_locale))
        answer.headers.update(HEADERS)
        return answer

    return {404: nowhere, 500: broken}


def one_moment(sentences: Sentences, locale: str) -> Response:
    """A page that comes back by itself."""
    title = sentences.sentence("web.one_moment", locale)
    return page("notice.html", 503, {"refresh": "3", "retry-after": "3"}, locale=locale, title=title)


def spoken_by(request: Request, default: str) -> str:
    """The first language of ours that the browser names, "fr" or "en"."""
    for tag in request.headers.get("accept-language", "").split(","):
        if (language := tag.strip()[:2].lower()) in LANGUAGES:
            return language
    return default


def _now() -> datetime:
    return datetime.now(UTC)


def _cookie(request: Request) -> str:
    # The prefix makes browsers refuse it from any other host of the domain; it needs https.
    return "__Host-passerelle" if request.url.scheme == "https" else "passerelle"


def _address(request: Request) -> str | None:
    address = request.cookies.get(_cookie(request), "")
    return address if _ADDRESS.fullmatch(address) else None


def _remember(answer: Response, request: Request, address: str) -> None:
    answer.set_cookie(
        _cookie(request),
        address,
        max_age=COOKIE_DAYS * 24 * 3600,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _incoming(address: str, id: str, what: PersonEvent, locale: str) -> Incoming:
    # Two pages may choose the same id, and an update id is kept in clear while an address is not.
    update = hashlib.sha256(f"{address}/{id}".encode()).hexdigest()[:40]
    return Incoming(PLATFORM, update, address, what, locale)


async def read_json(request: Request) -> dict[str, Any]:
    """{} for what is no JSON object, or longer than any message of ours."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > TEXT_LIMIT * 16:
            return {}
    try:
        plain = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return plain if isinstance(plain, dict) else {}


def is_id(id: object) -> TypeGuard[str]:
    return isinstance(id, str) and bool(_ID.fullmatch(id))


def _is_reply(reply_to: object) -> TypeGuard[str]:
    """What is answered is named by the number of its line."""
    return isinstance(reply_to, str) and is_number(reply_to)


def _after(request: Request) -> int:
    seen = (request.query_params.get("after", ""), request.headers.get("last-event-id", ""))
    return max((int(id) for id in seen if is_number(id)), default=0)


def _plain(shown: Shown) -> dict[str, Any]:
    media = shown.media and {"kind": shown.media.kind, "name": shown.media.name, "mime": shown.media.mime}
    return {
        "id": shown.id,
        "at": shown.at.isoformat(),
        "text": shown.text,
        "buttons": [_plain_button(button) for button in shown.buttons],
        "media": media,
        "author": shown.author,
        "edits": shown.edits,
        "reply_to": shown.reply_to,
        "plan": shown.plan,
    }


def _plain_button(button: Button) -> dict[str, str]:
    return {"label": button.label, "press": button.press, "url": button.url}
