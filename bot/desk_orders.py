"""What a therapist orders on their messenger, with a command or a button: an event, or what is asked back.

An order without what it needs is answered with the choices there are, each a button that gives the whole order.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.wording import Wording
from flows.book import Book
from flows.effects import Text
from flows.events import (
    TherapistCalledOff,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistEvent,
    TherapistNoted,
    TherapistPassed,
    TherapistPrescribed,
    TherapistReleased,
    TherapistSaid,
    TherapistSentLink,
    TherapistTookOver,
)
from flows.floor import can_lead
from flows.flow import Kind
from flows.intents import words_of
from handlers.port import Button
from handlers.port_desk import Canned, DeskAnswer, Led
from handoff.links import page_of
from handoff.roster import Clinic, Therapist, on_duty

# That can be typed.
ORDERS = {"take", "release", "close", "decline", "close_alert", "pass", "ask", "link", "say", "prescribe"}
CLINIC_PAGE = "clinic"  # in a press: the clinic's own page for appointments
LABEL = 40  # characters of a sentence of one's own, on its button
_HOUR = re.compile(r"(?:(\d{4}-\d{2}-\d{2}) )?(\d{1,2})[:h](\d{2})\Z")


@dataclass(frozen=True, slots=True)
class Order:
    """One order, of this therapist in this conversation.

    argument: the rest of the command, or what stands on the button.
    source:   an id for the words that would go to the person.
    """

    therapist: Therapist
    at: datetime
    verb: str
    argument: str
    conversation: int
    source: str


class Orders:
    def __init__(self, clinic: Clinic, wording: Wording, book: Callable[[], Book]) -> None:
        self._clinic = clinic
        self._wording = wording
        self._book = book

    def renew(self, clinic: Clinic) -> None:
        """Go by this version of the clinic from here on."""
        self._clinic = clinic

    def led(self, locale: str) -> list[Led]:
        """All that a therapist can let the bot lead, by name."""
        flows = (self._book().flows[name] for name in can_lead(self._book()))
        return sorted(
            (
                Led(
                    flow.name,
                    self.title(flow.name, locale),
                    flow.head.get("minutes", ""),
                    flow.kind is Kind.QUESTIONNAIRE,
                )
                for flow in flows
            ),
            key=lambda led: words_of(led.name),
        )

    def title(self, flow: str, locale: str) -> str:
        """How a flow is called; its own name once the library has it no more."""
        title = self._book().flows[flow].title if flow in self._book().flows else ""
        return self._wording.text(Text(title), locale) if title else flow

    def read(self, order: Order, own: Sequence[Canned]) -> TherapistEvent | DeskAnswer | None:
        """own: the therapist's sentences. None: there is no such order."""
        at, id, name = order.at, order.therapist.id, order.therapist.name
        match order.verb:
            case "take":
                return TherapistTookOver(at, id, name)
            case "release":
                return TherapistReleased(at, id, name)
            case "decline":
                return TherapistDeclined(at, id)
            case "close":
                return TherapistClosed(at, id, name)
            case "close_alert":
                return TherapistClosedAlert(at, id, name)
            case "pass":
                return self._passed(order)
            case "ask":
                return self._asked(order)
            case "link":
                return self._link(order)
            case "say":
                return self._own(order, own)
            case "prescribe":
                return self._prescribed(order)
            case "lend":
                return self._lent(order)
            case "call_off":
                return TherapistCalledOff(at, id)
            case _:
                return None

    def _passed(self, order: Order) -> TherapistEvent | DeskAnswer:
        if not order.argument:
            others = [t for t in self._clinic.therapists if t is not order.therapist]
            on = on_duty(self._clinic, order.at, "")
            others.sort(key=lambda one: one not in on)
            return self._choose(order, "desk.pass_whom", "pass", ((t.name, t.id) for t in others))
        if to := self._colleague(order.argument):
            return TherapistPassed(order.at, order.therapist.id, order.therapist.name, to.id)
        return self._say(order, "desk.no_such_colleague")

    def _asked(self, order: Order) -> TherapistEvent | DeskAnswer:
        """The longest name that the argument begins with; the rest is the note."""
        words = order.argument.split()
        for count in range(len(words) - 1, 0, -1):
            if to := self._colleague(" ".join(words[:count])):
                note = order.argument.split(maxsplit=count)[count]
                return TherapistNoted(order.at, order.therapist.id, order.therapist.name, to.id, note)
        return self._say(order, "desk.ask_how")

    def _link(self, order: Order) -> TherapistEvent | DeskAnswer:
        pages = [t for t in self._clinic.therapists if t.link]
        of = "" if order.argument == CLINIC_PAGE else None
        if order.argument and of is None:
            whose = self._colleague(order.argument)
            of = whose.id if whose else None
        elif not order.argument and order.therapist.link:
            of = order.therapist.id
        if of is not None and page_of(self._clinic, of):
            return TherapistSentLink(order.at, order.therapist.id, order.therapist.name, of, order.source)
        choices = [(t.name, t.id) for t in pages]
        if self._clinic.fallback_link:
            choices.append((dict(self._clinic.name).get(_locale(order), CLINIC_PAGE), CLINIC_PAGE))
        return self._choose(order, "desk.link_whose" if choices else "desk.no_page", "link", choices)

    def _own(self, order: Order, own: Sequence[Canned]) -> TherapistEvent | DeskAnswer:
        """By its number in the list, or by how it begins; from a button by its id."""
        said = order.argument.casefold()
        found = [one for one in own if said and (f"#{one.id}" == said or one.text.casefold().startswith(said))]
        if said.isdecimal() and 0 < int(said) <= len(own):
            found = [own[int(said) - 1]]
        if len(found) == 1:
            at, therapist = order.at, order.therapist
            return TherapistSaid(at, therapist.id, therapist.name, found[0].text, order.source)
        if not own:
            return self._say(order, "desk.say_none")
        choices = ((_short(one.text), f"#{one.id}") for one in found or own)
        return self._choose(order, "desk.say_which", "say", choices)

    def _prescribed(self, order: Order) -> DeskAnswer:
        """Nothing is let speak by this: what the bot would do is said, under a button that lets it."""
        words, due = self._what_and_when(order)
        book = self._book()
        flow = self._flow(book, words)
        if flow is None:
            choices = ((led.name, led.flow) for led in self.led(_locale(order)))
            return self._choose(order, "desk.prescribe_what", "prescribe", choices)
        title = self.title(flow, _locale(order))
        stamp = int(due.timestamp()) if due else 0
        button = Button(
            self._wording.sentence("desk.let_bot", _locale(order)), f"lend/{flow}/{stamp}/{order.conversation}"
        )
        sentence = "desk.prescribe_at" if due else "desk.prescribe_now"
        hour = f"{due.astimezone(ZoneInfo(self._clinic.timezone)):%Y-%m-%d %H:%M}" if due else ""
        said = self._wording.sentence(sentence, _locale(order), exercise=title, hour=hour)
        return DeskAnswer(say=said, buttons=(button,))

    def _what_and_when(self, order: Order) -> tuple[str, datetime | None]:
        """ "breathing 14:30", "breathing 2026-11-25 9h05": what, and when; None for now."""
        words = order.argument.split()
        for count in (2, 1):
            if len(words) > count and (due := self._due(order, " ".join(words[-count:]))):
                return " ".join(words[:-count]), due
        return order.argument, None

    def _lent(self, order: Order) -> TherapistEvent | None:
        flow, _, stamp = order.argument.partition("/")
        if not stamp.isdecimal() or len(stamp) > 12:
            return None
        due = datetime.fromtimestamp(int(stamp), UTC) if int(stamp) else None
        return TherapistPrescribed(order.at, order.therapist.id, order.therapist.name, flow, due)

    def _flow(self, book: Book, words: str) -> str | None:
        led = can_lead(book)
        if words in led:
            return words
        bare = words_of(words)
        found = book.called.exact(bare) or book.called.near(bare) if bare else None
        return found if found in led else None

    def _due(self, order: Order, hour: str) -> datetime | None:
        """The next time it is this hour by the clinic's clock; None when it is none, or of a day when it is over."""
        read = _HOUR.match(hour)
        if read is None:
            return None
        now = order.at.astimezone(ZoneInfo(self._clinic.timezone))
        try:
            day = datetime.fromisoformat(read[1]).date() if read[1] else now.date()
            due = now.replace(day=day.day, month=day.month, year=day.year, hour=int(read[2]), minute=int(read[3]))
        except ValueError:
            return None
        due = due.replace(second=0, microsecond=0)
        if due > now:
            return due
        return None if read[1] else due + timedelta(days=1)

    def _colleague(self, said: str) -> Therapist | None:
        """Whom this names: by id, by name, or by a first name that only one of them has."""
        wanted = words_of(said)
        known = self._clinic.therapists
        exact = [t for t in known if t.id == said.casefold() or words_of(t.name) == wanted]
        found = exact or [t for t in known if wanted and words_of(t.name)[: len(wanted)] == wanted]
        return found[0] if len(found) == 1 else None

    def _choose(self, order: Order, sentence: str, verb: str, choices: Iterable[tuple[str, str]]) -> DeskAnswer:
        buttons = tuple(Button(label, f"{verb}/{press}/{order.conversation}") for label, press in choices)
        return DeskAnswer(say=self._wording.sentence(sentence, _locale(order)), buttons=buttons)

    def _say(self, order: Order, sentence: str) -> DeskAnswer:
        return DeskAnswer(say=self._wording.sentence(sentence, _locale(order)))


def _locale(order: Order) -> str:
    return order.therapist.languages[0]


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LABEL else f"{line[: LABEL - 1]}…"
