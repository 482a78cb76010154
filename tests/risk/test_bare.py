"""What tells nothing by itself is left to the floor, and what says a little more is not."""

import pytest

from flows.risk.bare import bare
from flows.risk.layer import Chances
from flows.risk.lexicon import read_words
from flows.risk.read import read
from flows.risk.risk import Kind, Level, Sign


class Alarmed:
    """A layer that takes everything for the worst."""

    name = "alarmed"

    def chances(self, messages):
        return [Chances((0.0, 0.0, 0.0, 1.0), Level.IMMINENT, Kind.SUICIDE) for _ in messages]


@pytest.mark.parametrize(
    "text",
    [
        *("j'ai 14 ans", "J’AI 15 ANS.", "14 ans", "i'm 14", "I am 16 years old", "im 15 btw"),
        *("presque tous les jours", "nearly every day", "several days", "plusieurs fois", "deux fois par semaine"),
        *("more than half the days", "plus de la moitié du temps", "twice a week", "chaque soir"),
        *("y a quelqu'un qui tape à la porte", "On sonne à la porte", "someone's at the door, brb"),
        *("il arrive demain", "he's coming tomorrow"),
        *(
            "j'ai pris mes cachets ce matin",
            "i took my pills this morning",
            "j'ai pris mon traitement comme d'habitude",
        ),
        *("mon coeur bat vite", "j'ai le cœur qui bat trop fort", "my heart is racing"),
        *("je l'ai mal pris", "i took it badly"),
    ],
)
def test_the_layer_is_not_asked(text):
    assert bare(read_words(text))
    assert read(text, layer=Alarmed()).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        *(
            "j'ai 14 ans et je veux mourir",
            "i'm 14 and pregnant",
            "",
            "14 cachets",
            "presque tous les jours je me coupe",
        ),
        *("he's coming", "il arrive", "il est là", "he's here", "someone's at the door with a knife"),
        *("i took my pills", "j'ai pris tous mes cachets ce matin", "i took all my pills this morning", "took it all"),
        *("mon coeur bat plus", "c'est pour ce soir", "it's tonight"),
    ],
)
def test_the_layer_is_asked_where_more_is_said(text):
    assert not bare(read_words(text))
    assert read(text, layer=Alarmed()).level is Level.IMMINENT


def test_the_floor_hears_what_there_is_to_hear():
    assert read("j'ai 14 ans", layer=Alarmed()).signs == {Sign.MINOR}
