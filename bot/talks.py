"""Golden talks: scripts of a conversation, with all that was read in it.

    about: Somebody stops half-way.
    given: {language: fr, at: "2026-11-24 10:00"}       # the clinic's clock; both can be left out
    given: {…, clinic: team, usual: 12 minutes}          # at the clinic of clinic_team.toml; what was measured there
    talk:
      - person: arrive                                   # or leave
      - person: {tap: exercise}                          # newest button of that name; `of: menu/menu` for that step’s
      - person: {say: "stop"}                            # its risk is read by the floor, as on the road
      - person: {say: "…", risk: risk suicide}           # or is given: a level, a kind, signs; `unread` for none
      - person: {send: photo, caption: "…"}
      - person: {edit: "…"}
      - person: {react: "👍"}                            # a therapist can too
      - wait: 5 minutes
      - link: {opened: ines}                             # the booking page of a therapist
      - booking: {number: 1, with: ines, starts: "2026-12-03 14:30", zone: America/Toronto, move: "https://…"}
      - booking: {number: 1, is: cancelled}              # or over; `late: true` for old news
      - therapist: {ines: take over}                     # release, close, decline, close alert, call off, unreachable
      - therapist: {ines: {prescribe: breathing}}        # let the bot lead it; `in: 2 hours` for later
      - therapist: {ines: {say: "Bonjour"}}              # or edit
      - therapist: {ines: {pass: tom}}                   # asks him to take it
      - therapist: {ines: {note: "…", to: tom}}          # never reaches the person
      - therapist: {ines: {link: ines}}                  # gives the page for appointments of one of them, or `clinic`

Everything else in `talk` is what came of it. Rewriting a talk keeps the lines above and writes the others anew.
"""

import difflib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.clinic import read as read_clinic
from bot.decide import Done
from bot.rehearsal import Rehearsal
from bot.wording import Wording, catalogues
from flows.book import BrokenFlow, load
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
    Weight,
    WithdrawRequest,
)
from flows.events import (
    BookingChanged,
    BookingIs,
    Event,
    LinkOpened,
    Media,
    MediaKind,
    OfferUndelivered,
    PersonArrived,
    PersonEdited,
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
)
from flows.page import Proof, Table, Word, read
from flows.risk.read import read as read_risk
from flows.risk.risk import Kind, Level, Risk, Sign
from flows.state import Appointment, State
from handoff.colleagues import KeepNote, SendLink
from handoff.desk import Tell
from handoff.roster import Clinic, Lately

ROOT = Path(__file__).parent.parent
TALKS = ROOT / "tests" / "talks"
DEFAULT_AT = "2026-11-24 10:00"  # a Tuesday morning at the clinic

_DURATION = re.compile(r"(\d+) (second|minute|hour|day)s?\Z")
_MOVES = ("person", "wait", "therapist", "link", "booking")


def main(paths: Sequence[Path], rewrite: bool) -> int:
    """Play these talks, or all; show what differs from what is expected, or take it as expected."""
    stage = Stage()
    different = 0
    for path in paths or all_talks():
        played = run(path, stage)
        expected = path.read_text(encoding="utf-8").splitlines()
        if played == expected:
            continue
        different += 1
        if rewrite:
            path.write_text("\n".join(played) + "\n", encoding="utf-8")
        sys.stdout.writelines(
            line + "\n" for line in difflib.unified_diff(expected, played, str(path), "as played", lineterm="")
        )
    return 1 if different and not rewrite else 0


def all_talks() -> list[Path]:
    return sorted(TALKS.glob("*/*.yaml"))


class Stage:
    """What all talks share: the book, its words, the clinic of tests/talks/clinic.toml, and others beside it."""

    def __init__(self, content: Path = ROOT / "flows" / "content", locales: Path = ROOT / "locales") -> None:
        self.clinic = read_clinic(TALKS / "clinic.toml")
        translated = catalogues(locales)
        self.book = load(content, self.clinic.country, self.clinic.region).speaking(translated).under(self.clinic.rules)
        self.wording = Wording(self.book, translated)


def run(path: Path, stage: Stage) -> list[str]:
    """Return the lines of the file as they would be if what happens now were expected."""
    problems: list[BrokenFlow] = []
    proof = Proof(f"{path.parent.name}/{path.name}", problems)
    page = read(path)
    proof.known(page, "about", "given", "talk")
    about = proof.word(page, "about")
    given = proof.table(page, "given") or Table({}, {}, 1)
    proof.known(given, "language", "at", "clinic", "usual")
    language = proof.word(given, "language", needed=False) or "fr"
    at = proof.word(given, "at", needed=False) or DEFAULT_AT
    other = proof.word(given, "clinic", needed=False)
    clinic = read_clinic(TALKS / f"clinic_{other}.toml") if other else stage.clinic
    if "usual" in given.entries:
        clinic = replace(clinic, lately=Lately(usual=((language, _duration(proof, given, "usual")),)))
    talk = _Talk(stage, clinic, proof, language, at)
    more = "".join(f", {key}: {_flow(given.entries[key])}" for key in ("clinic", "usual") if key in given.entries)
    lines = [
        *_comments(path),
        f"about: {_quoted(about)}",
        f"given: {{language: {language}, at: {_quoted(at)}{more}}}",
        "talk:",
    ]
    for entry in proof.tables(page, "talk"):
        if any(move in entry.entries for move in _MOVES):
            lines += (f"  {line}" for line in talk.play(entry))
    if problems:
        raise problems[0]
    return lines


def _comments(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return lines[:end]


class _Talk:
    """One talk being played."""

    def __init__(self, stage: Stage, clinic: Clinic, proof: Proof, language: str, at: str) -> None:
        self.wording = stage.wording
        self.names = {therapist.id: therapist.name for therapist in clinic.therapists}
        self.languages = {therapist.id: therapist.languages[0] for therapist in clinic.therapists}
        self.proof = proof
        now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(clinic.timezone))
        self.rehearsal = Rehearsal(stage.book.under(clinic.rules), clinic, State(locale=language), now)
        self.presses: list[str] = []
        self.messages = 0

    def play(self, entry: Table) -> Iterator[str]:
        self.proof.known(entry, *_MOVES)
        if "wait" in entry.entries:
            words = self.proof.word(entry, "wait")
            yield f"- wait: {words}"
            rung = [
                line
                for effects in self.rehearsal.wait(_duration(self.proof, entry, "wait"))
                for line in self.shown(effects)
            ]
            yield from rung or ["- nothing: happens"]
            return
        yield _written(entry)
        who = next(move for move in _MOVES if move in entry.entries)
        event = {
            "person": self.persons,
            "therapist": self.therapists,
            "link": self.links,
            "booking": self.bookings,
        }[who](entry)
        if event:
            yield from list(self.shown(self.rehearsal.take(event))) or ["- nothing: happens"]

    def persons(self, entry: Table) -> Event | None:
        at, move = self.rehearsal.now, entry.entries["person"]
        self.messages += 1
        message = f"p{self.messages}"
        if isinstance(move, Word):
            acts: dict[str, Event] = {"arrive": PersonArrived(at), "leave": PersonLeft(at)}
            if move.text not in acts:
                self.proof.complain(move.line, f"a person does not `{move.text}`; they arrive or leave.")
            return acts.get(move.text)
        table = self.proof.table(entry, "person")
        if table is None:
            return None
        self.proof.known(table, "say", "tap", "of", "send", "caption", "edit", "react", "risk")
        if "react" in table.entries:
            return PersonReacted(at, "d1", self.proof.word(table, "react"))
        if "say" in table.entries:
            words = self.proof.word(table, "say", needed=False)
            return PersonSaid(at, words, message, risk=self.risk(table, words))
        if "edit" in table.entries:
            words = self.proof.word(table, "edit", needed=False)
            return PersonEdited(at, words or None, message, risk=self.risk(table, words))
        if "send" in table.entries:
            kind = self.proof.word(table, "send")
            if kind not in set(MediaKind):
                self.proof.complain(table.line, f"`{kind}` cannot be sent; there are {', '.join(MediaKind)}.")
                return None
            caption = self.proof.word(table, "caption", needed=False)
            return PersonSent(at, Media(MediaKind(kind), caption=caption), message, risk=self.risk(table, caption))
        choice, of = self.proof.word(table, "tap"), self.proof.word(table, "of", needed=False)
        for press in reversed(self.presses):
            if press.endswith(f"/{choice}") and (not of or f"/{of}/" in press):
                return PersonTapped(at, press)
        self.proof.complain(table.line, f"no button `{choice}` has been shown{f' by {of}' if of else ''}.")
        return None

    def links(self, entry: Table) -> Event | None:
        table = self.proof.table(entry, "link")
        if table is None:
            return None
        self.proof.known(table, "opened")
        whose = self.proof.word(table, "opened")
        return LinkOpened(self.rehearsal.now, f"link-{whose}", self.names.get(whose, whose))

    def bookings(self, entry: Table) -> Event | None:
        table = self.proof.table(entry, "booking")
        if table is None:
            return None
        self.proof.known(table, "number", "with", "starts", "zone", "move", "cancel", "is", "late")
        said = {key: self.proof.word(table, key, needed=key == "number") for key in table.entries}
        number, whose = int(said["number"]), said.get("with", "")
        appointment = None
        if "starts" in said:
            starts = datetime.fromisoformat(said["starts"]).replace(tzinfo=self.rehearsal.now.tzinfo)
            pages = said.get("move", ""), said.get("cancel", "")
            name = self.names.get(whose, whose)
            appointment = Appointment(number, name, starts, None, said.get("zone", ""), *pages)
        now = BookingIs(said.get("is", BookingIs.SET))
        fresh = said.get("late") != "true"
        return BookingChanged(self.rehearsal.now, number, now, appointment, f"link-{whose}", fresh)

    def risk(self, table: Table, words: str) -> Risk | None:
        """As it is given, so that a talk does not depend on how the reader is tuned; else as the floor reads it."""
        if "risk" not in table.entries:
            return read_risk(words)
        said = self.proof.word(table, "risk")
        if said == "unread":
            return None
        level, *more = said.split()
        known = {level.word: level for level in Level}
        kinds = [Kind(word) for word in more if word in set(Kind)]
        signs = frozenset(Sign(word) for word in more if word in set(Sign))
        if level not in known or len(kinds) != 1 or len(kinds) + len(signs) != len(more):
            self.proof.complain(table.line, f"`{said}` is not a level, a kind and its signs.")
            return None
        return Risk(known[level], kinds[0], words, signs)

    def therapists(self, entry: Table) -> Event | None:
        table = self.proof.table(entry, "therapist")
        if table is None:
            return None
        at = self.rehearsal.now
        self.messages += 1
        for id, act in table.entries.items():
            name = self.names.get(id, id)
            if isinstance(act, Word):
                request = self.rehearsal.request
                acts: dict[str, Event] = {
                    "take over": TherapistTookOver(at, id, name),
                    "release": TherapistReleased(at, id, name),
                    "decline": TherapistDeclined(at, id),
                    "close": TherapistClosed(at, id, name),
                    "close alert": TherapistClosedAlert(at, id, name),
                    "call off": TherapistCalledOff(at, id),
                    "unreachable": OfferUndelivered(at, id, request.round if request else 0),
                }
                if act.text not in acts:
                    self.proof.complain(act.line, f"a therapist can {', '.join(acts)}, say or edit.")
                return acts.get(act.text)
            if isinstance(act, Table) and "edit" in act.entries:
                return TherapistEdited(at, id, self.proof.word(act, "edit"), "d1")
            if isinstance(act, Table) and "react" in act.entries:
                return TherapistReacted(at, id, "p1", self.proof.word(act, "react"))
            if isinstance(act, Table) and "pass" in act.entries:
                return TherapistPassed(at, id, name, self.proof.word(act, "pass"))
            if isinstance(act, Table) and "note" in act.entries:
                return TherapistNoted(at, id, name, self.proof.word(act, "to"), self.proof.word(act, "note"))
            if isinstance(act, Table) and "prescribe" in act.entries:
                due = at + _duration(self.proof, act, "in") if "in" in act.entries else None
                return TherapistPrescribed(at, id, name, self.proof.word(act, "prescribe"), due)
            if isinstance(act, Table) and "link" in act.entries:
                of = self.proof.word(act, "link")
                return TherapistSentLink(at, id, name, "" if of == "clinic" else of, f"d{self.messages}")
            if isinstance(act, Table):
                return TherapistSaid(at, id, name, self.proof.word(act, "say"), f"d{self.messages}")
        self.proof.complain(table.line, "says nothing of what the therapist does.")
        return None

    def shown(self, effects: Iterable[Done]) -> Iterator[str]:
        for effect in effects:
            yield from self.shown_one(effect)

    def shown_one(self, effect: Done) -> Iterator[str]:
        locale = self.rehearsal.state.locale
        match effect:
            case Say(texts, weight):
                yield "- bot:"
                yield from self.message(texts, (), weight, locale)
            case Ask(texts, choices, _, weight):
                self.presses += [choice.press for choice in choices]
                yield "- bot:"
                yield from self.message(texts, choices, weight, locale)
            case Tell(therapist, texts, choices, _, weight):
                yield f"- desk of {therapist}:"
                yield from self.message(texts, choices, weight, self.languages.get(therapist, "fr"))
            case Record(name, words):
                yield f"- kept: {{{name}: {_quoted(words)}}}"
            case RecordAnswers(answers):
                given = ", ".join(f"{q}: {'open' if s is None else s}" for q, s in answers.given)
                yield f"- kept: {{{answers.instrument}, {answers.form}: {{{given}}}}}"
            case Agree(purpose, agreed):
                yield f"- {'agreed' if agreed else 'no longer agreed'}: {purpose}"
            case RelayReaction(therapist, _, emoji):
                yield f"- to the {'person' if therapist else 'therapist'}, under a message: {_quoted(emoji)}"
            case OwnerChanged(to):
                yield f"- owner: {to or 'bot'}"
            case RelayToTherapist(content) | RelayToPerson(_, content):
                to = "therapist" if isinstance(effect, RelayToTherapist) else "person"
                edited = ", edited" if effect.edited else ""
                words = _quoted(content) if isinstance(content, str) else content.kind.value
                yield f"- to the {to}{edited}: {words}"
            case ShowTherapists():
                yield "- shown: therapists"
            case KeepNote(kind, author, to, words):
                yield f"- between {author} and {to}: {_quoted(words) if words else kind.value}"
            case SendLink(_, of):
                yield f"- to the person: the page of {of or 'the clinic'}"
            case ReportBooking(link):
                yield f"- noted: says that they booked by {link}"
            case GiveCalendar(appointment):
                yield f"- given: a calendar file, {appointment.starts:%Y-%m-%d %H:%M}"
            case ShowData():
                yield "- shown: data"
            case Erase():
                yield "- erased: everything"
            case SetTimer() | OpenRequest() | WithdrawRequest() | Alert() | Dispute():
                pass  # kept by the rehearsal, or become messages by then
            case _:
                assert_never(effect)

    def message(
        self, texts: tuple[Text, ...], choices: tuple[Choice, ...], weight: Weight, locale: str
    ) -> Iterator[str]:
        for text in texts:
            yield f"    - {text.id}: {_quoted(self.wording.text(text, locale))}"
        if weight is not Weight.NORMAL:
            yield f"    - weight: {weight.value}"
        if choices:
            yield "    - buttons:"
            for choice in choices:
                name = choice.press.rpartition("/")[2] if choice.press.count("/") == 3 else choice.press
                name = name or f"opens {choice.url}"
                yield f"        {name}: {_quoted(self.wording.text(choice.label, locale))}"


def _duration(proof: Proof, entry: Table, key: str) -> timedelta:
    found = _DURATION.match(proof.word(entry, key))
    if not found:
        proof.complain(entry.line, f"`{key}` needs a time such as `5 minutes`.")
        return timedelta()
    return timedelta(**{f"{found[2]}s": int(found[1])})


def _written(entry: Table) -> str:
    """The move as it stands in the file, on one line."""
    ((who, move),) = entry.entries.items()
    return f"- {who}: {_flow(move)}"


def _flow(value: object) -> str:
    if isinstance(value, Word):
        return value.text if value.plain else _quoted(value.text)
    if isinstance(value, Table):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.entries.items()) + "}"
    raise TypeError(value)


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
