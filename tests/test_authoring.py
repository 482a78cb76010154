"""What docs/authoring.md says to type, typed: an exercise from an empty file to its preview and its talk."""

import re
import shutil
from pathlib import Path

import pytest

from bot import check, preview, review, talks, words
from bot.settings import CONTENT, LOCALES, ROOT
from bot.talks import Stage
from flows.book import load
from flows.flow import Kind, When

GUIDE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")


def typed(first_line: str) -> str:
    """The indented block of the guide that begins with this line."""
    lines = GUIDE[GUIDE.index(f"    {first_line}\n") :].splitlines()
    block = [line[4:] for line in lines[: next(at for at, line in enumerate(lines) if line and line[0] != " ")]]
    return "\n".join(block).rstrip() + "\n"


class Desk:
    """A copy of the content with what the guide says to write in it."""

    def __init__(self, folder: Path) -> None:
        self.content, self.locales, self.talk = folder / "content", folder / "locales", folder / "warm_cup.yaml"
        shutil.copytree(CONTENT, self.content)
        shutil.copytree(LOCALES, self.locales)
        (self.content / "warm_cup.yaml").write_text(typed("flow: warm_cup"), encoding="utf-8")
        self.talk.write_text(
            typed('about: "A warm cup: something unexpected, silence, the whole way; skipping; stopping."')
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_all_that_is_left_to_mend_is_the_french(desk: Desk):
    words.update(desk.content, desk.locales)

    left = check.problems(desk.content, desk.locales)

    assert len(left) == 11
    assert {problem.partition("warm_cup.")[2].partition(" ")[2] for problem in left} == {
        "is not translated into fr, or its translation is marked fuzzy."
    }


def test_the_preview_shows_it_before_that(desk: Desk):
    page = preview.page("en", ["warm_cup"], content=desk.content, locales=desk.locales, signed=review.SIGNED)

    assert 'id="warm_cup.notice"' in page
    assert "Put both hands around it, or one hand in the other." in page


def test_the_talk_goes_all_the_way(desk: Desk):
    played = talks.run(desk.talk, Stage(desk.content, desk.locales))

    said = re.findall(r"^ {6}- (warm_cup\.\w+)", "\n".join(played), re.MULTILINE)
    assert list(dict.fromkeys(said)) == [
        "warm_cup.before",
        "warm_cup.unexpected",
        "warm_cup.silence",
        "warm_cup.hands",
        "warm_cup.notice",
        "warm_cup.done",
    ]


def test_every_word_that_exercises_use_is_explained():
    book = load(CONTENT)
    steps = [
        step
        for flow in book.flows.values()
        if flow.kind is Kind.EXERCISE or flow.name in ("choosing", "afterwards", "memory")
        for step in flow.steps.values()
    ]
    whens = {option.when for step in steps for option in step.options} - {None, When.THIS_HELPED, When.MORE}
    used = {*whens, *(step.fork.on for step in steps if step.fork), *(s.listing.of for s in steps if s.listing)}
    used |= {"keep", "throw away", "hand over", "adds to", "wait", "hear", "anytime", "silence", "unexpected", "beside"}

    assert sorted(word for word in used if word and word not in GUIDE) == []
