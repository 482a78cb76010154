"""The same message as other people would type it. For training: chance comes from a seed."""

import random
import re
from collections.abc import Callable

_SMS_FRENCH = {
    "je suis": "jsuis",
    "je veux": "jveux",
    "je vais": "jvais",
    "j'ai": "jai",
    "je me": "jme",
    "je ne": "jne",
    "je peux": "jpeux",
    "c'est": "c",
    "pas": "pa",
    "plus": "plu",
    "quand": "qd",
    "que": "ke",
    "qui": "ki",
    "pourquoi": "pk",
    "parce que": "pcq",
    "beaucoup": "bcp",
    "maintenant": "mnt",
    "quelqu'un": "qqn",
    "tout": "tt",
    "toujours": "tjrs",
    "avec": "avc",
    "dans": "ds",
    "pour": "pr",
    "mais": "ms",
    "envie": "envi",
    "trop": "tro",
    "faire": "fer",
    "demain": "2main",
    "aujourd'hui": "ajd",
    "il y a": "ya",
    "je sais pas": "jsp",
    "qu'il": "kil",
    "vraiment": "vrmt",
    "même": "mm",
    "c'était": "ct",
}
_SMS_ENGLISH = {
    "i am": "im", "i'm": "im", "i have": "ive", "i've": "ive", "you": "u", "are": "r", "your": "ur", "to": "2", "for": "4",
    "tonight": "2nite", "tomorrow": "tmrw", "because": "bc", "don't": "dont", "can't": "cant", "won't": "wont", "want to": "wanna",
    "going to": "gonna", "people": "ppl", "someone": "sum1", "right now": "rn", "please": "pls", "about": "abt", "and": "n",
    "what": "wat", "i don't know": "idk", "really": "rly", "something": "smth", "before": "b4", "thanks": "thx", "mum": "mam",
}  # fmt: skip
_ACCENTS = str.maketrans("àâäéèêëîïôöùûüçÀÂÉÈÊÎÔÙÛÇ", "aaaeeeeiioouuucAAEEEIOUUC")
_KEYS = {
    "a": "qz",
    "e": "rz",
    "i": "uo",
    "o": "ip",
    "s": "dq",
    "r": "te",
    "t": "ry",
    "n": "b",
    "m": "l",
    "u": "yi",
    "l": "k",
    "d": "sf",
}
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
_EMOJI = ["😔", "😭", "💔", "🙂", "😅", "😂", "🥺", "🖤", "😞", "😶"]
_AFTER = {
    "fr": [" mdr", " lol", " voilà", " bref", " jsp", " en vrai"],
    "en": [" lol", " haha", " idk", " tbh", " anyway", " ngl"],
}

Way = Callable[[str, str, random.Random], str]


def typed(text: str, lang: str, chance: random.Random) -> tuple[str, str]:
    """Return the name of a way of typing, and the text typed so."""
    name = chance.choice(tuple(WAYS))
    return name, WAYS[name](text, lang, chance)


def _sms(text: str, lang: str, chance: random.Random) -> str:
    shorter = _SMS_FRENCH if lang == "fr" else _SMS_ENGLISH
    text = text.lower().replace("’", "'")
    for long, short in shorter.items():
        if chance.random() < 0.7:
            text = re.sub(rf"\b{re.escape(long)}\b", short, text)
    return text.translate(_ACCENTS) if chance.random() < 0.7 else text


def _typos(text: str, _: str, chance: random.Random) -> str:
    letters = list(text)
    for _slip in range(max(1, len(text) // 25)):
        at = chance.randrange(len(letters))
        if not letters[at].isalpha():
            continue
        kind = chance.randrange(4)
        if kind == 0:
            letters[at] = ""
        elif kind == 1:
            letters[at] *= 2
        elif kind == 2 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] = chance.choice(_KEYS.get(letters[at].lower(), letters[at]))
        letters = [c for c in letters if c] or [" "]
    return "".join(letters)


def _drawn_out(text: str, _: str, chance: random.Random) -> str:
    vowels = [m.start() for m in re.finditer(r"[aeiouyéè]", text)]
    for at in sorted(chance.sample(vowels, min(2, len(vowels))), reverse=True):
        text = text[:at] + text[at] * chance.randint(3, 6) + text[at + 1 :]
    return text


def _leet(text: str, _: str, chance: random.Random) -> str:
    return "".join(chance.choice(_LEET[c]) if c in _LEET and chance.random() < 0.3 else c for c in text.lower())


def _spoken(text: str, _: str, __: random.Random) -> str:
    return re.sub(r"[.,;:!?…«»\"()]", "", text).lower()


WAYS: dict[str, Way] = {
    "sms": _sms,
    "typos": _typos,
    "no_accents": lambda text, _, __: text.translate(_ACCENTS).lower(),
    "curly": lambda text, _, __: text.replace("'", "’"),
    "straight": lambda text, _, __: text.replace("’", "'"),
    "no_apostrophe": lambda text, _, __: text.replace("'", "").replace("’", "").lower(),
    "caps": lambda text, _, __: text.upper(),
    "drawn_out": _drawn_out,
    "leet": _leet,
    "voice": _spoken,
    "emoji": lambda text, _, chance: f"{text} {chance.choice(_EMOJI)}",
    "tail": lambda text, lang, chance: text.rstrip(".") + chance.choice(_AFTER[lang]),
}
