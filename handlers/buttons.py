"""How buttons lie under a message on a phone."""

from handlers.port import Button

SHORT = 16  # characters; two such labels fit side by side on a narrow phone


def rows(buttons: tuple[Button, ...]) -> list[list[Button]]:
    """Return the buttons in rows of one, or of two where both labels are short."""
    laid: list[list[Button]] = []
    for button in buttons:
        last = laid[-1] if laid else []
        if len(last) == 1 and len(last[0].label) <= SHORT and len(button.label) <= SHORT:
            last.append(button)
        else:
            laid.append([button])
    return laid
