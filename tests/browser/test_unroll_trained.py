"""Networks that have learned, on Unroll: several numbers a step, and what left float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from engine.arrays import log2_norm
from engine.record.numerals import MINUS
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


EXPLODED = {"trained": "task-order.H-16.scale-3.opt-sgd.cell-relu.clip-0.rate-1@1"}
LINEAR = {"example": "numbers", "numbers": " ".join(["1", "2"] * 100), "wiring": "in-step", "cell": "identity"}
GROWING = {"H": "2", "edits": "W1_1_1_100;W1_2_2_-100"}


@pytest.mark.parametrize(("query", "t"), [(EXPLODED, 50), (LINEAR | GROWING, 200)], ids=["ReLU", "linear"])
def test_the_equations_of_states_beyond_float64_are_finite_and_the_engines(
    bare_page: Open, query: dict[str, str], t: int
) -> None:
    walk = bare_unroll(bare_page(), **query, step=f"{t}")
    walk.shown()
    run = run_of(**query)
    trace = run.parts[0].trace.layers[0].forward
    p, states = trace.parameters, trace.states[1]
    assert states is not None
    far = states[:, 0]
    products = p.W[0] * far[t - 1]
    carried, total = products.sum(axis=0), far[t]
    assert abs(float(log2_norm(carried[None], (0,)))) > 1024.0
    words = walk.page.locator(".panel.equations").inner_text()
    assert "infinite" not in words
    assert "infinity" not in words
    assert "not a number" not in words
    assert signed(carried) in words  # W h in the line with the numbers
    assert f"Together: {signed(p.W[0] @ far[t - 1] + (p.U @ trace.x[t - 1, 0] + p.b)[0])}" in words
    for result in walk.page.locator(".eq-result").all_inner_texts():
        assert result in {signed(one) for one in products} | {
            number(float(v)) for v in (p.U * trace.x[t - 1, 0])[0]
        } | {number(float(p.b[0]))}
    assert signed(total[0]) in words
    walk.page.locator('.eq-choose [data-value="output"]').click()
    output = run.readout.V[0] @ far[t]
    said = walk.page.locator(".panel.equations").inner_text()
    assert f"Together: {signed(output + run.readout.d[0])}" in said
    assert "infinite" not in said
    assert "not a number" not in said


def signed(value: Any) -> str:
    """A number beyond float64 as the page writes it."""
    size = power(float(log2_norm(value[None], (0,))))
    return size if float(value.mantissa) >= 0 else f"{MINUS}{size}"
