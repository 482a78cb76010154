"""The statistical layer missing, damaged or slow, in the whole program over HTTP: whoever writes is answered."""

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot import models, weights
from bot.app import BOTH, Program
from bot.clinic import read as read_clinic
from bot.database import Database
from bot.settings import ROOT, Settings

load = weights.load


class Slow:
    name = "slow"

    def chances(self, messages: object) -> object:
        time.sleep(1)
        raise AssertionError("nobody waited for this")


def missing(folder: Path) -> Callable[[str], object]:
    return lambda _: load(folder / "nowhere")


def damaged(folder: Path) -> Callable[[str], object]:
    file = folder / "layer.json.gz"
    file.write_bytes(weights.LAYER.read_bytes()[:1000])
    return lambda _: load(file)


def encoder_missing(folder: Path) -> Callable[[str], object]:
    return lambda _: load(second=folder / "nowhere")


def slow(_: Path) -> Callable[[str], object]:
    return lambda _: Slow()


@pytest.mark.parametrize(
    ("loading", "reading"),
    [
        (missing, {"floor": True, "layer": None, "why": "is missing"}),
        (damaged, {"floor": True, "layer": None, "why": "is damaged"}),
        (slow, {"floor": True, "layer": None, "why": "too slow; tried again within a minute"}),
        (encoder_missing, {"floor": True, "layer": "linear; the encoder is missing"}),
    ],
    ids=["missing", "damaged", "slow", "without the encoder"],
)
async def test_the_floor_answers_and_health_says_so(
    loading: Callable[[Path], Callable[[str], object]],
    reading: dict[str, object],
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(models, "load", loading(tmp_path))
    monkeypatch.setattr("bot.reading.SLOW_IN_A_ROW", 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = Settings(
        tmp_path, database.url, database.master_key, f"http://127.0.0.1:{port}", "127.0.0.1", port,
        ROOT / "clinic.toml", "", "", "", "",
    )  # fmt: skip
    program = Program(settings, database, read_clinic(settings.clinic), BOTH)
    running = asyncio.create_task(program.run())

    headers = {"sec-fetch-site": "same-origin", "accept-language": "fr"}
    async with httpx.AsyncClient(base_url=settings.public_url, headers=headers, timeout=20) as http:
        await _up(http)
        await http.post("/chat/arrive", json={"lang": "fr"})
        said = await http.post("/chat/say", json={"text": "Je veux mourir", "id": "0123456789abcdef"})
        answered = await _told(http, "3114")
        health = (await http.get("/health")).json()

    program.stop()
    await running
    assert said.status_code < 300
    assert answered
    assert health == {"status": "ok", "reading": reading}


async def _up(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await http.get("/")
            except httpx.ConnectError:
                await asyncio.sleep(0.1)
            else:
                return


async def _told(http: httpx.AsyncClient, number: str) -> bool:
    async with asyncio.timeout(20):
        while number not in (await http.get("/chat/messages")).text:
            await asyncio.sleep(0.1)
    return True
