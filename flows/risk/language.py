"""In which language somebody writes, from the small words that only one of them has."""

import re

from flows.risk.normal import plain
from flows.risk.typing import ENGLISH_WORDS, FRENCH_WORDS

_LETTERS = re.compile("[a-z]+")
_FRENCH = FRENCH_WORDS - {"me"}  # "me" is in both


def written_in(text: str) -> str | None:
    """Return "fr" or "en"; None where the words tell neither."""
    words = _LETTERS.findall(plain(text))
    lean = sum(map(_FRENCH.__contains__, words)) - sum(map(ENGLISH_WORDS.__contains__, words))
    return "fr" if lean > 0 else "en" if lean < 0 else None
