"""The page around the lab: presenter, dark theme, telephone, and a zoomed figure."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.vanish.families import SCALES
from engine.studies.vanish.study import VanishStudy
from figures.theme import CELLS, GROUND, ROLES
from figures.words import LOG10_2
from tests.browser.test_coming_back import settled
from tests.browser.test_vanish_take_home import saved
from tests.browser.vanish import PATH, open_vanish, ready, run, verdicts, whole_numbers

SMALL = {"T": "12", "H": "3"}
PAGES = pytest.mark.parametrize("path", ["/", PATH])


def rgb(colour: str) -> str:
    """#rrggbb as a browser computes it."""
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


# By what a link says, and the screens it is looked at on.
LAYOUTS = {"page": ({}, [(1440, 900)]), "presenter": ({"present": "1"}, [(1280, 720), (1920, 1080)])}
LAYOUTS["frame"] = ({"embed": "true"}, [(800, 600)])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_slider_verdicts_chain_and_curves_stand_on_one_screen(page: Page, layout: str) -> None:
    mode, screens = LAYOUTS[layout]
    curves = "svg.curves" if mode else "svg.curves circle"
    for number, (width, height) in enumerate(screens):
        page.set_viewport_size({"width": width, "height": height})
        if number == 0:
            open_vanish(page, still=True, **mode)
        for place in ('input[name="scale"]', ".verdict-row .said", "svg.chain", "button.play", curves):
            page.wait_for_function(
                """([place, height]) => Array.from(stage().querySelectorAll(place)).every((e) => {
                  const { top, bottom } = e.getBoundingClientRect();
                  return top >= 0 && bottom <= height + 1;
                })""",
                arg=[place, height],
            )
        size = "(e) => parseFloat(getComputedStyle(e).fontSize)"
        small = page.evaluate(f"() => Math.min(...Array.from(stage().querySelectorAll('svg text'), {size}))")
        assert small >= (16 if layout == "presenter" else 12)
    assert page.get_by_test_id("stSidebar").is_visible() == (layout == "page")


def painted(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        """() => ({
          line: getComputedStyle(stage().querySelector('[data-line="dh-tanh"]')).stroke,
          box: getComputedStyle(stage().querySelector("svg.chain circle")).fill,
          ground: getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor,
          heat: stage().querySelector(".states canvas").toDataURL(),
          map: stage().querySelector(".landscape canvas").toDataURL(),
        })"""
    )
    return found


def test_the_palette_follows_the_readers_theme_while_the_page_is_open(page: Page) -> None:
    vanish = open_vanish(page, still=True, **SMALL)
    page.locator(".panel.land").scroll_into_view_if_needed()
    page.locator('.stage[data-whole="true"]').wait_for()
    vanish.shown()
    light = painted(page)
    assert (light["line"], light["box"]) == (rgb(CELLS["tanh"].light), rgb(ROLES["gradient"].light))
    assert light["ground"] == rgb(GROUND.light)
    page.emulate_media(color_scheme="dark")
    vanish.until("s.strokes['dh-tanh'] === a", CELLS["tanh"].dark)
    dark = painted(page)
    assert (dark["line"], dark["box"]) == (rgb(CELLS["tanh"].dark), rgb(ROLES["gradient"].dark))
    assert dark["ground"] == rgb(GROUND.dark)
    assert dark["heat"] != light["heat"]
    assert dark["map"] != light["map"]


def test_a_plotly_figure_is_dark_in_the_dark_and_saved(whole_page: Page, tmp_path: Path) -> None:
    page = whole_page
    page.emulate_media(color_scheme="dark")
    open_vanish(page, still=True, **SMALL)
    page.get_by_role("heading", name="One path, factor by factor").scroll_into_view_if_needed()
    stroke = "() => getComputedStyle(document.querySelector('.js-plotly-plot .lines path.js-line')).stroke"
    page.locator(".js-plotly-plot .lines path.js-line").wait_for()
    assert page.evaluate(stroke) == rgb(ROLES["gradient"].dark)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"(wanted) => ({stroke})() === wanted", arg=rgb(ROLES["gradient"].light))
    plot = page.locator(".js-plotly-plot")
    plot.hover()
    for name in ("Save as PNG", "Save as SVG"):
        file = saved(page, plot.locator(f'.modebar-btn[data-title="{name}"]'), tmp_path)
        assert file.name == f"running-product.{name[-3:].lower()}"
        assert file.stat().st_size > 1000


@PAGES
def test_a_telephone_shows_the_picture_first_and_never_scrolls_sideways(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    vanish = open_vanish(page, path, still=True)
    sideways = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('[data-testid="stMain"]')]
          .map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert max(sideways) <= 0
    picture = vanish.shown()["chainBox"]
    assert picture["left"] >= 0
    assert picture["right"] <= 390
    controls = page.locator(".st-key-controls")
    if controls.count():
        box = controls.bounding_box()
        assert box is not None
        assert picture["bottom"] < box["y"]
        assert controls.get_by_test_id("stTextInput").count() == 6
        for name, pad in (("Hidden units H", "decimal"), ("Forget gate bias", "")):  # a number pad has no minus
            field = controls.get_by_label(name, exact=True)
            field.dispatch_event("pointerdown")
            assert field.evaluate("field => field.inputMode") == pad


def test_a_zoomed_figure_keeps_its_zoom_and_its_place_in_the_page(whole_page: Page) -> None:
    page = whole_page
    vanish = open_vanish(page, still=True, **SMALL)
    factors = page.get_by_label("Factors", exact=True)
    factors.fill("0.9^12")
    factors.press("Control+Enter")
    plot = page.locator(".js-plotly-plot")
    factors.scroll_into_view_if_needed()
    x_range = "() => document.querySelector('.js-plotly-plot').layout.xaxis.range"
    page.wait_for_function(f"() => document.querySelector('.js-plotly-plot')?.layout && ({x_range})()[1] === 12.5")
    page.evaluate("() => { document.querySelector('.js-plotly-plot').kept = true; }")
    plot.scroll_into_view_if_needed()
    area = plot.locator(".nsewdrag").first.bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + 0.2 * area["width"], area["y"] + 0.5 * area["height"])
    page.mouse.down()
    page.mouse.move(area["x"] + 0.6 * area["width"], area["y"] + 0.5 * area["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(f"() => ({x_range})()[1] < 9")
    zoomed = page.evaluate(x_range)
    values = "() => Array.from(document.querySelector('.js-plotly-plot').calcdata[1], (point) => point.y)"
    before = page.evaluate(values)
    factors.fill("0.8^12")
    factors.press("Control+Enter")
    page.wait_for_function(f"(before) => JSON.stringify(({values})()) !== JSON.stringify(before)", arg=before)
    assert page.evaluate(x_range) == zoomed
    page.get_by_label("Seed", exact=True).fill("5")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.wait_for_url("**seed=5**")
    ready(vanish)
    assert page.evaluate(x_range) == zoomed
    assert page.evaluate("() => document.querySelector('.js-plotly-plot').kept")


def test_a_long_run_shows_a_first_look_at_once(page: Page) -> None:
    experiment = VanishStudy(cells=("gru",), steps=500, hidden=48, seed=31)
    vanish = open_vanish(page, **experiment.to_query())
    assert page.locator(".stage.vanish").get_attribute("data-whole") == "false"
    assert vanish.shown()["verdicts"] == verdicts(experiment, 1.0)
    vanish.scale.dispatch_event("pointerdown")
    page.locator('.stage[data-whole="true"]').wait_for(timeout=60_000)
    (whole,), (alone,) = vanish.shown()["verdicts"], verdicts(experiment, 1.0)
    assert whole.split("step 500:")[0] == alone.split("step 500:")[0]
    *_, steps = whole_numbers(whole)  # where float32 ends: many scales at once are summed in another order than one
    assert steps == pytest.approx(whole_numbers(alone)[-1], abs=4)


def test_the_table_of_every_scale_comes_from_the_server(page: Page, tmp_path: Path) -> None:
    open_vanish(page, still=True, T="20", H="6")
    study = VanishStudy(steps=20, hidden=6)
    button = page.get_by_test_id("stDownloadButton").get_by_role("button")
    button.scroll_into_view_if_needed()  # the maps beside it ask for every scale, and the button is made anew
    page.locator('.stage[data-whole="true"]').wait_for()
    settled(page)
    with saved(page, button, tmp_path).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["cell"], float(row["scale"])) for row in rows] == [(c, s) for c in study.cells for s in SCALES]
    norms = [float(row["log10 error at step 1 relative to step T"]) for row in rows if float(row["scale"]) == 1.0]
    runs = [run(study, cell, 1.0).log2_dh[0] for cell in study.cells]
    np.testing.assert_allclose(norms, [(log2[1] - log2[-1]) * LOG10_2 for log2 in runs], rtol=0, atol=1e-9)
