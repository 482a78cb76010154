"""Promises 1 and 2 when whole processes die: kill -9, SIGTERM, and a Telegram that fails, on real processes."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.database import Database
from tests.crash.house import DESK, PERSON, House, Process, house
from tests.crash.people import GROUP, PATIENCE, THERAPISTS, Crowd, all_of
from tests.crash.proof import prove
from tests.crash.records import Records

LOST_ANSWERS = 3  # accept-then-reset, in bad_weather


async def bad_weather(house: House, person: int) -> None:
    """Everything Telegram can answer instead of yes, spread over the first sendings. person: one who gets 429s."""
    telegram = house.telegram
    send = {"method": "sendMessage"}
    slow_down = {"kind": "refuse", "status": 429, "description": "Too Many Requests: retry after 1", "retry_after": 1}
    down = {"kind": "refuse", "status": 500, "description": "Internal Server Error"}
    await telegram.do("trouble", token=PERSON, **send, **slow_down, chat=person, times=2)
    await telegram.do("trouble", token=PERSON, **send, **slow_down, times=3, skip=30)
    await telegram.do("trouble", token=PERSON, **send, **down, times=3, skip=50)
    await telegram.do("trouble", token=PERSON, **send, kind="reset", times=3, skip=60)
    await telegram.do("trouble", token=PERSON, **send, kind="accept_then_reset", times=2, skip=70)
    await telegram.do("trouble", token=PERSON, **send, kind="slow", seconds=1.0, times=3, skip=80)
    await telegram.do("trouble", token=DESK, **send, **slow_down, chat=GROUP, times=1, skip=2)
    await telegram.do("trouble", token=DESK, **send, **down, chat=GROUP, times=1, skip=2)
    await telegram.do("trouble", token=DESK, **send, kind="accept_then_reset", chat=GROUP, times=1, skip=4)


async def run(
    house: House, people: int, handoffs: int, end: Callable[[House, Process], Awaitable[None]], rounds: int = 1
) -> None:
    """Let people come while each process in turn meets its end; then hold the promises against what is left."""
    records = Records(house.database)
    crowd = Crowd(house, records, seed=people)
    await crowd.therapists_join(await records.invitations(*THERAPISTS))
    await house.telegram.do("flood")
    chats = range(10_001, 10_001 + people)
    await bad_weather(house, chats[-1])

    # The group takes 20 messages a minute, and a handoff needs five or six.
    at_once = asyncio.Semaphore(3)

    async def asks(chat: int) -> None:
        async with at_once:
            await crowd.asks_for_a_human(chat, ("ana", "bo")[chat % 2], words=3)

    stories = [asks(chat) for chat in chats[:handoffs]]
    stories += [crowd.leaves_and_comes_back(chat) for chat in chats[handoffs : handoffs + 2]]
    stories += [(crowd.looks_around, crowd.passes_by)[chat % 2](chat) for chat in chats[handoffs + 2 :]]
    tasks = [asyncio.ensure_future(story) for story in stories]
    ending = asyncio.ensure_future(_each_in_turn(house, people, rounds, end))
    await all_of(*tasks, ending)
    house.all_run()
    await records.quiet(within=120)

    facts = await prove(house, crowd, records, LOST_ANSWERS)
    print("\n" + ", ".join(f"{name}: {value}" for name, value in facts.items()))


async def _each_in_turn(
    house: House, people: int, rounds: int, end: Callable[[House, Process], Awaitable[None]]
) -> None:
    """Spread over the run: the next one meets its end when Telegram has accepted so many more messages."""
    victims = house.processes * rounds
    step = max(1, people * 5 // (len(victims) + 1))
    for number, process in enumerate(victims, 1):
        await house.telegram.accepted(number * step, PATIENCE)
        await end(house, process)


async def _killed(house: House, process: Process) -> None:
    await house.kill(process)


async def _told_to_stop(_: House, process: Process) -> None:
    code, seconds = await process.stop()
    await process.start()
    assert (code, seconds < 20) == (0, True), f"{process.name}: exit {code} after {seconds:.1f} s\n{process.tail()}"


async def test_nothing_is_lost_or_leaks_when_each_process_is_killed(database: Database, tmp_path: Path) -> None:
    async with house(database, tmp_path, webs=2, workers=2) as built:
        await run(built, people=100, handoffs=3, end=_killed)


async def test_nothing_is_lost_when_the_one_who_polls_is_killed(database: Database, tmp_path: Path) -> None:
    async with house(database, tmp_path, webs=0, workers=2) as built:
        await run(built, people=40, handoffs=2, end=_killed)


async def test_a_process_told_to_stop_ends_well_and_loses_nothing(database: Database, tmp_path: Path) -> None:
    async with house(database, tmp_path, webs=2, workers=2) as built:
        await run(built, people=60, handoffs=2, end=_told_to_stop)


@pytest.mark.soak
async def test_a_long_day_of_deaths(database: Database, tmp_path: Path) -> None:
    async with house(database, tmp_path, webs=2, workers=2) as built:
        await run(built, people=400, handoffs=25, end=_killed, rounds=5)
