"""Theory as straight lines beside the measured error."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page

from engine.studies.vanish.study import VanishStudy
from engine.studies.vanish.theory import theory
from figures.words import power
from tests.browser.vanish import open_part

SMALL = VanishStudy(steps=20, hidden=6)


def test_the_measured_curve_and_each_line_are_the_engines(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    open_part(page, "theory", SMALL)
    found = theory(SMALL, "tanh")
    page.locator('svg.slopes [data-line="measured"]').wait_for(state="attached")
    points = {}
    for line in ("measured", "Bound ‖W‖₂ γ", "Lyapunov exponent"):
        path = page.locator(f'svg.slopes [data-line="{line}"]').get_attribute("d") or ""
        points[line] = [float(y) for y in re.findall(r"[ML][\d.]+,([-\d.]+)", path)]
    assert np.corrcoef(-np.array(points["measured"])[::-1], found.log2_dh[1:])[0, 1] > 0.999
    rise = {line: ys[0] - ys[-1] for line, ys in points.items()}  # upwards from step T to step 1, on one scale
    per_step = {one.name: one.log2_per_step for one in found.predictions}
    assert per_step["bound"] is not None
    assert per_step["lyapunov"] is not None
    for line, slope in (("Bound ‖W‖₂ γ", per_step["bound"]), ("Lyapunov exponent", per_step["lyapunov"])):
        assert abs(rise[line] / rise["measured"] - slope / found.log2_per_step) < 0.02
    words = page.locator(".theory .list").text_content() or ""
    assert f"× {power(per_step['bound'])} per step" in words


def test_for_a_gated_network_the_missing_conditions_are_named(bare_page: Callable[..., Page]) -> None:
    page = bare_page()
    open_part(page, "theory", SMALL, "lstm")
    page.locator(".theory .list").filter(has_text="has gates").wait_for()
    assert page.locator("svg.slopes [data-line]").count() == 2
