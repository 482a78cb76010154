"""What each kind of Telegram update becomes, on the person's side."""

from datetime import UTC, datetime
from typing import Any

import pytest

from flows.events import (
    FileRef,
    Media,
    MediaKind,
    PersonArrived,
    PersonEdited,
    PersonEvent,
    PersonLeft,
    PersonSaid,
    PersonSent,
    PersonTapped,
)
from handlers.person_telegram import PersonTelegram
from handlers.port import Incoming
from tests.telegram.words import Words

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PRIVATE = {"id": 77, "type": "private", "first_name": "A"}
GROUP = {"id": -100, "type": "supergroup", "title": "G"}
PERSON = {"id": 77, "is_bot": False, "first_name": "A", "language_code": "fr-CA"}
HELD = {"file_id": "F", "file_unique_id": "u"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": PRIVATE, "from": PERSON, **content}


def sent(kind: MediaKind, name: str, mime: str = "", caption: str = "", file: bool = True) -> PersonSent:
    return PersonSent(AT, Media(kind, FileRef("telegram", "F") if file else None, name, mime, caption), "5")


PHOTO = [{**HELD, "file_id": "small", "width": 9, "height": 9}, {**HELD, "width": 90, "height": 90}]
VIDEO = HELD | {"width": 9, "height": 9, "duration": 1}
POLL = {"id": "1", "question": "Tea?", "options": [{"text": "yes"}, {"text": "no"}]}
CASES: dict[str, tuple[dict[str, Any], PersonEvent]] = {
    "words": ({"message": message(text="bonjour")}, PersonSaid(AT, "bonjour", "5")),
    "an answer to a message": (
        {"message": message(text="yes", reply_to_message={"message_id": 3})},
        PersonSaid(AT, "yes", "5", "3"),
    ),
    "a command": ({"message": message(text="/human")}, PersonSaid(AT, "/human", "5")),
    "start": ({"message": message(text="/start")}, PersonArrived(AT)),
    "start from a link": ({"message": message(text="/start leaflet7")}, PersonArrived(AT)),
    "not quite start": ({"message": message(text="/startled")}, PersonSaid(AT, "/startled", "5")),
    "rich words": (
        {
            "message": message(
                rich_message={
                    "blocks": [
                        {"type": "paragraph", "text": ["so ", {"type": "bold", "text": "tired"}]},
                        {"type": "divider"},
                        {"type": "paragraph", "text": "really"},
                    ]
                }
            )
        },
        PersonSaid(AT, "so tired\n\nreally", "5"),
    ),
    "a photo": (
        {"message": message(photo=PHOTO, caption="mine")},
        sent(MediaKind.PHOTO, "photo.jpg", "image/jpeg", "mine"),
    ),
    "a voice message": (
        {"message": message(voice=HELD | {"duration": 2, "mime_type": "audio/ogg"})},
        sent(MediaKind.VOICE, "voice.ogg", "audio/ogg"),
    ),
    "music": (
        {"message": message(audio=HELD | {"duration": 2, "file_name": "song.mp3", "mime_type": "audio/mpeg"})},
        sent(MediaKind.DOCUMENT, "song.mp3", "audio/mpeg"),
    ),
    "a video": ({"message": message(video=VIDEO)}, sent(MediaKind.DOCUMENT, "video.mp4", "video/mp4")),
    "a round video": (
        {"message": message(video_note=HELD | {"length": 9, "duration": 1})},
        sent(MediaKind.DOCUMENT, "video.mp4", "video/mp4"),
    ),
    "a moving picture": (
        {"message": message(animation=VIDEO | {"mime_type": "video/mp4"}, document=HELD)},
        sent(MediaKind.DOCUMENT, "animation.mp4", "video/mp4"),
    ),
    "a document": (
        {"message": message(document=HELD | {"file_name": "lettre.pdf", "mime_type": "application/pdf"})},
        sent(MediaKind.DOCUMENT, "lettre.pdf", "application/pdf"),
    ),
    "a sticker": (
        {"message": message(sticker=HELD | {"type": "regular", "width": 1, "height": 1, "emoji": "🙂"})},
        sent(MediaKind.STICKER, "sticker.webp", "image/webp", "🙂"),
    ),
    "a place": (
        {"message": message(location={"latitude": 48.85, "longitude": 2.35})},
        sent(MediaKind.OTHER, "location", caption="48.85, 2.35", file=False),
    ),
    "an address": (
        {
            "message": message(
                location={"latitude": 1.0, "longitude": 2.0},
                venue={"location": {"latitude": 1.0, "longitude": 2.0}, "title": "Café", "address": "1 quai"},
            )
        },
        sent(MediaKind.OTHER, "venue", caption="Café, 1 quai", file=False),
    ),
    "a contact": (
        {"message": message(contact={"phone_number": "+331", "first_name": "Bo"})},
        sent(MediaKind.OTHER, "contact", caption="Bo +331", file=False),
    ),
    "a poll": ({"message": message(poll=POLL)}, sent(MediaKind.OTHER, "poll", caption="Tea?\n– yes\n– no", file=False)),
    "a die": (
        {"message": message(dice={"emoji": "🎲", "value": 3})},
        sent(MediaKind.OTHER, "dice", "", "🎲", file=False),
    ),
    "an edit": ({"edited_message": message(text="better", edit_date=2)}, PersonEdited(AT, "better", "5")),
    "an edited caption": ({"edited_message": message(photo=PHOTO, caption="c")}, PersonEdited(AT, "c", "5")),
    "an edited photo": ({"edited_message": message(photo=PHOTO)}, PersonEdited(AT, None, "5")),
    "a tap": (
        {"callback_query": {"id": "q", "from": PERSON, "chat_instance": "1", "data": "1/a/b/c", "message": message()}},
        PersonTapped(AT, "1/a/b/c"),
    ),
    "a tap under an old message": (
        {
            "callback_query": {
                "id": "q",
                "from": PERSON,
                "chat_instance": "1",
                "data": "x",
                "message": {"chat": PRIVATE, "message_id": 5, "date": 0},
            }
        },
        PersonTapped(AT, "x"),
    ),
    "a goodbye": (
        {"my_chat_member": {"chat": PRIVATE, "from": PERSON, "date": 1, "new_chat_member": {"status": "kicked"}}},
        PersonLeft(AT),
    ),
}

NOBODY: dict[str, dict[str, Any]] = {
    "a message in a group": {"message": message(text="hi") | {"chat": GROUP}},
    "a tap in a group": {"callback_query": {"id": "q", "from": PERSON, "data": "x", "message": {"chat": GROUP}}},
    "a tap on a game": {"callback_query": {"id": "q", "from": PERSON, "game_short_name": "g", "message": message()}},
    "a pin": {"message": message(pinned_message=message(text="x"))},
    "a content of tomorrow": {"message": message(hologram={"id": 1})},
    "somebody back": {"my_chat_member": {"chat": PRIVATE, "from": PERSON, "new_chat_member": {"status": "member"}}},
    "a moving place": {"edited_message": message(location={"latitude": 1.0, "longitude": 2.0})},
    "an update of tomorrow": {"telepathy": {"from": PERSON, "chat": PRIVATE}},
    "a message without its number": {"message": {"chat": PRIVATE, "from": PERSON, "text": "hi"}},
    "nothing at all": {},
}


@pytest.fixture
def platform() -> PersonTelegram:
    return PersonTelegram("1001:person", Words())


@pytest.mark.parametrize("case", CASES)
async def test_each_update_is_read_as_what_the_person_did(platform: PersonTelegram, case: str) -> None:
    update, event = CASES[case]

    read = platform.read({"update_id": 9, **update}, AT)

    assert read == Incoming("telegram", "9", "77", event, "fr-CA")


@pytest.mark.parametrize("case", NOBODY)
async def test_what_no_person_did_is_read_as_nothing(platform: PersonTelegram, case: str) -> None:
    assert platform.read({"update_id": 9, **NOBODY[case]}, AT) is None
