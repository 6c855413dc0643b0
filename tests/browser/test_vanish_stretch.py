"""The fan of singular values and the table of pairs, as they are drawn and pointed at."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.vanish.stretches import stretches
from engine.studies.vanish.study import VanishStudy
from figures.message import message
from figures.theme import theme_message
from figures.vanish.view import VanishView
from figures.words import power
from tests.browser.bare import sealed
from tests.browser.vanish import envelope, open_part, open_vanish

SMALL = VanishStudy(steps=20, hidden=6)


def heights(page: Page, line: str) -> np.ndarray:
    path = page.locator(f'svg.fan [data-line="{line}"]').get_attribute("d") or ""
    return np.array([float(y) for y in re.findall(r"[ML][\d.]+,([-\d.]+)", path)])


@pytest.mark.parametrize("cell", SMALL.cells)
def test_the_fan_is_the_engines(bare_page: Callable[..., Page], cell: str) -> None:
    page = bare_page()
    open_part(page, "stretch", SMALL, cell)
    found = stretches(SMALL, cell)
    assert found.log2_ranks is not None
    page.locator("svg.fan [data-band]").first.wait_for(state="attached")
    assert page.locator("svg.fan [data-band]").count() == 3
    for line, rank in (("largest", 6), ("median", 3), ("smallest", 0)):
        assert np.corrcoef(-heights(page, line)[::-1], found.log2_ranks[rank, 1:])[0, 1] > 0.999
    reading = " ".join(page.locator(".fan .reading").all_text_contents())
    assert f"largest {power(float(found.log2_ranks[6, 1]))}" in reading
    assert f"smallest {power(float(found.log2_ranks[0, 1]))}" in reading


def test_the_pointer_reads_the_table(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    open_part(page, "stretch", SMALL)
    cell = page.locator("svg.table rect").nth(14 * 15 // 2 + 4)  # row 15, column 5
    cell.scroll_into_view_if_needed()
    cell.hover(force=True)
    norm = power(float(stretches(SMALL, "tanh").log2_table[14, 4]))
    page.locator(".table .readings").filter(has_text=f"‖∂h₁₅/∂h₅‖ = {norm}").filter(has_text="10 steps back").wait_for()


def test_what_one_step_of_1e_4_leaves_is_coloured_otherwise_than_1(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    small = VanishStudy(cells=("sigmoid",), steps=50, hidden=6, scale=0.2)
    open_part(page, "stretch", small, "sigmoid")
    log2 = stretches(small, "sigmoid").log2_table[49]
    assert log2[0] < -200
    fills = page.locator("svg.table rect").evaluate_all("(all) => all.map((one) => one.getAttribute('fill'))")[
        49 * 50 // 2 :
    ]
    red = [int(fill.split("(")[1].split(",")[0]) for fill in fills[:50]]
    k = int(np.abs(log2 + np.log2(1e4)).argmin())
    assert red[k] > red[49] + 40
    assert "≤ 1e-16" in page.locator("svg.table text").all_text_contents()


def test_where_numbers_left_float64_it_is_said_and_nothing_is_drawn(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    bare = open_part(page, "stretch", SMALL)
    nothing = message({"nothing": "Nothing can be multiplied here.", "theme": theme_message()}, {})
    bare.mount(sealed(envelope(SMALL, VanishView(), 1, "page"), nothing))
    page.locator(".said").filter(has_text="Nothing can be multiplied here").wait_for()
    assert not page.locator("svg.fan").is_visible()


def test_what_takes_seconds_is_asked_for_first(page: Page) -> None:
    open_vanish(page, still=True, T="400", H="32", cells="tanh", more="product")
    page.locator('svg.fan [data-line="largest"]').wait_for(state="attached")
    assert page.locator("svg.fan [data-band]").count() == 0
    page.get_by_role("button", name="Compute every singular value").click()
    page.locator("svg.fan [data-band]").first.wait_for(state="attached", timeout=60_000)
