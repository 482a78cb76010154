"""In which language somebody writes, from the small words that only one of them has."""

import re

from flows.risk.normal import lean, plain

_LETTERS = re.compile("[a-z]+")


def written_in(text: str) -> str | None:
    """Return "fr" or "en"; None where the words tell neither."""
    leans = lean([word for word in _LETTERS.findall(plain(text)) if word != "me"])  # that is in both
    return "fr" if leans > 0 else "en" if leans < 0 else None
