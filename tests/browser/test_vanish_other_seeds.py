"""The band of other seeds: switched on, faded while the scale is dragged, back with the answer, kept by the link."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

from engine.studies.vanish.seeds import other_seeds, spread
from engine.studies.vanish.study import VanishStudy
from figures.words import spread_clause
from tests.browser.vanish import Vanish, open_vanish

SMALL = {"T": "20", "H": "6"}


def clauses(scale: float) -> list[str]:
    """What the engine says of other seeds at this scale."""
    experiment = VanishStudy(steps=20, hidden=6, scale=scale)
    return [spread_clause(spread(experiment, cell, other_seeds(experiment))) for cell in experiment.cells]


def bands(vanish: Vanish) -> list[str]:
    lines: dict[str, str] = vanish.shown()["lines"]
    return [d for name, d in lines.items() if name.startswith(("band-", "median-"))]


def test_the_switch_shows_the_band_and_a_link_restores_it(profile: Callable[..., BrowserContext]) -> None:
    page = profile().new_page()
    vanish = open_vanish(page, still=True, **SMALL)
    before = vanish.shown()
    assert (before["band"], before["seeds"]) == (0.0, [])
    switch = page.get_by_test_id("stCheckbox").filter(has_text="Other seeds")
    switch.locator("label").click()
    page.wait_for_url(re.compile(r"seeds=1"))
    after = vanish.until("s.band === 1")
    assert after["seeds"] == clauses(1.0)
    assert all(bands(vanish))
    assert after["verdicts"] == before["verdicts"]
    other = profile(reduced_motion="reduce").new_page()
    there = open_vanish(other, page.url)
    assert there.until("s.band === 1")["seeds"] == after["seeds"]
    assert bands(there) == bands(vanish)
    switch.locator("label").click()
    page.wait_for_url(lambda url: "seeds" not in url)
    assert vanish.until("s.band === 0")["seeds"] == []


def test_the_band_fades_while_the_scale_is_dragged_and_comes_back_with_the_answer(page: Page) -> None:
    vanish = open_vanish(page, still=True, **SMALL, seeds="1", norms="absolute")
    vanish.until("s.band === 1")
    rows = "stage().querySelector('svg.curves').getBoundingClientRect().top"
    place = page.evaluate(rows)
    for _ in vanish.dragged(0.29, [0.5]):
        now = vanish.until("s.band === 0")
        assert float(now["scale"]) > 1.4
        assert page.evaluate(rows) == place  # nothing jumps
    settled = vanish.until("s.band === 1")
    assert settled["scale"] == now["scale"]
    assert settled["seeds"] == clauses(float(now["scale"]))
    assert page.evaluate(rows) == place


def test_the_scale_stays_where_the_keyboard_has_moved_it_while_answers_arrive(page: Page) -> None:
    vanish = open_vanish(page, still=True, **SMALL, seeds="1")
    vanish.until("s.band === 1")
    vanish.scale.focus()
    page.keyboard.press("ArrowRight")
    page.locator('.stage[data-whole="true"]').wait_for()
    seen = []
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        seen.append(float(vanish.shown()["scale"]))
        page.wait_for_timeout(30)
    assert seen == sorted(set(seen))
    last = vanish.until("s.band === 1")
    assert float(last["scale"]) == seen[-1]
    assert last["seeds"] == clauses(seen[-1])
