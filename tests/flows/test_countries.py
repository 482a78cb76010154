from pathlib import Path

import pytest

from flows.book import load
from flows.countries import Countries, Said
from flows.intents import words_of
from flows.replies import Replies

BOOK = load(Path(__file__).parents[2] / "flows" / "content")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Je suis en Belgique", Said("BE", True)),
        ("je suis en belgique.", Said("BE", True)),
        ("j'habite à Bruxelles", Said("BE", True)),
        ("jhabite en suisse", Said("CH", True)),
        ("chuis au Québec", Said("CA-QC", True)),
        ("je suis à Montréal et je vais mal", Said("CA-QC", False)),
        ("on est au Luxembourg", Said("LU", True)),
        ("je vis aux États-Unis", Said("US", True)),
        ("I'm in Ireland", Said("IE", True)),
        ("im in the uk", Said("GB", True)),
        ("i live in London, help", Said("GB", False)),
        ("I am in Northern Ireland", Said("GB", True)),
        ("hi I’m in Canada rn", Said("CA", False)),
        ("Je suis en France", Said("FR", True)),
        ("ma sœur est en Belgique", None),
        ("je ne suis pas en Belgique", None),
        ("I have never been to Ireland", None),
        ("je suis en retard", None),
        ("I’m in bed", None),
        ("", None),
    ],
)
def test_where_somebody_says_they_are(text: str, said: Said | None):
    assert BOOK.countries.read(words_of(text)) == said


def test_nothing_is_heard_where_nothing_is_listed():
    assert Countries({}, ()).read(("france",)) is None


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("oui", True),
        ("Oui, depuis des mois", True),
        ("des fois oui", True),
        ("j'y pense tout le temps", True),
        ("un peu", True),
        ("kind of", True),
        ("sometimes, but I won't", True),
        ("non", False),
        ("Non, pas du tout.", False),
        ("jamais", False),
        ("no", False),
        ("not at all", False),
        ("non mais c’est dur", None),
        ("bah j’y pense des fois", True),
        ("no but I think about it", True),
        ("no but I am tired", None),
        ("pas vraiment", None),
        ("je ne sais pas", None),
        ("", None),
    ],
)
def test_a_yes_is_taken_from_its_first_words_and_a_no_only_from_a_whole_answer(text: str, yes: bool | None):
    assert BOOK.replies.read(words_of(text)) is yes


def test_without_words_nothing_is_understood():
    assert Replies((), (), ()).read(("oui",)) is None


@pytest.mark.parametrize(
    ("text", "thinks", "only_yes"),
    [
        ("oui jy pense", True, True),
        ("Oui. J’y pense souvent, mais je ne le ferai pas", True, False),
        ("ça m'arrive d'y penser", True, False),
        ("I think about it a lot", True, False),
        ("yes, sometimes", False, True),
        ("oui", False, True),
        ("j’y pense pas", False, False),
        ("j'y pense jamais", False, False),
        ("je n’y pense pas", False, False),
        ("I never think about it", False, False),
        ("oui mais non", False, False),
        ("un peu de pain", False, False),
        ("", False, False),
    ],
)
def test_what_takes_up_a_question_is_heard_wherever_it_stands(text: str, thinks: bool, only_yes: bool):
    said = words_of(text)

    assert (BOOK.replies.thinks(said), BOOK.replies.only_yes(said)) == (thinks, only_yes)
