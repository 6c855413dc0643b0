"""What a visitor takes home from the walk: exact numbers, pictures, and a file that plays by itself."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from playwright.sync_api import Browser, Page

from figures.words import LOG10_2
from tests.browser.bare import HELD
from tests.browser.unroll import Unroll, bare_unroll, run_of

Open = Callable[..., Page]
DEEP = {"example": "text", "text": "one two", "cell": "lstm", "layers": "2", "H": "4"}
NASTY = "</script><script>document.title='out'</script><!-- =1+1 שלום e\u0301 👨‍👩‍👧‍👦"


def saved(walk: Unroll, place: str, name: str, folder: Path) -> Path:
    """The file that a button of a panel saves."""
    with walk.page.expect_download() as waiting:
        walk.tool(place, name).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def test_the_csv_holds_every_number_of_the_engine_exactly(bare_page: Open, tmp_path: Path) -> None:
    walk = bare_unroll(bare_page(), **DEEP, step="2")
    file = saved(walk, ".walk", "CSV", tmp_path)
    assert file.name == "unrolled.csv"
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    run = run_of(**DEEP)
    (part,) = run.parts
    assert [int(row["step"]) for row in rows] == list(range(1, part.trace.steps + 1))

    def column(name: str) -> list[float]:
        return [float(row[name].replace("Infinity", "inf")) for row in rows]

    for layer, (one, back) in enumerate(zip(part.trace.layers, part.gradients.layers, strict=True), 1):
        trace = one.forward
        assert trace.c is not None
        for unit in range(4):
            assert column(f"layer {layer} h {unit + 1}") == trace.h[1:, 0, unit].tolist()
            assert column(f"layer {layer} c {unit + 1}") == trace.c[1:, 0, unit].tolist()
            for gate, values in trace.gates.items():
                assert column(f"layer {layer} {gate} {unit + 1}") == values[:, 0, unit].tolist()
        expected = back.directions[0].log2_dh[1:, 0] * LOG10_2
        np.testing.assert_array_equal(column(f"layer {layer} log10 |dL/dh|"), expected)
    for k, symbol in enumerate(run.walkthrough.vocabulary):
        name = "output ␣" if symbol == " " else f"output {symbol}"
        assert column(name) == run.outputs[:, k].tolist()
    assert [float(row["loss"]) for row in rows if row["loss"]] == run.losses.tolist()


def test_each_picture_is_saved_with_what_it_shows(bare_page: Open, tmp_path: Path) -> None:
    walk = bare_unroll(bare_page(), example="text", text="a<b>&c", cell="gru", H="4", step="3")
    wanted = {
        ".walk": ("unrolled.svg", [*"a<b>&c", "step 3"], walk.shown()["sentence"]),
        ".panel.outputs": ("unroll-outputs.svg", [*"a<b>&c"], "a dot where the target is"),
        ".panel.map:not(.outputs, .pins)": ("unroll-h.svg", [*"1234"], "Hidden state h: hidden layer; units down"),
    }
    for place, (name, marks, words) in wanted.items():
        file = saved(walk, place, "SVG", tmp_path)
        assert file.name == name
        picture = ElementTree.fromstring(file.read_text(encoding="utf-8"))
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        texts = ["".join(text.itertext()) for text in picture.iter("{http://www.w3.org/2000/svg}text")]
        assert set(marks) <= set(texts)
        said = " ".join(part.text or "" for part in picture.iter("{http://www.w3.org/2000/svg}tspan"))
        assert words in said
        for element in picture.iter():
            links = [value for key, value in element.attrib.items() if key.endswith("href")]
            assert all(link.startswith("data:image/png") for link in links)  # the file needs nothing else
            assert "var(" not in "".join(element.attrib.values())


def test_the_saved_page_plays_from_the_start_and_shows_the_same(
    bare_page: Open, chromium: Browser, tmp_path: Path
) -> None:
    query = {**DEEP, "text": NASTY, "both": "1"}
    walk = bare_unroll(bare_page(), **query, step="3", unit="2", row="2")
    there = walk.shown()
    file = saved(walk, ".walk", "HTML", tmp_path)
    context = chromium.new_context(viewport={"width": 1000, "height": 800}, offline=True)
    context.add_init_script(HELD)
    alone, errors = context.new_page(), []
    alone.on("pageerror", lambda error: errors.append(f"{error}"))
    alone.add_init_script(Unroll.script())
    alone.goto(file.as_uri())
    copy = Unroll(alone)
    assert (copy.shown()["t"], copy.shown()["playing"]) == (1, True)
    alone.evaluate("unrolledTime.pass(1)")
    assert copy.shown()["playing"]
    copy.scrub.fill("3")
    here = copy.shown()
    assert (here["t"], here["playing"]) == (3, False)
    for name in ("sentence", "equations", "maps", "reading"):
        assert here[name] == there[name], name
    for name in ("fills", "names", "chances", "enters"):
        assert here["columns"]["3"][name] == there["columns"]["3"][name], name
    assert alone.locator(".eq input.weight:not([readonly])").count() == 0  # there is no server to run another network
    assert alone.title() == "Unrolled: step by step"
    assert errors == []
    context.close()
