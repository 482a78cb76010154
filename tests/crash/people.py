"""A hundred people with phones, and two therapists in their group. They wait for answers as people do: a long time."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from itertools import count

from bot.clinic import read
from bot.settings import CONTENT, LOCALES
from bot.wording import Wording, catalogues
from flows.book import load
from tests.crash.house import CLINIC, DESK, PERSON, House
from tests.crash.records import Records
from tests.crash.telegram import Entry

GROUP = -100200300
THERAPISTS = {"ana": 501, "bo": 502}
PATIENCE = 150.0  # seconds for one answer: a dead process's lease, Telegram's pauses, a group that is full
LOCALE = "fr"


@dataclass(slots=True)
class Handoff:
    """One person under one human.

    yours:         as Telegram accepted it: silence is promised from there on.
    given_back_at: when the therapist gave it back; seconds since 1970.
    """

    chat: int
    thread: int
    yours: Entry
    given_back_at: float = float("inf")
    person_said: list[str] = field(default_factory=list)
    therapist_said: list[str] = field(default_factory=list)


class Crowd:
    """Everybody on the far side of Telegram, and what they remember of it.

    updates: ids of all that people did; each must have been taken.
    """

    def __init__(self, house: House, records: Records, seed: int) -> None:
        self.telegram = house.telegram
        self.records = records
        self.random = random.Random(seed)
        clinic = read(CLINIC)
        wording = Wording(load(CONTENT, clinic.country, clinic.region), catalogues(LOCALES))
        self.yours = {
            wording.sentence(sentence, locale)
            for sentence in ("desk.yours", "desk.yours_unannounced")
            for locale in ("fr", "en")
        }
        self.given_back = {wording.sentence("desk.released", locale) for locale in ("fr", "en")}
        self.updates: set[int] = set()
        self.chats: set[int] = set()
        self.blocked: set[int] = set()
        self.handoffs: list[Handoff] = []
        self._numbers = count(1)

    # --- what people come for ---

    async def looks_around(self, chat: int) -> None:
        """Arrives, presses, writes, presses something old, and ends with a menu that must be answered."""
        choose = self.random.choice
        before = await self._say(chat, "/start", copies=choose([1, 1, 2]))
        first = await self._button(chat, before, "/menu/human")
        ways = [press for press in first.presses if not press.endswith("/human")]
        before = await self._press(chat, first, choose(ways), copies=choose([1, 1, 3]))
        await self._next(chat, before)
        await self._say(chat, f"mot {next(self._numbers)}", copies=choose([1, 2]))
        await self._press(chat, first, choose(ways))
        await self.asks_for_the_menu(chat)

    async def passes_by(self, chat: int) -> None:
        """Arrives, presses one thing, and leaves it there."""
        before = await self._say(chat, "/start")
        first = await self._button(chat, before, "/menu/human")
        await self._next(chat, await self._press(chat, first, _ending(first, "/menu/urgent"), copies=2))

    async def leaves_and_comes_back(self, chat: int) -> None:
        """Blocks the bot while it speaks: 403. Comes back later, and is answered."""
        before = await self._say(chat, "/start")
        await self._next(chat, before)
        self.blocked.add(chat)
        self.updates.add(await self.telegram.do("block", token=PERSON, chat=chat))
        await self._say(chat, "menu")
        await self.records.until_failed(chat)
        await self.telegram.do("block", token=PERSON, chat=chat, blocked=False)
        await self.asks_for_the_menu(chat)

    async def asks_for_a_human(self, chat: int, by: str, words: int) -> None:
        """The whole way: asks, is taken over, talks, presses old buttons meanwhile, is given back."""
        before = await self._say(chat, "/start")
        first = await self._button(chat, before, "/menu/human")
        before = await self._press(chat, first, _ending(first, "/menu/human"))
        consent = await self._button(chat, before, "/yes")
        before = await self._press(chat, consent, _ending(consent, "/yes"))
        note = await self._button(chat, before, "/skip")
        before = await self._press(chat, note, _ending(note, "/skip"), copies=2)
        await self._button(chat, before, "/stop_waiting")
        # Whoever waits does not sit still: what is on its way when the human comes must not arrive after.
        await self._press(chat, first, _ending(first, "/menu/exercise"))

        handoff = await self._taken_over(chat, by)
        self.handoffs.append(handoff)
        for _ in range(words):
            said = f"personne-{next(self._numbers)}-"
            await self._say(chat, said, copies=self.random.choice([1, 2]))
            handoff.person_said.append(said)
            await self._press(chat, first, self.random.choice(first.presses))
            answer = f"parole-{next(self._numbers)}-"
            await self._write(by, handoff.thread, answer)
            handoff.therapist_said.append(answer)
        await self._reads(chat, handoff.therapist_said[-1])
        await self._stands_in(handoff.thread, handoff.person_said[-1])

        before, after = self.telegram.last(PERSON, chat), self.telegram.last(DESK, GROUP)
        handoff.given_back_at = time.time()
        await self._write(by, handoff.thread, "/release")
        await self.telegram.seen(
            *(DESK, GROUP, PATIENCE, "the end of the handoff"),
            lambda entry: entry.thread == handoff.thread and entry.text in self.given_back,
            after,
        )
        await self._next(chat, before)
        await self.asks_for_the_menu(chat)

    async def asks_for_the_menu(self, chat: int) -> None:
        before = await self._say(chat, "menu")
        await self._button(chat, before, "/menu/human")

    # --- what a phone can do ---

    async def _say(self, chat: int, words: str, copies: int = 1) -> int:
        """Return the number of the last thing this phone had shown before."""
        before = self.telegram.last(PERSON, chat)
        said = await self.telegram.do("say", token=PERSON, chat=chat, text=words, locale=LOCALE, copies=copies)
        self.updates.add(said["update"])
        self.chats.add(chat)
        return before

    async def _press(self, chat: int, under: Entry, press: str, copies: int = 1) -> int:
        before = self.telegram.last(PERSON, chat)
        pressed = await self.telegram.do(
            "press", token=PERSON, chat=chat, press=press, message=under.message, locale=LOCALE, copies=copies
        )
        self.updates.add(pressed["update"])
        return before

    async def _next(self, chat: int, after: int) -> Entry:
        return await self.telegram.seen(PERSON, chat, PATIENCE, "an answer", lambda _: True, after)

    async def _button(self, chat: int, after: int, ending: str) -> Entry:
        return await self.telegram.seen(
            *(PERSON, chat, PATIENCE, f"a button {ending}"),
            lambda entry: any(press.endswith(ending) for press in entry.presses),
            after,
        )

    async def _reads(self, chat: int, words: str) -> None:
        await self.telegram.seen(PERSON, chat, PATIENCE, f"{words!r} of the therapist", lambda e: words in e.text)

    # --- therapists ---

    async def therapists_join(self, invitations: dict[str, str]) -> None:
        await self.telegram.do("group", token=DESK, chat=GROUP)
        for therapist, invitation in invitations.items():
            user = THERAPISTS[therapist]
            await self.telegram.do("say", token=DESK, chat=user, text=f"/start {invitation}")
            await self.telegram.seen(DESK, user, PATIENCE, "a welcome", lambda entry: bool(entry.text))

    async def _taken_over(self, chat: int, by: str) -> Handoff:
        """By the button, or simply by writing."""
        thread = await self.records.thread(chat, PATIENCE)
        offer = await self.telegram.seen(
            *(DESK, GROUP, PATIENCE, "an offer"),
            lambda entry: entry.thread == thread and any(p.startswith("take/") for p in entry.presses),
        )
        if by == "ana":
            press = next(p for p in offer.presses if p.startswith("take/"))
            where = {"chat": GROUP, "message": offer.message, "user": THERAPISTS[by]}
            await self.telegram.do("press", token=DESK, press=press, copies=2, **where)
        else:
            await self._write(by, thread, "bonjour")
        yours = await self.telegram.seen(
            *(DESK, GROUP, PATIENCE, "“the conversation is yours”"),
            lambda entry: entry.thread == thread and entry.text in self.yours,
            offer.number,
        )
        return Handoff(chat, thread, yours)

    async def _write(self, therapist: str, thread: int, words: str) -> None:
        user = THERAPISTS[therapist]
        await self.telegram.do("say", token=DESK, chat=GROUP, text=words, user=user, thread=thread)

    async def _stands_in(self, thread: int, words: str) -> None:
        await self.telegram.seen(
            *(DESK, GROUP, PATIENCE, f"{words!r} in thread {thread}"),
            lambda entry: entry.thread == thread and words in entry.text,
        )


async def all_of(*stories: "asyncio.Future[None] | asyncio.Task[None]") -> None:
    """Until every story has ended; the first that fails ends all."""
    done, left = await asyncio.wait(stories, return_when=asyncio.FIRST_EXCEPTION)
    for story in left:
        story.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for story in done:
        story.result()


def _ending(entry: Entry, ending: str) -> str:
    return next(press for press in entry.presses if press.endswith(ending))
