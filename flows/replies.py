"""What people answer to a direct question, in words of their own."""

from collections.abc import Iterable

from flows.intents import words_of

NEVER = {("pas",), ("jamais",), ("plus",), ("never",), ("guere",)}  # after "j’y pense"


class Replies:
    """yes: words an answer begins with. no: whole answers. The yes is taken from less, since a no that is missed costs
    little, and a yes that is missed may cost a life.
    thinks: what says, anywhere in an answer, that somebody thinks of what they were asked about.
    """

    def __init__(self, yes: Iterable[str], no: Iterable[str], thinks: Iterable[str]) -> None:
        self._yes = tuple(words_of(phrase) for phrase in yes)
        self._no = frozenset(words_of(phrase) for phrase in no)
        self._thinks = tuple(words_of(phrase) for phrase in thinks)

    def read(self, words: tuple[str, ...]) -> bool | None:
        """None when it is neither."""
        if words in self._no:
            return False
        yes = any(words[: len(begins)] == begins for begins in self._yes) or self.thinks(words)
        return True if yes else None

    def thinks(self, words: tuple[str, ...]) -> bool:
        """Whether they say so, and not that they never do."""
        return any(
            words[start : start + len(phrase)] == phrase and words[start + len(phrase) :][:1] not in NEVER
            for phrase in self._thinks
            for start in range(len(words))
        )

    def only_yes(self, words: tuple[str, ...]) -> bool:
        """Whether there is nothing else in it: "oui", "yes, sometimes"."""
        if words in self._no:
            return False
        while begins := max((yes for yes in self._yes if words[: len(yes)] == yes), key=len, default=()):
            words = words[len(begins) :]
            if not words:
                return True
        return False
