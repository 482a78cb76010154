"""What the floor hears by itself, and the ordinary sentences beside it."""

import pytest

from flows.risk.read import read
from flows.risk.risk import Kind, Level, Sign


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
        "ma fille a pris son doliprane",
        "my son took his meds",
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
        "i took half a xanax",
        "ma mère prend dix cachets par jour",
        "j'ai avalé une tablette de chocolat",
        "i did not take ten tylenol",
        "i took paracetamol ten minutes ago",
        "i took a pack of tablets to the pharmacy",
        "my mum took some pills for her headache",
    ],
)
def test_medicine_as_it_is_taken_every_day(text):
    assert read(text).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("je veux rejoindre mon mari au ciel", Level.RISK),
        ("je veux aller le retrouver là-haut", Level.RISK),
        ("jveu etre avec papa au ciel", Level.RISK),
        ("i want to be with my mum in heaven", Level.RISK),
        ("i just want to join my husband in heaven", Level.RISK),
        ("je veux monter au ciel", Level.CONCERN),
        ("je veux monter au ciel avec mamie", Level.RISK),
        ("j'ai fait mon testament, tout est prêt", Level.IMMINENT),
        ("obsèques payées, je suis prête", Level.IMMINENT),
        ("i've made my will, i'm ready", Level.IMMINENT),
        ("j'ai donné mon chat, tout est réglé", Level.RISK),
        ("i gave my dog away, everything is sorted", Level.RISK),
        ("je vous laisse, ne me cherchez pas", Level.RISK),
        ("i'm sorry. don't look for me", Level.RISK),
        ("ne me cherchez pas", Level.CONCERN),
        ("don't look for me", Level.CONCERN),
        ("vous n'entendrez plus parler de moi", Level.CONCERN),
        ("you won't hear from me again", Level.CONCERN),
        ("c'est mon dernier message", Level.RISK),
        ("this is my last message", Level.RISK),
        ("this is the last message i'll send", Level.RISK),
        ("les jambes dans le vide", Level.IMMINENT),
        ("my legs are over the edge", Level.IMMINENT),
        ("je suis en haut du pont et je vais lâcher", Level.IMMINENT),
        ("i'm on the ledge and i'm going to let go", Level.IMMINENT),
    ],
)
def test_a_goodbye_that_does_not_say_so(text, level):
    risk = read(text)

    assert (risk.level, risk.kind) == (level, Kind.SUICIDE)


@pytest.mark.parametrize(
    "text",
    [
        "mon mari est au ciel",
        "je vais rejoindre mon mari au cinéma",
        "j'espère le retrouver un jour au ciel",
        "on se retrouve là-haut au refuge",
        "i hope i'll see my mum in heaven one day",
        "i want to see the stars up there",
        "j'ai fait mon testament avec le notaire l'an dernier",
        "j'ai placé mon chien pour les vacances, tout est prêt",
        "je vous laisse, mon bus arrive",
        "c'est mon dernier message avant dodo",
        "this is my last message before the flight",
        "don't look for me in the stands, I'm at work",
        "ne me cherchez pas sur facebook",
        "les pieds dans le vide sur le télésiège",
    ],
)
def test_goodbyes_and_preparations_of_every_day(text):
    assert read(text).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("ses mains sur mon cou", Level.RISK),
        ("il a mis ses mains autour de mon cou", Level.RISK),
        ("il m'a étranglée", Level.RISK),
        ("il m'a étranglée ce soir", Level.IMMINENT),
        ("il vient de m'étrangler", Level.IMMINENT),
        ("il m'a attrapée par la gorge", Level.RISK),
        ("he had his hands round my neck", Level.RISK),
        ("his hands on my throat", Level.RISK),
        ("he put his hands around my throat tonight", Level.IMMINENT),
        ("he just strangled me", Level.IMMINENT),
        ("un adulte m'envoie des photos de lui nu", Level.RISK),
        ("a man keeps sending me naked pictures", Level.RISK),
        ("j'ai 13 ans, il me demande des photos de moi nue", Level.RISK),
        ("on me harcèle au collège", Level.CONCERN),
        ("je suis harcelée au lycée", Level.CONCERN),
        ("they bully me at school every day", Level.CONCERN),
        ("i'm being bullied at school", Level.CONCERN),
        ("kids at school bully me", Level.CONCERN),
        ("on me harcèle au boulot", Level.CONCERN),
        ("il m'a mis les mains autour du cou", Level.RISK),
        ("he grabbed my throat", Level.RISK),
    ],
)
def test_what_others_do_to_the_writer(text, level):
    risk = read(text)

    assert (risk.level, risk.kind) == (level, Kind.ABUSE)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("je vais leur faire payer à tous au lycée", Level.RISK),
        ("i'm going to make them all pay at school", Level.RISK),
        ("j'ai une liste de ceux qui vont payer", Level.RISK),
        ("i have a list of people who are going to pay", Level.RISK),
        ("je vais lui faire payer", Level.CONCERN),
        ("j'ai peur de faire du mal à mon bébé quand il hurle", Level.RISK),
        ("ils vont tous payer", Level.CONCERN),
        ("they will all pay on monday", Level.RISK),
        ("j'ai fait une liste de ceux que je vais tuer", Level.RISK),
        ("samedi je le bute", Level.RISK),
        ("samedi je le crève, tout est prêt", Level.IMMINENT),
        ("saturday i kill him, everything is ready", Level.IMMINENT),
    ],
)
def test_threats_against_others(text, level):
    risk = read(text)

    assert (risk.level, risk.kind) == (level, Kind.HARM_TO_OTHERS)


@pytest.mark.parametrize(
    "text",
    [
        "le kiné a mis ses mains sur mon cou",
        "ses mains sur mes épaules",
        "elle m'a sauté au cou",
        "il m'envoie des photos de vacances",
        "on me harcèle pour le CPF",
        "the recruiters are harassing me",
        "my brother bullies me at Monopoly",
        "je vais leur faire payer le resto",
        "i'll make them pay the bill",
        "demain je le tue au tennis",
        "j'ai une liste de courses",
    ],
)
def test_hands_lists_and_bills_of_every_day(text):
    assert read(text).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "il m'a embrassée devant le lycée",
        "he kissed me at the bus stop",
        "no i don't hurt myself",
        "up on the roof fixing a tile",
        "je suis sur le toit à refaire les tuiles",
        "je suis sur le pont du bateau",
        "je suis sur le pont, coincé dans les bouchons",
        "Je suis sur le toit... pour réparer l'antenne 😂",
        "im on the roof. fixing the antenna",
        "on étudie Le Suicide de Durkheim en socio",
        "les impôts vont m'achever lol",
        "demain je suis plus là, je pars en Corse",
        "je suis au bout du rouleau de PQ",
        "je me noie dans la paperasse",
        "on s'est tapé une barre, j'en peux plus 😂",
        "j'ai rien foutu de la journée",
        "ras le bol des mecs relous",
        "she'll kill me when she sees the carpet",
        "je vais sauter un tour",
        "je vais me crasher sur le canapé",
    ],
)
def test_what_only_sounds_like_a_danger(text):
    assert read(text).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("il m'a embrassée de force", Level.RISK),
        ("mon oncle m'a embrassée", Level.RISK),
        ("my teacher kissed me", Level.RISK),
        ("i'm afraid i might hurt myself", Level.RISK),
        ("i hurt myself again", Level.RISK),
        ("i don't hurt myself. i just don't stop things that hurt", Level.CONCERN),
        ("non je ne me fais pas mal mais je veux mourir", Level.RISK),
        ("non je ne me coupe pas mais je veux mourir", Level.RISK),
        ("no i don't want to hurt myself but i want to die", Level.RISK),
        ("no plan no intent, but i want to die", Level.RISK),
        ("pas d'idées suicidaires mais je vais me pendre", Level.RISK),
        ("i'm on the roof", Level.IMMINENT),
        ("je suis sur le pont", Level.IMMINENT),
        ("je suis sur le toit du chantier, je vais sauter", Level.IMMINENT),
        ("je suis sur le viaduc, personne ne passe", Level.IMMINENT),
        ("lol je suis sur le toit du lycée", Level.IMMINENT),
        ("je suis sur le toit, je ne sais plus réparer ma vie", Level.IMMINENT),
        ("il va m'achever lol", Level.RISK),
        ("l'alcool va m'achever lol", Level.RISK),
        ("je vais m'achever lol", Level.RISK),
        ("demain je suis plus là", Level.CONCERN),
        ("je suis au bout du rouleau", Level.CONCERN),
        ("je me noie", Level.CONCERN),
        ("j'en peux plus 😂", Level.CONCERN),
        ("tout est foutu", Level.CONCERN),
        ("he'll kill me if he finds me", Level.RISK),
        ("je vais sauter", Level.IMMINENT),
        ("je vais me crasher dans un mur", Level.RISK),
    ],
)
def test_what_resembles_it_and_is_one(text, level):
    assert read(text).level >= level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("je serai plus là demain je pars en voyage pour toujours", Level.CONCERN),
        ("soon i won't be here, moving to a better world", Level.CONCERN),
        ("demain je suis plus là, je pars en Corse", Level.NONE),
        ("la solitude va me tuer lol", Level.RISK),
        ("les impôts vont m'achever lol", Level.NONE),
        ("my daughter swallowed his tablets", Level.IMMINENT),
        ("ma fille a avalé son traitement", Level.IMMINENT),
        ("je suis au bord du toit, je nettoie les gouttières, c'est fini", Level.IMMINENT),
    ],
)
def test_what_explains_a_danger_away_is_about_nothing_graver(text, level):
    assert read(text).level is level
