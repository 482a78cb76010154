"""Walking through the flows: where one goes from here, what is said there and done there."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from flows import appointing, appointments, brief, conditions, floor, notes, questionnaire, regularity
from flows import lines as urgent_lines
from flows.book import CONSENTS, PAGE, Book
from flows.effects import (
    Agree,
    Alert,
    Ask,
    Choice,
    Dispute,
    Effect,
    Erase,
    OpenRequest,
    Record,
    Say,
    SetTimer,
    ShowData,
    ShowTherapists,
    Text,
    Urgency,
    Value,
    WithdrawRequest,
)
from flows.flow import (
    BACK,
    STOPPED,
    STOPPED_IN_DANGER,
    STOPPED_WAITING,
    Asking,
    Do,
    Fork,
    Go,
    HandOver,
    If,
    Keep,
    Kind,
    LeaveOut,
    Listing,
    Of,
    Option,
    Part,
    Step,
    ThrowAway,
    Way,
    When,
)
from flows.instruments import PREFIX
from flows.lines import LINES_SHOWN, Directory, Need
from flows.paths import (
    CRISIS,
    LET_READ,
    MISUNDERSTOOD,
    MISUNDERSTOOD_TAKEN,
    STOP_WAITING,
    SUGGESTED,
    WAITING,
    path,
)
from flows.risk.risk import NAMED, Level, Risk, Sign
from flows.risk.risk import Kind as Danger
from flows.state import WATCH, Held, Noticed, Place, Rhythm, State, Wanted

LONGEST_CHAIN = 20  # steps in one turn; the book refuses loops, a stored state may still hold one

MENU = "menu"
MENU_LABEL = Text("menu.title")
SAID, SAID_LABEL = "said_before", "lists.said"
FULL = "kind_answers.full"
NOTE = "note_"  # and its id: a note that is listed, as a choice
PUZZLED_AGAIN = "kind_answers.puzzled_again"
LANGUAGE = Place("everyday", "language")
LANGUAGE_LABEL = Text("menu.menu.language")
INTO = {"french": Place("everyday", "french"), "english": Place("everyday", "english")}  # by the choice
PARENTS, PARENTS_QUIET = Place("everyday", "parents"), Place("everyday", "parents_quiet")
KEEP_WAITING = Place("human", "keep_waiting")
WITHDRAWN = Place("human", "withdrawn")
ASKED, ASKED_UNBIDDEN = {Place("human", "asked"), Place("human", "asked_usual")}, Place("human", "asked_unbidden")
ENDS_WAITING = Place("human", "stop_waiting")

# Ways in and ways round: nobody is in the middle of anything there.
THRESHOLDS = {
    *("welcome", "menu", "choosing", "exercises", "afterwards", "memory"),
    *("urgent", "data", "everyday", "release", "crisis", "safety_plan", "free_words", "prescribed"),
}
# From here one comes back to what was interrupted, whatever it was.
INTERRUPTIONS = {"urgent", "data", "everyday", "crisis", "safety_plan", "free_words"}
IN_FULL_AGAIN = timedelta(hours=6)  # after so long, numbers that were shown are no longer in sight
LINES_FIRST = 3  # lines under an emergency number that comes first: it must stay in sight

# What follows an exercise, and where somebody is asked for an agreement: words at hand stay at hand there.
AFTERWARDS = "afterwards"
ASKS = frozenset(CONSENTS.values())
FREE_WORDS, HUMAN, PREFERENCE = "free_words", "human", "preference"
REQUEST = {HUMAN, PREFERENCE}  # together they make one
CLOSE_TO_AN_EXERCISE = {AFTERWARDS, *ASKS, *INTERRUPTIONS}
FINDING_A_PLACE = {FREE_WORDS, "choosing", "exercises", *ASKS, *INTERRUPTIONS}

Values = tuple[tuple[str, Value], ...]


class Walk:
    """The state as it moves within one turn, and what is to be done so far.

    at:         None when the hour is not known.
    written_in: the language of the words of this turn, where they tell.
    """

    def __init__(self, book: Book, state: State, at: datetime | None) -> None:
        self.book = book
        self.state = state
        self.at = at
        self.written_in: str | None = None
        self.effects: list[Effect] = []

    # Where we are, and how we go on.

    @property
    def lines(self) -> Directory:
        """The urgent lines of where the person said they are, or of the clinic's country."""
        return self.book.lines_in(self.state.country)

    @property
    def need(self) -> Need:
        noticed = self.state.noticed
        return urgent_lines.need(noticed.kind, noticed.signs) if noticed else urgent_lines.ANYTHING

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
        if place is None or isinstance(to, Way) or place.flow in THRESHOLDS or place not in self.book.steps:
            return
        interruption = to.flow in INTERRUPTIONS and to != STOPPED
        if place.flow in ASKS and not interruption and to.flow not in ASKS:
            place = self.state.asker or place
        exercise = self.book.flows[place.flow].kind in (Kind.EXERCISE, Kind.QUESTIONNAIRE)
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
            if floor.is_outside(self.state, there):
                floor.left_for(self, there)
                return
            self.arrive(following, there.place)
            self.tell(there, values, before)
            before = ()
            if there.wait:
                self.pause(there.wait)
            if self.carry_out(there):
                return
            if floor.ends_with(self.state, there):
                break
            if there.asks or there.wait:
                self.let_go()
                return
            following = questionnaire.next_step(self, there, came_from) if there.items else self.way_on(there)
            # Nobody chose to go back to what was set aside: a passage returns to where the person was.
            if following is BACK:
                following = came_from or self.start(MENU)
        if self.state.lent:
            floor.give_back(self, floor.DECLINED if self.at_suggestion() else floor.OVER)
            return
        self.state = replace(self.state, place=None, answered=self.state.question)
        self.let_go()

    def at_suggestion(self) -> bool:
        return self.state.place is not None and self.state.place.flow == SUGGESTED.flow

    def arrive(self, by: Go, place: Place) -> None:
        """Be there: what was set aside is taken up again, or left as it is."""
        state = self.state
        aside, ended, asker = state.aside, state.ended, state.asker
        if by is BACK or (aside and aside.flow == place.flow):
            aside = None
        if place.flow == AFTERWARDS and state.place and notes.is_exercise(self.book, state.place.flow):
            ended = state.place.flow
        if asker and (by is Way.ASKER or place.flow not in ASKS | INTERRUPTIONS):
            asker = None
        said = place if self.book.steps[place].says and brief.is_worth_telling(self.book, place.flow) else state.said
        interrupted = aside is not None and aside.flow in REQUEST and place.flow in INTERRUPTIONS - {FREE_WORDS}
        seen = place.flow in REQUEST or interrupted
        held = state.held
        if held and place in self.book.starts:
            held = tuple(words for words in held if words.flow != place.flow)  # those of another time
        self.state = replace(
            state,
            place=place,
            aside=aside,
            asker=asker,
            ended=ended,
            said=said,
            held=held,
            left_out=state.left_out if seen else None,
            answered=state.question,
            answer="",
        )

    def let_go(self) -> None:
        """Words at hand last as long as what they were written for, and no longer."""
        state = self.state
        if not state.held:
            return
        here = state.place.flow if state.place else ""
        flows = {here, *(place.flow for place in (state.aside, state.asker) if place)}
        if here in CLOSE_TO_AN_EXERCISE:
            flows.add(state.ended)
        if here == FREE_WORDS:
            flows.add(HUMAN)  # written there to be read first
        if here in REQUEST:
            flows |= REQUEST
        if here in FINDING_A_PLACE or notes.is_exercise(self.book, here):
            flows.add(FREE_WORDS)
        held = tuple(words for words in state.held if words.flow in flows)
        if len(held) != len(state.held):
            self.state = replace(state, held=held)

    def step_at(self, to: Go) -> Step:
        place = self.place_of(to)
        if self.state.waiting and place == self.start("human"):
            # Whoever was only told of may not be read yet: a human knows, and the agreement is still to come.
            place = LET_READ if "human" not in self.state.agreed else WAITING if self.in_danger else KEEP_WAITING
        elif self.state.waiting and self.in_danger and place == ENDS_WAITING:
            place = STOP_WAITING
        elif place == STOPPED and (self.in_danger or self.state.waiting):
            place = STOPPED_IN_DANGER if self.in_danger else STOPPED_WAITING
        elif place == PARENTS and self.state.noticed and Sign.QUIET in self.state.noticed.signs:
            place = PARENTS_QUIET
        elif place == MISUNDERSTOOD and self.state.noticed and Sign.TAKEN in self.state.noticed.signs:
            place = MISUNDERSTOOD_TAKEN
        elif place == LANGUAGE and self.state.question <= 1 and self.state.noticed is None:
            place = self.start("welcome")  # they could not read the greeting
        found = self.book.steps.get(place) if place else None
        if found and found.item and not questionnaire.goes_on(self, found.item):
            found = self.book.steps[found.item.next]
        return found or self.book.steps[self.start(MENU)]

    def place_of(self, to: Go) -> Place | None:
        match to:
            case Place():
                return to
            case Way.BACK:
                return self.state.aside
            case Way.ASKER:
                return self.after_asking()
            case Way.SAME:
                return self.start(self.state.ended) if notes.is_exercise(self.book, self.state.ended) else None
            case Way.HELPED:
                helped = notes.helped(self.book, self.state)
                return self.start(helped[0]) if helped else None
            case Way.PRESCRIBED:
                return self.start(self.state.lent.flow) if self.state.lent else None
            case Way.NEXT:
                return None
            case _:
                assert_never(to)

    def after_asking(self) -> Place | None:
        """Where the step that asked leads, now that there is an answer."""
        asker = self.book.steps.get(self.state.asker) if self.state.asker else None
        if asker is None or asker.fork is None:
            return None
        to = asker.fork.yes if self.is_so(asker.fork, asker.place.flow) else asker.fork.no
        return self.state.aside if to is BACK else to if isinstance(to, Place) else None

    def way_on(self, there: Step) -> Go | None:
        if {Do.NOTICE_RISK, Do.NOTICE_IMMINENT} & set(there.do):
            noticed = self.state.noticed
            assert noticed, "just noticed"
            return self.shown(path(Risk(noticed.level, noticed.kind, signs=noticed.signs)))
        fork = there.fork
        if fork is None:
            return there.go
        if self.is_so(fork, there.place.flow):
            return fork.yes
        if fork.ask and not (fork.ask is Asking.ONCE and fork.names[0] in self.state.declined):
            self.state = replace(self.state, asker=there.place)
            return self.start(CONSENTS[fork.names[0]])
        return fork.no

    def is_so(self, fork: Fork, flow: str) -> bool:
        match fork.on:
            case If.AGREED:
                return fork.names[0] in self.state.agreed
            case If.HELD:
                return any(self.state.word(flow, name) for name in fork.names)
            case If.KEPT:
                return any(self.state.newest(flow, name) for name in fork.names)
            case If.PLANNED:
                return fork.names[0] in dict(self.state.plan)
            case If.SO:
                return conditions.holds(self, When(fork.names[0]))
            case _:
                assert_never(fork.on)

    def pause(self, wait: timedelta) -> None:
        number = self.state.question + 1
        self.state = replace(self.state, question=number)
        self.effects.append(SetTimer("wait", wait, number))

    # What we say.

    def tell(self, there: Step, values: Values = (), before: tuple[Text, ...] = (), with_menu: bool = False) -> None:
        """Say this step's message; ask, when it asks."""
        texts = self.message_of(there, values, before)
        if not there.asks or floor.ends_with(self.state, there):
            if texts:
                kept = Do.SHOW_ANSWERS not in there.do or "answers" in self.state.agreed
                self.effects.append(Say(texts, there.weight, kept))
            return
        texts = texts or (MENU_LABEL,)  # every sentence needed a value that is gone
        number = self.state.question + 1
        place = there.place
        prefix = f"{number}/{place.flow}/{place.step}/"
        choices = tuple(self.choice(option, prefix) for option in self.offered(there))
        if with_menu:
            choices += (Choice(MENU_LABEL, prefix + MENU),)
        if self.written_in not in (None, self.state.locale) and there.place.flow == CRISIS:
            # Whoever is in danger must be able to read what they are told: their language is one tap away.
            choices += (Choice(LANGUAGE_LABEL, prefix + self.other_language),)
        self.effects.append(Ask(texts, choices, number, there.weight))
        self.state = replace(self.state, question=number)
        if there.item:
            questionnaire.asked(self, there.item)
        self.wait_in_silence(number)

    @property
    def other_language(self) -> str:
        """The choice, of INTO."""
        return "english" if self.state.locale == "fr" else "french"

    def choice(self, option: Option, prefix: str) -> Choice:
        if option.opens and (page := appointments.page(self.state, option.opens, self.at)):
            return Choice(self.label(option), url=page)
        return Choice(self.label(option), prefix + option.id)

    def wait_in_silence(self, number: int) -> None:
        """Have the silence after what was just asked noticed, at the step where the person is.

        What the desk mentions in between is read too, so the wait begins anew with it; but silence is spoken of once.
        """
        here = self.here()
        if here and here.silence and self.is_open(number) and self.state.answer != (here.silence.say or None):
            self.effects.append(SetTimer("silence", here.silence.after, number))

    def message_of(self, there: Step, values: Values = (), before: tuple[Text, ...] = ()) -> tuple[Text, ...]:
        texts = before + self.said_by(there, values)
        first = Do.EMERGENCY_FIRST in there.do or (Do.NUMBER_IN_DANGER in there.do and self.in_danger)
        return (urgent_lines.first_number(self.lines), *texts) if first else texts

    def said_by(self, there: Step, values: Values) -> tuple[Text, ...]:
        if there.item:
            return questionnaire.question(self, there.item)
        if there.place.flow == regularity.FLOW and self.at:
            values = (*values, *regularity.values(self.state, self.at, self.book.rules))
        if there.place.flow == appointments.FLOW and self.at and not values:
            values = tuple(appointments.values(self.state, self.at, self.book.rules))
        texts = self.filled(there.says, values, there.place.flow)
        if Do.SHOW_LINES in there.do:
            first = Do.EMERGENCY_FIRST in there.do
            texts += () if first else (urgent_lines.first_number(self.lines),)
            most = LINES_FIRST if first else LINES_SHOWN
            texts += urgent_lines.paragraphs(self.lines, self.state.locale, self.at, self.need, most)
        if Do.SHOW_SILENT_LINES in there.do:
            need = replace(self.need, silent=True)
            texts += urgent_lines.paragraphs(self.lines, self.state.locale, self.at, need, only_silent=True)
        if Do.SHOW_ATTRIBUTION in there.do:
            texts += (Text(f"{PREFIX}.{self.book.flows[there.place.flow].instrument}.attribution"),)
        if Do.SHOW_ANSWERS in there.do:
            texts += questionnaire.read_back(self)
        if Do.SHOW_BRIEF in there.do:
            texts += (
                brief.language(self.state),
                *brief.preferred(self.preferred()),
                *brief.lines(self.book, self.state),
            )
        return texts

    def offered(self, there: Step) -> tuple[Option, ...]:
        """The options to show: going back only where there is something to go back to, and so on."""
        if self.state.held and there.hear and self.said_before(there):
            return (Option(SAID, SAID_LABEL, there.hear.go), *self.fitting(there))
        return self.fitting(there)

    def fitting(self, there: Step) -> tuple[Option, ...]:
        if not there.varies:
            return there.options
        fitting = tuple(option for option in there.options if conditions.fits(self, there, option))
        listing = there.listing
        if listing and listing.of is Of.NOTES:
            fitting = self.notes_on(listing) + fitting
        elif listing and listing.of is Of.HELPED:
            newest = notes.helped(self.book, self.state)[:PAGE]
            fitting = tuple(option for option in fitting if not option.minutes or option.id in newest)
        return fitting or there.options

    def notes_on(self, listing: Listing) -> tuple[Option, ...]:
        """This page of the notes, the newest first."""
        newest = self.state.notes[::-1][listing.page * PAGE : (listing.page + 1) * PAGE]
        return tuple(Option(f"{NOTE}{note.id}", notes.NOTE_ROW, listing.each or BACK) for note in newest)

    def said_before(self, there: Step) -> Held | None:
        """Words of before that look for a place, where this step hears words that can be kept."""
        if there.hear and there.hear.purpose == "keep" and notes.is_exercise(self.book, there.place.flow):
            return self.state.word(FREE_WORDS, "said")
        return None

    def label(self, option: Option) -> Text:
        if option.minutes:
            return Text(notes.EXERCISE_ROW, (("exercise", Text(option.label)), ("minutes", option.minutes)))
        if option.label == notes.NOTE_ROW and (note := self.state.note(note_of(option.id))):
            return notes.row(self.book, note)
        return Text(option.label)

    def filled(self, says: tuple[str, ...], values: Values, flow: str) -> tuple[Text, ...]:
        """The sentences with their values; one whose value is not known any more is left out."""
        known: dict[str, Value] | None = None
        own: dict[str, Value] = {}
        texts = []
        for id in says:
            names = self.book.placeholders.get(id)
            if not names:
                texts.append(Text(id))
                continue
            if known is None:
                own = notes.known(self.book, self.state, flow)
                known = {**self.known(values), **own}
            if names <= known.keys():
                given = {name: known[name] for name in sorted(names)}
                if id not in self.book.whole:
                    given |= {name: _shortened(given[name]) for name in names & own.keys()}
                texts.append(Text(id, tuple(given.items())))
        return tuple(texts)

    def known(self, values: Values) -> dict[str, Value]:
        """What a sentence can be filled with here, besides what the person wrote in an exercise."""
        known: dict[str, Value] = dict(self.state.plan)
        if lent := self.state.lent:
            known |= {"therapist": lent.name, "suggested": Text(self.book.flows[lent.flow].title)}
        known["emergency"] = self.lines.emergency
        known["review"] = self.book.reviewed
        if self.lines.emergency_text:
            known["emergency_text"] = self.lines.emergency_text
        if nearest := urgent_lines.nearest(self.lines, self.state.locale, self.at, self.need):
            known["line"] = nearest
        return {**known, **dict(values)}

    def kindly(self, answer: str, values: Values = ()) -> None:
        """Answer what does not fit, then ask the open question again. Never one sentence twice in a row."""
        here = self.here()
        again = answer == self.state.answer
        text = Text(PUZZLED_AGAIN) if again else Text(answer, values)
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
                case Keep(names):
                    self.keep(there.place.flow, names)
                case ThrowAway(names):
                    flow = there.place.flow
                    left = tuple(h for h in self.state.held if h.flow != flow or h.name not in names)
                    self.state = replace(self.state, held=left)
                case HandOver(names):
                    self.hand_over(there.place.flow, names)
                case LeaveOut(part):
                    self.state = replace(self.state, left_out=(self.state.left_out or frozenset()) | {part})
                case Do.PUT_ALL_BACK:
                    self.state = replace(self.state, left_out=frozenset())
                case Do.SHOW_LINES | Do.SHOW_SILENT_LINES | Do.EMERGENCY_FIRST | Do.LIST_COUNTRIES:
                    pass  # part of the message
                case Do.SHOW_ATTRIBUTION | Do.SHOW_ANSWERS | Do.NUMBER_IN_DANGER:
                    pass  # part of the message
                case Do.SHOW_BRIEF:
                    self.state = replace(self.state, left_out=self.state.left_out or frozenset())
                case Do.NOTICE_RISK:
                    self.admit(Level.RISK)
                case Do.NOTICE_IMMINENT:
                    self.admit(Level.IMMINENT)
                case Do.DISPUTE:
                    if self.state.waiting:
                        self.effects.append(Dispute())
                case Do.AGREE_PLAN:
                    self.agree("plan")
                case Do.DISAGREE_PLAN:
                    self.disagree("plan")
                case Do.SHOW_THERAPISTS:
                    self.effects.append(ShowTherapists())
                case Do.SHOW_DATA:
                    self.effects.append(ShowData())
                case Do.OPEN_REQUEST:
                    self.open_request()
                case Do.CALL_BACK:
                    self.ask_to_be_called_back()
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
                case Do.AGREE_WATCH:
                    self.agree(WATCH)
                case Do.DISAGREE_WATCH:
                    self.watched_no_more()
                case Do.AGREE_ANSWERS:
                    self.agree("answers")
                case Do.DISAGREE_ANSWERS:
                    self.disagree("answers")
                case Do.KEEP_ANSWERS:
                    questionnaire.keep(self)
                case Do.ANSWER_AGAIN:
                    questionnaire.again(self)
                case Do.TELL_OF_ANSWER:
                    self.open_request(questionnaire.ANSWERED)
                case Do.TELL_OF_OPEN_QUESTION:
                    self.open_request(questionnaire.NOT_ANSWERED)
                case Do.SET_REMINDERS:
                    self.set_reminders()
                case Do.STOP_REMINDERS:
                    self.disagree("reminders")
                case Do.ASK_ABOUT_BOOKING:
                    appointing.ask_later(self)
                case Do.ASK_NO_MORE:
                    appointing.ask_no_more(self)
                case Do.SAY_BOOKED:
                    appointing.say_booked(self)
                case Do.GIVE_CALENDAR:
                    appointing.give_calendar(self)
                case Do.REMIND_OF_APPOINTMENT:
                    appointing.remind(self)
                case Do.OTHER_LANGUAGE:
                    self.state = replace(self.state, locale="en" if self.state.locale == "fr" else "fr")
                case Do.FRENCH:
                    self.state = replace(self.state, locale="fr")
                case Do.ENGLISH:
                    self.state = replace(self.state, locale="en")
                case Do.KEEP_ALL:
                    for held in notes.unkept(self.state):
                        self.keep(held.flow, (held.name,))
                case Do.FORGET_WORDS:
                    left = tuple(h for h in self.state.held if h.flow != there.place.flow)
                    self.state = replace(self.state, held=left)
                case Do.FELT_LIGHTER | Do.FELT_SAME | Do.FELT_HEAVIER:
                    self.felt(order)
                case Do.THIS_FELT_LIGHTER | Do.THIS_FELT_SAME | Do.THIS_FELT_HEAVIER:
                    self.state = notes.change(self.state, notes.THIS_FELT[order], self.today(), tapped=True)
                case Do.THROW_THIS_AWAY:
                    self.state = notes.throw_away(self.state, self.state.opened)
                case Do.ERASE:
                    self.erase()
                    return True
                case _:
                    assert_never(order)
        return False

    def keep(self, flow: str, names: tuple[str, ...]) -> None:
        """Make a note of these words at hand; say so when there is no room."""
        if "keep" not in self.state.agreed:
            return
        at_hand = [held for name in names if (held := self.state.word(flow, name))]
        own = [held for held in at_hand if not held.tapped] or at_hand[:1]
        kept = notes.keep(self.state, own, self.today())
        if kept is None:
            self.effects.append(Say((Text(FULL),)))
        else:
            self.state = kept

    def hand_over(self, flow: str, names: tuple[str, ...]) -> None:
        """Keep these words at hand for the therapist who answers: they are what is read first."""
        words = "\n\n".join(held.words for name in names if (held := self.state.word(flow, name)) and not held.tapped)
        if words and "human" in self.state.agreed:
            left = tuple(held for held in self.state.held if held.flow != flow or held.name not in names)
            self.state = replace(self.state, held=left).holding(Held(HUMAN, "note", words))
            self.effects.append(Record("note", words))

    def felt(self, how: Do) -> None:
        if "keep" in self.state.agreed and notes.is_exercise(self.book, self.state.ended):
            self.state = notes.keep_felt(self.state, notes.FELT_WORDS[how], self.today())

    def today(self) -> date:
        """The day of this turn; only a mention has none, and it keeps nothing."""
        return self.at.date() if self.at else date.min

    def open_request(self, because: str = "") -> None:
        """because: text id of why a human is told, where the person did not ask for one."""
        if self.state.waiting and not because:
            return
        note = self.state.word("human", "note")
        shared = note.words if note and "human" in self.state.agreed else ""
        # Of a danger, of what the person did not ask for or has not seen, only the minimum is told.
        left_out = self.state.left_out
        told = () if self.in_danger or because or left_out is None else brief.lines(self.book, self.state)
        noticed = self.state.noticed if self.in_danger or Part.NOTICED not in (left_out or ()) else None
        alert = Alert(noticed.level, noticed.kind, signs=noticed.signs) if noticed else None
        urgency = Urgency.URGENT if self.in_danger else Urgency.ROUTINE
        self.state = replace(self.state, waiting=True, left_out=None)
        self.effects.append(OpenRequest(urgency, shared, alert, because, told, self.preferred()))

    def preferred(self) -> tuple[str, ...]:
        """What was tapped of what one can prefer in who answers: the last part of the choice's text id."""
        tapped = (held for held in self.state.held if held.flow == PREFERENCE)
        return tuple(held.words.rpartition(".")[2] for held in tapped)

    def ask_to_be_called_back(self) -> None:
        words = self.state.word(HUMAN, "call_back")
        if words and HUMAN in self.state.agreed:
            self.state = replace(self.state, waiting=True)
            urgency = Urgency.URGENT if self.in_danger else Urgency.ROUTINE
            self.effects.append(OpenRequest(urgency, call_back=words.words))

    def withdraw_request(self, there: Step) -> None:
        if self.state.waiting:
            # A danger is not closed by the person: whoever was alerted is told, and the request stays.
            self.watched_no_more()
            self.state = replace(self.state, waiting=self.in_danger)
            self.effects.append(WithdrawRequest())
        elif there.go is None:
            # The desk, which says what comes next, has no request any more.
            self.tell(self.book.steps[WITHDRAWN])

    # What was noticed.

    @property
    def in_danger(self) -> bool:
        """Whether a danger was noticed that no therapist has closed."""
        return self.state.noticed is not None and self.state.noticed.level >= Level.RISK

    def notice(self, risk: Risk) -> Noticed:
        """Keep the highest level, what it was about last, and every sign. Nothing here ever lowers it."""
        assert self.at, "whatever happens, happens at an hour"
        noticed = self.state.noticed or Noticed(risk.level, risk.kind, self.at, self.at)
        if risk.level > noticed.level:
            noticed = replace(noticed, level=risk.level, kind=risk.kind, at=self.at)
        elif risk.level >= Level.RISK and risk.kind in NAMED:
            noticed = replace(noticed, kind=risk.kind)  # what is spoken of now decides the lines
        quiet = risk.level >= Level.RISK and risk.kind is Danger.ABUSE and Sign.NEAR_OTHER not in risk.signs
        signs = noticed.signs | risk.signs | ({Sign.QUIET} if quiet else frozenset())
        noticed = replace(noticed, signs=signs)
        self.state = replace(self.state, noticed=noticed)
        return noticed

    def admit(self, level: Level) -> None:
        """The person has answered that it is so: that they think about dying, or that it happens now."""
        before = self.state.noticed
        kind = Danger.SUICIDE if level is Level.RISK else before.kind if before else Danger.ORDINARY
        signs = before.signs if before else frozenset[Sign]()
        risk = Risk(level, kind, signs=signs)
        self.notice(risk)
        self.alert(risk)

    def shown(self, step: str) -> Place:
        """Note that this way of the flow `crisis` is shown in full, and return it."""
        noticed = self.state.noticed
        assert noticed, "shown because of what was noticed"
        assert self.at, "whatever happens, happens at an hour"
        before = frozenset[str]() if self.long_ago() else noticed.shown
        self.state = replace(self.state, noticed=replace(noticed, shown=before | {step}, last=self.at))
        return Place(CRISIS, step)

    def long_ago(self) -> bool:
        """Whether what was shown of it is no longer in sight."""
        noticed = self.state.noticed
        return noticed is not None and self.at is not None and self.at - noticed.last > IN_FULL_AGAIN

    def alert(self, risk: Risk) -> None:
        """Have a human told of what was just noticed; without the words, unless a therapist may read the person.

        Whoever has the conversation reads what this message says. Others are told the highest that was noticed.
        """
        noticed = self.state.noticed
        assert noticed, "just noticed"
        may_read = "human" in self.state.agreed or self.state.owner is not None
        level = risk.level if self.state.holder else noticed.level
        kind = risk.kind if risk.kind in NAMED else noticed.kind
        self.effects.append(Alert(level, kind, risk.reason if may_read else "", noticed.signs))
        if self.state.owner is None:
            self.state = replace(self.state, waiting=True)

    def alert_asked(self, words: str) -> None:
        """Under a human, who asks for urgent help asks them."""
        self.effects.append(Alert(Level.RISK, None, words))

    def agree(self, purpose: str) -> None:
        if purpose not in self.state.agreed:
            agreed, declined = self.state.agreed | {purpose}, self.state.declined - {purpose}
            self.state = replace(self.state, agreed=agreed, declined=declined)
            self.effects.append(Agree(purpose, True))

    def watched_no_more(self) -> None:
        """Nobody reads along from here on. It ends by itself too: with the wait, and with the agreement to be read."""
        if WATCH in self.state.agreed:
            self.state = replace(self.state, agreed=self.state.agreed - {WATCH})
            self.effects.append(Agree(WATCH, False))

    def disagree(self, purpose: str) -> None:
        if purpose == HUMAN:
            self.watched_no_more()
        if purpose in CONSENTS:
            self.state = replace(self.state, declined=self.state.declined | {purpose})
        # A therapist who came unasked was written to without that agreement: it is taken back all the same.
        if purpose in self.state.agreed or (purpose == HUMAN and self.state.epoch):
            heard = self.book.kept_for[purpose]
            held = tuple(h for h in self.state.held if h.tapped or (h.flow, h.name) not in heard)
            self.state = replace(self.state, agreed=self.state.agreed - {purpose}, held=held, lately=())
            if purpose == "keep":
                self.state = replace(self.state, notes=(), opened=0)
            if purpose == "plan":
                self.state = replace(self.state, plan=())
            self.effects.append(Agree(purpose, False))
        if purpose == "answers":
            self.state = replace(self.state, answers=None, scores=())
        if purpose == "reminders":
            self.state = replace(appointments.unreminded(self.state), rhythm=None, wanted=None)

    def set_reminders(self) -> None:
        """From here on the person is written to as they asked. They have agreed: the schedule is kept."""
        assert self.at, "nobody asks at no time"
        self.agree("reminders")
        wanted = self.state.wanted or Wanted()
        rhythm = regularity.begun(wanted, self.at, self.book.rules)
        self.state = replace(self.state, wanted=None, rhythm=rhythm)
        self.ring_when_due(rhythm)

    def ring_when_due(self, rhythm: Rhythm) -> None:
        assert self.at, "nobody waits from no time on"
        wait = max(rhythm.due - self.at.astimezone(UTC), timedelta(seconds=1))
        self.effects.append(SetTimer(regularity.TIMER, wait, regularity.token_of(rhythm)))

    def erase(self) -> None:
        # The epoch must never go down: what was decided under an earlier owner stays void.
        epoch = self.state.epoch + (self.state.owner is not None)
        self.state = State(locale=self.state.locale, epoch=epoch)
        self.effects.append(Erase())


def note_of(choice: str) -> int:
    """The id of the note this choice stands for, or 0."""
    id = choice.removeprefix(NOTE)
    return int(id) if choice.startswith(NOTE) and id.isascii() and id.isdigit() and len(id) < 10 else 0


def _shortened(value: Value) -> Value:
    return notes.short(value) if isinstance(value, str) else value
