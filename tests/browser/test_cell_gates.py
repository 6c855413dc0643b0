"""What stands under the circuit: the highway, the highway by hand, the gates over the whole sequence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.studies.cell.gate_behaviour import memory, openness
from engine.studies.cell.study import CellStudy
from figures.words import number
from tests.browser.cell import BareInside, open_bare

Open = Callable[..., Page]


def test_the_lectures_example_can_be_edited_by_hand(bare_page: Open) -> None:
    inside = open_bare(bare_page(), step="2")
    lane = inside.page.get_by_label
    now = inside.shown()
    assert now["sum"] == "[5, 6, 7] × [1, 0, 1] = [5, 0, 7]"
    assert now["example"] == ["5", "0", "7"]
    lane("lane 2, forget gate").fill("0.5")
    lane("lane 3, written").fill("−2")  # as the sums print it
    now = inside.shown()
    assert (now["example"], now["after"]) == (["5", "3", "7"], ["5", "3", "5"])
    assert now["sum"] == "[5, 6, 7] × [1, 0.5, 1] = [5, 3, 7] + [0, 0, −2] = [5, 3, 5]"
    for wrong in ("2", "x", "", "1e99"):
        lane("lane 1, forget gate").fill(wrong)
        now = inside.shown()
        assert "0 to 1 is accepted" in now["complaint"]
        assert now["example"] == ["5", "3", "7"]
    lane("lane 2, written").fill("1")
    assert "“1e99” is out of range" in inside.shown()["complaint"]  # what is wrong elsewhere stays said
    lane("lane 2, written").fill("0")
    lane("lane 1, forget gate").fill("0,25")
    now = inside.shown()
    assert (now["complaint"], now["example"]) == ("", ["1.25", "3", "7"])
    for lanes in (4, 5, 6):
        inside.button("Add a lane").click()
        assert len(inside.shown()["example"]) == lanes
    assert inside.button("Add a lane").is_disabled()
    inside.button("Remove the last").click()
    assert len(inside.shown()["example"]) == 5
    inside.button("As in the lecture").click()
    assert inside.shown()["sum"] == "[5, 6, 7] × [1, 0, 1] = [5, 0, 7]"


def press_at(inside: BareInside, picture: str, across: float, down: float) -> None:
    place = inside.page.locator(picture).nth(0)
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    inside.page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])


def test_the_highway_and_the_gates_pick_steps_and_units(bare_page: Open) -> None:
    trace = CellStudy(hidden=4).run().trace
    held, forget = memory(trace), openness(trace)["forget"]
    assert held is not None
    inside = open_bare(bare_page(), step="2", H="4")
    press_at(inside, ".highway-picture", 0.78, 0.4)
    assert inside.shown()["step"] == 8
    assert f"kept {number(float(np.abs(held.kept[7]).sum()))}" in inside.tip()
    inside.page.locator(".highway-picture").press("ArrowLeft")
    assert inside.shown()["step"] == 7
    image = '[data-gate="forget"] + image'
    press_at(inside, image, 0.25, 0.1)
    now = inside.shown()
    longest = int(held.order[0])  # the unit that remembers longest stands first
    assert (now["step"], now["unit"]) == (3, longest + 1)
    assert f"the forget gate is at {number(float(forget.values[2, longest]))};" in inside.tip()
    inside.button("by number").click()
    inside.shown()
    press_at(inside, image, 0.25, 0.1)
    now = inside.shown()
    assert (now["step"], now["unit"]) == (3, 1)
    bar = inside.page.locator('.gates-picture .bar[data-unit="3"]')
    bar.scroll_into_view_if_needed()
    bar.hover()
    life = number(float(held.half_life[2]))
    assert inside.tip() == f"Unit 3: half of what it holds is gone after {life} steps, on average over all steps."
    inside.page.mouse.down()
    inside.page.mouse.up()
    assert inside.shown()["unit"] == 3


def test_of_gates_that_are_never_stuck_it_is_said_where_their_bars_would_stand(bare_page: Open) -> None:
    inside = open_bare(bare_page(), step="2")
    never = inside.page.locator("svg text", has_text="never")
    assert never.count() == 3
    inside.send(2, forget_bias="20", step="2")
    assert never.count() == 2


def test_bars_are_as_long_as_the_engine_says(bare_page: Open) -> None:
    study = CellStudy(hidden=4, inputs="random", steps=30, forget_bias=2.0)
    trace = study.run().trace
    found, held = openness(trace)["forget"], memory(trace)
    assert held is not None
    assert 0.0 < found.open.mean() < 1.0
    inside = open_bare(bare_page(), **study.to_query(), step="2")
    for unit in range(4):
        whole, shut, wide = inside.page.evaluate(
            "(n) => Array.from(stage().querySelectorAll(`[data-stuck='${n}']`), (e) => +e.getAttribute('width'))",
            f"forget {unit + 1}",
        )
        assert shut / whole == pytest.approx(float(found.shut[unit]), abs=1e-9)
        assert wide / whole == pytest.approx(float(found.open[unit]), abs=1e-9)
    sums = {"kept": held.kept, "written": held.written, "forget gate": held.forgotten}
    wanted = {name: np.abs(rows).sum(axis=1) for name, rows in sums.items()}
    drawn = heights(inside)
    scale = drawn["kept"][3] / wanted["kept"][3]
    for name, rows in wanted.items():
        np.testing.assert_allclose(drawn[name], rows * scale, atol=1e-6)
    # One unit is shown with its sign: what is written leads from what is kept to what is there after it.
    inside.button("unit 1").click()
    inside.shown()
    drawn = heights(inside)
    scale = drawn["kept"][3] / abs(held.kept[3, 0])
    for name, rows in sums.items():
        np.testing.assert_allclose(drawn[name], np.abs(rows[:, 0]) * scale, atol=1e-6)


def heights(inside: BareInside) -> dict[str, np.ndarray]:
    found = inside.page.evaluate(
        "Object.fromEntries(['kept', 'written', 'forget gate'].map((part) => [part, Array.from(stage()"
        ".querySelectorAll(`.bar[data-part=\"${part}\"]`), (e) => Number(e.getAttribute('height')))]))"
    )
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize("cell", ["tanh", "leaky"])
def test_a_cell_without_gates_says_what_it_has_instead(bare_page: Open, cell: str) -> None:
    inside = open_bare(bare_page(), cell=cell, step="2")
    now = inside.shown()
    assert now["gates"] == {}
    assert ("has no gates" if cell == "tanh" else "λ") in now["verdict"]
    assert inside.page.locator(".panel.highway").is_visible() == (cell == "leaky")
    assert inside.page.locator(".panel.example").is_visible()
