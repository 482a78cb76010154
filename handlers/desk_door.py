"""The way in to the desk in a browser: a one-time link, a passkey, and the page where one looks after both."""

import re
from collections.abc import Callable
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from handlers.pages.files import page
from handlers.pages.guard import Guard, Pace, Turnstile
from handlers.person_web import read_json, spoken_by
from handlers.port import Closed, Sentences
from handlers.port_desk import Colleague, DeskDoor

SESSION_HOURS = 12  # of the cookie; the door decides how long a session is worth anything
# Of one IP, and a clinic has one for all of its therapists: a token is not to be guessed, nor a messenger flooded.
SIGN_IN = Pace(burst=60, per_second=1)
LINK = Pace(burst=10, per_second=0.1)
NAME_LIMIT = 60  # characters of a passkey's name

_SESSION = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,256}")  # what a cookie may hold
_THERAPIST = re.compile(r"[a-z0-9_-]{1,64}")


def routes(
    door: DeskDoor,
    sentences: Sentences,
    *,
    default_locale: str = "fr",
    sign_in_pace: Pace = SIGN_IN,
    link_pace: Pace = LINK,
) -> list[Route]:
    way = _Door(door, sentences, default_locale, Turnstile(sign_in_pace), Turnstile(link_pace))
    guard = [Middleware(Guard)]

    def post(path: str, endpoint: Callable[[Request], Any]) -> Route:
        return Route(path, endpoint, methods=["POST"], middleware=guard)

    return [
        Route("/desk/sign-in", way.door, middleware=guard),
        post("/desk/sign-in", way.sign_in),
        post("/desk/sign-out", way.sign_out),
        post("/desk/sign-out-elsewhere", way.sign_out_elsewhere),
        post("/desk/link", way.send_link),
        Route("/desk/account", way.account, middleware=guard),
        post("/desk/passkey/ask", way.passkey_to_ask),
        post("/desk/passkey/sign-in", way.sign_in_with_passkey),
        post("/desk/passkey/make", way.passkey_to_make),
        post("/desk/passkey/keep", way.keep_passkey),
        post("/desk/passkey/remove", way.remove_passkey),
    ]


class _Door:
    def __init__(
        self, door: DeskDoor, sentences: Sentences, default_locale: str, signing_in: Turnstile, links: Turnstile
    ) -> None:
        self.way = door
        self.sentences = sentences
        self.default_locale = default_locale
        self.signing_in = signing_in
        self.links = links

    async def door(self, request: Request) -> Response:
        """A link only shows a button: previews of the link follow it too, and must not spend it."""
        locale = spoken_by(request, self.default_locale)
        token = request.query_params.get("token", "")
        if not token:
            return outside(self.way, self.sentences, locale, "", 200)
        form = {"action": "/desk/sign-in", "token": token, "label": self.sentences.sentence("web.desk_sign_in", locale)}
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
        if refused := self._too_fast(request, self.signing_in):
            return refused
        token = await self._field(request, "token")
        try:
            session = await self.way.sign_in(token) if token else None
        except Closed:
            return self._outside(request, "one_moment", 503)
        if session is None:
            return self._outside(request, "desk_link_spent", 410)
        answer = RedirectResponse("/desk", 303)
        _open(answer, request, session)
        return answer

    async def sign_out(self, request: Request) -> Response:
        if session := session_of(request):
            await self.way.sign_out(session)
        answer = RedirectResponse("/desk", 303)
        answer.delete_cookie(_cookie(request), secure=request.url.scheme == "https", httponly=True, samesite="strict")
        return answer

    async def sign_out_elsewhere(self, request: Request) -> Response:
        session, colleague = session_of(request), await self._acting(request)
        if session is None or colleague is None:
            return self._outside(request, "", 401)
        await self.way.sign_out_elsewhere(colleague.id, session)
        return RedirectResponse("/desk/account", 303)

    async def send_link(self, request: Request) -> Response:
        """The answer is the same whoever was named: it tells nobody who works here."""
        if refused := self._too_fast(request, self.links):
            return refused
        therapist = (await self._field(request, "therapist")).strip().lower()
        try:
            if _THERAPIST.fullmatch(therapist):
                await self.way.send_link(therapist)
        except Closed:
            return self._outside(request, "one_moment", 503)
        return self._outside(request, "desk_link_sent", 200)

    async def account(self, request: Request) -> Response:
        colleague = await self._acting(request)
        if colleague is None:
            return self._outside(request, "", 401)
        locale = colleague.locale
        return page(
            "account.html",
            locale=locale,
            name=colleague.name,
            text=lambda name, **values: self.sentences.sentence(f"web.{name}", locale, **values),
            has_passkeys=self.way.has_passkeys,
            passkeys=await self.way.passkeys(colleague.id),
            name_limit=NAME_LIMIT,
        )

    async def passkey_to_ask(self, request: Request) -> Response:
        if not self.way.has_passkeys:
            return JSONResponse({}, 404)
        if refused := self._too_fast(request, self.signing_in):
            return refused
        return _json(await self.way.passkey_to_ask())

    async def sign_in_with_passkey(self, request: Request) -> Response:
        if not self.way.has_passkeys:
            return JSONResponse({}, 404)
        if refused := self._too_fast(request, self.signing_in):
            return refused
        asked = await read_json(request)
        answer = asked.get("answer")
        session = await self.way.sign_in_with_passkey(answer) if isinstance(answer, dict) else None
        if session is None:
            return JSONResponse({}, 403)
        told = JSONResponse({})
        _open(told, request, session)
        return told

    async def passkey_to_make(self, request: Request) -> Response:
        colleague = await self._acting(request)
        if colleague is None or not self.way.has_passkeys:
            return JSONResponse({}, 404)
        return _json(await self.way.passkey_to_make(colleague.id))

    async def keep_passkey(self, request: Request) -> Response:
        colleague = await self._acting(request)
        asked = await read_json(request)
        name, answer = asked.get("name"), asked.get("answer")
        if colleague is None or not self.way.has_passkeys:
            return JSONResponse({}, 404)
        if not isinstance(name, str) or not isinstance(answer, dict):
            return JSONResponse({}, 422)
        kept = await self.way.keep_passkey(colleague.id, name.replace("\0", "").strip()[:NAME_LIMIT], answer)
        return JSONResponse({}, 200 if kept else 403)

    async def remove_passkey(self, request: Request) -> Response:
        colleague = await self._acting(request)
        if colleague is None:
            return self._outside(request, "", 401)
        await self.way.remove_passkey(colleague.id, await self._field(request, "id"))
        return RedirectResponse("/desk/account", 303)

    def _too_fast(self, request: Request, turnstile: Turnstile) -> Response | None:
        wait = turnstile.wait(request.client.host if request.client else "")
        if not wait:
            return None
        refused = self._outside(request, "one_moment", 429)
        refused.headers["retry-after"] = str(int(wait) + 1)
        return refused

    async def _field(self, request: Request, name: str) -> str:
        async with request.form(max_files=0, max_fields=4) as form:
            value = form.get(name)
        return value if isinstance(value, str) else ""

    async def _acting(self, request: Request) -> Colleague | None:
        session = session_of(request)
        return await self.way.active(session) if session else None

    def _outside(self, request: Request, why: str, status: int) -> Response:
        return outside(self.way, self.sentences, spoken_by(request, self.default_locale), why, status)


def outside(door: DeskDoor, sentences: Sentences, locale: str, why: str, status: int) -> Response:
    """What somebody sees who is not signed in: the ways in. why: what has just happened, or "" for nothing."""

    def text(name: str) -> str:
        return sentences.sentence(f"web.{name}", locale)

    return page(
        "door.html",
        status,
        locale=locale,
        text=text,
        why=text(why) if why else "",
        sends_links=door.sends_links,
        has_passkeys=door.has_passkeys,
    )


def session_of(request: Request) -> str | None:
    session = request.cookies.get(_cookie(request), "")
    return session if _SESSION.fullmatch(session) else None


def _cookie(request: Request) -> str:
    return "__Host-desk" if request.url.scheme == "https" else "desk"


def _open(answer: Response, request: Request, session: str) -> None:
    answer.set_cookie(
        _cookie(request),
        session,
        max_age=SESSION_HOURS * 3600,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _json(ready: str) -> Response:
    return Response(ready, media_type="application/json")
