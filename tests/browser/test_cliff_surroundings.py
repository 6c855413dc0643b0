"""The cliff around its pictures: what is taken home, links, telephone, projector, frame, dark, reduced motion."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.cliff.resting import run_latch, run_unit
from engine.studies.cliff.study import CliffStudy
from figures.theme import BALLS
from tests.browser.cliff import Cliff, assert_says_the_engines, bare_cliff, open_cliff

Open = Callable[..., Page]
PICTURES = ("map", "hill", "far", "cause", "product", "latch")
SLIDERS = ("rate", "threshold", "momentum", "count", "steps")
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('[data-testid="stMain"]')]
  .map((e) => e.scrollWidth - e.clientWidth)"""


def saved(cliff: Cliff, panel: str, kind: str) -> tuple[str, Path]:
    """The name and the place of the file that a button saves."""
    with cliff.page.expect_download() as waiting:
        cliff.tool(panel, kind).click()
    return waiting.value.suggested_filename, Path(waiting.value.path())


def rows(cliff: Cliff, panel: str) -> list[dict[str, str]]:
    with saved(cliff, panel, "CSV")[1].open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_every_picture_is_saved_whole_and_says_what_it_shows(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True, rate="0.3")
    said = {}
    for panel in PICTURES:
        name, file = saved(cliff, panel, "SVG")
        picture = ElementTree.fromstring(file.read_text(encoding="utf-8"))
        said[name] = " ".join(picture.itertext())
        images = [value for e in picture.iter() for name, value in e.attrib.items() if name.endswith("href")]
        assert len(images) == (panel in ("map", "hill"))
        assert sum("data-ramp" in e.attrib for e in picture.iter()) == 9 * (panel == "map")  # its scale of colours
        assert all(image.startswith("data:image/png") for image in images)  # the file needs nothing else
    assert len(said) == len(PICTURES)
    for name in ("cliff-map.svg", "cliff-landscape.svg", "cliff-to-scale.svg"):
        assert "without clipping" in said[name]
        assert "Dropped at w = 4.8, b = −2.1; T = 50, target 0.7, start 0.5." in said[name]
        assert "Rate 0.3, clip at 1, momentum 0, 200 updates." in said[name]
    assert "x = tanh(2 x + 0) from 0.3." in said["latch.svg"]
    name, file = saved(cliff, "hill", "PNG")
    assert name == "cliff-landscape.png"
    assert file.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_tables_hold_both_paths_to_the_bit_and_every_factor(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True, w="5", b="-2.5", momentum="0.7", latch="1.5", u="0.1", point="drop")
    drop = CliffStudy(w=5.0, b=-2.5, momentum=0.7)
    table = rows(cliff, "map")
    assert [int(row["update"]) for row in table] == list(range(drop.count + 1))
    for how, path in zip(("without", "with"), drop.paths(), strict=True):
        for name, values in (("w", path.w), ("b", path.b), ("error", path.error), ("gradient norm", path.norm)):
            assert [float(row[f"{name} {how} clipping"]) for row in table] == values.tolist()
        decided = [int(row[f"decided by rounding {how} clipping"]) for row in table]
        assert decided == [0] * (path.sure + 1) + [1] * (drop.count - path.sure)
    for panel, run in (("product", run_unit(5.0, -2.5)), ("latch", run_latch(1.5, 0.1, 50, 0.3))):
        table = rows(cliff, panel)
        np.testing.assert_allclose([float(row["x"]) for row in table], run.x, rtol=1e-9)
        factors = [float(row["factor to the next step"]) for row in table[:-1]]
        np.testing.assert_allclose(factors, run.factors, rtol=1e-8)
        np.testing.assert_allclose([float(row["log10 |dx_T/dx|"]) for row in table], run.log10_product, atol=1e-8)


def copied(cliff: Cliff) -> dict[str, str]:
    """The query of the link that the cliff copies."""
    cliff.page.evaluate("navigator.clipboard.writeText('')")
    cliff.button("Copy link to this view").click()
    cliff.page.wait_for_function("navigator.clipboard.readText()")
    link = cliff.page.evaluate("navigator.clipboard.readText()")
    return dict(parse_qsl(urlsplit(link).query))


def test_a_copied_link_brings_back_what_a_hand_has_done_though_the_server_has_not_answered(bare_page: Open) -> None:
    page = bare_page(permissions=["clipboard-read", "clipboard-write"])
    cliff = bare_cliff(page)
    assert copied(cliff) == {}
    cliff.button("Show all").click()
    assert copied(cliff) == {"update": "200"}  # and so it stays where the page is shown anew, as to present it
    cliff = bare_cliff(page, momentum="0.7")
    cliff.slider("momentum").fill("0")
    cliff.slider("rate").fill("260")
    cliff.slider("latch_u").fill("0.25")
    cliff.button("gradient norm").click()
    cliff.button("with clipping").click()
    cliff.scrub.fill("12")
    before = cliff.shown()
    link = copied(cliff)
    assert set(link) == {"rate", "u", "map", "ball", "update"}
    after = bare_cliff(page, **link).shown()
    assert not after["playing"]
    for name in ("said", "followed", "paths", "surface", "sliders", "at", "resting", "product", "latch"):
        assert after[name] == before[name], name


def test_a_telephone_never_scrolls_sideways_and_a_finger_finds_everything(bare_page: Open) -> None:
    size: Any = {"width": 390, "height": 844}
    cliff = bare_cliff(bare_page(viewport=size, has_touch=True), still=True)
    assert max(cliff.page.evaluate(SIDEWAYS)) <= 0
    shown = cliff.shown()
    assert 0 <= shown["map"]["left"] < shown["map"]["right"] <= 390
    order = cliff.page.evaluate(
        """() => [".map .heatmap", ".verdicts", ".sliders", ".panel.hill"]
          .map((part) => stage().querySelector(part).getBoundingClientRect().top)"""
    )
    assert order == sorted(order)
    small = cliff.page.evaluate(
        """() => [...stage().querySelectorAll("button, input")].filter((e) => {
          const { width, height } = e.getBoundingClientRect();
          return width && (height < 40 || width < 40);
        }).map((e) => e.textContent || e.name || e.className)"""
    )
    assert small == []


@pytest.mark.parametrize(("layout", "width", "height"), [("presenter", 1280, 720), ("frame", 800, 600)])
def test_what_is_presented_stands_on_one_screen(bare_page: Open, layout: str, width: int, height: int) -> None:
    size: Any = {"width": width, "height": height}
    cliff = bare_cliff(bare_page(viewport=size), still=True, layout=layout, rate="0.02", updates="400")
    cliff.shown()
    shown = cliff.shown()  # the second time in the room that the words leave
    assert_says_the_engines(shown["said"], CliffStudy(rate=0.02, count=400))
    assert shown["map"]["height"] > 150
    bottoms = cliff.page.evaluate(
        """() => [...stage().querySelectorAll(".main, .map .bar, .sliders")]
          .map((e) => [e.className, e.getBoundingClientRect().bottom])"""
    )
    assert {name: bottom for name, bottom in bottoms if "sliders" not in name and bottom > height} == {}
    assert cliff.page.locator(".cliff .sliders").is_visible()
    assert max(cliff.page.evaluate(SIDEWAYS)) <= 0
    sizes = cliff.page.evaluate(
        """() => [...stage().querySelectorAll("svg.map-picture text")]
          .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= (16 if layout == "presenter" else 12)
    for panel in ("hill", "far", "cause", "product", "latch"):
        assert cliff.page.locator(f".cliff .panel.{panel}").is_visible() == (layout == "presenter")


def test_the_palette_follows_the_readers_theme(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(), still=True)
    light = cliff.shown()
    assert light["colours"] == {name: shade.light for name, shade in BALLS.items()}
    cliff.page.evaluate("document.documentElement.classList.add('dark')")
    dark = cliff.until("s.colours.free === a", BALLS["free"].dark)
    assert dark["colours"] == {name: shade.dark for name, shade in BALLS.items()}
    assert dark["surface"] != light["surface"]
    assert dark["hill"] != light["hill"]


def test_with_reduced_motion_the_whole_paths_are_there_at_once(bare_page: Open) -> None:
    cliff = bare_cliff(bare_page(reduced_motion="reduce"))
    shown = cliff.shown()
    assert (shown["at"], shown["playing"]) == ("update 200 of 200", False)
    cliff.page.mouse.click(*cliff.place(5.2, -2.0))
    after = cliff.shown()
    assert (after["at"], after["playing"]) == ("update 200 of 200", False)
    (drop,) = cliff.told()
    assert_says_the_engines(after["said"], drop)


def test_in_the_app_the_map_stands_above_the_fold_on_every_screen(page: Page) -> None:
    cliff = open_cliff(page, update="12")
    assert cliff.shown()["map"]["bottom"] < 800
    for name in SLIDERS:
        box = cliff.slider(name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 900
    before = cliff.shown()["font"]
    page.get_by_role("button", name="Present").click()
    presented = cliff.until("s.font > a", before * 1.3)
    assert presented["map"]["bottom"] < 900
    assert presented["at"] == "update 12 of 200"
    assert cliff.address() == {"update": "12", "present": "1"}
    page.get_by_role("button", name="Leave").click()
    cliff.until("s.font === a", before)
    page.set_viewport_size({"width": 390, "height": 844})
    small = cliff.until("s.map.width < 390")
    assert small["map"]["bottom"] < 844
    assert max(page.evaluate(SIDEWAYS)) <= 0
