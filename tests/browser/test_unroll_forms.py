"""Unroll of networks that only files bring: each direction with its own equations, merged outputs, own starts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from figures.unroll.answer import answer
from figures.unroll.view import UnrollView
from figures.words import number
from tests.browser.unroll import Unroll
from tests.browser.visit import message
from tests.engine.brought_forms import T, formed

Open = Callable[..., Page]


def opened(page: Page, form: str, row: int) -> tuple[Unroll, UnrollStudy]:
    """A bare page that stands at the last column, at a layer and direction."""
    study = UnrollStudy(trained=formed(form, True, units=3))
    view = UnrollView(t=T, chain=row)
    found: Unroll = Unroll.on_bare_page(page, step=f"{T}", row=f"{row}")
    found.bare.mount(message("unroll", "Unroll", view, answer(study), 1, "page"))
    return found, study


@pytest.mark.parametrize(
    ("form", "row", "rule"),
    [
        ("averaged below", 3, "hard σ(a)min(max(0.16667 a + 0.5, 0), 1)"),
        ("two cells, merged", 1, "softsign(a)a / (1 + |a|)"),
        ("two cells, merged", 2, "hard σ(a)min(max(0.16667 a + 0.5, 0), 1)"),
        ("multiplied", 4, ""),
        ("as read", 2, "hard σ(a)min(max(0.16667 a + 0.5, 0), 1)"),
    ],
)
def test_the_equations_of_a_row_are_those_of_its_own_cell_and_input(
    bare_page: Open, form: str, row: int, rule: str
) -> None:
    page, study = opened(bare_page(), form, row)
    words = page.shown()["equations"]
    assert rule in words
    found = walk(study).parts[0]
    ways = len(found.trace.network.layers[0].directions)
    trace = found.trace.layers[(row - 1) // ways].directions[(row - 1) % ways]
    gate = trace.cell.gates[0]
    back = form == "as read" or row % 2 == 0
    at = 0 if back else T - 1
    product = float(trace.x[at, 0] @ trace.parameters.U[0])
    assert number(abs(product)) in words
    assert number(float(trace.gates[gate][at, 0, 0])) in words
    assert number(float(trace.pre_activations[gate][at, 0, 0])).replace("-", "\N{MINUS SIGN}") in words


def test_a_start_from_the_end_is_drawn_and_told(bare_page: Open) -> None:
    page, study = opened(bare_page(), "as read", 1)
    shown = page.shown()
    trace = walk(study).parts[0].trace.layers[0].forward
    assert trace.c is not None
    sizes = [number(float(np.linalg.norm(rows[0, 0]))) for rows in (trace.h, trace.c)]
    assert (
        f"The chain starts from h₀ of size {sizes[0]} and c₀ of size {sizes[1]}, not from zeros." in shown["sentence"]
    )
    assert page.page.locator(f'svg.diagram g.column[data-t="{T}"]').get_by_text("h₀").count() >= 1
