"""The equations with the numbers filled in: they are the engine's, and any weight in them can be set by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from engine.cells import CELLS
from engine.studies.unroll.walk import Walk
from figures.words import number
from tests.browser.bare import PHONE
from tests.browser.unroll import Unroll, bare_unroll, run_of

Open = Callable[..., Page]
READ = """() => {
  const root = stage().querySelector(".panel.equations");
  const seen = (selector) => Array.from(root.querySelectorAll(selector)).filter((e) => e.getClientRects().length > 0);
  const field = (e) => e.querySelector("input") ? e.querySelector("input").value : e.textContent;
  return {
    lines: seen(".eq-line").map((line) => ({
      left: line.querySelector(".eq-left").textContent,
      words: line.querySelector(".eq-right").textContent,
      value: line.querySelector(".eq-value")?.textContent,
      open: line.classList.contains("open"),
    })),
    rows: seen(".eq-row").map((row) => ({
      name: row.querySelector(".eq-name").textContent,
      weight: row.querySelector("input").value,
      place: row.querySelector("input").getAttribute("aria-label"),
      values: row.querySelector(".eq-values").textContent,
      result: row.querySelector(".eq-result").textContent,
      bar: parseFloat(row.querySelector(".eq-bar").style.width),
      left: parseFloat(row.querySelector(".eq-bar").style.left),
    })),
    together: root.querySelector(".eq-end").textContent,
    said: root.querySelector(".eq-said").textContent,
    complaint: root.querySelector(".eq-complaint").textContent,
    blocks: seen(".eq-block").map((block) => [
      block.querySelector("figcaption").textContent, Array.from(block.querySelectorAll(".eq-cell"), field),
    ]),
    restore: seen(".eq-restore").map((e) => e.textContent),
  };
}"""


def read(walk: Unroll) -> Any:
    """What the panel shows once the frame that is due has been drawn."""
    walk.shown()
    return walk.page.evaluate(READ)


def words(value: float) -> str:
    """A number as the equations write it."""
    return number(float(value))


def field(walk: Unroll, place: str) -> Any:
    """The weight of the ledger at a place, as U1[1, 2]."""
    return walk.page.locator(f'.eq-ledger .eq-row:not([hidden]) input[aria-label^="{place}"]')


def weigh(walk: Unroll, typed: str) -> None:
    """Type over the weight of the second input into the first unit."""
    field(walk, "U1[1, 2]").fill(typed)
    walk.page.keyboard.press("Enter")


def first_trace(found: Walk) -> Any:
    return found.parts[0].trace.layers[0].forward


@pytest.mark.parametrize("cell", CELLS)
def test_every_line_ends_in_the_engines_number_and_every_ledger_adds_up_to_its_sum(bare_page: Open, cell: str) -> None:
    query = {"cell": cell, "example": "text", "text": "abcabd", "H": "3", "seed": "3"}
    walk = bare_unroll(bare_page(), **query, step="4", unit="3")
    trace, found = first_trace(run_of(**query)), read(walk)
    shown = {line["left"]: line["value"] for line in found["lines"]}
    wanted = {} if trace.c is None else {"c": trace.c[4, 0, 2]}
    wanted["h"] = trace.h[4, 0, 2]
    assert {name: shown[name] for name in wanted} == {name: words(value) for name, value in wanted.items()}
    gates = [trace.gates[gate][3, 0, 2] for gate in CELLS[cell].gates]
    assert [line["value"] for line in found["lines"]][: len(gates)] == [words(value) for value in gates]
    for g, gate in enumerate(CELLS[cell].gates):
        if g > 0:
            walk.page.locator(".eq-left:not([disabled])").nth(g).click()
        found = read(walk)
        assert found["together"].endswith(number(float(trace.pre_activations[gate][3, 0, 2])))
        total = sum(float(row["result"].replace("−", "-")) for row in found["rows"])
        np.testing.assert_allclose(total, trace.pre_activations[gate][3, 0, 2], atol=0.02)


def test_the_ledger_names_each_weight_and_what_it_is_multiplied_by(bare_page: Open) -> None:
    """Step 2 of hello: ‘e’ picks the second column of U, and the state of step 1 comes through W."""
    walk = bare_unroll(bare_page(), step="2", unit="3")
    found, trace = read(walk), first_trace(run_of())
    assert [row["name"].translate({0x2068: None, 0x2069: None}) for row in found["rows"]] == [
        *("‘e’", "unit 1 at step 1", "unit 2 at step 1", "unit 3 at step 1", "bias")
    ]
    assert [row["weight"] for row in found["rows"]] == ["0.8", "0", "0", "0.489", "0.5"]
    carried = [number(float(value)) for value in trace.h[1, 0]]
    assert [row["values"].replace(" × ", "") for row in found["rows"]] == ["1", *carried, ""]
    assert [row["bar"] > 0 for row in found["rows"]] == [True, False, False, True, True]
    assert found["said"].startswith("\u2018")
    assert "pushes this unit by 0.8" in found["said"]


def test_a_push_downwards_points_to_the_left(bare_page: Open) -> None:
    query = {"example": "review", "wiring": "many-to-one"}
    walk = bare_unroll(bare_page(), **query, step="4", unit="1")
    row = read(walk)["rows"][0]
    assert float(row["result"].replace("−", "-")) < 0.0
    assert row["left"] + row["bar"] == pytest.approx(50.0, abs=0.02)


def test_the_matrices_hold_every_weight_of_the_step(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="2")
    blocks = dict(read(walk)["blocks"])
    found = run_of()
    for title, name in (("U", "U1"), ("W", "W1"), ("b", "b1")):
        assert blocks[title] == [number(float(value)) for value in found.weights[name].ravel()]
    assert blocks["x"] == ["0", "1", "0", "0"]
    assert blocks["h"] == [number(float(value)) for value in first_trace(found).h[2, 0]]


def test_an_output_is_explained_down_to_its_loss(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="1")
    walk.page.locator('.equations [data-value="output"]').click()
    walk.page.locator('.eq-which select[aria-label="Which output"]').select_option("1")
    found, engine = read(walk), run_of()
    values = [line["value"] for line in found["lines"]]
    assert values[-2:] == [words(engine.outputs[0, 1]), words(engine.losses[0])]
    assert dict(found["blocks"])["p"] == [number(float(value)) for value in engine.outputs[0]]
    assert [row["place"].split(",")[0] for row in found["rows"]] == ["V[2"] * 3


@pytest.mark.parametrize("cell", ["tanh", "gru"])
def test_a_result_is_told_once_its_box_fills_and_not_before(bare_page: Open, cell: str) -> None:
    query = {"cell": cell, "example": "text", "text": "abcabd", "H": "3", "layers": "2"}
    walk, seen = bare_unroll(bare_page(), **query, chain="2"), []
    while (now := walk.after(0.2))["t"] < 3:
        boxes = list(now["columns"][str(now["t"])]["values"].values())
        found = read(walk)
        told = [line["value"] for line in found["lines"]] + [row["result"] for row in found["rows"]]
        told += [found["together"].rpartition(" ")[2], found["said"], *dict(found["blocks"]).get("sum", [])]
        told += [row["values"] for row in found["rows"] if row["name"] != "bias" and "of layer 1" in row["name"]]
        known = told[0] != "…"
        assert all(("…" in words) != known for words in told), told
        assert not known or (all(boxes) and told[len(found["lines"]) - 1] in boxes)
        seen.append(known)
    assert set(seen) == {True, False}


def test_a_step_without_an_output_explains_the_state(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), example="review", wiring="many-to-one", step="4")
    walk.page.locator('.equations [data-value="output"]').click()
    assert [line["left"] for line in read(walk)["lines"]] == ["sum", "y", "loss"]
    walk.scrub.fill("2")
    assert [line["left"] for line in read(walk)["lines"]] == ["h"]


def test_a_weight_typed_over_is_asked_for_changes_everything_and_can_be_restored(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="2", unit="1")
    before = walk.shown()["columns"]["2"]["values"]
    assert read(walk)["restore"] == []
    weigh(walk, "-0.75")
    assert walk.bare.asked() == [["edits", "U1_1_2_-0.75"]]
    query = {"edits": "U1_1_2_-0.75"}
    now = walk.follow(**query)
    h = first_trace(run_of(**query)).h[2, 0]
    assert list(now["columns"]["2"]["values"].values()) == [number(float(value)) for value in h]
    found = read(walk)
    assert found["lines"][0]["value"] == words(h[0])
    assert found["restore"] == ["Restore the weight set by hand"]

    walk.page.locator(".eq-restore").click()
    assert walk.bare.asked()[1:] == [["edits", ""]]
    assert walk.follow()["columns"]["2"]["values"] == before
    assert read(walk)["restore"] == []

    weigh(walk, "-0.75")  # the very same again is asked for again
    assert walk.bare.asked()[2:] == [["edits", "U1_1_2_-0.75"]]


def test_one_of_two_weights_is_restored_and_the_other_stays(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="2", unit="1", edits="U1_1_2_-0.75;b1_1_1_2")
    assert read(walk)["restore"] == ["Restore all 2 weights set by hand"]
    walk.page.locator(".eq-row:not([hidden])", has_text="bias").get_by_role("button", name="restore").click()
    assert walk.bare.asked() == [["edits", "U1_1_2_-0.75"]]


def test_a_weight_can_be_typed_over_in_the_matrices(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="3", edits="b1_1_1_2")
    walk.page.locator('.eq-matrices input[aria-label="W1[2, 1]"]').fill("−1,5")
    walk.page.keyboard.press("Enter")
    assert walk.bare.asked() == [["edits", "b1_1_1_2;W1_2_1_-1.5"]]


def test_no_number_stands_beside_what_another_number_gave(bare_page: Open) -> None:
    """A server that does not answer: the equations show what was computed, and a second change comes on top."""
    walk = bare_unroll(bare_page(), step="2", unit="1")
    before = read(walk)["rows"]
    weigh(walk, "1.5")
    waits = "1.5 is sent, and is filled in once its answer has come."
    expect(walk.page.locator(".eq-complaint")).to_have_text(waits)
    assert read(walk)["rows"] == before
    walk.page.locator('.eq-matrices input[aria-label="W1[2, 1]"]').fill("2")
    walk.page.keyboard.press("Enter")
    assert walk.bare.asked()[-1] == ["edits", "U1_1_2_1.5;W1_2_1_2"]


def test_what_is_no_weight_is_said_and_changes_nothing(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="2", unit="1")
    before = read(walk)
    for typed, part in (
        *(("abc", "not a number"), ("", "not a number"), ("1e9", "out of range")),
        *(("<b>1</b>", "not a number"), ("-101", "out of range")),
    ):
        weigh(walk, typed)
        after = read(walk)
        assert part in after["complaint"]
        assert "−100 to 100" in after["complaint"]
        walk.page.keyboard.press("Escape")
        walk.diagram.focus()
        assert read(walk) == before
    weigh(walk, "x")
    walk.diagram.focus()
    assert "“x” is not a number" in read(walk)["complaint"]
    field(walk, "U1[1, 2]").press_sequentially("1")
    assert read(walk)["complaint"] == ""
    walk.page.keyboard.press("Escape")
    assert walk.bare.asked() == []


def test_keys_in_a_weight_belong_to_the_number(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="2", unit="1")
    field(walk, "U1[1, 2]").focus()
    for key in ("ArrowLeft", "ArrowRight", " ", "Home", "End"):
        walk.page.keyboard.press(key)
    assert walk.shown()["t"] == 2
    assert not walk.shown()["playing"]


def test_the_equations_follow_the_step_without_the_server(bare_page: Open) -> None:
    """In one frame: the very next one after the step has changed, which is long before a server could answer."""
    walk = bare_unroll(bare_page(), step="1")
    trace = first_trace(run_of())
    script = f"""(t) => new Promise((done) => {{
      const scrub = stage().querySelector("input.scrub");
      scrub.value = t;
      scrub.dispatchEvent(new Event("input"));
      requestAnimationFrame(() => done(({READ})()));
    }})"""
    for t in (2, 5, 3):
        assert walk.page.evaluate(script, t)["lines"][0]["value"] == words(trace.h[t, 0, 0])
    assert walk.shown()["t"] == 3


def test_symbols_of_a_visitor_stay_text(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), example="text", text="<b>x</b> <script>y</script> שלום", by="word", step="2")
    row = read(walk)["rows"][0]
    assert "<script>y</" in row["name"]
    assert walk.page.locator(".eq b, .eq script").count() == 0


def test_the_lectures_figures_stand_beside_the_exact_ones(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(), step="1")
    walk.page.locator(".count summary").first.click()
    cells = walk.page.locator(".count tbody tr").nth(0).locator("td").all_text_contents()
    assert cells[:2] == ["[0.2, 0.8, 0.5]", "[0.2, 0.1, 0.5]"]


def test_a_finger_finds_every_weight_on_a_phone(bare_page: Open) -> None:
    walk = bare_unroll(bare_page(**PHONE), step="2", cell="lstm")
    assert walk.page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = walk.page.locator(".eq-ledger input, .eq-left:not([disabled]), .eq-which select").evaluate_all(
        "(all) => all.filter((e) => e.getClientRects().length).map((e) => e.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 40
    assert read(walk)["lines"][-1]["left"] == "h"
