"""The desk's bot over HTTP, against a Telegram of our own."""

from datetime import timedelta
from typing import Any

import pytest

from flows.events import FileRef, Media, MediaKind
from handlers.desk_telegram import DeskTelegram
from handlers.errors import BadToken, DeliveryError, Rejected, ThreadGone, TryLater, Unreachable
from handlers.port import Button, Message, Topic
from handlers.port_desk import Commanded, DeskAnswer, Pressed, Reacted, Wrote
from handoff.head import Stage
from tests.telegram.conftest import DESK_BOT
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.words import DeskRoad, polling, until

# The library warns, whenever it is told to slow down, about a type of its own that will change.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

GROUP = -100500
INES, STRANGER = 41, 66


def road(**answer: str) -> DeskRoad:
    return DeskRoad({str(INES)}, DeskAnswer(**answer))


@pytest.fixture
async def topic(telegram: FakeBotApi, desk_bot: DeskTelegram) -> str:
    telegram.group(DESK_BOT, GROUP)
    return await desk_bot.open_thread(str(GROUP), Topic("Conversation 7", Stage.WAITING))


async def spoken(telegram: FakeBotApi) -> list[dict[str, Any]]:
    """What was said or shown, without the opening of topics."""
    return [each for each in await telegram.sent() if each["method"] != "createForumTopic"]


async def test_a_message_lies_in_its_topic(telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str) -> None:
    choices = (Button("Je prends", press="take/7"), Button("Pas maintenant", press="decline/7"))

    receipt = await desk_bot.send(f"{GROUP}/{topic}", Message("Une personne attend.", choices), None)

    (sent,) = await spoken(telegram)
    assert (sent["chat"], sent["thread"], str(sent["message"])) == (GROUP, int(topic), receipt.message)
    assert sent["values"] == {
        "chat_id": GROUP,
        "message_thread_id": int(topic),
        "text": "Une personne attend.",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "Je prends", "callback_data": "take/7"},
                    {"text": "Pas maintenant", "callback_data": "decline/7"},
                ]
            ]
        },
    }


async def test_what_is_sent_to_a_deleted_topic_goes_nowhere(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    telegram.delete_topic(DESK_BOT, GROUP, int(topic))

    with pytest.raises(ThreadGone):
        await desk_bot.send(f"{GROUP}/{topic}", Message("mine"), None)
    with pytest.raises(ThreadGone):
        await desk_bot.send(
            f"{GROUP}/{topic}", Message("", media=Media(MediaKind.VOICE, FileRef("telegram", "1"), "v.ogg")), b"voice"
        )

    assert await spoken(telegram) == []


async def test_a_closed_topic_is_as_good_as_gone(telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str) -> None:
    telegram.close_topic(DESK_BOT, GROUP, int(topic))

    with pytest.raises(ThreadGone):
        await desk_bot.send(f"{GROUP}/{topic}", Message("mine"), None)


async def test_what_telegram_let_fall_into_the_general_thread_is_taken_back(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    telegram.delete_topic(DESK_BOT, GROUP, int(topic), leaky=True)

    with pytest.raises(ThreadGone):
        await desk_bot.send(f"{GROUP}/{topic}", Message("mine"), None)

    fallen, taken_back = await spoken(telegram)
    assert (fallen["method"], fallen["thread"]) == ("sendMessage", None)
    assert (taken_back["method"], taken_back["message"]) == ("deleteMessage", fallen["message"])


async def test_a_long_title_is_cut(telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str) -> None:
    await desk_bot.open_thread(str(GROUP), Topic("t" * 129, Stage.WAITING))

    assert (await telegram.sent())[-1]["text"] == "t" * 128


async def test_a_topic_is_renamed_with_another_icon_once(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    for _ in range(2):  # sent twice, when the first answer was lost
        await desk_bot.rename_thread(str(GROUP), topic, Topic("Conversation 7: urgent", Stage.URGENT))

    opened, renamed = await telegram.sent()
    assert opened["values"]["icon_custom_emoji_id"] == "501"
    assert (renamed["method"], renamed["thread"], renamed["text"]) == (
        "editForumTopic",
        int(topic),
        "Conversation 7: urgent",
    )
    assert renamed["values"]["icon_custom_emoji_id"] == "502"
    assert telegram.counts()["getForumTopicIconStickers"] == 1


async def test_a_topic_that_is_gone_cannot_be_renamed(telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str) -> None:
    telegram.delete_topic(DESK_BOT, GROUP, int(topic))

    with pytest.raises(ThreadGone):
        await desk_bot.rename_thread(str(GROUP), topic, Topic("Conversation 7", Stage.TAKEN))


async def test_what_is_missing_in_the_group_is_said_to_whoever_runs_it(
    telegram: FakeBotApi, desk_bot: DeskTelegram
) -> None:
    await desk_bot.start()
    said = [await desk_bot.missing_in(str(GROUP - 1))]
    telegram.group(DESK_BOT, GROUP)
    said.append(await desk_bot.missing_in(str(GROUP)))
    telegram.forbid_pins(DESK_BOT, GROUP)
    said.append(await desk_bot.missing_in(str(GROUP)))
    telegram.turn_topics_off(DESK_BOT, GROUP)
    said.append(await desk_bot.missing_in(str(GROUP)))

    assert said == [
        "Telegram says “Chat not found”. Is the number right, and is the desk’s bot in the group?",
        "",
        "Make the desk’s bot an administrator of it, with the rights Manage topics and Pin messages.",
        "Turn on Topics in the group.",
    ]


async def test_a_topic_is_closed_and_opened_again_once_each(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    for _ in range(2):  # sent twice, when the first answer was lost
        await desk_bot.close_thread(str(GROUP), topic)
    await desk_bot.send(f"{GROUP}/{topic}", Message("a note"), None)
    for _ in range(2):
        await desk_bot.reopen_thread(str(GROUP), topic)

    _, *after = await telegram.sent()
    assert [(each["method"], each["thread"]) for each in after] == [
        ("closeForumTopic", int(topic)),
        ("sendMessage", int(topic)),
        ("reopenForumTopic", int(topic)),
    ]
    telegram.delete_topic(DESK_BOT, GROUP, int(topic))
    with pytest.raises(ThreadGone):
        await desk_bot.close_thread(str(GROUP), topic)


async def test_a_message_is_pinned_in_its_topic_without_a_sound(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    sent = await desk_bot.send(f"{GROUP}/{topic}", Message("the card"), None)

    await desk_bot.pin(f"{GROUP}/{topic}", sent.message)

    pinned = (await telegram.sent())[-1]
    assert (pinned["method"], pinned["thread"], str(pinned["message"])) == ("pinChatMessage", int(topic), sent.message)
    assert pinned["values"]["disable_notification"] is True
    telegram.forbid_pins(DESK_BOT, GROUP)
    with pytest.raises(Rejected):
        await desk_bot.pin(f"{GROUP}/{topic}", sent.message)


async def test_files_go_both_ways(telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str) -> None:
    place = f"{GROUP}/{topic}"
    file = telegram.file(DESK_BOT, b"\x01" * 70_000)

    await desk_bot.send(place, Message("look", media=Media(MediaKind.PHOTO, None, "a.jpg", "image/jpeg")), b"jpg")
    await desk_bot.send(place, Message("", media=Media(MediaKind.VOICE, None, "v.ogg", "audio/ogg")), b"ogg")
    await desk_bot.send(place, Message("c" * 1025, media=Media(MediaKind.DOCUMENT, None, "a.pdf")), b"pdf")

    sent = [(each["method"], len(each["text"]), each["thread"]) for each in await spoken(telegram)]
    assert sent == [
        ("sendPhoto", 4, int(topic)),
        ("sendVoice", 0, int(topic)),
        ("sendDocument", 0, int(topic)),
        ("sendMessage", 1025, int(topic)),
    ]
    assert await desk_bot.fetch(FileRef("desk_telegram", file)) == b"\x01" * 70_000
    with pytest.raises(Rejected):
        await desk_bot.fetch(FileRef("desk_telegram", "unheard-of"))


REFUSALS: dict[str, tuple[dict[str, Any], type[DeliveryError]]] = {
    "slow down": (
        {"kind": "refuse", "status": 429, "description": "Too Many Requests: retry after 7", "retry_after": 7},
        TryLater,
    ),
    "server trouble": ({"kind": "refuse", "status": 502, "description": "Bad Gateway"}, TryLater),
    "a cut line": ({"kind": "reset"}, TryLater),
    "a line cut after it was sent": ({"kind": "accept_then_reset"}, TryLater),
    "a token taken back": ({"kind": "refuse", "status": 401, "description": "Unauthorized"}, TryLater),
    "blocked": ({"kind": "refuse", "status": 403, "description": "Forbidden: bot was kicked"}, Unreachable),
    "no such chat": ({"kind": "refuse", "status": 400, "description": "Bad Request: chat not found"}, Unreachable),
    "no such topic": ({"kind": "refuse", "status": 400, "description": "Bad Request: TOPIC_DELETED"}, ThreadGone),
    "our mistake": ({"kind": "refuse", "status": 400, "description": "Bad Request: BUTTON_INVALID"}, Rejected),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_each_refusal_is_one_of_four_facts(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str, case: str
) -> None:
    trouble, fact = REFUSALS[case]
    telegram.trouble(method="sendMessage", **trouble)

    with pytest.raises(fact) as caught:
        await desk_bot.send(f"{GROUP}/{topic}", Message("my secret words"), None)

    assert caught.type is fact
    assert "secret" not in str(caught.value)


async def test_telegram_says_how_long_to_wait(telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str) -> None:
    telegram.trouble(method="sendMessage", **REFUSALS["slow down"][0])

    with pytest.raises(TryLater) as caught:
        await desk_bot.send(f"{GROUP}/{topic}", Message("hi"), None)

    assert caught.value.after == timedelta(seconds=7)


async def test_a_wrong_token_is_said_in_one_sentence(telegram: FakeBotApi) -> None:
    platform = DeskTelegram("1003:unknown", url=telegram.url)

    with pytest.raises(BadToken, match="TELEGRAM_DESK_TOKEN"):
        await platform.start()
    await platform.close()


async def test_what_therapists_do_is_heard_in_order_and_confirmed(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    heard_by = road()
    heard_by.closed = 1
    telegram.say(DESK_BOT, GROUP, "/take", user=INES, thread=int(topic))
    telegram.say(DESK_BOT, GROUP, "Bonjour", user=INES, thread=int(topic), copies=2)
    telegram.update(DESK_BOT, {"telepathy": {}})

    async with polling(desk_bot.poll(heard_by)):
        await until(lambda: not telegram.unconfirmed(DESK_BOT))

    heard = [(each.who, each.chat, each.thread, type(each.act)) for each in heard_by.heard]
    assert heard == [(str(INES), str(GROUP), topic, Commanded), (str(INES), str(GROUP), topic, Wrote)]
    assert ("desk_telegram", "telepathy") in heard_by.strange


async def test_a_mistake_of_ours_in_one_update_stops_no_other(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    heard_by = road()
    heard_by.breaks = 1
    for words in ("/say ²", "Bonjour"):
        telegram.say(DESK_BOT, GROUP, words, user=INES, thread=int(topic))

    async with polling(desk_bot.poll(heard_by)):
        await until(lambda: not telegram.unconfirmed(DESK_BOT))

    assert [each.act for each in heard_by.heard] == [Wrote("Bonjour", "3", None)]


async def test_a_press_is_answered_on_the_button(telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str) -> None:
    await desk_bot.send(f"{GROUP}/{topic}", Message("?", (Button("Je prends", press="take/7"),)), None)
    query = telegram.press(DESK_BOT, GROUP, label="Je prends", user=INES)["query"]
    heard_by = road(notice="Trop tard.")

    async with polling(desk_bot.poll(heard_by)):
        await until(lambda: telegram.counts().get("answerCallbackQuery"))

    assert [each.act for each in heard_by.heard] == [Pressed("take/7")]
    assert heard_by.heard[0].thread == topic
    assert (await spoken(telegram))[-1]["values"] == {"callback_query_id": query, "text": "Trop tard."}


async def test_a_quiet_answer_only_stops_the_waiting_sign(telegram: FakeBotApi, desk_bot: DeskTelegram) -> None:
    query = telegram.press(DESK_BOT, INES, press="take/7")["query"]

    async with polling(desk_bot.poll(road())):
        await until(lambda: telegram.counts().get("answerCallbackQuery"))

    assert [each["values"] for each in await spoken(telegram)] == [{"callback_query_id": query}]


async def test_an_answer_in_words_lies_where_the_therapist_wrote(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    telegram.say(DESK_BOT, GROUP, "/help", user=INES, thread=int(topic))

    async with polling(desk_bot.poll(road(say="Écrivez ici."))):
        await until(lambda: telegram.counts().get("sendMessage"))

    assert [(each["chat"], each["thread"], each["text"]) for each in await spoken(telegram)] == [
        (GROUP, int(topic), "Écrivez ici.")
    ]


async def test_somebody_not_invited_learns_nothing(telegram: FakeBotApi, desk_bot: DeskTelegram) -> None:
    heard_by = road(notice="n", say="s")
    await desk_bot.start()
    telegram.say(DESK_BOT, STRANGER, "/start")
    telegram.say(DESK_BOT, STRANGER, "/help")
    telegram.say(DESK_BOT, STRANGER, "hello?")
    telegram.press(DESK_BOT, STRANGER, press="take/7")

    async with polling(desk_bot.poll(heard_by)):
        await until(lambda: len(heard_by.heard) == 4 and not telegram.unconfirmed(DESK_BOT))

    assert await telegram.sent() == []
    assert telegram.counts().keys() == {"getMe", "deleteWebhook", "getUpdates"}


async def test_a_post_is_taken_with_our_secret_only(telegram: FakeBotApi, desk_bot: DeskTelegram) -> None:
    heard_by = road()
    heard_by.closed = 1
    body = b'{"update_id": 1, "telepathy": {}}'
    said = (
        b'{"update_id": 2, "message": {"message_id": 1, "date": 1, "chat": {"id": 41, "type": "private"},'
        b' "from": {"id": 41, "is_bot": false, "first_name": "I"}, "text": "hi"}}'
    )

    statuses = [
        await desk_bot.webhook(heard_by, secret, each)
        for secret, each in (("no", body), (None, body), ("s3cret", body), ("s3cret", said), ("s3cret", said))
    ]

    assert statuses == [401, 401, 200, 503, 200]
    heard_by.breaks = 1
    assert await desk_bot.webhook(heard_by, "s3cret", said) == 200  # posted again, it would only break again


async def test_a_reaction_is_set_under_a_message_and_taken_back(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    words = await desk_bot.send(f"{GROUP}/{topic}", Message("their words"), None)

    for emoji in ("👍", "🦄", ""):  # the second is none that a bot may set: nothing is lost by that
        await desk_bot.send(f"{GROUP}/{topic}", Message(emoji, reacts_to=words.message), None)

    set_under = [each for each in await telegram.sent() if each["method"] == "setMessageReaction"]
    assert [(str(each["message"]), each["text"]) for each in set_under] == [(words.message, "👍"), (words.message, "")]


async def test_a_therapists_reaction_is_heard_and_what_cannot_be_relayed_is_acknowledged(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    therapists = road()
    words = await desk_bot.send(f"{GROUP}/{topic}", Message("their words"), None)

    async with polling(desk_bot.poll(therapists)):
        for emoji, custom in (("👍", False), ("", False), ("", True)):
            telegram.react(DESK_BOT, GROUP, int(words.message), emoji, user=INES, custom=custom)
        await until(lambda: not telegram.unconfirmed(DESK_BOT))

    assert [(heard.who, heard.thread, heard.act) for heard in therapists.heard] == [
        (str(INES), None, Reacted("👍", words.message)),
        (str(INES), None, Reacted("", words.message)),
    ]
    assert therapists.strange == [("desk_telegram", "message_reaction")]


async def test_that_somebody_writes_is_shown_in_the_topic(
    telegram: FakeBotApi, desk_bot: DeskTelegram, topic: str
) -> None:
    await desk_bot.typing(f"{GROUP}/{topic}")

    shown = (await telegram.sent())[-1]
    assert (shown["method"], shown["chat"]) == ("sendChatAction", GROUP)
    assert shown["values"] == {"chat_id": GROUP, "message_thread_id": int(topic), "action": "typing"}
