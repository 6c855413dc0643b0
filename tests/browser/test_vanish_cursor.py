"""One step is picked in any picture and shown in all; under the pointer stands the engine's own number."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.cells import CELLS
from engine.measures import FLOAT32_FLOOR
from engine.studies.vanish.study import VanishStudy
from figures.words import LOG10_2, number, power
from tests.browser.vanish import Vanish, open_bare, run, whole_numbers

SMALL = VanishStudy(steps=20, hidden=6)
QUERY = {"T": "20", "H": "6"}


@pytest.fixture
def page(bare_page: Callable[..., Page]) -> Page:
    return bare_page()


def cursors(vanish: Vanish) -> list[float]:
    """Where the cursors of curves, growth and heatmap stand, in pixels of the window."""
    found: list[float] = vanish.page.evaluate(
        """() => {
          const centre = (e) => { const b = e.getBoundingClientRect(); return (b.left + b.right) / 2; };
          return [...stage().querySelectorAll("svg.curves circle, svg.growth > rect, .states svg rect")].map(centre);
        }"""
    )
    return found


def test_a_step_picked_in_one_picture_is_shown_in_all(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    for across, low, high in ((0.35, 3, 9), (0.8, 13, 18)):
        for picture in (vanish.chain, vanish.curves, vanish.growth, vanish.states):
            vanish.press_at(picture, across)
            shown = vanish.shown()
            assert low < shown["step"] < high
            assert f"step {shown['step']}" in " ".join(shown["chain"])
            places = cursors(vanish)
            assert len(places) == 5
            assert max(places) - min(places) < 1.0
            assert shown["readings"][0] == f"t = {shown['step']}"


def test_the_scrubber_picks_a_step_too(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    page.locator("input.scrub").fill("7")
    assert vanish.shown()["step"] == 7
    page.locator("input.scrub").focus()
    page.keyboard.press("ArrowLeft")
    assert vanish.shown()["step"] == 6


def test_the_cursor_follows_a_held_pointer(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    box = vanish.curves.bounding_box()
    assert box is not None
    y, steps = box["y"] + 40, []
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.mouse.down()
    for across in (0.4, 0.5, 0.6, 0.7):
        page.mouse.move(box["x"] + across * box["width"], y)
        steps.append(vanish.shown()["step"])
    page.mouse.up()
    assert steps == sorted(set(steps))
    page.mouse.move(box["x"] + 0.3 * box["width"], y)
    assert vanish.shown()["step"] == steps[-1]  # let go: it stays


@pytest.mark.parametrize(("absolute", "scale"), [(False, 1.0), (True, 0.6)], ids=["relative", "absolute"])
def test_the_words_under_the_pointer_are_the_engines_number(page: Page, absolute: bool, scale: float) -> None:
    vanish = open_bare(page, still=True, **QUERY, scale=f"{scale}", norms="absolute" if absolute else "relative")
    by_title = {CELLS[cell].title: run(SMALL, cell, scale) for cell in SMALL.cells}
    for picture in (vanish.chain, vanish.curves):
        for across, down in ((0.2, 0.2), (0.5, 0.5), (0.75, 0.3)):
            words = vanish.hover_at(picture, across, down)
            (title,) = (title for title in by_title if title in words)
            log2 = by_title[title].log2_dh[0]
            t = whole_numbers(words)[0]
            expected = power(log2[t] if absolute else log2[t] - log2[-1])
            assert f" {expected}" in words


def test_the_words_on_the_heatmap_are_the_units_state(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    states = run(SMALL, "tanh", 1.0).h[0]
    for across, down in ((0.2, 0.1), (0.5, 0.5), (0.9, 0.8)):
        words = vanish.hover_at(vanish.states, across, down)
        found = re.search(r"Unit (\d+) of the tanh RNN at step (\d+): (\S+)\.$", words)
        assert found is not None
        unit, t = int(found[1]), int(found[2])
        assert found[3] == number(float(states[t, unit - 1]))


def test_the_words_on_the_maps_are_the_error_at_that_scale(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    words = vanish.hover_at(vanish.maps, 0.5, 0.25)
    found = re.search(r"scale ([\d.]+).*?step (\d+)", words)
    assert found is not None
    log2 = run(SMALL, "tanh", float(found[1])).log2_dh[0]
    assert float(found[1]) > 2.0
    assert f" {power(log2[int(found[2])] - log2[-1])} " in words


def test_the_values_beside_the_curves_are_those_of_the_selected_step(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY, step="9")
    readings = " ".join(vanish.shown()["readings"])
    for cell in SMALL.cells:
        found = run(SMALL, cell, 1.0)
        assert f"{CELLS[cell].title} {power(found.log2_dh[0, 9] - found.log2_dh[0, -1])}" in readings
    memory = run(SMALL, "lstm", 1.0).log2_dc
    assert memory is not None
    assert power(memory[0, 9] - memory[0, -1]) in readings
    vanish.button("absolute").click()
    vanish.shown()
    found = run(SMALL, "gru", 1.0)
    assert f"GRU {power(found.log2_dh[0, 9])}" in vanish.shown()["readings"]


def test_a_network_in_focus_shows_its_states(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    assert vanish.shown()["focused"] == ["tanh RNN"]
    pixels = "() => stage().querySelector('.states canvas').toDataURL()"
    before = page.evaluate(pixels)
    vanish.button("GRU").click()
    assert vanish.until("s.focused[0] === 'GRU'")["networks"] == ["tanh RNN", "LSTM", "GRU"]
    assert page.evaluate(pixels) != before
    assert "GRU" in vanish.hover_at(vanish.states, 0.5, 0.5)


def test_norms_are_relative_or_absolute(page: Page) -> None:
    assert run(VanishStudy(steps=120, hidden=4, loss="probe"), "sigmoid", 0.5).log2_dh[0, 1] < FLOAT32_FLOOR
    vanish = open_bare(page, still=True, T="120", H="4", cells="sigmoid", loss="probe", scale="0.5")
    relative = vanish.shown()
    assert relative["limits"] == []
    vanish.button("absolute").click()
    vanish.pass_time(0.5)
    absolute = vanish.until("s.limits.length > 0")
    assert "float32" in absolute["limits"][0]
    vanish.button("relative to step T").click()
    vanish.pass_time(0.5)
    assert vanish.until("s.limits.length === 0")["lines"] == relative["lines"]


def test_where_float32_ends_is_out_of_sight_while_it_is_out_of_reach(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY, norms="absolute")
    assert vanish.shown()["limits"] == []


def test_clipping_is_said_at_the_gradients_norm(page: Page) -> None:
    query = {"cells": "identity", "loss": "probe", "scale": "1.5", "clip": "2"}
    vanish = open_bare(page, still=True, **QUERY, **query)
    norm = run(VanishStudy(steps=20, hidden=6, loss="probe"), "identity", 1.5).log2_gradient[0]
    assert norm > 1.0
    clipped = f"gradient norm {power(norm)} (clipped, times {power(1.0 - norm)})"
    assert clipped in vanish.shown()["metrics"][0]["gradient"]
    free = vanish.send(**QUERY, **{**query, "clip": "0"})
    assert "clipped" not in free["metrics"][0]["gradient"]
    assert f"gradient norm {power(norm)}" in free["metrics"][0]["gradient"]


def test_the_curve_is_the_engines_norms_on_an_even_log_scale(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    log10 = run(SMALL, "tanh", 1.0).log2_dh[0, 1:] * LOG10_2
    points = np.array(
        [[float(v) for v in point.split(",")] for point in re.split("[ML]", vanish.shown()["lines"]["dh-tanh"])[1:]]
    )
    assert len(points) == 20
    np.testing.assert_allclose(np.diff(points[:, 0]), np.diff(points[:, 0])[0], atol=0.11)
    slope, offset = np.polyfit(log10, points[:, 1], 1)
    assert slope < 0.0  # up is larger
    np.testing.assert_allclose(points[:, 1], slope * log10 + offset, atol=0.11)


def test_every_metric_explains_itself(page: Page) -> None:
    open_bare(page, still=True, **QUERY, seeds="1")
    for metric in ("halfLife", "radius", "singular", "saturation", "loss", "gradient", "seeds"):
        page.locator(f'[data-metric="{metric}"]').first.click()
        explanation = page.locator(".stage .help")
        explanation.wait_for(state="visible")
        assert len(explanation.text_content() or "") > 40
        page.keyboard.press("Escape")
        explanation.wait_for(state="hidden")


def test_every_curve_is_named_at_its_end_and_no_name_covers_another(page: Page) -> None:
    vanish = open_bare(page, still=True, cells="relu.lstm.gru.mgu", **QUERY)
    named = vanish.page.locator("svg.curves .names text")
    assert {"ReLU RNN", "LSTM", "LSTM, c", "GRU"} <= set(named.all_text_contents())
    boxes = [box for box in (one.bounding_box() for one in named.all()) if box]
    baselines = sorted(box["y"] for box in boxes)
    assert all(after - before >= 12 for before, after in pairwise(baselines))
