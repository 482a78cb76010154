"""`python -m bot check`: every problem of the content and its translations."""

from pathlib import Path

from bot import words
from bot.wording import catalogues
from flows import check


def problems(content: Path, locales: Path) -> list[str]:
    """One sentence each, with file and line."""
    found = [str(problem) for problem in check.problems(content, catalogues(locales))]
    if not words.is_current(content, locales):
        found.append("locales/: the catalogues are older than the content; run `make words` and translate what is new.")
    return found
