"""Debian's Chromium, for every test that looks at a page."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

expect.set_options(timeout=15_000)  # milliseconds: what a busy machine may take
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.fail("Chromium is missing: on Debian, apt-get install chromium; or name it in CHROMIUM.")
    flags = (
        "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update "
        "--disable-sync --disable-quic"
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags.split(" "))
        yield browser
        await browser.close()
