"""A process that freezes in the middle of a transaction, and one that goes on."""

import asyncio

import pytest

from bot.database import SERVER, Database


async def test_what_a_frozen_process_had_locked_comes_free(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SERVER["idle_in_transaction_session_timeout"] == "60s"
    monkeypatch.setitem(SERVER, "idle_in_transaction_session_timeout", "300ms")
    frozen, other = await database.connect(), await database.connect()
    await frozen.execute("BEGIN")
    await frozen.execute("SELECT pg_advisory_xact_lock(1)")

    async with asyncio.timeout(20):
        await other.execute("SELECT pg_advisory_lock(1)")

    await other.close()
    frozen.terminate()
