"""The page inside a cell on the real server: what only a server and a browser together show."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.cell import open_cell


def test_a_preset_plays_a_gate_that_closes_and_back_in_the_browser_brings_the_study_before(page: Page) -> None:
    inside = open_cell(page, H="3", step="4")
    before = inside.shown()
    page.get_by_role("button", name="Forget all").click()
    page.wait_for_url("**forget_bias=-20")
    now = inside.until("s.playing && s.gates.forget.includes('shut (< 0.1) 100 %')")
    assert len(now["bars"]["f"]) == 8
    page.go_back()
    after = inside.until("s.bars.f.length === 3 && s.step === 4 && !s.playing")
    assert after["nodes"] == before["nodes"]


@pytest.mark.parametrize(("query", "width", "height"), [("", 1440, 900), ("present", 1280, 720), ("embed", 800, 600)])
def test_the_tallest_circuit_stands_above_the_fold(page: Page, query: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    layout = {"present": {"present": "1"}, "embed": {"embed": "true"}}.get(query, {})
    now = open_cell(page, step="4", cell="peephole", **layout).shown()
    assert now["circuit"]["bottom"] <= height
    assert now["circuit"]["right"] <= width
    assert now["circuit"]["width"] > 400
