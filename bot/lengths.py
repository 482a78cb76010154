"""How much one message takes, in UTF-16 units, as messengers count."""

BREAKS = ("\n\n", "\n", " ")  # where a text is best parted, the best first
MISSING = "…"


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, most: int) -> str:
    """The text, or its beginning and a sign that something is missing."""
    return text if length(text) <= most else f"{_beginning(text, most - length(MISSING))}{MISSING}"


def parted(text: str, most: int) -> list[str]:
    """All of it, in parts that fit."""
    if length(text) <= most:
        return [text]
    begun = _beginning(text, most)
    breaks = (begun.rfind(mark, len(begun) // 2) for mark in BREAKS)
    end = next((at for at in breaks if at > 0), len(begun))
    return [text[:end].rstrip(), *parted(text[end:].lstrip(), most)]


def _beginning(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")  # no half of an emoji
