"""Debian's Chromium, for every test that looks at a page."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

expect.set_options(timeout=45_000)  # milliseconds: what a busy machine may take
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def without_cookies(tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """A browser told by its owner to block all cookies. It then refuses a page every other storage too."""
    preferences = tmp_path / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=_chromium(), args=FLAGS, locale="fr-FR", viewport=SIZES["phone"]
        )
        yield context
        await context.close()


def _chromium() -> str:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.fail("Chromium is missing: on Debian, apt-get install chromium; or name it in CHROMIUM.")
    return chromium
