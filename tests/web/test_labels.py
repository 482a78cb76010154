import re

import pytest

from bot.settings import ROOT
from handlers.pages import labels

PAGES = ROOT / "handlers" / "pages"


@pytest.mark.parametrize(("script", "given"), [("chat", labels.CHAT), ("desk", labels.DESK)])
def test_a_page_is_given_every_sentence_its_script_asks_for(script: str, given: tuple[str, ...]):
    code = (PAGES / f"{script}.js").read_text() + (PAGES / "live.js").read_text()

    asked = set(re.findall(r"\bwords\(\s*\"(\w+)\"", code))

    assert asked - set(given) == set()
