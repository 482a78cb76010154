"""What people answer to a direct question, in words of their own."""

from collections.abc import Iterable

from flows.intents import Phrases, made_of, words_of

# Directly after a yes, or at its end.
DENIED = {(word,) for word in ("not", "no", "never", "non", "pas", "jamais", "nan")}
NEVER = {("pas",), ("jamais",), ("plus",), ("never",), ("guere",)}  # after "j’y pense"
Said = tuple[str, ...]


class Replies:
    """yes: words an answer begins with. no: whole answers. The yes is taken from less, since a no that is missed costs
    little, and a yes that is missed may cost a life.
    surely:   what is a yes by itself or beside one, and says nothing of what follows it: "totally lost".
    wants:    words an answer begins with that are a yes only where nothing else was offered: "i want to".
    thinks:   what says, anywhere in an answer, that somebody thinks of what they were asked about.
    before:   what may stand before an answer and says nothing by itself: "actually", "well".
    not_so:   what takes back, by itself, the no that was just said.
    nothing:  whole answers that leave a question empty. thanks, hello: what says nothing but that.
    names:    services and people that are a wish elsewhere, and an answer in the safety plan.
    """

    def __init__(
        self,
        yes: Iterable[str] = (),
        surely: Iterable[str] = (),
        wants: Iterable[str] = (),
        no: Iterable[str] = (),
        thinks: Iterable[str] = (),
        before: Iterable[str] = (),
        not_so: Iterable[str] = (),
        nothing: Iterable[str] = (),
        thanks: Iterable[str] = (),
        hello: Iterable[str] = (),
        names: Iterable[str] = (),
    ) -> None:
        self._yes = _phrases(yes)
        self._surely = _phrases(surely)
        self._wants = _phrases(wants)
        self._no = frozenset(_phrases(no))
        self._thinks = _phrases(thinks)
        self._before = _phrases(before)
        self._not_so = _phrases(not_so)
        self._nothing = frozenset(_phrases(nothing))
        self._thanks = frozenset(_phrases(thanks))
        self._hello = frozenset(_phrases(hello))
        self._names = Phrases((name, name) for name in names)
        self._numbers = frozenset(words[0] for words in _phrases(names) if len(words) == 1 and words[0].isdigit())

    def read(self, words: Said) -> bool | None:
        """None when it is neither."""
        answer = self._answer(words)
        if answer in self._no:
            return False
        begun = [answer[len(begins) :] for begins in (*self._yes, *self._wants) if answer[: len(begins)] == begins]
        yes = any(rest[:1] not in DENIED for rest in begun) and not (begun and answer[-1:] in DENIED)
        return True if yes or self.thinks(words) or self.only_yes(answer) else None

    def _answer(self, words: Said) -> Said:
        """Without what stands before it: "actually, well, yes"."""
        for phrase in self._before:
            if phrase == words[: len(phrase)] != words and words not in self._no:
                return self._answer(words[len(phrase) :])
        return words

    def thinks(self, words: Said) -> bool:
        """Whether they say so, and not that they never do."""
        return any(
            words[start : start + len(phrase)] == phrase and words[start + len(phrase) :][:1] not in NEVER
            for phrase in self._thinks
            for start in range(len(words))
        )

    def only_yes(self, words: Said) -> bool:
        """Whether there is nothing else in it: "oui", "yes, sometimes"."""
        said = made_of(words, (*self._yes, *self._surely, *self._before))
        return said and words not in self._no and not made_of(words, self._before)

    def takes_no_back(self, words: Said) -> bool:
        """Whether it is a yes after a no: "oui en fait", "si", "actually yes, a bit". "Well" and "ok" alone are not."""
        empty = (*self._before, *self._surely)
        back = made_of(words, (*empty, *self._not_so, *self._yes))
        return back and words not in self._no and not made_of(words, empty)

    def denies_no(self, words: Said) -> bool:
        """Whether it says that a no was not so, and nothing else: "si", "that wasn't true"."""
        return self.takes_no_back(words) and any(
            words[start : start + len(phrase)] == phrase for phrase in self._not_so for start in range(len(words))
        )

    def is_nothing(self, words: Said) -> bool:
        return words in self._nothing

    def is_thanks(self, words: Said) -> bool:
        return words in self._thanks

    def is_hello(self, words: Said) -> bool:
        return words in self._hello

    def is_name(self, words: Said) -> bool:
        """Whether it names somebody or a service, typos forgiven."""
        return (self._names.exact(words) or self._names.near(words)) is not None

    def has_number(self, words: Said) -> bool:
        """Whether the number of a line is in it: "le 112". One of two digits may be an hour or minutes beside more."""
        return any(word in self._numbers for word in words if len(word) > 2 or len(words) < 3)


def _phrases(phrases: Iterable[str]) -> tuple[Said, ...]:
    return tuple(words_of(phrase) for phrase in phrases)
