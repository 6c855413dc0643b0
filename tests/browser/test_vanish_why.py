"""Why the error grows or shrinks at each step: bars and words are the engine's split, at every scale of a drag."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.cells import CELLS
from engine.studies.vanish.study import VanishStudy
from figures.words import power
from tests.browser.vanish import BareVanish, open_bare, run, whole_numbers

SMALL = VanishStudy(steps=20, hidden=6)
QUERY = {"T": "20", "H": "6"}


@pytest.fixture
def page(bare_page: Callable[..., Page]) -> Page:
    return bare_page()


def bars(path: str) -> np.ndarray:
    """Where each bar begins and ends, in pixels from the top, (n, 2)."""
    return np.array([[float(v) for v in bar] for bar in re.findall(r"M[\d.]+,([-\d.]+)h[\d.]+V([-\d.]+)h", path)])


def at_rest(vanish: BareVanish) -> dict[str, str]:
    """The bars once the axis has eased to its place."""
    growth: dict[str, str] = vanish.pass_time(0.5)["growth"]
    return growth


def test_the_bars_are_the_engines_split_and_follow_the_drag(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    for _ in vanish.dragged(0.29, [0.1, 0.5, 0.9]):
        drawn = at_rest(vanish)
        found = run(SMALL, "tanh", float(vanish.shown()["scale"]))
        saturation, weights = found.log2_by_saturation[0], found.log2_by_weights[0]
        for role, log2 in (("saturation", saturation), ("weights", weights)):
            places = bars(drawn[role])
            assert places.shape == (20, 2)
            heights = places[:, 0] - places[:, 1]
            assert np.corrcoef(heights, log2)[0, 1] > 0.999
        points = [float(y) for y in re.findall(r"[ML][\d.]+,([-\d.]+)", drawn["together"])]
        assert np.corrcoef(points, -(saturation + weights))[0, 1] > 0.999


@pytest.mark.parametrize("cell", SMALL.cells)
def test_the_words_are_the_factors_of_the_selected_step(page: Page, cell: str) -> None:
    vanish = open_bare(page, still=True, **QUERY, step="9", focus=cell)
    title, found = CELLS[cell].title, run(SMALL, cell, 1.0)
    assert title in (page.locator(".panel.why h2").text_content() or "")
    parts = [found.log2_by_saturation[0].astype(float), found.log2_by_weights[0].astype(float)]
    parts.append(parts[0] + parts[1])
    named = list(zip(("saturation", "weights", "together"), parts, strict=True))
    assert vanish.shown()["factors"] == [f"{name} × {power(float(log2[8]))}" for name, log2 in named]
    words = vanish.hover_at(vanish.growth, 0.5)
    t = whole_numbers(words)[0]
    assert title in words
    for name, log2 in named:
        assert f"{name} × {power(float(log2[t - 1]))}" in words


def test_the_picture_explains_itself_for_the_cell_it_shows(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY)
    for network, there, missing in (
        ("tanh RNN", "slope of the curve", "gates"),
        ("LSTM", "h and c", "slope of the curve"),
    ):
        page.locator(".stage .verdicts").get_by_role("button", name=network, exact=True).click()
        vanish.until("s.focused[0] === a", network)
        page.locator(".why .info").click()
        words = page.locator(".stage .help").text_content() or ""
        assert there in words
        assert missing not in words
        page.keyboard.press("Escape")


def test_where_no_error_is_left_there_is_a_gap(page: Page) -> None:
    vanish = open_bare(page, still=True, **QUERY, cells="relu", input="zeros", step="9")
    shown = vanish.shown()
    assert shown["growth"]["saturation"] == shown["growth"]["together"] == ""
    assert shown["factors"] == ["saturation no error", "weights no error", "together no error"]


@pytest.mark.parametrize("scale", ["0.2", "0.9", "1.6", "3"])
def test_the_ticks_are_even(page: Page, scale: str) -> None:
    vanish = open_bare(page, still=True, **QUERY, scale=scale)
    at_rest(vanish)
    said = page.locator("svg.growth text").all_text_contents()
    powers = np.log10([float(words.removeprefix("× ")) for words in said])
    assert len(said) >= 2
    np.testing.assert_allclose(np.diff(powers), powers[1] - powers[0], atol=0.01)


def test_beside_a_factor_of_1e_600_one_of_1e_4_is_no_1(page: Page) -> None:
    vanish = open_bare(page, still=True, H="2", cells="tanh.lstm", input="numbers", numbers="1000,-1000,1000", step="2")
    assert vanish.shown()["factors"][0].endswith("e-666")
    drawn = at_rest(vanish)
    assert drawn["beyond"].count("M") == 3  # every bar ends in a mark that it goes on
    said = page.locator("svg.growth text").all_text_contents()
    assert "× 1e-5" in said


def test_steps_narrower_than_a_bar_share_one(page: Page) -> None:
    vanish = open_bare(page, still=True, T="1000", H="4", cells="tanh")
    count = len(bars(at_rest(vanish)["saturation"]))
    assert 100 < count <= 500
