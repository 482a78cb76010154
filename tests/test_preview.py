"""The page for clinicians in a real browser: from a file, without network, on a desk, a phone and paper."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.preview import page
from tests.browser import SIZES, browser

__all__ = ["browser"]  # fixture


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("preview") / "preview.html"
    path.write_text(page("fr"), encoding="utf-8")
    return path


class Opened:
    """A tab with the page in it, and all it asked for or complained of."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.asked: list[str] = []
        self.complained: list[str] = []
        tab.on("request", lambda request: self.asked.append(request.url))
        tab.on("console", lambda message: self.complained.append(message.text))
        tab.on("pageerror", lambda error: self.complained.append(str(error)))


async def opened(browser: Browser, file: Path, size: str) -> Opened:
    found = Opened(await browser.new_page(viewport=SIZES[size]))
    await found.tab.goto(file.as_uri())
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_it_opens_from_a_file_and_asks_for_nothing_else(browser: Browser, file: Path, size: str):
    seen = await opened(browser, file, size)

    assert seen.asked == [file.as_uri()]
    assert seen.complained == []
    width = await seen.tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]


async def test_both_languages_stand_side_by_side_line_by_line(browser: Browser, file: Path):
    seen = await opened(browser, file, "desktop")

    phones = seen.tab.locator('[id="breathing.before"] .phone')
    languages = [await phones.nth(number).get_attribute("lang") for number in range(2)]
    boxes = [await phones.nth(number).locator(".choices").bounding_box() for number in range(2)]
    left, right = (box for box in boxes if box)
    assert languages == ["fr", "en"]
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]


async def test_a_choice_leads_to_its_screen(browser: Browser, file: Path):
    seen = await opened(browser, file, "desktop")

    await seen.tab.locator('[id="breathing.before"] [lang=fr] .choices a', has_text="pace").click()

    assert seen.tab.url.endswith("#breathing.pace")
    assert await seen.tab.locator('[id="breathing.pace"]').is_visible()


@pytest.mark.parametrize("shown", ["letter", "letter.sending"])
async def test_a_link_leads_there_at_once(browser: Browser, file: Path, shown: str):
    seen = await opened(browser, file, "desktop")

    await seen.tab.goto(f"{file.as_uri()}#{shown}")

    await expect(seen.tab.locator(f'[id="{shown}"]')).to_be_in_viewport()
    if folder := os.environ.get("SCREENSHOTS"):
        await seen.tab.screenshot(path=Path(folder, f"preview-{shown.replace('.', '-')}-fr-desktop.png"))


async def test_it_can_be_printed_with_room_to_sign(browser: Browser, file: Path):
    seen = await opened(browser, file, "desktop")

    await seen.tab.emulate_media(media="print")

    assert await seen.tab.locator("#breathing .blanks").is_visible()
    assert not await seen.tab.locator("#breathing .up").is_visible()
    assert (await seen.tab.pdf(prefer_css_page_size=True)).startswith(b"%PDF")
