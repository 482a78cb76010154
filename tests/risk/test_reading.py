"""The layer missing, damaged or slow: the floor answers, and the health endpoint can say so."""

import asyncio
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import weights
from bot.reading import SLOW_IN_A_ROW, TOGETHER, Reading, Standing
from flows.risk.floor import REASON
from flows.risk.layer import Chances
from flows.risk.lexicon import read_words, tagged
from flows.risk.linear import Linear
from flows.risk.read import read, read_all, together
from flows.risk.risk import NOTHING, Kind, Level

ONLY_THE_LAYER = "Mes affaires sont en ordre, la lettre est sur la table"  # what the floor makes nothing of


def broken() -> Linear:
    """The layer with its kinds forgotten: what it reads ends in an error."""
    return replace(weights.load(), named=())


async def loaded(made: Reading) -> Reading:
    async with asyncio.timeout(60):
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


class Noting:
    """A layer that notes how many it was asked about at once. It breaks on "broken"."""

    name = "noting"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def chances(self, messages):
        self.asked.append(len(messages))
        if any("broken" in message.words.text for message, _ in messages):
            raise ValueError
        time.sleep(0.02)
        return [Chances((0.0, 1.0, 0.0, 0.0), Level.CONCERN, Kind.SADNESS) for _ in messages]


async def test_what_comes_while_it_reads_is_read_together():
    layer = Noting()
    made = await loaded(Reading(lambda: layer))

    risks = await asyncio.gather(*(made.risk(f"le chat dort {number}") for number in range(TOGETHER + 3)))

    assert {risk.level for risk in risks} == {Level.CONCERN}
    assert layer.asked == [1, TOGETHER, 2]


async def test_many_at_once_do_not_make_it_rest():
    made = await loaded(Reading(Noting, budget=timedelta(milliseconds=50)))

    risks = await asyncio.gather(*(made.risk(f"le chat dort {number}") for number in range(10 * TOGETHER)))

    assert {risk.level for risk in risks} == {Level.NONE, Level.CONCERN}
    assert made.standing == Standing("noting")


async def test_one_slow_reading_is_one_however_many_wait_for_it():
    layer, goes_on = Noting(), threading.Event()
    made = await loaded(Reading(lambda: layer, budget=timedelta(milliseconds=50)))
    layer.chances = lambda messages: goes_on.wait(10) and []

    risks = await asyncio.gather(*(made.risk(f"le chat dort {number}") for number in range(4 * SLOW_IN_A_ROW)))
    goes_on.set()

    assert {risk.level for risk in risks} == {Level.NONE}
    assert made.standing == Standing("noting")


async def test_one_message_that_breaks_the_layer_lowers_no_other():
    made = await loaded(Reading(Noting))

    _, broken, danger, *others = await asyncio.gather(
        *(made.risk(words) for words in ("un", "broken", "broken, je veux mourir", "deux", "trois"))
    )

    assert (broken.level, danger.level) == (Level.NONE, Level.RISK)
    assert [risk.level for risk in others] == [Level.CONCERN, Level.CONCERN]


async def test_after_it_was_closed_the_floor_reads():
    made = await loaded(Reading(Noting))
    made.close()

    assert (await made.risk("Je veux mourir")).level is Level.RISK


def test_read_together_each_is_read_as_alone():
    layer = weights.load()
    messages = [
        (ONLY_THE_LAYER, ()),
        ("le chat dort", ("j'ai tout préparé",)),
        ("\ud800", ()),
        ("Il pleut. " * 30 + ONLY_THE_LAYER, ()),
        ("Je veux mourir ce soir", ()),
    ]

    assert read_all(messages, layer) == [read(text, before, layer) for text, before in messages]


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
