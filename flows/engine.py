"""step(book, state, event) -> Turn. All that moves a conversation's state is here."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from flows.book import Book
from flows.effects import (
    Effect,
    OwnerChanged,
    Record,
    RelayToPerson,
    RelayToTherapist,
    Say,
    Text,
    Weight,
)
from flows.events import (
    Event,
    Media,
    OfferUndelivered,
    PersonArrived,
    PersonEdited,
    PersonLeft,
    PersonSaid,
    PersonSent,
    PersonTapped,
    TherapistDeclined,
    TherapistEdited,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.flow import Hear, Option, Step
from flows.intents import LONGEST_WISH, Order, Wish, command, is_stop_and_erase, words_of
from flows.state import Place, Press, State
from flows.walk import INTERRUPTIONS, LANGUAGE, MENU, MENU_LABEL, THRESHOLDS, Values, Walk

SAME_PRESS = timedelta(seconds=10)  # Telegram sends a press again within seconds, under a new update id
PRESSES_KEPT = 5
KEPT = "kind_answers.kept_for_therapist"


@dataclass(frozen=True, slots=True)
class Turn:
    state: State
    effects: tuple[Effect, ...]


def step(book: Book, state: State, event: Event) -> Turn:
    """What becomes of a conversation when this happens. Never raises."""
    taking = _Taking(book, state, event.at)
    taking.take(event)
    return taking.turn()


def enter(book: Book, state: State, place: Place, at: datetime, values: Values = ()) -> Turn:
    """Lead the person to this step. Nothing happens while a therapist owns the conversation."""
    taking = _Taking(book, state, at)
    if state.owner is None:
        taking.go(place, values)
    return taking.turn()


def mention(book: Book, state: State, place: Place, values: Values = ()) -> Turn:
    """Say this step's message, with its buttons, and leave the person where they are."""
    taking = _Taking(book, state, None)
    told = book.steps.get(place)
    if state.owner is None and told is not None:
        taking.tell(told, values)
    return taking.turn()


class _Taking(Walk):
    """One turn being taken."""

    def turn(self) -> Turn:
        return Turn(self.state, tuple(self.effects))

    def take(self, event: Event) -> None:
        match event:
            case PersonSaid():
                self.said(event)
            case PersonTapped(at, press):
                self.tapped(at, press)
            case PersonSent():
                self.sent(event)
            case PersonEdited(_, text, message):
                self.edited(text, message)
            case PersonArrived():
                self.arrived()
            case PersonLeft():
                self.left()
            case TimerRang(_, timer, token):
                self.rang(timer, token)
            case TherapistTookOver(_, therapist, name, relieves):
                self.taken_over(therapist, name, relieves)
            case TherapistSaid():
                self.taken_over(event.therapist, event.name, event.relieves)
                self.relay(event.therapist, event.content, event.message, event.reply_to)
            case TherapistEdited(_, therapist, text, message):
                self.relay(therapist, text, message, None, edited=True)
            case TherapistReleased(_, therapist, name):
                self.released(therapist, name)
            case TherapistDeclined() | OfferUndelivered():
                pass
            case _:
                assert_never(event)

    # What the person does.

    def said(self, event: PersonSaid) -> None:
        text, state = event.text, self.state
        erasing = is_stop_and_erase(text)
        if state.owner is not None:
            if erasing:
                # What the person erases has no owner any more: the goodbye is said in a conversation that starts anew.
                self.state = replace(self.state, owner=None, epoch=state.epoch + 1)
                self.go(Place("data", "erased"))
            else:
                self.effects.append(RelayToTherapist(text, event.message, event.reply_to))
            return
        if erasing:
            self.go(Place("data", "erased"))
        elif not (self.ordered(text) or self.answered(text)):
            self.not_understood(text)

    def ordered(self, text: str) -> bool:
        """Carry out a slash command."""
        match command(text):
            case Order.START:
                self.arrived()
            case Order.OTHER_LANGUAGE:
                self.speak("en" if self.state.locale == "fr" else "fr")
            case Wish() as wish:
                return self.wished(wish)
            case None:
                return False
        return True

    def answered(self, text: str) -> bool:
        """Take the words as a wish, as one of the choices, or as what the question hoped to hear."""
        words = words_of(text) if len(text) <= LONGEST_WISH else ()
        wishes, here = self.book.wishes, self.here()
        labels = self.book.labels.get(here.place) if here else None
        if words:
            if (wish := wishes.exact(words)) and self.wished(wish):
                return True
            if here and (option := self.numbered(here, words)):
                self.choose(here, option)
                return True
            if here and labels and self.chosen(here, labels.exact(words)):
                return True
            if (wish := wishes.near(words)) and self.wished(wish):
                return True
            if here and labels and self.chosen(here, labels.near(words)):
                return True
        if here and here.hear and text.strip():
            self.heard(here.hear, text)
            return True
        return False

    def numbered(self, here: Step, words: tuple[str, ...]) -> Option | None:
        if len(words) != 1 or not (words[0].isascii() and words[0].isdigit() and len(words[0]) < 3):
            return None
        offered = self.offered(here)
        number = int(words[0])
        return offered[number - 1] if 1 <= number <= len(offered) else None

    def chosen(self, here: Step, choice: str | None) -> bool:
        option = here.option(choice) if choice else None
        if option is None:
            return False
        self.choose(here, option)
        return True

    def choose(self, here: Step, option: Option) -> None:
        """Answer the open question, or follow a button that is good at any time."""
        self.state = replace(self.state, answer="")
        leaves = option.id in here.beside or here.place != self.state.place or option.label == MENU_LABEL.id
        if leaves or (isinstance(option.go, Place) and option.go.flow in INTERRUPTIONS):
            self.set_aside_for(option.go)
        self.go(option.go)

    def heard(self, hear: Hear, text: str) -> None:
        self.state = replace(self.state, answer="")
        if hear.keep and hear.keep in self.state.agreed:
            self.state = self.state.keeping(hear.name, text)
            self.effects.append(Record(hear.name, text))
        self.go(hear.go)

    def wished(self, wish: Wish) -> bool:
        """Grant a wish; False when there is nothing here it could mean."""
        here = self.here()
        if wish in (Wish.YES, Wish.NO, Wish.SKIP):
            return here is not None and self.chosen(here, wish.value)
        self.state = replace(self.state, answer="")
        match wish:
            case Wish.LANGUAGE_FR:
                self.speak("fr")
            case Wish.LANGUAGE_EN:
                self.speak("en")
            case Wish.STOP:
                self.leave_for(Place("everyday", "stopped"))
            case Wish.PROGRAM:
                self.leave_for(Place("everyday", "program"))
            case Wish.ERASE:
                self.leave_for(Place("data", "erase"))
            case Wish.HUMAN | Wish.URGENT | Wish.DATA | Wish.MENU:
                self.leave_for(self.start(wish.value))
            case _:
                assert_never(wish)
        return True

    def speak(self, locale: str) -> None:
        self.state = replace(self.state, locale=locale)
        self.go(LANGUAGE)

    def not_understood(self, text: str) -> None:
        state, here = self.state, self.here()
        if self.is_new():
            self.go(self.start("welcome"))
        elif state.waiting and "human" in state.agreed and text.strip():
            self.effects.append(Record("said", text))
            # Once: somebody who writes a long story in pieces is not interrupted at each.
            if state.answer != KEPT:
                self.effects.append(Say((Text(KEPT),)))
                self.state = replace(state, answer=KEPT)
        elif here is None:
            self.go(self.start(MENU))
        elif here.asks and not any(letter.isalnum() for letter in text):
            self.kindly("kind_answers.sticker")
        else:
            self.kindly(here.unexpected)

    def sent(self, event: PersonSent) -> None:
        if self.state.owner is not None:
            self.effects.append(RelayToTherapist(event.media, event.message, event.reply_to))
        elif self.is_new():
            self.go(self.start("welcome"))
        elif not self.wishes_in(event.media.caption):
            self.kindly(f"kind_answers.{event.media.kind.value}")

    def edited(self, text: str | None, message: str) -> None:
        if self.state.owner is not None:
            if text is not None:
                self.effects.append(RelayToTherapist(text, message, edited=True))
        elif not self.is_new() and not self.wishes_in(text or ""):
            self.kindly("kind_answers.edited")

    def wishes_in(self, text: str) -> bool:
        if not text or len(text) > LONGEST_WISH:
            return False
        wish = self.book.wishes.exact(words_of(text))
        return wish is not None and self.wished(wish)

    def tapped(self, at: datetime, press: str) -> None:
        state = self.state
        if state.owner is not None:
            return
        if any(p.press == press and abs(at - p.at) < SAME_PRESS for p in state.presses):
            return
        self.state = replace(state, presses=(*state.presses, Press(press, at))[-PRESSES_KEPT:])
        number, place, choice = _read_press(press)
        pressed = self.book.steps.get(place) if place else None
        option = self.option(pressed, choice) if pressed else None
        if pressed is None or option is None:
            self.lost()
        elif (
            (self.is_open(number) and place == state.place)
            or pressed.anytime
            or self.is_beside(pressed, option)
            or option.label == MENU_LABEL.id
        ):
            self.choose(pressed, option)
        else:
            self.behind()

    def option(self, pressed: Step, choice: str) -> Option | None:
        if found := pressed.option(choice):
            return found
        return Option(MENU, MENU_LABEL.id, self.start(MENU)) if choice == MENU else None

    def is_beside(self, pressed: Step, option: Option) -> bool:
        place = self.state.place
        return place is not None and place.flow == pressed.place.flow and option.id in pressed.beside

    def behind(self) -> None:
        if self.is_new():
            self.go(self.start("welcome"))
        else:
            self.kindly("kind_answers.behind")

    def lost(self) -> None:
        """A button that leads nowhere any more."""
        if self.is_new():
            self.go(self.start("welcome"))
        else:
            self.set_aside_for(self.start(MENU))
            self.go(self.start(MENU), before=(Text("kind_answers.behind"),))

    def arrived(self) -> None:
        if self.state.owner is not None:
            return
        if self.is_new():
            self.go(self.start("welcome"))
        else:
            self.leave_for(Place("welcome", "again"))

    def left(self) -> None:
        if self.state.owner is None:
            self.set_aside_for(self.start(MENU))
            self.state = replace(self.state, place=None, answered=self.state.question, answer="", waiting=False)

    # What time does.

    def rang(self, timer: str, token: int) -> None:
        here = self.here()
        if self.state.owner is not None or here is None or not self.is_open(token):
            return
        if timer == "wait" and here.wait and here.go:
            self.go(here.go)
        elif timer == "silence" and here.silence and token == self.state.question:
            if here.silence.go:
                self.go(here.silence.go)
            else:
                self.effects.append(Say(self.filled((here.silence.say,), ()), Weight.REMINDER))

    # What a therapist does.

    def taken_over(self, therapist: str, name: str, relieves: str | None) -> None:
        if self.state.owner is not None:
            if self.state.owner == relieves != therapist:
                # From one human to the next. Silence holds: the person learns it from the colleague's own words.
                self.state = replace(self.state, owner=therapist, epoch=self.state.epoch + 1)
                self.effects.append(OwnerChanged(therapist))
            return
        place = self.state.place
        if place and place.flow != "human" and place.flow not in THRESHOLDS:
            self.state = replace(self.state, aside=place)
        self.state = replace(
            self.state,
            owner=therapist,
            epoch=self.state.epoch + 1,
            waiting=False,
            place=None,
            answered=self.state.question,
            answer="",
        )
        here = Text("takeover.here", (("therapist", name), ("emergency", self.book.lines.emergency)))
        self.effects += [OwnerChanged(therapist), Say((here,), Weight.ANNOUNCEMENT)]

    def relay(
        self, therapist: str, content: str | Media, message: str, reply_to: str | None, edited: bool = False
    ) -> None:
        if self.state.owner == therapist:
            self.effects.append(RelayToPerson(therapist, content, message, reply_to, edited))

    def released(self, therapist: str, name: str) -> None:
        if self.state.owner != therapist:
            return
        self.state = replace(self.state, owner=None, epoch=self.state.epoch + 1, answer="")
        self.effects.append(OwnerChanged(None))
        self.go(Place("release", "given_back"), (("therapist", name),))


def _read_press(press: str) -> tuple[int, Place | None, str]:
    """The question, the step and the choice on a button; (0, None, "") when it is none of ours."""
    parts = press.split("/")
    if len(parts) != 4 or not (parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 10):
        return 0, None, ""
    number, flow, step, choice = parts
    return int(number), Place(flow, step), choice
