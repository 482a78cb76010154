"""The person's bot over HTTP, against a Telegram of our own."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import orjson
import pytest

from flows.events import FileRef, Media, MediaKind, PersonArrived, PersonReacted, PersonSaid, PersonTapped
from handlers.errors import BadToken, DeliveryError, Rejected, TryLater, Unreachable
from handlers.person_telegram import PersonTelegram
from handlers.port import Button, Message, Receipt
from tests.telegram.conftest import PERSON_BOT
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.wire import Connection, Request, Response
from tests.telegram.words import Road, Words, polling, until

PERSON = 77


def words(road: Road) -> list[str]:
    return [each.event.text for each in road.taken if isinstance(each.event, PersonSaid)]


async def test_a_message_goes_out_as_it_is_without_a_preview_of_its_links(
    telegram: FakeBotApi, person_bot: PersonTelegram
) -> None:
    telegram.say(PERSON_BOT, PERSON, "hi")
    buttons = (
        Button("Respirer", press="1/welcome/menu/breathe"),
        Button("Un humain", press="1/welcome/menu/human"),
        Button("Trouver un rendez-vous", url="https://clinic.example/r/abc"),
    )

    receipt = await person_bot.send("77", Message("*Bonjour* <b> https://a.example", buttons), None)

    (sent,) = await telegram.sent()
    assert receipt == Receipt(str(sent["message"]))
    assert sent["values"] == {
        "chat_id": 77,
        "text": "*Bonjour* <b> https://a.example",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "Respirer", "callback_data": "1/welcome/menu/breathe"},
                    {"text": "Un humain", "callback_data": "1/welcome/menu/human"},
                ],
                [{"text": "Trouver un rendez-vous", "url": "https://clinic.example/r/abc"}],
            ]
        },
    }


async def test_what_a_therapist_writes_stands_under_their_name(
    telegram: FakeBotApi, person_bot: PersonTelegram
) -> None:
    telegram.say(PERSON_BOT, PERSON, "hi")

    await person_bot.send("77", Message("Bonjour.", author="Zoé 🌱"), None)
    await person_bot.send("77", Message("x" * 4096, author="Zoé 🌱"), None)

    short, long = await telegram.sent()
    assert short["text"] == "Zoé 🌱\nBonjour."
    assert short["values"]["entities"] == [{"type": "bold", "offset": 0, "length": 6}]  # the plant counts twice
    assert long["text"] == "x" * 4096


async def test_a_long_caption_follows_its_photo(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    telegram.say(PERSON_BOT, PERSON, "hi")
    photo = Media(MediaKind.PHOTO, FileRef("web", "1"), "a.png", "image/png")

    await person_bot.send("77", Message("c" * 1024, media=photo), b"png")
    await person_bot.send("77", Message("c" * 1025, media=photo), b"png")

    sent = [(each["method"], len(each["text"])) for each in await telegram.sent()]
    assert sent == [("sendPhoto", 1024), ("sendPhoto", 0), ("sendMessage", 1025)]


async def test_a_sound_that_telegram_cannot_play_goes_as_a_document(
    telegram: FakeBotApi, person_bot: PersonTelegram
) -> None:
    telegram.say(PERSON_BOT, PERSON, "hi")
    voice = Media(MediaKind.VOICE, FileRef("web", "1"), "voice.webm", "audio/webm")

    await person_bot.send("77", Message("", media=voice), b"sound")

    assert [each["method"] for each in await telegram.sent()] == ["sendDocument"]


async def test_a_place_is_sent_in_words(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    telegram.say(PERSON_BOT, PERSON, "hi")

    await person_bot.send("77", Message("48.85, 2.35", media=Media(MediaKind.OTHER, name="location")), None)
    await person_bot.send("77", Message("", media=Media(MediaKind.OTHER, name="story")), None)

    assert [each["text"] for each in await telegram.sent()] == ["48.85, 2.35", "[story]"]


async def test_an_edit_sent_twice_is_done_once(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    telegram.say(PERSON_BOT, PERSON, "hi")
    first = await person_bot.send("77", Message("Bonjuor"), None)

    again = [await person_bot.send("77", Message("Bonjour", edits=first.message), None) for _ in range(2)]

    assert again == [first, first]
    assert [each["text"] for each in await telegram.sent()] == ["Bonjuor", "Bonjour"]


async def test_a_file_is_fetched_by_its_id(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    file = telegram.file(PERSON_BOT, b"\x00\x01" * 50_000)

    assert await person_bot.fetch(FileRef("telegram", file)) == b"\x00\x01" * 50_000


async def test_a_file_over_20_mb_is_refused(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    file = telegram.file(PERSON_BOT, bytes(20 * 1024 * 1024 + 1))

    with pytest.raises(Rejected, match="too big"):
        await person_bot.fetch(FileRef("telegram", file))


REFUSALS: dict[str, tuple[dict[str, Any], type[DeliveryError]]] = {
    "slow down": (
        {"kind": "refuse", "status": 429, "description": "Too Many Requests: retry after 7", "retry_after": 7},
        TryLater,
    ),
    "server trouble": ({"kind": "refuse", "status": 502, "description": "Bad Gateway"}, TryLater),
    "a cut line": ({"kind": "reset"}, TryLater),
    "a line cut after it was sent": ({"kind": "accept_then_reset"}, TryLater),
    "a token taken back": ({"kind": "refuse", "status": 401, "description": "Unauthorized"}, TryLater),
    "blocked": (
        {"kind": "refuse", "status": 403, "description": "Forbidden: bot was blocked by the user"},
        Unreachable,
    ),
    "account closed": ({"kind": "refuse", "status": 403, "description": "Forbidden: user is deactivated"}, Unreachable),
    "no such chat": ({"kind": "refuse", "status": 400, "description": "Bad Request: chat not found"}, Unreachable),
    "our mistake": ({"kind": "refuse", "status": 400, "description": "Bad Request: BUTTON_INVALID"}, Rejected),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_each_refusal_is_one_of_three_facts(telegram: FakeBotApi, person_bot: PersonTelegram, case: str) -> None:
    trouble, fact = REFUSALS[case]
    telegram.say(PERSON_BOT, PERSON, "hi")
    telegram.trouble(method="sendMessage", **trouble)

    with pytest.raises(fact) as caught:
        await person_bot.send("77", Message("my secret words"), None)

    assert caught.type is fact
    assert "secret" not in str(caught.value)
    assert "77" not in str(caught.value)


async def test_telegram_says_how_long_to_wait(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    telegram.say(PERSON_BOT, PERSON, "hi")
    telegram.trouble(**REFUSALS["slow down"][0])

    with pytest.raises(TryLater) as caught:
        await person_bot.send("77", Message("hi"), None)

    assert caught.value.after == timedelta(seconds=7)


async def test_a_silent_telegram_is_tried_later(
    telegram: FakeBotApi, person_bot: PersonTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.person_telegram.SEND_SECONDS", 0.2)
    telegram.say(PERSON_BOT, PERSON, "hi")
    telegram.trouble(method="sendMessage", kind="slow", seconds=5)

    with pytest.raises(TryLater):
        await person_bot.send("77", Message("hi"), None)


async def test_nobody_there_is_tried_later() -> None:
    platform = PersonTelegram(PERSON_BOT, Words(), url="http://127.0.0.1:9")

    with pytest.raises(TryLater):
        await platform.send("77", Message("hi"), None)
    await platform.close()


async def test_a_wrong_token_is_said_in_one_sentence(telegram: FakeBotApi) -> None:
    platform = PersonTelegram("1003:unknown", Words(), url=telegram.url)

    with pytest.raises(BadToken, match="TELEGRAM_TOKEN"):
        await platform.start()
    with pytest.raises(BadToken, match="TELEGRAM_TOKEN"):
        PersonTelegram("not a token", Words())
    await platform.close()


async def test_the_commands_are_published_in_both_languages(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    await person_bot.start()

    published = {each["values"].get("language_code"): each["values"]["commands"] for each in await telegram.sent()}
    assert published["fr"][0] == {"command": "menu", "description": "web.command_menu (fr)"}
    assert [each["command"] for each in published["en"]] == [
        "menu",
        "human",
        "urgent",
        "plan",
        "data",
        "language",
        "stop",
    ]
    assert published[None] == published["en"]


async def test_what_people_write_is_taken_in_order_and_confirmed(
    telegram: FakeBotApi, person_bot: PersonTelegram
) -> None:
    road = Road()
    telegram.say(PERSON_BOT, PERSON, "/start")
    telegram.say(PERSON_BOT, PERSON, "one")
    telegram.say(PERSON_BOT, PERSON, "two", copies=3)
    telegram.update(PERSON_BOT, {"telepathy": {}})

    async with polling(person_bot.poll(road)):
        await until(lambda: not telegram.unconfirmed(PERSON_BOT))

    assert [type(each.event) for each in road.taken] == [PersonArrived, PersonSaid, PersonSaid]
    assert words(road) == ["one", "two"]
    assert road.strange == [("telegram", "telepathy")]


async def test_a_refused_update_comes_again_before_what_was_written_after_it(
    telegram: FakeBotApi, person_bot: PersonTelegram
) -> None:
    road = Road(closed=2)
    for text in ("one", "two", "three"):
        telegram.say(PERSON_BOT, PERSON, text)

    async with polling(person_bot.poll(road)):
        await until(lambda: not telegram.unconfirmed(PERSON_BOT))

    assert words(road) == ["one", "two", "three"]


class SlowRoad(Road):
    """Holds back one person's first message until told."""

    def __init__(self, held: str) -> None:
        super().__init__()
        self.held = held
        self.go = asyncio.Event()

    async def take(self, incoming: Any) -> bool:
        if incoming.address == self.held:
            await self.go.wait()
        return await super().take(incoming)


async def test_a_slow_turn_is_not_confirmed_and_holds_up_nobody_else(
    telegram: FakeBotApi, person_bot: PersonTelegram
) -> None:
    road = SlowRoad(held="77")
    first = telegram.say(PERSON_BOT, PERSON, "slow")["update"]
    telegram.say(PERSON_BOT, 88, "quick")

    async with polling(person_bot.poll(road)):
        await until(lambda: words(road) == ["quick"])
        telegram.say(PERSON_BOT, 88, "quick again")
        telegram.say(PERSON_BOT, PERSON, "after")
        await until(lambda: words(road) == ["quick", "quick again"])
        assert first in telegram.unconfirmed(PERSON_BOT)
        road.go.set()
        await until(lambda: not telegram.unconfirmed(PERSON_BOT))

    assert words(road) == ["quick", "quick again", "slow", "after"]


async def test_after_a_crash_what_was_under_way_comes_again(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    held = SlowRoad(held="77")
    telegram.say(PERSON_BOT, PERSON, "one")
    telegram.say(PERSON_BOT, PERSON, "two")
    crash = asyncio.create_task(person_bot.poll(held))
    await asyncio.sleep(0.2)
    crash.cancel()
    crash.cancel()

    road = Road()
    async with polling(person_bot.poll(road)):
        await until(lambda: not telegram.unconfirmed(PERSON_BOT))

    assert held.taken == []
    assert words(road) == ["one", "two"]
    with contextlib.suppress(asyncio.CancelledError):
        await crash


async def test_polling_outlives_telegram_being_away(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    road = Road()
    telegram.trouble(method="getUpdates", kind="reset")
    telegram.trouble(method="getUpdates", kind="refuse", status=502, description="Bad Gateway")
    telegram.say(PERSON_BOT, PERSON, "still there?")

    async with polling(person_bot.poll(road)):
        await until(lambda: words(road) == ["still there?"])


async def test_a_tap_is_taken_and_its_waiting_sign_stopped(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    road = Road()
    telegram.say(PERSON_BOT, PERSON, "hi")
    await person_bot.send("77", Message("Prêt ?", (Button("Oui", press="1/a/b/yes"),)), None)
    query = telegram.press(PERSON_BOT, PERSON, label="Oui")["query"]

    async with polling(person_bot.poll(road)):
        await until(lambda: telegram.counts().get("answerCallbackQuery"))

    assert isinstance(road.taken[-1].event, PersonTapped)
    assert road.taken[-1].event.press == "1/a/b/yes"
    answered = [each for each in await telegram.sent() if each["method"] == "answerCallbackQuery"]
    assert [each["values"] for each in answered] == [{"callback_query_id": query}]


async def test_a_tap_too_old_to_answer_is_taken_all_the_same(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    road = Road()
    words_of_telegram = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    telegram.trouble(method="answerCallbackQuery", kind="refuse", description=words_of_telegram)
    telegram.press(PERSON_BOT, PERSON, press="1/a/b/yes")
    telegram.say(PERSON_BOT, PERSON, "next")

    async with polling(person_bot.poll(road)):
        await until(lambda: words(road) == ["next"])


@pytest.mark.parametrize(
    ("secret", "body", "closed", "status"),
    [
        ("s3cret", b'{"update_id": 1, "message": {}}', 0, 200),
        ("s3cret", b'{"update_id": 1, "telepathy": {}}', 0, 200),
        ("wrong", b'{"update_id": 1}', 0, 401),
        ("", b'{"update_id": 1}', 0, 401),
        (None, b'{"update_id": 1}', 0, 401),
        ("s3cret", b"not json", 0, 400),
        ("s3cret", b"[1]", 0, 400),
        ("s3cret", b'{"message": {}}', 0, 400),
    ],
)
async def test_a_post_without_our_secret_is_refused(
    person_bot: PersonTelegram, secret: str | None, body: bytes, closed: int, status: int
) -> None:
    assert await person_bot.webhook(Road(closed), secret, body) == status


async def test_a_post_is_answered_after_the_turn(person_bot: PersonTelegram) -> None:
    chat = {"id": PERSON, "type": "private"}
    update = {"update_id": 4, "message": {"message_id": 1, "chat": chat, "from": {"id": PERSON}, "text": "hi"}}
    road = Road(closed=1)

    statuses = [await person_bot.webhook(road, "s3cret", orjson.dumps(update)) for _ in range(3)]

    assert statuses == [503, 200, 200]
    assert words(road) == ["hi"]


async def test_without_a_secret_of_ours_no_post_is_taken(telegram: FakeBotApi) -> None:
    platform = PersonTelegram(PERSON_BOT, Words(), url=telegram.url)

    assert await platform.webhook(Road(), "", b'{"update_id": 1}') == 401


async def test_telegram_posts_to_the_webhook_until_it_is_taken(
    telegram: FakeBotApi, person_bot: PersonTelegram
) -> None:
    road = Road(closed=2)

    async def answer(request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token")
        return Response(await person_bot.webhook(road, given, request.body), b"")

    server = await asyncio.get_running_loop().create_server(lambda: Connection(answer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await person_bot.start(f"http://127.0.0.1:{port}/telegram")
    telegram.say(PERSON_BOT, PERSON, "one")
    telegram.say(PERSON_BOT, PERSON, "two")

    await until(lambda: not telegram.unconfirmed(PERSON_BOT))
    server.close()

    assert words(road) == ["one", "two"]


async def test_reactions_go_both_ways(telegram: FakeBotApi, person_bot: PersonTelegram) -> None:
    road = Road()
    telegram.say(PERSON_BOT, 77, "/start")
    said = await person_bot.send("77", Message("a word", author="Ana"), None)

    await person_bot.send("77", Message("🙏", reacts_to=said.message), None)
    await person_bot.send("77", Message("🦄", reacts_to=said.message), None)  # none that a bot may set
    async with polling(person_bot.poll(road)):
        telegram.react(PERSON_BOT, 77, int(said.message), "👍")
        telegram.react(PERSON_BOT, 77, int(said.message), custom=True)
        await until(lambda: not telegram.unconfirmed(PERSON_BOT))

    set_under = [each for each in await telegram.sent() if each["method"] == "setMessageReaction"]
    assert [(str(each["message"]), each["text"]) for each in set_under] == [(said.message, "🙏")]
    reacted = [each.event for each in road.taken if isinstance(each.event, PersonReacted)]
    assert [(event.message, event.emoji) for event in reacted] == [(said.message, "👍")]
    assert road.strange == [("telegram", "message_reaction")]
