"""The page of reading ease is that of the words as they are."""

import shutil
from pathlib import Path

from bot import content
from bot.settings import CONTENT


def test_the_page_is_up_to_date():
    assert content.PAGE.read_text(encoding="utf-8") == content.page(), "run `make content` and commit docs/content.md"


def test_a_harder_sentence_lowers_the_figure_of_its_flow(tmp_path: Path):
    shutil.copytree(CONTENT, tmp_path / "content")
    breathing = tmp_path / "content" / "breathing.yaml"
    easy = "Keep going like this. Shoulders low, jaw loose."
    hard = "Continue unhurriedly, shoulders comfortably relaxed, jaw muscles progressively unclenching."
    breathing.write_text(breathing.read_text(encoding="utf-8").replace(easy, hard), encoding="utf-8")

    before, after = (_row(content.page(folder), "breathing") for folder in (CONTENT, tmp_path / "content"))

    assert before[:3] == after[:3]
    assert int(after[3]) < int(before[3])
    assert after[4] == before[4]


def _row(page: str, flow: str) -> list[str]:
    line = next(line for line in page.splitlines() if line.startswith(f"| `{flow}`"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_official_words_stand_apart():
    ours, apart = content.page().split("## Apart")

    assert "phq9" not in ours
    assert [line.split("`")[1] for line in apart.splitlines() if line.startswith("| `")] == ["gad7", "phq9"]
