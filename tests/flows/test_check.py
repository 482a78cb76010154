"""All problems of the content are named at once, each with its file and line."""

import shutil
from pathlib import Path

import pytest

from bot.wording import CATALOGUE, parsed, places, translations
from flows.book import BrokenFlow, Sentence, load
from flows.check import problems

from .small import BOOK, FOLDER

ROOT = Path(__file__).parent.parent.parent
BROKEN = sorted(path for path in (ROOT / "tests" / "broken").iterdir() if path.suffix != ".txt")


def mended(id: str) -> str:
    """The English with French spaces, which is French enough for the rules."""
    return BOOK.sentences[id].english.replace("?", "\u202f?").replace(": ", "\u00a0: ")


FRENCH = {id: mended(id) for id in BOOK.sentences}


def complaints(broken: Path, folder: Path) -> list[str]:
    """What is said of the small book with this in it: one more page of content, an instrument, a French catalogue."""
    shutil.copytree(FOLDER, folder / "book")
    if broken.suffix != ".po":
        shutil.copy(broken, folder / "book" / ("instruments" if broken.stem.startswith("instrument_") else "."))
        return [str(found) for found in problems(folder / "book", {"fr": {}}) if found.file != "locales/fr"]
    french = folder / "locales" / "fr" / CATALOGUE
    french.parent.mkdir(parents=True)
    shutil.copy(broken, french)
    try:
        read = parsed(folder / "locales")
    except BrokenFlow as refused:
        return [str(refused)]
    words, lines = translations(read)["fr"], places(read)
    of_others = {id: words for id, words in FRENCH.items() if id not in lines["fr"]}
    return [str(found) for found in problems(folder / "book", {"fr": of_others | words}, lines)]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_bad_content_is_refused_with_its_exact_complaints(broken: Path, tmp_path: Path):
    assert complaints(broken, tmp_path) == broken.with_suffix(".txt").read_text(encoding="utf-8").splitlines()


def test_a_broken_book_cannot_be_loaded(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "book")
    shutil.copy(ROOT / "tests" / "broken" / "dead_end.yaml", tmp_path / "book")

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


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("consent_keep.yaml", "", None, "asks for an agreement; the flow `consent_keep` is missing."),
        ("human.yaml", "    anytime: true\n", "", "can be said at any moment, so it needs `anytime: true`."),
        ("form.yaml", "instrument: three", "instrument: two", "no item of Two is `watched`."),
    ],
)
def test_what_is_needed_elsewhere_is_missed(file: str, old: str, new: str | None, complaint: str, tmp_path: Path):
    book = tmp_path / "book"
    shutil.copytree(FOLDER, book)
    three = (book / "instruments" / "three.yaml").read_text()
    two = three.replace("watched: 3\n", "").replace("instrument: three", "instrument: two").replace('"Three"', '"Two"')
    (book / "instruments" / "two.yaml").write_text(two)
    if new is None:
        (book / file).unlink()
    else:
        (book / file).write_text((book / file).read_text().replace(old, new))

    assert [p.sentence for p in problems(book, {"fr": FRENCH}) if p.sentence.endswith(complaint)] != []


def test_a_language_that_is_not_there_is_missed_once():
    assert [str(problem) for problem in problems(FOLDER, {})] == ["locales/fr:1: has no translation."]


def test_what_is_no_file_is_named(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "book")
    (tmp_path / "book" / "kitchen.yaml").mkdir()

    with pytest.raises(BrokenFlow, match=r"kitchen\.yaml:1: cannot be read: Is a directory\."):
        load(tmp_path / "book")


def test_a_huge_file_is_not_read(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "book")
    (tmp_path / "book" / "menu.yaml").write_text("steps:\n" + "  a: {say: again}\n" * 600_000)  # 10 MB

    with pytest.raises(BrokenFlow, match=r"menu\.yaml:1: is larger than 1000 kB\."):
        load(tmp_path / "book")


def test_a_mended_book_has_no_problem():
    assert problems(FOLDER, {"fr": FRENCH}) == []


@pytest.mark.parametrize(
    ("id", "french", "complaint"),
    [
        ("walk.ready", "", "is not translated into fr, or its translation is marked fuzzy."),
        ("walk.ready", "On y va ?", "(fr) needs a narrow no-break space (U+202F) before ; ! or ?: On y va ?"),
        ("walk.ready", "On y va?", "(fr) needs a narrow no-break space (U+202F) before ; ! or ?: On y va?"),
        ("walk.left", "Pied : gauche", "(fr) needs a no-break space (U+00A0) before a colon: Pied : gauche"),
        ("walk.left", "« Gauche »", "(fr) needs no-break spaces (U+00A0) inside « »: « Gauche »"),
        ("walk.left", "L'autre", "(fr) has a straight apostrophe; write ’: L'autre"),
        ("walk.end.2", "Vu.", "(fr) must have the same names in braces as the English, {saw}: Vu."),
        ("walk.end.2", "{saw.x}", "(fr) has braces that are not a plain `{name}`: {saw.x}"),
        (
            "walk.ready.yes",
            "P" * 21,
            "(fr) has 21 characters; where there are 3 choices, a label has room for 20. Shorten it; or allow"
            " `label` in allowed.yaml, and the choices will stand numbered in the message.",
        ),
        ("walk.left", "Avance ton pied.", "(fr) says *tu* (“ton”); people are spoken to as *vous*: Avance ton pied."),
        (
            "walk.left",
            "Vous êtes là, prêt(e)s.",
            "(fr) is written for one gender (“prêt(e)s”); say it so that it fits everyone: Vous êtes là, prêt(e)s.",
        ),
        ("walk.left", "x" * 301, "(fr) has 301 characters; a message has 300 at most."),
    ],
)
def test_a_translation_is_held_to_the_rules_of_its_language(id: str, french: str, complaint: str):
    found = problems(FOLDER, {"fr": {**FRENCH, id: french}})

    assert [problem.sentence for problem in found] == [f"{id} {complaint}"]


@pytest.mark.parametrize(
    "french",
    [
        "On y va\u202f?",
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


def test_what_is_allowed_with_a_reason_is_left_alone(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "book")
    (tmp_path / "book" / "allowed.yaml").write_text(
        """allowed:
  - {sentence: walk.left, rule: tu, words: "toi", because: "A friend says it."}
  - {sentence: walk.ready, rule: label, because: "Official wording."}
"""
    )
    french = {**FRENCH, "walk.left": "«\u00a0Je suis là pour toi.\u00a0»", "walk.ready.yes": "P" * 21}

    assert problems(tmp_path / "book", {"fr": french}) == []
    assert [
        p.sentence for p in problems(tmp_path / "book", {"fr": {**french, "walk.left": "Pour toi et tes pieds."}})
    ] == ["walk.left (fr) says *tu* (“tes”); people are spoken to as *vous*: Pour toi et tes pieds."]


def test_a_problem_of_a_translation_names_its_place_in_the_catalogue():
    found = problems(FOLDER, {"fr": {**FRENCH, "walk.left": "L'autre"}}, {"fr": {"walk.left": 12}})

    assert [str(problem) for problem in found] == [
        "locales/fr/LC_MESSAGES/messages.po:12: walk.left (fr) has a straight apostrophe; write ’: L'autre"
    ]


def test_half_of_the_library_must_be_easy(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "book")
    plain = (
        "Somebody who has a lot on their mind, and who reads this late in the evening, may have to begin this sentence"
        " again, and that is a reason to make a shorter one."
    )
    for name in ("one", "two", "three", "four", "five", "six"):
        flow = f'flow: {name}\nkind: sentences\nreviewed: []\nsentences:\n  a: "{plain}"\n'
        (tmp_path / "book" / f"{name}.yaml").write_text(flow)

    found = [str(problem) for problem in problems(tmp_path / "book", {"fr": {}}) if problem.file != "locales/fr"]

    assert found == [
        "flows/content:1: (en) half of the flows have a reading ease under 68 (Flesch);"
        " the middle of the library has to be 75 or more."
    ]


def test_paragraphs_of_one_message_are_counted_together():
    french = {"walk.end": "x" * 200, "walk.end.2": "{saw}" + "y" * 67}  # and 27 of the third, and twice two between
    found = problems(FOLDER, {"fr": {**FRENCH, **french}})

    assert [problem.sentence for problem in found] == ["walk.end (fr) has 301 characters; a message has 300 at most."]


def test_a_sentence_knows_where_it_stands():
    assert BOOK.sentences["walk.left"] == Sentence("Left foot.", "walk.yaml", 27)
    assert BOOK.sentences["walk.beside.stop"] == Sentence("Stop here", "walk.yaml", 19)


def test_our_own_content_has_no_problem():
    found = problems(ROOT / "flows" / "content", translations(parsed(ROOT / "locales")))

    assert [str(problem) for problem in found] == []
