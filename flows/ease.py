"""How easily words are read: Flesch (1948) for English, Kandel and Moles (1958) for French.

Both run from about 0 to 100; 60 is plain, 80 easy. Syllables are the spoken ones, counted by a few rules of spelling.
"""

import re
from collections.abc import Iterable
from functools import cache

FORMULAS = {"en": "Flesch", "fr": "Kandel and Moles"}
# A constant, what is taken off for each word of a sentence, and for each syllable of a word.
_WEIGHTS = {"en": (206.835, 1.015, 84.6), "fr": (207.0, 1.015, 73.6)}

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+|\n+")
_PLACEHOLDER = re.compile(r"\{\w+\}")

# One syllable a group of vowels, after spelling has been brought nearer to speech: each rule rewrites in this order,
# with q for a consonant that stands for nothing and a for a vowel.
_ENGLISH = (
    (r"[’']t$", ""),  # don’t
    (r"(did|had|is|was|could|would|should)n$", r"\1an"),  # didn’t
    (r"(?<=[aeiou])y(?=[aeiou])", "q"),  # play-er
    (r"^y|qu|gu(?=[aeiou])", "q"),
    (r"([^aeiouyl])le[sd]?$", r"\1al"),  # ta-ble
    (r"(?<=[aeiouy][^aeiouy])e(?=(?:ly|ful|less|ment|ness|some|one|thing|times?|where|body)$)", ""),  # some-thing
    (r"(?<=[aeiouy])[td]ed$", "qad"),  # wai-ted
    (r"(?<=[td])ed$", "ad"),
    (r"(?<!^[^aeiouy])(?<!^[^aeiouy][^aeiouy])(?<!^)e[d]?$", ""),  # come, called
    (r"(?<![cgsxz])(?<!sh)(?<!ch)(?<!^[^aeiouy])es$", "s"),  # times
    (r"(?<=[aeiouy])ing", "qing"),  # be-ing
    (r"(?<![cgstx])i(?=a|o|u)|(?<![cgst])i(?=e[rt])", "iq"),  # di-a-ry, qui-et
    (r"u(?=a)", "uq"),  # u-su-al
    (r"eo(?!u)", "eqo"),
    (r"sm$", "sam"),
)
_FRENCH = (
    (r"qu", "q"),
    (r"gu(?=[eéèêiîy])", "g"),
    (r"(?<=[aeou])y(?=[aeéèiou])", "q"),  # vo-ya-ge
    (r"(?<=[^aâeéèêiîoôuûy])(?<!m)(?<!^.)(?<!^..)ent$", ""),  # they say: parlent
    (r"(?<=.[^aâeéèêëiîïoôuûy])es?$|(?<=[éiïuû])es?$", ""),  # even-tually mute
    (r"(?<=[bcdfgptv][lr])[iy](?=[aâeéèêoôu])", "iq"),  # ou-bli-er
    (r"[iy](?=[aâeéèêoôu])|ou(?=[aeéèêi])|u(?=[iîeéèêao])", "q"),  # said in one breath
    (r"(?<=[aeiouéy])(?=[éèêïëü])|(?<=é)(?=[aeiou])", "q"),  # ré-a-li-té
)
# Nouns and adjectives whose last syllable is heard, unlike that of the verbs.
_HEARD_ENT = re.compile(
    r"(?:abs|acc|accid|arg|c|cli|cont|d|différ|évid|l|mom|par|pati|prés|réc|rég|serp|souv|tal|urg|v|viol)ent\Z"
)
_VOWELS = {"en": re.compile(r"[aeiouy]+"), "fr": re.compile(r"[aàâeéèêëiîïoôuùûüyœæ]+")}
_RULES = {
    "en": tuple((re.compile(wrong), right) for wrong, right in _ENGLISH),
    "fr": tuple((re.compile(wrong), right) for wrong, right in _FRENCH),
}


def ease(messages: Iterable[str], locale: str) -> float | None:
    """How easily these messages are read; each ends a sentence. None where there is not a word.

    What stands in braces is left out: it is not our wording.
    """
    sentences = words = syllables = 0
    for message in messages:
        for sentence in _SENTENCE_END.split(_PLACEHOLDER.sub("", message)):
            found = words_in(sentence)
            sentences += bool(found)
            words += len(found)
            syllables += sum(spoken(word, locale) for word in found)
    if not words:
        return None
    constant, of_sentence, of_word = _WEIGHTS[locale]
    return constant - of_sentence * words / sentences - of_word * syllables / words


def words_in(text: str) -> list[str]:
    return _WORD.findall(text)


@cache
def spoken(word: str, locale: str) -> int:
    """The syllables of a word, at least one."""
    parts = re.split("-", word.lower()) if locale == "en" else re.split("[’'-]", word.lower())
    return max(1, sum(_heard(part, locale) for part in parts))


def _heard(part: str, locale: str) -> int:
    if locale == "fr" and _HEARD_ENT.match(part):
        part = part[:-3] + "an"
    for wrong, right in _RULES[locale]:
        part = wrong.sub(right, part)
    return len(_VOWELS[locale].findall(part))
