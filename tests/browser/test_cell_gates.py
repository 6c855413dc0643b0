"""What stands under the circuit, in a real browser: the highway, the example by hand, the gates over the sequence."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.cell.gate_behaviour import memory, openness
from engine.studies.cell.study import CellStudy
from figures.words import number
from tests.browser.cell import open_cell


def test_the_lectures_example_can_be_edited_by_hand(page: Page) -> None:
    inside = open_cell(page, step="2")
    now = inside.shown()
    assert now["sum"] == "[5, 6, 7] × [1, 0, 1] = [5, 0, 7]"
    assert now["example"] == ["5", "0", "7"]
    page.get_by_label("lane 2, forget gate").fill("0.5")
    page.get_by_label("lane 3, written").fill("-2")
    now = inside.until("s.example[1] === '3'")
    assert now["after"] == ["5", "3", "5"]
    assert now["sum"] == "[5, 6, 7] × [1, 0.5, 1] = [5, 3, 7] + [0, 0, -2] = [5, 3, 5]"
    for wrong in ("2", "x", "", "1e99"):
        page.get_by_label("lane 1, forget gate").fill(wrong)
        assert "0 to 1 is accepted" in inside.shown()["complaint"]
        assert inside.shown()["example"] == ["5", "3", "7"]
    page.get_by_label("lane 1, forget gate").fill("0,25")
    assert inside.until("s.complaint === ''")["example"] == ["1.25", "3", "7"]
    inside.button("Add a lane").click()
    assert len(inside.shown()["example"]) == 4
    inside.button("As in the lecture").click()
    assert inside.until("s.example.length === 3")["sum"] == "[5, 6, 7] × [1, 0, 1] = [5, 0, 7]"


def test_the_highway_and_the_gates_pick_steps_and_units(page: Page) -> None:
    inside = open_cell(page, step="2", H="4")
    highway = page.locator(".highway-picture")
    highway.scroll_into_view_if_needed()
    box = highway.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.78 * box["width"], box["y"] + 0.4 * box["height"])
    assert inside.until("s.step !== 2")["step"] == 8
    held = memory(CellStudy(hidden=4).run().trace)
    assert held is not None
    total = number(float(np.abs(held.kept[7]).sum()))
    assert f"kept {total}" in inside.tip()
    gates = page.locator(".gates-picture image").nth(1)
    gates.scroll_into_view_if_needed()
    box = gates.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.1 * box["height"])
    now = inside.until("s.step === 3")
    assert now["unit"] == int(held.order[0]) + 1  # the unit that remembers longest stands first
    page.get_by_role("button", name="by number").click()
    inside.shown()
    box = gates.bounding_box()  # the page may have scrolled to the button
    assert box is not None
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.1 * box["height"])
    assert inside.until("s.unit === 1")["step"] == 3


def test_how_often_each_unit_is_stuck_is_drawn_beside_its_gate(page: Page) -> None:
    study = CellStudy(hidden=4, inputs="random", steps=30, forget_bias=2.0)
    found = openness(study.run().trace)["forget"]
    open_cell(page, **study.to_query(), step="2")
    assert 0.0 < found.open.mean() < 1.0
    for unit in range(4):
        whole, shut, wide = page.evaluate(
            "(n) => Array.from(inside().querySelectorAll(`[data-stuck='${n}']`), (e) => +e.getAttribute('width'))",
            f"forget {unit + 1}",
        )
        assert shut / whole == pytest.approx(float(found.shut[unit]), abs=1e-9)
        assert wide / whole == pytest.approx(float(found.open[unit]), abs=1e-9)


def test_a_bar_of_the_highway_is_as_tall_as_what_is_kept(page: Page) -> None:
    open_cell(page, step="2", H="4")
    held = memory(CellStudy(hidden=4).run().trace)
    assert held is not None
    heights = page.evaluate(
        "Object.fromEntries(['kept', 'written', 'forget gate'].map((part) => [part, Array.from(inside()"
        ".querySelectorAll(`.bar[data-part=\"${part}\"]`), (e) => Number(e.getAttribute('height')))]))"
    )
    sums = {"kept": held.kept, "written": held.written, "forget gate": held.forgotten}
    wanted = {name: np.abs(rows).sum(axis=1) for name, rows in sums.items()}
    scale = heights["kept"][3] / wanted["kept"][3]
    for name, drawn in heights.items():
        np.testing.assert_allclose(drawn, wanted[name] * scale, atol=1e-6)
