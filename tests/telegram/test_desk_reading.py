"""What each kind of Telegram update becomes, on the desk's side."""

from datetime import UTC, datetime
from typing import Any

import pytest

from flows.events import FileRef, Media, MediaKind
from handlers.desk_telegram import DeskTelegram
from handlers.port_desk import Commanded, DeskAct, DeskHeard, Pressed, Wrote
from tests.telegram.conftest import DESK_BOT
from tests.telegram.fake_bot_api import FakeBotApi

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
GROUP = {"id": -100500, "type": "supergroup", "title": "The desk", "is_forum": True}
PRIVATE = {"id": 41, "type": "private", "first_name": "T"}
THERAPIST = {"id": 41, "is_bot": False, "first_name": "T"}
BOT = {"id": 1002, "is_bot": True, "first_name": "desk", "username": "desk_bot"}
HELD = {"file_id": "F", "file_unique_id": "u"}
ROOT = {"message_id": 12, "date": 1, "chat": GROUP, "from": BOT, "forum_topic_created": {"name": "n", "icon_color": 1}}
TOPIC: dict[str, Any] = {"message_thread_id": 12, "is_topic_message": True, "reply_to_message": ROOT}


def message(chat: dict[str, Any] = GROUP, **content: Any) -> dict[str, Any]:
    return {"message_id": 50, "date": 1, "chat": chat, "from": THERAPIST, **content}


def answering(number: int) -> dict[str, Any]:
    return {"message_id": number, "date": 1, "chat": GROUP, "from": BOT, "text": "…"}


def press(under: dict[str, Any]) -> dict[str, Any]:
    return {"callback_query": {"id": "q", "from": THERAPIST, "chat_instance": "1", "data": "take/7", "message": under}}


IN_TOPIC: dict[str, tuple[dict[str, Any], DeskAct]] = {
    "words": ({"message": message(text="Bonjour", **TOPIC)}, Wrote("Bonjour", "50")),
    "an answer": (
        {"message": message(text="yes", **TOPIC | {"reply_to_message": answering(30)})},
        Wrote("yes", "50", "30"),
    ),
    "an edit": (
        {"edited_message": message(text="better", edit_date=2, **TOPIC)},
        Wrote("better", "50", edited=True),
    ),
    "an edit that looks like a command": (
        {"edited_message": message(text="/release", edit_date=2, **TOPIC)},
        Wrote("/release", "50", edited=True),
    ),
    "a voice message": (
        {"message": message(voice=HELD | {"duration": 1, "mime_type": "audio/ogg"}, **TOPIC)},
        Wrote(Media(MediaKind.VOICE, FileRef("desk_telegram", "F"), "voice.ogg", "audio/ogg"), "50"),
    ),
    "a photo": (
        {"message": message(photo=[HELD | {"width": 9, "height": 9}], caption="map", **TOPIC)},
        Wrote(Media(MediaKind.PHOTO, FileRef("desk_telegram", "F"), "photo.jpg", "image/jpeg", "map"), "50"),
    ),
    "a command": ({"message": message(text="/release", **TOPIC)}, Commanded("release")),
    "a command to this bot": ({"message": message(text="/Take@BOT1002_bot now", **TOPIC)}, Commanded("take", "now")),
    "not a command": ({"message": message(text="/ 5 fois", **TOPIC)}, Wrote("/ 5 fois", "50")),
    "a press": (press(message(text="…", **TOPIC)), Pressed("take/7")),
}

ELSEWHERE: dict[str, tuple[dict[str, Any], DeskHeard]] = {
    "in private": (
        {"message": message(PRIVATE, text="hello")},
        DeskHeard("desk_telegram", "9", AT, "41", "41", None, True, Wrote("hello", "50")),
    ),
    "an invitation": (
        {"message": message(PRIVATE, text="/start t0ken-_")},
        DeskHeard("desk_telegram", "9", AT, "41", "41", None, True, Commanded("start", "t0ken-_")),
    ),
    "a press in private": (
        press(message(PRIVATE, text="…")),
        DeskHeard("desk_telegram", "9", AT, "41", "41", None, True, Pressed("take/7")),
    ),
    "a press under an old message": (
        press({"chat": GROUP, "message_id": 3, "date": 0}),
        DeskHeard("desk_telegram", "9", AT, "41", "-100500", None, False, Pressed("take/7")),
    ),
    "an administrator who writes as the group": (
        {"message": message(text="hi", sender_chat=GROUP, **TOPIC) | {"from": BOT}},
        DeskHeard("desk_telegram", "9", AT, "", "-100500", "12", False, Wrote("hi", "50")),
    ),
    "a chain of replies in the general thread": (
        {"message": message(text="lunch?", message_thread_id=44, reply_to_message=answering(44))},
        DeskHeard("desk_telegram", "9", AT, "41", "-100500", None, False, Wrote("lunch?", "50", "44")),
    ),
}

NOBODY: dict[str, dict[str, Any]] = {
    "a new topic": {"message": message(forum_topic_created={"name": "n", "icon_color": 1})},
    "a closed topic": {"message": message(forum_topic_closed={}, **TOPIC)},
    "a colleague who joined": {"message": message(new_chat_members=[THERAPIST])},
    "another bot": {"message": message(text="beep") | {"from": BOT}},
    "a channel of somebody's": {"message": message(text="hi", sender_chat={"id": -1, "type": "channel"}, **TOPIC)},
    "another bot's command": {"message": message(text="/take@weather_bot")},
    "a channel": {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}, "text": "x"}},
    "an update of tomorrow": {"telepathy": {}},
    "a content of tomorrow": {"message": message(hologram={})},
    "a message without its chat": {"message": {"message_id": 1, "date": 1, "text": "x"}},
}


@pytest.fixture
async def desk(telegram: FakeBotApi, desk_bot: DeskTelegram) -> DeskTelegram:
    await desk_bot.start()
    return desk_bot


@pytest.mark.parametrize("case", IN_TOPIC)
async def test_each_act_in_a_topic_is_read(desk: DeskTelegram, case: str) -> None:
    update, act = IN_TOPIC[case]

    read = desk.read({"update_id": 9, **update}, AT)

    assert read == DeskHeard("desk_telegram", "9", AT, "41", "-100500", "12", False, act)


@pytest.mark.parametrize("case", ELSEWHERE)
async def test_each_act_outside_of_topics_is_read(desk: DeskTelegram, case: str) -> None:
    update, heard = ELSEWHERE[case]

    assert desk.read({"update_id": 9, **update}, AT) == heard


@pytest.mark.parametrize("case", NOBODY)
async def test_what_nobody_did_is_read_as_nothing(desk: DeskTelegram, case: str) -> None:
    assert desk.read({"update_id": 9, **NOBODY[case]}, AT) is None


def test_the_desk_bot_of_these_tests_is_called_as_above() -> None:
    assert DESK_BOT.partition(":")[0] == "1002"
