"""What has to hold for whatever anybody types."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import weights
from flows.risk.read import read
from flows.risk.risk import Level, Risk

LAYER = weights.load()

IMMINENT = (
    "Je vais me tuer ce soir",
    "J'ai avalé toute la boîte de comprimés et j'ai sommeil",
    "I'm going to kill myself tonight",
    "I took all the pills an hour ago, goodbye",
)
DANGEROUS = (
    *IMMINENT,
    "Je veux mourir",
    "J'ai envie d'en finir avec la vie",
    "Je pense à me suicider tous les jours",
    "Mon mari m'a encore frappée hier soir",
    "I want to die",
    "I keep thinking about killing myself",
    "I don't want to live anymore",
    "My husband hit me again last night",
)
ORDINARY = (
    "Bonjour, j'ai bien dormi et le métro était vide.",
    "Le chat dort sur le canapé.",
    "Merci pour la séance de mardi !",
    "The weather is lovely and the bus was on time.",
    "Could you send me the invoice, please?",
    "We had soup for lunch.",
)

any_text = st.text(st.characters(exclude_categories=()), max_size=400)  # lone surrogates too


@given(any_text)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(text: str):
    risk = read(text, (text,), LAYER)

    assert isinstance(risk, Risk)
    risk.reason.encode("utf-8")


@pytest.mark.parametrize("layer", [None, LAYER], ids=["floor", "both"])
@given(
    st.sampled_from((*DANGEROUS, *ORDINARY)),
    st.sampled_from(["’", "'", "ʼ", "´", "‘"]),
    st.sampled_from([str.upper, str.lower, str]),
)
@settings(deadline=None)
def test_apostrophes_and_case_change_nothing(layer, text, apostrophe, case):
    assert read(case(text.replace("'", apostrophe)), (), layer).level == read(text, (), layer).level


@pytest.mark.parametrize("layer", [None, LAYER], ids=["floor", "both"])
@given(st.sampled_from((*DANGEROUS, *ORDINARY)))
@settings(deadline=None)
def test_accents_change_nothing(layer, text):
    without = text.translate(str.maketrans("éèêàîùç", "eeeaiuc"))

    assert read(without, (), layer).level == read(text, (), layer).level


@pytest.mark.parametrize("layer", [None, LAYER], ids=["floor", "both"])
@given(st.sampled_from(DANGEROUS), st.sampled_from(ORDINARY), st.sampled_from(["", *ORDINARY]))
@settings(deadline=None)
def test_ordinary_words_around_a_danger_do_not_hide_it(layer, text, before, after):
    assert read(f"{before} {text}. {after}", (), layer).level >= Level.RISK


@given(st.sampled_from(IMMINENT), st.sampled_from([" haha", " 🙂", " lol", " mdr 😂", " 🙂🙂🙂", " jk"]))
@settings(deadline=None)
def test_laughter_does_not_lower_what_is_imminent(text, laughter):
    assert read(text + laughter, (), LAYER).level is Level.IMMINENT
    assert read(laughter + text, (), LAYER).level is Level.IMMINENT


@given(st.sampled_from(DANGEROUS), st.integers(0, 200), st.sampled_from("\u200b\u200d\u2060\u00ad\ufeff\ufe0f"))
def test_invisible_characters_change_nothing(text, at, invisible):
    at %= len(text)

    assert read(text[:at] + invisible + text[at:]).level == read(text).level


@pytest.mark.parametrize("text", ["Je veux mourir", "I want to die"])
def test_a_thought_split_over_messages_is_read_as_one(text):
    first, rest = text.rsplit(" ", 1)

    assert read(rest, ("bonjour", first)).level is Level.RISK
    assert read("merci", (text,)).level is Level.NONE


@given(st.text(string.ascii_lowercase + " '’.,!?", max_size=200))
def test_what_was_said_before_is_not_said_again(text):
    assert read("ok", (text,)).level is Level.NONE
