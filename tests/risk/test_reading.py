"""The layer missing, damaged or slow: the floor answers, and the health endpoint can say so."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import weights
from bot.reading import SLOW_IN_A_ROW, Reading, Standing
from flows.risk.floor import REASON
from flows.risk.layer import Chances
from flows.risk.lexicon import read_words, tagged
from flows.risk.linear import Linear
from flows.risk.read import read, together
from flows.risk.risk import NOTHING, Kind, Level

ONLY_THE_LAYER = "Mes affaires sont en ordre, la lettre est sur la table"  # what the floor makes nothing of


def broken() -> Linear:
    """The layer with its kinds forgotten: what it reads ends in an error."""
    return replace(weights.load(), named=())


async def loaded(made: Reading) -> Reading:
    async with asyncio.timeout(5):
        while made.standing.why == "still loading":
            await asyncio.sleep(0.01)
    return made


async def test_a_layer_reads_beside_the_floor():
    made = await loaded(Reading(weights.load))

    assert read(ONLY_THE_LAYER).level is Level.NONE
    assert (await made.risk(ONLY_THE_LAYER)).level >= Level.RISK
    assert made.standing == Standing("linear and encoder")


async def test_a_missing_layer_leaves_the_floor(tmp_path):
    made = await loaded(Reading(lambda: weights.load(tmp_path / "nowhere")))

    assert (await made.risk("Je veux mourir")).level is Level.RISK
    assert made.standing == Standing(None, "is missing")


async def test_a_slow_layer_is_not_waited_for_and_then_rests():
    made = await loaded(Reading(weights.load, budget=timedelta(0)))

    for _ in range(SLOW_IN_A_ROW):
        assert made.standing == Standing("linear and encoder")
        assert (await made.risk(ONLY_THE_LAYER)).level is Level.NONE

    assert made.standing == Standing(None, "too slow; tried again within a minute")
    made.close()


async def test_a_layer_that_fails_lowers_nothing():
    made = await loaded(Reading(broken))

    assert (await made.risk(ONLY_THE_LAYER)).level is Level.NONE
    assert (await made.risk("Je veux mourir")).level is Level.RISK
    assert made.standing == Standing("linear and encoder")


def test_harmless_messages_stay_harmless_one_after_the_other():
    layer = weights.load()

    for before, text in (
        ("Hello, I have just read your words.", "it’s urgent"),
        ("Merci d’être là.", "la lampe, le bord de la table"),
    ):
        assert read(text, (before,), layer).level is read(text, (), layer).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "I keep my things to myself",
        "I keep things simple",
        "On me laisse tranquille.",
        "je me sens seule ce soir",
        "everyone is looking at me",
        "Bonjour, je ne sais pas trop pourquoi j’écris",
    ],
)
def test_plain_sentences_are_not_met_with_a_question_about_dying(text):
    assert read(text, (), weights.load()).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Je n’ai plus personne à qui parler, je pleure tous les soirs", Kind.SADNESS),
        ("I cry every evening, there is nobody left to talk to", Kind.SADNESS),
        ("people would be better off without me", Kind.SUICIDE),
        ("tout le monde serait mieux sans moi", Kind.SUICIDE),
    ],
)
def test_being_lonely_is_not_taken_for_thoughts_of_dying(text, kind):
    risk = read(text, (), weights.load())

    assert (risk.level, risk.kind) == (Level.CONCERN, kind)


def test_where_only_the_layer_noticed_something_the_reason_is_no_longer_than_any_other() -> None:
    words = "le carton est prêt " * 200
    likely = Chances((0.1, 0.1, 0.7, 0.1), Level.RISK, Kind.SUICIDE)

    assert together(NOTHING, likely, tagged(read_words(words))).reason == words[:REASON]


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\n\n"])
def test_nothing_written_is_no_concern(text):
    assert read(text, (), weights.load()) == NOTHING
