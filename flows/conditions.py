"""What must be so for a choice to be offered, or for a way to be taken."""

from typing import TYPE_CHECKING, assert_never

from flows import appointing, appointments, brief, notes
from flows.book import PAGE
from flows.flow import BACK, Option, Part, Step, Way, When
from flows.state import WATCH, Place

if TYPE_CHECKING:
    from flows.walk import Walk

SUBJECTS = Place("preference", "subject")  # what somebody would like to talk about
NOT_ASKED = frozenset({"adults", "non_binary"})  # of what is known of therapists


def fits(walk: "Walk", there: Step, option: Option) -> bool:
    if option.go is BACK:
        return walk.state.aside is not None
    if option.go is Way.SAME:
        return notes.is_exercise(walk.book, walk.state.ended)
    if option.when is When.THIS_HELPED:
        return option.id in notes.helped(walk.book, walk.state)
    if option.when is When.ASKABLE:
        return option.id in walk.book.rules.askable
    if option.when is When.MORE:
        return there.listing is not None and len(walk.state.notes) > (there.listing.page + 1) * PAGE
    return option.when is None or holds(walk, option.when)


def holds(walk: "Walk", when: When) -> bool:
    match when:
        case When.READ:
            return "human" in walk.state.agreed
        case When.NOT_READ:
            return "human" not in walk.state.agreed
        case When.DANGER:
            return walk.in_danger
        case When.NO_DANGER:
            return not walk.in_danger
        case When.PLAN:
            return bool(walk.state.plan)
        case When.NO_PLAN:
            return not walk.state.plan
        case When.AGREED_KEEP:
            return "keep" in walk.state.agreed
        case When.NOT_AGREED_KEEP:
            return "keep" not in walk.state.agreed
        case When.WORDS:
            return bool(notes.unkept(walk.state))
        case When.NOTES:
            return bool(walk.state.notes)
        case When.OPENED:
            return walk.state.note(walk.state.opened) is not None
        case When.OPENED_FELT:
            opened = walk.state.note(walk.state.opened)
            return opened is not None and opened.name == notes.FELT
        case When.HELPED:
            return bool(notes.helped(walk.book, walk.state))
        case (
            When.TELLS_NOTICED
            | When.TELLS_SAID
            | When.TELLS_EXERCISES
            | When.TELLS_SCORES
            | When.TELLS_AGREED
            | When.TELLS_QUESTIONS
        ):
            return Part(when.rpartition(" ")[2]) in brief.parts(walk.book, walk.state)
        case When.LEFT_OUT:
            return bool(walk.state.left_out)
        case When.SOMEBODY:
            return bool(walk.book.rules.askable - NOT_ASKED)
        case When.SUBJECT:
            return bool(walk.book.rules.askable & {option.id for option in walk.book.steps[SUBJECTS].options})
        case When.CALL_BACK:
            return walk.book.rules.call_back and "human" in walk.state.agreed
        case When.CAN_LET_READ:
            waits = walk.state.waiting and not walk.in_danger  # in danger one thing is to be read: the numbers
            return waits and "human" in walk.state.agreed and WATCH not in walk.state.agreed
        case When.LETS_READ:
            return WATCH in walk.state.agreed
        case When.WAITS:
            return walk.state.waiting
        case When.GIVEN:
            # What was written to a therapist who came unasked is kept without an agreement.
            return bool(walk.state.agreed) or walk.state.waiting or walk.state.epoch > 0
        case When.APPOINTMENT:
            return appointments.current(walk.state, walk.at) is not None
        case When.CAN_BE_REMINDED:
            coming = appointments.current(walk.state, walk.at)
            return bool(
                coming
                and walk.at
                and coming.remind is None
                and appointments.remind_at(coming, walk.at, walk.book.rules)
            )
        case When.RHYTHM:
            return walk.state.rhythm is not None
        case When.MAY_BE_ASKED:
            return appointing.PURPOSE not in walk.state.agreed | walk.state.declined
        case When.THIS_HELPED | When.MORE | When.ASKABLE:
            return False  # of a choice only
        case _:
            assert_never(when)
