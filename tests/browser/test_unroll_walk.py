"""The walk through the network: it plays, it obeys hands and keys, and every step shows the engine's own numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, WebSocket

from figures.words import number
from tests.browser.unroll import open_unroll, run_of

REVIEW = {"example": "review", "wiring": "in-step"}
DEEP = {"example": "text", "text": "one two three", "cell": "lstm", "layers": "3", "H": "5"}


def test_it_plays_at_opening_to_the_end_and_then_shows_what_flows_back(page: Page) -> None:
    walk = open_unroll(page)
    first = walk.until("s.playing && s.t >= 2")
    assert first["t"] < first["steps"]
    ended = walk.until("!s.playing")
    assert ended["t"] == ended["steps"] == 5
    # The last letter has no successor in the word, so no loss and no gradient; all before it have one.
    walk.until("a.every((t) => s.columns[t].gradient > 0) && s.columns[5].gradient === 0", [1, 2, 3, 4])
    assert list(np.isfinite(run_of().parts[0].gradients.layers[0].directions[0].log2_dh[1:, 0])) == [True] * 4 + [False]


def test_playing_fills_the_states_in_one_after_the_other(page: Page) -> None:
    walk = open_unroll(page)
    halfway = walk.until("s.t === 3")
    assert all(halfway["columns"]["1"]["values"].values())
    assert not any(halfway["columns"]["5"]["values"].values())
    assert halfway["columns"]["3"]["opacity"] > halfway["columns"]["1"]["opacity"] > halfway["columns"]["5"]["opacity"]


@pytest.mark.parametrize("query", [{}, REVIEW, {**REVIEW, "both": "1"}, {"wiring": "delayed"}])
def test_each_step_shows_the_engines_numbers_for_that_step(page: Page, query: dict[str, str]) -> None:
    run = run_of(**query)
    walk = open_unroll(page, **query, step="1")
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


def test_a_unit_too_small_for_its_number_says_it_under_the_pointer(page: Page) -> None:
    run = run_of(**DEEP)
    walk = open_unroll(page, **DEEP, step="4")
    for layer, unit in ((0, 0), (1, 4), (2, 2)):
        words = walk.say(*walk.middle(f'[data-unit="{layer} {unit}"]', 4))
        value = run.parts[0].trace.layers[layer].directions[0].h[4, 0, unit]
        assert words == f"Unit {unit + 1}, layer {layer + 1} at step 4: {number(float(value))}."


def test_the_keys_play_step_and_choose_a_unit_and_tab_leaves(page: Page) -> None:
    walk = open_unroll(page, step="2")
    walk.diagram.focus()
    for key, t in (("ArrowRight", 3), ("ArrowLeft", 2), ("End", 5), ("Home", 1), ("ArrowLeft", 1), ("PageDown", 5)):
        page.keyboard.press(key)
        assert walk.shown()["t"] == t, key
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    assert walk.until("s.playing && s.t === 2")["rolled"] is False
    page.keyboard.press("Space")
    assert not walk.shown()["playing"]
    before = walk.shown()["equations"]
    page.keyboard.press("ArrowDown")
    assert walk.shown()["equations"] != before
    focused = "() => unroll().getRootNode().activeElement?.getAttribute('class')"
    assert page.evaluate(focused) == "diagram"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "scrub"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) != "diagram"


def test_a_touch_stops_the_walk_where_it_points(page: Page) -> None:
    walk = open_unroll(page)
    walk.until("s.playing && s.t >= 1 && s.columns[2]")
    page.mouse.click(*walk.middle(".enters", 2))
    now = walk.shown()
    assert (now["t"], now["playing"]) == (2, False)
    page.wait_for_timeout(400)
    assert walk.shown()["t"] == 2


def test_an_arrow_is_as_wide_as_what_flows_and_says_its_size(page: Page) -> None:
    walk = open_unroll(page, step="5")
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
    wide = page.evaluate(
        """() => Array.from(unroll().querySelectorAll("g.column"), (g) => {
          const shape = g.querySelector(".bed").getAttribute("d"); // U x first; its outline begins at one side
          const [start] = shape.slice(1).split("L").map((point) => Number(point.split(",")[0]));
          return 2 * Math.abs(start);
        })"""
    )
    most = max(carried.max(), entering.max())
    np.testing.assert_allclose(np.array(wide) / (0.8 * 14), entering / most, atol=0.02)


def test_a_click_on_a_unit_explains_it_at_that_step(page: Page) -> None:
    walk = open_unroll(page, step="1")
    before = walk.shown()
    page.mouse.click(*walk.middle('[data-unit="0 2"]', 4))
    now = walk.shown()
    assert now["t"] == 4
    value = number(float(run_of().parts[0].trace.layers[0].forward.h[4, 0, 2]))
    assert value.lstrip("-") in now["equations"]
    assert now["equations"] != before["equations"]


def test_all_linked_pictures_follow_in_the_same_frame_and_no_server_is_asked(page: Page) -> None:
    sent: list[int] = []
    page.on("websocket", lambda socket: _listen(socket, sent))
    walk = open_unroll(page, **DEEP, step="2")
    page.wait_for_timeout(900)
    before, quiet = walk.shown(), len(sent)
    walk.diagram.focus()
    # One key, one frame: everything is read in the callback of the frame that follows it.
    now = page.evaluate(
        """() => new Promise((done) => {
          unroll().querySelector("svg.diagram").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
          requestAnimationFrame(() => done(shown()));
        })"""
    )
    assert len(sent) == quiet
    assert (now["t"], now["scrub"]) == (3, 3)
    assert len(now["marks"]) == len(now["maps"]) == 7  # outputs, h, c and four gates
    assert all(a != b for a, b in zip(now["marks"], before["marks"], strict=True))
    for name in ("sentence", "equations", "reading"):
        assert now[name] != before[name], name


def _listen(socket: WebSocket, sent: list[int]) -> None:
    socket.on("framesent", lambda payload: sent.append(len(payload)))


def test_a_heatmap_tells_the_engines_value_and_a_click_chooses_it(page: Page) -> None:
    walk = open_unroll(page, **DEEP, step="2")
    forward = run_of(**DEEP).parts[0].trace.layers[0].forward
    steps = forward.steps
    for title, values in (("Forget gate f", forward.gates["forget"][:, 0]), ("Hidden state h", forward.h[1:, 0])):
        found = walk.map(title)
        canvas = found.locator("canvas")
        for t, unit in ((1, 0), (7, 3), (steps, 4)):
            x, y = walk.place(canvas, (t - 0.5) / steps, (unit + 0.5) / 5)
            words = walk.say(x, y)
            assert words == f"{title} of unit {unit + 1} at step {t}: {number(float(values[t - 1, unit]))}."
    page.mouse.click(x, y)
    assert walk.shown()["t"] == steps


def test_units_are_sorted_by_variance_and_back(page: Page) -> None:
    walk = open_unroll(page, **DEEP, step="2")
    order = np.argsort(-run_of(**DEEP).parts[0].trace.layers[0].forward.h[1:, 0].var(axis=0), kind="stable")
    before = walk.shown()
    walk.button("variance").click()
    now = walk.shown()
    assert now["labels"][:5] == [str(unit + 1) for unit in order]
    assert now["pictures"] != before["pictures"]
    walk.button("number").click()
    assert walk.shown()["labels"][:5] == list("12345")


def test_rolled_up_there_is_one_box_and_a_loop_and_back_again(page: Page) -> None:
    walk = open_unroll(page, step="3")
    assert len(walk.shown()["columns"]) == 5
    walk.button("Rolled").click()
    now = walk.until("Object.keys(s.columns).length === 1")
    assert now["rolled"]
    assert list(now["columns"]) == ["3"]
    walk.diagram.focus()
    page.keyboard.press("ArrowRight")
    assert list(walk.shown()["columns"]) == ["4"]
    walk.button("Unrolled").click()
    walk.until("Object.keys(s.columns).length === 5")


def test_a_long_text_scrolls_and_says_what_is_hidden(page: Page) -> None:
    query = {"example": "text", "text": "the cat sat on the mat " * 60, "layers": "2", "H": "16"}
    walk = open_unroll(page, **query, step="500")
    now = walk.shown()
    assert now["steps"] == 1000
    earlier, later = (int(re.sub(r"\D", "", words)) for words in now["around"])
    assert earlier + len(now["columns"]) + later == 1000
    assert "500" in now["columns"]
    walk.diagram.focus()
    for _ in range(5):
        page.keyboard.press("PageDown")
    moved = walk.until("s.t === 550 && s.columns[550]?.opacity > 0.9")
    run = run_of(**query)
    value = run.parts[0].trace.layers[0].forward.h[550, 0, 0]
    assert walk.say(*walk.middle('[data-unit="0 0"]', 550)).endswith(f"at step 550: {number(float(value))}.")
    assert moved["around"] != now["around"]


def test_the_notes_of_what_is_hidden_turn_the_pages(page: Page) -> None:
    walk = open_unroll(page, example="text", text="the quick brown fox jumps over it", step="1")
    page.wait_for_timeout(500)  # the page has its final width only once its scroll bar stands
    (later,) = walk.shown()["around"]
    hidden = int(re.sub(r"\D", "", later))
    columns = list(map(int, walk.shown()["columns"]))
    assert columns == list(range(1, 33 - hidden + 1))
    box = page.locator(".hidden-steps").last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    now = walk.until("s.around[0].startsWith(a)", f"← {columns[-1]} earlier")
    assert now["t"] == 1  # looking around changes no step
    assert str(columns[-1] + 1) in now["columns"]


def test_the_same_link_brings_the_same_view_back(page: Page) -> None:
    walk = open_unroll(page, **DEEP, step="2")
    page.mouse.click(*walk.middle('[data-unit="1 3"]', 6))
    walk.button("variance").click()
    walk.button("Rolled").click()
    page.wait_for_url("**rolled=1**")
    assert walk.address() == {**DEEP, "step": "6", "unit": "4", "row": "2", "sort": "variance", "rolled": "1"}
    there = "s.t === 6 && Object.keys(s.columns).length === 1 && s.columns[6].gradient > 0"
    walk.until(there)
    page.wait_for_timeout(800)  # until nothing moves any more
    now = walk.shown()
    page.reload()
    walk.until(there)
    page.wait_for_timeout(800)
    again = walk.shown()
    for name in ("sentence", "equations", "pressed", "labels", "pictures", "columns"):
        assert again[name] == now[name], name
