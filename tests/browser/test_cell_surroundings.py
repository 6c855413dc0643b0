"""The page inside a cell around its circuit: keyboard, link, telephone, dark, motion, and what is taken home."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from engine.studies.cell.study import CellStudy
from figures.theme import GROUND, ROLES
from tests.browser.cell import FIND, Inside, open_cell


def test_the_keyboard_moves_steps_operations_units_and_quantities(page: Page) -> None:
    inside = open_cell(page, step="2", H="3")
    inside.circuit.focus()
    for key, wanted in (("ArrowRight", 3), ("ArrowLeft", 2), ("End", 10), ("Home", 1), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        assert inside.shown()["step"] == wanted
    page.keyboard.press("+")
    assert inside.until("s.unit === 2")["unit"] == 2
    before = inside.shown()["title"]
    page.keyboard.press("ArrowDown")
    after = inside.until("s.title !== a", before)["title"]
    page.keyboard.press("ArrowUp")
    assert inside.until("s.title !== a", after)["title"] == before
    page.keyboard.press("Enter")
    assert "=" not in inside.shown()["nodes"]["h_now"]
    page.keyboard.press(" ")
    inside.until("s.playing")
    page.keyboard.press(" ")
    inside.until("!s.playing")


def test_tab_enters_the_circuit_and_leaves_it(page: Page) -> None:
    inside = open_cell(page, step="2")
    inside.circuit.focus()
    focused = "inside().getRootNode().activeElement?.getAttribute('class')"
    assert page.evaluate(focused) == "circuit"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) != "circuit"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == "circuit"


def test_the_link_brings_the_same_view_back(profile: Callable[..., BrowserContext]) -> None:
    context = profile(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    inside = open_cell(page, step="4", H="3", cell="gru")
    inside.button("backward").click()
    inside.wire("z>kept").dispatch_event("click")
    page.get_by_label("lane 1, held before").fill("-2.5")
    before = inside.until("s.sum.startsWith('[-2.5')")
    inside.button("Copy link to this view").click()
    page.get_by_text("copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    other = context.new_page()
    other.add_init_script(FIND)
    other.goto(link)
    again = Inside(other)
    after = again.until("Object.keys(s.nodes).length > 0")
    for what in ("step", "unit", "backward", "title", "equation", "nodes", "wires", "sum", "said"):
        assert after[what] == before[what], what
    assert not after["playing"]


def test_back_in_the_browser_brings_the_study_before(page: Page) -> None:
    inside = open_cell(page, H="3")
    before = inside.shown()
    page.get_by_role("button", name="Forget all").click()
    page.wait_for_url("**forget_bias=-20")
    inside.until("s.bars.f.every((height) => height < 0.01)")
    page.go_back()
    after = inside.until("s.bars.f.some((height) => height > 2)")
    assert inside.address() == {"H": "3"}
    assert (after["nodes"], after["step"]) == (before["nodes"], before["step"])


@pytest.mark.parametrize("cell", ["lstm", "gru", "peephole"])
def test_the_circuit_stands_above_the_fold(page: Page, cell: str) -> None:
    now = open_cell(page, step="4", cell=cell).shown()
    assert now["circuit"]["bottom"] < 900
    assert now["circuit"]["right"] <= 1440
    presented = open_cell(page, step="4", cell=cell, present="1").shown()
    assert presented["circuit"]["bottom"] <= 905
    assert presented["font"] > now["font"] * 1.3


def test_a_telephone_pans_the_circuit_and_never_scrolls_the_page_sideways(
    profile: Callable[..., BrowserContext],
) -> None:
    page = profile(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    inside = open_cell(page, step="3")
    sideways = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('[data-testid="stMain"]')]
          .map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert max(sideways) <= 0
    now = inside.shown()
    assert now["pan"]["left"] >= 0 and now["pan"]["right"] <= 390
    assert now["circuit"]["width"] >= 700  # panned inside its own window, so that its type stays legible
    sizes = page.evaluate(
        """() => Array.from(inside().querySelectorAll('button, input, select'), (e) => e.getBoundingClientRect())
          .filter((b) => b.width > 0).map((b) => Math.round(b.height))"""
    )
    assert min(sizes) >= 40
    inside.quantity("f").tap()
    assert inside.until("s.title.startsWith('f')")
    # What is computed now is brought into sight.
    page.evaluate("inside().querySelector('.pan').scrollLeft = 0")
    inside.button("Play").tap()
    page.wait_for_function("() => inside().querySelector('.pan').scrollLeft > 150")


def test_it_is_dark_in_the_dark_and_follows_a_switch(page: Page) -> None:
    inside = open_cell(page, step="4")
    assert inside.shown()["wires"]["f>kept"]["stroke"] == ROLES["forget gate"].light
    page.emulate_media(color_scheme="dark")
    now = inside.until("s.ground === a", GROUND.dark)
    assert now["wires"]["f>kept"]["stroke"] == ROLES["forget gate"].dark
    page.emulate_media(color_scheme="light")
    inside.until("s.ground === a", GROUND.light)


def test_who_wants_less_motion_sees_the_last_step_whole_and_still(profile: Callable[..., BrowserContext]) -> None:
    page = profile(reduced_motion="reduce").new_page()
    inside = open_cell(page, still=False)
    now = inside.shown()
    assert not now["playing"]
    assert now["step"] == now["steps"] == 10
    assert all("=" in words for name, words in now["nodes"].items() if name != "x")
    inside.button("On").click()
    moving = "inside().getAnimations ? document.getAnimations().filter((a) => a.playState === 'running').length : 0"
    assert page.evaluate(f"() => {moving}") == 0


def test_words_of_a_visitor_are_only_ever_words(page: Page) -> None:
    text = "<img src=x onerror=alert(1)> a_b “q” 👨‍👩‍👧‍👦 שלום e\u0301"
    study = CellStudy(text=text, unit="word")
    inside = open_cell(page, **study.to_query(), step="4")
    assert inside.shown()["nodes"]["x"].endswith("“a_b”")
    assert page.evaluate("inside().querySelectorAll('img').length") == 0
    page.locator("input.scrub").fill("6")
    assert "👨‍👩‍👧‍👦" in inside.until("s.step === 6")["nodes"]["x"]


def saved(inside: Inside, name: str, where: Path, nth: int = 0) -> Path:
    with inside.page.expect_download() as waiting:
        inside.page.locator(".inside").get_by_role("button", name=name, exact=True).nth(nth).click()
    target = where / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def test_numbers_and_pictures_are_taken_home(page: Page, tmp_path: Path) -> None:
    study = CellStudy(hidden=3, text="hello")
    trace = study.run().trace
    inside = open_cell(page, **study.to_query(), step="3")
    rows = list(csv.DictReader(io.StringIO(saved(inside, "CSV", tmp_path).read_text(encoding="utf-8"))))
    forget = [float(r["value"]) for r in rows if r["quantity"] == "f" and r["step"] == "3"]
    assert forget == pytest.approx(list(trace.gates["forget"][2, 0]), rel=1e-12)
    highway = list(csv.DictReader(io.StringIO(saved(inside, "CSV", tmp_path, 1).read_text(encoding="utf-8"))))
    assert len(highway) == 4 * 3
    picture = saved(inside, "SVG", tmp_path).read_text(encoding="utf-8")
    assert "LSTM, step 3 of 4" in picture
    assert saved(inside, "PNG", tmp_path).read_bytes().startswith(b"\x89PNG")
    assert saved(inside, "PNG", tmp_path, 2).read_bytes().startswith(b"\x89PNG")


def test_the_view_plays_as_a_file_of_its_own(
    page: Page, profile: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    inside = open_cell(page, step="3", H="3", cell="gru", way="backward", text="<script>a_b")
    before = inside.shown()
    path = saved(inside, "HTML", tmp_path)
    alone = profile().new_page()
    alone.set_content(path.read_text(encoding="utf-8"))  # no server behind it
    alone.evaluate(FIND)
    again = Inside(alone)
    after = again.until("Object.keys(s.nodes).length > 0")
    for what in ("step", "backward", "title", "equation", "nodes", "said"):
        assert after[what] == before[what], what
    again.button("forward").click()
    again.button("Play").click()
    again.until("s.playing && Object.values(s.wires).some((w) => w.marching)")
