"""The pages served over real HTTP on a free port, and a real browser in front of them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from handlers import desk_door, desk_web, person_web
from tests.browser import browser, without_cookies

from .room import DeskSide, PersonSide
from .words import Words

__all__ = ["browser", "without_cookies"]

CLINIC = {"fr": "Clinique du Pont imaginaire", "en": "Imaginary Bridge Clinic"}
LINES = {
    "fr": [
        "15 — SAMU, urgences médicales, 24\u00a0h/24",
        "3114 — prévention du suicide, gratuit, 24\u00a0h/24",
        "Ou les urgences de l’hôpital le plus proche",
    ],
    "en": [
        "15 — medical emergencies, day and night",
        "3114 — suicide prevention, free, day and night",
        "Or the nearest hospital emergency department",
    ],
}


NUMBERS = {"15": "tel:15", "3114": "tel:3114"}


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@dataclass
class Served:
    url: str
    room: PersonSide
    server: uvicorn.Server
    closing: asyncio.Event
    port: int


async def serve(room: PersonSide, port: int = 0, beat: float = 0.3) -> tuple[Served, asyncio.Task[None]]:
    closing = asyncio.Event()
    app = Starlette(
        routes=[
            *person_web.routes(
                room,
                Words(),
                clinic=CLINIC.__getitem__,
                urgent_lines=lambda locale, country: [country, *LINES[locale]] if country else LINES[locale],
                numbers=lambda _: NUMBERS,
                closing=closing,
                beat=beat,
            ),
            *desk_door.routes(DeskSide(room), Words()),
            *desk_web.routes(DeskSide(room), Words(), lambda: "Europe/Paris", closing=closing, beat=beat),
            *person_web.links_routes(room, Words()),
        ],
        exception_handlers=person_web.when_wrong(Words()),
    )
    listener = socket.create_server(("127.0.0.1", port))
    port = listener.getsockname()[1]
    server = Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await server.up.wait()
    return Served(f"http://127.0.0.1:{port}", room, server, closing, port), running


async def stop(served: Served, running: asyncio.Task[None]) -> None:
    served.closing.set()
    served.server.should_exit = True
    await running


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    served, running = await serve(PersonSide())
    yield served
    await stop(served, running)


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"sec-fetch-site": "same-origin", "accept-language": "fr-FR,fr;q=0.9"}
    async with httpx.AsyncClient(base_url=served.url, headers=headers) as client:
        yield client
