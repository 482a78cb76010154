from collections.abc import AsyncIterator

import pytest

from handlers.desk_telegram import DeskTelegram
from handlers.person_telegram import PersonTelegram
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.words import Words

PERSON_BOT = "1001:person"
DESK_BOT = "1002:desk"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeBotApi]:
    """Telegram, with our two bots. Every call that a test makes must follow the Bot API."""
    api = FakeBotApi((PERSON_BOT, DESK_BOT))
    async with api.serving():
        yield api
    assert api.violations() == []


@pytest.fixture
async def person_bot(telegram: FakeBotApi) -> AsyncIterator[PersonTelegram]:
    platform = PersonTelegram(PERSON_BOT, Words(), url=telegram.url, secret="s3cret")
    yield platform
    await platform.close()


@pytest.fixture
async def desk_bot(telegram: FakeBotApi) -> AsyncIterator[DeskTelegram]:
    platform = DeskTelegram(DESK_BOT, url=telegram.url, secret="s3cret")
    yield platform
    await platform.close()
