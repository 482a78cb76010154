"""Answers to a questionnaire: kept sealed and only after a yes, replaced, forgotten, read by clinicians."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import answered, cards, retention, store, timeline
from bot.database import Database
from bot.settings import CONTENT, LOCALES
from bot.turn import Arrival
from bot.wording import Wording, catalogues
from flows.book import load
from flows.events import PersonSaid
from flows.state import Answers
from tests.flows.test_instruments import INSTRUMENTS
from tests.postgres.world import World, now

NEVER = ["jamais"] * 7


class Person:
    def __init__(self, world: World, address: str) -> None:
        self.world = world
        self.address = address

    async def says(self, *texts: str) -> None:
        await self.world.says(self.address, *texts)
        await self.world.settle()

    async def kept(self) -> list[answered.Kept]:
        engine = self.world.database.engine(1)
        id = self.world.conversations[self.address]
        async with engine.connect() as db:
            sealed = await store.answers_of(db, id)
        await engine.dispose()
        rows = await self.world.rows(
            "SELECT p.key FROM conversation c JOIN person p ON p.id = c.person WHERE c.id = $1", id
        )
        key = self.world.vault.key(rows[0]["key"])
        return [answered.unpack(key.open(body)) for body in sealed]


async def begins(world: World, address: str = "ada") -> Person:
    person = Person(world, address)
    await world.arrives(address)
    await person.says("menu", "Faire le point", "Inquiétude : GAD-7", "commencer")
    return person


async def test_they_are_kept_sealed_with_form_version_day_and_channel(database: Database) -> None:
    world = World(database)
    world.start(1)
    ada = await begins(world)
    await ada.says("Oui, les garder", "plusieurs jours", "la laisser ouverte", *["jamais"] * 5)

    (kept,) = await ada.kept()

    assert kept.channel == "phones"
    assert (kept.answers.instrument, kept.answers.form, kept.answers.version) == ("gad7", "fr-FR", "2026-11-23")
    assert kept.answers.given == (("1", 1), ("2", None), *((str(number), 0) for number in range(3, 8)))
    rows = await world.rows("SELECT body FROM answers")
    assert b"gad7" not in rows[0]["body"]
    await world.close()


async def test_without_a_yes_nothing_is_kept(database: Database) -> None:
    world = World(database)
    world.start(1)
    ada = await begins(world)
    await ada.says("Non, les oublier", *NEVER)

    assert await ada.kept() == []
    read_back = [a.message.text for a in world.phones.screens["ada"] if "1. Jamais" in a.message.text]
    assert len(read_back) == 1
    assert len(await unkept(world)) == 1
    await world.rows("UPDATE outbox SET created_at = now() - interval '31 minutes'")
    engine = world.database.engine(1)
    async with engine.begin() as db:
        await retention.clean_up(db)
    await engine.dispose()
    assert await unkept(world) == []
    await world.close()


async def unkept(world: World) -> list[object]:
    return list(await world.rows("SELECT 1 FROM outbox WHERE kind = 'unkept'"))


async def test_not_even_their_therapist_reads_what_was_not_kept(database: Database) -> None:
    world = World(database)
    world.start(1)
    ada = await begins(world)
    await ada.says("menu", "parler à un humain", "oui", "passer", "menu", "Faire le point", "Inquiétude : GAD-7")
    await ada.says("commencer", "Non, les oublier", *NEVER)
    await world.take_over("ada", "ana")
    (row,) = await world.rows("SELECT public FROM conversation")
    engine = world.database.engine(1)
    async with engine.connect() as db:
        lines = await timeline.lines(db, world.vault, "ana", row["public"], 0, {})
    await engine.dispose()

    assert [line for line in lines if "gad7.forgotten" in line.text_id]
    assert not [line for line in lines if "1. Jamais" in line.text]
    await world.close()


async def test_answered_again_they_are_replaced_and_kept_no_more_when_one_no_longer_agrees(database: Database) -> None:
    world = World(database)
    world.start(1)
    ada = await begins(world)
    await ada.says("Oui, les garder", *NEVER, "Répondre à nouveau", *["plusieurs jours"] * 7)

    (kept,) = await ada.kept()
    assert {score for _, score in kept.answers.given} == {1}

    await ada.says("mes données", "Effacer, ne rien garder", "Oui, effacer")
    assert await ada.kept() == []
    await world.close()


async def test_who_erases_everything_erases_them(database: Database) -> None:
    world = World(database)
    world.start(1)
    ada = await begins(world)
    await ada.says("Oui, les garder", *NEVER)

    world.erased("ada")
    event = PersonSaid(now(), "/stop and erase", "ada-erase")
    await world.take(Arrival(("phones", "ada/erase"), event, ("phones", "ada")))
    await world.settle()

    assert await world.rows("SELECT 1 FROM answers") == []
    await world.close()


async def shown(world: World, therapist: str) -> list[answered.Kept]:
    (row,) = await world.rows("SELECT public FROM conversation")
    engine = world.database.engine(1)
    async with engine.connect() as db:
        found = await cards.answers(db, world.vault, therapist, row["public"])
    await engine.dispose()
    return found


async def test_their_therapist_reads_them_once_the_conversation_is_theirs_and_the_person_agreed(
    database: Database,
) -> None:
    world = World(database)
    world.start(1)
    ada = await begins(world)
    await ada.says("Oui, les garder", *NEVER, "parler à un humain", "oui", "passer")
    nobody_yet = await shown(world, "ana")
    await world.take_over("ada", "ana")

    assert nobody_yet == []
    assert await shown(world, "ana") == await ada.kept() != []
    assert await shown(world, "bo") == []
    await world.close()


async def test_nobody_reads_them_where_the_person_has_not_agreed_to_be_read(database: Database) -> None:
    world = World(database)
    world.start(1)
    ada = await begins(world)
    await ada.says("Oui, les garder", *NEVER)
    await world.take_over("ada", "ana")

    assert await shown(world, "ana") == []
    await world.close()


def kept(day: int, *scores: int | None, form: str = "en") -> answered.Kept:
    given = tuple((str(number), score) for number, score in enumerate(scores, 1))
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day)
    return answered.Kept(Answers(day, "gad7", form, "2026-11-23", at, given, over=True), "web")


def changes(*sets: answered.Kept) -> list[tuple[int | None, int | None]]:
    """Sum and change, newest first."""
    return [(filled.total, filled.change) for filled in answered.filled(INSTRUMENTS, sets)]


def test_a_change_is_told_only_between_whole_sums_of_one_form_that_do_not_overlap() -> None:
    ones, twos, hole = (1,) * 7, (2,) * 7, (1, None, *(1,) * 5)

    assert changes(kept(0, *ones), kept(14, *twos)) == [(14, 7), (7, None)]
    assert changes(kept(0, *ones), kept(13, *twos)) == [(14, None), (7, None)]
    assert changes(kept(0, *ones, form="fr-FR"), kept(14, *twos)) == [(14, None), (7, None)]
    assert changes(kept(0, *ones), kept(14, *hole), kept(28, *twos)) == [(14, 7), (None, None), (7, None)]


def test_a_clinician_reads_each_answer_in_its_official_words() -> None:
    (filled,) = answered.filled(INSTRUMENTS, [kept(0, 3, None, 0, 0, 0, 0, 0, form="fr-CA")])

    assert filled.answers[:2] == (
        ("1. Sentiment de nervosité, d'anxiété ou de tension", "Presque tous les jours"),
        ("2. Incapable d'arrêter de vous inquiéter ou de contrôler vos inquiétudes", ""),
    )
    assert (filled.total, filled.most, filled.reliable_change) == (None, 21, 4)


def test_answers_to_words_of_another_version_are_numbers_not_the_words_of_today() -> None:
    new = kept(14, *(2,) * 7)
    old = answered.Kept(replace(kept(0, *(1,) * 7).answers, version="2020-01-01"), "web")

    latest, earlier = answered.filled(INSTRUMENTS, [old, new])

    assert (earlier.total, earlier.answers[0]) == (7, ("1", "1"))
    assert latest.change is None


def test_a_person_takes_away_what_was_asked_and_what_they_answered() -> None:
    words = catalogues(LOCALES)
    wording = Wording(load(CONTENT).speaking(words), words)
    given = kept(0, 3, None, *(0,) * 5, form="fr-FR")

    lines = answered.as_text(INSTRUMENTS, wording, "fr", given).splitlines()

    assert lines[:2] == [
        "GAD-7 (2026-11-01 00:00 UTC)",
        "Un questionnaire, dans ses mots officiels (fr-FR, 2026-11-23), rempli sur web",
    ]
    assert lines[3:7] == [
        "1. Un sentiment de nervosité, d'anxiété ou de tension",
        "→ Presque tous les jours",
        "2. Une incapacité à arrêter de s'inquiéter ou à contrôler ses inquiétudes",
        "→ sans réponse",
    ]
    assert "Pfizer" in lines[-1]


async def test_what_is_kept_of_them_is_in_the_file_of_my_data(database: Database) -> None:
    world = World(database)
    world.start(1)
    ada = await begins(world)
    await ada.says("Oui, les garder", *NEVER, "prenez de mes nouvelles", "demain", "19:00", "la même", "oui")
    await ada.says("mes données", "1")

    (row,) = await world.rows(
        "SELECT f.body, p.key FROM file f JOIN conversation c ON c.id = f.conversation JOIN person p ON p.id = c.person"
    )
    text = world.vault.key(row["key"]).open(row["body"]).decode()
    assert "GAD-7" in text
    assert "→ Jamais" in text
    assert "19:00 (Europe/Paris)" in text
    await world.close()
