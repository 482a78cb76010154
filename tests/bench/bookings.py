"""How fast a provider is answered: signed webhooks at a steady pace, on a real PostgreSQL, over real HTTP.

On uvloop, as the program: the loop of the standard library leaves Nagle's algorithm on here, which adds 40 ms.

python -m tests.bench.bookings
"""

import argparse
import asyncio
import socket
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import uvicorn
import uvloop
from starlette.applications import Starlette

from bot.bookings import Bookings
from bot.clinic import read as read_clinic
from bot.database import Database, embedded, migrate
from bot.settings import CONTENT, LOCALES, ROOT
from bot.vault import Vault
from bot.wording import Wording, catalogues
from flows.book import load
from handlers import booking_web
from tests.postgres.payloads import SECRETS, calcom

LINKS = 5_000
AIM = 50.0  # milliseconds at the median


async def links(database: Database, vault: Vault) -> list[str]:
    """People who were each shown one link; their references."""
    connection = await database.connect()
    key = vault.new_key()
    refs = [f"ref{number:021}" for number in range(LINKS)]
    await connection.execute(
        """INSERT INTO person (id, key) SELECT md5(n::text)::uuid, $1 FROM generate_series(1, $2) n""", key, LINKS
    )
    await connection.execute(
        """INSERT INTO conversation (person, platform, address_hash, address, state, locale)
           SELECT md5(n::text)::uuid, 'made', decode(md5('a' || n), 'hex'), '\\x00', '\\x00', 'fr'
           FROM generate_series(1, $1) n""",
        LINKS,
    )
    await connection.execute(
        """INSERT INTO link (token_hash, ref, conversation, therapist, provider, url, expires_at)
           SELECT decode(md5('t' || c.id), 'hex'), r.ref, c.id, 'ines', 'cal.com', 'https://cal.example/ines',
               now() + interval '30 days'
           FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM conversation) c
           JOIN unnest($1::text[]) WITH ORDINALITY AS r(ref, n) ON r.n = c.n""",
        refs,
    )
    await connection.close()
    return refs


async def measure(server: str, a_second: int, seconds: int) -> bool:
    parts = urlsplit(server)
    connection = await asyncpg.connect(server)
    await connection.execute("CREATE DATABASE bench_bookings")
    await connection.close()
    database = Database(urlunsplit(parts._replace(path="/bench_bookings")), b"b" * 32)
    await migrate(database)
    vault, clinic = Vault(database.master_key), read_clinic(ROOT / "clinic.toml")
    refs = await links(database, vault)
    engine = database.engine()
    wording = Wording(load(CONTENT, clinic.country, clinic.region), catalogues(LOCALES))
    app = Starlette(routes=booking_web.routes(Bookings(engine, vault, clinic), wording, SECRETS))
    listener = socket.create_server(("127.0.0.1", 0))
    web = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    running = asyncio.create_task(web.serve(sockets=[listener]))
    while not web.started:
        await asyncio.sleep(0.01)
    took: list[float] = []
    answers: list[int] = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60.0) as http:

        async def tell(ref: str) -> None:
            posted = calcom("BOOKING_CREATED", ref, f"of-{ref}", datetime.now(UTC))
            since = time.perf_counter()
            try:
                answers.append((await http.post(posted.path, content=posted.body, headers=posted.headers)).status_code)
            except httpx.TransportError:
                answers.append(0)
            took.append((time.perf_counter() - since) * 1000)

        for ref in refs[:20]:  # until everything is warm
            await tell(ref)
        took.clear()
        answers.clear()
        begun = time.perf_counter()
        asked = []
        for number, ref in enumerate(refs[20 : 20 + a_second * seconds]):
            await asyncio.sleep(max(0.0, begun + number / a_second - time.perf_counter()))
            asked.append(asyncio.create_task(tell(ref)))
        await asyncio.gather(*asked)
    known = await (connection := await database.connect()).fetchval("SELECT count(*) FROM booking")
    await connection.close()
    web.should_exit = True
    await running
    await engine.dispose()
    slowest = quantiles(took, n=100)
    fine = answers == [200] * len(answers) and known == len(answers) + 20
    print(f"{len(took)} signed webhooks, {a_second} a second: {'all taken' if fine else 'NOT ALL TAKEN'}")
    print(f"median {median(took):.1f} ms, 95 in 100 within {slowest[94]:.1f} ms, the slowest {max(took):.1f} ms")
    return fine and median(took) < AIM


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.bench.bookings")
    parser.add_argument("--a-second", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="passerelle-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return 0 if uvloop.run(measure(embedded(Path(folder) / "postgres"), given.a_second, given.seconds)) else 1


if __name__ == "__main__":
    sys.exit(main())
