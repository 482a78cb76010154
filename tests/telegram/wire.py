"""A small, fast HTTP/1.1 server: one function from request to response, which may also cut the line."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

import httptools
import orjson


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    content_type: str = "application/json"


class CutLine(Exception):
    """The connection is reset instead of answered."""


Answer = Response | Coroutine[Any, Any, Response]


def json_response(value: object, status: int = 200) -> Response:
    return Response(status, orjson.dumps(value))


class Connection(asyncio.Protocol):
    """One client. Requests of one connection are answered one after the other."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self._answer = answer
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        for task in self._waiting:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def on_message_begin(self) -> None:
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def on_url(self, url: bytes) -> None:
        self._url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        path, _, query = self._url.decode("latin-1").partition("?")
        request = Request(unquote(path), dict(parse_qsl(query)) if query else {}, self._headers, b"".join(self._body))
        try:
            answer = self._answer(request)
        except CutLine:
            self._transport.abort()
            return
        if isinstance(answer, Response):
            self._write(answer)
        else:
            task = asyncio.ensure_future(self._write_later(answer))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def _write_later(self, answer: Coroutine[Any, Any, Response]) -> None:
        try:
            self._write(await answer)
        except CutLine:
            self._transport.abort()

    def _write(self, response: Response) -> None:
        if self._transport.is_closing():
            return
        phrase = HTTPStatus(response.status).phrase
        head = (
            f"HTTP/1.1 {response.status} {phrase}\r\n"
            f"content-type: {response.content_type}\r\ncontent-length: {len(response.body)}\r\n\r\n"
        )
        self._transport.write(head.encode("latin-1") + response.body)


def fields_and_files(request: Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """Return the parameters of a call, and its files as name -> (file name, bytes).

    JSON bodies keep their types; urlencoded and multipart values are text.
    """
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return orjson.loads(request.body), {}
    if kind.startswith("multipart/form-data"):
        return _multipart(request.body, kind)
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True) if request.body else ()
    return {**request.query, **dict(pairs)}, {}


def _multipart(body: bytes, kind: str) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    fields: dict[str, Any] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        disposition = next(line for line in head.decode().split("\r\n") if line.lower().startswith("content-disp"))
        names = dict(piece.strip().split("=", 1) for piece in disposition.split(";")[1:])
        name = names["name"].strip('"')
        if "filename" in names:
            files[name] = (names["filename"].strip('"'), content)
        else:
            fields[name] = content.decode()
    return fields, files
