"""What French is held to: its spaces, *vous*, and no word that agrees with the gender of the person.

Rules of spelling find most slips, not all, and now and then one where there is none: `allowed.yaml` is for those. They
do not see a *tu* that is only heard in the verb (« respire »), nor agreement that stands far from what it agrees with.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

NNBSP, NBSP = "\u202f", "\u00a0"

SPACES = (
    (re.compile(rf"[^{NNBSP};!?][;!?]"), "needs a narrow no-break space (U+202F) before ; ! or ?"),
    (re.compile(rf"[^{NBSP}]:(?!//|\d)"), "needs a no-break space (U+00A0) before a colon"),
    (re.compile(rf"«[^{NBSP}]|[^{NBSP}]»"), "needs no-break spaces (U+00A0) inside « »"),
)


@dataclass(frozen=True, slots=True)
class Slip:
    """rule: its name in allowed.yaml. words: those that show it, as written."""

    rule: str
    words: str
    sentence: str


def slips(words: str) -> Iterator[Slip]:
    """Where these words say *tu*, or agree with the gender of whoever reads or taps them."""
    for word in _each(match[0] for match in _TU.finditer(words) if not _is_no_tu(words, match)):
        yield Slip("tu", word, f"says *tu* (“{word}”); people are spoken to as *vous*")
    for word in _each(_gendered(words)):
        yield Slip("gender", word, f"is written for one gender (“{word}”); say it so that it fits everyone")


def _each(found: Iterator[str]) -> list[str]:
    """Each once, and none that is part of another."""
    once = list(dict.fromkeys(found))
    return [word for word in once if not any(word in other for other in once if other != word)]


_TU = re.compile(
    r"(?<![\w’'])(?:tu|te|toi|ton|ta|tes|(?<=le )tien|(?<=la )tienne)(?!\w)|(?<![\w’'-])t[’'](?=\w)", re.IGNORECASE
)
_TONE = re.compile(r"\b(?:le|un|du|au|ce|de|même|bon|quel|autre|haut|doux)\s\Z", re.IGNORECASE)
_FELL_SILENT = re.compile(r"\b(?:est|suis|sont|êtes|être)\s\Z", re.IGNORECASE)


def _is_no_tu(words: str, match: re.Match[str]) -> bool:
    """A tone of voice (le ton), or somebody who fell silent (s’est tu)."""
    before = words[: match.start()]
    word = match[0].lower()
    return bool((word == "ton" and _TONE.search(before)) or (word == "tu" and _FELL_SILENT.search(before)))


# What ends otherwise for a woman than for a man. Words in -é need not be listed after « vous êtes » and the like.
_FEELING = (
    r"agitée?|angoissée?|anxieu(?:x|se)|apaisée?|contente?|débordée?|découragée?|déçue?|déprimée?|dépassée?|désolée?|émue?"
    r"|endormie?|énervée?|épuisée?|fatiguée?|fi(?:er|ère)|heureu(?:x|se)|honteu(?:x|se)|impuissante?|inqui(?:et|ète)|isolée?"
    r"|lasse?|malheureu(?:x|se)|motivée?|nerveu(?:x|se)|perdue?|prête?|rassurée?|soulagée?|stressée?|submergée?|surprise?"
    r"|sûre?|tendue?"
)
_OTHER = (
    r"absente?|abattue?|assise?|atteinte?|attendue?|attenti(?:f|ve)|bon(?:ne)?|certaine?|comprise?|confiante?|connue?"
    r"|consciente?|contrainte?|convaincue?|courageu(?:x|se)|craintif|crue?|devenue?|différente?|distraite?|dou(?:x|ce)"
    r"|entendue?|étourdie?|exclue?|forte?|fou|folle|gentil(?:le)?|grande?|guérie?|idiote?|impatiente?|jalou(?:x|se)|lente?"
    r"|léger|légère|lourde?|lue?|mauvaise?|méchante?|méfiante?|meilleure?|mise?|mécontente?|morte?|normale?|nouveau|nulle?"
    r"|ouverte?|parfaite?|partie?|patiente?|petite?|présente?|prise?|prudente?|reconnue?|retenue?|revenue?|satisfaite?|seule?"
    r"|soutenue?|sortie?|suivie?|venue?|vieux|vieille|vivante?|vue?|\w+ée?"
)
_BETWEEN = (
    r"(?:(?:pas|plus|jamais|très|bien|déjà|encore|toujours|un|peu|trop|si|aussi|tout|toute|vraiment|assez|souvent|parfois"
    r"|moins|là|rien|enfin|donc|complètement|juste|simplement|à|fait|nouveau|mieux|mal|plutôt|presque|tellement)\s+){0,3}"
)
_PERSON_IS = (
    r"(?<!\w)(?:(?:(?:vous\s+)?(?:n[’']\s*)?(?:êtes|étiez)|serez|seriez|soyez)(?:-vous)?"
    r"|(?:vous\s+(?:n[’'])?)?(?:avez|aviez)(?:-vous)?\s+été"
    r"|(?:sentez|sentiez|sentirez|sentiriez|semblez|paraissez|devenez|restez|demeurez)(?:-vous)?"
    r"|(?:vous|me)\s+voilà"
    r"|vous\s+(?:rend|rende|rendre|rendent|laisse|laissent)"
    r"|je\s+(?:ne\s+|n[’'])?(?:me\s+|m[’'])?(?:suis|serai|serais|étais|sens|sentais|sentirai|reste|deviens)|suis-je"
    r"|j[’'](?:étais|ai\s+été|avais\s+été))\s+"
)
_TO_BE = r"(?<![\w-])(?:être|rester|devenir|(?:se|vous|me)\s+sentir)\s+"
# Verbs whose « vous » or « me » is to whom: nothing agrees in « vous vous êtes dit », « cela vous a permis ».
_TO_WHOM = (
    r"(?:accordé|appris|apporté|autorisé|caché|convenu|coûté|demandé|dit|donné|dû|échappé|écrit|enlevé|envoyé|été|évité"
    r"|expliqué|fait|imaginé|laissé|lancé|manqué|montré|offert|parlé|permis|pesé|plu|posé|pris|promis|proposé|raconté"
    r"|rappelé|rendu|répondu|servi|suffi)\b"
)
_ONESELF = re.compile(
    r"(?:vous\s+(?:vous|n[’']\s*)\s*\w+|-vous|\bvous\s+être|\b(?:me|m[’']|s[’'])\s*\w+)\s*\Z", re.IGNORECASE
)
_END = r"(?![\w’'-])"
_BEING = re.compile(
    rf"(?P<being>{_PERSON_IS}|{_TO_BE}){_BETWEEN}(?P<word>{_FEELING}|{_OTHER}){_END}",
    re.IGNORECASE,
)
# Not about the person: « elle peut rester ouverte », « rien n’a besoin d’être fini », « un être aimé ».
_OF_A_THING = re.compile(
    r"(?:\b(?:un|l[’']|cet|peut|peuvent|pourra|pourrait|pourraient|pouvait|doit|doivent|devra|devrait|va|vont|semble|semblent"
    r"|paraît|risque d[’']|vient d[’']|viennent d[’']|besoin d[’']|fini(?:t|ra)? par)\s*(?:\w+\s+){0,2})\Z",
    re.IGNORECASE,
)
_GENDERED = (
    re.compile(r"(?P<word>\w+\((?:e|ne|le|te|se|ve|trice|euse|ère|ière)s?\)\w*)", re.IGNORECASE),  # prêt(e)
    re.compile(r"(?P<word>\w+[·•⋅∙]\w+(?:[·•⋅∙]\w+)?)"),  # prêt·e
    re.compile(r"(?P<word>\w{3,}(?:\.(?:e|ne|le|te|se|ve|trice|euse)|-e)(?:[.-]?s)?)(?!\w)"),  # prêt.e, prêt-e
    re.compile(r"(?P<word>\w+/(?:e|ne|le|te|se|ve|trice|euse|elle|elles))(?!\w)"),  # prêt/e, il/elle
    re.compile(r"\b(?P<word>iels?|celleux)\b", re.IGNORECASE),
    re.compile(r"\b(?P<word>soyez (?:le|la) bienvenue?|bienvenus?)\b", re.IGNORECASE),
    # Cela vous a aidé.
    re.compile(
        r"(?<!\w)(?:vous\s+|m[’'])(?:a|ait|ont|aient|avait|avaient|aura|auront|aurait|auraient)\s+"
        rf"{_BETWEEN}(?!{_TO_WHOM})(?P<word>{_FEELING}|{_OTHER}){_END}",
        re.IGNORECASE,
    ),
    # « Un peu fatigué ? » At the beginning such a word is about somebody.
    re.compile(
        rf"(?:\A|[.!?…:«]\s)(?:(?:pas|plus|très|trop|un peu|si|bien|vraiment)\s+)?(?P<word>{_FEELING}|seule?){_END}"
        r"(?!\s(?:une?|le|la|les|l[’'])\b)",
        re.IGNORECASE,
    ),
    # Vous n’avez pas à porter cela seul.
    re.compile(
        r"\b(?:(?:vous|je|moi|me)\b|[jm][’'])[^.!?…:;«»]*?(?<!\bun)(?<!\bune)(?<!\ble)(?<!\bla)(?<!\bce)(?<!\bcette)(?<!\bvotre)"
        rf"(?<!\bmon)(?<!\bma)\s(?P<word>(?:toute?\s)?seule?){_END}",
        re.IGNORECASE,
    ),
)


def _gendered(words: str) -> Iterator[str]:
    for pattern in _GENDERED:
        yield from (match["word"] for match in pattern.finditer(words))
    for match in _BEING.finditer(words):
        before, being = words[: match.start()], match["being"].lower()
        of_a_thing = re.match(_TO_BE, being) and _OF_A_THING.search(before)
        to_whom = _ONESELF.search(before + being) and re.match(_TO_WHOM, match["word"], re.IGNORECASE)
        if not (of_a_thing or to_whom):
            yield match["word"]
