"""Templates and the files that go with them, and files that people send."""

import hashlib
import mimetypes
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from flows.events import Media, MediaKind

HERE = Path(__file__).parent
FILE_LIMIT = 10 * 1024 * 1024  # bytes
FORM_LIMIT = FILE_LIMIT + 64 * 1024  # bytes; the file and the fields beside it
SUFFIXES = (".css", ".js", ".svg")
SHOWABLE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
PLAYABLE = frozenset({"audio/ogg", "audio/webm", "audio/mp4", "audio/mpeg", "audio/wav", "audio/aac"})

_templates = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
_static = {path.name: path.read_bytes() for path in sorted(HERE.iterdir()) if path.suffix in (".css", ".js", ".svg")}

# One hash for all: a script that imports another finds the one it was written with.
STATIC = f"/pages/{hashlib.sha256(b''.join(_static.values())).hexdigest()[:12]}"


def page(template: str, status: int = 200, headers: dict[str, str] | None = None, /, **values: object) -> HTMLResponse:
    html = _templates.get_template(template).render(static=STATIC, **values)
    return HTMLResponse(html, status, headers)


async def static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _static:
        return Response(status_code=404)
    mime = mimetypes.guess_type(name)[0]
    return Response(_static[name], media_type=mime, headers={"cache-control": "public, max-age=31536000, immutable"})


def static_route() -> Route:
    return Route(STATIC + "/{name}", static)


class TooBigError(Exception):
    """More than FORM_LIMIT."""


class _InMemory(MultiPartParser):
    # What a person sends is not written to disk in clear, so nothing spills into a temporary file.
    spool_max_size = FORM_LIMIT


async def uploaded(request: Request) -> tuple[UploadFile, dict[str, str]] | None:
    """The file of a form and the fields beside it; None when it is no such form. Raises TooBigError."""
    try:
        form = await _InMemory(request.headers, _limited(request), max_files=1, max_fields=8).parse()
    except (MultiPartException, KeyError, UnicodeDecodeError):
        return None
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        return None
    if file.size > FILE_LIMIT:
        raise TooBigError
    return file, {name: value for name, value in form.items() if isinstance(value, str)}


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > FORM_LIMIT:
            raise TooBigError
        yield chunk


def plain_mime(mime: str | None) -> str:
    """Without its parameters ("audio/webm;codecs=opus" is "audio/webm")."""
    return (mime or "application/octet-stream").split(";")[0].strip().lower()


def media_kind(mime: str) -> MediaKind:
    if mime in SHOWABLE:
        return MediaKind.PHOTO
    return MediaKind.VOICE if mime in PLAYABLE else MediaKind.DOCUMENT


def media_answer(body: bytes, media: Media) -> Response:
    """Shown or played in the page when that is safe, else saved; never run."""
    mime = plain_mime(media.mime)
    if mime in SHOWABLE | PLAYABLE:
        return Response(body, media_type=mime)
    name = quote(media.name or media.kind.value, safe="")
    return Response(
        body,
        media_type="application/octet-stream",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
    )
