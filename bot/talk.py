"""`python -m bot talk`: converse in the terminal, without any server, with time that can be moved forward."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.decide import Done
from bot.rehearsal import Rehearsal
from bot.wording import Wording
from flows.book import Book
from flows.effects import (
    Agree,
    Alert,
    Ask,
    Choice,
    Dispute,
    Erase,
    GiveCalendar,
    OpenRequest,
    OwnerChanged,
    Record,
    RecordAnswers,
    RelayReaction,
    RelayToPerson,
    RelayToTherapist,
    ReportBooking,
    Say,
    SetTimer,
    ShowData,
    ShowTherapists,
    Text,
    WithdrawRequest,
)
from flows.events import (
    Event,
    Media,
    MediaKind,
    PersonArrived,
    PersonEdited,
    PersonSaid,
    PersonSent,
    PersonTapped,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
)
from flows.risk.read import read
from flows.state import State
from handoff.colleagues import KeepNote, SendLink
from handoff.desk import Tell
from handoff.roster import Clinic, Therapist

HELP = """\
Write as the person. 1, 2, 3 or the words of a button press it.
  /wait 10m                     let time pass (s, m, h, d)
  /photo  /voice  /sticker      send one
  /edit words                   edit the last message
  /therapist take | release | close | decline | close_alert | say words
                                as the clinic's first therapist;
  /therapist:NAME take …        as another one
  /quit
"""

_WAIT = re.compile(r"/wait\s+(\d+)\s*([smhd])\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_THERAPIST = re.compile(r"/therapist(?::(\w+))?\s+(take|release|decline|close_alert|close|say)\s*(.*)\Z", re.DOTALL)


def run(
    book: Book,
    clinic: Clinic,
    wording: Wording,
    locale: str,
    read: Callable[[str], str] = input,
    started: datetime | None = None,
) -> None:
    """Converse until /quit or the end of what is typed. started: when the conversation begins; now, by default."""
    now = started or datetime.now(UTC)
    table = _Table(clinic, wording, Rehearsal(book, clinic, State(locale=locale), now))
    print(HELP)
    table.show(table.rehearsal.take(PersonArrived(now)))
    while True:
        try:
            typed = read(f"{table.rehearsal.now:%H:%M:%S} > ").strip()
        except EOFError:
            return
        if typed == "/quit":
            return
        if typed:
            table.typed(typed)


class _Table:
    """The terminal as a person's screen and a therapist's."""

    def __init__(self, clinic: Clinic, wording: Wording, rehearsal: Rehearsal) -> None:
        self.clinic = clinic
        self.wording = wording
        self.rehearsal = rehearsal
        self.buttons: tuple[Choice, ...] = ()
        self.messages = 0

    def typed(self, typed: str) -> None:
        if wait := _WAIT.match(typed):
            for effects in self.rehearsal.wait(timedelta(**{_UNITS[wait[2]]: int(wait[1])})):
                self.show(effects)
        elif event := self.event(typed):
            self.show(self.rehearsal.take(event))
        else:
            print(HELP)

    def event(self, typed: str) -> Event | None:
        at = self.rehearsal.now
        self.messages += 1
        message = str(self.messages)
        if acting := _THERAPIST.match(typed):
            return self.therapists(acting[1], acting[2], acting[3], message)
        if typed.startswith(("/wait", "/therapist")):
            return None
        if typed[1:] in ("photo", "voice", "sticker") and typed[0] == "/":
            return PersonSent(at, Media(MediaKind(typed[1:])), message)
        if typed.startswith("/edit "):
            words = typed.removeprefix("/edit ")
            return PersonEdited(at, words, str(self.messages - 1), risk=read(words))
        for number, choice in enumerate(self.buttons, 1):
            if typed in (str(number), self.label(choice)):
                return PersonTapped(at, choice.press)
        return PersonSaid(at, typed, message, risk=read(typed))

    def therapists(self, id: str | None, act: str, words: str, message: str) -> Event | None:
        at = self.rehearsal.now
        therapist = self.therapist(id) if id else self.clinic.therapists[0]
        if therapist is None:
            print(f"  (the clinic has {', '.join(t.id for t in self.clinic.therapists)})")
            return None
        match act:
            case "take":
                return TherapistTookOver(at, therapist.id, therapist.name)
            case "release":
                return TherapistReleased(at, therapist.id, therapist.name)
            case "decline":
                return TherapistDeclined(at, therapist.id)
            case "close":
                return TherapistClosed(at, therapist.id, therapist.name)
            case "close_alert":
                return TherapistClosedAlert(at, therapist.id, therapist.name)
            case _:
                return TherapistSaid(at, therapist.id, therapist.name, words, message)

    def therapist(self, id: str) -> Therapist | None:
        return next((therapist for therapist in self.clinic.therapists if therapist.id == id), None)

    def show(self, effects: Iterable[Done]) -> None:
        for effect in effects:
            for line in self.lines(effect):
                print(line)
        sys.stdout.flush()

    def lines(self, effect: Done) -> Iterator[str]:
        match effect:
            case Say(texts):
                yield from self.message(texts, ())
            case Ask(texts, choices):
                self.buttons = choices
                yield from self.message(texts, choices)
            case Tell(therapist, texts):
                told = self.therapist(therapist)
                words = self.wording.message(texts, told.languages[0] if told else "fr")
                yield from (f"  [desk of {therapist}] {line}" for line in words.splitlines() if line)
            case RelayToPerson(therapist, content):
                told = self.therapist(therapist)
                yield f"  {told.name if told else therapist}: {_content(content)}"
            case RelayToTherapist(content):
                yield f"  [desk] {_content(content)}"
            case RelayReaction(therapist, _, emoji):
                yield f"  ({'to you' if therapist else 'to the therapist'}, under a message: {emoji})"
            case OwnerChanged(to):
                yield f"  (the conversation is {to or 'the bot'}’s)"
            case KeepNote(kind, author, to, words):
                yield f"  [between {author} and {to}] {words or kind.value}"
            case SendLink(_, of):
                yield f"  (the page of {of or 'the clinic'})"
            case ShowTherapists():
                yield "  (cards with the links of: " + ", ".join(t.name for t in self.clinic.therapists if t.link) + ")"
            case ReportBooking():
                yield "  (noted: says that they booked)"
            case GiveCalendar():
                yield "  (a file for the calendar)"
            case ShowData():
                yield "  (a file with all that is kept)"
            case Record(name):
                yield f"  (kept as “{name}”)"
            case RecordAnswers(answers):
                yield f"  (kept: the answers to {answers.instrument})"
            case Agree(purpose, agreed):
                yield f"  ({'agreed' if agreed else 'no longer agreed'}: {purpose})"
            case Erase():
                self.buttons = ()
                yield "  (everything is erased)"
            case SetTimer() | OpenRequest() | WithdrawRequest() | Alert() | Dispute():
                pass  # kept by the rehearsal
            case _:
                assert_never(effect)

    def message(self, texts: tuple[Text, ...], choices: tuple[Choice, ...]) -> Iterator[str]:
        words = self.wording.message(texts, self.rehearsal.state.locale)
        yield ""
        yield from (f"  {line}" for line in words.splitlines())
        yield from (f"    {number}. {self.label(choice)}" for number, choice in enumerate(choices, 1))

    def label(self, choice: Choice) -> str:
        return self.wording.text(choice.label, self.rehearsal.state.locale)


def _content(content: str | Media) -> str:
    return content if isinstance(content, str) else f"[{content.kind.value}] {content.caption}".rstrip()
