"""The desk in a browser: who waits, who writes, and the way to take over and to give back."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

import orjson
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from flows.events import Media
from handlers.desk_door import outside, session_of
from handlers.pages import labels
from handlers.pages.clock import entered, spelled
from handlers.pages.files import TooBigError, media_answer, media_kind, page, plain_mime, static_route, uploaded
from handlers.pages.guard import Guard
from handlers.pages.live import BEAT_SECONDS, Live, event
from handlers.person_web import is_id, one_moment, read_json, spoken_by
from handlers.port import TEXT_LIMIT, Closed, Sentences, is_number
from handlers.port_desk import (
    CANNED_LIMIT,
    NOTE_LIMIT,
    Acted,
    Card,
    Colleague,
    DeskRoom,
    Filled,
    Led,
    Line,
    Noticed,
    Outcome,
    Planned,
)

SHORT = 64  # characters of a therapist's id

_CONVERSATION = re.compile(r"[A-Za-z0-9_-]{1,64}")


def routes(
    room: DeskRoom,
    sentences: Sentences,
    zone: Callable[[], str],
    *,
    default_locale: str = "fr",
    closing: asyncio.Event | None = None,
    beat: float = BEAT_SECONDS,
) -> list[Route]:
    """The desk, its data and its files.

    zone:    the clinic's clock, by which hours are shown and entered.
    closing: set when the program stops, so that open streams end.
    """
    desk = _Desk(room, sentences, zone, default_locale, closing or asyncio.Event(), beat)
    guard = [Middleware(Guard)]
    return [
        Route("/desk", desk.page, middleware=guard),
        Route("/desk/here", desk.here, methods=["POST"], middleware=guard),
        Route("/desk/stream", desk.stream, middleware=guard),
        Route("/desk/act", desk.act, methods=["POST"], middleware=guard),
        Route("/desk/colleagues", desk.colleagues, middleware=guard),
        Route("/desk/led", desk.led, middleware=guard),
        Route("/desk/canned", desk.canned, middleware=guard),
        Route("/desk/canned", desk.change_canned, methods=["POST"], middleware=guard),
        Route("/desk/typing", desk.typing, methods=["POST"], middleware=guard),
        Route("/desk/say", desk.say, methods=["POST"], middleware=guard),
        Route("/desk/send", desk.send, methods=["POST"], middleware=guard),
        Route("/desk/file/{conversation}/{line}", desk.file, middleware=guard),
        Route("/desk/answers/{conversation}", desk.answers, middleware=guard),
        static_route(),
    ]


class _Desk:
    def __init__(
        self,
        room: DeskRoom,
        sentences: Sentences,
        zone: Callable[[], str],
        default_locale: str,
        closing: asyncio.Event,
        beat: float,
    ) -> None:
        self.room = room
        self.sentences = sentences
        self.zone = zone
        self.default_locale = default_locale
        self.closing = closing
        self.beat = beat

    async def page(self, request: Request) -> Response:
        try:
            colleague = await self._acting(request)
        except Closed:
            return one_moment(self.sentences, spoken_by(request, self.default_locale))
        if colleague is None:
            return outside(self.room, self.sentences, spoken_by(request, self.default_locale), "", 401)
        locale = colleague.locale
        return page(
            "desk.html",
            locale=locale,
            name=colleague.name,
            text=lambda name: self.sentences.sentence(f"web.{name}", locale),
            words=orjson.dumps(labels.texts(self.sentences, locale, labels.DESK)).decode(),
            text_limit=TEXT_LIMIT,
            note_limit=NOTE_LIMIT,
            phrase_limit=CANNED_LIMIT,
        )

    async def here(self, request: Request) -> Response:
        """Somebody is at the page: the session goes on."""
        return JSONResponse({}, 200 if await self._acting(request) else 404)

    async def stream(self, request: Request) -> Response | Live:
        colleague = await self._colleague(request)
        if colleague is None:
            # Not 404: a page that slept over the end of its session hears of it here first.
            return Response(event("signed_out", {}), media_type="text/event-stream")
        asked = request.query_params.get("conversation", "")
        conversation = asked if _CONVERSATION.fullmatch(asked) else ""
        told_cards: list[dict[str, Any]] | None = None
        told_lines: dict[int, dict[str, Any]] = {}
        told_writing: datetime | None = None

        async def read() -> list[bytes]:
            nonlocal told_cards, told_lines, told_writing
            if await self._colleague(request) is None:
                return [event("signed_out", {})]
            events: list[bytes] = []
            # Lines first: reading them is what brings a card's count of unread to zero.
            lines = await self.room.lines(colleague.id, conversation) if conversation else []
            shown = {line.id: _plain_line(line) for line in lines}
            changed = [plain for id, plain in shown.items() if told_lines.get(id) != plain]
            told_lines = shown
            cards = [self._plain_card(card, colleague.locale) for card in await self.room.cards(colleague.id)]
            if cards != told_cards:
                told_cards = cards
                events.append(event("cards", cards))
            if changed:
                events.append(event("lines", {"conversation": conversation, "lines": changed}))
            elif conversation and (writing := await self.room.writing(colleague.id, conversation)) != told_writing:
                told_writing = writing
                if writing:
                    events.append(event("writing", {"conversation": conversation}))
            return events

        return Live(read, self.room.changes(colleague.id, conversation), self.closing, self.beat)

    async def act(self, request: Request) -> Response:
        colleague = await self._acting(request)
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
            case "close":
                return _answer(await self.room.close(colleague.id, conversation, act))
            case "close_alert":
                return _answer(await self.room.close_alert(colleague.id, conversation, act))
            case "prescribe" if flow := _short(asked.get("flow")):
                return await self._prescribe(colleague, conversation, act, flow, asked.get("hour"))
            case "call_off":
                return _answer(await self.room.call_off(colleague.id, conversation, act))
            case "pass" if to := _short(asked.get("to")):
                return _answer(await self.room.pass_on(colleague.id, conversation, act, to))
            case "note" if (to := _short(asked.get("to"))) and (text := _words(asked.get("text"), NOTE_LIMIT)):
                return _answer(await self.room.note(colleague.id, conversation, act, to, text))
            case "page" if isinstance(of := asked.get("of"), str) and len(of) <= SHORT:
                return _answer(await self.room.send_page(colleague.id, conversation, act, of))
            case _:
                return JSONResponse({}, 422)

    async def _prescribe(self, to: Colleague, conversation: str, act: str, flow: str, hour: object) -> Response:
        """hour: as the page's field gives it; "" for now. One that has gone by is not now: it is refused."""
        if not isinstance(hour, str):
            return JSONResponse({}, 422)
        due = entered(hour, self.zone()) if hour else None
        if hour and (due is None or due <= _now()):
            return JSONResponse({"why": "desk_prescribe_past"}, 409)
        return _answer(await self.room.prescribe(to.id, conversation, act, flow, due))

    async def led(self, request: Request) -> Response:
        """What there is to let the program lead, and what time it is at the clinic."""
        colleague = await self._colleague(request)
        if colleague is None:
            return JSONResponse({}, 404)
        led = [
            {"flow": one.flow, "label": self._with_minutes(one, colleague.locale), "questionnaire": one.questionnaire}
            for one in self.room.led(colleague.id)
        ]
        now = _now().astimezone(ZoneInfo(self.zone()))
        return JSONResponse({"led": led, "now": f"{now:%Y-%m-%dT%H:%M}"})

    def _with_minutes(self, led: Led, locale: str) -> str:
        if not led.minutes:
            return led.name
        return self.sentences.sentence("lists.exercise", locale, exercise=led.name, minutes=led.minutes)

    async def colleagues(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        if colleague is None:
            return JSONResponse({}, 404)
        peers = [{"id": p.id, "name": p.name, "on_duty": p.on_duty} for p in self.room.peers(colleague.id)]
        pages = [{"of": page.of, "name": page.name} for page in self.room.booking_pages(colleague.id)]
        return JSONResponse({"peers": peers, "pages": pages})

    async def canned(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        if colleague is None:
            return JSONResponse({}, 404)
        return JSONResponse([{"id": one.id, "text": one.text} for one in await self.room.canned(colleague.id)])

    async def change_canned(self, request: Request) -> Response:
        colleague = await self._acting(request)
        asked = await read_json(request)
        if colleague is None:
            return JSONResponse({}, 404)
        match asked.get("do"):
            case "keep" if text := _words(asked.get("text"), CANNED_LIMIT):
                kept = await self.room.keep_canned(colleague.id, text)
                return JSONResponse({}) if kept else JSONResponse({"why": "desk_canned_full"}, 409)
            case "drop" if isinstance(id := asked.get("id"), int) and abs(id) < 2**63:
                await self.room.drop_canned(colleague.id, id)
                return JSONResponse({})
            case _:
                return JSONResponse({}, 422)

    async def say(self, request: Request) -> Response:
        colleague = await self._acting(request)
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
        colleague = await self._acting(request)
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
        ref = await self.room.keep_file(colleague.id, conversation, act, await file.read())
        if ref is None:
            return _answer(Acted(Outcome.GONE))
        media = Media(media_kind(mime), ref, name, mime, fields.get("caption", "").strip()[:1024])
        line = int(reply_to) if is_number(reply_to) else None
        return _answer(await self.room.say(colleague.id, conversation, act, media, line))

    async def file(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        conversation, line = request.path_params["conversation"], request.path_params["line"]
        if colleague is None or not _is_conversation(conversation) or not is_number(line):
            return Response(status_code=404)
        lines = await self.room.lines(colleague.id, conversation, int(line) - 1)
        media = next((one.media for one in lines if one.id == int(line)), None)
        body = await self.room.file(colleague.id, conversation, int(line)) if media else None
        if media is None or body is None:
            return Response(status_code=404)
        return media_answer(body, media)

    async def typing(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        conversation = (await read_json(request)).get("conversation")
        if colleague is None or not _is_conversation(conversation):
            return Response(status_code=404)
        await self.room.typing(colleague.id, conversation)
        return Response(status_code=204)

    async def answers(self, request: Request) -> Response:
        colleague = await self._colleague(request)
        conversation = request.path_params["conversation"]
        if colleague is None or not _is_conversation(conversation):
            return Response(status_code=404)
        locale = colleague.locale

        def text(name: str, **values: str) -> str:
            return self.sentences.sentence(f"web.{name}", locale, **values)

        filled = [_plain_filled(one, text) for one in await self.room.answers(colleague.id, conversation)]
        return page("answers.html", 200, {"cache-control": "no-store"}, locale=locale, text=text, filled=filled)

    def _plain_card(self, card: Card, locale: str) -> dict[str, Any]:
        return {
            "conversation": card.conversation,
            "standing": card.standing,
            "locale": card.locale,
            "platform": card.platform,
            "since": card.since.isoformat(),
            "shared": card.shared,
            "brief": list(card.brief),
            "urgent": card.urgent,
            "unread": card.unread,
            "owner": card.owner,
            "stand_in": card.stand_in,
            "passed": card.passed,
            "asked": card.asked,
            "alert": self._plain_alert(card.alert, locale) if card.alert else None,
            "led": card.led,
            "planned": self._plain_planned(card.planned, locale) if card.planned else None,
            "read_along": card.read_along,
        }

    def _plain_planned(self, planned: Planned, locale: str) -> dict[str, str]:
        return {"exercise": planned.name, "hour": spelled(planned.due, self.zone(), locale)}

    def _plain_alert(self, alert: Noticed, locale: str) -> dict[str, Any]:
        """In the sentences the therapist reads on their messenger too."""
        level = self.sentences.sentence(f"desk.level_{alert.level}", locale)
        kind, *others = (self.sentences.sentence(f"desk.kind_{kind}", locale) for kind in alert.kinds)
        for other in others:
            kind = self.sentences.sentence("desk.kinds", locale, kind=kind, other=other)
        return {
            "title": self.sentences.sentence("web.desk_alert", locale, level=level, kind=kind),
            "reason": alert.reason,
            "signs": [self.sentences.sentence(f"desk.alert_{sign}", locale) for sign in alert.signs],
        }

    async def _colleague(self, request: Request) -> Colleague | None:
        session = session_of(request)
        return await self.room.colleague(session) if session else None

    async def _acting(self, request: Request) -> Colleague | None:
        session = session_of(request)
        return await self.room.active(session) if session else None


def _now() -> datetime:
    return datetime.now(UTC)


def _is_conversation(conversation: object) -> TypeGuard[str]:
    return isinstance(conversation, str) and bool(_CONVERSATION.fullmatch(conversation))


def _short(id: object) -> str:
    """A therapist's id; "" for what is none."""
    return id if isinstance(id, str) and len(id) <= SHORT else ""


def _words(text: object, limit: int) -> str:
    """What was written; "" for nothing, or more than the page lets one write."""
    if not isinstance(text, str):
        return ""
    text = text.replace("\0", "").strip()
    return text if len(text) <= limit else ""


def _answer(acted: Acted) -> Response:
    return JSONResponse({"outcome": acted.outcome, "by": acted.by})


def _plain_filled(one: Filled, text: Callable[..., str]) -> dict[str, Any]:
    """change: "" where there is nothing to compare with."""
    change = ""
    if one.change is not None and one.since:
        reached = "desk_answers_reliable" if abs(one.change) >= one.reliable_change else "desk_answers_within"
        change = text(reached, change=f"{one.change:+d}", since=f"{one.since:%Y-%m-%d}", limit=str(one.reliable_change))
    sum_ = "desk_answers_no_sum" if one.total is None else "desk_answers_sum"
    return {
        "name": one.name,
        "day": f"{one.at:%Y-%m-%d}",
        "sum": text(sum_, total=str(one.total), most=str(one.most)),
        "change": change,
        "answers": one.answers,
        "about": text("desk_answers_about", form=one.form, version=one.version, channel=one.channel),
    }


def _plain_line(line: Line) -> dict[str, Any]:
    media = line.media and {"kind": line.media.kind, "name": line.media.name, "mime": plain_mime(line.media.mime)}
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "author": line.author,
        "text": line.text,
        "media": media,
        "text_id": line.text_id,
        "kind": line.kind,
        "act": line.act,
        "to": line.to,
        "delivered": line.delivered,
        "failed": line.failed,
        "reply_to": line.reply_to,
        "edited": line.edited,
    }
