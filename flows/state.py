"""Where a conversation stands. Frozen; to and from JSON; carries a version."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from flows.risk.risk import Kind, Level, Sign

VERSION = 2
WATCH = "watch"  # purpose: those who are asked may read along, before one of them takes over
_SCALARS = ("question", "answered", "last_note", "opened", "ended", "waiting", "owner", "epoch", "answer", "country")


class UnknownVersion(ValueError):
    """What was stored is of a version that this program does not know."""


@dataclass(frozen=True, slots=True)
class Place:
    flow: str
    step: str


@dataclass(frozen=True, slots=True)
class Press:
    press: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Words at hand while an exercise lasts, under the name it gave them.

    words: the person's own; when tapped, the text id of the choice they tapped instead.
    """

    flow: str
    name: str
    words: str
    tapped: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What the person chose to keep. id: never given twice in one conversation; the rest as in Held."""

    id: int
    flow: str
    name: str
    words: str
    on: date
    tapped: bool = False


@dataclass(frozen=True, slots=True)
class Noticed:
    """A danger that was noticed. It goes up by itself, and away only by a therapist's act.

    level: the highest so far. kind: what it was about last, which decides the lines.
    at:     when it reached that level. last: when it was last spoken of on the person's screen.
    shown:  steps of the flow `crisis` the person has been shown in full, since a human last spoke with them; and that
            step of the flow `panic` which answers what would else be a danger.
    times:  short answers given, so that no two in a row are the same.
    """

    level: Level
    kind: Kind
    at: datetime
    last: datetime
    signs: frozenset[Sign] = frozenset()
    shown: frozenset[str] = frozenset()
    times: int = 0


class Watched(StrEnum):
    """A question that is acted on the moment it is answered, and what it has come to."""

    NOT_ASKED = "not asked"
    ASKED = "asked"  # and no answer yet
    TOLD = "told"  # a human was told that it stayed open
    DONE = "done"  # answered, and acted on


@dataclass(frozen=True, slots=True)
class Answers:
    """One questionnaire being answered, or answered just now.

    number: of this set of answers, within the conversation; the same number again replaces it.
    form:   which official words ("fr-CA"); version: of these words. Answers to two forms never stand in one set.
    given:  question ("1" to "9", "difficulty") -> score, or None where it was left open. No total with one left open.
    watched: what became of the watched question while it had no answer.
    over:   the last question has been answered.
    """

    number: int
    instrument: str
    form: str
    version: str
    at: datetime
    given: tuple[tuple[str, int | None], ...] = ()
    watched: Watched = Watched.NOT_ASKED
    over: bool = False

    def score(self, question: str) -> int | None:
        """None for a question left open, or not answered yet."""
        return dict(self.given).get(question)

    def giving(self, question: str, score: int | None) -> "Answers":
        return replace(self, given=(*((q, s) for q, s in self.given if q != question), (question, score)))


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of one whole set of answers. number, form: as in Answers."""

    number: int
    instrument: str
    form: str
    on: date
    total: int


class Every(StrEnum):
    ONCE = "once"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Wanted:
    """When somebody would like to be written to, as far as they have said; "" and None for not yet."""

    when: str = ""
    clock: time | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the person is written to again, because they asked and agreed.

    clock, day: on their own clock, in `zone`. due: the next time; the same moment, or later when it did not suit.
    unheard: times in a row they were written to and gave no sign. spared: a week was left out because of that.
    """

    every: Every
    clock: time
    zone: str
    day: date
    due: datetime
    unheard: int = 0
    spared: bool = False


@dataclass(frozen=True, slots=True)
class Lent:
    """A therapist who has the conversation lets the bot lead this flow in it, and has it back after that.

    name: as the person reads it.
    """

    therapist: str
    name: str
    flow: str


@dataclass(frozen=True, slots=True)
class Prescribed:
    """A flow that a therapist will let the bot lead, when `due` comes. name: as in Lent."""

    therapist: str
    name: str
    flow: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    """What the person is told of a booking that somebody who can know told us of.

    number: of the booking. therapist: as people read it. zone: the person's own, or "" for the clinic's.
    move, cancel: the provider's pages; "" for none.
    remind: when they are reminded, or None. untold: a step of the flow `appointment` that waits for the morning, or "".
    """

    number: int
    therapist: str
    starts: datetime
    ends: datetime | None = None
    zone: str = ""
    move: str = ""
    cancel: str = ""
    remind: datetime | None = None
    untold: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A booking page that was opened. link: which one, as bot/ names it."""

    link: str
    therapist: str
    at: datetime


@dataclass(frozen=True, slots=True)
class State:
    """One conversation, as far as the flows need to know it.

    locale:    "fr" or "en".
    place:     the step we are at; None before the first word and after a goodbye.
    aside:     where an interrupted exercise can be resumed, or None.
    asker:     the step that asked for an agreement and waits for the answer, or None.
    question:  number of the last question asked.
    answered:  number of the last question answered; question > answered means one is open.
    presses:   the last few presses, to count a repeated one once.
    agreed:    purposes the person agreed to ("keep", "human"); WATCH only while they wait for a human.
    declined:  purposes the person was asked to agree to, and did not.
    held:      words at hand. The person's own only once they agreed.
    notes:     what the person chose to keep, oldest first; empty unless "keep" is agreed.
    last_note: the highest id a note ever had.
    opened:    id of the note that is being read, or 0.
    ended:     the exercise done last, or "".
    said:      the step that was said last and that a therapist would want to know of, or None.
    scores:    sums of questionnaires, oldest first; empty unless "answers" is agreed.
    left_out:  parts of the brief (flows/brief.py) that the next therapist is not to read; None as long as the person
               has not seen it, and nobody else does.
    waiting:   a request is open.
    owner:     the therapist who speaks now, or None for the bot.
    epoch:     goes up each time the owner changes.
    answer:    text id of the last answer to something unexpected, so that it is not repeated at someone;
               "" once the conversation has moved on.
    noticed:   a danger that nobody has closed yet, or None.
    country:   where the person said they are ("BE", "CA-QC"); "" for the clinic's country.
    young:     when they last wrote that they are under 18, while it counts (flows/safety.py), or None.
    plan:      the parts of the safety plan, in the person's own words; empty unless "plan" is agreed.
    lately:    when and what the person wrote last, oldest first: only words they agreed to have kept.
    answers:   the questionnaire being answered, or answered last; None once it is forgotten.
    wanted:    a rhythm being asked for, or None.
    rhythm:    when they are written to again; None unless "reminders" is agreed.
    lent:      while a therapist lets the bot lead an exercise; `owner` is None then.
    later:     what a therapist will let it lead at an hour, or None.
    appointments: those to come, the one spoken of last at the end.
    looked:    the booking page opened last, or None.
    """

    locale: str = "fr"
    place: Place | None = None
    aside: Place | None = None
    asker: Place | None = None
    question: int = 0
    answered: int = 0
    presses: tuple[Press, ...] = ()
    agreed: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    held: tuple[Held, ...] = ()
    notes: tuple[Note, ...] = ()
    last_note: int = 0
    opened: int = 0
    ended: str = ""
    said: Place | None = None
    scores: tuple[Score, ...] = ()
    left_out: frozenset[str] | None = None
    waiting: bool = False
    owner: str | None = None
    epoch: int = 0
    answer: str = ""
    noticed: Noticed | None = None
    country: str = ""
    young: datetime | None = None
    plan: tuple[tuple[str, str], ...] = ()
    lately: tuple[tuple[datetime, str], ...] = ()
    answers: Answers | None = None
    wanted: Wanted | None = None
    rhythm: Rhythm | None = None
    lent: Lent | None = None
    later: Prescribed | None = None
    appointments: tuple[Appointment, ...] = ()
    looked: Looked | None = None
    version: int = field(default=VERSION)

    @property
    def holder(self) -> str | None:
        """The therapist who has the conversation, whether or not the bot leads an exercise in it now."""
        return self.lent.therapist if self.lent else self.owner

    def word(self, flow: str, name: str) -> Held | None:
        """The words at hand under this name."""
        return next((held for held in self.held if held.flow == flow and held.name == name), None)

    def note(self, id: int) -> Note | None:
        return next((note for note in self.notes if note.id == id), None)

    def newest(self, flow: str, name: str) -> Note | None:
        """The last note kept under this name."""
        return next((note for note in reversed(self.notes) if note.flow == flow and note.name == name), None)

    def planning(self, part: str, words: str) -> "State":
        """With this part of the safety plan written, or written anew."""
        return replace(self, plan=(*((p, w) for p, w in self.plan if p != part), (part, words)))

    def holding(self, held: Held) -> "State":
        others = (other for other in self.held if (other.flow, other.name) != (held.flow, held.name))
        return replace(self, held=(*others, held))


def to_json(state: State) -> dict[str, Any]:
    """Plain JSON values; what is at its default is left out."""
    plain: dict[str, Any] = {"version": state.version, "locale": state.locale}
    for name in ("place", "aside", "asker", "said"):
        if place := getattr(state, name):
            plain[name] = [place.flow, place.step]
    for name in _SCALARS:
        if value := getattr(state, name):
            plain[name] = value
    if state.presses:
        plain["presses"] = [[p.press, p.at.isoformat()] for p in state.presses]
    if state.left_out is not None:
        plain["left_out"] = sorted(state.left_out)
    for name in ("agreed", "declined"):
        if purposes := getattr(state, name):
            plain[name] = sorted(purposes)
    if state.held:
        plain["held"] = [[h.flow, h.name, h.words, *_tapped(h.tapped)] for h in state.held]
    if state.notes:
        plain["notes"] = [[n.id, n.flow, n.name, n.words, n.on.isoformat(), *_tapped(n.tapped)] for n in state.notes]
    if state.noticed:
        plain["noticed"] = _plain_noticed(state.noticed)
    if state.young:
        plain["young"] = state.young.isoformat()
    if state.plan:
        plain["plan"] = [list(part) for part in state.plan]
    if state.lately:
        plain["lately"] = [[at.isoformat(), words] for at, words in state.lately]
    if state.answers:
        plain["answers"] = plain_answers(state.answers)
    if state.scores:
        plain["scores"] = [[s.number, s.instrument, s.form, s.on.isoformat(), s.total] for s in state.scores]
    if state.wanted:
        clock = state.wanted.clock and state.wanted.clock.isoformat()
        plain["wanted"] = [state.wanted.when, clock, state.wanted.zone]
    if state.rhythm:
        plain["rhythm"] = _plain_rhythm(state.rhythm)
    if lent := state.lent:
        plain["lent"] = [lent.therapist, lent.name, lent.flow]
    if later := state.later:
        plain["later"] = [later.therapist, later.name, later.flow, later.due.isoformat()]
    if state.appointments:
        plain["appointments"] = [_plain_appointment(one) for one in state.appointments]
    if state.looked:
        plain["looked"] = [state.looked.link, state.looked.therapist, state.looked.at.isoformat()]
    return plain


def _plain_appointment(appointment: Appointment) -> dict[str, Any]:
    return {
        "number": appointment.number,
        "therapist": appointment.therapist,
        "starts": appointment.starts.isoformat(),
        "ends": appointment.ends and appointment.ends.isoformat(),
        "zone": appointment.zone,
        "move": appointment.move,
        "cancel": appointment.cancel,
        "remind": appointment.remind and appointment.remind.isoformat(),
        "untold": appointment.untold,
    }


def _plain_rhythm(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "every": rhythm.every.value,
        "clock": rhythm.clock.isoformat(),
        "zone": rhythm.zone,
        "day": rhythm.day.isoformat(),
        "due": rhythm.due.isoformat(),
        "unheard": rhythm.unheard,
        "spared": rhythm.spared,
    }


def plain_answers(answers: Answers) -> dict[str, Any]:
    return {
        "number": answers.number,
        "instrument": answers.instrument,
        "form": answers.form,
        "version": answers.version,
        "at": answers.at.isoformat(),
        "given": [list(pair) for pair in answers.given],
        "watched": answers.watched.value,
        "over": answers.over,
    }


def _plain_noticed(noticed: Noticed) -> dict[str, Any]:
    return {
        "level": noticed.level.value,
        "kind": noticed.kind,
        "at": noticed.at.isoformat(),
        "last": noticed.last.isoformat(),
        "signs": sorted(noticed.signs),
        "shown": sorted(noticed.shown),
        "times": noticed.times,
    }


def from_json(plain: dict[str, Any]) -> State:
    """Raises UnknownVersion."""
    if plain["version"] == 1:
        plain = _from_version_1(plain)
    if plain["version"] != VERSION:
        raise UnknownVersion(f"state version {plain['version']} is not known here; this program knows {VERSION}")
    return State(
        locale=plain["locale"],
        place=_place(plain, "place"),
        aside=_place(plain, "aside"),
        asker=_place(plain, "asker"),
        question=plain.get("question", 0),
        answered=plain.get("answered", 0),
        presses=tuple(Press(press, datetime.fromisoformat(at)) for press, at in plain.get("presses", ())),
        agreed=frozenset(plain.get("agreed", ())),
        declined=frozenset(plain.get("declined", ())),
        held=tuple(Held(*held) for held in plain.get("held", ())),
        notes=tuple(
            Note(id, flow, name, words, date.fromisoformat(on), *tapped)
            for id, flow, name, words, on, *tapped in plain.get("notes", ())
        ),
        last_note=plain.get("last_note", 0),
        opened=plain.get("opened", 0),
        ended=plain.get("ended", ""),
        said=_place(plain, "said"),
        scores=tuple(
            Score(number, instrument, form, date.fromisoformat(on), total)
            for number, instrument, form, on, total in plain.get("scores", ())
        ),
        left_out=frozenset(plain["left_out"]) if "left_out" in plain else None,
        waiting=plain.get("waiting", False),
        owner=plain.get("owner"),
        epoch=plain.get("epoch", 0),
        answer=plain.get("answer", ""),
        noticed=_noticed(plain["noticed"]) if "noticed" in plain else None,
        country=plain.get("country", ""),
        young=datetime.fromisoformat(plain["young"]) if "young" in plain else None,
        plan=tuple((part, words) for part, words in plain.get("plan", ())),
        lately=tuple((datetime.fromisoformat(at), words) for at, words in plain.get("lately", ())),
        answers=answers_of(plain["answers"]) if "answers" in plain else None,
        wanted=_wanted(*plain["wanted"]) if "wanted" in plain else None,
        rhythm=_rhythm(plain["rhythm"]) if "rhythm" in plain else None,
        lent=Lent(*plain["lent"]) if "lent" in plain else None,
        later=_prescribed(*plain["later"]) if "later" in plain else None,
        appointments=tuple(_appointment(one) for one in plain.get("appointments", ())),
        looked=_looked(*plain["looked"]) if "looked" in plain else None,
    )


def _prescribed(therapist: str, name: str, flow: str, due: str) -> Prescribed:
    return Prescribed(therapist, name, flow, datetime.fromisoformat(due))


def _appointment(plain: dict[str, Any]) -> Appointment:
    moments = {name: datetime.fromisoformat(plain[name]) if plain[name] else None for name in ("ends", "remind")}
    return Appointment(**{**plain, "starts": datetime.fromisoformat(plain["starts"]), **moments})


def _looked(link: str, therapist: str, at: str) -> Looked:
    return Looked(link, therapist, datetime.fromisoformat(at))


def _wanted(when: str, clock: str | None, zone: str) -> Wanted:
    return Wanted(when, time.fromisoformat(clock) if clock else None, zone)


def _rhythm(plain: dict[str, Any]) -> Rhythm:
    return Rhythm(
        every=Every(plain["every"]),
        clock=time.fromisoformat(plain["clock"]),
        zone=plain["zone"],
        day=date.fromisoformat(plain["day"]),
        due=datetime.fromisoformat(plain["due"]),
        unheard=plain["unheard"],
        spared=plain["spared"],
    )


def answers_of(plain: dict[str, Any]) -> Answers:
    return Answers(
        number=plain["number"],
        instrument=plain["instrument"],
        form=plain["form"],
        version=plain["version"],
        at=datetime.fromisoformat(plain["at"]),
        given=tuple((question, score) for question, score in plain["given"]),
        watched=Watched(plain["watched"]),
        over=plain["over"],
    )


def _noticed(plain: dict[str, Any]) -> Noticed:
    return Noticed(
        level=Level(plain["level"]),
        kind=Kind(plain["kind"]),
        at=datetime.fromisoformat(plain["at"]),
        last=datetime.fromisoformat(plain["last"]),
        signs=frozenset(Sign(sign) for sign in plain["signs"]),
        shown=frozenset(plain["shown"]),
        times=plain["times"],
    )


def _place(plain: dict[str, Any], name: str) -> Place | None:
    return Place(*plain[name]) if name in plain else None


def _tapped(tapped: bool) -> Iterable[bool]:
    return (True,) if tapped else ()


def _from_version_1(plain: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had one exercise that kept words, and the note for a therapist, all under a bare name."""
    held = [["human" if name == "note" else "holding_back", name, words] for name, words in plain.get("kept", ())]
    return {**plain, "version": 2, "held": held}
