"""What people answer to the direct question on dying, in the words that ship: a yes that is missed may cost a life."""

import pytest

from bot.settings import CONTENT
from flows.book import load
from flows.intents import words_of

REPLIES = load(CONTENT).replies

YES = """
    yes
    yeah sometimes
    en vrai oui
    en fait oui un peu
    carrément
    carrément oui
    grave
    clairement
    bien sûr
    évidemment oui
    tlt
    presque tous les soirs
    well, actually most nights
    well actually i do
    of course i do
    definitely
    totally
    i guess
    i guess so
    maybe
    peut-être
    j'aimerais
    i want to
    j’y pense
    honnêtement, tous les jours
    yes but i don't want to talk about it
    """
NO = """
    no
    non
    well, no
    en fait non
    definitely not
    definitely no
    of course i don't
    i guess not
    maybe not
    i don't think so
    carrément pas
    carrément jamais
    clairement que non
    bien sûr que non
    bien sûr que je n'y pense pas
    je crois pas
    j'ai envie de vivre
    i want to live
    """
NEITHER = """
    actually
    ok
    totally lost
    grave fatigué
    un peu fatigué mais non
    it is complicated
    trop de choses
    bien sûr que tout va mal
    clearly you don't listen
    """


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize("text", lines(YES))
def test_a_yes_is_heard(text: str):
    assert REPLIES.read(words_of(text)) is True


@pytest.mark.parametrize("text", lines(NO))
def test_a_no_is_heard(text: str):
    assert REPLIES.read(words_of(text)) is False


@pytest.mark.parametrize("text", lines(NEITHER))
def test_what_is_neither_is_taken_for_neither(text: str):
    assert REPLIES.read(words_of(text)) is None


@pytest.mark.parametrize("text", ["si", "en fait si", "actually yes", "c'est pas vrai", "oui en fait", "well, yes"])
def test_a_no_is_taken_back(text: str):
    assert REPLIES.takes_no_back(words_of(text))


@pytest.mark.parametrize(
    "text", ["ok", "well", "totally fine", "totally", "bon", "carrément", "no", "always been fine"]
)
def test_what_says_nothing_of_it_takes_no_no_back(text: str):
    assert not REPLIES.takes_no_back(words_of(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        *(("112", True), ("le 15", True), ("appeler le 3114", True)),
        *(("marcher 15 minutes", False), ("ma soeur à 18 h", False)),
    ],
)
def test_an_hour_is_not_the_number_of_a_line(text: str, names: bool):
    assert REPLIES.has_number(words_of(text)) is names
