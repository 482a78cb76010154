"""What people answer to a direct question, in words of their own."""

from collections.abc import Iterable

from flows.intents import made_of, words_of

NEVER = {("pas",), ("jamais",), ("plus",), ("never",), ("guere",)}  # after "j’y pense"
Said = tuple[str, ...]


class Replies:
    """yes: words an answer begins with. no: whole answers. The yes is taken from less, since a no that is missed costs
    little, and a yes that is missed may cost a life.
    thinks:   what says, anywhere in an answer, that somebody thinks of what they were asked about.
    after_no: what, with a yes or by itself, takes back the no that was just said.
    nothing:  whole answers that leave a question empty. thanks: what says nothing but that.
    """

    def __init__(
        self,
        yes: Iterable[str] = (),
        no: Iterable[str] = (),
        thinks: Iterable[str] = (),
        after_no: Iterable[str] = (),
        nothing: Iterable[str] = (),
        thanks: Iterable[str] = (),
    ) -> None:
        self._yes = _phrases(yes)
        self._no = frozenset(_phrases(no))
        self._thinks = _phrases(thinks)
        self._after_no = _phrases(after_no)
        self._nothing = frozenset(_phrases(nothing))
        self._thanks = frozenset(_phrases(thanks))

    def read(self, words: Said) -> bool | None:
        """None when it is neither."""
        if words in self._no:
            return False
        yes = any(words[: len(begins)] == begins for begins in self._yes) or self.thinks(words)
        return True if yes else None

    def thinks(self, words: Said) -> bool:
        """Whether they say so, and not that they never do."""
        return any(
            words[start : start + len(phrase)] == phrase and words[start + len(phrase) :][:1] not in NEVER
            for phrase in self._thinks
            for start in range(len(words))
        )

    def only_yes(self, words: Said) -> bool:
        """Whether there is nothing else in it: "oui", "yes, sometimes"."""
        return words not in self._no and made_of(words, self._yes)

    def takes_no_back(self, words: Said) -> bool:
        """Whether it is a yes after a no: "oui en fait", "si", "actually yes, a bit"."""
        return words not in self._no and made_of(words, (*self._after_no, *self._yes))

    def is_nothing(self, words: Said) -> bool:
        return words in self._nothing

    def is_thanks(self, words: Said) -> bool:
        return words in self._thanks


def _phrases(phrases: Iterable[str]) -> tuple[Said, ...]:
    return tuple(words_of(phrase) for phrase in phrases)
