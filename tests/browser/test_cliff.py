"""The cliff in a real browser: it opens on the throw, and says and draws what the engine finds."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from ui.cliff.mount import FOLDER

from engine.studies.cliff.resting import latch_threshold, resting_places, run_latch, run_unit
from engine.studies.cliff.study import DEFAULT, CliffStudy
from figures.words import number, power
from tests.browser.cliff import assert_says_the_engines, drawn, open_cliff
from tests.ui.descended import COMPARED, asked, assert_the_engines


def test_chromium_descends_as_the_engine_does(chromium: Browser) -> None:
    page = chromium.new_page()
    sources = [(FOLDER / f"{name}.js").read_text("utf-8") for name in ("descent", "unit")]
    answer = page.evaluate(
        f"""async ({{ sources, asked }}) => {{
          const load = (source) => import(URL.createObjectURL(new Blob([source], {{ type: "text/javascript" }})));
          const [descent, unit] = await Promise.all(sources.map(load));
          return JSON.stringify(({COMPARED})(descent, unit, JSON.parse(asked)));
        }}""",
        {"sources": sources, "asked": asked()},
    )
    page.close()
    assert_the_engines(answer)


def test_within_ten_seconds_one_ball_is_thrown_and_the_other_walks_on(page: Page) -> None:
    began = time.monotonic()
    cliff = open_cliff(page)
    first = cliff.shown()
    assert first["playing"]
    assert_says_the_engines(first["said"], DEFAULT)
    assert "off the map" in first["said"][0]
    thrown = cliff.until("s.edges.free === 'visible'")
    assert thrown["balls"] == {"free": "hidden", "clipped": "visible"}
    assert time.monotonic() - began < 10.0
    walked = cliff.until("s.paths.clipped.length > a", len(thrown["paths"]["clipped"]))
    assert walked["balls"]["clipped"] == "visible"
    done = cliff.until("!s.playing")
    assert done["at"] == "update 200 of 200"
    assert "12.1 in one update" in done["far"]


def test_both_paths_are_drawn_where_the_engine_finds_them(page: Page) -> None:
    cliff = open_cliff(page, still=True, w="5", b="-2.3")
    shown, drop = cliff.shown(), CliffStudy(w=5.0, b=-2.3)
    canvas = page.locator(".cliff .map .picture canvas").bounding_box()
    assert canvas is not None
    scale = np.array([canvas["width"] / 3.0, -canvas["height"] / 2.0])
    for name, path in zip(("free", "clipped"), drop.paths(), strict=True):
        points = drawn(shown["paths"][name])
        expected = np.stack([path.w, path.b], axis=1) * scale
        assert len(points) == drop.count + 2  # and where the ball is now, at the last of them
        near = np.abs(points).max(axis=1) < 1e5
        np.testing.assert_allclose((points[:-1] - points[0])[near[:-1]], (expected - expected[0])[near[:-1]], atol=0.05)


def test_the_cause_is_the_units_own_run_at_the_point(page: Page) -> None:
    cliff = open_cliff(page, still=True, point="drop", w="5", b="-2.5")
    cliff.button("where dropped").click()
    shown = cliff.until("s.resting.startsWith('At w = 5, b = -2.5')")
    low, middle, high = resting_places(5.0, -2.5).x
    for place in (low, middle, high):
        assert number(place) in shown["resting"]
    run = run_unit(5.0, -2.5)
    assert f"is at {number(run.x[-1])} after 50 steps" in shown["resting"]
    above = int((np.abs(run.factors) > 1.0).sum())
    assert f"multiplied by {power(run.log10_product[0] / np.log10(2.0))}: {above} of the 50" in shown["product"]
    h = 1.0 / (1.0 + np.exp(-run.x))
    entering = float(2.0 * (h[-1] - 0.7) * h[-1] * (1.0 - h[-1]))
    assert f"Times dE/dx = {number(entering)} at step 50" in shown["product"]
    each = entering * 10.0 ** run.log10_product[1:]
    assert f"dE/db = {number(each.sum())}; " in shown["product"]
    assert f"dE/dw = {number((each * h[:-1]).sum())}." in shown["product"]
    assert "0.101; " in shown["product"]
    assert "0.0863." in shown["product"]


def test_the_words_on_the_map_are_the_engines(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    page.mouse.move(*cliff.place(6.0, -2.0))
    tip = page.locator(".cliff .tip")
    tip.wait_for(state="visible")
    found = re.fullmatch(r"w (\S+), b (\S+): error (\S+), gradient norm (\S+)", tip.text_content() or "")
    assert found is not None
    path = replace(DEFAULT, w=6.0, b=-2.0).paths()[0]
    w, b, error, norm = map(float, found.groups())
    assert (w, b) == pytest.approx((6.0, -2.0), abs=0.01)
    assert (error, norm) == pytest.approx((path.error[0], path.norm[0]), rel=0.03)


def test_the_latch_stores_below_its_threshold_only(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    for w, known in ((1.25, "0.0778"), (1.5, "0.208"), (2.0, "0.533"), (3.0, "1.3")):
        cliff.slider("latch_w").fill(f"{w}")
        said = cliff.shown()["latch"]
        assert f"stays below {number(latch_threshold(w) or 0.0)}:" in said[0]
        assert known in said[0]
    run = run_latch(3.0, 0.0, 50, 0.3)
    assert power(run.log10_product[0] / np.log10(2.0)) in said[2]
    assert f"it is at +{number(run.x[-1])} after 50 steps: the sign is kept." in said[1]
    cliff.slider("latch_u").fill("-1.5")
    lost = cliff.shown()["latch"]
    assert "is beyond: one state is left" in lost[0]
    page.wait_for_url(re.compile(r"u=-1\.5"))


def test_the_landscape_turns_under_the_pointer_and_the_keys(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    hill = page.locator("canvas.hill-picture")
    first = cliff.shown()["hill"]
    box = hill.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 140, steps=3)
    page.mouse.up()
    second = cliff.shown()["hill"]
    assert second != first
    hill.focus()
    page.keyboard.press("ArrowLeft")
    assert cliff.shown()["hill"] != second


def test_a_preset_after_a_drag_starts_from_its_own_drop(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    cliff.slider("rate").fill("100")
    page.wait_for_url(re.compile(r"rate="))
    page.get_by_role("button", name="At the wall", exact=True).click()
    page.wait_for_url(re.compile(r"the_cliff$"))
    back = cliff.until("s.sliders.rate === '0.1' && s.playing")
    assert_says_the_engines(back["said"], DEFAULT)


def test_back_in_the_browser_brings_the_drop_before(page: Page) -> None:
    cliff = open_cliff(page, T="20")
    page.goto("/the_cliff?rate=0.3")
    cliff.until("s.sliders.rate === '0.3'")
    page.go_back()
    assert_says_the_engines(cliff.until("s.sliders.steps === '20'")["said"], CliffStudy(steps=20))


def test_the_scrubber_and_single_steps_show_every_update(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    page.locator(".cliff input.scrub").fill("29")
    before = cliff.shown()
    assert before["at"] == "update 29 of 200"
    assert before["balls"]["free"] == "visible"
    cliff.button("Step").click()
    after = cliff.shown()
    assert after["at"] == "update 30 of 200"
    assert after["balls"]["free"] == "hidden"
    path = DEFAULT.paths()[0]
    assert f"At w = {number(path.w[29])}, b = {number(path.b[29])}" in before["resting"]
