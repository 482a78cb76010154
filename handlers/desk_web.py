"""The desk in a browser: who waits, who writes, and the way to take over and to give back."""

import asyncio
import re
from typing import Any, TypeGuard

import orjson
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from flows.events import Media
from handlers.pages import labels
from handlers.pages.files import TooBigError, media_answer, media_kind, page, plain_mime, static_route, uploaded
from handlers.pages.guard import Guard, Pace, Turnstile
from handlers.pages.live import BEAT_SECONDS, Live, event
from handlers.person_web import is_id, one_moment, read_json, spoken_by
from handlers.port import TEXT_LIMIT, Acted, Card, Closed, Colleague, DeskRoom, Line, Sentences

SESSION_DAYS = 30  # of the cookie; the room decides how long a session is worth anything
SIGN_IN = Pace(burst=10, per_second=0.1)  # of one IP: a token is not to be guessed

_CONVERSATION = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SESSION = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,256}")  # what a cookie may hold


def routes(
    room: DeskRoom,
    sentences: Sentences,
    *,
    default_locale: str = "fr",
    closing: asyncio.Event | None = None,
    beat: float = BEAT_SECONDS,
    sign_in_pace: Pace = SIGN_IN,
) -> list[Route]:
    """The desk, its data and its files. closing: set when the program stops, so that open streams end."""
    desk = _Desk(room, sentences, default_locale, closing or asyncio.Event(), beat, Turnstile(sign_in_pace))
    guard = [Middleware(Guard)]
    return [
        Route("/desk", desk.page, middleware=guard),
        Route("/desk/sign-in", desk.door, middleware=guard),
        Route("/desk/sign-in", desk.sign_in, methods=["POST"], middleware=guard),
        Route("/desk/sign-out", desk.sign_out, methods=["POST"], middleware=guard),
        Route("/desk/stream", desk.stream, middleware=guard),
        Route("/desk/act", desk.act, methods=["POST"], middleware=guard),
        Route("/desk/say", desk.say, methods=["POST"], middleware=guard),
        Route("/desk/send", desk.send, methods=["POST"], middleware=guard),
        Route("/desk/file/{conversation}/{line:int}", desk.file, middleware=guard),
        static_route(),
    ]


class _Desk:
    def __init__(
        self,
        room: DeskRoom,
        sentences: Sentences,
        default_locale: str,
        closing: asyncio.Event,
        beat: float,
        turnstile: Turnstile,
    ) -> None:
        self.room = room
        self.sentences = sentences
        self.default_locale = default_locale
        self.closing = closing
        self.beat = beat
        self.turnstile = turnstile

    async def page(self, request: Request) -> Response:
        try:
            colleague = await self._colleague(request)
        except Closed:
            return one_moment(self.sentences, spoken_by(request, self.default_locale))
        if colleague is None:
            return self._outside(request, "desk_how", 401)
        locale = colleague.locale
        return page(
            "desk.html",
            locale=locale,
            name=colleague.name,
            text=lambda name: self.sentences.sentence(f"web.{name}", locale),
            words=orjson.dumps(labels.texts(self.sentences, locale, labels.DESK)).decode(),
            text_limit=TEXT_LIMIT,
        )

    async def door(self, request: Request) -> Response:
        """The link only shows a button: previews of the link follow it too, and must not spend it."""
        locale = spoken_by(request, self.default_locale)
        form = {
            "action": "/desk/sign-in",
            "token": request.query_params.get("token", ""),
            "label": self.sentences.sentence("web.desk_sign_in", locale),
        }
        return page(
            "notice.html",
            200,
            # The address holds the token: it is told to nobody, our own logs included.
            {"referrer-policy": "strict-origin"},
            locale=locale,
            title=self.sentences.sentence("web.desk", locale),
            paragraphs=[self.sentences.sentence("web.desk_sign_in_text", locale)],
            form=form,
        )

    async def sign_in(self, request: Request) -> Response:
        place = request.client.host if request.client else ""
        if wait := self.turnstile.wait(place):
            return Response(status_code=429, headers={"retry-after": str(int(wait) + 1)})
        async with request.form(max_files=0, max_fields=4) as form:
            token = form.get("token")
        try:
            session = await self.room.sign_in(token) if isinstance(token, str) and token else None
        except Closed:
            return self._outside(request, "one_moment", 503)
        if session is None:
            return self._outside(request, "desk_link_spent", 410)
        answer = RedirectResponse("/desk", 303)
        answer.set_cookie(
            _cookie(request),
            session,
            max_age=SESSION_DAYS * 24 * 3600,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        if session := _session(request):
            await self.room.sign_out(session)
        answer = RedirectResponse("/desk", 303)
        answer.delete_cookie(_cookie(request), secure=request.url.scheme == "https", httponly=True, samesite="strict")
        return answer

    async def stream(self, request: Request) -> Response | Live:
        colleague = await self._colleague(request)
        if colleague is None:
            return Response(status_code=404)
        asked = request.query_params.get("conversation", "")
        conversation = asked if _CONVERSATION.fullmatch(asked) else ""
        told_cards: list[dict[str, Any]] | None = None
        told_lines: dict[int, dict[str, Any]] = {}

        async def read() -> list[bytes]:
            nonlocal told_cards
            if await self._colleague(request) is None:
                return [event("signed_out", {})]
            events: list[bytes] = []
            # Lines first: reading them is what brings a card's count of unread to zero.
            lines = await self.room.lines(colleague.id, conversation) if conversation else []
            if not lines:
                told_lines.clear()
            changed = [plain for line in lines if told_lines.get(line.id) != (plain := _plain_line(line))]
            cards = [_plain_card(card) for card in await self.room.cards(colleague.id)]
            if cards != told_cards:
                told_cards = cards
                events.append(event("cards", cards))
            if changed:
                told_lines.update((plain["id"], plain) for plain in changed)
                events.append(event("lines", {"conversation": conversation, "lines": changed}))
            return events

        return Live(read, self.room.changes(colleague.id), self.closing, self.beat)

    async def act(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        asked = await read_json(request)
        act, conversation = asked.get("act"), asked.get("conversation")
        if colleague is None or not _is_conversation(conversation):
            return JSONResponse({}, 404)
        if not is_id(act):
            return JSONResponse({}, 422)
        match asked.get("do"):
            case "take_over":
                return _answer(await self.room.take_over(colleague.id, conversation, act))
            case "decline":
                return _answer(await self.room.decline(colleague.id, conversation, act))
            case "release":
                return _answer(await self.room.release(colleague.id, conversation, act))
            case _:
                return JSONResponse({}, 422)

    async def say(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        asked = await read_json(request)
        act, conversation, text = asked.get("act"), asked.get("conversation"), asked.get("text")
        if colleague is None or not _is_conversation(conversation):
            return JSONResponse({}, 404)
        if not is_id(act) or not isinstance(text, str) or not (text := text.replace("\0", "").strip()):
            return JSONResponse({}, 422)
        if len(text) > TEXT_LIMIT:
            return JSONResponse({"why": "too_long"}, 413)
        reply_to = asked.get("reply_to")
        reply_to = reply_to if isinstance(reply_to, int) else None
        return _answer(await self.room.say(colleague.id, conversation, act, text, reply_to))

    async def send(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        if colleague is None:
            return JSONResponse({}, 404)
        try:
            form = await uploaded(request)
        except TooBigError:
            return JSONResponse({"why": "file_too_big"}, 413)
        if form is None:
            return JSONResponse({}, 422)
        file, fields = form
        act, conversation, reply_to = fields.get("act"), fields.get("conversation"), fields.get("reply_to", "")
        if not _is_conversation(conversation):
            return JSONResponse({}, 404)
        if not is_id(act):
            return JSONResponse({}, 422)
        mime, name = plain_mime(file.content_type), (file.filename or "")[:200]
        ref = await self.room.keep_file(colleague.id, conversation, await file.read(), name, mime)
        media = Media(media_kind(mime), ref, name, mime, fields.get("caption", "").strip()[:1024])
        line = int(reply_to) if reply_to.isascii() and reply_to.isdigit() else None
        return _answer(await self.room.say(colleague.id, conversation, act, media, line))

    async def file(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        conversation, line = request.path_params["conversation"], request.path_params["line"]
        if colleague is None or not _is_conversation(conversation):
            return Response(status_code=404)
        lines = await self.room.lines(colleague.id, conversation, line - 1)
        media = next((one.media for one in lines if one.id == line), None)
        body = await self.room.file(colleague.id, conversation, line) if media else None
        if media is None or body is None:
            return Response(status_code=404)
        return media_answer(body, media)

    async def _colleague(self, request: Request) -> Colleague | None:
        session = _session(request)
        return await self.room.colleague(session) if session else None

    def _outside(self, request: Request, why: str, status: int) -> Response:
        locale = spoken_by(request, self.default_locale)
        names = [why] if why == "desk_how" else [why, "desk_how"]
        return page(
            "notice.html",
            status,
            locale=locale,
            title=self.sentences.sentence("web.desk", locale),
            paragraphs=[self.sentences.sentence(f"web.{name}", locale) for name in names],
            # A link from another site arrives without our strict cookie; from here it is sent.
            link=("/desk", self.sentences.sentence("web.desk_again", locale)),
        )


def _cookie(request: Request) -> str:
    return "__Host-desk" if request.url.scheme == "https" else "desk"


def _session(request: Request) -> str | None:
    session = request.cookies.get(_cookie(request), "")
    return session if _SESSION.fullmatch(session) else None


def _is_conversation(conversation: object) -> TypeGuard[str]:
    return isinstance(conversation, str) and bool(_CONVERSATION.fullmatch(conversation))


def _answer(acted: Acted) -> Response:
    return JSONResponse({"outcome": acted.outcome, "by": acted.by})


def _plain_card(card: Card) -> dict[str, Any]:
    return {
        "conversation": card.conversation,
        "standing": card.standing,
        "locale": card.locale,
        "platform": card.platform,
        "since": card.since.isoformat(),
        "shared": card.shared,
        "urgent": card.urgent,
        "unread": card.unread,
        "owner": card.owner,
    }


def _plain_line(line: Line) -> dict[str, Any]:
    media = line.media and {"kind": line.media.kind, "name": line.media.name, "mime": plain_mime(line.media.mime)}
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "author": line.author,
        "text": line.text,
        "media": media,
        "automated": bool(line.text_id),
        "delivered": line.delivered,
        "failed": line.failed,
        "reply_to": line.reply_to,
        "edited": line.edited,
    }
