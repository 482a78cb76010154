"""Everything the program can say stands on one page, in every language, and every way on it leads somewhere."""

import re
from html import escape, unescape
from pathlib import Path

import pytest

from bot.preview import page
from bot.wording import catalogues
from flows.book import load
from flows.preview import difference
from flows.review import NOBODYS_WORDS

ROOT = Path(__file__).parent.parent.parent
SMALL = Path(__file__).parent / "small"


DRAFT = """\
flow: draft
kind: exercise
reviewed: []
start: one
steps:
  one:
    say: "Just <this>."
"""


@pytest.fixture(scope="module")
def whole() -> str:
    return page("en")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "\0", html))).replace("\0", "")


def test_every_sentence_stands_there_in_both_languages(whole: str):
    book, french = load(ROOT / "flows" / "content"), catalogues(ROOT / "locales")["fr"]
    read = text_of(whole)
    lacking = [
        (id, piece)
        for id, sentence in book.sentences.items()
        if id.partition(".")[0] not in NOBODYS_WORDS
        for words in (sentence.english, french[id])
        for piece in re.split(r"\{\w+\}", words)
        if re.sub(r"\s+", " ", piece) not in read
    ]

    assert lacking == []


def test_every_link_leads_somewhere_on_the_page(whole: str):
    links = set(re.findall(r'href="#([^"]+)"', whole))
    anchors = re.findall(r'\bid="([^"]+)"', whole)

    assert links - set(anchors) == set()
    assert len(anchors) == len(set(anchors))


def test_nothing_is_fetched_and_nothing_runs(whole: str):
    assert re.findall(r'<script|<img|<iframe|@import|url\(|\bon\w+="|(?:src|href)="(?!#|data:,")', whole) == []


def test_one_flow_can_be_looked_at_alone():
    html = page("fr", ["breathing"])

    assert re.findall(r'<article class="flow" id="(\w+)"', html) == ["breathing"]
    assert '<html lang="fr">' in html


def test_what_is_not_finished_can_be_looked_at(tmp_path: Path):
    (tmp_path / "content").mkdir()
    for path in SMALL.glob("*.yaml"):
        (tmp_path / "content" / path.name).write_text(path.read_text())
    preview = ROOT / "flows" / "content" / "preview.yaml"
    (tmp_path / "content" / "preview.yaml").write_text(preview.read_text())
    (tmp_path / "content" / "draft.yaml").write_text(DRAFT)

    html = page("en", ["draft"], content=tmp_path / "content", locales=tmp_path / "locales")

    assert escape("Just <this>.") in html
    assert "not translated yet" in html
    assert "draft.yaml:6: `one` is a dead end: it neither asks nor goes on." in unescape(html)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Breathe out.", "Breathe out.", "Breathe out."),
        ("Breathe out slowly.", "Breathe in slowly.", "Breathe <del>out</del><ins>in</ins> slowly."),
        ("", "New <here>.", "<ins>New &lt;here&gt;.</ins>"),
        ("Gone.", "", "<del>Gone.</del>"),
    ],
)
def test_a_change_is_shown_word_by_word(before: str, after: str, shown: str):
    assert difference(before, after) == shown
