"""What helps: small pictures drawn from the engine's runs, and a press that puts a remedy into the controls."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Locator, Page

from engine.studies.vanish.remedies import helped
from engine.studies.vanish.study import VanishStudy
from figures.words import power
from tests.browser.vanish import open_part, open_vanish

SMALL = VanishStudy(steps=20, hidden=6, scale=0.6)
QUERY = {"T": "20", "H": "6", "scale": "0.6", "more": "helps"}


def tile(page: Page, title: str) -> Locator:
    return page.locator(".helps .tile").filter(has=page.get_by_role("heading", name=title, exact=True))


def heights(tile: Locator, line: str) -> np.ndarray:
    path = tile.locator(f'[data-line="{line}"]').get_attribute("d") or ""
    return np.array([float(y) for y in re.findall(r"[ML][\d.]+,([-\d.]+)", path)])


def test_each_tile_draws_its_run_and_says_its_numbers(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    open_part(page, "helps", SMALL)
    found = helped(SMALL, "tanh")
    remedy = next(one for one in found.remedies if one.name == "orthogonal")
    assert remedy.run is not None
    here = tile(page, "W orthogonal, scale 1")
    here.wait_for()
    assert np.corrcoef(-heights(here, "after")[::-1], remedy.run.log2_dh[1:])[0, 1] > 0.999
    assert np.corrcoef(-heights(here, "before")[::-1], found.before.log2_dh[1:])[0, 1] > 0.999
    numbers = here.locator(".numbers").text_content() or ""
    assert f"{power(found.before.reach.log2_ratio)} → {power(remedy.run.reach.log2_ratio)}" in numbers
    assert f"{power(found.before.log2_gradient)} → {power(remedy.run.log2_gradient)}" in numbers


def test_the_pointer_reads_every_picture_at_the_same_step(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    open_part(page, "helps", SMALL)
    here = tile(page, "GRU")
    here.locator("svg.spark").hover()
    words = page.locator(".helps .numbers").all_text_contents()
    assert len(words) == 9
    places = {re.match(r"(\d+) back", sentence).group(1) for sentence in words}  # type: ignore[union-attr]
    assert len(places) == 1
    page.mouse.move(2, 2)
    page.locator(".helps .numbers").first.filter(has_text="at step 1").wait_for()


def test_use_it_puts_the_remedy_into_the_controls_and_the_link(page: Page) -> None:
    vanish = open_vanish(page, still=True, **QUERY)
    tile(page, "W orthogonal, scale 1").get_by_role("button", name="Use it").click()
    page.wait_for_url("**init=orthogonal**")
    vanish.until("s.scale === '1.00'")
    assert vanish.address() == {"T": "20", "H": "6", "init": "orthogonal", "more": "helps"}
    tile(page, "W orthogonal, scale 1").filter(has_text="In place").wait_for()


def test_a_part_that_is_closed_leaves_the_page_and_the_link(page: Page) -> None:
    vanish = open_vanish(page, still=True, **QUERY)
    tile(page, "GRU").wait_for()
    page.get_by_role("radio", name="What helps?").click()
    page.locator(".helps").wait_for(state="detached")
    page.wait_for_function("!location.search.includes('more')")
    assert "more" not in vanish.address()
