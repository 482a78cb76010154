"""Golden talks: scripts of a conversation, with all that was read in it.

    about: Somebody stops half-way.
    given: {language: fr, at: "2026-11-24 10:00"}       # the clinic's clock; both can be left out
    talk:
      - person: arrive                                   # or leave
      - person: {tap: exercise}                          # newest button of that name; `of: menu/menu` for that step’s
      - person: {say: "stop"}
      - person: {send: photo, caption: "…"}
      - person: {edit: "…"}
      - wait: 5 minutes
      - therapist: {ines: take over}                     # release, decline, unreachable
      - therapist: {ines: {say: "Bonjour"}}              # or edit

Everything else in `talk` is what came of it. Rewriting a talk keeps the lines above and writes the others anew.
"""

import difflib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.clinic import read as read_clinic
from bot.rehearsal import Rehearsal
from bot.wording import Wording, catalogues
from flows.book import BrokenFlow, load
from flows.effects import (
    Agree,
    Ask,
    Choice,
    Effect,
    Erase,
    OpenRequest,
    OwnerChanged,
    Record,
    RelayToPerson,
    RelayToTherapist,
    Say,
    SetTimer,
    ShowData,
    ShowTherapists,
    Text,
    Weight,
    WithdrawRequest,
)
from flows.events import (
    Event,
    Media,
    MediaKind,
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
)
from flows.page import Proof, Table, Word, read
from flows.state import State
from handoff.desk import Tell

ROOT = Path(__file__).parent.parent
TALKS = ROOT / "tests" / "talks"
DEFAULT_AT = "2026-11-24 10:00"  # a Tuesday morning at the clinic

_DURATION = re.compile(r"(\d+) (second|minute|hour|day)s?\Z")
_MOVES = ("person", "wait", "therapist")


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


def main_rewrite(paths: Sequence[Path]) -> int:
    return main(paths, rewrite=True)


def all_talks() -> list[Path]:
    return sorted(TALKS.glob("*/*.yaml"))


class Stage:
    """What all talks share: the book, its words, the clinic of tests/talks/clinic.toml."""

    def __init__(self, content: Path = ROOT / "flows" / "content", locales: Path = ROOT / "locales") -> None:
        self.clinic = read_clinic(TALKS / "clinic.toml")
        translated = catalogues(locales)
        self.book = load(content, self.clinic.country, self.clinic.region).speaking(translated)
        self.wording = Wording(self.book, translated)


def run(path: Path, stage: Stage) -> list[str]:
    """Return the lines of the file as they would be if what happens now were expected."""
    problems: list[BrokenFlow] = []
    proof = Proof(f"{path.parent.name}/{path.name}", problems)
    page = read(path)
    proof.known(page, "about", "given", "talk")
    about = proof.word(page, "about")
    given = proof.table(page, "given") or Table({}, {}, 1)
    proof.known(given, "language", "at")
    language = proof.word(given, "language", needed=False) or "fr"
    at = proof.word(given, "at", needed=False) or DEFAULT_AT
    talk = _Talk(stage, proof, language, at)
    lines = [
        *_comments(path),
        f"about: {_quoted(about)}",
        f"given: {{language: {language}, at: {_quoted(at)}}}",
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

    def __init__(self, stage: Stage, proof: Proof, language: str, at: str) -> None:
        self.wording = stage.wording
        self.names = {therapist.id: therapist.name for therapist in stage.clinic.therapists}
        self.languages = {therapist.id: therapist.languages[0] for therapist in stage.clinic.therapists}
        self.proof = proof
        now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(stage.clinic.timezone))
        self.rehearsal = Rehearsal(stage.book, stage.clinic, State(locale=language), now)
        self.presses: list[str] = []
        self.messages = 0

    def play(self, entry: Table) -> Iterator[str]:
        self.proof.known(entry, *_MOVES)
        if "wait" in entry.entries:
            words = self.proof.word(entry, "wait")
            yield f"- wait: {words}"
            rung = [line for effects in self.rehearsal.wait(self.duration(entry)) for line in self.shown(effects)]
            yield from rung or ["- nothing: happens"]
            return
        yield _written(entry)
        event = self.persons(entry) if "person" in entry.entries else self.therapists(entry)
        if event:
            yield from list(self.shown(self.rehearsal.take(event))) or ["- nothing: happens"]

    def duration(self, entry: Table) -> timedelta:
        found = _DURATION.match(self.proof.word(entry, "wait"))
        if not found:
            self.proof.complain(entry.line, "`wait` needs a time such as `5 minutes`.")
            return timedelta()
        return timedelta(**{f"{found[2]}s": int(found[1])})

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
        self.proof.known(table, "say", "tap", "of", "send", "caption", "edit")
        if "say" in table.entries:
            return PersonSaid(at, self.proof.word(table, "say", needed=False), message)
        if "edit" in table.entries:
            return PersonEdited(at, self.proof.word(table, "edit", needed=False) or None, message)
        if "send" in table.entries:
            kind = self.proof.word(table, "send")
            if kind not in set(MediaKind):
                self.proof.complain(table.line, f"`{kind}` cannot be sent; there are {', '.join(MediaKind)}.")
                return None
            caption = self.proof.word(table, "caption", needed=False)
            return PersonSent(at, Media(MediaKind(kind), caption=caption), message)
        choice, of = self.proof.word(table, "tap"), self.proof.word(table, "of", needed=False)
        for press in reversed(self.presses):
            if press.endswith(f"/{choice}") and (not of or f"/{of}/" in press):
                return PersonTapped(at, press)
        self.proof.complain(table.line, f"no button `{choice}` has been shown{f' by {of}' if of else ''}.")
        return None

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
                    "unreachable": OfferUndelivered(at, id, request.round if request else 0),
                }
                if act.text not in acts:
                    self.proof.complain(act.line, f"a therapist can {', '.join(acts)}, say or edit.")
                return acts.get(act.text)
            if isinstance(act, Table) and "edit" in act.entries:
                return TherapistEdited(at, id, self.proof.word(act, "edit"), "d1")
            if isinstance(act, Table):
                return TherapistSaid(at, id, name, self.proof.word(act, "say"), f"d{self.messages}")
        self.proof.complain(table.line, "says nothing of what the therapist does.")
        return None

    def shown(self, effects: Iterable[Effect | Tell]) -> Iterator[str]:
        for effect in effects:
            yield from self.shown_one(effect)

    def shown_one(self, effect: Effect | Tell) -> Iterator[str]:
        locale = self.rehearsal.state.locale
        match effect:
            case Say(texts, weight):
                yield "- bot:"
                yield from self.message(texts, (), weight, locale)
            case Ask(texts, choices, _, weight):
                self.presses += [choice.press for choice in choices]
                yield "- bot:"
                yield from self.message(texts, choices, weight, locale)
            case Tell(therapist, texts, choices):
                yield f"- desk of {therapist}:"
                yield from self.message(texts, choices, Weight.NORMAL, self.languages.get(therapist, "fr"))
            case Record(name, words):
                yield f"- kept: {{{name}: {_quoted(words)}}}"
            case Agree(purpose, agreed):
                yield f"- {'agreed' if agreed else 'no longer agreed'}: {purpose}"
            case OwnerChanged(to):
                yield f"- owner: {to or 'bot'}"
            case RelayToTherapist(content) | RelayToPerson(_, content):
                to = "therapist" if isinstance(effect, RelayToTherapist) else "person"
                edited = ", edited" if effect.edited else ""
                words = _quoted(content) if isinstance(content, str) else content.kind.value
                yield f"- to the {to}{edited}: {words}"
            case ShowTherapists():
                yield "- shown: therapists"
            case ShowData():
                yield "- shown: data"
            case Erase():
                yield "- erased: everything"
            case SetTimer() | OpenRequest() | WithdrawRequest():
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
                yield f"        {name}: {_quoted(self.wording.text(choice.label, locale))}"


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
