"""What a therapist sees of a person, before and after they agree to be read: the whole program, over HTTP."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot import audit, doors, envelope, store
from bot.app import BOTH, Program
from bot.clinic import read as read_clinic
from bot.database import Database
from bot.deliver import STORED
from bot.doors import Door
from bot.settings import Settings
from flows.events import FileRef, Media, MediaKind
from tests.postgres.world import World

CLINIC = Path(__file__).parent / "clinic.toml"
HEADERS = {"sec-fetch-site": "same-origin", "accept-language": "fr"}
MOMENT = 1.0  # seconds: what the stream tells of a conversation, it tells together with the list
PHOTO = b"\xff\xd8\xff\xe0 a photo of hers"
BEFORE, BEFOREHAND, SINCE = "Zéphyrine avant", "Zéphyrine à montrer", "Zéphyrine depuis"
WAITING = "Zéphyrine en attendant"
AGREED = ("un humain", "oui", BEFOREHAND)  # to be read by whoever answers: the request is on its way to Ana
LET_READ = ("asked/let_read", "may_they_read/yes")  # and to be read by who is asked, from now on


@dataclass
class Person:
    http: httpx.AsyncClient
    said: int = 0

    async def says(self, *words: str) -> None:
        for one in words:
            self.said += 1
            answer = await self.http.post("/chat/say", json={"text": one, "id": f"{self.said:016x}"})
            assert answer.status_code == 200, answer.text

    async def taps(self, *choices: str) -> None:
        """The newest such button, by its step and its name, once it is there."""
        for one in choices:
            press = ""
            async with asyncio.timeout(30):
                while not press:
                    shown = (await self.http.get("/chat/messages")).json()["messages"]
                    buttons = [button["press"] or "" for message in shown for button in message["buttons"]]
                    press = next((each for each in reversed(buttons) if each.endswith(f"/{one}")), "")
            self.said += 1
            answer = await self.http.post("/chat/tap", json={"press": press, "id": f"{self.said:016x}"})
            assert answer.status_code == 200, answer.text

    async def sends_a_photo(self, status: int = 200) -> None:
        self.said += 1
        photo = {"file": ("p.jpg", PHOTO, "image/jpeg")}
        answer = await self.http.post("/chat/send", files=photo, data={"id": f"{self.said:016x}"})
        assert answer.status_code == status, answer.text


@dataclass
class Therapist:
    http: httpx.AsyncClient
    conversation: str
    acts: int = 0

    async def does(self, act: str) -> None:
        self.acts += 1
        asked = {"act": f"{self.acts:016x}", "conversation": self.conversation, "do": act}
        assert (await self.http.post("/desk/act", json=asked)).json() == {"outcome": "done", "by": ""}

    async def writes(self, text: str, act: str) -> dict[str, str]:
        asked = {"act": act, "conversation": self.conversation, "text": text}
        return dict((await self.http.post("/desk/say", json=asked)).json())

    async def sends_a_photo(self) -> dict[str, str]:
        self.acts += 1
        data = {"act": f"{self.acts:016x}", "conversation": self.conversation}
        answer = await self.http.post("/desk/send", files={"file": ("p.jpg", PHOTO, "image/jpeg")}, data=data)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def sees(self) -> dict[str, Any]:
        """What the stream tells at first, by event: `cards`, and all the `lines`."""
        seen: dict[str, Any] = {}
        lines: dict[int, dict[str, Any]] = {}  # each told once, and again once it has changed
        with contextlib.suppress(TimeoutError):
            async with self.http.stream("GET", f"/desk/stream?conversation={self.conversation}") as answer:
                name, told = "", answer.aiter_lines()
                while True:
                    async with asyncio.timeout(MOMENT if "cards" in seen else 20):
                        kind, _, rest = (await anext(told)).partition(": ")
                    name = rest if kind == "event" else name
                    if kind == "data":
                        seen[name] = json.loads(rest)
                        lines |= {line["id"]: line for line in seen[name]["lines"]} if name == "lines" else {}
        return seen | {"lines": [*lines.values()]}

    async def reads(self) -> list[tuple[str, str]]:
        """Who said what, in the open conversation."""
        return [(line["author"], line["text"]) for line in (await self.sees())["lines"] if line["kind"] == "said"]

    async def card(self) -> dict[str, Any]:
        (card,) = (await self.sees())["cards"]
        return dict(card)

    async def files(self, most: int) -> dict[int, bytes]:
        """All that can be had by writing an address, up to this number."""
        found = {}
        for line in range(most + 1):
            answer = await self.http.get(f"/desk/file/{self.conversation}/{line}")
            if answer.status_code == 200:
                found[line] = answer.content
        return found


@dataclass
class Clinic:
    program: Program
    database: Database
    url: str
    person: Person
    browsers: contextlib.AsyncExitStack

    async def therapist(self, id: str) -> Therapist:
        async with self.program.engine.begin() as db:
            token = await doors.make(db, self.program.vault, Door.SIGN_IN, id)
        http = await self.browsers.enter_async_context(self.browser())
        assert (await http.post("/desk/sign-in", data={"token": token})).status_code == 303
        ((public,),) = await self.rows("SELECT public FROM conversation")
        return Therapist(http, str(public))

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, headers=HEADERS, timeout=30)

    async def delivered(self) -> int:
        """Return the number of the last line there is, once all of them have arrived."""
        async with asyncio.timeout(30):
            while (await self.rows("SELECT count(*) FROM outbox WHERE status IN ('waiting', 'sending')"))[0][0]:
                await asyncio.sleep(0.05)
        last = "SELECT max(id) FROM (SELECT id FROM outbox UNION ALL SELECT id FROM words) AS line"
        return int((await self.rows(last))[0][0])

    async def keeps_a_photo(self) -> int:
        """A photo among what is kept of them; return the number of its line. Before a takeover nobody can send one."""
        ((id, wrapped),) = await self.rows("SELECT c.id, p.key FROM conversation c JOIN person p ON p.id = c.person")
        key, file = self.program.vault.key(wrapped), uuid4()
        photo = Media(MediaKind.PHOTO, FileRef(STORED, str(file)), "p.jpg", "image/jpeg")
        async with self.program.engine.begin() as db:
            await store.keep_file(db, file, id, key.seal(PHOTO))
            await store.record_words(db, id, "said", key.seal(envelope.pack_words(photo)), None, None, edited=False)
        return await self.delivered()

    async def readers_along(self) -> list[str]:
        return [who for (who,) in await self.rows(f"SELECT who FROM audit WHERE what = '{audit.READ_ALONG}'")]

    async def rows(self, sql: str) -> list[Any]:
        connection = await self.database.connect()
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()


@pytest.fixture
async def clinic(database: Database, tmp_path: Path) -> AsyncIterator[Clinic]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = Settings(
        tmp_path, database.url, database.master_key, f"http://127.0.0.1:{port}", "127.0.0.1", port,
        CLINIC, "", "", "", "",
    )  # fmt: skip
    program = Program(settings, database, read_clinic(CLINIC), BOTH)
    started = asyncio.Event()

    async def up() -> None:
        started.set()

    running = asyncio.create_task(program.run(up))
    async with contextlib.AsyncExitStack() as browsers:
        await started.wait()
        here = Clinic(program, database, settings.public_url, Person(httpx.AsyncClient()), browsers)
        here.person = Person(await browsers.enter_async_context(here.browser()))
        async with asyncio.timeout(30):
            while not await _answers(here.person.http):
                await asyncio.sleep(0.1)
        await here.person.http.post("/chat/arrive", json={"lang": "fr"})
        yield here
    program.stop()
    await running


async def _answers(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/")).status_code == 200
    except httpx.ConnectError:
        return False


async def test_without_an_agreement_the_request_is_seen_and_nothing_that_was_said(clinic: Clinic) -> None:
    await clinic.person.says(BEFORE, "Je veux mourir")
    ana = await clinic.therapist("ana")
    last = await clinic.delivered()

    card = await ana.card()
    assert (card["urgent"], card["shared"], card["alert"]["reason"]) == (True, "", "")
    assert await ana.reads() == []
    assert await ana.files(last) == {}

    await ana.does("take_over")
    last = await clinic.delivered()

    assert await ana.reads() == []
    assert await ana.files(last) == {}


async def test_agreed_to_it_is_read_from_then_on_by_whoever_takes_over_and_by_nobody_before(clinic: Clinic) -> None:
    await clinic.person.says(BEFORE, "un humain", "oui", BEFOREHAND)
    ana, bo = await clinic.therapist("ana"), await clinic.therapist("bo")
    last = await clinic.delivered()

    assert (await ana.card())["shared"] == BEFOREHAND
    assert [(await one.reads(), await one.files(last)) for one in (ana, bo)] == [([], {})] * 2

    await ana.does("take_over")
    await clinic.person.says(SINCE)
    await clinic.person.sends_a_photo()
    last = await clinic.delivered()

    read = await ana.reads()
    assert [text for author, text in read if author == "person"] == [SINCE, ""]
    assert "bot" in {author for author, _ in read}
    assert not [text for _, text in read if BEFORE in text]
    assert list((await ana.files(last)).values()) == [PHOTO]
    assert (await bo.reads(), await bo.files(last), (await bo.card())["shared"]) == ([], {}, "")

    await ana.does("release")

    assert (await ana.reads(), await ana.files(last)) == ([], {})


async def test_whoever_is_asked_reads_along_what_is_said_once_the_person_lets_them(clinic: Clinic) -> None:
    await clinic.person.says(BEFORE, *AGREED, WAITING)
    await clinic.keeps_a_photo()
    ana, bo = await clinic.therapist("ana"), await clinic.therapist("bo")
    assert (await ana.reads(), (await ana.card())["read_along"]) == ([], False)

    await clinic.person.taps(*LET_READ)
    await clinic.person.says(SINCE)
    photo = await clinic.keeps_a_photo()
    last = await clinic.delivered()

    read = await ana.reads()
    assert [text for author, text in read if author == "person"] == [SINCE, ""]
    assert "bot" in {author for author, _ in read}
    assert not [text for _, text in read if text.startswith("Zéphyrine") and text != SINCE]
    assert await ana.files(last) == {photo: PHOTO}
    assert (await ana.card())["read_along"]
    assert (await bo.reads(), await bo.files(last), (await bo.card())["read_along"]) == ([], {}, False)
    assert await clinic.readers_along() == ["ana"]


async def test_what_is_said_while_they_read_along_arrives_by_itself(clinic: Clinic) -> None:
    await clinic.person.says(*AGREED)
    ana = await clinic.therapist("ana")
    await clinic.person.taps(*LET_READ)
    await clinic.delivered()

    async with ana.http.stream("GET", f"/desk/stream?conversation={ana.conversation}") as answer:
        told = answer.aiter_lines()
        async with asyncio.timeout(20):
            while "cards" not in await anext(told):
                pass
            await clinic.person.says(SINCE)
            while SINCE not in await anext(told):
                pass


async def test_who_says_not_now_reads_along_no_more_and_the_next_one_does(clinic: Clinic) -> None:
    await clinic.person.says(*AGREED)
    ana, bo = await clinic.therapist("ana"), await clinic.therapist("bo")
    await clinic.person.taps(*LET_READ)
    await clinic.person.says(SINCE)
    assert ("person", SINCE) in await ana.reads()

    await ana.does("decline")
    last = await clinic.delivered()

    assert (await ana.reads(), await ana.files(last), (await ana.card())["read_along"]) == ([], {}, False)
    assert ("person", SINCE) in await bo.reads()


async def test_once_somebody_has_taken_over_nobody_else_reads_along_nor_does_anybody_afterwards(clinic: Clinic) -> None:
    await clinic.person.says(*AGREED)
    ana, bo = await clinic.therapist("ana"), await clinic.therapist("bo")
    await clinic.person.says(WAITING)
    await clinic.person.taps(*LET_READ)
    await clinic.person.says(SINCE)

    await bo.does("take_over")
    last = await clinic.delivered()

    assert [text for author, text in await bo.reads() if author == "person"] == [WAITING, SINCE]
    assert (await ana.reads(), await ana.files(last), (await ana.card())["read_along"]) == ([], {}, False)

    await bo.does("release")
    await clinic.person.says("un humain", "passer")
    last = await clinic.delivered()

    assert [(await one.reads(), (await one.card())["read_along"]) for one in (ana, bo)] == [([], False)] * 2
    assert await clinic.readers_along() == []


@pytest.mark.parametrize("stops", ["says_so", "waits_no_more", "keeps_nothing", "erases"])
async def test_who_no_longer_lets_them_read_along_is_not_read_from_that_moment(clinic: Clinic, stops: str) -> None:
    await clinic.person.says(*AGREED)
    ana = await clinic.therapist("ana")
    await clinic.person.taps(*LET_READ)
    await clinic.person.says(SINCE)
    assert ("person", SINCE) in await ana.reads()

    match stops:
        case "says_so":
            await clinic.person.taps("read_along/no_more_reading")
            await clinic.person.says(WAITING)
        case "waits_no_more":
            await clinic.person.taps("read_along/stop_waiting")
        case "keeps_nothing":
            await clinic.person.says("mes données", "Effacer, ne rien garder", "Oui, effacer")
        case "erases":
            await clinic.person.says("mes données", "Tout effacer", "Oui, tout effacer")
    last = await clinic.delivered()

    assert (await ana.reads(), await ana.files(last)) == ([], {})
    assert not [card for card in (await ana.sees())["cards"] if card["read_along"]]


async def test_no_longer_agreed_to_it_is_gone_at_once_from_the_desk_and_from_what_is_kept(clinic: Clinic) -> None:
    await clinic.person.says("un humain", "oui", BEFOREHAND)
    ana = await clinic.therapist("ana")
    await ana.does("take_over")
    await clinic.person.says(SINCE)
    await clinic.person.sends_a_photo()
    await ana.does("release")
    await clinic.delivered()
    await clinic.person.says("un humain", BEFOREHAND)
    assert (await ana.card())["shared"] == BEFOREHAND

    await clinic.person.says("mes données", "Effacer, ne rien garder", "Oui, effacer")

    assert (await ana.sees())["cards"] == []
    assert await clinic.rows("SELECT 1 FROM words") == []
    assert await clinic.rows("SELECT 1 FROM file") == []
    await ana.does("take_over")
    last = await clinic.delivered()
    assert (await ana.reads(), await ana.files(last)) == ([], {})


async def test_words_that_were_refused_and_are_sent_again_are_not_said_to_have_gone(clinic: Clinic) -> None:
    """The browser sends again, under the same id, what it had no answer for."""
    await clinic.person.says(*AGREED)
    ana, bo = await clinic.therapist("ana"), await clinic.therapist("bo")
    await bo.does("take_over")
    refused = {"outcome": "taken", "by": "Bo"}
    assert await ana.writes("Bonjour", "a" * 16) == refused

    again = await ana.writes("Bonjour", "a" * 16)
    await bo.does("release")
    given_back = await ana.writes("Bonjour", "a" * 16)
    anew = [await ana.writes("Bonjour", "b" * 16) for _ in range(2)]

    assert (again, given_back) == (refused, {"outcome": "gone", "by": ""})
    assert anew == [{"outcome": "done", "by": ""}] * 2
    assert [words for words in await ana.reads() if words[1] == "Bonjour"] == [("Ana", "Bonjour")]


async def test_a_photo_that_is_sent_twice_on_a_bad_line_is_kept_once(clinic: Clinic) -> None:
    await clinic.person.says(*AGREED)
    ana = await clinic.therapist("ana")
    await ana.does("take_over")

    for _ in range(2):
        await clinic.person.sends_a_photo()
        await ana.sends_a_photo()
        clinic.person.said, ana.acts = clinic.person.said - 1, ana.acts - 1
    await clinic.delivered()

    assert [body for author, body in await ana.reads() if body == ""] == ["", ""]
    assert len(await clinic.rows("SELECT 1 FROM file")) == 2
    assert list((await ana.files(await clinic.delivered())).values()) == [PHOTO] * 2


async def test_in_the_group_stands_what_was_chosen_and_no_longer_once_it_is_not_agreed_to(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.says("ada", BEFORE, "un humain", "oui", BEFOREHAND, SINCE)
    await world.settle()
    conversation = world.conversations["ada"]
    first, *_ = told = [each.message.text for each in world.group.read[conversation]]

    assert BEFOREHAND in first
    assert not [text for text in told if BEFORE in text or SINCE in text]

    await world.says("ada", "mes données", "Effacer, ne rien garder", "Oui, effacer")
    await world.settle()

    assert world.group.heads[conversation][-1].startswith("La personne n’attend plus.")
    assert not [text for text in world.group.heads[conversation][-1:] if BEFOREHAND in text]
    kept = [
        world.vault.key(row["key"]).open(row["body"]).decode()
        for row in await world.rows(
            "SELECT o.body, p.key FROM outbox o JOIN conversation c ON c.id = o.conversation JOIN person p"
            " ON p.id = c.person WHERE o.kind <> 'head'"
        )
    ]
    assert not [body for body in kept if BEFOREHAND in body]
    await world.close()


async def test_in_the_group_it_is_said_that_they_may_read_along_and_what_is_said_is_not(database: Database) -> None:
    world = World(database)
    world.start(1)
    await world.arrives("ada")
    await world.says("ada", *AGREED)
    await world.settle()
    await world.taps("ada", "1/human/asked/let_read")
    await world.says("ada", "oui", SINCE)
    await world.settle()
    conversation = world.conversations["ada"]
    along = world.library.wording.sentence("desk.read_along", "fr")

    assert along in world.group.heads[conversation][-1]
    assert along in [each.message.text for each in world.group.read[conversation]]
    assert not [text for text in _group(world, conversation) if SINCE in text]

    await world.taps("ada", "1/human/read_along/no_more_reading")
    await world.settle()

    assert along not in world.group.heads[conversation][-1]
    await world.close()


def _group(world: World, conversation: int) -> list[str]:
    return [each.message.text for each in world.group.read[conversation]] + world.group.heads[conversation]


async def test_what_somebody_keeps_for_themselves_alone_is_on_no_desk(clinic: Clinic) -> None:
    """Their safety plan, and the file of all that is kept."""
    await clinic.person.says("un humain", "oui", "passer")
    ana = await clinic.therapist("ana")
    await clinic.person.says("aide urgente", "Faire un plan", "Oui, on commence", "mes signes à moi", "Plus tard")
    await clinic.person.says("mes données", "Voir et enregistrer")
    last = await clinic.delivered()
    own = (await clinic.person.http.get("/chat/messages")).json()
    await ana.does("take_over")
    await clinic.delivered()

    shown = json.dumps(own, ensure_ascii=False)
    assert "mes signes à moi" in shown
    assert "passerelle.txt" in shown
    read = await ana.reads()
    assert not [text for _, text in read if "mes signes à moi" in text]
    assert await ana.files(last) == {}


async def test_whoever_begins_with_a_photo_takes_over_with_it(clinic: Clinic) -> None:
    await clinic.person.says(*AGREED)
    ana, bo = await clinic.therapist("ana"), await clinic.therapist("bo")

    first, second = await ana.sends_a_photo(), await bo.sends_a_photo()
    last = await clinic.delivered()

    assert (first, second) == ({"outcome": "done", "by": ""}, {"outcome": "taken", "by": "Ana"})
    assert list((await ana.files(last)).values()) == [PHOTO]
    assert await clinic.rows("SELECT count(*) FROM file") == [(1,)]  # and what reached nobody is not kept


async def test_what_is_erased_while_it_is_read_or_written_ends_in_no_error(clinic: Clinic) -> None:
    await clinic.person.says(*AGREED)
    ana = await clinic.therapist("ana")
    await ana.does("take_over")
    await clinic.person.says(SINCE)
    last = await clinic.delivered()
    erasing = await clinic.database.connect()
    gone = erasing.transaction()
    await gone.start()
    await erasing.execute("DELETE FROM conversation")

    reading = asyncio.create_task(ana.http.get(f"/desk/file/{ana.conversation}/{last}"))
    sending = asyncio.create_task(ana.sends_a_photo())
    theirs = asyncio.create_task(clinic.person.sends_a_photo(409))
    async with asyncio.timeout(30):  # each has read what is there, and stands at the row that goes
        while await clinic.rows("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") != [(3,)]:
            await asyncio.sleep(0.02)
    await gone.commit()
    await erasing.close()

    assert (await reading).status_code == 404
    assert await sending == {"outcome": "gone", "by": ""}
    await theirs
