"""What a visitor takes home: pictures, numbers, and a link that brings the view back."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from engine.cells import CELLS
from engine.studies.vanish.seeds import other_seeds, spread
from engine.studies.vanish.study import VanishStudy
from figures.table import MEDIAN
from figures.words import LOG10_2
from tests.browser.vanish import Vanish, open_bare, run

SMALL = VanishStudy(steps=20, hidden=6)
QUERY = {"T": "20", "H": "6"}
PICTURES = ("chain-panel", "curve", "why", "heat", "land")


@pytest.fixture
def page(bare_page: Callable[..., Page]) -> Page:
    return bare_page(viewport={"width": 1200, "height": 900})


def saved(page: Page, button: Locator, folder: Path) -> Path:
    """The file that a button saves."""
    with page.expect_download() as waiting:
        button.click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def tool(page: Page, panel: str, name: str) -> Locator:
    return page.locator(f".panel.{panel}").get_by_role("button", name=name, exact=True)


def test_each_picture_is_saved_as_png_and_svg(page: Page, tmp_path: Path) -> None:
    open_bare(page, still=True, **QUERY)
    names = set()
    for panel in PICTURES:
        png = saved(page, tool(page, panel, "PNG"), tmp_path)
        assert png.suffix == ".png"
        assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        width, height = (int.from_bytes(png.read_bytes()[at : at + 4], "big") for at in (16, 20))
        assert width > 1000
        assert height > 100
        svg = saved(page, tool(page, panel, "SVG"), tmp_path)
        assert svg.suffix == ".svg"
        names |= {png.stem, svg.stem}
        picture = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(list(picture.iter())) > 5
        for element in picture.iter():
            links = [value for name, value in element.attrib.items() if name.endswith("href")]
            assert all(link.startswith("data:image/png") for link in links)  # the file needs nothing else
            assert "var(" not in "".join(element.attrib.values())
    assert len(names) == len(PICTURES)


def test_the_csv_holds_the_engines_norms_unrounded(page: Page, tmp_path: Path) -> None:
    open_bare(page, still=True, **QUERY, scale="0.6")
    with saved(page, tool(page, "curve", "CSV"), tmp_path).open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    table = {name: np.array([float(row[k]) for row in rows]) for k, name in enumerate(header)}
    assert np.array_equal(table.pop("step"), np.arange(1, 21))
    assert np.array_equal(table.pop("recurrent scale"), np.full(20, 0.6))
    tanh, lstm, gru = (run(SMALL, cell, 0.6) for cell in SMALL.cells)
    assert lstm.log2_dc is not None
    assert tanh.log2_bound is not None
    bound = tanh.log2_dh[0, -1] + tanh.log2_bound[0] * (20 - np.arange(1, 21))
    for name, log2 in {
        "log10 |dL/dh| tanh RNN": tanh.log2_dh[0, 1:],
        "log10 bound tanh RNN": bound,
        "log10 |dL/dh| LSTM": lstm.log2_dh[0, 1:],
        "log10 |dL/dc| LSTM": lstm.log2_dc[0, 1:],
        "log10 |dL/dh| GRU": gru.log2_dh[0, 1:],
    }.items():
        np.testing.assert_allclose(table.pop(name), log2 * LOG10_2, rtol=0, atol=1e-12, err_msg=name)
    assert not table


def test_the_csv_of_the_growth_holds_both_parts_and_their_sum(page: Page, tmp_path: Path) -> None:
    open_bare(page, still=True, **QUERY, scale="0.6")
    with saved(page, tool(page, "why", "CSV"), tmp_path).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    for cell in SMALL.cells:
        found, title = run(SMALL, cell, 0.6), CELLS[cell].title
        saturation, weights, together = (
            np.array([float(row[f"log10 growth by {part} {title}"]) for row in rows])
            for part in ("saturation", "weights", "together")
        )
        np.testing.assert_allclose(saturation, found.log2_by_saturation[0] * LOG10_2, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(weights, found.log2_by_weights[0] * LOG10_2, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(together, saturation + weights, rtol=0, atol=1e-12)


def test_the_csv_of_the_curves_holds_the_other_seeds_that_are_shown(page: Page, tmp_path: Path) -> None:
    open_bare(page, still=True, **QUERY, seeds="1").until(
        "s.seeds.length && s.seeds.every((words) => words.includes(' to '))"
    )
    with saved(page, tool(page, "curve", "CSV"), tmp_path).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    found = spread(SMALL, "gru", other_seeds(SMALL)).log2_dh[:, 1:] * LOG10_2
    for rank, expected in zip(("10th percentile", MEDIAN, "90th percentile"), found, strict=True):
        column = [float(row[f"log10 |dL/dh| GRU, {rank} of 24 other seeds"]) for row in rows]
        np.testing.assert_allclose(column, expected, rtol=1e-5, atol=1e-6)


def view(vanish: Vanish) -> dict[str, object]:
    """What a link must bring back."""
    shown = vanish.shown()
    pressed = vanish.page.locator('.curve .segments button[aria-pressed="true"]').text_content()
    same = {name: shown[name] for name in ("scale", "step", "steps", "focused", "verdicts", "lines")}
    return {**same, "norms": pressed}


def test_a_copied_link_brings_the_whole_view_back(bare_page: Callable[..., Page]) -> None:
    page = bare_page(permissions=["clipboard-read", "clipboard-write"], viewport={"width": 1200, "height": 900})
    vanish = open_bare(page, still=True, **QUERY)
    vanish.scale.fill("20")  # the link must not wait for the server
    vanish.press_at(vanish.curves, 0.4)
    vanish.button("GRU").click()
    vanish.button("absolute").click()
    vanish.pass_time(0.5)
    vanish.button("Copy link to this view").click()
    page.locator('.share [role="status"]').filter(has_text="copied").wait_for()
    link, before = page.evaluate("navigator.clipboard.readText()"), view(vanish)
    assert before["scale"] == "1.20"
    query = dict(parse_qsl(urlsplit(link).query))
    assert query == {**QUERY, "scale": "1.2", "step": f"{before['step']}", "focus": "gru", "norms": "absolute"}
    there = open_bare(page, **query)
    assert view(there) == before
    assert not there.shown()["playing"]


def test_a_link_to_the_view_as_it_opens_is_the_plain_address(bare_page: Callable[..., Page]) -> None:
    page = bare_page(permissions=["clipboard-read", "clipboard-write"], viewport={"width": 1200, "height": 900})
    vanish = open_bare(page, still=True)
    vanish.press_at(vanish.curves, 0.999)
    assert vanish.shown()["step"] == 50
    vanish.button("Copy link to this view").click()
    page.locator('.share [role="status"]').filter(has_text="copied").wait_for()
    assert re.fullmatch(r"http://[^/]+/vanish_and_explode", page.evaluate("navigator.clipboard.readText()"))
