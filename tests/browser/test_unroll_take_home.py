"""What a visitor takes home from the walk: exact numbers, pictures, and a file that plays by itself."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, Request

from figures.words import LOG10_2
from tests.browser.unroll import FIND, Unroll, open_unroll, run_of

DEEP = {"example": "text", "text": "one two", "cell": "lstm", "layers": "2", "H": "4"}
NASTY = "</script><script>document.title='out'</script><!-- =1+1 שלום e\u0301 👨‍👩‍👧‍👦"


def saved(page: Page, button: Locator, folder: Path) -> Path:
    """The file that a button saves."""
    with page.expect_download() as waiting:
        button.click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def tool(page: Page, place: str, name: str) -> Locator:
    return page.locator(f".unroll {place} .tools").first.get_by_role("button", name=name, exact=True)


def test_the_csv_holds_every_number_of_the_engine_exactly(page: Page, tmp_path: Path) -> None:
    open_unroll(page, **DEEP, step="2")
    with saved(page, tool(page, ".walk", "CSV"), tmp_path).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    run = run_of(**DEEP)
    (part,) = run.parts
    assert [int(row["step"]) for row in rows] == list(range(1, part.trace.steps + 1))

    def column(name: str) -> list[float]:
        return [float(row[name]) for row in rows]

    for layer, (one, back) in enumerate(zip(part.trace.layers, part.gradients.layers, strict=True), 1):
        trace = one.forward
        assert trace.c is not None
        for unit in range(4):
            assert column(f"layer {layer} h {unit + 1}") == trace.h[1:, 0, unit].tolist()
            assert column(f"layer {layer} c {unit + 1}") == trace.c[1:, 0, unit].tolist()
            for gate, values in trace.gates.items():
                assert column(f"layer {layer} {gate} {unit + 1}") == values[:, 0, unit].tolist()
        expected = back.directions[0].log2_dh[1:, 0] * LOG10_2
        np.testing.assert_array_equal(column_or_minus_infinity(rows, f"layer {layer} log10 |dL/dh|"), expected)
    for k, symbol in enumerate(run.walkthrough.vocabulary):
        name = "output ␣" if symbol == " " else f"output {symbol}"
        assert column(name) == run.outputs[:, k].tolist()
    assert [float(row["loss"]) for row in rows if row["loss"]] == run.losses.tolist()


def column_or_minus_infinity(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name].replace("Infinity", "inf")) for row in rows])


def test_each_picture_is_saved_as_png_and_svg(page: Page, tmp_path: Path) -> None:
    open_unroll(page, example="text", text="a<b>&c", cell="gru", H="4", step="3")
    for place in (".walk", ".panel.outputs", ".panel.map:not(.outputs)"):
        png = saved(page, tool(page, place, "PNG"), tmp_path)
        assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        assert int.from_bytes(png.read_bytes()[16:20], "big") > 1000
        picture = ElementTree.fromstring(saved(page, tool(page, place, "SVG"), tmp_path).read_text(encoding="utf-8"))
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(list(picture.iter())) > 8
        for element in picture.iter():
            links = [value for name, value in element.attrib.items() if name.endswith("href")]
            assert all(link.startswith("data:image/png") for link in links)  # the file needs nothing else
            assert "var(" not in "".join(element.attrib.values())


@pytest.mark.parametrize("query", [{}, {**DEEP, "both": "1"}, {"example": "text", "text": NASTY}], ids=str)
def test_the_saved_page_opens_by_itself_and_plays(
    page: Page, chromium: Browser, tmp_path: Path, query: dict[str, str]
) -> None:
    walk = open_unroll(page, **query, step="3")
    there = walk.shown()
    file = saved(page, walk.button("HTML"), tmp_path)
    assert file.suffix == ".html"
    source = file.read_text(encoding="utf-8")
    assert NASTY not in source
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    alone, asked, errors = context.new_page(), [], []

    def note(request: Request) -> None:
        asked.append(request.url)

    alone.on("request", note)
    alone.on("pageerror", lambda error: errors.append(f"{error}"))
    alone.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    alone.add_init_script(FIND)
    alone.goto(file.as_uri())
    copy = Unroll(alone)
    copy.until("s.playing && s.t >= 2")
    alone.keyboard.press("Tab")
    copy.scrub.evaluate("(slider) => { slider.value = 3; slider.dispatchEvent(new Event('input')); }")
    here = copy.until("s.t === 3 && !s.playing")
    assert here["sentence"] == there["sentence"]
    for name in ("fills", "names", "chances", "enters"):
        assert here["columns"]["3"][name] == there["columns"]["3"][name], name
    assert not copy.button("HTML").is_visible()  # there is no server to make another of
    assert alone.evaluate("document.scripts.length") == 2  # the message and the program
    assert alone.title() == "Unrolled: step by step"
    assert [url for url in asked if urlsplit(url).scheme not in ("file", "data", "blob")] == []
    assert errors == []
    context.close()
