"""Updates and answers of shapes that nobody knew of: none ends the fetching, and none holds up another."""

import asyncio
from typing import Any

import pytest

from handlers import telegram_inbox
from handlers.errors import BadToken
from tests.telegram.words import polling, until

ODD: list[dict[str, Any]] = [
    {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": None}},
    {"update_id": 2, "callback_query": {"id": "q", "message": None}},
    {"update_id": 3, "teleported": {"message": "to the moon"}},
    {"update_id": 4, "message": {"chat": {"id": 7}}},
]


async def test_an_update_of_any_shape_is_taken_and_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_inbox, "FIRST_PAUSE", 0.01)
    answers: list[Any] = [True, {"ok": False}, [{}], [None, *ODD], None]
    asked: list[int | None] = []
    taken: list[int] = []

    async def fetch(offset: int | None) -> Any:
        asked.append(offset)
        if not answers:
            await asyncio.Event().wait()
        return answers.pop(0)

    async def take(update: dict[str, Any]) -> None:
        taken.append(update["update_id"])

    async with polling(telegram_inbox.poll("telegram", fetch, take)):
        await until(lambda: not answers and asked[-1] == 5)

    assert sorted(taken) == [1, 2, 3, 4]


async def test_a_token_that_is_no_longer_good_is_said_as_such() -> None:
    async def fetch(_: int | None) -> Any:
        raise BadToken("not this one")

    async def take(_: dict[str, Any]) -> None:
        raise AssertionError("nothing came")

    with pytest.raises(BadToken, match="not this one"):
        await telegram_inbox.poll("telegram", fetch, take)
