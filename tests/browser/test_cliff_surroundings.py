"""The cliff around its pictures: what is taken home, links, telephone, presenter, dark, reduced motion."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page

from engine.studies.cliff.resting import run_latch, run_unit
from engine.studies.cliff.study import CliffStudy
from figures.theme import BALLS
from tests.browser.cliff import Cliff, assert_says_the_engines, open_cliff
from tests.browser.test_take_home import saved, tool

PICTURES = ("map", "hill", "far", "cause", "product", "latch")


def rows(page: Page, panel: str, folder: Path) -> list[dict[str, str]]:
    with saved(page, tool(page, panel, "CSV"), folder).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_picture_is_saved_as_png_and_svg(page: Page, tmp_path: Path) -> None:
    open_cliff(page, still=True)
    names = set()
    for panel in PICTURES:
        png = saved(page, tool(page, panel, "PNG"), tmp_path)
        assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        svg = saved(page, tool(page, panel, "SVG"), tmp_path)
        names |= {png.stem, svg.stem}
        picture = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
        assert len(list(picture.iter())) > 3
        for element in picture.iter():
            links = [value for name, value in element.attrib.items() if name.endswith("href")]
            assert all(link.startswith("data:image/png") for link in links)  # the file needs nothing else
            assert "var(" not in "".join(element.attrib.values())
    assert len(names) == len(PICTURES)


def test_the_csv_of_the_map_holds_both_paths_to_the_bit(page: Page, tmp_path: Path) -> None:
    open_cliff(page, still=True, preset="momentum")
    table = rows(page, "map", tmp_path)
    drop = CliffStudy(momentum=0.7)
    assert [int(row["update"]) for row in table] == list(range(drop.count + 1))
    for how, path in zip(("without", "with"), drop.paths(), strict=True):
        for name, values in (("w", path.w), ("b", path.b), ("error", path.error), ("gradient norm", path.norm)):
            assert [float(row[f"{name} {how} clipping"]) for row in table] == values.tolist()


def test_the_csv_of_the_products_hold_every_factor(page: Page, tmp_path: Path) -> None:
    cliff = open_cliff(page, still=True, w="5", b="-2.5", latch="1.5", u="0.1")
    cliff.button("where dropped").click()
    cliff.until("s.resting.startsWith('At w = 5,')")
    for panel, run in (("product", run_unit(5.0, -2.5)), ("latch", run_latch(1.5, 0.1, 50, 0.3))):
        table = rows(page, panel, tmp_path)
        np.testing.assert_allclose([float(row["x"]) for row in table], run.x, rtol=1e-9)
        factors = [float(row["factor to the next step"]) for row in table[:-1]]
        np.testing.assert_allclose(factors, run.factors, rtol=1e-8)
        np.testing.assert_allclose([float(row["log10 |dx_T/dx|"]) for row in table], run.log10_product, atol=1e-8)


def test_a_copied_link_brings_the_whole_view_back(profile: Callable[..., BrowserContext]) -> None:
    page = profile(permissions=["clipboard-read", "clipboard-write"]).new_page()
    cliff = open_cliff(page, still=True, preset="top")
    cliff.slider("rate").fill("260")
    cliff.slider("latch_u").fill("0.25")
    cliff.button("gradient norm").click()
    cliff.button("with clipping").click()
    page.locator(".cliff input.scrub").fill("12")
    before = cliff.shown()
    cliff.button("Copy link to this view").click()
    page.locator('.status [role="status"]').filter(has_text="copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    other = open_cliff(profile().new_page(), link)
    after = other.until("s.points === 360")
    assert not after["playing"]
    for name in ("said", "followed", "paths", "surface", "sliders", "at", "resting", "product", "latch"):
        assert after[name] == before[name], name


def test_a_link_to_the_view_as_it_opens_is_the_plain_address(profile: Callable[..., BrowserContext]) -> None:
    page = profile(permissions=["clipboard-read", "clipboard-write"]).new_page()
    cliff = open_cliff(page, still=True)
    cliff.button("Copy link to this view").click()
    page.locator('.status [role="status"]').filter(has_text="copied").wait_for()
    assert re.fullmatch(r"http://[^/]+/the_cliff", page.evaluate("navigator.clipboard.readText()"))


def test_a_telephone_shows_the_map_first_and_never_scrolls_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    cliff = open_cliff(page, still=True)
    sideways = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('[data-testid="stMain"]')]
          .map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert max(sideways) <= 0
    shown = cliff.shown()
    assert shown["map"]["left"] >= 0
    assert shown["map"]["right"] <= 390
    assert shown["map"]["bottom"] < 844
    small = page.evaluate(
        """() => [...cliff().querySelectorAll("button, input")].filter((e) => {
          const { width, height } = e.getBoundingClientRect();
          return width && (height < 40 || width < 40);
        }).map((e) => e.textContent || e.name || e.className)"""
    )
    assert small == []


def test_presenter_mode_enlarges_the_type_and_keeps_the_picture(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    before = cliff.shown()["font"]
    page.get_by_role("button", name="Present").click()
    cliff.until("s.font > a", before * 1.3)
    assert cliff.address() == {"present": "1"}
    assert cliff.shown()["map"]["bottom"] < 900
    page.get_by_role("button", name="Leave").click()
    cliff.until("s.font === a", before)


def test_the_picture_stands_above_the_fold(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    assert cliff.shown()["map"]["bottom"] < 800
    for name in ("rate", "threshold", "momentum", "count", "steps"):
        box = cliff.slider(name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 900


def test_the_palette_follows_the_readers_theme(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    light = cliff.shown()
    assert light["colours"] == {name: shade.light for name, shade in BALLS.items()}
    page.emulate_media(color_scheme="dark")
    dark = cliff.until("s.colours.free === a", BALLS["free"].dark)
    assert dark["colours"] == {name: shade.dark for name, shade in BALLS.items()}
    assert dark["surface"] != light["surface"]
    assert dark["hill"] != light["hill"]


def test_with_reduced_motion_the_whole_paths_are_there_at_once(profile: Callable[..., BrowserContext]) -> None:
    cliff = open_cliff(profile(reduced_motion="reduce").new_page())
    shown = cliff.shown()
    assert not shown["playing"]
    assert shown["at"] == "update 200 of 200"
    cliff.page.mouse.click(*cliff.place(5.2, -2.0))
    cliff.page.wait_for_url(re.compile(r"w=5\."))
    after = cliff.shown()
    assert not after["playing"]
    assert_says_the_engines(after["said"], cliff.drop())


@pytest.mark.parametrize("query", [{"w": "abc"}, {"window": "7,4,0,1"}, {"rate": "<b>x</b>"}])
def test_a_broken_link_is_answered_by_a_sentence_and_a_living_page(page: Page, query: dict[str, str]) -> None:
    cliff = open_cliff(page, still=True, **query)
    sentence = page.locator("p.said")
    assert (sentence.text_content() or "").startswith(f"{next(iter(query))}: ")
    assert sentence.locator("b").count() == 0
    cliff.slider("rate").fill("250")
    assert_says_the_engines(cliff.shown()["said"], CliffStudy(rate=float(cliff.shown()["sliders"]["rate"])))


def test_the_explanations_open_and_close(page: Page) -> None:
    cliff = open_cliff(page, still=True)
    for button in page.locator(".cliff .info").all():
        button.click()
        explanation = page.locator(".cliff .help")
        explanation.wait_for(state="visible")
        assert len(explanation.text_content() or "") > 100
        page.keyboard.press("Escape")
        explanation.wait_for(state="hidden")
    assert isinstance(cliff, Cliff)
