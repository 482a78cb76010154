"""What the floor hears by itself, and the ordinary sentences beside it."""

import pytest

from flows.risk.read import read
from flows.risk.risk import Level, Sign


@pytest.mark.parametrize(
    "text",
    [
        "j'ai pris une boite de lexomil",
        "j'ai avalé une plaquette de somnifères",
        "g pri 1 boite de doliprane",
        "j'ai pris dix doliprane",
        "pris 20 dolipranes",
        "j'ai pris une vingtaine de cachets",
        "j'en ai pris douze, des somnifères",
        "non j'ai pris dix doliprane",
        "je suis pas bien j'ai pris 12 dafalgan",
        "j'ai pris cinq xanax",
        "je viens de prendre une boîte de tylenol",
        "j'ai vidé l'armoire à pharmacie",
        "j'ai bu du destop",
        "j'ai bu de la javel",
        "i took a box of tylenol",
        "i took ten ibuprofen",
        "just took 20 tylenol",
        "i swallowed a strip of paracetamol",
        "i just took a bottle of sleeping pills",
        "i took twelve of my mum's sleeping pills",
        "i took 10 x 500mg paracetamol",
        "i emptied the medicine cabinet",
        "i drank bleach",
        "i'm drinking drain cleaner",
    ],
)
def test_too_much_that_was_swallowed_is_a_danger_now(text):
    risk = read(text)

    assert risk.level is Level.IMMINENT
    assert Sign.TAKEN in risk.signs


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("my daughter took pills", {Sign.TAKEN, Sign.CHILD}),
        ("ma fille a avalé des cachets", {Sign.TAKEN, Sign.CHILD}),
        ("mon fils a pris une boîte de doliprane", {Sign.TAKEN, Sign.CHILD}),
        ("mon fils a bu de la javel", {Sign.TAKEN, Sign.CHILD}),
        ("ma femme a avalé une boîte de somnifères", {Sign.TAKEN, Sign.NEAR_OTHER}),
        ("ma mère a avalé des cachets", {Sign.TAKEN, Sign.NEAR_OTHER}),
        ("elle a avalé une plaquette de lexomil", {Sign.TAKEN, Sign.NEAR_OTHER}),
        ("mon frère a pris vingt doliprane", {Sign.TAKEN, Sign.NEAR_OTHER}),
        ("my sister took a box of tylenol", {Sign.TAKEN, Sign.NEAR_OTHER}),
        ("my wife swallowed some pills", {Sign.TAKEN, Sign.NEAR_OTHER}),
        ("my dad drank bleach", {Sign.TAKEN, Sign.NEAR_OTHER}),
    ],
)
def test_what_somebody_close_swallowed_is_a_danger_now(text, signs):
    risk = read(text)

    assert (risk.level, risk.signs) == (Level.IMMINENT, signs)


@pytest.mark.parametrize(
    "text",
    [
        "j'ai pris un doliprane",
        "j'ai pris deux dafalgan pour ma tête",
        "j'ai acheté une boîte de doliprane",
        "j'ai pris une boîte de doliprane à la pharmacie",
        "j'ai pris mes médicaments à 20 heures",
        "j'ai pris dix gouttes de laroxyl",
        "j'ai pris du doliprane pendant dix jours",
        "j'ai pris une boîte de chocolats et un doliprane",
        "une boîte de chocolats",
        "je n'ai pas pris dix doliprane",
        "j'ai vidé l'armoire à pharmacie, tout était périmé",
        "j'ai bu un verre et lavé la cuisine à la javel",
        "on a bu dix bières",
        "ma mère a pris ses cachets",
        "ma sœur a pris des médicaments pour sa migraine",
        "i took my pills this morning",
        "i took two ibuprofen",
        "i did not take ten tylenol",
        "i took paracetamol ten minutes ago",
        "i took a pack of tablets to the pharmacy",
        "my mum took some pills for her headache",
    ],
)
def test_medicine_as_it_is_taken_every_day(text):
    assert read(text).level is Level.NONE
