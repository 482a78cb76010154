"""A person and a therapist, each before a page of the running program. They read every word that stands there."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from bot.clinic import read as read_clinic
from bot.settings import CONTENT, LOCALES, ROOT
from bot.wording import Wording, catalogues
from flows.book import load
from flows.effects import Text
from tests.browser import SIZES

WITHIN = 45.0  # seconds: what a busy machine may take; nothing here takes one on an idle one
SPOKEN = {"fr": "fr-FR", "en": "en-GB"}
TOUCHED = {"phone": {"is_mobile": True, "has_touch": True, "device_scale_factor": 2}, "desktop": {}}

CLINIC = read_clinic(ROOT / "clinic.toml")
_words = catalogues(LOCALES)
BOOK = load(CONTENT, CLINIC.country, CLINIC.region).speaking(_words)
_wording = Wording(BOOK, _words)

Line = tuple[str, str]  # who: "own", "program", "human" on the person's page; "person", "program", "ours" on the desk
LINES = """[...document.querySelectorAll("#log .message:not(.event)")].map((row) => {
  const words = row.querySelector(".words").cloneNode(true);
  words.querySelector(".quote")?.append(" / ");
  for (const image of words.querySelectorAll("img")) image.replaceWith(`[${image.alt}]`);
  const who = ["own", "program", "human", "person", "ours"].find((one) => row.classList.contains(one));
  return [who, words.textContent.replace(/\\s+/g, " ").trim()];
})"""


def sentence(id: str, locale: str, **values: str) -> str:
    """The reviewed words of this id, on one line."""
    return one_line(_wording.text(Text(id, tuple(values.items())), locale))


def told(step: str, locale: str, **values: str) -> str:
    """All that a step says in its message, on one line."""
    more = (f"{step}.{nth}" for nth in count(2))
    ids = [step, *takewhile(BOOK.sentences.__contains__, more)]
    return " ".join(sentence(id, locale, **values) for id in ids)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class Reader:
    """Somebody before a page. lines: all that must stand in the conversation, in order."""

    def __init__(self, page: Page, locale: str, size: str) -> None:
        self.page = page
        self.locale = locale
        self.size = size
        self.lines: list[Line] = []

    def words(self, id: str, **values: str) -> str:
        return sentence(id, self.locale, **values)

    def button(self, id: str, **values: str) -> Locator:
        return self.page.get_by_role("button", name=self.words(id, **values), exact=True)

    async def sees(self, *more: Line) -> None:
        """The conversation goes on with these. Whatever came between fails here, or at the next step."""
        self.lines += more
        there = await self._until(lambda there: there[: len(self.lines)] == self.lines)
        assert there[: len(self.lines)] == self.lines

    async def sees_nothing_more(self) -> None:
        there = await self._until(lambda there: there == self.lines)
        assert there == self.lines

    async def _until(self, ready: Callable[[list[Line]], bool]) -> list[Line]:
        """What stands there when it is ready, or when the time is over."""
        until = time.monotonic() + WITHIN
        for _ in count():
            there = await self.there()
            if ready(there) or time.monotonic() > until:
                break
            await asyncio.sleep(0.03)
        return there

    async def there(self) -> list[Line]:
        return [(who, text) for who, text in await self.page.evaluate(LINES)]

    async def types(self, text: str) -> None:
        await self.page.get_by_label(self.words("web.box")).fill(text)
        await self.button("web.send").click()

    async def hands_over(self, name: str, mime: str, body: bytes) -> None:
        await self.page.locator("#chosen").set_input_files({"name": name, "mimeType": mime, "buffer": body})

    async def photograph(self, screen: str, wanted: frozenset[str]) -> None:
        """Into the folder that SCREENSHOTS names, when it names one."""
        name = f"{screen}-{self.locale}-{self.size}"
        if (folder := os.environ.get("SCREENSHOTS")) and name in wanted:
            await asyncio.sleep(0.5)  # what rises has risen
            await self.page.screenshot(path=Path(folder, f"{name}.png"))


class Person(Reader):
    async def arrives(self, url: str) -> None:
        await self.page.goto(url)
        await expect(self.page.locator("html")).to_have_attribute("lang", self.locale)

    async def reads(self, *steps: str, **values: str) -> None:
        """One more message for each of these steps. "a + b" is one message that says both."""
        said = [[told(step, self.locale, **values) for step in message.split(" + ")] for message in steps]
        await self.sees(*(("program", " ".join(message)) for message in said))

    async def reads_of(self, *parts: str) -> None:
        """One more message, with these words in it."""
        there = await self._until(lambda there: len(there) > len(self.lines))
        await self.sees(*there[len(self.lines) :][:1])
        assert [part for part in parts if part not in self.lines[-1][1]] == [], self.lines[-1]

    async def reads_who_is_asked(self) -> None:
        """Whose turn it is depends on the hour, and on who was asked before."""
        name = "somebody"
        await self.reads_of(*map(str.strip, self.words("human.asked", therapist=name).split(name)))

    async def asks_for_a_human(self, note: str) -> None:
        """For the first time: they agree to be read, and this is what is to be read first."""
        await self.presses("web.human")
        await self.reads("human.door", "human.agree")
        await self.taps("human.agree.yes")
        await self.reads_of(self.words("human.note"), self.words("brief.ask_today"))
        await self.writes(note)
        await self.reads("human.asking")
        await self.reads_who_is_asked()

    async def writes(self, text: str) -> None:
        await self.types(text)
        await self.sees(("own", text))

    async def taps(self, id: str, **values: str) -> None:
        label = self.words(id, **values)
        await self.page.locator(".choices").get_by_role("button", name=label, exact=True).last.click()
        self.lines.append(("own", label))

    async def presses(self, id: str) -> None:
        """A button that stands around the conversation and says its own name in it."""
        await self.button(id).first.click()
        self.lines.append(("own", self.words(id)))

    async def saves(self, link: Locator) -> bytes:
        """What a link in the conversation gives to keep."""
        async with self.page.expect_download() as coming:
            await link.click()
        saved = await (await coming.value).path()
        return saved.read_bytes()


class Therapist(Reader):
    async def opens_the_desk(self, link: str) -> None:
        await self.page.goto(link)
        await self.button("web.desk_sign_in").click()
        await expect(self.page).to_have_url(re.compile("/desk$"))

    async def is_refused(self, link: str) -> None:
        """The link that was used already; then back to the desk, which this device has open."""
        await self.page.goto(link)
        await self.button("web.desk_sign_in").click()
        await expect(self.page.locator("main")).to_contain_text(self.words("web.desk_link_spent"))
        await self.page.get_by_role("link", name=self.words("web.desk_again")).click()

    async def opens(self, shared: str) -> None:
        """The conversation in which the person chose to say this, once it appears."""
        await self.page.locator(".card", has_text=shared).click()

    async def has_it(self) -> None:
        await expect(self.page.get_by_text(self.words("web.desk_is_yours"))).to_be_visible()

    async def gives_back(self) -> None:
        await self.button("web.desk_release").click()
        await expect(self.page.get_by_role("dialog")).to_contain_text(self.words("web.desk_release_sure"))
        await self.button("web.desk_release_yes").click()


@asynccontextmanager
async def opened(
    browser: Browser, locale: str, size: str, *, expected: str = r"(?!)", **options: Any
) -> AsyncIterator[Page]:
    """A browser of its own. What it complains of fails the test, but for what matches `expected`."""
    context = await browser.new_context(
        locale=SPOKEN[locale], viewport=SIZES[size], reduced_motion="reduce", **TOUCHED[size], **options
    )
    context.set_default_timeout(WITHIN * 1000)
    complaints: list[str] = []
    _listen(context, complaints)
    yield await context.new_page()
    await context.close()
    assert [one for one in complaints if not re.search(expected, one)] == []


def _listen(context: BrowserContext, complaints: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"console: {message.text} {message.location.get('url')}")

    def failed(request: Request) -> None:
        # A page that goes away or reloads ends its own stream, and drops what it was sending to send it again.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"failed: {request.method} {request.url} {request.failure}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            complaints.append(f"{response.status}: {response.request.method} {response.url}")

    context.on("console", said)
    context.on("weberror", lambda error: complaints.append(f"thrown: {error.error}"))
    context.on("requestfailed", failed)
    context.on("response", answered)
