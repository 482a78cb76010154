"""What people answer to a direct question, in words of their own."""

from collections.abc import Iterable

from flows.intents import words_of


class Replies:
    """yes: words an answer begins with. no: whole answers. The yes is taken from less, since a no that is missed costs
    little, and a yes that is missed may cost a life.
    """

    def __init__(self, yes: Iterable[str], no: Iterable[str]) -> None:
        self._yes = tuple(words_of(phrase) for phrase in yes)
        self._no = frozenset(words_of(phrase) for phrase in no)

    def read(self, words: tuple[str, ...]) -> bool | None:
        """None when it is neither."""
        if words in self._no:
            return False
        return True if any(words[: len(begins)] == begins for begins in self._yes) else None
