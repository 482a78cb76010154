"""Walking through the flows: where one goes from here, what is said there and done there."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from flows.book import Book
from flows.effects import (
    Agree,
    Ask,
    Choice,
    Effect,
    Erase,
    OpenRequest,
    Say,
    SetTimer,
    ShowData,
    ShowTherapists,
    Text,
    Urgency,
    WithdrawRequest,
)
from flows.flow import BACK, Back, Do, Go, Kind, Option, Step
from flows.lines import urgent
from flows.state import Place, State

LONGEST_CHAIN = 20  # steps in one turn; the book refuses loops, a stored state may still hold one
GIVEN_BACK = 200  # characters of the person's own words, when a sentence gives them back

MENU = "menu"
MENU_LABEL = Text("menu.title")
PUZZLED_AGAIN = "kind_answers.puzzled_again"
LANGUAGE = Place("everyday", "language")
KEEP_WAITING = Place("human", "keep_waiting")
WITHDRAWN = Place("human", "withdrawn")

# Ways in and ways round: nobody is in the middle of anything there.
THRESHOLDS = {"welcome", "menu", "exercises", "urgent", "data", "everyday", "release"}
# From here one comes back to what was interrupted, whatever it was.
INTERRUPTIONS = {"urgent", "data", "everyday"}

Values = tuple[tuple[str, str | Text], ...]


class Walk:
    """The state as it moves within one turn, and what is to be done so far.

    at: None when the hour is not known.
    """

    def __init__(self, book: Book, state: State, at: datetime | None) -> None:
        self.book = book
        self.state = state
        self.at = at
        self.effects: list[Effect] = []

    # Where we are, and how we go on.

    def is_new(self) -> bool:
        return self.state.place is None and self.state.question == 0

    def here(self) -> Step | None:
        """The step we are at, or None; None too when the book no longer has it."""
        return self.book.steps.get(self.state.place) if self.state.place else None

    def is_open(self, number: int) -> bool:
        """Whether this number was given to the open question, or to the pause we are in."""
        return self.state.answered < number <= self.state.question

    def start(self, flow: str) -> Place:
        return self.book.flows[flow].start

    def leave_for(self, place: Place) -> None:
        self.set_aside_for(place)
        self.go(place)

    def set_aside_for(self, to: Go) -> None:
        """Remember an exercise that is left half-way, and before a short interruption anything else too."""
        place = self.state.place
        if place is None or isinstance(to, Back) or place.flow in THRESHOLDS or place not in self.book.steps:
            return
        exercise = self.book.flows[place.flow].kind is Kind.EXERCISE
        interruption = to.flow in INTERRUPTIONS and to != Place("everyday", "stopped")
        if (exercise and to.flow != place.flow) or interruption:
            self.state = replace(self.state, aside=place)

    def go(self, to: Go, values: Values = (), before: tuple[Text, ...] = ()) -> None:
        """Go there, and on through all that needs nobody. before: said first, in the same message."""
        came_from = self.state.place
        following: Go | None = to
        for _ in range(LONGEST_CHAIN):
            if following is None:
                break
            there = self.step_at(following)
            aside = self.state.aside
            if isinstance(following, Back) or (aside and aside.flow == there.place.flow):
                aside = None
            self.state = replace(self.state, place=there.place, aside=aside, answered=self.state.question, answer="")
            self.tell(there, values, before)
            before = ()
            if there.wait:
                self.pause(there.wait)
            if self.carry_out(there) or there.asks or there.wait:
                return
            following = self.way_on(there)
            # Nobody chose to go back to what was set aside: a passage returns to where the person was.
            if isinstance(following, Back):
                following = came_from or self.start(MENU)
        self.state = replace(self.state, place=None, answered=self.state.question)

    def step_at(self, to: Go) -> Step:
        place = self.state.aside if isinstance(to, Back) else to
        if self.state.waiting and place == self.start("human"):
            place = KEEP_WAITING
        elif place == LANGUAGE and self.state.question <= 1:
            place = self.start("welcome")  # they could not read the greeting
        found = self.book.steps.get(place) if place else None
        return found or self.book.steps[self.start(MENU)]

    def way_on(self, there: Step) -> Go | None:
        if there.fork:
            return there.fork.yes if there.fork.to in self.state.agreed else there.fork.no
        return there.go

    def pause(self, wait: timedelta) -> None:
        number = self.state.question + 1
        self.state = replace(self.state, question=number)
        self.effects.append(SetTimer("wait", wait, number))

    # What we say.

    def tell(self, there: Step, values: Values = (), before: tuple[Text, ...] = (), with_menu: bool = False) -> None:
        """Say this step's message; ask, when it asks."""
        texts = before + self.filled(there.says, values)
        if Do.SHOW_LINES in there.do:
            texts += urgent(self.book, self.state.locale, self.at)
        if not there.asks:
            if texts:
                self.effects.append(Say(texts, there.weight))
            return
        texts = texts or (MENU_LABEL,)  # every sentence needed a value that is gone
        number = self.state.question + 1
        place = there.place
        prefix = f"{number}/{place.flow}/{place.step}/"
        choices = tuple(Choice(Text(option.label), prefix + option.id) for option in self.offered(there))
        if with_menu:
            choices += (Choice(MENU_LABEL, prefix + MENU),)
        self.effects.append(Ask(texts, choices, number, there.weight))
        self.state = replace(self.state, question=number)
        if there.silence and place == self.state.place:
            self.effects.append(SetTimer("silence", there.silence.after, number))

    def offered(self, there: Step) -> tuple[Option, ...]:
        """The options to show: going back only where there is something to go back to."""
        if self.state.aside:
            return there.options
        forward = tuple(option for option in there.options if option.go is not BACK)
        return forward or there.options

    def filled(self, says: tuple[str, ...], values: Values) -> tuple[Text, ...]:
        """The sentences with their values; one whose value is not known any more is left out."""
        known: dict[str, str | Text] | None = None
        texts = []
        for id in says:
            names = self.book.placeholders.get(id)
            if not names:
                texts.append(Text(id))
                continue
            if known is None:
                kept = {name: _short(words) for name, words in self.state.kept}
                known = {"emergency": self.book.lines.emergency, **kept, **dict(values)}
            if names <= known.keys():
                texts.append(Text(id, tuple((name, known[name]) for name in sorted(names))))
        return tuple(texts)

    def kindly(self, answer: str) -> None:
        """Answer what does not fit, then ask the open question again. Never one sentence twice in a row."""
        here = self.here()
        again = answer == self.state.answer
        text = Text(PUZZLED_AGAIN if again else answer)
        if not self.state.waiting and (here is None or not (here.asks or here.wait)):
            self.go(self.start(MENU), before=(text,))
            return
        self.state = replace(self.state, answer=text.id)
        if here and here.asks:
            self.tell(here, before=(text,), with_menu=again and not self.shows_menu(here))
        else:
            self.effects.append(Say((text,)))

    def shows_menu(self, here: Step) -> bool:
        return here.place.flow == MENU or here.option(MENU) is not None

    # What we have done.

    def carry_out(self, there: Step) -> bool:
        """Do what the step orders. True when it erased everything, and there is nowhere to go on to."""
        for order in there.do:
            match order:
                case Do.SHOW_LINES | Do.LIST_EXERCISES:
                    pass  # part of the message
                case Do.SHOW_THERAPISTS:
                    self.effects.append(ShowTherapists())
                case Do.SHOW_DATA:
                    self.effects.append(ShowData())
                case Do.OPEN_REQUEST:
                    self.open_request()
                case Do.WITHDRAW_REQUEST:
                    self.withdraw_request(there)
                case Do.AGREE_KEEP:
                    self.agree("keep")
                case Do.AGREE_HUMAN:
                    self.agree("human")
                case Do.DISAGREE_KEEP:
                    self.disagree("keep")
                case Do.DISAGREE_HUMAN:
                    self.disagree("human")
                case Do.OTHER_LANGUAGE:
                    self.state = replace(self.state, locale="en" if self.state.locale == "fr" else "fr")
                case Do.FRENCH:
                    self.state = replace(self.state, locale="fr")
                case Do.ENGLISH:
                    self.state = replace(self.state, locale="en")
                case Do.FORGET_WORDS:
                    self.state = replace(self.state, kept=())
                case Do.ERASE:
                    self.erase()
                    return True
                case _:
                    assert_never(order)
        return False

    def open_request(self) -> None:
        if self.state.waiting:
            return
        shared = self.state.word("note") if "human" in self.state.agreed else ""
        self.state = replace(self.state, waiting=True)
        self.effects.append(OpenRequest(Urgency.ROUTINE, shared))

    def withdraw_request(self, there: Step) -> None:
        if self.state.waiting:
            self.state = replace(self.state, waiting=False)
            self.effects.append(WithdrawRequest())
        elif there.go is None:
            # The desk, which says what comes next, has no request any more.
            self.tell(self.book.steps[WITHDRAWN])

    def agree(self, purpose: str) -> None:
        if purpose not in self.state.agreed:
            self.state = replace(self.state, agreed=self.state.agreed | {purpose})
            self.effects.append(Agree(purpose, True))

    def disagree(self, purpose: str) -> None:
        if purpose in self.state.agreed:
            names = self.book.kept_for[purpose]
            kept = tuple((name, words) for name, words in self.state.kept if name not in names)
            self.state = replace(self.state, agreed=self.state.agreed - {purpose}, kept=kept)
            self.effects.append(Agree(purpose, False))

    def erase(self) -> None:
        # The epoch must never go down: what was decided under an earlier owner stays void.
        epoch = self.state.epoch + (self.state.owner is not None)
        self.state = State(locale=self.state.locale, epoch=epoch)
        self.effects.append(Erase())


def _short(words: str) -> str:
    return words if len(words) <= GIVEN_BACK else words[: GIVEN_BACK - 1].rstrip() + "…"
