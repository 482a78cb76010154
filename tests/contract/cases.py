"""What every platform can carry, as one table. A platform joins with a driver, in test_platforms.py."""

from dataclasses import dataclass
from typing import Protocol

from flows.events import FileRef, Media, MediaKind
from handlers.errors import DeliveryError, Rejected, TryLater, Unreachable
from handlers.port import TEXT_LIMIT, Button, Message, Platform


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as the human at the other end has it.

    labels:  of its buttons, in order.
    file:    the bytes that came with it, and how they are shown.
    answers, edits: which earlier message, counted from 0.
    """

    text: str
    labels: tuple[str, ...] = ()
    shown_as: MediaKind | None = None
    file: bytes | None = None
    answers: int | None = None
    edits: int | None = None


class Driver(Protocol):
    """One platform, with somebody at the other end.

    address: where that somebody is reached.
    fails:   the failures that this platform can have, and `fail` can cause.
    """

    platform: Platform
    address: str
    fails: tuple[type[DeliveryError], ...]

    async def seen(self) -> list[Seen]:
        """Everything that somebody got, oldest first."""
        ...

    def fail(self, fact: type[DeliveryError]) -> None:
        """Let the next send fail like this."""
        ...

    def hold(self, body: bytes) -> FileRef:
        """Put a file on the platform, as if somebody had sent it."""
        ...


@dataclass(frozen=True, slots=True)
class Case:
    """after: a message sent first; "answers" and "edits" say what the message does to it."""

    message: Message
    seen: Seen
    file: bytes | None = None
    after: Message | None = None
    answers: bool = False
    edits: bool = False


def media(kind: MediaKind, name: str, mime: str) -> Media:
    return Media(kind, FileRef("elsewhere", "1"), name, mime)


PHOTO = media(MediaKind.PHOTO, "photo.jpg", "image/jpeg")
VOICE = media(MediaKind.VOICE, "voice.ogg", "audio/ogg")
PDF = media(MediaKind.DOCUMENT, "lettre.pdf", "application/pdf")
CHOICES = (Button("Respirer", press="1/menu/start/breathe"), Button("Un rendez-vous", url="https://clinic.example/r/a"))
# More than the narrowest platform has rows, and longer ones (flows/labels.py). Each of ours shows them whole.
ROWS = tuple(f"Plus de la moitié des jours, ou presque, {number}" for number in range(1, 13))
MARKUP = "*literal* _as it is_ <b>&amp;</b> 🌱 « oui » !"
LONG = "é" * TEXT_LIMIT

CASES: dict[str, Case] = {
    "text": Case(Message("Bonjour."), Seen("Bonjour.")),
    "signs that mean something elsewhere": Case(Message(MARKUP), Seen(MARKUP)),
    "paragraphs": Case(Message("Un.\n\nDeux."), Seen("Un.\n\nDeux.")),
    "the longest text": Case(Message(LONG), Seen(LONG)),
    "buttons": Case(Message("Et maintenant ?", CHOICES), Seen("Et maintenant ?", ("Respirer", "Un rendez-vous"))),
    "many long buttons": Case(
        Message("Combien ?", tuple(Button(row, press=f"1/menu/start/a{n}") for n, row in enumerate(ROWS))),
        Seen("Combien ?", ROWS),
    ),
    "a photo": Case(Message("", media=PHOTO), Seen("", shown_as=MediaKind.PHOTO, file=b"jpg"), b"jpg"),
    "a photo with words": Case(
        Message("Le plan", media=PHOTO), Seen("Le plan", shown_as=MediaKind.PHOTO, file=b"jpg"), b"jpg"
    ),
    "a voice message": Case(Message("", media=VOICE), Seen("", shown_as=MediaKind.VOICE, file=b"ogg"), b"ogg"),
    "a document": Case(Message("", media=PDF), Seen("", shown_as=MediaKind.DOCUMENT, file=b"pdf"), b"pdf"),
    "an answer": Case(Message("Oui."), Seen("Oui.", answers=0), after=Message("Vraiment ?"), answers=True),
    "an answer in a photo": Case(
        Message("", media=PHOTO),
        Seen("", shown_as=MediaKind.PHOTO, file=b"jpg", answers=0),
        b"jpg",
        after=Message("À quoi cela ressemble ?"),
        answers=True,
    ),
    "an edit": Case(Message("Bonjour."), Seen("Bonjour.", edits=0), after=Message("Bonjuor."), edits=True),
}

FACTS: tuple[type[DeliveryError], ...] = (TryLater, Unreachable, Rejected)
