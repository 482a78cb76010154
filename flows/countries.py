"""Where somebody says they are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.intents import words_of


@dataclass(frozen=True, slots=True)
class Said:
    """country: as in State.country. whole: the message says nothing else."""

    country: str
    whole: bool


class Countries:
    """names: country -> what it is called, its larger cities too. here: what comes before ("je suis en")."""

    def __init__(self, names: Mapping[str, Iterable[str]], here: Iterable[str]) -> None:
        self._country = {" ".join(words_of(name)): country for country, called in names.items() for name in called}
        self._words = {word for name in self._country for word in name.split()}
        known = "|".join(sorted(map(re.escape, self._country), key=len, reverse=True))
        before = "|".join(sorted((re.escape(" ".join(words_of(phrase))) for phrase in here), key=len, reverse=True))
        self._said = re.compile(rf"(?:^| )(?:{before}) ({known})(?: |$)") if known and before else None

    def read(self, words: tuple[str, ...]) -> Said | None:
        """None when they do not say."""
        if self._said is None or self._words.isdisjoint(words):
            return None
        text = " ".join(words)
        found = self._said.search(text)
        return Said(self._country[found[1]], found[0].strip() == text) if found else None
