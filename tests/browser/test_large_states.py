"""States over many decades: one signed scale of logarithms, whose ends the legend says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page

from engine.record.numerals import MINUS
from engine.studies.vanish.study import VanishStudy
from figures.words import number
from tests.browser.cell import open_bare as open_cell
from tests.browser.vanish import open_bare as open_vanish
from tests.browser.vanish import run

Open = Callable[..., Page]
EXPLODED = {"trained": "task-order.H-16.scale-3.opt-sgd.cell-relu.clip-0.rate-1@1"}


def test_hidden_states_over_many_decades_have_a_scale_of_logarithms(bare_page: Open) -> None:
    query = {"cells": "identity", "T": "80", "scale": "2", "seed": "3"}
    vanish = open_vanish(bare_page(), still=True, **query)
    states = np.abs(run(VanishStudy.from_query(query)[0], "identity", 2.0).h)
    legend = vanish.page.locator(".panel.heat .legends").inner_text()
    assert states.max() > 1e20
    assert legend.split() == ["log", "scale", f"{MINUS}{number(float(states.max()))}", number(float(states.max()))]


def test_states_that_float32_cannot_hold_are_said_to_be_beyond_it(bare_page: Open) -> None:
    vanish = open_vanish(bare_page(), still=True, cells="identity", T="200", scale="2.5", seed="3")
    legend = vanish.page.locator(".panel.heat .legends").inner_text()
    assert "beyond" in legend
    assert f"{MINUS}3.4e38" in legend
    said = vanish.hover_at(vanish.page.locator(".heatmap.states"), 0.8)
    assert "beyond" in said
    assert "infinite" not in said


def test_the_legend_of_a_cell_whose_states_left_float64_says_what_its_colours_mean(bare_page: Open) -> None:
    cell = open_cell(bare_page(), **EXPLODED)
    legend = cell.page.locator(".circuit-panel .legends").inner_text()
    assert "log scale; what is beyond has the end’s colour" in legend
    assert f"{MINUS}3.44e300" in legend
    assert f"{MINUS}1 " not in legend
