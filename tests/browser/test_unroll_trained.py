"""Networks that have learned, on Unroll: several numbers a step, and what left float64."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from engine.arrays import log2_norm
from figures.words import number, power
from tests.browser.unroll import bare_unroll, run_of

Open = Callable[..., Page]


def test_several_numbers_enter_with_their_names_and_a_bar_each(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), trained="n-6.H-3.B-4@2", step="2")
    found = run_of(trained="n-6.H-3.B-4@2")
    first, second = found.parts[0].x[1, 0]
    assert f"Step 2 of 6: number {number(first)}, mark {number(second)} enter." in walk.shown()["sentence"]
    bars = walk.page.locator('g.column[data-t="2"] path[data-enters]').get_attribute("d") or ""
    assert bars.count("M") == 2


def test_an_exploded_network_says_sizes_beyond_float64_and_an_error_that_is_all_but_gone(bare_page: Open) -> None:
    exploded = {"trained": "task-order.H-16.scale-3.opt-sgd.cell-relu.clip-0.rate-1@1"}
    walk = bare_unroll(bare_page(), **exploded, step="30")
    words = walk.page.locator(".stage").text_content() or ""
    run = run_of(**exploded)
    h = run.parts[0].trace.layers[0].forward.states[1]
    assert h is not None
    carried = float(log2_norm(h[29, 0] @ run.weights["W1"].T, (0,)))
    farthest = float(log2_norm(h[30, 0][..., None], (1,)).max())
    assert f"meets W h of size {power(carried)}" in words
    assert f"farthest from 0 at {power(farthest)}" in words
    assert farthest > 1024.0
    assert "‖dL/dh‖: below 1e-80,000,000,000, as the softmax is sure; bars over 795 decades" in words
    assert "infinite" not in words.split("The equations")[0]
