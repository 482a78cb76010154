"""All problems of the content are named at once, each with its file and line."""

import shutil
from pathlib import Path

import pytest

from bot.wording import catalogues
from flows.book import BrokenFlow, Sentence, load
from flows.check import problems

from .small import BOOK, FOLDER

ROOT = Path(__file__).parent.parent.parent
BROKEN = ROOT / "tests" / "broken"


def mended(id: str) -> str:
    """The English with French spaces, which is French enough for the rules."""
    return BOOK.sentences[id].english.replace("?", "\u202f?").replace(": ", "\u00a0: ")


FRENCH = {id: mended(id) for id in BOOK.sentences}


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_bad_content_is_refused_with_its_exact_complaints(path: Path, tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "book")
    shutil.copy(path, tmp_path / "book")

    found = problems(tmp_path / "book", {"fr": {}})

    complaints = [str(problem) for problem in found if problem.file != "locales/fr"]
    assert complaints == path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()


def test_a_broken_book_cannot_be_loaded(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "book")
    shutil.copy(BROKEN / "dead_end.yaml", tmp_path / "book")

    with pytest.raises(BrokenFlow) as broken:
        load(tmp_path / "book")

    assert str(broken.value) == "dead_end.yaml:8: `nowhere` is a dead end: it neither asks nor goes on."


def test_everything_the_program_leads_to_by_itself_is_needed(tmp_path: Path):
    (tmp_path / "book").mkdir()

    found = [str(problem) for problem in problems(tmp_path / "book", {"fr": FRENCH})]

    assert "words.yaml:1: is missing." in found
    assert "urgent.yaml:1: is missing: the flow `urgent` is needed." in found
    assert "everyday.yaml:1: lacks the step `stopped`, which the program leads to by itself." in found
    assert "takeover.yaml:1: lacks the sentence `here`." in found


def test_a_huge_file_is_not_read(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "book")
    (tmp_path / "book" / "menu.yaml").write_text("# " + "a" * 1_000_000)

    with pytest.raises(BrokenFlow, match=r"menu\.yaml:1: is larger than 1000 kB\."):
        load(tmp_path / "book")


def test_a_mended_book_has_no_problem():
    assert problems(FOLDER, {"fr": FRENCH}) == []


@pytest.mark.parametrize(
    ("id", "french", "complaint"),
    [
        ("walk.ready", "", "is not translated into fr, or its translation is marked fuzzy."),
        ("walk.ready", "Prêt ?", "(fr) needs a narrow no-break space (U+202F) before ; ! or ?: Prêt ?"),
        ("walk.ready", "Prêt?", "(fr) needs a narrow no-break space (U+202F) before ; ! or ?: Prêt?"),
        ("walk.left", "Pied : gauche", "(fr) needs a no-break space (U+00A0) before a colon: Pied : gauche"),
        ("walk.left", "« Gauche »", "(fr) needs no-break spaces (U+00A0) inside « »: « Gauche »"),
        ("walk.left", "L'autre", "(fr) has a straight apostrophe; write ’: L'autre"),
        ("walk.end.2", "Vu.", "(fr) must have the same {names} as the English: Vu."),
        ("walk.end.2", "{saw.x}", "(fr) must have the same {names} as the English: {saw.x}"),
        ("walk.ready.yes", "P" * 41, "(fr) has 41 characters; a button has room for 40."),
        ("walk.left", "x" * 301, "(fr) has 301 characters; a message has 300 at most."),
    ],
)
def test_a_translation_is_held_to_the_rules_of_its_language(id: str, french: str, complaint: str):
    found = problems(FOLDER, {"fr": {**FRENCH, id: french}})

    assert [problem.sentence for problem in found] == [f"{id} {complaint}"]


@pytest.mark.parametrize(
    "french",
    [
        "Prêt\u202f?",
        "Quoi\u202f?!",
        "À 12:30",
        "https://page.example",
        "«\u00a0Gauche\u00a0»",
        "L’autre",
        "Ici\u00a0: là",
    ],
)
def test_good_french_is_left_alone(french: str):
    assert problems(FOLDER, {"fr": {**FRENCH, "walk.left": french}}) == []


def test_paragraphs_of_one_message_are_counted_together():
    found = problems(FOLDER, {"fr": {**FRENCH, "walk.end": "x" * 200, "walk.end.2": "{saw}" + "y" * 94}})

    assert [problem.sentence for problem in found] == ["walk.end (fr) has 301 characters; a message has 300 at most."]


def test_a_sentence_knows_where_it_stands():
    assert BOOK.sentences["walk.left"] == Sentence("Left foot.", "walk.yaml", 20)
    assert BOOK.sentences["walk.beside.stop"] == Sentence("Stop here", "walk.yaml", 12)


def test_our_own_content_has_no_problem():
    found = problems(ROOT / "flows" / "content", catalogues(ROOT / "locales"))

    assert [str(problem) for problem in found] == []
