"""The page around the lab: presenter, dark theme, telephone, a zoomed figure, and no other host."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from engine.studies.vanish.study import VanishStudy
from figures.theme import CELLS, GROUND, ROLES
from tests.browser.vanish import PATH, open_lab, ready, verdicts

SMALL = {"T": "12", "H": "3"}
PAGES = pytest.mark.parametrize("path", ["/", PATH])


def rgb(colour: str) -> str:
    """#rrggbb as a browser computes it."""
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_presenter_mode_by_the_button_hides_the_menu_and_enlarges_the_type(page: Page) -> None:
    lab = open_lab(page, still=True, **SMALL)
    menu = page.get_by_test_id("stSidebar")
    assert menu.is_visible()
    before = lab.shown()["font"]
    page.get_by_role("button", name="Present").click()
    lab.until("s.font > a && s.steps === 12", before * 1.3)  # it plays anew from the loss
    menu.wait_for(state="hidden")
    assert lab.address() == {**SMALL, "present": "1"}
    page.get_by_role("button", name="Leave").click()
    lab.until("s.font === a", before)
    menu.wait_for(state="visible")
    assert lab.address() == SMALL


@PAGES
def test_presenter_mode_by_the_link(page: Page, path: str) -> None:
    lab = open_lab(page, path, present="1")
    assert lab.shown()["font"] > 18
    assert not page.get_by_test_id("stSidebar").is_visible()


def painted(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        """() => ({
          line: getComputedStyle(lab().querySelector('[data-line="dh-tanh"]')).stroke,
          box: getComputedStyle(lab().querySelector("svg.chain circle")).fill,
          ground: getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor,
          heat: lab().querySelector(".heatmap canvas").toDataURL(),
          map: lab().querySelector(".landscape canvas").toDataURL(),
        })"""
    )
    return found


def test_the_palette_follows_the_readers_theme_while_the_page_is_open(page: Page) -> None:
    lab = open_lab(page, still=True, **SMALL)
    light = painted(page)
    assert (light["line"], light["box"]) == (rgb(CELLS["tanh"].light), rgb(ROLES["gradient"].light))
    assert light["ground"] == rgb(GROUND.light)
    page.emulate_media(color_scheme="dark")
    lab.until("s.strokes['dh-tanh'] === a", CELLS["tanh"].dark)
    dark = painted(page)
    assert (dark["line"], dark["box"]) == (rgb(CELLS["tanh"].dark), rgb(ROLES["gradient"].dark))
    assert dark["ground"] == rgb(GROUND.dark)
    assert dark["heat"] != light["heat"]
    assert dark["map"] != light["map"]


def test_a_plotly_figure_is_dark_in_the_dark(whole_page: Page) -> None:
    page = whole_page
    page.emulate_media(color_scheme="dark")
    open_lab(page, still=True, **SMALL)
    stroke = "() => getComputedStyle(document.querySelector('.js-plotly-plot .lines path.js-line')).stroke"
    page.locator(".js-plotly-plot .lines path.js-line").wait_for()
    assert page.evaluate(stroke) == rgb(ROLES["gradient"].dark)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"(wanted) => ({stroke})() === wanted", arg=rgb(ROLES["gradient"].light))


@PAGES
def test_a_telephone_shows_the_picture_first_and_never_scrolls_sideways(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    lab = open_lab(page, path, still=True)
    sideways = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('[data-testid="stMain"]')]
          .map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert max(sideways) <= 0
    picture = lab.shown()["chainBox"]
    assert picture["left"] >= 0
    assert picture["right"] <= 390
    controls = page.locator(".st-key-controls")
    if controls.count():
        box = controls.bounding_box()
        assert box is not None
        assert picture["bottom"] < box["y"]
        assert controls.get_by_test_id("stNumberInput").count() == 5


def test_the_picture_stands_above_the_fold(page: Page) -> None:
    shown = open_lab(page, still=True).shown()
    assert shown["chainBox"]["bottom"] < 900
    assert max(dot["bottom"] for dot in shown["dots"]) < 900


def test_a_zoomed_figure_keeps_its_zoom_and_its_place_in_the_page(whole_page: Page) -> None:
    page = whole_page
    lab = open_lab(page, still=True, **SMALL)
    factors = page.get_by_label("Factors", exact=True)
    factors.fill("0.9^12")
    factors.press("Control+Enter")
    plot = page.locator(".js-plotly-plot")
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
    ready(lab)
    assert page.evaluate(x_range) == zoomed
    assert page.evaluate("() => document.querySelector('.js-plotly-plot').kept")


def test_everything_comes_from_this_server(profile: Callable[..., BrowserContext], server: str) -> None:
    context = profile()
    blocked: list[str] = []

    def alone(url: str) -> bool:
        return not url.startswith((server, "data:", "blob:"))

    context.route(alone, lambda route: (blocked.append(route.request.url), route.abort()))
    page = context.new_page()
    for path in ("/", PATH):
        open_lab(page, path, still=True)
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert blocked == []


def test_a_long_run_shows_a_first_look_while_the_other_scales_are_computed(page: Page) -> None:
    page.add_init_script(
        """const look = () => {
          const said = window.lab?.()?.querySelector(".said")?.textContent;
          if (said) window.first = { said, waits: lab().ariaBusy === "true" };
          else requestAnimationFrame(look);
        };
        look();"""
    )
    experiment = VanishStudy(cells=("gru",), steps=1000, hidden=48, seed=31)
    lab = open_lab(page, **experiment.to_query())
    first = page.evaluate("first")
    assert first["waits"]
    assert [first["said"]] == lab.shown()["verdicts"] == verdicts(experiment, 1.0)
