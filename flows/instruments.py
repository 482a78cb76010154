"""The questionnaires' official words, their numbers and their codes: content/instruments/*.yaml, read.

These words are nobody's to translate or improve. They have ids of their own kind, `instrument.phq9.item_3`, and are
found by language and by the clinic's country; bot/wording.py says them, the catalogues never hold them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.page import BrokenFlow, Proof, Table, read

FOLDER = "instruments"
PREFIX = "instrument"  # of text ids, and so no name for a flow
DIFFICULTY = "difficulty"  # the question after the others, which counts for nothing
FORMS = ("en", "fr-FR", "fr-CA")


@dataclass(frozen=True, slots=True)
class Form:
    """The words in one language of one country. difficulty: "" where it is not asked."""

    stem: str
    answers: tuple[str, ...]
    items: tuple[str, ...]
    difficulty: str = ""
    difficulty_answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A range of the total, as its authors named it. Both ends belong to it."""

    first: int
    last: int
    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """A LOINC code with its official display name."""

    code: str
    display: str


@dataclass(frozen=True, slots=True)
class Codes:
    """difficulty: None where it is not asked."""

    panel: Code
    total: Code
    items: tuple[Code, ...]
    answers: tuple[Code, ...]
    difficulty: Code | None = None
    difficulty_answers: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """One questionnaire.

    version:     of its words: a date that changes with any of them.
    scores:      of the answers, in their order.
    watched:     number of the item that is acted on the moment it is answered, or None.
    caseness:    a total from which clinicians count a case (NHS Talking Therapies).
    reliable_change: points between two totals below which a difference may be chance (the same source).
    attribution: the line that stays with it, by language.
    forms:       by name ("fr-CA").
    """

    id: str
    name: str
    version: str
    recall_days: int
    scores: tuple[int, ...]
    watched: int | None
    caseness: int
    reliable_change: int
    bands: tuple[Band, ...]
    attribution: Mapping[str, str]
    forms: Mapping[str, Form]
    codes: Codes

    @property
    def items(self) -> int:
        return len(self.codes.items)

    @property
    def most(self) -> int:
        """The highest total."""
        return self.items * max(self.scores)

    def band(self, total: int) -> str:
        return next(band.name for band in self.bands if band.first <= total <= band.last)


def form_of(locale: str, country: str) -> str:
    """The form that is asked in this language at a clinic of this country. The two French ones are never mixed."""
    if locale != "fr":
        return "en"
    return "fr-CA" if country == "CA" else "fr-FR"


def words(instruments: Mapping[str, Instrument], locale: str, country: str) -> dict[str, str]:
    """The official words in this language, by text id."""
    return {
        f"{PREFIX}.{instrument.id}.{name}": text
        for instrument in instruments.values()
        for name, text in _words(instrument, locale, instrument.forms[form_of(locale, country)])
    }


def _words(instrument: Instrument, locale: str, form: Form) -> Iterator[tuple[str, str]]:
    yield "name", instrument.name
    yield "attribution", instrument.attribution[locale]
    yield "stem", form.stem
    yield from ((f"item_{number}", item) for number, item in enumerate(form.items, 1))
    yield from ((f"answer_{number}", answer) for number, answer in enumerate(form.answers))
    if form.difficulty:
        yield DIFFICULTY, form.difficulty
    yield from ((f"{DIFFICULTY}_{number}", answer) for number, answer in enumerate(form.difficulty_answers))


def load(folder: Path, problems: list[BrokenFlow]) -> dict[str, Instrument]:
    """Read the instruments of a content folder, by id; what is wrong is added to the problems."""
    found = {}
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        wrong: list[BrokenFlow] = []
        try:
            instrument = _Reading(Proof(f"{FOLDER}/{path.name}", wrong)).instrument(read(path), path.stem)
        except BrokenFlow as broken:
            wrong.append(BrokenFlow(f"{FOLDER}/{path.name}", broken.line, broken.sentence))
        else:
            if not wrong:
                found[instrument.id] = instrument
        problems += wrong
    return found


class _Reading:
    def __init__(self, proof: Proof) -> None:
        self.proof = proof

    def instrument(self, page: Table, name: str) -> Instrument:
        proof = self.proof
        proof.known(
            page,
            *("instrument", "name", "version", "recall_days", "scores", "watched", "caseness", "reliable_change"),
            *("bands", "attribution", "forms", "loinc"),
        )
        if (said := proof.word(page, "instrument")) and said != name:
            proof.complain(page.lines["instrument"], f"calls itself `{said}`; the file is named {name}.yaml.")
        instrument = Instrument(
            id=name,
            name=proof.word(page, "name"),
            version=proof.word(page, "version"),
            recall_days=self.number(page, "recall_days"),
            scores=tuple(int(word.text) for word in proof.words(page, "scores") if word.text.isdecimal()),
            watched=self.number(page, "watched") if "watched" in page.entries else None,
            caseness=self.number(page, "caseness"),
            reliable_change=self.number(page, "reliable_change"),
            bands=tuple(
                Band(self.number(band, "from"), self.number(band, "to"), proof.word(band, "name"))
                for band in proof.tables(page, "bands")
            ),
            attribution=self.attribution(page),
            forms=self.forms(page),
            codes=self.codes(page),
        )
        self.look_over(instrument, page)
        return instrument

    def look_over(self, instrument: Instrument, page: Table) -> None:
        """Everything has to be there for every item and answer, in every form."""
        proof, items, answers = self.proof, instrument.items, len(instrument.scores)
        for name, form in instrument.forms.items():
            line = page.lines["forms"]
            if len(form.items) != items or len(form.answers) != answers:
                proof.complain(
                    line, f"`{name}` must have {items} items and {answers} answers, as `loinc` and `scores`."
                )
            if len(form.difficulty_answers) != (len(instrument.codes.difficulty_answers) if form.difficulty else 0):
                proof.complain(line, f"`{name}` must have as many answers to `{DIFFICULTY}` as `loinc` has.")
        if len(instrument.codes.answers) != answers:
            proof.complain(page.lines.get("loinc", 1), "must have one code for each of the `scores`.")
        if instrument.watched is not None and not 1 <= instrument.watched <= items:
            proof.complain(page.lines["watched"], f"`watched` must be the number of an item, from 1 to {items}.")
        covered = [total for band in instrument.bands for total in range(band.first, band.last + 1)]
        if instrument.scores and covered != list(range(instrument.most + 1)):
            line = page.lines.get("bands", 1)
            proof.complain(line, f"`bands` must hold each total from 0 to {instrument.most} once.")

    def number(self, table: Table, key: str) -> int:
        word = self.proof.word(table, key)
        if not word.isdecimal():
            if word:
                self.proof.complain(table.lines[key], f"`{key}` must be a whole number.")
            return 0
        return int(word)

    def attribution(self, page: Table) -> dict[str, str]:
        table = self.proof.table(page, "attribution", needed=True)
        return {language: self.proof.word(table, language) if table else "" for language in ("en", "fr")}

    def forms(self, page: Table) -> dict[str, Form]:
        table = self.proof.table(page, "forms", needed=True)
        forms = {}
        for name in FORMS:
            form = self.proof.table(table, name, needed=True) if table else None
            forms[name] = self.form(form) if form else Form("", (), ())
        if table:
            self.proof.known(table, *FORMS)
        return forms

    def form(self, table: Table) -> Form:
        proof = self.proof
        proof.known(table, "stem", "answers", "items", DIFFICULTY, f"{DIFFICULTY}_answers")

        def texts(key: str) -> tuple[str, ...]:
            return tuple(word.text for word in proof.words(table, key))

        return Form(
            stem=proof.word(table, "stem"),
            answers=texts("answers"),
            items=texts("items"),
            difficulty=proof.word(table, DIFFICULTY, needed=False),
            difficulty_answers=texts(f"{DIFFICULTY}_answers"),
        )

    def codes(self, page: Table) -> Codes:
        table = self.proof.table(page, "loinc", needed=True) or Table({}, {}, page.line)
        self.proof.known(table, "panel", "total", DIFFICULTY, "items", "answers", f"{DIFFICULTY}_answers")
        nothing = Code("", "")
        return Codes(
            panel=self.code(table, "panel") or nothing,
            total=self.code(table, "total") or nothing,
            items=self.listed(table, "items"),
            answers=self.listed(table, "answers"),
            difficulty=self.code(table, DIFFICULTY) if DIFFICULTY in table.entries else None,
            difficulty_answers=self.listed(table, f"{DIFFICULTY}_answers"),
        )

    def code(self, table: Table, key: str) -> Code | None:
        code = self.proof.table(table, key, needed=True)
        return self.read_code(code) if code else None

    def listed(self, table: Table, key: str) -> tuple[Code, ...]:
        return tuple(self.read_code(code) for code in self.proof.tables(table, key))

    def read_code(self, table: Table) -> Code:
        self.proof.known(table, "code", "display")
        return Code(self.proof.word(table, "code"), self.proof.word(table, "display"))
