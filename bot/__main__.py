"""`python -m bot`. Messages are read from a file without the rest of the program, which takes seconds to import."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 2 for what somebody has to mend first, with one message that names all of it."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["risk"]:
        from bot import risk  # as the head of this file says

        return risk.main(words[1:])
    from bot import commands  # likewise

    return commands.main(words)


if __name__ == "__main__":
    sys.exit(main())
