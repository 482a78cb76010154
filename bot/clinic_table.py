"""One table of the clinic's file being read: what is wrong is noted with its place, and the reading goes on."""

from datetime import date
from typing import Any


class Table:
    """One table being read: each key is taken out once, and what is wrong is noted with its place.

    What cannot be read gives a value of the right type all the same, so that the reading goes on to the end.
    """

    def __init__(self, plain: dict[str, Any], place: str, problems: list[str]) -> None:
        self._left = dict(plain)
        self._place = place
        self._problems = problems

    def wrong(self, key: str, sentence: str) -> None:
        self._problems.append(f"{self._place}{key}: {sentence}")

    def close(self) -> None:
        for key in self._left:
            self.wrong(key, "is not a key that is known here.")

    def text(self, key: str, example: str, *, may_lack: bool = False) -> str:
        value = self._take(key, None if may_lack else f'{key} = "{example}"')
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(key, f'must be text in quotes, such as "{example}".')
            return ""
        if not value.strip() and not may_lack:
            self.wrong(key, f'is empty. It must be text, such as "{example}".')
        return value.strip()

    def number(self, key: str, example: int, most: int, *, may_lack: bool = False) -> int:
        """The example when it is missing and may be."""
        value = self._take(key, None if may_lack else f"{key} = {example}")
        if value is None:
            return example
        if type(value) is not int or not 1 <= value <= most:
            self.wrong(key, f"must be a whole number from 1 to {most}, such as {example}.")
            return example
        return value

    def day(self, key: str, example: str = "2026-12-24", *, may_lack: bool = False) -> date | None:
        value = self._take(key, None if may_lack else f"{key} = {example}")
        if value is not None and type(value) is not date:
            self.wrong(key, f"must be a day without quotes, such as {example}.")
            return None
        return value

    def days(self, key: str, example: str = "[2026-12-24, 2026-12-31]") -> frozenset[date]:
        """None of them when it is missing."""
        value = self._take(key, None)
        if value is None:
            return frozenset()
        if not isinstance(value, list) or not all(type(day) is date for day in value):
            self.wrong(key, f"must be a list of days without quotes, such as {example}.")
            return frozenset()
        return frozenset(value)

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        """ "" when it is missing or wrong."""
        word = self.text(key, words[0], may_lack=True)
        if word and word not in words:
            self.wrong(key, f'"{word}" is not one of {", ".join(words)}.')
            return ""
        return word

    def some_of(self, key: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """Those that are known, once each."""
        said = self.texts(key, f'["{words[0]}"]', may_lack=True)
        for word in said:
            if word not in words:
                self.wrong(key, f'"{word}" is not one of {", ".join(words)}.')
        return tuple(dict.fromkeys(word for word in said if word in words))

    def yes_or_no(self, key: str) -> bool:
        """False when it is missing."""
        value = self._take(key, None)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "must be true or false, without quotes.")
        return value is True

    def texts(self, key: str, example: str, *, may_lack: bool = False) -> tuple[str, ...]:
        value = self._take(key, None if may_lack else f"{key} = {example}")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.wrong(key, f"must be a list of texts, such as {example}.")
            return ()
        if not value and not may_lack:
            self.wrong(key, f"is empty. It must be a list, such as {example}.")
        return tuple(value)

    def table(self, key: str, example: str, *, may_lack: bool = False) -> "Table | None":
        value = self._take(key, None if may_lack else example)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(key, f"must be a table, such as {example}.")
            return None
        return Table(value, f"{self._place}{key}.", self._problems)

    def tables(self, key: str, *, may_lack: bool = False) -> list["Table"]:
        value = self._take(key, None if may_lack else f"[[{key}]], once for each of them.")
        if value is None:
            return []
        if not value or not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self.wrong(key, f"must be written as [[{key}]], once for each.")
            return []
        tables = []
        for number, table in enumerate(value, 1):
            id = table.get("id")
            called = f"{key} {number} ({id})" if isinstance(id, str) and id else f"{key} {number}"
            tables.append(Table(table, f"{self._place}{called}, ", self._problems))
        return tables

    def has(self, key: str) -> bool:
        return key in self._left

    def _take(self, key: str, example: str | None) -> Any:
        """example: shown when the key is missing; None when it may be."""
        if key in self._left:
            return self._left.pop(key)
        if example is not None:
            self.wrong(key, f"is missing. For example: {example}")
        return None
