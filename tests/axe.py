"""axe-core, which looks over a page for what keeps people out of it. .ci/run fetches it; AXE names another one."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page

from bot.settings import ROOT

AXE = Path(os.environ.get("AXE", ROOT / "var/axe/package/axe.min.js"))
SERIOUS = {"serious", "critical"}

SCRIPT = AXE.read_text(encoding="utf-8") if AXE.is_file() else ""

needs_axe = pytest.mark.skipif(not SCRIPT, reason="axe-core is not there; .ci/run fetches it")


async def faults(page: Page) -> list[str]:
    """What is seriously wrong on this page as it stands, one line each; [] also when axe-core is not there."""
    if not SCRIPT:
        return []
    # The page's own policy lets no script in; what the browser runs for us is not the page's.
    await page.evaluate(SCRIPT)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['html']} {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
