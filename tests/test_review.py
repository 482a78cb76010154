"""Signatures of clinicians: what they cover, and what takes them away."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from bot import review, words
from bot.review import CannotSign, changes_of
from bot.wording import CATALOGUE, Wording, catalogues
from flows.book import Book, load
from flows.effects import Text
from flows.flow import Review
from flows.review import Change, Standing, State

SMALL = Path(__file__).parent / "flows" / "small"
ON = date(2026, 11, 23)


class Shelf:
    """A small content whose French is its English with an accent, and a clinician who signs."""

    def __init__(self, folder: Path) -> None:
        self.content, self.locales, self.signed = folder / "content", folder / "locales", folder / "reviewed"
        self.french = self.locales / "fr" / CATALOGUE
        shutil.copytree(SMALL, self.content)
        self.translate()

    def translate(self) -> None:
        words.update(self.content, self.locales)
        with self.french.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            if message.context:
                message.string = message.id.replace("?", "\u202f?").replace(";", "\u202f;").replace(": ", "\u00a0: ")
                message.flags.discard("fuzzy")
        with self.french.open("wb") as file:
            write_po(file, catalogue, omit_header=True)
        words.update(self.content, self.locales)

    def edit(self, old: str, new: str, file: Path | None = None) -> None:
        path = file or self.content / "walk.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def sign(self, name: str = "Ana Exemple", role: str = "psychologist", *files: str) -> list[str]:
        given = (self.content, self.locales, self.signed)
        return list(review.sign(files or ("walk",), name, role, ON, *given))

    def book(self) -> Book:
        return load(self.content).speaking(catalogues(self.locales))

    def standing(self) -> Standing:
        return self.book().reviews["walk"].standing

    def changes(self) -> list[Change] | None:
        book = self.book()
        return changes_of(book.flows["walk"], book, catalogues(self.locales), self.signed)

    def told(self, locale: str = "en") -> str:
        book = self.book()
        return Wording(book, catalogues(self.locales)).text(book.reviewed, locale)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_nothing_is_reviewed_until_somebody_signs(shelf: Shelf):
    assert shelf.standing() is Standing.NEVER
    assert shelf.told() == "No clinician has reviewed them yet."


def test_a_signature_says_who_and_stands_in_the_file(shelf: Shelf):
    said = shelf.sign()

    state = shelf.book().reviews["walk"]
    assert said == ["walk.yaml: 29 sentences in en, fr, signed."]
    assert state == State(Standing.REVIEWED, (Review("Ana Exemple", "psychologist", "2026-11-23", state.by[0].words),))
    assert (
        f'- {{by: "Ana Exemple", role: "psychologist", on: 2026-11-23, words: "{state.by[0].words}"}}'
        in (shelf.content / "walk.yaml").read_text()
    )
    assert shelf.changes() == []


@pytest.mark.parametrize(
    ("edit", "change"),
    [
        (
            lambda shelf: shelf.edit("Left foot.", "Left foot first."),
            Change("walk.left", "en", "Left foot.", "Left foot first."),
        ),
        (
            lambda shelf: shelf.edit('msgstr "Left foot."', 'msgstr "Pied gauche."', shelf.french),
            Change("walk.left", "fr", "Left foot.", "Pied gauche."),
        ),
        (
            lambda shelf: shelf.edit("wait: 4 seconds", "wait: 9 seconds"),
            Change("steps.left.wait", "", "4 seconds", "9 seconds"),
        ),
        (
            lambda shelf: shelf.edit('"Ready", go: left', '"Ready", go: right'),
            Change("steps.ready.choices.yes.go", "", "left", "right"),
        ),
        (
            lambda shelf: shelf.edit("source: none, it is a test", "source: a book"),
            Change("source", "", "none, it is a test", "a book"),
        ),
    ],
    ids=["a word", "a word of a translation", "a time", "a way", "the source"],
)
def test_a_later_change_takes_the_signature_away_and_is_shown(
    shelf: Shelf, edit: Callable[[Shelf], None], change: Change
):
    shelf.sign()

    edit(shelf)

    assert shelf.standing() is Standing.CHANGED
    assert change in (shelf.changes() or [])
    assert shelf.told() == "No clinician has reviewed them yet."


def test_the_order_of_the_buttons_is_covered(shelf: Shelf):
    shelf.sign()

    yes, no = '      yes: {label: "Ready", go: left}\n', '      no: {label: "Not today", go: menu}\n'
    shelf.edit(yes + no, no + yes)

    assert shelf.changes() == [Change("steps.ready.choices.order", "", "yes, no", "no, yes")]


def test_comments_layout_and_the_order_of_steps_are_not_covered(shelf: Shelf):
    shelf.sign()

    path = shelf.content / "walk.yaml"
    text = path.read_text()
    left = text[text.index("  left:\n") : text.index("  right:\n")]
    path.write_text(text.replace(left, "").replace("  ask_first:\n", f"  # later\n{left}  ask_first:\n"))

    assert shelf.standing() is Standing.REVIEWED


def test_every_other_line_of_the_file_stays_as_it_was(shelf: Shelf):
    before = (shelf.content / "walk.yaml").read_text().splitlines()

    shelf.sign()
    shelf.edit("Left foot.", "Left foot first.")
    shelf.translate()
    shelf.sign("Bo Sample", "nurse")

    after = (shelf.content / "walk.yaml").read_text().splitlines()
    at = before.index("reviewed: []")
    assert after[:at] == before[:at]
    assert after[at + 2 :] == [line.replace("Left foot.", "Left foot first.") for line in before[at + 1 :]]


def test_several_people_sign_the_same_words(shelf: Shelf):
    shelf.sign()
    shelf.sign("Bo Sample", "nurse")
    shelf.sign("Bo Sample", "nurse")

    assert [by.by for by in shelf.book().reviews["walk"].by] == ["Ana Exemple", "Bo Sample"]


def test_people_are_told_who_reviewed_a_part(shelf: Shelf):
    shelf.sign()

    assert shelf.told() == (
        "Some of them were reviewed by Ana Exemple, psychologist, on 23 November 2026. Others not yet."
    )


def test_people_are_told_when_all_is_reviewed(shelf: Shelf):
    shelf.sign("Ana Exemple", "psychologist", *shelf.book().flows)

    assert (
        shelf.told()
        == "All of them were reviewed. The last to do so was Ana Exemple, psychologist, on 23 November 2026."
    )
    assert shelf.book().reviewed.id == "review.all"


def test_what_is_not_translated_cannot_be_signed(shelf: Shelf):
    shelf.edit("Left foot.", "Left foot first.")
    before = (shelf.content / "walk.yaml").read_text()

    with pytest.raises(CannotSign) as refused:
        shelf.sign()

    assert str(refused.value).splitlines() == [
        "locales/: the catalogues are older than the content; run `make words` and translate what is new.",
        "Nothing was signed: this has to be mended first.",
    ]
    assert (shelf.content / "walk.yaml").read_text() == before


def test_what_does_not_exist_cannot_be_signed(shelf: Shelf):
    with pytest.raises(CannotSign, match=r"There is no file run\.yaml to sign\. There are: [a-z_]+, "):
        shelf.sign("Ana Exemple", "psychologist", "walk", "run.yaml")

    assert shelf.standing() is Standing.NEVER


def test_a_signature_whose_words_are_lost_is_still_known_to_be_old(shelf: Shelf):
    shelf.sign()
    shutil.rmtree(shelf.signed)
    shelf.edit("Left foot.", "Left foot first.")

    assert shelf.changes() is None
    lines = [" ".join(line.split()) for line in review.listed(shelf.content, shelf.locales, shelf.signed)]
    assert [line for line in lines if line.startswith("walk ")] == [
        "walk exercise changed since it was reviewed (Ana Exemple, psychologist, 2026-11-23):"
        " what was signed is not known"
    ]


def test_a_conversation_says_what_is_so(shelf: Shelf):
    assert Text("review.none") == shelf.book().reviewed
    shelf.sign()
    assert shelf.book().reviewed.id == "review.some"
