"""The walk through the network: it plays, it obeys hands and keys, and every step shows the engine's own numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from figures.words import number
from tests.browser.unroll import bare_unroll, run_of
from tests.ui.spoken import in_full

Open = Callable[..., Page]
REVIEW = {"example": "review", "wiring": "in-step"}
DEEP = {"example": "text", "text": "one two three", "cell": "lstm", "layers": "3", "H": "5"}
LONG = {"example": "text", "text": ("the cat sat on the mat " * 44)[:1000], "layers": "2", "H": "16"}


def test_it_plays_at_opening_filling_one_state_after_the_other_and_then_shows_what_flows_back(bare_page: Open) -> None:
    walk = bare_unroll(bare_page())
    assert (walk.shown()["t"], walk.shown()["playing"]) == (1, True)
    walk.bare.pass_time(4.7)
    halfway = walk.after(0.1)
    assert (halfway["t"], halfway["playing"]) == (3, True)
    assert all(halfway["columns"]["1"]["values"].values())
    assert halfway["columns"]["3"]["values"]["0 0"]  # from the first unit down
    assert not halfway["columns"]["3"]["values"]["0 2"]
    assert not any(halfway["columns"]["5"]["values"].values())
    assert (
        halfway["columns"]["3"]["opacity"]
        == halfway["columns"]["1"]["opacity"]
        == 1.0
        > halfway["columns"]["5"]["opacity"]
    )
    assert not any(column["gradient"] for column in halfway["columns"].values())
    assert halfway["sentence"].endswith(" of size 0.724.")  # what the state becomes is not told before it is there
    veils = walk.page.locator("[data-veil]")
    assert (veils.first.get_attribute("d") or "").count("M") == 1
    assert walk.say(*walk.middle('[data-unit="0 1"]', 2)).startswith("Unit 2 at step 2: ")
    assert walk.say(*walk.middle('[data-unit="0 1"]', 5)) == "Step 5 is still to come."
    states = walk.map("Hidden state h")
    box = states.bounding_box()
    assert box is not None
    states.hover(position={"x": 0.92 * box["width"], "y": box["height"] / 2})
    assert walk.tip() == "Step 5 is still to come."
    walk.bare.pass_time(5)
    ended = walk.after(1.2)
    assert (ended["t"], ended["playing"]) == (5, False)
    assert "; the state becomes [" in ended["sentence"]
    assert not veils.first.get_attribute("d")
    # The last letter has no successor in the word, so no loss and no gradient; all before it have one.
    assert [ended["columns"][f"{t}"]["gradient"] > 0 for t in range(1, 6)] == [True] * 4 + [False]
    assert list(np.isfinite(run_of().parts[0].gradients.layers[0].directions[0].log2_dh[1:, 0])) == [True] * 4 + [False]


def test_in_both_directions_it_fills_from_both_ends_at_once(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), both="1")
    assert (walk.shown()["t"], walk.shown()["playing"]) == (1, True)
    walk.bare.pass_time(3.1)  # a step and two thirds
    now = walk.shown()
    assert (now["t"], now["playing"]) == (2, True)
    empty = now["columns"]["3"]["fills"]["0 0"]
    seen = {
        t: (column["fills"]["0 0"] != empty, column["fills"]["1 0"] != empty) for t, column in now["columns"].items()
    }
    assert seen == {"1": (True, False), "2": (True, False), "3": (False,) * 2, "4": (False, True), "5": (False, True)}


@pytest.mark.parametrize("query", [{}, REVIEW, {**REVIEW, "both": "1"}, {"wiring": "delayed"}])
def test_each_step_shows_the_engines_numbers_for_that_step(bare_page: Open, query: dict[str, str]) -> None:
    run = run_of(**query)
    walk = bare_unroll(bare_page(), **query, step="1")
    offset = 0
    for part in run.parts:
        for own in range(part.trace.steps):
            t = offset + own + 1
            now = walk.shown()
            assert now["t"] == now["scrub"] == t
            column = now["columns"][str(t)]
            for row, trace in enumerate(one for layer in part.trace.layers for one in layer.directions):
                h = trace.h[1:, 0][::-1] if row % 2 and run.walkthrough.both else trace.h[1:, 0]
                expected = [number(float(value)) for value in h[own]]
                if column["values"]:
                    assert [column["values"][f"{row} {unit}"] for unit in range(len(expected))] == expected
            if part is run.parts[-1] and own + 1 in run.output_at:
                values = run.outputs[run.output_at.index(own + 1)]
                best = np.argsort(-values, kind="stable")[:3]
                assert column["chances"] == [number(float(values[k])) for k in best]
                assert column["names"] == [run.walkthrough.vocabulary[k] for k in best]
            assert column["enters"] == (part.labels[own] or "–")
            assert now["sentence"] == now["spoken"]
            walk.button("Step").click()
        offset += part.trace.steps


def test_a_unit_too_small_for_its_number_says_it_under_the_pointer(bare_page: Open) -> None:
    run = run_of(**DEEP)
    walk = bare_unroll(bare_page(), **DEEP, step="4")
    for layer, unit in ((0, 0), (1, 4), (2, 2)):
        words = walk.say(*walk.middle(f'[data-unit="{layer} {unit}"]', 4))
        value = run.parts[0].trace.layers[layer].directions[0].h[4, 0, unit]
        assert words == f"Unit {unit + 1}, layer {layer + 1} at step 4: {in_full(float(value))}."


def test_the_keys_step_and_choose_a_unit_and_tab_leads_on_to_the_slider(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="2")
    walk.diagram.focus()
    keyboard = walk.page.keyboard
    for key, t in (("ArrowRight", 3), ("ArrowLeft", 2), ("End", 5), ("Home", 1), ("ArrowLeft", 1), ("PageUp", 5)):
        keyboard.press(key)
        assert walk.shown()["t"] == t, key
    before = walk.shown()["equations"]
    keyboard.press("ArrowDown")
    assert walk.shown()["equations"] != before
    keyboard.press("PageDown")
    keyboard.press("Space")
    walk.bare.pass_time(0.2)
    now = walk.shown()
    assert (now["t"], now["playing"], now["rolled"]) == (2, True, False)
    keyboard.press("ArrowRight")  # on from a step that is half computed is its end
    assert (walk.shown()["t"], walk.shown()["playing"]) == (2, False)
    keyboard.press("Tab")
    assert walk.page.evaluate("document.activeElement.className") == "scrub"


def test_a_touch_stops_the_walk_where_it_points_and_explains_what_is_there(bare_page: Open) -> None:
    walk = bare_unroll(bare_page())
    walk.bare.pass_time(1)
    walk.page.mouse.click(*walk.middle(".enters", 2))
    before = walk.after(1)
    assert (before["t"], before["playing"]) == (2, False)
    walk.page.mouse.click(*walk.middle('[data-unit="0 2"]', 4))
    now = walk.shown()
    assert now["t"] == 4
    value = number(float(run_of().parts[0].trace.layers[0].forward.h[4, 0, 2]))
    assert value.lstrip("-") in now["equations"]
    assert now["equations"] != before["equations"]


def test_an_arrow_is_as_wide_as_what_flows_and_says_its_size(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="5")
    run = run_of()
    h, x = run.parts[0].trace.layers[0].forward.h[:, 0], run.parts[0].x[:, 0]
    W, U = run.weights["W1"], run.weights["U1"]
    carried, entering = np.linalg.norm(h[:-1] @ W.T, axis=1), np.linalg.norm(x @ U.T, axis=1)
    for t in (2, 3, 4, 5):
        (before, y), (here, _) = (walk.middle('[data-unit="0 1"]', at) for at in (t - 1, t))
        words = walk.say((before + here) / 2, y)
        assert words == f"W h at step {t}: a vector of size {number(float(carried[t - 1]))}."
        left, below = walk.middle(".enters", t)
        height = walk.page.locator(f'g.column[data-t="{t}"] .bed').first.bounding_box()
        assert height is not None
        words = walk.say(left, height["y"] + height["height"] / 2)
        assert words == f"U x at step {t}: a vector of size {number(float(entering[t - 1]))}."
        assert below > height["y"]
    wide = walk.page.evaluate(
        """() => Array.from(stage().querySelectorAll("g.column"), (g) => {
          const shape = g.querySelector(".bed").getAttribute("d"); // U x first; its outline begins at one side
          const [start] = shape.slice(1).split("L").map((point) => Number(point.split(",")[0]));
          return 2 * Math.abs(start);
        })"""
    )
    most = max(carried.max(), entering.max())
    np.testing.assert_allclose(np.array(wide) / (0.8 * walk.shown()["font"]), entering / most, atol=0.02)


def test_all_linked_pictures_follow_in_the_same_frame_and_no_server_is_asked(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), **DEEP, step="2")
    before = walk.after(0.2)
    # One key, one frame: everything is read in the callback of the frame that follows it.
    now = walk.page.evaluate(
        """() => new Promise((done) => {
          stage().querySelector("svg.diagram").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
          requestAnimationFrame(() => done(shown()));
        })"""
    )
    assert (now["t"], now["scrub"]) == (3, 3)
    assert len(now["marks"]) == len(now["maps"]) == 7  # outputs, h, c and four gates
    assert all(a != b for a, b in zip(now["marks"], before["marks"], strict=True))
    for name in ("sentence", "equations", "reading"):
        assert now[name] != before[name], name
    assert walk.bare.asked() == []


def test_a_heatmap_tells_the_engines_value_and_a_click_chooses_it(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), **DEEP, step="2")
    forward = run_of(**DEEP).parts[0].trace.layers[0].forward
    steps = forward.steps
    for title, values in (("Forget gate f", forward.gates["forget"][:, 0]), ("Hidden state h", forward.h[1:, 0])):
        canvas = walk.map(title).locator("canvas")
        for t, unit in ((1, 0), (7, 3), (steps, 4)):
            x, y = walk.place(canvas, (t - 0.5) / steps, (unit + 0.5) / 5)
            words = walk.say(x, y)
            assert words == f"{title} of unit {unit + 1} at step {t}: {in_full(float(values[t - 1, unit]))}."
    walk.page.mouse.click(x, y)
    assert walk.shown()["t"] == steps


def test_units_are_sorted_by_variance_and_back(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), **DEEP, step="2")
    order = np.argsort(-run_of(**DEEP).parts[0].trace.layers[0].forward.h[1:, 0].var(axis=0), kind="stable")
    before = walk.shown()
    walk.button("variance").click()
    now = walk.shown()
    assert now["labels"][:5] == [str(unit + 1) for unit in order]
    assert now["pictures"] != before["pictures"]
    walk.button("number").click()
    assert walk.shown()["labels"][:5] == list("12345")


def test_rolled_up_there_is_one_box_and_a_loop_and_back_again(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="3")
    assert len(walk.shown()["columns"]) == 5
    assert (walk.diagram.get_attribute("aria-label") or "").startswith("tanh RNN, unrolled")
    walk.button("Rolled").click()
    assert len(walk.after(0.2)["columns"]) == 5  # on its way
    now = walk.after(0.8)
    assert now["rolled"]
    assert list(now["columns"]) == ["3"]
    assert "rolled up" in (walk.diagram.get_attribute("aria-label") or "")
    walk.diagram.press("ArrowRight")
    assert list(walk.shown()["columns"]) == ["4"]
    walk.button("Unrolled").click()
    assert len(walk.after(1)["columns"]) == 5


def test_a_long_text_scrolls_and_says_what_is_hidden(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), **LONG, step="500")
    now = walk.shown()
    assert now["steps"] == 1000
    earlier, later = walk.around()
    assert earlier + len(now["columns"]) + later == 1000
    assert "500" in now["columns"]
    for _ in range(5):
        walk.diagram.press("PageUp")
    moved = walk.after(1.5)
    assert moved["t"] == 550
    assert moved["columns"]["550"]["opacity"] > 0.9
    value = run_of(**LONG).parts[0].trace.layers[0].forward.h[550, 0, 0]
    assert walk.say(*walk.middle('[data-unit="0 0"]', 550)).endswith(f"at step 550: {in_full(float(value))}.")
    assert moved["around"] != now["around"]


def test_the_notes_of_what_is_hidden_turn_the_pages_and_so_does_the_wheel(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), example="text", text="the quick brown fox jumps over it", step="1")
    (hidden,) = walk.around()
    columns = list(map(int, walk.shown()["columns"]))
    assert columns == list(range(1, 33 - hidden + 1))
    walk.page.mouse.click(*walk.place(walk.page.locator(".hidden-steps").last, 0.5, 0.5))
    now = walk.after(1.5)
    assert now["around"][0] == f"← {columns[-1]} earlier"
    assert now["t"] == 1  # looking around changes no step
    assert str(columns[-1] + 1) in now["columns"]
    walk.page.mouse.move(*walk.place(walk.diagram, 0.5, 0.5))
    walk.page.mouse.wheel(-5000, 0)
    assert walk.after(1.5)["columns"].keys() == {f"{t}" for t in columns}


def test_the_same_link_brings_the_same_view_back(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), **DEEP, step="2")
    walk.page.mouse.click(*walk.middle('[data-unit="1 3"]', 6))
    walk.button("variance").click()
    walk.button("Rolled").click()
    now = walk.after(2.5)
    assert len(now["columns"]) == 1
    assert now["columns"]["6"]["gradient"] > 0
    walk.page.wait_for_url("**rolled=1**")
    link = walk.address()
    assert link == {**DEEP, "step": "6", "unit": "4", "row": "2", "sort": "variance", "rolled": "1"}
    again = bare_unroll(walk.page, **link).after(2.5)
    for name in ("sentence", "equations", "pressed", "labels", "pictures", "columns"):
        assert again[name] == now[name], name


def test_another_answer_keeps_what_is_looked_at_and_another_sequence_walks_from_its_start(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="3", unit="3")
    now = walk.follow(edits="U1_1_1_2")
    assert (now["t"], now["playing"]) == (3, False)
    now = walk.follow(cell="lstm", H="2")  # the third unit is gone
    assert (now["t"], now["playing"]) == (3, False)
    assert walk.page.locator('.eq-which select[aria-label="Which unit"]').input_value() == "1"
    assert walk.follow(example="happy", wiring="many-to-one")["t"] == 3
    now = walk.follow(2)  # a preset
    assert (now["t"], now["playing"]) == (1, True)
    walk.bare.pass_time(4)
    assert walk.shown()["t"] == 3
    now = walk.follow(2, example="review")
    assert (now["t"], now["playing"]) == (1, True)
