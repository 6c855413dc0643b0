"""The cliff in a real browser: it opens on the throw, and says and draws what the engine finds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.cliff.resting import latch_threshold, resting_places, run_latch, run_unit
from engine.studies.cliff.study import CliffStudy
from figures.cliff.message import COLUMNS, ROWS, map_surface
from figures.theme import theme_message
from figures.words import number, power
from tests.browser.cliff import PATH, assert_says_the_engines, bare_cliff, drawn, open_cliff, thrown_at
from tests.ui.descended import COMPARED, asked, assert_the_engines

Open = Callable[..., Page]


def test_chromium_descends_as_the_engine_does(bare_page: Open) -> None:
    page = bare_page()
    page.goto(PATH)
    answer = page.evaluate(
        f"""async (asked) => {{
          const load = (name) => import(`/module/ui/cliff/${{name}}.js`);
          const [descent, unit] = await Promise.all(["descent", "unit"].map(load));
          return JSON.stringify(({COMPARED})(descent, unit, JSON.parse(asked)));
        }}""",
        asked(),
    )
    assert_the_engines(answer)


def test_one_ball_is_thrown_in_slow_motion_and_the_other_walks_on(bare_page: Open) -> None:
    cliff, drop = bare_cliff(bare_page()), CliffStudy()
    first = cliff.shown()
    assert first["playing"]
    assert_says_the_engines(first["said"], drop)
    assert "off the map" in first["said"][0]
    k = thrown_at(drop.paths()[0])
    assert k is not None
    seconds = 5 / drop.count  # of an update that throws nobody
    for wait in (seconds * k + 0.1, 0.6):
        flying = cliff.pass_time(wait)
        assert flying["at"] == f"update {k} of 200"
    assert flying["balls"] == {"free": "hidden", "clipped": "visible"}
    assert flying["edges"] == {"free": "visible", "clipped": "hidden"}
    assert f"At w = {number(drop.paths()[0].w[k])}, b = {number(drop.paths()[0].b[k])}" in flying["resting"]
    walked = cliff.pass_time(0.5)
    assert len(walked["paths"]["clipped"]) > len(flying["paths"]["clipped"])
    assert walked["balls"]["clipped"] == "visible"
    cliff.pass_time(4.0)
    done = cliff.shown()
    assert (done["at"], done["playing"]) == ("update 200 of 200", False)
    assert "12.1 in one update" in done["far"]


def test_both_paths_are_drawn_where_the_engine_finds_them(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True, w="5", b="-2.3")
    shown, drop = cliff.shown(), CliffStudy(w=5.0, b=-2.3)
    left, top = cliff.place(4.0, -1.5)
    right, bottom = cliff.place(7.0, -3.5)
    scale = np.array([(right - left) / 3.0, (top - bottom) / 2.0])
    for name, path in zip(("free", "clipped"), drop.paths(), strict=True):
        points = drawn(shown["paths"][name])
        expected = np.stack([path.w, path.b], axis=1) * scale
        assert len(points) == drop.count + 2  # and where the ball is now, at the last of them
        near = np.abs(points).max(axis=1) < 1e5
        np.testing.assert_allclose((points[:-1] - points[0])[near[:-1]], (expected - expected[0])[near[:-1]], atol=0.05)


def test_two_balls_that_walk_over_the_wall_are_said_to(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True, w="6.1", b="-2.3")
    free, _ = CliffStudy(w=6.1, b=-2.3).paths()
    over = np.flatnonzero(np.diff(free.error) > 0.2 * 0.7**2) + 1
    before, after = (number(float(free.error[k])) for k in (over[0] - 1, over[0]))
    words = f"{len(over)} times over the wall, first at update {over[0]}: the error jumps from {before} to {after}."
    for said in cliff.shown()["said"]:
        assert words in said


def test_what_rounding_decides_is_marked_and_no_number_of_it_is_told(bare_page: Open) -> None:
    cliff, drop = bare_cliff(bare_page(), still=True, ball="clipped"), CliffStudy()
    shown, sure = cliff.shown(), drop.paths()[1].sure
    assert sure < drop.count
    assert_says_the_engines(shown["said"], drop)
    marks = cliff.page.locator('[data-parted][visibility="visible"]')
    assert marks.evaluate_all("(all) => all.map((e) => e.dataset.parted)") == ["clipped"]
    cliff.scrub.fill(f"{sure}")
    cliff.shown()
    assert marks.count() == 0


def test_words_at_the_edge_stand_beside_both_paths(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True, window="4.5,4.7,-2.46,-2.33")
    shown = cliff.shown()
    boxes = cliff.map.locator("text").evaluate_all(
        """(all) => all.filter((e) => /off the map|^w /.test(e.textContent)).map((e) => e.getBBox())
             .map(({ x, y, width, height }) => [x, x + width, y, y + height])"""
    )
    assert len(boxes) == 2
    for d in shown["paths"].values():
        points = drawn(d)
        near = (np.abs(points) < 3000).all(axis=1)  # what is clamped leaves the picture as steeply
        along = np.linspace(0.0, 1.0, 2000)[:, None]
        for one, other in zip(points[near][:-1], points[near][1:], strict=True):
            x, y = (one + along * (other - one)).T
            for left, right, top, bottom in boxes:
                assert not ((x > left) & (x < right) & (y > top) & (y < bottom)).any()


def test_the_scrubber_and_single_steps_show_every_update(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page())
    cliff.scrub.fill("29")
    before = cliff.shown()
    assert before["at"] == "update 29 of 200"
    assert before["balls"]["free"] == "visible"
    cliff.button("Step").click()
    after = cliff.shown()
    assert after["at"] == "update 30 of 200"
    assert after["balls"]["free"] == "hidden"
    path = CliffStudy().paths()[0]
    assert f"At w = {number(path.w[29])}, b = {number(path.b[29])}" in before["resting"]
    cliff.button("with clipping").click()
    followed = cliff.shown()
    assert followed["followed"] == ["with clipping"]
    path = CliffStudy().paths()[1]
    assert f"At w = {number(path.w[30])}, b = {number(path.b[30])}" in followed["resting"]


def test_the_cause_is_the_units_own_run_at_the_point(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True, point="drop", w="5", b="-2.5")
    shown = cliff.shown()
    assert shown["resting"].startswith("At w = 5, b = −2.5")
    for place in resting_places(5.0, -2.5).x:
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
    heights = cliff.page.locator("svg.product [data-product]").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('d'))"
    )
    bars = sorted(
        (float(x), float(base) - float(y))
        for d in heights[:2]
        for x, base, y in re.findall(r"M([\d.]+),([\d.]+)V([\d.]+)", d)
    )
    assert np.corrcoef([tall for _, tall in bars], np.log10(run.factors))[0, 1] > 0.999
    words = cliff.say(*cliff.middle("svg.product"))
    found = re.fullmatch(r"Step (\d+): from step (\d+) to \d+ the error is multiplied by (\S+); .* by (\S+)\.", words)
    assert found is not None
    t = int(found[1])
    assert found[3] == number(run.factors[t])
    assert found[4] == power(run.log10_product[t] / np.log10(2.0))
    cliff.button("steepest update").click()
    path = CliffStudy(w=5.0, b=-2.5).paths()[0]
    w = path.w[int(path.norm[: path.sure + 1].argmax())]
    assert cliff.shown()["resting"].startswith(f"At w = {number(w)}, ")


def colours(page: Page, columns: list[int], rows: list[int]) -> Any:
    """What the map's canvas holds at some of its points, rows from the top."""
    return page.evaluate(
        """([columns, rows]) => {
          const context = stage().querySelector(".heatmap canvas").getContext("2d");
          return columns.map((column, k) => Array.from(context.getImageData(column, rows[k], 1, 1).data).slice(0, 3));
        }""",
        [columns, rows],
    )


def test_colours_and_words_of_the_map_are_the_engines(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
    surface = map_surface(CliffStudy())
    columns, rows = [3, 100, 180, 200, 310], [210, 50, 130, 90, 20]
    there = (ROWS - 1 - np.array(rows), np.array(columns))
    stops = [[int(stop[k : k + 2], 16) for k in (1, 3, 5)] for stop in theme_message()["light"]["magnitude"]]
    scales = {"error E": surface.error[there] / 0.49, "gradient norm": (np.log10(surface.steepness[there]) + 3.0) / 5.0}
    for name, share in scales.items():
        cliff.button(name).click()
        cliff.shown()
        at = np.clip(share, 0.0, 1.0) * (len(stops) - 1)
        expected = np.stack([np.interp(at, range(len(stops)), channel) for channel in np.transpose(stops)], axis=1)
        np.testing.assert_allclose(colours(cliff.page, columns, rows), expected, atol=3.0)  # of 256 shades
    assert np.ptp(expected) > 30.0
    assert cliff.shown()["points"] == COLUMNS
    found = re.fullmatch(r"w (\S+), b (\S+): error (\S+), gradient norm (\S+)", cliff.say(*cliff.place(6.0, -2.0)))
    assert found is not None
    path = CliffStudy(w=6.0, b=-2.0).paths()[0]
    w, b, error, norm = (float(words.replace("−", "-")) for words in found.groups())
    assert (w, b) == pytest.approx((6.0, -2.0), abs=0.01)
    assert (error, norm) == pytest.approx((path.error[0], path.norm[0]), rel=0.03)


def test_the_latch_stores_below_its_threshold_only(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
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
    assert cliff.told()[-1] == CliffStudy(latch_w=3.0, latch_u=-1.5)


def test_in_the_app_what_is_let_go_of_reaches_link_and_surface_and_a_preset_starts_anew(page: Page) -> None:
    cliff = open_cliff(page, rate="0.3")
    sharp = cliff.shown()["surface"]
    cliff.slider("steps").fill("20")
    page.wait_for_url(re.compile(r"rate=0\.3&T=20"))
    smooth = cliff.until(f"s.points === {COLUMNS} && s.surface !== a", sharp)
    assert_says_the_engines(smooth["said"], CliffStudy(rate=0.3, steps=20))
    page.get_by_role("button", name="At the wall", exact=True).click()
    page.wait_for_url(re.compile(r"the_cliff$"))
    anew = cliff.until("s.sliders.rate === '0.1' && s.playing")
    assert_says_the_engines(anew["said"], CliffStudy())
    page.go_back()
    back = cliff.until("s.sliders.steps === '20' && s.surface === a", smooth["surface"])
    assert_says_the_engines(back["said"], replace(CliffStudy(), rate=0.3, steps=20))
