"""The page of figures, over HTTP and in a browser, in the program's own words."""

import asyncio
import csv
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from bot.settings import CONTENT, LOCALES
from bot.wording import Wording, catalogues
from flows.book import load
from handlers import desk_door, desk_figures, desk_web
from handlers.pages.plots import nice_top
from handlers.port_figures import Leak
from tests.axe import faults, needs_axe
from tests.browser import SIZES

from .conftest import Server
from .made_figures import AT, MONDAY, MadeFigures, beginning, busy, small
from .room import DeskSide, PersonSide

COOKIE = {"fr": "session-ines", "en": "session-tom"}


@dataclass
class Clinic:
    """A desk with figures. made can be changed while it serves."""

    url: str
    room: PersonSide
    made: MadeFigures

    async def figures(self, weeks, now):
        return await self.made.figures(weeks, now)


@pytest.fixture
async def clinic() -> AsyncIterator[Clinic]:
    words = catalogues(LOCALES)
    wording = Wording(load(CONTENT, "FR", "").speaking(words), words)
    room = PersonSide()
    room.sessions = {"session-ines": "ines", "session-tom": "tom"}
    clinic = Clinic("", room, MadeFigures(busy))
    desk = DeskSide(room)
    routes = [
        *desk_figures.routes(desk, clinic, wording, now=lambda: AT),
        *desk_door.routes(desk, wording),
        *desk_web.routes(desk, wording, lambda: "Europe/Paris"),
    ]
    listener = socket.create_server(("127.0.0.1", 0))
    clinic.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = Server(uvicorn.Config(Starlette(routes=routes), log_level="warning", timeout_graceful_shutdown=3))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await server.up.wait()
    yield clinic
    server.should_exit = True
    await running


@pytest.fixture
async def http(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"sec-fetch-site": "same-origin", "accept-language": "fr-FR,fr;q=0.9"}
    async with httpx.AsyncClient(base_url=clinic.url, headers=headers) as client:
        yield client


def signed_in(locale: str = "fr") -> dict[str, str]:
    return {"cookie": f"desk={COOKIE[locale]}"}


def lines(answer: httpx.Response) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(text.splitlines(), delimiter=";" if ";" in text.splitlines()[0] else ","))


@pytest.mark.parametrize("path", ["/desk/figures", "/desk/figures.csv"])
async def test_nobody_sees_them_who_is_not_signed_in(http, clinic, path):
    answers = [await http.get(path), await http.get(path, headers={"cookie": "desk=wrong"})]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("lien à usage unique" in answer.text for answer in answers)
    assert clinic.made.asked == []


async def test_the_page_and_the_table_are_kept_by_nobody_on_the_way(http):
    page = await http.get("/desk/figures", headers=signed_in())
    table = await http.get("/desk/figures.csv?weeks=13", headers=signed_in())

    assert [one.status_code for one in (page, table)] == [200, 200]
    assert [one.headers["cache-control"] for one in (page, table)] == ["no-store", "no-store"]
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"] == 'attachment; filename="passerelle-2026-11-22-13.csv"'
    assert "script" not in page.text
    assert "style=" not in page.text


@pytest.mark.parametrize(("asked", "weeks"), [("", 52), ("?weeks=13", 13), ("?weeks=1", 52), ("?weeks=x'", 52)])
async def test_only_whole_periods_can_be_asked_for(http, clinic, asked, weeks):
    await http.get(f"/desk/figures{asked}", headers=signed_in())

    assert clinic.made.asked == [(weeks, AT)]


async def test_while_the_program_stops_the_page_comes_back_by_itself(http, clinic):
    clinic.room.closed = True

    answer = await http.get("/desk/figures", headers=signed_in())

    assert (answer.status_code, answer.headers["refresh"]) == (503, "3")


async def test_the_table_to_keep_holds_the_numbers_of_the_page_and_no_others(http, clinic):
    clinic.made = MadeFigures(small)

    page = await http.get("/desk/figures", headers=signed_in("en"))
    head, *rows = lines(await http.get("/desk/figures.csv", headers=signed_in("en")))

    assert head == ["What", "Language", "From", "To", "Number"]
    together = [row for row in rows if row[:2] == ["Wrote for the first time", "All"]]
    assert sum(int(row[4]) for row in together) == 727
    assert ">727<" in page.text
    people = [int(row[4]) for row in rows if "(min)" not in row[0]]
    assert [number for number in people if 0 < number < 5] == []


async def test_a_french_table_is_cut_where_french_spreadsheets_cut(http):
    answer = await http.get("/desk/figures.csv", headers=signed_in("fr"))

    assert answer.content.startswith(b"\xef\xbb\xbfQuoi;Langue;Du;Au;Nombre\r\n")


async def test_a_clinic_that_begins_is_told_why_there_is_nothing(http, clinic):
    clinic.made = MadeFigures(beginning, weeks=3)

    page = await http.get("/desk/figures", headers=signed_in())

    assert "Il n’y a encore rien à montrer." in page.text
    assert "<svg" not in page.text
    assert "Aucun, depuis le 2 nov. 2026." in page.text


async def test_leaks_are_never_hidden_however_few(http, clinic):
    clinic.made = MadeFigures(busy, leaks=(Leak(MONDAY, "en", 1), Leak(MONDAY, "fr", 2)))

    page = await http.get("/desk/figures", headers=signed_in("en"))
    rows = lines(await http.get("/desk/figures.csv", headers=signed_in("en")))

    assert "3 since Nov 24, 2025." in page.text
    assert "Week of Nov 24, 2025, English: 1" in page.text
    assert ["Automated messages while a human was there", "French", "2025-11-24", "2025-11-30", "2"] in rows


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (2, 2), (3, 4), (9.5, 10), (10, 10), (11, 20), (61, 100), (601, 1000)]
)
def test_a_scale_ends_at_a_round_number(most, top):
    assert nice_top(most) == top


# --- in a browser ---


async def opened(browser: Browser, clinic: Clinic, size: str, locale: str) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport=SIZES[size])
    await context.add_cookies([{"name": "desk", "value": COOKIE[locale], "url": clinic.url}])
    page = await context.new_page()
    page.set_default_timeout(45_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    yield page
    await context.close()
    assert complaints == []


@pytest.fixture(params=[("desktop", "fr"), ("phone", "en"), ("phone", "fr"), ("desktop", "en")], ids="-".join)
async def page(browser: Browser, clinic: Clinic, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A therapist's browser. A page that complains in the console fails its test."""
    async for page in opened(browser, clinic, *request.param):
        yield page


async def test_all_is_in_sight_and_nothing_sticks_out(page: Page, clinic: Clinic):
    await page.goto(f"{clinic.url}/desk/figures")

    await expect(page.locator("svg.plot")).to_have_count(8)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for plot in await page.locator("svg.plot").all():
        # Also what is written at the edge of a plot.
        assert await plot.evaluate(
            """svg => [...svg.querySelectorAll('text')].every(text => {
                const box = text.getBoundingClientRect(), room = svg.closest('section').getBoundingClientRect()
                return box.left >= room.left && box.right <= room.right })"""
        )
    if folder := os.environ.get("SCREENSHOTS"):
        locale = await page.locator("html").get_attribute("lang")
        size = "phone" if page.viewport_size == SIZES["phone"] else "desktop"
        if (locale, size) == ("fr", "desktop"):
            await page.set_viewport_size({"width": 1280, "height": 1120})
            await page.screenshot(path=Path(folder, f"figures-{locale}-{size}.png"))


async def test_every_plot_has_a_name_a_description_and_a_table(page: Page, clinic: Clinic):
    await page.goto(f"{clinic.url}/desk/figures")

    for figure in await page.locator("figure").all():
        plot = figure.locator("svg.plot")
        names = (await plot.get_attribute("aria-labelledby") or "").split()
        said = [await page.locator(f"#{name}").text_content() for name in names]
        assert said[0] == await figure.locator("figcaption").inner_text()
        assert said[1]
        await figure.locator("summary").click()
        await expect(figure.locator("tbody tr").first).to_be_visible()
    ids = await page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))


async def test_the_page_can_be_used_with_the_keyboard_only(page: Page, clinic: Clinic):
    await page.goto(f"{clinic.url}/desk/figures")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.locator(".period a").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{clinic.url}/desk/figures?weeks=13")
    await expect(page.locator("[aria-current=page]")).to_have_attribute("href", "/desk/figures?weeks=13")

    summary = page.locator("summary").first
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await summary.evaluate("one => one === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    await expect(page.locator("table").first).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.locator(".wide").first).to_be_focused()


@needs_axe
async def test_axe_finds_no_serious_fault(page: Page, clinic: Clinic):
    await page.goto(f"{clinic.url}/desk/figures")
    for summary in await page.locator("summary").all():
        await summary.click()

    assert await faults(page) == []


async def test_the_desk_leads_to_the_figures_and_back(browser: Browser, clinic: Clinic):
    async for page in opened(browser, clinic, "desktop", "fr"):
        await page.goto(f"{clinic.url}/desk")
        await page.locator("#menu summary").click()
        await page.get_by_role("link", name="Chiffres").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Chiffres")
        await page.get_by_role("link", name="Revenir au bureau").click()
        await expect(page).to_have_url(f"{clinic.url}/desk")
