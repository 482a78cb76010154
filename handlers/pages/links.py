"""What can be pressed in a line: numbers, as the program says them, and addresses. live.js does the same."""

import re
from collections.abc import Mapping

NUMBER = re.compile(r"\+?\d(?:[\d \u00a0\u202f.-]*\d)?")
ADDRESS = r"https?://[^\s<>«»\"]+[^\s<>«»\".,;:!?)]"


def pieces(line: str, numbers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The line cut into (address, words); the address is "" for what leads nowhere.

    numbers: "call 112" -> "tel:112". Only the number of it is a link.
    """
    sayings = "|".join(re.escape(words) for words in sorted(numbers, key=len, reverse=True)) or "(?!)"
    pressable = re.compile(rf"({ADDRESS})|(?<!\d)({sayings})(?!\d)")
    cut: list[tuple[str, str]] = []
    at = 0
    for one in pressable.finditer(line):
        if one[1]:
            start, end, address = one.start(), one.end(), one[1]
        else:
            number = NUMBER.search(one[2])
            assert number, f"{one[2]!r} says no number"
            start, end, address = one.start() + number.start(), one.start() + number.end(), numbers[one[2]]
        cut += [("", line[at:start]), (address, line[start:end])]
        at = end
    return [piece for piece in (*cut, ("", line[at:])) if piece[1]]
