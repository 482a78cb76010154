"""The same words, as people type them."""

from dataclasses import replace

import pytest

from flows.risk.lexicon import read_words
from flows.risk.read import read
from flows.risk.risk import NOTHING, Kind, Level, Sign


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("J’veux mourir", "je veux mourir"),
        ("jveu mouriiiir", "je veux mourir"),
        ("j veux mourrir", "je veux mourir"),
        ("JE VEUX MOURIR", "je veux mourir"),
        ("j e v e u x m o u r i r", "je veux mourir"),
        ("je v3ux m0urir", "je veux mourir"),
        ("ｊｅ ｖｅｕｘ ｍｏｕｒｉｒ", "je veux mourir"),
        ("je veux mou\u200brir", "je veux mourir"),
        ("jpp", "je en peux plus"),
        ("chui o bout", "je suis au bout"),
        ("il ma frappée", "il me a frappee"),
        ("k!ll mys3lf", "kill myself"),
        ("i cant, I can’t, I can't", "i can not , i can not , i can not"),
        ("im gonna do it 2nite", "i am going to do it tonight"),
        ("kms", "kill myself"),
        ("j'en peux p l u s", "je en peux plus"),
        ("je prends des medicments", "je prends des medicaments"),
    ],
)
def test_one_form_for_all_ways_of_typing(typed, meant):
    assert " ".join(read_words(typed).said) == meant


def test_the_reason_is_in_the_persons_own_words():
    assert read("Bonjour. J’ai ENVIE de M0urir, voilà.").reason == "ENVIE de M0urir"


@pytest.mark.parametrize(
    "text",
    [
        "mdr je suis mort de rire",
        "je meurs de faim",
        "ce boulot me tue, vivement vendredi",
        "je vais me pendre lol si l'appli plante encore",
        "dying for a pint",
        "my phone is dead",
        "kill the notifications please",
        "Non, pas d'idées suicidaires",
        "I'm not suicidal, I said I was dead tired",
        "J'ai vu un film sur le suicide",
        "I'm writing an essay on suicide prevention",
        "Le suspense me tue, plus que deux épisodes",
        "Ma mère va me tuer, j'ai perdu ma carte de bus",
        "Je suis au bord du lac avec les enfants, je vous réponds au retour",
        "Mon mari me tape sur les nerfs, rien de plus",
        "trop pour aujourd'hui, je le ferai demain",
        "On étouffe dans l'open space, la clim est en panne",
    ],
)
def test_idioms_denials_and_stories_are_ordinary_to_the_floor(text):
    assert read(text).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Je me tue à minuit, ils me trouveront demain", Level.RISK),
        ("Je suis au bord du lac, adieu à tous", Level.IMMINENT),
        ("Je suis au bord du canal, je vais me laisser tomber dedans", Level.IMMINENT),
        ("Mon mari me tape", Level.RISK),
        ("mon mari m'a battue à coups de ceinture", Level.RISK),
        ("Je le fais ce soir, j'ai tout préparé", Level.IMMINENT),
        ("ma gorge gonfle", Level.IMMINENT),
    ],
)
def test_the_same_words_in_earnest_are_heard_by_the_floor(text, level):
    assert read(text).level >= level


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("il va me tuer s'il apprend que je vous écris", Kind.ABUSE),
        ("mon mari a dit qu'il allait me tuer", Kind.ABUSE),
        ("mon ex menace de me tuer", Kind.ABUSE),
        ("mon père va me tuer ce soir, il a un couteau", Kind.ABUSE),
        ("they want to kill me", Kind.ABUSE),
        ("il me bat", Kind.ABUSE),
        ("mon père nous bat", Kind.ABUSE),
        ("mon pere frappe ma mere", Kind.ABUSE),
        ("my dad hits us with the belt", Kind.ABUSE),
        ("il est parti, et moi je vais me tuer", Kind.SUICIDE),
        ("elle est morte, j'ai essayé de me tuer", Kind.SUICIDE),
        ("mon mari est parti, envie de me tuer", Kind.SUICIDE),
    ],
)
def test_who_is_harmed_by_whom(text, kind):
    assert read(text).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "mon cœur bat fort",
        "elle me bat à plate couture au scrabble",
        "Mon voisin bat la mesure avec son marteau",
        "la fête bat son plein",
        "my mum hit the roof",
    ],
)
def test_what_beats_and_harms_nobody(text):
    assert read(text).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("jsuis en voiture jvais me foutre contre un arbre", Level.IMMINENT),
        ("au volant là, je vais foncer dans un platane", Level.IMMINENT),
        ("je vais m'encastrer dans un camion", Level.RISK),
        ("I'm going to drive my car into a wall", Level.RISK),
        ("i turned the gas on", Level.CONCERN),
        ("il veut envoyer la voiture au garage", Level.NONE),
        ("je vais me jeter contre lui pour un câlin", Level.NONE),
        ("i turned the gas on to make tea", Level.NONE),
        ("I drove into a tree in that game lol", Level.NONE),
        ("I saw a car crash into a wall", Level.NONE),
        ("j'ai dû donner un coup de volant pour éviter un chien", Level.NONE),
        ("j'ai ouvert le tuyau d'arrosage", Level.NONE),
        ("I turned the hose on for the roses", Level.NONE),
        ("je vais me tuer car je n'en peux plus", Level.RISK),
    ],
)
def test_a_car_and_the_gas(text, level):
    assert read(text).level is level


@pytest.mark.parametrize(
    "text",
    [
        "je vais me fumer une clope",
        "je me suis fait sauter une dent",
        "I stepped out for lunch",
        "I drive off at nine",
        "I drive into the city every day",
        "we step off the bus at Leeds",
        "I have to catch the bus at 8",
        "I have to finish the job by friday",
        "I found my way out of the car park",
    ],
)
def test_what_is_said_every_day_is_no_wish_to_die(text):
    assert read(text).level is Level.NONE


def test_signs_tell_which_path():
    assert Sign.MINOR in read("j'ai 13 ans et je veux mourir").signs
    assert read("im 15") == replace(NOTHING, signs=frozenset({Sign.MINOR}))
    assert Sign.TAKEN in read("j'ai avalé tous mes cachets, adieu").signs
    assert Sign.NEAR_OTHER in read("ma fille veut mourir").signs
    assert read("I want to die").level is Level.RISK
