"""What somebody has to mend is said at once, in one message, with exit code 2 and without a traceback."""

import asyncio
import base64
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from bot.database import Database
from tests.crash.house import CLINIC, DESK, PERSON, ROOT, free_port, house
from tests.crash.records import Records
from tests.crash.telegram import Telegram
from tests.postgres.conftest import database, server

__all__ = ["database", "server"]  # fixtures

KEY = base64.b64encode(b"m" * 32).decode()
NOBODY_THERE = {"DATABASE_URL": "postgresql://ann:secret@127.0.0.1:1/clinic", "PASSERELLE_MASTER_KEY": KEY}
WITHIN = 180  # seconds


def bot(*command: str, **env: str) -> tuple[int, str]:
    """Return the exit code and all that was written."""
    return bot_of(ROOT, *command, **env)


def bot_of(home: Path, *command: str, **env: str) -> tuple[int, str]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    ended = subprocess.run(
        (sys.executable, "-m", "bot", *command),
        cwd=home,
        env=kept | {"CLINIC": str(CLINIC), "PORT": str(free_port())} | env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=WITHIN,
    )
    return ended.returncode, ended.stdout


def for_telegram(database: Database, telegram: Telegram, **tokens: str) -> dict[str, str]:
    return {"DATABASE_URL": database.url, "PASSERELLE_MASTER_KEY": KEY, "TELEGRAM_URL": telegram.url, **tokens}


def test_settings_and_the_clinic_file_are_complained_of_together(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(CLINIC.read_text().replace('"FR"', '"XX"').replace("offer_minutes = 10", "offer_minutes = 0"))

    code, said = bot("web", CLINIC=str(broken), DATABASE_URL="mysql://db", PORT="many", TELEGRAM_TOKEN="secret")

    assert (code, [line.split(" ")[0] for line in said.splitlines()]) == (
        2,
        ["DATABASE_URL", "PASSERELLE_MASTER_KEY", "PORT", "TELEGRAM_TOKEN", "broken.toml:", "broken.toml:"],
    )
    assert "country" in said
    assert "offer_minutes" in said


def test_a_clinic_file_that_is_not_there_is_named() -> None:
    code, said = bot("worker", CLINIC="nowhere.toml")

    assert (code, said) == (2, "CLINIC names nowhere.toml, and there is no such file.\n")


@pytest.mark.parametrize("command", ["migrate", "web", "worker", "invite ana", "sign-in ana"])
def test_a_database_out_of_reach_is_one_sentence_without_its_password(command: str) -> None:
    code, said = bot(*command.split(), **NOBODY_THERE)

    assert (code, len(said.splitlines())) == (2, 1), said
    assert said.startswith("PostgreSQL does not answer at postgresql://…@127.0.0.1:1/clinic")


@pytest.mark.parametrize("command", ["web", "worker", "invite ana"])
def test_a_database_without_tables_is_said_how_to_mend(server: str, command: str) -> None:
    code, said = bot(*command.split(), DATABASE_URL=_empty(server), PASSERELLE_MASTER_KEY=KEY)

    assert (code, said) == (2, "The database has no tables yet: run `python -m bot migrate` first.\n")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DATABASE_URL", "postgresql://[::1"),
        ("TELEGRAM_URL", "http://[x"),
        ("EASYAPPOINTMENTS_URL", "http://[x"),
        ("PASSERELLE_MASTER_KEY", "\u200b" + KEY),
        ("PORT", "8" * 5000),
        ("CLINIC", "c" * 5000),
    ],
)
def test_what_is_no_address_no_key_and_no_file_is_named(setting: str, value: str) -> None:
    code, said = bot("web", **{**NOBODY_THERE, setting: value})

    assert (code, said.split(" ")[0]) == (2, setting), said
    assert "Traceback" not in said
    assert len(said) < 6000 if setting == "CLINIC" else len(said) < 500


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1:1/clinic?user=ann&password=secret",
        "postgresql://ann:secret@127.0.0.1:1,127.0.0.1:2,/clinic",
        "postgresql://ann:secret@127.0.0.1:99999/clinic",
        "postgresql://ann:sec#secret@127.0.0.1:1/clinic",
    ],
)
def test_no_password_is_ever_shown_whatever_the_address(url: str) -> None:
    code, said = bot("migrate", **{**NOBODY_THERE, "DATABASE_URL": url})

    assert (code, len(said.splitlines()), "secret" in said) == (2, 1, False), said


@pytest.mark.parametrize("command", ["worker", "sign-in ana"])
def test_tables_of_another_version_are_said_how_to_mend(database: Database, command: str) -> None:
    told = []
    for version in ("0012", "9999"):
        asyncio.run(_make_it(database, f"UPDATE alembic_version SET version_num = '{version}'"))
        told.append(bot(*command.split(), DATABASE_URL=database.url, PASSERELLE_MASTER_KEY=KEY))

    (older, said), (newer, said_too) = told
    assert (older, newer) == (2, 2), told
    assert "version 0012" in said
    assert said.endswith("run `python -m bot migrate` first.\n")
    assert said_too.endswith("this program is older than they are.\n")


def test_tables_of_a_version_unknown_here_are_not_migrated(database: Database) -> None:
    asyncio.run(_make_it(database, "UPDATE alembic_version SET version_num = '9999'"))

    code, said = bot("migrate", DATABASE_URL=database.url, PASSERELLE_MASTER_KEY=KEY)

    assert (code, len(said.splitlines())) == (2, 1), said
    assert "9999" in said


@pytest.mark.parametrize("command", ["migrate", "invite ana", "sign-in ana"])
def test_a_database_that_may_only_be_read_is_one_sentence(server: str, database: Database, command: str) -> None:
    url = _empty(server) if command == "migrate" else database.url
    name = urlsplit(url).path.strip("/")
    asyncio.run(_make_it(Database(url, b""), f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))

    code, said = bot(*command.split(), DATABASE_URL=url, PASSERELLE_MASTER_KEY=KEY)

    assert (code, len(said.splitlines())) == (2, 1), said
    assert "read-only" in said


@pytest.mark.parametrize("command", ["check", "talk"])
def test_a_broken_flow_is_named_with_its_file_and_line(tmp_path: Path, command: str) -> None:
    for room in ("bot", "flows", "handlers", "handoff", "locales"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    menu = tmp_path / "flows" / "content" / "menu.yaml"
    menu.write_text(menu.read_text() + "  menu: {say: twice}\n")

    code, said = bot_of(tmp_path, command)

    line = len(menu.read_text().splitlines())
    assert code == 2
    assert f"menu.yaml:{line}" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["web", "worker"])
@pytest.mark.parametrize("setting", ["TELEGRAM_TOKEN", "TELEGRAM_DESK_TOKEN"])
async def test_a_token_that_telegram_does_not_know_is_named(database: Database, command: str, setting: str) -> None:
    async with Telegram.running() as telegram:
        secret = {"TELEGRAM_WEBHOOK_SECRET": "only-telegram-knows-it"} if command == "web" else {}
        env = for_telegram(database, telegram, PORT=str(free_port()), **{setting: PERSON}, **secret)
        code, said = await asyncio.to_thread(bot, command, **env)

    assert (code, said.splitlines()[-1]) == (
        2,
        f"Telegram does not know this {setting}. BotFather shows the right one.",
    ), said
    assert "Traceback" not in said, said
    assert PERSON not in said


async def test_a_token_that_is_good_no_longer_is_named_too(database: Database, tmp_path: Path) -> None:
    """As when it is unknown from the first, and the first to be refused is whoever asks for updates."""
    async with house(database, tmp_path, webs=0, workers=1) as built:
        revoked = {"method": "getUpdates", "kind": "refuse", "status": 401, "description": "Unauthorized"}
        await built.telegram.do("trouble", token=PERSON, **revoked)
        await built.telegram.do("update", token=PERSON, update={"teleported": {}})  # whoever asks is answered now
        (worker,) = built.processes
        async with asyncio.timeout(WITHIN):
            code = await worker.alive().wait()

    said = worker.log.read_text()
    assert (code, said.splitlines()[-1]) == (
        2,
        "Telegram does not know this TELEGRAM_TOKEN. BotFather shows the right one.",
    ), said
    assert "Traceback" not in said, said


def test_a_port_that_is_in_use_is_named(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said = bot("web", DATABASE_URL=database.url, PASSERELLE_MASTER_KEY=KEY, PORT=port)

    assert (code, said) == (2, f"PORT {port} of 127.0.0.1 is in use by another program.\n")


async def test_an_update_of_a_kind_unknown_today_is_acknowledged_and_counted(
    database: Database, tmp_path: Path
) -> None:
    async with house(database, tmp_path, webs=1, workers=0) as built:
        for token in (PERSON, DESK):
            await built.telegram.do("update", token=token, update={"teleported": {"from": {"id": 7}}}, copies=2)
            await built.telegram.confirmed(token, WITHIN)
        code, _ = await built.processes[0].stop()

    counted = await Records(database).fetch("SELECT platform, kind, times FROM unknown ORDER BY platform")
    assert code == 0
    assert [tuple(row) for row in counted] == [("desk_telegram", "teleported", 2), ("telegram", "teleported", 2)]


async def test_a_process_starts_while_telegram_is_away(database: Database, tmp_path: Path) -> None:
    away = {"method": "getMe", "kind": "refuse", "status": 502, "description": "Bad Gateway", "times": 2}
    async with house(database, tmp_path, webs=1, workers=1, weather=away) as built:
        assert built.broken() == []


async def test_people_are_served_though_telegram_refuses_the_webhook(database: Database, tmp_path: Path) -> None:
    refused = {"kind": "refuse", "status": 400, "description": "Bad Request: bad webhook: Failed to resolve host"}
    weather = {"method": "setWebhook", "token": PERSON, "times": 1, **refused}
    async with house(database, tmp_path, webs=1, workers=0, weather=weather) as built:
        (web,) = built.processes
        assert "Failed to resolve host" in web.log.read_text()
        assert built.broken() == []


async def _make_it(database: Database, order: str) -> None:
    connection = await asyncpg.connect(database.url)
    await connection.execute(order)
    await connection.close()


def _empty(server: str) -> str:
    """URL of a database with nothing in it."""
    name = f"empty_{os.getpid()}_{free_port()}"

    async def make() -> None:
        connection = await asyncpg.connect(server)
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()

    asyncio.run(make())
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
