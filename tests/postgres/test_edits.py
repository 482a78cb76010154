"""What is written anew stands where it stood, on both sides, or below where that cannot be."""

from collections.abc import AsyncIterator

import pytest

from bot import carry
from bot.database import Database
from bot.turn import Arrival
from flows.events import FileRef, Media, MediaKind, PersonEdited, PersonSaid, PersonSent, TherapistEdited, TherapistSaid
from flows.risk.risk import NOTHING
from handlers.port import Message
from tests.postgres.world import World, now

PHOTO = Media(MediaKind.PHOTO, FileRef("phones", "photo"), caption="une photo")


class Two:
    """Ada and Ana, under whose conversation everything stands."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def ada(self, event: PersonSaid | PersonSent | PersonEdited) -> None:
        await self.world.take(Arrival(("phones", f"{next(self.world.numbers)}"), event, ("phones", "ada")))

    async def ana(self, event: TherapistSaid | TherapistEdited) -> None:
        claim = (carry.DESK_TELEGRAM, f"{next(self.world.numbers)}")
        await self.world.take(Arrival(claim, event, conversation=self.world.conversations["ada"]))

    async def on_the_desk(self) -> list[Message]:
        await self.world.settle()
        return [accepted.message for accepted in self.world.group.read[self.world.conversations["ada"]]][2:]

    async def on_her_phone(self) -> list[str]:
        await self.world.settle()
        return [accepted.message.text for accepted in self.world.phones.screens["ada"] if accepted.message.author]


def said(words: str, message: str) -> PersonSaid:
    return PersonSaid(now(), words, message, risk=NOTHING)


def changed(words: str, message: str) -> PersonEdited:
    return PersonEdited(now(), words, message, NOTHING)


@pytest.fixture
async def two(database: Database) -> AsyncIterator[Two]:
    world = World(database)
    world.start(2)
    await world.arrives("ada")
    await world.take_over("ada", "ana")
    await world.settle()
    yield Two(world)
    await world.close()


async def test_a_therapists_edit_takes_the_place_of_what_the_person_read(two: Two) -> None:
    await two.ana(TherapistSaid(now(), "ana", "Ana", "À mardi", "d1"))
    await two.ana(TherapistSaid(now(), "ana", "Ana", "Prenez soin de vous", "d2"))
    await two.on_her_phone()

    for words in ("À jeudi", "À vendredi"):
        await two.ana(TherapistEdited(now(), "ana", words, "d1"))

    assert await two.on_her_phone() == ["À vendredi", "Prenez soin de vous"]


async def test_a_persons_edit_takes_the_place_of_what_the_therapist_read(two: Two) -> None:
    for words, message in (("un", "p1"), ("deux", "p2")):
        await two.ada(said(words, message))
        await two.on_the_desk()

    for words in ("un bis", "un ter"):
        await two.ada(changed(words, "p1"))

    assert [message.text for message in await two.on_the_desk()] == ["un ter", "deux"]


async def test_an_edit_of_words_that_left_with_others_leaves_those_as_they_are(two: Two) -> None:
    two.world.weather.next = ["very slow"] * 3  # meanwhile the rest is written
    for words, message in (("un", "p1"), ("deux", "p2"), ("trois", "p3")):
        await two.ada(said(words, message))
    shown = [message.text for message in await two.on_the_desk()]
    assert shown == ["un\n\ndeux\n\ntrois"]

    for words in ("deux bis", "deux ter"):
        await two.ada(changed(words, "p2"))

    assert [message.text for message in await two.on_the_desk()] == [*shown, "deux ter"]


async def test_an_edited_caption_stands_under_its_picture(two: Two) -> None:
    await two.ada(PersonSent(now(), PHOTO, "p1", risk=NOTHING))
    await two.on_the_desk()

    for words in ("la photo", "ma photo"):
        await two.ada(changed(words, "p1"))

    (shown,) = await two.on_the_desk()
    assert shown.text == "ma photo"
    assert shown.media
    assert shown.media.kind is MediaKind.PHOTO


async def test_what_can_no_longer_be_changed_is_sent_anew(two: Two) -> None:
    await two.ana(TherapistSaid(now(), "ana", "Ana", "À mardi", "d1"))
    await two.on_her_phone()
    screen = two.world.phones.screens["ada"]
    screen[:] = [accepted for accepted in screen if not accepted.message.author]  # she has deleted it

    await two.ana(TherapistEdited(now(), "ana", "À jeudi", "d1"))

    assert await two.on_her_phone() == ["À jeudi"]


async def test_another_therapists_message_of_the_same_number_stays_as_it_is(two: Two) -> None:
    await two.ana(TherapistSaid(now(), "ana", "Ana", "À mardi", "50"))
    await two.world.release("ada", "ana")
    await two.ana(TherapistSaid(now(), "bo", "Bo", "Bonjour", "50"))
    await two.on_her_phone()

    await two.ana(TherapistEdited(now(), "bo", "Bonsoir", "50"))

    assert await two.on_her_phone() == ["À mardi", "Bonsoir"]
