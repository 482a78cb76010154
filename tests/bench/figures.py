"""How long the page of figures takes with a year of a busy clinic: 100,000 conversations, made here and kept nowhere.

python -m tests.bench.figures
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
from starlette.applications import Starlette

from bot import counting
from bot.clinic import read as read_clinic
from bot.database import Database, embedded, migrate
from bot.figures import ClinicFigures
from bot.settings import CONTENT, LOCALES, ROOT
from bot.wording import Wording, catalogues
from flows.book import load
from handlers import desk_figures
from handlers.port_desk import Colleague
from handlers.port_figures import Counted

CONVERSATIONS = 100_000
LOOKS = 40  # at each period; the first of a process is counted apart

# A year of them, spread evenly over the hours: three in four in French, one in four asks for a human and nine of ten of
# those are answered after minutes to hours, one in three sees a link. Thirty messages each, and thirty under a human.
MADE = """
    INSERT INTO person (id, key) SELECT md5(n::text)::uuid, '\\x00' FROM generate_series(1, {n}) n;
    INSERT INTO conversation (person, platform, address_hash, address, state, locale, created_at, last_at)
        SELECT md5(n::text)::uuid, 'made', decode(md5('a' || n), 'hex'), '\\x00', decode(repeat('ab', 400), 'hex'),
            CASE WHEN n % 4 = 0 THEN 'en' ELSE 'fr' END, at, at + interval '1 hour'
        FROM (SELECT n, now() - interval '1 year' * ({n} - n) / {n} AS at FROM generate_series(1, {n}) n) made;
    INSERT INTO journey (conversation, reached)
        SELECT id, CASE WHEN id % 3 = 0 THEN ARRAY['wrote', 'link'] ELSE ARRAY['wrote'] END FROM conversation;
    INSERT INTO ownership (conversation, epoch, therapist, claimed_at, told_at, released_at, leaks)
        SELECT id, 1, 'ines', created_at + interval '10 minutes', created_at + interval '10 minutes 2 seconds',
            CASE WHEN id % 2000 <> 0 THEN created_at + interval '40 minutes' END, NULL
        FROM conversation WHERE id % 4 = 0;
    INSERT INTO outbox (conversation, lane, platform, place, kind, automated, epoch, weight, body, status, created_at,
                        sent_at)
        SELECT id, id::text, 'made', 'person', 'said', true, 0, 'normal', decode(repeat('cd', 150), 'hex'), 'sent',
            created_at + interval '15 seconds' * k, created_at + interval '15 seconds' * k
        FROM conversation, generate_series(1, 30) k;
    INSERT INTO outbox (conversation, lane, platform, place, kind, automated, epoch, weight, body, status, created_at,
                        sent_at)
        SELECT id, id::text, 'made', 'person', 'relay', false, 1, 'normal', decode(repeat('ef', 150), 'hex'), 'sent',
            created_at + interval '11 minutes' + interval '50 seconds' * k,
            created_at + interval '11 minutes' + interval '50 seconds' * k
        FROM conversation, generate_series(1, 30) k WHERE id % 4 = 0;
    INSERT INTO tally (what, week, locale, minutes)
        SELECT what, date_trunc('week', created_at AT TIME ZONE '{zone}')::date, locale, minutes
        FROM conversation CROSS JOIN LATERAL (VALUES
            ('wrote', true, NULL),
            ('exercise', id % 5 < 2, NULL),
            ('link', id % 3 = 0, NULL),
            ('clicked', id % 6 = 0, NULL),
            ('taken', id % 4 = 0 AND id % 40 <> 0, 1 + (id * 7919) % 60),
            ('answered', id % 4 = 0 AND id % 40 <> 0, 5 * (1 + (id * 7919) % 120)),
            ('unanswered', id % 40 = 0, NULL)) AS counted(what, was, minutes) WHERE was;
    ANALYZE
"""


class _Desk:
    async def colleague(self, session: str) -> Colleague | None:
        return Colleague("ines", "Inès Exemple", "fr")


async def measure(server: str, conversations: int) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute("CREATE DATABASE figures")
    await connection.close()
    database = Database(urlunsplit(urlsplit(server)._replace(path="/figures")), b"m" * 32)
    await migrate(database)
    clinic = read_clinic(ROOT / "clinic.toml")
    engine = database.engine()
    connection = await database.connect()
    began = time.monotonic()
    for statement in MADE.format(n=conversations, zone=clinic.timezone).split(";\n"):
        await connection.execute(statement)
    rows = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in ("outbox", "tally")}
    print(f"{conversations} conversations, {rows['outbox']} messages: made in {time.monotonic() - began:.0f} s")

    began = time.monotonic()
    async with engine.begin() as db:
        await counting.count_up(db, clinic.timezone)
    lines = await connection.fetchval("SELECT count(*) FROM tally")
    print(f"the first hourly count: {time.monotonic() - began:.2f} s; of {rows['tally']} lines it left {lines}")

    async def again() -> None:
        async with engine.begin() as db:
            await counting.count_up(db, clinic.timezone)

    print(f"every later one: {await _timed(again, 10)}")

    words = catalogues(LOCALES)
    wording = Wording(load(CONTENT, clinic.country, clinic.region).speaking(words), words)
    figures = ClinicFigures(engine, clinic)
    shown = await figures.figures(52, datetime.now(UTC))
    print("shown of 52 weeks:", ", ".join(f"{what.value} {shown.count(what)}" for what in Counted))
    app = Starlette(routes=desk_figures.routes(_Desk(), figures, wording))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.example") as http:
        for path in ("/desk/figures?weeks=52", "/desk/figures?weeks=13", "/desk/figures.csv?weeks=52"):

            async def look(path: str = path) -> None:
                answer = await http.get(path, headers={"cookie": "desk=session"})
                assert answer.status_code == 200, answer.text

            print(f"{path}: {await _timed(look, LOOKS)}")
    await connection.close()
    await engine.dispose()


async def _timed(work: Callable[[], Awaitable[None]], times: int) -> str:
    took = []
    for _ in range(times + 1):
        began = time.perf_counter()
        await work()
        took.append(1000 * (time.perf_counter() - began))
    first, *rest = took
    return f"median {median(rest):.0f} ms, 9 in 10 within {quantiles(rest, n=10)[-1]:.0f} ms, the first {first:.0f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.figures", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="figures-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # root's PostgreSQL runs as another user, who must be able to enter
        asyncio.run(measure(embedded(Path(folder) / "postgres"), chosen.conversations))
    return 0


if __name__ == "__main__":
    sys.exit(main())
