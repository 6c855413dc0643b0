"""Inside the cell in a real browser: the engine's numbers on every wire, in the order of computation, both ways."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from engine.arrays import Array
from engine.cells import CELLS
from engine.studies.cell.gate_behaviour import memory
from engine.studies.cell.study import CellStudy
from figures.cell.circuits import circuit_of
from figures.cell.dataflow import Pulled, flow, pull
from figures.cell.words import step_sentences
from figures.theme import ROLES
from figures.words import number
from tests.browser.cell import open_cell


def evaluated(study: CellStudy) -> tuple[dict[str, Array], Pulled]:
    """The engine's own numbers of every quantity and wire."""
    gradients = study.run()
    circuit = circuit_of(gradients.trace.cell)
    values = flow(circuit, gradients.trace)
    return values, pull(circuit, values, gradients)


def number_of(words: str) -> str:
    """The number behind a symbol on the circuit."""
    return words.rsplit("=", 1)[-1].strip()


@pytest.mark.parametrize("cell", ["lstm", "gru", "mgu", "leaky", "peephole", "coupled", "gru_before", "tanh"])
def test_the_numbers_on_the_circuit_are_the_engines_at_every_step(page: Page, cell: str) -> None:
    study = CellStudy(cell=cell, hidden=3, start="drawn", text="hello")
    values, _ = evaluated(study)
    inside = open_cell(page, **study.to_query(), step="1", unit="2")
    for t in (1, 3, 4):
        inside.page.locator("input.scrub").fill(str(t))
        now = inside.until("s.step === a", t)
        for name, rows in values.items():
            if name != "x":
                assert number_of(now["nodes"][name]) == number(float(rows[t - 1, 1])), f"{name} at step {t}"
        assert now["nodes"]["x"].endswith(f"“{'hello'[t - 1]}”")


@pytest.mark.parametrize("cell", ["lstm", "gru", "peephole"])
def test_the_gradients_on_the_circuit_are_the_engines(page: Page, cell: str) -> None:
    study = CellStudy(cell=cell, hidden=3, text="hello", at="every")
    _, pulled = evaluated(study)
    inside = open_cell(page, **study.to_query(), step="2", unit="3", way="backward")
    now = inside.shown()
    assert now["backward"]
    for name, rows in pulled.nodes.items():
        if name != "x":
            assert number_of(now["nodes"][name]) == number(float(rows[1, 2])), name
    assert {wire["stroke"] for wire in now["wires"].values()} == {ROLES["gradient"].light}


def test_hover_gives_the_whole_vector_of_a_node_and_of_a_wire(page: Page) -> None:
    study = CellStudy(hidden=3, text="hello")
    values, pulled = evaluated(study)
    inside = open_cell(page, **study.to_query(), step="3")
    inside.quantity("f").hover(position={"x": 20, "y": 8})
    vector = ", ".join(number(float(v)) for v in values["f"][2])
    assert inside.tip().endswith(f"[{vector}]")
    dim = inside.shown()["dim"]
    assert "o" in dim and "kept" not in dim and "f>kept" not in dim
    inside.page.mouse.move(5, 5)
    inside.until("s.dim.length === 0")
    inside.button("backward").click()
    inside.wire("f>kept").dispatch_event("pointermove", {"clientX": 700, "clientY": 300, "pointerType": "mouse"})
    vector = ", ".join(number(float(v)) for v in pulled.wires["f", "kept"][2])
    assert inside.tip().endswith(f"[{vector}]")


def test_hovering_one_cell_of_a_strip_names_its_unit_and_a_click_chooses_it(page: Page) -> None:
    study = CellStudy(hidden=4, text="hello")
    values, _ = evaluated(study)
    inside = open_cell(page, **study.to_query(), step="3")
    box = page.locator('svg.circuit [data-strip="f"] rect').first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.63 * box["width"], box["y"] + 0.5 * box["height"])
    assert f"unit 3: {number(float(values['f'][2, 2]))}" in inside.tip()
    page.mouse.click(box["x"] + 0.63 * box["width"], box["y"] + 0.5 * box["height"])
    now = inside.until("s.unit === 3")
    assert number_of(now["nodes"]["o"]) == number(float(values["o"][2, 2]))


def test_a_click_gives_the_equation_with_its_numbers(page: Page) -> None:
    study = CellStudy(hidden=3, text="hello")
    values, pulled = evaluated(study)
    trace = study.run().trace
    inside = open_cell(page, **study.to_query(), step="3")

    def said(name: str, row: int = 2) -> str:
        return number(float(values[name][row, 0]))

    inside.quantity("kept").click()
    now = inside.until("s.title.startsWith('kept')")
    assert now["equation"][0] == f"kept[1] = f × ct−1 = {bracket(said('f'))} × {bracket(said('c'))} = {said('kept')}"
    inside.quantity("f").click()
    assert inside.until("s.title.startsWith('f')")["equation"][0] == f"f[1] = σ(af) = σ({said('a_f')}) = {said('f')}"
    inside.quantity("a_f").click()
    words = inside.until("s.title.startsWith('af')")["equation"]
    rows = trace.cell.rows("forget", 3)
    by_x = float(trace.parameters.U[rows][0] @ trace.x[2, 0])
    by_h = float(trace.parameters.W[rows][0] @ trace.h[2, 0])
    filled = signed([by_x, by_h, float(trace.parameters.b[rows][0])])
    assert words[0] == f"af[1] = U xt + W ht−1 + b = {filled} = {said('a_f')}"
    largest = max(abs(float(w * v)) for w, v in zip(trace.parameters.W[rows][0], trace.h[2, 0], strict=True))
    assert "largest parts" in words[1]
    assert number(largest) in words[1].replace("-", "") or by_x != 0.0
    inside.button("backward").click()
    inside.quantity("f").click()
    words = inside.until("s.backward && s.title.startsWith('f')")["equation"]
    arrived, other = number(float(pulled.nodes["kept"][2, 0])), said("c")
    assert words[0] == f"dL/df[1] = {number(float(pulled.nodes['f'][2, 0]))}"
    assert words[1].startswith(f"through kept: dL/dkept × ct−1 = {bracket(arrived)} × {bracket(other)} = ")


def bracket(words: str) -> str:
    return f"({words})" if words.startswith("-") else words


def signed(values: list[float]) -> str:
    words = number(values[0])
    for value in values[1:]:
        words += f" − {number(-value)}" if value < 0 else f" + {number(value)}"
    return words


@pytest.mark.parametrize(("at", "words"), [("last", ""), ("every", " and the loss of step 2")])
def test_what_arrives_from_outside_the_step_is_named(page: Page, at: str, words: str) -> None:
    inside = open_cell(page, H="3", text="hello", at=at, step="2", way="backward", show="h_next")
    assert inside.shown()["equation"][0].endswith(f": what step 3 sends back{words}")
    inside.circuit.press("End")
    assert inside.until("s.step === 4")["equation"][0].endswith(": the loss of step 4")
    inside.quantity("c_next").click()
    assert inside.until("s.title.includes('cell after')")["equation"][0] == "dL/dct[1] = 0: no step follows"


def test_it_plays_in_the_order_of_computation_and_on_to_the_next_step(page: Page) -> None:
    inside = open_cell(page, still=False, H="3", text="hello")
    assert inside.shown()["playing"]
    page.locator(".inside select").select_option("4")
    ranks = circuit_of(CELLS["lstm"]).ranks
    now = inside.until("Object.values(s.wires).some((w) => w.marching)")
    marching = {wire for wire, drawn in now["wires"].items() if drawn["marching"]}
    assert len({ranks[wire.split(">")[1]] for wire in marching}) == 1
    # What is computed later has no number yet.
    rank = ranks[next(iter(marching)).split(">")[1]]
    for name, words in now["nodes"].items():
        if name != "x":
            assert ("=" in words) == (ranks[name] <= rank), name
    first = now["step"]
    inside.until("s.step !== a", first)
    inside.button("Pause").click()
    inside.until("!s.playing")


def test_one_operation_on_and_back_forward_and_backward(page: Page) -> None:
    inside = open_cell(page, H="3", text="hello", step="2")
    ranks = circuit_of(CELLS["lstm"]).ranks

    def known() -> set[str]:
        return {name for name, words in inside.shown()["nodes"].items() if re.match(r"-?\d", number_of(words))}

    inside.button("On").click()
    start = {name for name, rank in ranks.items() if rank == 0} - {"x"}
    assert known() - {"x"} == start
    inside.button("On").click()
    inside.button("On").click()
    assert known() - {"x"} == {name for name, rank in ranks.items() if rank <= 2} - {"x"}
    assert inside.shown()["now"] == "now computed: f (forget gate), i (input gate), g (candidate), o (output gate)"
    inside.button("Back").click()
    assert known() - {"x"} == {name for name, rank in ranks.items() if rank <= 1} - {"x"}
    inside.button("backward").click()
    now = inside.shown()
    last = max(ranks.values())
    assert {name for name, rank in ranks.items() if rank == last} <= set(now["nodes"])
    inside.button("On").click()
    inside.button("On").click()
    assert known() - {"x"} == {name for name, rank in ranks.items() if rank >= last - 2} - {"x"}
    assert any(wire["back"] for wire in inside.shown()["wires"].values())


def test_backward_play_goes_to_the_step_before(page: Page) -> None:
    inside = open_cell(page, H="3", text="hello", step="3", way="backward")
    page.locator(".inside select").select_option("4")
    inside.button("Play").click()
    inside.until("s.step === 2")
    inside.button("Pause").click()


def test_a_preset_closes_the_gate_and_the_sentence_says_so(page: Page) -> None:
    inside = open_cell(page, step="4")
    before = inside.shown()
    page.get_by_role("button", name="Forget all").click()
    now = inside.until("s.bars.f.every((height) => height < 0.01)")
    assert min(before["bars"]["f"]) > 5.0
    assert now["wires"]["f>kept"]["width"] < before["wires"]["f>kept"]["width"] / 2
    study = CellStudy(forget_bias=-20.0)
    said = step_sentences(CELLS["lstm"], memory(study.run().trace), 10)
    assert now["said"] == said[3].replace("c_4", "c4")
    assert "forget gate f" in now["gates"]["forget"] and "shut (< 0.1) 100 %" in now["gates"]["forget"]


def test_a_preset_while_it_plays_shows_the_whole_step_of_the_new_run(page: Page) -> None:
    inside = open_cell(page, still=False, H="3", text="hello hello")
    assert inside.shown()["playing"]
    page.get_by_role("button", name="Forget nothing").click()
    now = inside.until("!s.playing && s.bars.f.length === 8 && s.bars.f.every((height) => height > 11.9)")
    assert all("=" in words for name, words in now["nodes"].items() if name != "x")


def test_the_sentence_follows_the_step_in_the_same_frame_without_the_server(page: Page) -> None:
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(len(data))))
    inside = open_cell(page, step="2")
    page.wait_for_timeout(300)
    before = len(sent)
    said = step_sentences(CELLS["lstm"], memory(CellStudy().run().trace), 10)
    for t in (3, 7, 10, 1):
        page.locator("input.scrub").fill(str(t))
        assert inside.shown()["said"] == re.sub(r"c_(\d+)", r"c\1", said[t - 1])
    inside.circuit.press("ArrowRight")
    inside.button("backward").click()
    inside.quantity("o").click()
    inside.quantity("o").hover(position={"x": 20, "y": 8})
    page.wait_for_timeout(200)
    assert len(sent) == before
