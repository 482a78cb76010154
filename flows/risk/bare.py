"""Messages that tell nothing by themselves: how old, how often, who is at the door, a medicine taken as every day.

The statistical layer has learnt from single messages. Some of those were as short as these and meant the worst, and it
makes a danger of an age, or of "nearly every day". Of these it is not asked; the floor reads them as it reads all.
"""

import re
from functools import reduce

from flows.risk.lexicon import ENDS
from flows.risk.normal import Words

_BARE = """
    (je ai |moi je ai )?NUMBER ans( et (toi|vous))?
    (i am |im )(NUMBER|NUMBER (years? old|yo))( btw)?
    NUMBER (years? old|yo)
    (presque |quasi |quasiment )?(tous les|toutes les|chaque) (jours?|soirs?|nuits?|matins?|semaines?)
    (nearly |almost )?(every|most|all) (days?|nights?|mornings?|evenings?|weeks?)
    (plusieurs|quelques|several|some|a few) (jours|fois|nuits|semaines|days|times|nights|weeks)
    plus de la moitie (du temps|des jours)
    (more than|over) half (of )?(the )?(days|time)
    (une|deux|trois|quatre|cinq|NUMBER) fois par (jour|semaine|mois|an)
    (once|twice|(two|three|four|five|NUMBER) times) (a|per) (day|week|month|year)
    (il )?y a quelqu un( qui (tape|frappe|sonne|toque))? a la porte
    (on|quelqu un) (tape|frappe|sonne|toque) a la porte
    (there is )?(someone|somebody)( is| s)? at the door( brb)?
    (il|elle|ils|elles) (arrive|arrivent|vient|viennent) demain( matin| soir)?
    (he|she|they) (is|are) coming (tomorrow|on (mon|tues|wednes|thurs|fri|satur|sun)day|next week)
    je (ai|viens de) (pris|prendre) (mes|mon|ma) (MEDICINE_FR) USUAL_FR
    i (just )?took my (MEDICINE_EN) (this morning|at breakfast|with breakfast|as usual|like every (day|morning|night))
    (je ai )?(mon|le) coeur (qui )?(bat|s emballe|se emballe)( trop| tres| super)?( vite| fort)?
    my heart is (racing|pounding|beating (really |so |too |very )?fast)
    (je|il|elle|on|nous) (le )?(ai|a|avons) (tres |assez )?(mal|bien) pris
    (i|he|she|they|we) took (it|that|this) (really |very |quite |so )?(badly|hard|well|personally)
"""
_SHORT = {
    "NUMBER": r"\d{1,3}",
    "USUAL_FR": "(ce matin|a midi|comme (d |de )?habitude|comme (tous les|chaque) (jours?|matins?|soirs?))",
    "MEDICINE_FR": "medicaments?|medocs?|cachets?|comprimes?|traitement|pilule|vitamines",
    "MEDICINE_EN": "meds|medication|medicine|pills|tablets|vitamins",
}
_PATTERN = re.compile(
    reduce(
        lambda pattern, short: pattern.replace(*short),
        _SHORT.items(),
        "|".join(line.strip() for line in _BARE.strip().splitlines()),
    )
)
_PAUSES = {*ENDS, ","}


def bare(words: Words) -> bool:
    """Whether the whole message is one of these."""
    return _PATTERN.fullmatch(" ".join(word for word in words.said if word not in _PAUSES)) is not None
