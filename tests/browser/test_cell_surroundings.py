"""Around the circuit: the link, a telephone, a projector and a frame, and what a visitor takes home."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page

from engine.studies.cell.gate_behaviour import memory, openness
from engine.studies.cell.study import CellStudy
from tests.browser.bare import PHONE, Profiles
from tests.browser.cell import BareInside, Inside, open_bare

Open = Callable[..., Page]


def test_the_link_brings_the_same_view_back(bare_page: Open) -> None:
    inside = open_bare(bare_page(), step="4", H="3", cell="gru")
    inside.button("backward").click()
    inside.circuit.press("+")
    inside.point_at_wire("z>kept", press=True)
    inside.page.get_by_label("lane 1, held before").fill("-2.5")
    before = inside.shown()
    inside.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    inside.button("Copy link to this view").click()
    link = inside.page.get_by_role("textbox", name="Link to this view").input_value()
    query = dict(parse_qsl(urlsplit(link).query))
    shown = {"step": "4", "unit": "2", "way": "backward", "show": "z>kept", "example": "-2.5,6,7;1,0,1;0,0,0"}
    assert query == {"H": "3", "cell": "gru", **shown}
    after = open_bare(inside.page, **query).shown()
    for what in ("step", "unit", "backward", "title", "equation", "nodes", "wires", "sum", "said"):
        assert after[what] == before[what], what
    assert not after["playing"]


def test_a_telephone_pans_the_circuit_and_never_the_page(bare_page: Open) -> None:
    inside = open_bare(bare_page(**PHONE))
    page = inside.page
    now = inside.shown()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert now["pan"]["left"] >= 0 and now["pan"]["right"] <= 390
    assert now["circuit"]["width"] >= 700  # panned inside its own window, so that its type stays legible
    sizes = page.evaluate(
        """() => Array.from(stage().querySelectorAll('button, input, select'), (e) => e.getBoundingClientRect())
          .filter((b) => b.width > 0).map((b) => Math.round(b.height))"""
    )
    assert min(sizes) >= 40
    # What is computed now is brought into sight.
    inside.pass_time(7 / 2.6)
    page.wait_for_function("() => stage().querySelector('.pan').scrollLeft > 150")
    # A finger across it pans and picks nothing.
    inside.button("Whole step").tap()
    before = inside.shown()
    pan = "() => stage().querySelector('.pan').scrollLeft"
    page.evaluate("stage().querySelector('.pan').scrollTo({ left: 0, behavior: 'instant' })")
    box = inside.circuit.bounding_box()
    assert box is not None
    devtools = page.context.new_cdp_session(page)
    x, y = 300.0, box["y"] + 0.6 * box["height"]
    for kind, across in [("touchStart", 0.0), *(("touchMove", 20.0 * k) for k in range(1, 11))]:
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x - across, "y": y}]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function(f"{pan[6:]} > 80")
    after = inside.shown()
    assert (after["title"], after["unit"], after["step"]) == (before["title"], before["unit"], before["step"])
    page.evaluate("stage().querySelector('.pan').scrollTo({ left: 0, behavior: 'instant' })")
    inside.quantity("f").tap()
    assert inside.shown()["title"].startswith("f, forget gate")
    assert inside.tip().startswith("f, forget gate [")


@pytest.mark.parametrize("picture", [".highway-picture", '[data-gate="forget"] + image'])
def test_a_touch_that_turns_into_scrolling_changes_nothing(bare_page: Open, picture: str) -> None:
    inside = open_bare(bare_page(**PHONE), step="2")
    before = inside.shown()
    inside.page.locator(picture).scroll_into_view_if_needed()
    box = inside.page.locator(picture).bounding_box()
    assert box is not None
    devtools = inside.page.context.new_cdp_session(inside.page)
    x, y = box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"]
    for kind, across in [("touchStart", 0.0), *(("touchMove", 10.0 * k) for k in range(1, 11))]:
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + across, "y": y}]})
    assert inside.shown()["step"] > 4
    devtools.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    after = inside.shown()
    for what in ("step", "unit", "nodes"):
        assert after[what] == before[what]


@pytest.mark.parametrize("layout", ["presenter", "frame"])
@pytest.mark.parametrize("cell", ["lstm", "peephole"])
def test_what_is_presented_fits_on_the_screen(bare_page: Open, layout: str, cell: str) -> None:
    viewport = {"width": 1280, "height": 720} if layout == "presenter" else {"width": 800, "height": 600}
    inside = open_bare(bare_page(viewport=viewport), layout=layout, cell=cell, step="4")
    now = inside.shown()
    assert now["circuit"]["bottom"] <= now["pan"]["bottom"] + 1
    assert now["circuit"]["right"] <= viewport["width"]
    bottoms = inside.page.evaluate(
        "Array.from(stage().querySelectorAll('.main'), (one) => one.getBoundingClientRect().bottom)"
    )
    assert max(bottoms) <= viewport["height"]
    assert inside.page.locator(".equation").is_visible()
    for panel in (".highway", ".example", ".gates"):
        assert inside.page.locator(f".panel{panel}").is_visible() == (layout == "presenter")
    if layout == "presenter":
        assert now["font"] > 18


def saved(inside: Inside, panel: str, kind: str) -> Path:
    with inside.page.expect_download() as waiting:
        tools = inside.page.locator(f".panel.{panel} .tools")
        tools.get_by_role("button", name=kind, exact=True).click()
    return Path(waiting.value.path())


def table(inside: BareInside, panel: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(saved(inside, panel, "CSV").read_text(encoding="utf-8-sig"))))


def test_numbers_and_pictures_are_taken_home(bare_page: Open) -> None:
    study = CellStudy(hidden=3, text="hello")
    trace = study.run().trace
    held, forget = memory(trace), openness(trace)["forget"]
    assert held is not None
    inside = open_bare(bare_page(), **study.to_query(), step="3")
    values = [float(r["value"]) for r in table(inside, "circuit-panel") if (r["quantity"], r["step"]) == ("f", "3")]
    assert values == pytest.approx(list(trace.gates["forget"][2, 0]), rel=1e-12)
    highway = table(inside, "highway")
    assert [float(row["kept"]) for row in highway] == pytest.approx(list(held.kept.ravel()), rel=1e-12)
    gates = table(inside, "gates")
    assert [float(row["forget mean"]) for row in gates] == pytest.approx(list(forget.mean), rel=1e-12)
    assert [float(row["half-life in steps"]) for row in gates] == pytest.approx(list(held.half_life), rel=1e-12)
    picture = saved(inside, "circuit-panel", "SVG").read_text(encoding="utf-8")
    assert "LSTM, step 3 of 4" in picture
    for panel in ("circuit-panel", "highway", "gates"):
        assert saved(inside, panel, "PNG").read_bytes().startswith(b"\x89PNG")


def test_the_view_plays_as_a_file_of_its_own(bare_page: Open, profiles: Profiles, tmp_path: Path) -> None:
    inside = open_bare(bare_page(), step="3", H="3", cell="gru", way="backward", text="<script>a_b")
    before = inside.shown()
    file = tmp_path / "saved.html"
    file.write_bytes(saved(inside, "circuit-panel", "HTML").read_bytes())
    page = profiles.profile(offline=True, held=False).new_page()
    page.goto(file.as_uri())  # no server behind it
    page.evaluate(f"() => {{ {Inside.script()} }}")
    again = Inside(page)
    after = again.until("Object.keys(s.nodes).length > 0")
    for what in ("step", "backward", "title", "equation", "nodes", "said"):
        assert after[what] == before[what], what
    again.button("forward").click()
    again.button("Play").click()
    again.until("s.playing && Object.values(s.wires).some((w) => w.marching)")
    page.close()
