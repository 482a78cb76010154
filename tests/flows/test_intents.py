import pytest

from flows.intents import Phrases, Wish, command, is_stop_and_erase, words_of

from .small import BOOK


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("J’arrête !!", ("jarete",)),
        ("J'ARRETE", ("jarete",)),
        ("Cœur  brisé", ("coeur", "brise")),
        ("stoooop", ("stop",)),
        ("112", ("112",)),
        ("êtes-vous là ?", ("etes", "vous", "la")),
        ("👍🏽", ()),
        ("", ()),
    ],
)
def test_words_are_bared_of_what_people_type_differently(typed: str, bare: tuple[str, ...]):
    assert words_of(typed) == bare


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("menu", Wish.MENU),
        ("mneu", Wish.MENU),
        ("menuu", Wish.MENU),
        ("mebu", Wish.MENU),
        ("même", None),
        ("venu", None),  # another first letter is another word
        ("men", None),  # three letters are not forgiven
        ("oui", Wish.YES),
        ("ouii", Wish.YES),
        ("oux", None),
        ("erase evrything", Wish.ERASE),
        ("erase evrythng", Wish.ERASE),
        ("erase evrthng", None),  # three typos
        ("erse evrythng", None),  # two in one word and one in the other
        ("parler quelquun", None),  # a word is missing
        ("parler à quelqun", Wish.HUMAN),
        ("svp un humain", None),
        ("please human", Wish.HUMAN),
        ("humain s’il vous plaît", Wish.HUMAN),
        ("s'il vous plait humain", Wish.HUMAN),
        ("please", None),
    ],
)
def test_a_typo_is_forgiven_and_another_word_is_not(typed: str, meant: Wish | None):
    words = words_of(typed)

    assert (BOOK.wishes.exact(words) or BOOK.wishes.near(words)) is meant


def test_the_closest_phrase_is_meant():
    phrases = Phrases([("lighter", 1), ("tighter", 2)])

    assert phrases.near(words_of("lihgter")) == 1
    assert phrases.near(words_of("tigther")) == 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/menu", Wish.MENU),
        ("/MENU now", Wish.MENU),
        ("/données", Wish.DATA),
        ("/donnees@bot", Wish.DATA),
        ("/unknown", None),
        ("/", None),
        ("menu", None),
    ],
)
def test_commands(typed: str, meant: Wish | None):
    assert command(typed) is meant


@pytest.mark.parametrize("typed", ["/stop and erase", "Stop and erase.", "/STOP ET EFFACER", "stop et effacer"])
def test_the_words_that_erase_at_once(typed: str):
    assert is_stop_and_erase(typed)


@pytest.mark.parametrize("typed", ["stop", "erase", "stop and erasing", "/stop and erase me", ""])
def test_other_words_do_not_erase(typed: str):
    assert not is_stop_and_erase(typed)
