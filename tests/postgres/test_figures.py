"""What the clinic sees, counted from a small made world on a real PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from bot import counting
from bot.database import Database
from bot.figures import ClinicFigures, monday
from bot.room import Room
from bot.signals import Signals
from bot.typing import Typing
from flows.events import FileRef
from handlers.port_figures import Counted, Figures, Leak, Stretch, Times, Waited
from handoff.roster import SchedulingLink
from tests.postgres.world import World, now


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    world = World(database)
    page = SchedulingLink("other", "https://booking.example/ana")
    ana, *others = world.clinic.therapists
    world.clinic = replace(world.clinic, therapists=(replace(ana, link=page), *others))
    world.start(1)
    yield world
    await world.close()


async def arrive(world: World, address: str, locale: str = "fr") -> None:
    await world.arrives(address, locale)
    await world.settle()


async def say(world: World, address: str, words: str) -> None:
    await world.says(address, words)
    await world.settle()


async def tap(world: World, address: str, *choices: str) -> None:
    for choice in choices:
        buttons = [b for shown in world.phones.screens[address] for b in shown.message.buttons if b.press]
        press = next(b.press for b in reversed(buttons) if b.press.rpartition("/")[2] == choice)
        await world.taps(address, press)
        await world.settle()


async def ask_for_a_human(world: World, address: str) -> None:
    await tap(world, address, "human", "yes", "skip")


async def counted(world: World) -> dict[tuple[str, str], int]:
    rows = await world.rows("SELECT what, locale, sum(n) FROM tally GROUP BY what, locale")
    return {(what, locale): int(n) for what, locale, n in rows}


async def test_people_count_once_in_each_step_they_come_to(world: World):
    await arrive(world, "ada")
    assert await counted(world) == {}
    for _ in range(2):
        await tap(world, "ada", "exercise", "unsure", "grounding", "begin", "seen", "felt", "heard", "skip", "tasted")
        await say(world, "ada", "menu")
    for _ in range(2):
        await tap(world, "ada", "booking")
        await say(world, "ada", "menu")

    await arrive(world, "bea", "en")
    await say(world, "bea", "hello")
    await say(world, "bea", "hello again")

    assert await counted(world) == {
        ("wrote", "fr"): 1,
        ("exercise", "fr"): 1,
        ("link", "fr"): 1,
        ("wrote", "en"): 1,
    }


async def test_an_exercise_that_was_left_is_not_one_that_was_done(world: World):
    await arrive(world, "ada")

    await tap(world, "ada", "exercise", "unsure", "grounding", "begin", "stop")

    assert await counted(world) == {("wrote", "fr"): 1}


async def test_a_link_counts_as_opened_once_however_often_it_is(world: World):
    await arrive(world, "ada")
    for _ in range(2):
        await tap(world, "ada", "booking")
        await say(world, "ada", "menu")
    process = world.processes[0]

    async def fetch(key: object, file: FileRef) -> bytes:
        raise AssertionError

    typing = Typing(process.engine, world.vault, {}, world.clinic.desk_group)
    room = Room(process.engine, world.vault, process.turns, world.clinic, Signals(world.database), fetch, typing)
    shown = [b.url for shown in world.phones.screens["ada"] for b in shown.message.buttons if b.url]
    followed = [await room.follow(url.rpartition("/")[2], now()) for url in (*shown, *shown)]

    assert followed == ["https://booking.example/ana"] * 4
    assert await counted(world) == {("wrote", "fr"): 1, ("link", "fr"): 1, ("clicked", "fr"): 1}


async def test_a_request_is_answered_by_the_first_human_word_and_not_by_taking_it(world: World):
    await arrive(world, "ada")
    await ask_for_a_human(world, "ada")
    await world.take_over("ada", "ana")
    await world.settle()
    before = await counted(world)

    await world.take_over("ada", "ana", by_writing="Bonjour.")
    await world.take_over("ada", "ana", by_writing="Je vous écoute.")
    await world.settle()

    assert before == {("wrote", "fr"): 1, ("taken", "fr"): 1}
    assert await counted(world) == {("wrote", "fr"): 1, ("taken", "fr"): 1, ("answered", "fr"): 1}
    took = await world.rows("SELECT what, minutes FROM tally WHERE minutes IS NOT NULL ORDER BY what")
    assert [tuple(row) for row in took] == [("answered", 1), ("taken", 1)]


async def test_every_request_counts_and_each_once(world: World):
    await arrive(world, "ada")
    await ask_for_a_human(world, "ada")
    await tap(world, "ada", "stop_waiting")
    await ask_for_a_human(world, "ada")
    await world.take_over("ada", "ana", by_writing="Bonjour.")
    await world.settle()
    await world.release("ada", "ana")
    await world.settle()
    await ask_for_a_human(world, "ada")
    await world.take_over("ada", "bo")
    await world.settle()
    await world.release("ada", "bo")
    await world.settle()

    assert await counted(world) == {
        ("wrote", "fr"): 1,
        ("unanswered", "fr"): 2,  # no longer waited; given back without a word
        ("answered", "fr"): 1,
        ("taken", "fr"): 2,
    }


async def test_a_therapist_who_was_not_asked_for_answers_no_request(world: World):
    await arrive(world, "ada")
    await say(world, "ada", "bonjour")

    await world.take_over("ada", "ana", by_writing="Bonjour.")
    await world.settle()

    assert await counted(world) == {("wrote", "fr"): 1}


async def test_a_request_that_nobody_answers_for_a_week_counts_as_unanswered_and_never_again(world: World):
    await arrive(world, "ada")
    await ask_for_a_human(world, "ada")
    await count_up(world)
    before = await counted(world)

    await change(world, "UPDATE journey SET asked_at = asked_at - interval '7 days'")
    await count_up(world)
    await count_up(world)
    await world.take_over("ada", "ana", by_writing="Bonjour.")
    await world.settle()

    assert before == {("wrote", "fr"): 1}
    assert await counted(world) == {("wrote", "fr"): 1, ("unanswered", "fr"): 1}


async def test_what_is_erased_leaves_its_counts_and_nothing_that_leads_to_it(world: World):
    await arrive(world, "ada")
    await ask_for_a_human(world, "ada")

    world.erased("ada")
    await say(world, "ada", "/stop and erase")

    assert await counted(world) == {("wrote", "fr"): 1, ("unanswered", "fr"): 1}
    assert await world.rows("SELECT * FROM journey") == []
    columns = await world.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'tally'")
    assert {row[0] for row in columns} == {"what", "week", "locale", "minutes", "n"}


# --- leaks ---


async def leaks_of(world: World) -> tuple[Leak, ...]:
    return (await figures(world)).leaks


async def automated_message(world: World, sent: str, epoch: str) -> None:
    """As if the bot's sentence had gone out then: sent and epoch are SQL over the newest ownership, `w`."""
    await change(
        world,
        f"""WITH w AS (SELECT * FROM ownership ORDER BY epoch DESC LIMIT 1)
            INSERT INTO outbox (conversation, lane, platform, place, kind, automated, epoch, weight, body,
                                status, sent_at)
            SELECT conversation, 'x', 'phones', 'person', 'said', true, {epoch}, 'normal', '', 'sent', {sent} FROM w""",
    )


async def test_an_automated_message_under_a_human_is_a_leak_from_the_moment_it_is_sent(world: World):
    await arrive(world, "ada")
    await world.take_over("ada", "ana", by_writing="Bonjour.")
    await world.settle()
    before = await leaks_of(world)

    await automated_message(world, "w.told_at + interval '1 second'", "w.epoch - 1")
    await automated_message(world, "w.told_at + interval '1 second'", "w.epoch")

    week = monday(datetime.now(UTC).date())
    assert before == ()
    assert await leaks_of(world) == (Leak(week, "fr", 2),)


async def test_a_leak_is_counted_once_and_stays_when_the_conversation_goes(world: World):
    await arrive(world, "ada")
    await world.take_over("ada", "ana", by_writing="Bonjour.")
    await world.settle()
    await automated_message(world, "w.told_at + interval '1 millisecond'", "w.epoch")
    await world.release("ada", "ana")
    await world.settle()
    before = await leaks_of(world)

    await change(world, "UPDATE ownership SET released_at = released_at - interval '11 minutes'")
    found = [await count_up(world) for _ in range(2)]
    counted_up = await leaks_of(world)
    world.erased("ada")
    await say(world, "ada", "/stop and erase")

    assert found == [1, 0]
    assert before == counted_up == await leaks_of(world) == (Leak(monday(datetime.now(UTC).date()), "fr", 1),)


async def test_a_leak_that_was_not_counted_yet_is_counted_before_it_is_erased(world: World):
    await arrive(world, "ada")
    await world.take_over("ada", "ana", by_writing="Bonjour.")
    await world.settle()
    await automated_message(world, "w.told_at + interval '1 millisecond'", "w.epoch")
    await world.release("ada", "ana")
    await world.settle()

    world.erased("ada")
    await say(world, "ada", "/stop and erase")

    assert await leaks_of(world) == (Leak(monday(datetime.now(UTC).date()), "fr", 1),)


async def test_what_the_bot_says_before_a_takeover_and_after_a_release_is_no_leak(world: World):
    await arrive(world, "ada")
    for _ in range(2):
        await say(world, "ada", "menu")
        await world.take_over("ada", "ana", by_writing="Bonjour.")
        await world.settle()
        await world.release("ada", "ana")
        await world.settle()
        await say(world, "ada", "menu")
    await change(world, "UPDATE ownership SET released_at = released_at - interval '11 minutes'")

    assert (await count_up(world), await leaks_of(world)) == (0, ())


# --- the page's numbers ---

MONDAY = date(2026, 3, 2)
AT = datetime(2026, 3, 30, 8, tzinfo=UTC)  # the Monday after four weeks


async def tally(world: World, *lines: tuple[str, int, str, int | None, int]) -> None:
    """what, number of the week, language, minutes, how many."""
    async with world.processes[0].engine.begin() as db:
        for what, week, locale, minutes, n in lines:
            await db.execute(
                text("INSERT INTO tally (what, week, locale, minutes, n) VALUES (:what, :week, :locale, :minutes, :n)"),
                {"what": what, "week": MONDAY + timedelta(7 * week), "locale": locale, "minutes": minutes, "n": n},
            )


async def figures(world: World, weeks: int = 52, at: datetime | None = None) -> Figures:
    return await ClinicFigures(world.processes[0].engine, world.clinic).figures(weeks, at or now())


async def test_each_figure_of_a_small_world(world: World):
    await tally(
        world,
        ("wrote", 0, "fr", None, 20),
        ("wrote", 0, "en", None, 5),
        ("wrote", 1, "fr", None, 7),
        ("wrote", 2, "fr", None, 3),
        ("wrote", 3, "fr", None, 9),
        ("wrote", 4, "fr", None, 50),  # this week is not over
        ("exercise", 0, "fr", None, 14),
        ("link", 1, "fr", None, 6),
        ("clicked", 2, "fr", None, 4),
        ("clicked", 3, "en", None, 1),
        ("taken", 0, "fr", 4, 6),
        ("taken", 0, "en", 20, 5),
        ("answered", 0, "fr", 5, 6),
        ("answered", 0, "en", 45, 5),
        ("unanswered", 3, "fr", None, 3),
        ("leak", 2, "en", None, 1),
    )

    assert await figures(world, at=AT) == Figures(
        since=MONDAY,
        until=date(2026, 3, 29),
        counts={
            Counted.WROTE: {
                # Three in the third week are shown with the fourth.
                "": stretches((0, 1, 25), (1, 1, 7), (2, 2, 12)),
                "fr": stretches((0, 1, 20), (1, 1, 7), (2, 2, 12)),
                "en": stretches((0, 1, 5), (1, 1, 0), (2, 2, 0)),
            },
            Counted.EXERCISE: {
                "": stretches((0, 1, 14), (1, 1, 0), (2, 1, 0), (3, 1, 0)),
                "fr": stretches((0, 1, 14), (1, 1, 0), (2, 1, 0), (3, 1, 0)),
                "en": stretches((0, 1, 0), (1, 1, 0), (2, 1, 0), (3, 1, 0)),
            },
            Counted.LINK: {
                "": stretches((0, 1, 0), (1, 1, 6), (2, 1, 0), (3, 1, 0)),
                "fr": stretches((0, 1, 0), (1, 1, 6), (2, 1, 0), (3, 1, 0)),
                "en": stretches((0, 1, 0), (1, 1, 0), (2, 1, 0), (3, 1, 0)),
            },
            # Of the six who saw the link five opened it: one did not. Nothing is said until that is no one's own.
            Counted.CLICKED: {
                "": stretches((0, 1, 0), (1, 1, 0)),
                "fr": stretches((0, 1, 0), (1, 1, 0)),
                "en": stretches((0, 1, 0), (1, 1, 0)),
            },
            Counted.ANSWERED: {
                "": stretches((0, 1, 11), (1, 1, 0), (2, 1, 0), (3, 1, 0)),
                "fr": stretches((0, 1, 6), (1, 1, 0), (2, 1, 0), (3, 1, 0)),
                "en": stretches((0, 1, 5), (1, 1, 0), (2, 1, 0), (3, 1, 0)),
            },
            **{
                what: dict.fromkeys(("", "fr", "en"), stretches((0, 1, 0), (1, 1, 0), (2, 1, 0), (3, 1, 0)))
                for what in (Counted.SELF_REPORTED, Counted.BOOKED)
            },
            Counted.UNANSWERED: {
                "": stretches((0, 1, 0), (1, 1, 0), (2, 1, 0)),
                "fr": stretches((0, 1, 0), (1, 1, 0), (2, 1, 0)),
                "en": stretches((0, 1, 0), (1, 1, 0), (2, 1, 0)),
            },
        },
        waited={"": (Waited(MONDAY, 1, Times(4, None, 5, None)),), "fr": (), "en": ()},
        times={"": Times(4, None, 5, None), "fr": Times(), "en": Times()},
        leaks=(Leak(date(2026, 3, 16), "en", 1),),
    )


def stretches(*shown: tuple[int, int, int]) -> tuple[Stretch, ...]:
    return tuple(Stretch(MONDAY + timedelta(7 * week), weeks, count) for week, weeks, count in shown)


async def test_fewer_weeks_are_the_last_ones(world: World):
    await tally(world, *(("wrote", week, "fr", None, 10 + week) for week in range(4)))

    shown = await figures(world, weeks=2, at=AT)

    assert shown.counts[Counted.WROTE][""] == stretches((2, 1, 12), (3, 1, 13))
    assert (shown.count(Counted.WROTE), shown.count(Counted.WROTE, "en")) == (25, 0)


async def test_a_week_is_over_an_hour_after_its_end_by_the_clinics_clock(world: World):
    await tally(world, ("wrote", 3, "fr", None, 10))
    in_summer = datetime(2026, 3, 29, 22, 59, tzinfo=UTC)  # 00:59 in Paris, on the Monday

    before = await figures(world, at=in_summer)
    after = await figures(world, at=in_summer + timedelta(minutes=1))

    assert (before.count(Counted.WROTE), after.count(Counted.WROTE)) == (None, 10)


async def test_gathering_the_counts_changes_none(world: World):
    await tally(
        world, *[("answered", 0, "fr", 5, 1)] * 7, ("answered", 0, "fr", 10, 4), *[("wrote", 0, "en", None, 1)] * 6
    )
    before = await figures(world, at=AT)

    await count_up(world)
    await count_up(world)

    assert await figures(world, at=AT) == before
    lines = await world.rows("SELECT what, minutes, n FROM tally ORDER BY what, minutes")
    assert [tuple(line) for line in lines] == [("answered", 5, 7), ("answered", 10, 4), ("wrote", None, 6)]


async def test_nothing_is_shown_before_anything_was_counted(world: World):
    shown = await figures(world, at=AT)

    assert (shown.since, shown.until, shown.count(Counted.WROTE)) == (None, date(2026, 3, 29), None)


async def count_up(world: World) -> int:
    async with world.processes[0].engine.begin() as db:
        return await counting.count_up(db, world.clinic.timezone)


async def change(world: World, statement: str) -> None:
    async with world.processes[0].engine.begin() as db:
        await db.execute(text(statement))
