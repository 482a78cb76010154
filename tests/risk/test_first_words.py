"""What hesitant people write first is not taken for a danger, nor asked about as if it were one."""

import pytest

from bot import weights
from flows.risk.read import read
from flows.risk.risk import Kind, Level

LAYER = weights.load()
ENGLISH = """
hi. not sure why im writing
hey is this anonymous?
i don't really know how this works
I've never done this before
I'm not sure I should be writing here
is this a real person?
not sure what to say
I've been meaning to write for weeks
someone told me to try this
it's 2am and i can't sleep
i can't sleep again
I feel anxious
I feel a bit lost lately
I'm lonely tonight
everything is racing in my head
i feel everything is racing, cant sleep
I had a hard day
work is too much lately
I'm so tired
my boyfriend left me
we broke up last week
my dad died last year and I still miss him
I keep my things to myself
I keep things simple
everyone is looking at me
I don't like talking about myself
I'm scared of talking to a therapist
do I have to give my name
how much does it cost
I don't know if it's serious enough
it's probably nothing
maybe I'm overreacting
I just want to talk to someone
can i talk to someone
nobody knows I'm writing this
I feel sad and I don't know why
I cried today
i'm stressed about my exams
never mind
I don't want to
forget it
i need help
I need someone
"""
FRENCH = """
je ne sais pas pourquoi j'écris
bonsoir
bonsoir, je ne sais pas trop quoi dire
c'est la première fois que j'écris à quelqu'un
je n'ai jamais parlé de ça à personne
j'ai failli ne pas écrire
j'hésite à écrire depuis des semaines
est-ce que c'est anonyme ?
vous êtes une vraie personne ?
il est 2h et je dors pas
j'arrive pas a dormir ca tourne dans ma tete
je me sens seule ce soir
je me sens seul
je suis un peu perdue en ce moment
j'ai du mal en ce moment
ça va pas trop
ça ne va pas fort
je suis fatiguée
je suis épuisé par le boulot
mon copain m'a quittée
on s'est séparés la semaine dernière
mon père est mort l'an dernier, il me manque
j'ai peur de parler à un psy
je ne sais pas si c'est assez grave
c'est sûrement rien
j'exagère peut-être
je veux juste parler à quelqu'un
personne ne sait que j'écris ici
je suis triste sans savoir pourquoi
j'ai pleuré aujourd'hui
je stresse pour mes examens
On me laisse tranquille.
laissez tomber
pas envie
je garde ça pour moi
tout le monde me regarde
je sais pas comment ça marche
combien ça coûte
jsp quoi dire
jdors pas
slt ya qqn
j'en ai marre
j'ai besoin d'aide
"""


@pytest.mark.parametrize("words", [*ENGLISH.strip().splitlines(), *FRENCH.strip().splitlines()])
def test_first_words_are_not_met_with_numbers_nor_with_a_question_about_dying(words: str):
    risk = read(words, layer=LAYER)

    assert risk.level < Level.RISK
    assert (risk.level, risk.kind) != (Level.CONCERN, Kind.SUICIDE)
