import re
import shutil
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from bot import words
from bot.wording import CATALOGUE, Wording, catalogues, parsed
from flows.book import BrokenFlow, load, proofread
from flows.effects import Text

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "flows" / "small"
CONTENT, LOCALES = ROOT / "flows" / "content", ROOT / "locales"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with a small content and catalogues that are current, in which one sentence is in French."""
    shutil.copytree(SMALL, tmp_path / "content")
    words.update(tmp_path / "content", tmp_path / "locales")
    french = tmp_path / "locales" / "fr" / CATALOGUE
    french.write_text(
        french.read_text().replace('msgid "Left foot."\nmsgstr ""', 'msgid "Left foot."\nmsgstr "Gauche."')
    )
    return tmp_path


def update(shelf: Path) -> str:
    words.update(shelf / "content", shelf / "locales")
    return (shelf / "locales" / "fr" / CATALOGUE).read_text(encoding="utf-8")


def edit(shelf: Path, old: str, new: str) -> None:
    path = shelf / "content" / "walk.yaml"
    path.write_text(path.read_text().replace(old, new))


def is_current(content: Path, locales: Path) -> bool:
    return words.is_current(proofread(content)[0].sentences, locales, parsed(locales))


def test_the_catalogues_are_current():
    assert is_current(CONTENT, LOCALES), "run `make words`, translate what is new, and commit locales/"


def test_an_update_without_change_changes_nothing(shelf: Path):
    before = (shelf / "locales" / "fr" / CATALOGUE).read_text(encoding="utf-8")

    assert is_current(shelf / "content", shelf / "locales")
    assert update(shelf) == before


def test_a_sentence_stands_with_its_text_id_and_file(shelf: Path):
    assert '#: flows/content/walk.yaml\nmsgctxt "walk.left"\nmsgid "Left foot."\nmsgstr "Gauche."\n' in update(shelf)


def test_english_says_what_the_content_says(shelf: Path):
    assert catalogues(shelf / "locales")["en"]["walk.right"] == "Right foot."


def test_a_changed_sentence_keeps_its_translation_for_somebody_to_look_at(shelf: Path):
    edit(shelf, "Left foot.", "Left foot first.")

    assert not is_current(shelf / "content", shelf / "locales")
    assert '#, fuzzy\nmsgctxt "walk.left"\nmsgid "Left foot first."\nmsgstr "Gauche."\n' in update(shelf)
    assert is_current(shelf / "content", shelf / "locales")
    assert "walk.left" not in catalogues(shelf / "locales")["fr"]


@pytest.mark.parametrize("file", ["messages.pot", "en/LC_MESSAGES/messages.po", "fr/LC_MESSAGES/messages.po"])
def test_each_catalogue_has_to_be_there_and_to_say_what_the_content_says(shelf: Path, file: str):
    path = shelf / "locales" / file
    path.write_text(path.read_text().replace('msgid "Left foot."', 'msgid "Left foot first."'))
    changed = is_current(shelf / "content", shelf / "locales")
    path.unlink()

    assert (changed, is_current(shelf / "content", shelf / "locales")) == (False, False)


def test_a_sentence_that_is_gone_is_dropped(shelf: Path):
    edit(shelf, 'say: "Left foot."', 'say: "Right foot."')

    assert "Left foot." not in update(shelf)


def test_a_file_that_cannot_be_read_does_not_lose_its_translations(shelf: Path):
    edit(shelf, "flow: walk", "flow: [walk")

    with pytest.raises(BrokenFlow):
        update(shelf)

    assert catalogues(shelf / "locales")["fr"] == {"walk.left": "Gauche."}


def test_babel_finds_our_sentences_by_itself(shelf: Path):
    found = {
        (context, message)
        for _, _, message, _, context in extract_from_dir(
            shelf / "content", [("**.yaml", "bot.words.extract")], keywords={"pgettext": ((1, "c"), 2)}
        )
    }

    assert found == {(id, s.english) for id, s in load(shelf / "content").sentences.items()}


def wording(**french: str) -> Wording:
    return Wording(load(SMALL), {"fr": {id.replace("_DOT_", "."): text for id, text in french.items()}})


def test_a_sentence_is_said_in_the_language_of_the_conversation():
    spoken = wording(walk_DOT_left="Gauche.")

    assert spoken.text(Text("walk.left"), "fr") == "Gauche."
    assert spoken.text(Text("walk.left"), "en") == "Left foot."
    assert spoken.text(Text("walk.right"), "fr") == "Right foot."


def test_values_may_be_sentences_and_keep_their_braces():
    spoken = wording(lines_words_DOT_pair="{first} et {second}", walk_DOT_left="Gauche.")
    text = Text("lines_words.pair", (("first", Text("walk.left")), ("second", "{second} {gone}")))

    assert spoken.text(text, "fr") == "Gauche. et {second} {gone}"


def test_a_value_nobody_gave_reads_as_nothing():
    assert wording().text(Text("walk.end.2"), "en") == "You saw ."


def test_paragraphs_of_a_message_stand_apart():
    assert wording().message((Text("walk.left"), Text("walk.right")), "en") == "Left foot.\n\nRight foot."


def test_an_edge_asks_by_name():
    assert wording().sentence("takeover.here", "en", therapist="Inès", emergency="112") == "Inès is here. Danger: 112."


def test_every_sentence_the_program_names_exists():
    book = load(CONTENT)
    sentences_of = {name for name, flow in book.flows.items() if not flow.steps}
    named = re.compile(
        r'"((?:' + "|".join(sorted(sentences_of)) + r')\.(?!html|css)[a-z][a-z0-9_]*)"|sentence\("([a-z0-9_.]+)"'
    )
    missing = {
        f"{path.name}: {id}"
        for folder in ("bot", "handlers", "handoff", "flows")
        for path in (ROOT / folder).rglob("*.py")
        for found in named.findall(path.read_text(encoding="utf-8"))
        for id in found
        if id and id not in book.sentences
    }

    assert missing == set()


def test_what_was_said_with_a_flow_that_is_gone_breaks_nothing():
    book = load(CONTENT)
    wording = Wording(book, catalogues(LOCALES))
    gone = Text("brief.exercise", (("exercise", Text("no_such_flow.title")),))

    assert wording.message((gone, Text("no_such_flow.start"), Text("desk.closed")), "en") == "\n\n".join(
        (wording.sentence("brief.exercise", "en", exercise=""), wording.sentence("desk.closed", "en"))
    )
