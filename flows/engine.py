"""step(book, state, event) -> Turn. All that moves a conversation's state is here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from flows import appointing, appointments, floor, notes, questionnaire, regularity, safety, watched
from flows.book import CONSENTS, MENTIONS, Book
from flows.effects import (
    Effect,
    OwnerChanged,
    Record,
    RelayReaction,
    RelayToPerson,
    RelayToTherapist,
    Say,
    Text,
    Weight,
)
from flows.events import (
    BookingChanged,
    Event,
    LinkOpened,
    Media,
    MediaKind,
    OfferUndelivered,
    PersonArrived,
    PersonEdited,
    PersonEvent,
    PersonLeft,
    PersonReacted,
    PersonSaid,
    PersonSent,
    PersonTapped,
    TherapistCalledOff,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistEdited,
    TherapistNoted,
    TherapistPassed,
    TherapistPrescribed,
    TherapistReacted,
    TherapistReleased,
    TherapistSaid,
    TherapistSentLink,
    TherapistTookOver,
    TimerRang,
)
from flows.flow import BACK, STOPPED, Hear, Option, Step
from flows.intents import LONGEST_WISH, Order, Wish, command, is_stop_and_erase, made_of, words_of
from flows.paths import AGAIN, ASK, CRISIS, GIVEN_BACK, LET_READ, MISUNDERSTOOD, WHERE
from flows.risk.language import written_in
from flows.state import Held, Place, Press, State
from flows.steps import THIS
from flows.walk import (
    ASKED,
    ASKED_UNBIDDEN,
    ASKS,
    FREE_WORDS,
    HUMAN,
    INTERRUPTIONS,
    INTO,
    LANGUAGE,
    LANGUAGE_LABEL,
    MENU,
    MENU_LABEL,
    SAID,
    SAID_LABEL,
    THRESHOLDS,
    Values,
    Walk,
    note_of,
)

SAME_PRESS = timedelta(seconds=10)  # Telegram sends a press again within seconds, under a new update id
PRESSES_KEPT = 5
LEAST_TOLD, LONG_TOLD = 3, 12  # words; from the second on, a question is a story too
# Flows in which the next answer matters more than a place for what was written.
NOT_TO_BE_LEFT = {"urgent", "crisis", "safety_plan", HUMAN, FREE_WORDS, *ASKS}
# Wishes a word of which may well be an answer, where one can be written.
WHERE_NO_WORDS_ARE_HEARD = {Wish.EXERCISE, Wish.BOOKING, Wish.QUESTIONNAIRES, Wish.NOTES, Wish.HELPED}
LEAVE_EMPTY = ("nothing", "none", "skip", "leave")  # choices of whoever has nothing to write in an exercise
# Where somebody is asked to agree -> to what.
ASKING_TO_AGREE = {
    Place(HUMAN, "agree"): HUMAN,
    LET_READ: HUMAN,
    **{Place(flow, "ask"): purpose for purpose, flow in CONSENTS.items()},
}
URGENT = Wish.URGENT.value  # the flow
ERASED, WITHDRAW = Place("data", "erased"), Place("data", "withdraw")
ASKED_FOR = Place(HUMAN, "asked")
RELEASE = "release"  # the flow
TOO_LONG = "kind_answers.too_long"
KEPT = "kind_answers.kept_for_therapist"
PLAN_PART = 500  # characters: six parts and the numbers to call still make one message
TOO_LONG_FOR_PLAN = "kind_answers.too_long_for_plan"
CAN_CALL_NOW = "kind_answers.can_call_now"
LONG_ENOUGH_FOR_A_TYPO = 6  # letters


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
    if state.holder is None:
        taking.go(place, values)
    return taking.turn()


def mention(book: Book, state: State, place: Place, values: Values = ()) -> Turn:
    """Say this step's message, with its buttons, and leave the person where they are."""
    taking = _Taking(book, state, None)
    if place in ASKED and HUMAN not in state.agreed:
        place = ASKED_UNBIDDEN  # a human was told without being asked for: nothing may be kept for them yet
    told = book.steps.get(place)
    if state.holder is None and told is not None:
        taking.tell(told, values)
    return taking.turn()


class _Taking(Walk):
    """One turn being taken."""

    def turn(self) -> Turn:
        return Turn(self.state, tuple(self.effects))

    def take(self, event: Event) -> None:
        if self.state.rhythm and isinstance(event, PersonEvent):
            self.state = replace(self.state, rhythm=regularity.heard(self.state.rhythm))
        match event:
            case PersonSaid():
                self.said(event)
            case PersonTapped(at, press):
                self.tapped(at, press)
            case PersonSent():
                self.sent(event)
            case PersonEdited():
                self.edited(event)
            case PersonReacted(_, message, emoji):
                if self.state.holder is not None:
                    self.effects.append(RelayReaction("", message, emoji))
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
            case TherapistSentLink():
                self.taken_over(event.therapist, event.name, event.relieves)
            case TherapistPrescribed():
                floor.prescribed(self, event)
            case TherapistCalledOff(_, therapist):
                floor.called_off(self, therapist)
            case TherapistEdited(_, therapist, text, message):
                self.relay(therapist, text, message, None, edited=True)
            case TherapistReacted(_, therapist, message, emoji):
                if self.state.holder == therapist:
                    self.effects.append(RelayReaction(therapist, message, emoji))
            case TherapistReleased(_, therapist, name):
                self.released(therapist, name)
            case TherapistClosed(_, therapist, name):
                self.closed(therapist, name)
            case TherapistClosedAlert(_, therapist, _):
                self.alert_closed(therapist)
            case LinkOpened():
                appointing.opened(self, event)
            case BookingChanged():
                appointing.changed(self, event)
            case TherapistDeclined() | TherapistPassed() | TherapistNoted() | OfferUndelivered():
                pass
            case _:
                assert_never(event)

    # What the person does.

    def said(self, event: PersonSaid) -> None:
        text, state = event.text, self.state
        erasing = is_stop_and_erase(text)
        if erasing and state.holder is not None:
            self.erased_under_a_human()
            return
        if state.lent:
            if safety.look_on_lent_floor(self, event.risk, text) or not self.answers_exercise(text):
                self.for_the_human(text, event.message, event.reply_to)
            return
        if state.owner is not None:
            if self.wish_in(text) is Wish.NO_REMINDERS:
                self.write_first_no_more()  # without a word: a human has the floor, and reads this too
            self.effects.append(RelayToTherapist(text, event.message, event.reply_to))
            safety.look_under_a_human(self, event.risk, text)
            safety.remember(self, text)
            return
        self.written_in = written_in(text)
        somewhere = self.locate(text)
        if erasing:
            self.go(ERASED)
        elif not (
            watched.said(self, event.risk, text)
            or safety.look(self, event.risk, text)
            or self.ordered(text)
            or self.answered(text)
        ):
            if somewhere:
                self.leave_for(WHERE)
            else:
                self.not_understood(text)
        if Record("said", text) in self.effects:
            safety.remember(self, text)

    # While a therapist lets the bot lead an exercise.

    def answers_exercise(self, text: str) -> bool:
        """Whether these words are an answer where the exercise stands; it then goes on."""
        here, words = self.here(), words_of(text) if len(text) <= LONGEST_WISH else ()
        answer = (Wish.YES, Wish.NO, Wish.SKIP, None)
        if here is None or command(text) or self.wish_in(text) not in answer:
            return False
        if words:
            if option := self.numbered(here, words):
                self.choose(here, option)
                return True
            if self.left_empty(words):
                return True
            labels = self.book.labels.get(here.place)
            wish = self.wish_in(text)
            if wish and self.answers(here, wish):
                return True
            if labels and (self.chosen(here, labels.exact(words)) or self.chosen(here, labels.near(words))):
                return True
        if here.hear and text.strip():
            self.heard(here.hear, text)
            return True
        return False

    def for_the_human(self, content: str | Media, message: str, reply_to: str | None) -> None:
        """What is no part of the exercise ends it: the therapist reads it, and answers."""
        if self.state.lent:
            floor.give_back(self, floor.LEFT, resumed=True)
        if isinstance(content, str) and self.wish_in(content) is Wish.NO_REMINDERS:
            self.write_first_no_more()
        self.effects.append(RelayToTherapist(content, message, reply_to))
        if isinstance(content, str):
            safety.remember(self, content)

    def erased_under_a_human(self) -> None:
        # What the person erases has no owner any more: the goodbye is said in a conversation that starts anew.
        self.state = replace(self.state, owner=None, lent=None, epoch=self.state.epoch + 1)
        self.go(ERASED)

    def locate(self, text: str) -> bool:
        """Remember where the person says they are. True when that is all they say."""
        said = self.book.countries.read(words_of(text)) if len(text) <= LONGEST_WISH * 4 else None
        if said is None:
            return False
        self.state = replace(self.state, country=said.country)
        return said.whole

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
        here = self.here()
        labels = self.book.labels.get(here.place) if here else None
        if words:
            if self.left_empty(words):
                return True
            if (wish := self.wish_of(words)) and not self.is_shown(wish) and self.wished(wish):
                return True
            if here and (option := self.numbered(here, words)):
                self.choose(here, option)
                return True
            if here and labels and self.chosen(here, labels.exact(words)):
                return True
            if (wish := wish or self.wish_of(words, near=True)) and not self.is_shown(wish) and self.wished(wish):
                return True
            if here and labels and self.chosen(here, labels.near(words)):
                return True
            if wish and self.wished(wish):
                return True
            if self.agreed_or_not(words) or self.said_beside(words):
                return True
        if here and here.place.flow == FREE_WORDS and (self.thanked(text) or self.greeted(text)):
            return True
        if here and here.hear and text.strip():
            self.heard(here.hear, text)
            return True
        if words and (name := self.book.called.exact(words) or (not self.in_danger and self.book.called.near(words))):
            self.leave_for(self.start(name))
            return True
        return False

    def numbered(self, here: Step, words: tuple[str, ...]) -> Option | None:
        # A score is a number too, and is not the number of its place: the official words have to be chosen.
        if here.item or len(words) != 1 or not (words[0].isascii() and words[0].isdigit() and len(words[0]) < 3):
            return None
        offered = self.offered(here)
        if here.place.flow == CRISIS:  # where it may stand last
            offered += (Option(self.other_language, LANGUAGE_LABEL.id, INTO[self.other_language]),)
        number = int(words[0])
        return offered[number - 1] if 1 <= number <= len(offered) else None

    def left_empty(self, words: tuple[str, ...]) -> bool:
        """Take "no" and "nothing" for no words where some were asked for; what is nothing is never given back."""
        here = self.here()
        if here is None or not self.book.replies.is_nothing(words):
            return False
        labels = self.book.labels.get(here.place)
        if labels and labels.exact(words):
            return False
        if here.hear and here.hear.purpose in ("human", "plan"):
            return self.chosen(here, "skip") or self.chosen(here, "no")
        if not notes.is_exercise(self.book, here.place.flow) or self.book.replies.is_thanks(words):
            return False
        if here.hear is None:
            return self.chosen(here, "nothing")
        no = here.answering("no")
        if any(self.chosen(here, choice) for choice in (no.id if no else "", *LEAVE_EMPTY)):
            return True
        # Said again, the exercise goes on without these words.
        have = here.answering("yes")
        if not (self.state.answer == here.unexpected and self.chosen(here, have.id if have else "")):
            self.kindly(here.unexpected)
        return True

    def wish_of(self, words: tuple[str, ...], near: bool = False) -> Wish | None:
        """The wish in these words, where the person is. near: typos forgiven."""
        # Where words are heard, "I have to speak English tomorrow" is an answer; "English" is still a wish.
        here = self.here()
        alone = here is not None and here.hear is not None and here.place.flow not in (FREE_WORDS, HUMAN)
        wish = self.book.wishes.near(words, alone) if near else self.book.wishes.exact(words, alone)
        return None if wish and self.is_of_the_plan(words, wish, near) else wish

    def is_of_the_plan(self, words: tuple[str, ...], wish: Wish, near: bool = False) -> bool:
        """Whether these words are written into the safety plan, though elsewhere they would be a wish.

        near: with a typo. In a plan, where people are named, that is more often a name ("Aïda") than a short wish.
        """
        here = self.here()
        if here is None or here.hear is None or here.hear.purpose != "plan":
            return False
        if near and (wish not in (Wish.STOP, Wish.URGENT) or len("".join(words)) < LONG_ENOUGH_FOR_A_TYPO):
            return True
        return self.book.replies.is_name(words)

    def agreed_or_not(self, words: Sequence[str]) -> bool:
        """Take a yes or a no that is said in several: "ok, sure, why not"."""
        here, wishes = self.here(), self.book.wishes
        for wish in (Wish.YES, Wish.NO):
            if here and made_of(words, wishes.of(wish)) and self.answers(here, wish):
                return True
        return False

    def answers(self, here: Step, wish: Wish) -> bool:
        """Take a wish for the choice it is here: a yes begins what is offered."""
        option = here.answering(wish.value)
        choices = [option.id if option else ""]
        if wish is Wish.YES:
            choices.append("begin")
        elif wish is Wish.NO and here.option("begin"):
            choices += ["stop", "not_now"]
        elif wish is Wish.SKIP and here.place.flow in ASKS:
            choices.append(Wish.NO.value)  # who passes over that question has not agreed
        return any(self.chosen(here, choice) for choice in choices)

    def said_beside(self, words: tuple[str, ...]) -> bool:
        """Take what stands on a button of what was said beside the step where the person is."""
        labels = self.book.labels
        said = [self.book.steps[place] for place in self.beside(words) if place in labels]
        for there in said:
            if self.typed(there, labels[there.place].exact(words)):
                return True
        return any(self.typed(there, labels[there.place].near(words)) for there in said)

    def beside(self, words: tuple[str, ...]) -> Iterator[Place]:
        """What was shown of a danger, and what the desk has said for as long as somebody waits.

        One word ("alone") may well be the answer to where they are now.
        """
        noticed = self.state.noticed
        if noticed and not self.long_ago() and len(words) > 1:
            yield from (Place(CRISIS, step) for step in sorted(noticed.shown) if step != ASK.step)
        if self.state.waiting:
            yield from (ASKED_FOR, *MENTIONS)

    def typed(self, there: Step, choice: str | None) -> bool:
        """Choose this, if it is offered there."""
        option = there.option(choice) if choice else None
        return option is not None and option in self.offered(there) and self.chosen(there, option.id)

    def chosen(self, here: Step, choice: str | None) -> bool:
        option = here.option(choice) if choice else None
        if option is None:
            return False
        self.choose(here, option)
        return True

    def choose(self, here: Step, option: Option) -> None:
        """Answer the open question, or follow a button that is good at any time."""
        self.state = replace(
            self.state,
            answer="",
            country=option.country or self.state.country,
            opened=note_of(option.id) or self.state.opened,
        )
        if here.item and watched.answered(self, here.item, option):
            return
        if option.id == SAID and here.hear and (said := self.said_before(here)):
            held = tuple(other for other in self.state.held if other is not said)
            self.state = replace(self.state, held=held, place=here.place)
            self.heard(here.hear, said.words)
            return
        if option.name:
            self.state = self.state.holding(Held(here.place.flow, option.name, option.label, tapped=True))
        if option.remind and not self.reminded(option.remind):
            return
        leaves = option.id in here.beside or here.place != self.state.place or option.label == MENU_LABEL.id
        if leaves or (isinstance(option.go, Place) and option.go.flow in INTERRUPTIONS):
            self.set_aside_for(option.go)
        self.go(option.go)

    def reminded(self, remind: str | Text) -> bool:
        """Note when the person would like to be written to; False when it is asked again."""
        if isinstance(remind, str):
            noted = regularity.noted(self.state, remind, self.book.rules)
            if isinstance(noted, State):
                self.state = noted
                return True
            remind = noted
        self.kindly(remind.id, remind.values)
        return False

    def heard(self, hear: Hear, text: str) -> None:
        if hear.purpose in self.state.agreed:
            if not self.took(hear, text):
                return
            safety.remember(self, text)
        if hear.remind and not (self.at and self.reminded(regularity.read(hear.remind, text, self.at))):
            return
        self.state = replace(self.state, answer="")
        self.go(hear.go, before=(Text(CAN_CALL_NOW),) if hear.purpose == "plan" and self.names_a_line(text) else ())

    def names_a_line(self, text: str) -> bool:
        """Whether somebody writes a number to call into their plan; they may need it before the plan is done."""
        words = words_of(text)
        return self.book.replies.has_number(words) or self.book.wishes.exact(words) is Wish.URGENT

    def took(self, hear: Hear, text: str) -> bool:
        """Hold these words, or change the open note to them; False when they are more than can be kept."""
        flow, state = self.state.place.flow if self.state.place else "", self.state
        if hear.purpose == "plan":
            if len(text) > PLAN_PART:
                self.kindly(TOO_LONG_FOR_PLAN)
                return False
            self.state = state.planning(hear.name, text.strip())
            return True
        if hear.purpose == "human":
            self.state = state.holding(Held(HUMAN, hear.name, text))
            self.effects.append(Record(hear.name, text))
            return True
        if hear.name == THIS:
            if notes.room_for(state, text, instead_of=state.opened):
                self.state = notes.change(state, text, self.today())
                return True
        else:
            before = state.word(flow, hear.name) if hear.adds else None
            together = f"{before.words}\n\n{text}" if before and not before.tapped else text
            if len(text) <= notes.LONGEST_WORDS and len(together) <= notes.LONGEST_NOTE:
                self.state = state.holding(Held(flow, hear.name, together))
                return True
        self.kindly(TOO_LONG)
        return False

    def wished(self, wish: Wish) -> bool:
        """Grant a wish; False when there is nothing here it could mean."""
        here = self.here()
        if wish in (Wish.YES, Wish.NO, Wish.SKIP):
            return here is not None and self.answers(here, wish)
        if wish in WHERE_NO_WORDS_ARE_HEARD and here and here.hear and here.place.flow != FREE_WORDS:
            return False
        if wish is Wish.HUMAN and here and here.hear and (here.place.flow, here.hear.name) == (HUMAN, "note"):
            return False  # they are asking for one: that is what is to be read first
        self.state = replace(self.state, answer="")
        match wish:
            case Wish.LANGUAGE_FR:
                self.speak("fr")
            case Wish.LANGUAGE_EN:
                self.speak("en")
            case Wish.STOP:
                self.stop()
            case Wish.NO_REMINDERS:
                self.end_reminders()
            case Wish.MISUNDERSTOOD if self.state.noticed is None:
                return False
            case Wish.STOP_WAITING if not self.state.waiting:
                return False
            case Wish.WITHDRAW if self.refused(here):
                pass
            case _:
                place = self.wished_for(wish)
                assert place, "what does not lead anywhere is done above"
                self.leave_for(place)
        return True

    def wished_for(self, wish: Wish) -> Place | None:
        """Where this wish leads; None where it is done in another way."""
        match wish:
            case Wish.PROGRAM | Wish.COST | Wish.HOW_LONG | Wish.PARENTS:
                return Place("everyday", wish.value)
            case Wish.HUMAN | Wish.URGENT | Wish.DATA | Wish.MENU | Wish.BOOKING | Wish.QUESTIONNAIRES:
                return self.start(wish.value)
            case Wish.REMINDERS:
                return self.start(regularity.FLOW)
            case Wish.ERASE:
                return Place("data", "erase")
            case Wish.WITHDRAW | Wish.STOP_WAITING:
                return WITHDRAW
            case Wish.EXERCISE:
                return self.start("choosing")
            case Wish.NOTES:
                return self.start("memory")
            case Wish.HELPED:
                return Place("choosing", "helped")
            case Wish.PLAN:
                return self.start("safety_plan")
            case Wish.MISUNDERSTOOD:
                return MISUNDERSTOOD
            case Wish.STOP | Wish.YES | Wish.NO | Wish.SKIP | Wish.LANGUAGE_FR | Wish.LANGUAGE_EN | Wish.NO_REMINDERS:
                return None
            case _:
                assert_never(wish)

    def is_shown(self, wish: Wish) -> bool:
        """Whether this wish leads to where the person is: what can be chosen there comes first."""
        place = self.wished_for(wish)
        return place is not None and self.step_at(place).place == self.state.place

    def refused(self, here: Step | None) -> bool:
        """Take it for a no, where the agreement is only being asked for."""
        purpose = ASKING_TO_AGREE.get(here.place) if here else None
        return bool(here and purpose and purpose not in self.state.agreed and self.answers(here, Wish.NO))

    def stop(self) -> None:
        """What stopping means here, or the place where everybody stops."""
        here = self.here()
        if not (here and self.chosen(here, "stop")):
            self.leave_for(STOPPED)

    def write_first_no_more(self) -> None:
        self.disagree("reminders")
        appointing.ask_no_more(self)

    def end_reminders(self) -> None:
        here = self.here()
        if here and here.place.flow in (regularity.FLOW, appointments.FLOW):
            self.go(regularity.OFF)  # what is said there of writing first must not be said again
        elif self.state.waiting:
            self.write_first_no_more()
            self.leave_for(STOPPED)  # and of what was asked for they may still hear
        else:
            self.leave_for(regularity.NO_REMINDERS)

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
        elif self.thanked(text) or safety.stay(self) or self.greeted(text):
            pass
        elif here and here.asks and not any(letter.isalnum() for letter in text):
            self.kindly("kind_answers.sticker")
        elif self.has_room_for_words(here) and (is_told(text) or (here and state.answer == here.unexpected)):
            self.receive(text)
        elif here is None:
            self.go(self.start(MENU))
        else:
            self.kindly(here.unexpected)

    def thanked(self, text: str) -> bool:
        return self.book.replies.is_thanks(words_of(text)) and self.answered_kindly("kind_answers.thanks")

    def greeted(self, text: str) -> bool:
        return self.book.replies.is_hello(words_of(text)) and self.answered_kindly("kind_answers.hello")

    def answered_kindly(self, answer: str) -> bool:
        here = self.here()
        if here and (here.place == GIVEN_BACK or here.place.flow == RELEASE):
            return False  # whoever speaks to a human who has just left is told who reads now
        self.kindly(answer)
        return True

    def has_room_for_words(self, here: Step | None) -> bool:
        """Whether somebody may be led away from here to find a place for what they wrote."""
        return here is None or (here.asks and here.item is None and here.place.flow not in NOT_TO_BE_LEFT)

    def receive(self, text: str) -> None:
        """Words that are no answer and no wish: offer them a place. Kept until then only if the person agreed."""
        if self.state.agreed & {"keep", HUMAN} and len(text) <= notes.LONGEST_WORDS:
            self.state = self.state.holding(Held(FREE_WORDS, "said", text))
        self.leave_for(self.start(FREE_WORDS))

    def sent(self, event: PersonSent) -> None:
        caption = event.media.caption
        if self.state.lent:
            if caption:
                safety.look_on_lent_floor(self, event.risk, caption)
            self.for_the_human(event.media, event.message, event.reply_to)
        elif self.state.owner is not None:
            self.effects.append(RelayToTherapist(event.media, event.message, event.reply_to))
            if caption:
                safety.look_under_a_human(self, event.risk, caption)
        elif (caption and safety.look(self, event.risk, caption)) or self.wishes_in(caption):
            pass
        elif self.is_new():
            self.go(self.start("welcome"))
        elif event.media.kind is MediaKind.VOICE and self.in_danger and not self.sees_numbers():
            # What was said in it nobody hears: the numbers are there all the same.
            self.set_aside_for(AGAIN)
            self.go(AGAIN, before=(Text("kind_answers.voice"),))
        else:
            self.kindly(f"kind_answers.{event.media.kind.value}")

    def sees_numbers(self) -> bool:
        here = self.here()
        return here is not None and here.weight is Weight.CRISIS

    def edited(self, event: PersonEdited) -> None:
        text = event.text or ""
        if self.state.lent:
            if event.text is not None:
                safety.look_on_lent_floor(self, event.risk, text)
                self.effects.append(RelayToTherapist(text, event.message, edited=True))
        elif self.state.owner is not None:
            if event.text is not None:
                self.effects.append(RelayToTherapist(text, event.message, edited=True))
                safety.look_under_a_human(self, event.risk, text)
        elif text and safety.look(self, event.risk, text):
            pass
        elif not self.wishes_in(text) and not self.is_new():
            self.kindly("kind_answers.edited")

    def wishes_in(self, text: str) -> bool:
        wish = self.wish_in(text)
        return wish is not None and self.wished(wish)

    def wish_in(self, text: str) -> Wish | None:
        return self.book.wishes.exact(words_of(text)) if text and len(text) <= LONGEST_WISH else None

    def tapped(self, at: datetime, press: str) -> None:
        state = self.state
        if any(p.press == press and abs(at - p.at) < SAME_PRESS for p in state.presses):
            return
        self.state = replace(state, presses=(*state.presses, Press(press, at))[-PRESSES_KEPT:])
        number, place, choice = _read_press(press)
        pressed = self.book.steps.get(place) if place else None
        option = self.option(pressed, choice) if pressed else None
        if state.owner is not None:
            if option and option.go == ERASED and number == state.question:
                self.erased_under_a_human()  # they were asked, and a human came before they answered
            elif pressed and option and (number == state.question or pressed.anytime or _is_urgent(option)):
                watched.tapped_under_a_human(self, pressed, option)
        elif pressed is None or option is None:
            if not state.lent:
                self.lost()
        elif (
            (self.is_open(number) and place == state.place)
            or pressed.anytime
            or self.is_beside(pressed, option)
            or self.was_left_for_words(place)
            or option.label == MENU_LABEL.id
            or _is_urgent(option)
        ):
            self.choose(pressed, option)
        elif not state.lent:
            self.behind()

    def option(self, pressed: Step, choice: str) -> Option | None:
        if found := pressed.option(choice):
            return found
        if pressed.listing and self.state.note(note_of(choice)):
            return Option(choice, notes.NOTE_ROW, pressed.listing.each or BACK)
        if choice == SAID and pressed.hear and self.said_before(pressed):
            return Option(SAID, SAID_LABEL, pressed.hear.go)
        if choice in INTO and pressed.place.flow == CRISIS:
            return Option(choice, LANGUAGE_LABEL.id, INTO[choice])
        return Option(MENU, MENU_LABEL.id, self.start(MENU)) if choice == MENU else None

    def is_beside(self, pressed: Step, option: Option) -> bool:
        place = self.state.place
        return place is not None and place.flow == pressed.place.flow and option.id in pressed.beside

    def was_left_for_words(self, place: Place | None) -> bool:
        """Whether this question was left only because of what the person wrote; answering it goes on from there."""
        here = self.state.place
        return here is not None and here.flow == FREE_WORDS and place == self.state.aside

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
        if self.state.holder is not None:
            return
        if self.is_new():
            self.go(self.start("welcome"))
        elif self.in_danger:
            self.leave_for(AGAIN)
        else:
            self.leave_for(Place("welcome", "again"))

    def left(self) -> None:
        self.disagree("reminders")  # somebody who blocked us is not written to when they come back
        if self.state.lent:
            floor.give_back(self, floor.LEFT, resumed=True, told=False)
        if self.state.owner is None:
            watched.left(self)
            self.watched_no_more()
            self.set_aside_for(self.start(MENU))
            self.state = replace(
                self.state,
                place=None,
                answered=self.state.question,
                answer="",
                waiting=self.state.waiting and self.in_danger,
            )

    # What time does.

    def rang(self, timer: str, token: int) -> None:
        if timer == questionnaire.LEFT_OPEN:
            watched.rang(self, token)
            return
        if timer == regularity.TIMER:
            self.due(token)
            return
        if timer == floor.TIMER:
            floor.rang(self, token)
            return
        if appointing.rang(self, timer, token):
            return
        here = self.here()
        if self.state.owner is not None or here is None or not self.is_open(token):
            return
        if timer == "wait" and here.wait and here.go:
            self.go(here.go)
        elif timer == "silence" and here.silence and token == self.state.question:
            if here.silence.go:
                self.go(here.silence.go)
            else:
                self.effects.append(Say(self.filled((here.silence.say,), (), here.place.flow), Weight.REMINDER))
                self.state = replace(self.state, answer=here.silence.say)

    def due(self, token: int) -> None:
        """Write to the person as they asked, or put it off, or leave them in peace."""
        rings = regularity.rings(self.state, self.at, token, self.book.rules) if self.at else None
        if rings is None:
            return
        if rings.rhythm:
            self.state = replace(self.state, rhythm=rings.rhythm)
            self.ring_when_due(rings.rhythm)
        else:
            self.disagree("reminders")
        if rings.go:
            self.leave_for(rings.go)

    # What a therapist does.

    def taken_over(self, therapist: str, name: str, relieves: str | None) -> None:
        if lent := self.state.lent:
            if lent.therapist in (therapist, relieves):
                floor.give_back(self, "desk.yours", resumed=True, therapist=therapist)
            return
        if self.state.owner is not None:
            if self.state.owner == relieves != therapist:
                # From one human to the next. Silence holds: the person learns it from the colleague's own words.
                self.state = replace(self.state, owner=therapist, epoch=self.state.epoch + 1)
                self.effects.append(OwnerChanged(therapist))
            return
        place = self.state.place
        if place and place.flow != "human" and place.flow not in THRESHOLDS:
            self.state = replace(self.state, aside=place)
        self.watched_no_more()
        self.state = replace(
            self.state,
            owner=therapist,
            epoch=self.state.epoch + 1,
            waiting=False,
            place=None,
            answered=self.state.question,
            answer="",
        )
        here = Text("takeover.here", (("therapist", name), ("emergency", self.lines.emergency)))
        self.effects += [OwnerChanged(therapist), Say((here,), Weight.ANNOUNCEMENT)]

    def relay(
        self, therapist: str, content: str | Media, message: str, reply_to: str | None, edited: bool = False
    ) -> None:
        if self.state.holder == therapist:
            self.effects.append(RelayToPerson(therapist, content, message, reply_to, edited))

    def released(self, therapist: str, name: str) -> None:
        if self.state.holder == therapist:
            self.leave_to_bot(GIVEN_BACK if self.in_danger else Place("release", "given_back"), name)

    def closed(self, therapist: str, name: str) -> None:
        if self.state.holder == therapist and not self.in_danger:
            self.alert_closed(therapist)
            self.leave_to_bot(Place("release", "closed"), name)

    def leave_to_bot(self, place: Place, therapist: str) -> None:
        """therapist: as the person reads it."""
        self.state = replace(self.state, owner=None, lent=None, epoch=self.state.epoch + 1, answer="")
        self.effects.append(OwnerChanged(None))
        safety.begin_anew(self)
        self.go(place, (("therapist", therapist),))

    def alert_closed(self, therapist: str) -> None:
        if self.state.holder in (None, therapist):
            self.state = replace(self.state, noticed=None)


def is_told(text: str) -> bool:
    """Whether this is somebody telling something, rather than a word or a short question."""
    words = len(text.split())
    return words >= LEAST_TOLD and (words >= LONG_TOLD or not text.rstrip().endswith("?"))


def _is_urgent(option: Option) -> bool:
    """Whether it asks for the numbers to call: that is never too late, whatever was asked since."""
    return isinstance(option.go, Place) and option.go.flow == URGENT


def _read_press(press: str) -> tuple[int, Place | None, str]:
    """The question, the step and the choice on a button; (0, None, "") when it is none of ours."""
    parts = press.split("/")
    if len(parts) != 4 or not (parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 10):
        return 0, None, ""
    number, flow, step, choice = parts
    return int(number), Place(flow, step), choice
