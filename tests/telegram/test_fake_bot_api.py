"""Our Telegram is as strict as the real one, or the tests that lean on it prove nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.telegram.fake_bot_api import FakeBotApi

BOT = "1001:person"
GROUP = -500


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    made = FakeBotApi((BOT,))
    async with made.serving():
        made.say(BOT, 77, "hi")
        yield made


async def call(api: FakeBotApi, method: str, **values: Any) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{api.url}/bot{BOT}/{method}", json=values) as response,
    ):
        answer: dict[str, Any] = await response.json()
        return answer


def button(**action: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "a", **action}]]}


@pytest.mark.parametrize(
    ("method", "values", "complaint"),
    [
        ("sendTelepathy", {}, "sendTelepathy: no such method"),
        ("sendMessage", {"chat_id": 77}, "sendMessage: text is missing"),
        ("sendMessage", {"chat_id": 77, "text": "x" * 4097}, "sendMessage.text: 4097 characters, 1-4096 allowed"),
        ("sendMessage", {"chat_id": 77, "text": "x", "colour": "red"}, "sendMessage: unknown field colour"),
        ("sendMessage", {"chat_id": 77, "text": 5}, "sendMessage.text: text expected"),
        (
            "sendMessage",
            {"chat_id": 77, "text": "x", "message_thread_id": "a"},
            "sendMessage.message_thread_id: integer expected",
        ),
        ("sendPhoto", {"chat_id": 77, "photo": "attach://p"}, "attach://p was not attached"),
        ("sendVoice", {"chat_id": 77, "voice": "f", "caption": "x" * 1025}, "sendVoice.caption: 1025 characters"),
        ("sendMessage", {"chat_id": 77, "text": "x", "reply_markup": button()}, "a button does exactly one thing"),
        (
            "sendMessage",
            {"chat_id": 77, "text": "x", "reply_markup": button(callback_data="é" * 33)},
            "66 bytes, 1-64 allowed",
        ),
        (
            "sendMessage",
            {"chat_id": 77, "text": "x", "reply_markup": {"inline_keyboard": [{"text": "a"}]}},
            "array expected",
        ),
        ("setMyCommands", {"commands": [{"command": "a"}]}, "BotCommand.description is missing"),
    ],
)
async def test_a_call_that_telegram_would_not_understand_is_refused_and_remembered(
    api: FakeBotApi, method: str, values: dict[str, Any], complaint: str
) -> None:
    answer = await call(api, method, **values)

    assert not answer["ok"]
    assert complaint in "; ".join(api.violations())


async def test_only_an_offset_confirms(api: FakeBotApi) -> None:
    first = (await call(api, "getUpdates"))["result"]
    again = (await call(api, "getUpdates"))["result"]
    beyond = (await call(api, "getUpdates", offset=first[-1]["update_id"] + 1))["result"]

    assert [len(first), first, beyond, api.unconfirmed(BOT)] == [1, again, [], []]


async def test_a_second_poller_ends_the_first(api: FakeBotApi) -> None:
    await call(api, "getUpdates", offset=10**9)
    first = asyncio.create_task(call(api, "getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    await call(api, "getUpdates")

    assert (await first)["error_code"] == 409


async def test_what_the_world_does_can_be_told_over_http(api: FakeBotApi) -> None:
    async with aiohttp.ClientSession() as client:

        async def control(name: str, **values: Any) -> Any:
            async with client.post(f"{api.url}/control/{name}", json=values) as response:
                return await response.json()

        said = await control("say", token=BOT, chat=88, text="salut")
        waiting = asyncio.create_task(control("sent", chat=88, wait=5.0))
        await call(api, "sendMessage", chat_id=88, text="bonjour")
        received = await waiting
        wrong = await control("say", token="9:nobody", chat=1)

    assert [each["text"] for each in received] == ["bonjour"]
    assert api.unconfirmed(BOT)[-1] == said["update"]
    assert wrong == {"error": "say: '9:nobody'"}


async def test_a_group_takes_twenty_messages_a_minute(api: FakeBotApi) -> None:
    api.group(BOT, GROUP)
    api.flood()

    answers = [await call(api, "sendMessage", chat_id=GROUP, text="x") for _ in range(21)]

    assert [answer["ok"] for answer in answers] == [True] * 20 + [False]
    assert 0 < answers[-1]["parameters"]["retry_after"] <= 61


async def test_nobody_can_be_written_to_first(api: FakeBotApi) -> None:
    assert (await call(api, "sendMessage", chat_id=99, text="x"))["description"] == "Bad Request: chat not found"


async def test_a_button_cannot_lead_to_localhost(api: FakeBotApi) -> None:
    markup = button(url="http://localhost:8000/r/a")

    answer = await call(api, "sendMessage", chat_id=77, text="x", reply_markup=markup)

    assert "Wrong HTTP URL" in answer["description"]
