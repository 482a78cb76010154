"""The real program: `python -m bot run`, as the README has it, with its own PostgreSQL in a folder that goes away."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import StorageState

from bot.settings import ROOT
from tests.browser import browser

from .people import Therapist

__all__ = ["browser"]

UP_WITHIN = 180.0  # seconds
SIGN_IN = re.compile(r"http\S+/desk/sign-in\?token=\S+")


@dataclass(frozen=True)
class Running:
    """printed: the sign-in link that the program shows when it starts."""

    url: str
    printed: str
    env: dict[str, str]

    async def sign_in_link(self, therapist: str) -> str:
        """Another one-time link, by the command."""
        return SIGN_IN.findall(await self.command("sign-in", therapist))[0]

    async def command(self, *words: str) -> str:
        """What a command prints, while the program runs."""
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words), cwd=ROOT, env=self.env, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await command.communicate()
        return said.decode()


class Desks:
    """Desks left open: what the therapist's browser keeps, by language."""

    def __init__(self) -> None:
        self._kept: dict[str, StorageState] = {}

    def kept(self, locale: str) -> StorageState | None:
        return self._kept.get(locale)

    async def keep(self, therapist: Therapist) -> None:
        self._kept[therapist.locale] = await therapist.page.context.storage_state()


@pytest.fixture(scope="module")
def desks() -> Desks:
    return Desks()


@pytest.fixture(scope="module")
def program() -> Iterator[Running]:
    with (
        tempfile.TemporaryDirectory(prefix="passerelle-", ignore_cleanup_errors=True) as folder,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        # Root's PostgreSQL runs as another user, who must be able to enter.
        Path(folder).chmod(0o755)
        port = listener.getsockname()[1]
        listener.close()
        # By its name: a browser knows no passkeys for a bare address.
        url = f"http://localhost:{port}"
        ours = {
            "PUBLIC_URL": url,
            "PORT": str(port),
            "PASSERELLE_VAR": f"{folder}/var",
            "CLINIC": str(ROOT / "clinic.toml"),
        }
        theirs = ("DATABASE_URL", "HOST")
        env = {k: v for k, v in os.environ.items() if k not in theirs and not k.startswith("TELEGRAM")} | ours
        log = Path(folder, "log")
        with (
            log.open("w") as written,
            subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=env, stdout=written, stderr=subprocess.STDOUT
            ) as process,
        ):
            try:
                yield Running(url, _printed_link(process, log), env)
            finally:
                process.send_signal(signal.SIGTERM)
                code = process.wait(30)
        told = log.read_text()
        assert (code, "[error" in told, "Traceback" in told) == (0, False, False), told


def _printed_link(process: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + UP_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if found := SIGN_IN.findall(log.read_text()):
            return found[0]
        time.sleep(0.1)
    pytest.fail(f"The program did not start:\n{log.read_text()}")
