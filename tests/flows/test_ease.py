"""Reading ease, by Flesch and by Kandel and Moles."""

import pytest

from flows.ease import ease, spoken


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        *[("come", 1), ("table", 2), ("being", 2), ("waited", 2), ("called", 1), ("times", 1), ("something", 2)],
        *[("don’t", 1), ("didn’t", 2), ("diary", 3), ("usual", 3), ("quiet", 2), ("breathe", 1), ("minutes", 2)],
        *[("therapist", 3), ("conversation", 4), ("the", 1), ("I", 1), ("half-way", 2), ("7", 1)],
    ],
)
def test_english_syllables(word: str, syllables: int):
    assert spoken(word, "en") == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        *[("table", 1), ("même", 1), ("exercice", 3), ("oublier", 3), ("réalité", 4), ("lui", 1), ("oui", 1)],
        *[("fille", 1), ("voyage", 2), ("pensée", 2), ("parlent", 1), ("moment", 2), ("souvent", 2), ("vraiment", 2)],
        *[("quand", 1), ("guide", 1), ("qu’est-ce", 2), ("aujourd’hui", 3), ("y", 1), ("le", 1), ("ciel", 1)],
    ],
)
def test_french_syllables_are_those_that_are_spoken(word: str, syllables: int):
    assert spoken(word, "fr") == syllables


def test_english_is_measured_by_flesch():
    # 2 sentences, 6 words, 7 syllables: 206.835 - 1.015 * 3 - 84.6 * 7 / 6
    assert ease(["The cat sat. It was happy."], "en") == pytest.approx(105.09)


def test_french_is_measured_by_kandel_and_moles():
    # 2 sentences, 7 words, 7 syllables: 207 - 1.015 * 3.5 - 73.6 * 1
    assert ease(["Le chat dort.", "Il ne bouge pas"], "fr") == pytest.approx(129.8475)


def test_what_stands_in_braces_is_not_counted():
    assert ease(["It was {incomprehensible}."], "en") == ease(["It was."], "en")


@pytest.mark.parametrize("nothing", ["", "…", "{name}", "\u202f?"])
def test_without_words_there_is_no_reading_ease(nothing: str):
    assert ease([nothing], "fr") is None
