"""A therapist in a private chat, without threads: their words reach the person they are meant for, or nobody."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import carry, doors, outbox
from bot.database import Database
from bot.deliver import Deliver, Outlet
from bot.desk import QUIET, Desk
from bot.desk_orders import Orders
from bot.entrance import Gate
from bot.library import Library
from bot.reading import Reading
from bot.room import Room
from bot.signals import Signals
from bot.turn import Arrival, Turns
from bot.typing import Typing
from bot.vault import Vault
from flows.events import FileRef, Media, MediaKind, PersonSaid, PersonSent, TherapistNoted
from flows.risk.risk import NOTHING
from handlers.errors import Rejected
from handlers.port import Message, Receipt, Topic
from handlers.port_desk import Commanded, DeskAct, DeskAnswer, DeskHeard, Pressed, Wrote
from handoff.head import Stage
from tests.postgres.world import CLINIC, FAST, now, read

ANA, BO = "7", "8"  # as the messenger knows them
GROUP = "-100"
URL = "http://clinic.example"


class Screens:
    """A platform that keeps what each address has shown, and gives every message a number."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.shown: dict[str, list[tuple[str, Message]]] = {}
        self.gives_files = self.takes_files = True
        self._numbers = itertools.count(1)

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        if file and not self.takes_files:
            raise Rejected("too large a picture")
        number = f"{next(self._numbers)}"
        self.shown.setdefault(address, []).append((number, message))
        return Receipt(number)

    async def fetch(self, file: FileRef) -> bytes:
        if not self.gives_files:
            raise Rejected("the file is over 20 MB")
        return b"a picture"


class Chat:
    """Ana works alone in her private chat; ada and bea write to the clinic."""

    def __init__(self, database: Database) -> None:
        clinic = replace(read(CLINIC), desk_group="")
        self.without_her = replace(clinic, therapists=clinic.therapists[1:])
        self.engine: AsyncEngine = database.engine(5)
        self.vault, self.library = Vault(database.master_key), Library(clinic)
        self.phones, self.chat = Screens("phones"), Screens(carry.DESK_TELEGRAM)
        outlets = {one.name: Outlet(one) for one in (self.phones, self.chat, Screens(carry.DESK))}
        self.deliver = Deliver(self.engine, self.vault, outlets, tempo=FAST)
        joined = frozenset({"ana", "bo"})
        self.turns = Turns(self.engine, self.vault, self.library, clinic, self.deliver, lambda: joined, URL, Reading())
        typing, signals = Typing(self.engine, self.vault, {}, ""), Signals(database)
        room = Room(self.engine, self.vault, self.turns, clinic, signals, self.deliver.fetch, typing)
        self.desk = Desk(
            self.engine,
            self.vault,
            self.turns,
            clinic,
            self.library.wording,
            signals,
            room,
            self.deliver.fetch,
            {},
            Gate(URL, None, self.deliver),
            Orders(clinic, self.library.wording, lambda: self.library.book),
            typing,
        )
        self._updates = itertools.count(1)
        self._running = [asyncio.ensure_future(self.turns.run()), asyncio.ensure_future(self.deliver.run())]

    async def join(self) -> None:
        async with self.engine.begin() as db:
            await doors.join(db, self.vault, "ana", carry.DESK_TELEGRAM, ANA)
            await doors.join(db, self.vault, "bo", carry.DESK_TELEGRAM, BO)

    async def says(self, person: str, *texts: str) -> None:
        for text in texts:
            number = f"{next(self._updates)}"
            event = PersonSaid(now(), text, f"{person}-{number}")
            await self.turns.take(Arrival(("phones", number), event, ("phones", person)))

    async def ana(self, act: DeskAct, topic: str | None = None, private: bool = True) -> DeskAnswer | None:
        update, place = f"{next(self._updates)}", ANA if private else GROUP
        return await self.desk.hear(DeskHeard(carry.DESK_TELEGRAM, update, now(), ANA, place, topic, private, act))

    async def writes(self, words: str, message: str, reply_to: str | None = None, edited: bool = False) -> str:
        """What she is answered, or ""."""
        answer = await self.ana(Wrote(words, message, reply_to, edited))
        return answer.say if answer else ""

    async def settled(self) -> None:
        """All is delivered, and written down."""
        async with asyncio.timeout(60):
            while True:
                async with self.engine.begin() as db:
                    left = await db.exec_driver_sql(
                        "SELECT 1 FROM outbox WHERE status IN ('waiting', 'sending') LIMIT 1"
                    )
                if not left.all():
                    return
                await asyncio.sleep(0.02)

    async def shown(self, holds: Callable[[Message], bool]) -> str:
        """The number of the last message in her chat of which this holds."""
        await self.settled()
        return [number for number, message in self.chat.shown["ana"] if holds(message)][-1]

    async def reads(self, person: str) -> list[str]:
        """The therapist's words on this person's screen."""
        await self.settled()
        return [message.text for _, message in self.phones.shown.get(person, ()) if message.author]

    async def taken(self, person: str) -> None:
        """This person asks for a human, and Ana answers the offer."""
        await self.says(person, "parler à un humain", "oui", f"bonjour de {person}")
        offer = await self.shown(lambda message: f"bonjour de {person}" in message.text and bool(message.buttons))
        assert await self.writes(f"bonjour {person}", f"to-{person}", offer) == ""
        assert await self.reads(person) == [f"bonjour {person}"]

    async def close(self) -> None:
        for part, task in zip((self.turns, self.deliver), self._running, strict=True):
            part.close()
            with suppress(asyncio.CancelledError):
                await task
        await self.engine.dispose()


@pytest.fixture
async def chat(database: Database) -> AsyncIterator[Chat]:
    here = Chat(database)
    await here.join()
    yield here
    await here.close()


def which(chat: Chat) -> str:
    return chat.library.wording.sentence("desk.which_conversation", "fr")


async def test_what_answers_a_conversation_that_is_gone_goes_to_nobody(chat: Chat) -> None:
    await chat.taken("ada")
    await chat.taken("bea")
    await chat.says("bea", "un secret")
    secret = await chat.shown(lambda message: message.text == "un secret")
    await chat.says("bea", "/stop et effacer")

    assert await chat.writes("à propos de votre secret", "m1", secret) == which(chat)
    assert await chat.writes("et sans répondre", "m2") == which(chat)  # bea's end was the last thing in this chat
    assert await chat.reads("ada") == ["bonjour ada"]

    await chat.says("ada", "toujours là")
    await chat.shown(lambda message: message.text == "toujours là")
    assert await chat.writes("moi aussi", "m3") == ""
    assert await chat.writes("vraiment", "m4", "m3") == ""  # answers her own words
    assert await chat.reads("ada") == ["bonjour ada", "moi aussi", "vraiment"]


async def test_words_do_not_fall_to_whoever_waits_when_their_conversation_is_gone(chat: Chat) -> None:
    await chat.taken("ada")
    await chat.says("bea", "parler à un humain", "oui", "bonjour de bea")
    await chat.shown(lambda message: "bonjour de bea" in message.text)
    assert await chat.writes("pour ada", "m1") == which(chat)  # it could be an answer to bea's request
    await chat.says("ada", "encore un mot")
    await chat.shown(lambda message: message.text == "encore un mot")
    await chat.says("ada", "/stop et effacer")

    assert await chat.writes("pour ada seule", "m2") == which(chat)
    assert await chat.reads("bea") == []


@pytest.mark.parametrize("order", ["take", "decline", "close_alert"])
async def test_an_order_right_under_anothers_request_is_not_taken_for_ones_own_person(chat: Chat, order: str) -> None:
    await chat.taken("ada")
    await chat.says("bea", "parler à un humain", "oui", "bonjour de bea")
    offer = await chat.shown(lambda message: "bonjour de bea" in message.text)

    answer = await chat.ana(Commanded(order))

    assert answer == DeskAnswer(say=which(chat))
    assert await chat.ana(Commanded(order, "", offer)) == QUIET


async def test_a_press_that_comes_again_says_its_words_once(chat: Chat) -> None:
    await chat.taken("ada")
    for words in ("Prenez votre temps.", "Je reviens."):
        await chat.ana(Commanded("save", words))
    answer = await chat.ana(Commanded("say"))
    assert answer
    first, second = (Pressed(button.press) for button in answer.buttons)

    for press in (first, first, second, first):  # each under an update id of its own
        await chat.ana(press)

    assert await chat.reads("ada") == ["bonjour ada", "Prenez votre temps.", "Je reviens."]


async def test_an_edit_goes_where_the_words_went(chat: Chat) -> None:
    await chat.taken("ada")
    await chat.ana(Commanded("release"))
    await chat.taken("bea")

    assert await chat.writes("bonjour chère ada", "to-ada", edited=True) == ""
    assert await chat.writes("bonjour chère bea", "to-bea", edited=True) == ""
    assert await chat.reads("bea") == ["bonjour bea", "bonjour chère bea"]
    assert await chat.reads("ada") == ["bonjour ada"]


async def test_what_colleagues_say_in_the_groups_general_thread_reaches_nobody(chat: Chat) -> None:
    """Numbers of messages mean something only within a chat: theirs is also one of hers, from when she worked there."""
    await chat.taken("ada")
    shown = await chat.shown(lambda message: "bonjour de ada" in message.text)

    answers = [
        await chat.ana(Wrote("on mange ?", "m1", shown), private=False),
        await chat.ana(Wrote("à midi ?", "m2", "to-ada"), private=False),
        await chat.ana(Wrote("à treize heures", "to-ada", None, edited=True), private=False),
        await chat.ana(Commanded("release", "", shown), private=False),
    ]

    assert answers == [QUIET, QUIET, QUIET, DeskAnswer(say=which(chat))]
    assert await chat.reads("ada") == ["bonjour ada"]
    assert await chat.writes("toujours là", "m3", shown) == ""
    assert await chat.reads("ada") == ["bonjour ada", "toujours là"]


async def test_an_edit_is_of_what_was_written_in_the_same_chat(chat: Chat) -> None:
    await chat.taken("ada")
    async with chat.engine.begin() as db:
        (conversation,) = (await db.exec_driver_sql("SELECT id FROM conversation")).scalars()
        await outbox.set_thread(db, conversation, GROUP, "5", Topic("ada", Stage.TAKEN))
    await chat.ana(Wrote("demain ?", "m1"), topic="5", private=False)

    await chat.writes("une note pour bo", "m1", edited=True)
    await chat.ana(Wrote("et dans un autre sujet", "m1", None, edited=True), topic="6", private=False)
    await chat.ana(Wrote("après-demain ?", "m1", None, edited=True), topic="5", private=False)

    assert await chat.reads("ada") == ["bonjour ada", "demain ?", "après-demain ?"]


async def test_a_note_to_a_colleague_never_reaches_the_person_however_it_is_corrected(chat: Chat) -> None:
    await chat.taken("ada")
    await chat.ana(Commanded("ask", "bo il a l’air d’avoir bu"))

    assert await chat.writes("/ask bo il a peut-être bu", "note", edited=True) == ""
    picture = Media(MediaKind.PHOTO, FileRef(carry.DESK_TELEGRAM, "f"), caption="/ask bo tu le connais ?")
    answer = await chat.ana(Wrote(picture, "picture"))

    assert answer
    assert answer.say == chat.library.wording.sentence("desk.help", "fr")
    assert await chat.reads("ada") == ["bonjour ada"]


@pytest.mark.parametrize("which_side", ["phones", "chat"])
async def test_words_that_came_with_a_file_arrive_without_it(chat: Chat, which_side: str) -> None:
    """A platform does not give it (it is too large), or the other does not take it."""
    await chat.taken("ada")
    screens = chat.phones if which_side == "phones" else chat.chat
    screens.gives_files = screens.takes_files = False
    video = Media(MediaKind.DOCUMENT, FileRef("phones", "v"), "video.mp4", "video/mp4", "regardez ceci")
    await chat.turns.take(Arrival(("phones", "v"), PersonSent(now(), video, "v", risk=NOTHING), ("phones", "ada")))
    await chat.settled()

    assert chat.chat.shown["ana"][-1][1].text == "regardez ceci\n[video.mp4]"


async def test_who_works_there_no_more_reads_nothing_more(chat: Chat) -> None:
    await chat.taken("ada")
    read = len(chat.chat.shown["ana"])

    chat.turns.renew(chat.without_her)
    await chat.says("ada", "vous êtes là ?")
    await chat.settled()

    assert chat.chat.shown["ana"][read:] == []
    (asked,) = [message for _, message in chat.chat.shown["bo"]]
    assert [button.press.split("/")[0] for button in asked.buttons] == ["take"]


async def test_who_writes_a_note_is_told_that_the_colleague_reads_it_in_a_browser_only(chat: Chat) -> None:
    await chat.taken("ada")

    answers = [await chat.ana(Commanded("ask", "bo tu le connais ?"))]
    async with chat.engine.begin() as db:
        await db.exec_driver_sql("DELETE FROM desk_address WHERE therapist = 'bo'")
    answers.append(await chat.ana(Commanded("ask", "bo tu le connais ?")))

    waits = chat.library.wording.sentence("desk.note_waits", "fr", therapist="Bo")
    assert answers == [QUIET, DeskAnswer(say=waits)]


async def test_what_answers_a_private_note_is_for_the_colleague(chat: Chat) -> None:
    await chat.taken("ada")
    async with chat.engine.begin() as db:
        (conversation,) = (await db.exec_driver_sql("SELECT id FROM conversation")).scalars()
    note = TherapistNoted(now(), "bo", "Bo", "ana", "tu crois qu’il boit ?")
    await chat.turns.take(Arrival(("desk_web", "bo:1"), note, conversation=conversation))
    asked = await chat.shown(lambda message: "tu crois qu’il boit" in message.text)

    assert await chat.writes("oui, le soir", "m1") == which(chat)  # right under the note
    assert await chat.writes("oui, le soir", "m2", asked) == ""
    await chat.settled()

    assert await chat.reads("ada") == ["bonjour ada"]
    assert "oui, le soir" in chat.chat.shown["bo"][-1][1].text


async def test_the_numbers_of_an_account_that_was_left_name_nothing(chat: Chat) -> None:
    await chat.taken("ada")
    assert await chat.writes("bonsoir", "17") == ""
    await chat.settled()

    async with chat.engine.begin() as db:
        await doors.join(db, chat.vault, "ana", carry.DESK_TELEGRAM, "another account")
        heads = (await db.exec_driver_sql("SELECT count(*) FROM head WHERE place = 'ana'")).scalar_one()
        numbers = await db.exec_driver_sql(
            "SELECT count(message) FROM outbox WHERE place = 'ana' AND platform = 'desk_telegram' UNION ALL"
            " SELECT count(*) FROM outbox WHERE author = 'ana' AND source = '17'"
        )
        assert (heads, [row[0] for row in numbers]) == (0, [0, 0])
