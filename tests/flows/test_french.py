"""What the rules for French find, and what they leave alone."""

import pytest

from flows.french import slips


@pytest.mark.parametrize(
    ("french", "found"),
    [
        ("Prêt(e) ?", "Prêt(e)"),
        ("Tout le monde est prêt·e.", "prêt·e"),
        ("Tout le monde est prêt.e", "prêt.e"),
        ("Des gens motivé-e-s", "motivé-e-s"),
        ("il/elle viendra", "il/elle"),
        ("Vous êtes prêt ?", "prêt"),
        ("Êtes-vous sûr de vouloir effacer ?", "sûr"),
        ("Vous êtes allé au bout.", "allé"),
        ("Vous n’êtes pas obligée de répondre.", "obligée"),
        ("Vous êtes bien arrivé.", "arrivé"),
        ("Êtes-vous encore réveillé ?", "réveillé"),
        ("Vous vous êtes senti seul.", "seul"),
        ("Vous vous êtes blessé.", "blessé"),
        ("Vous avez été entendu.", "entendu"),
        ("Vous serez rappelé demain.", "rappelé"),
        ("Vous pouvez être surpris.", "surpris"),
        ("Ne restez pas seul.", "seul"),
        ("Vous n’avez pas à porter cela tout seul.", "tout seul"),
        ("Qu’est-ce qui vous a aidé ?", "aidé"),
        ("Ce qui m’a aidée", "aidée"),
        ("Cela peut vous rendre anxieux.", "anxieux"),
        ("Peur d’être jugé", "jugé"),
        ("Je suis fatigué", "fatigué"),
        ("Je me sens un peu perdu", "perdu"),
        ("Un peu tendu", "tendu"),
        ("Pas sûr", "sûr"),
        ("Seul", "Seul"),
        ("Soyez le bienvenu", "Soyez le bienvenu"),
        ("Je suis désolé.", "désolé"),
    ],
)
def test_words_for_one_gender_are_found(french: str, found: str):
    assert [(slip.rule, slip.words) for slip in slips(french)] == [("gender", found)]


@pytest.mark.parametrize(
    ("french", "found"),
    [
        ("Ferme tes yeux.", "tes"),
        ("Prends soin de toi", "toi"),
        ("Qu’est-ce que t’en penses ?", "t’"),
        ("Où vas-tu ?", "tu"),
        ("À ta façon", "ta"),
        ("Ton souffle", "Ton"),
    ],
)
def test_tu_is_found(french: str, found: str):
    assert [(slip.rule, slip.words) for slip in slips(french)] == [("tu", found)]


@pytest.mark.parametrize(
    "french",
    [
        "Le ton de la voix",
        "Il s’est tu.",
        "Y a-t-il quelqu’un ?",
        "Vous vous êtes dit quelque chose.",
        "Vous êtes-vous demandé pourquoi ?",
        "Cela vous a fait du bien ?",
        "Ce qui vous a permis de tenir",
        "Vous êtes là.",
        "Vous êtes en sécurité ?",
        "Vous êtes toujours libre.",
        "Plus léger",
        "Rien n’a besoin d’être fini.",
        "Ce mot peut être gardé.",
        "Chacune peut rester ouverte.",
        "Cela ne doit pas être envoyé.",
        "Laissez l’air entrer tout seul. Puis laissez-le sortir.",
        "Le message partira seul au retour de la connexion.",
        "Vous avez une seule chose à faire.",
        "Seul un médecin peut le dire.",
        "Bienvenue, {therapist}.",
        "Un ou une thérapeute peut vous répondre.",
        "Vos épaules sont tendues.",
        "Je suis un programme.",
        "Ce que vous avez écrit est effacé.",
    ],
)
def test_what_fits_everyone_is_left_alone(french: str):
    assert list(slips(french)) == []
