"""The circuit of a cell: the engine's numbers on every wire, forward and backward, and the equations they come from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from engine.cells import CELLS
from engine.studies.cell.study import CellStudy
from figures.cell.message import answer
from figures.cell.view import CellView
from figures.message import message, opened
from figures.theme import GROUND, ROLES
from figures.words import number
from tests.browser.bare import sealed
from tests.browser.cell import evaluated, number_of, open_bare

Open = Callable[..., Page]
SMALL = {"H": "3", "text": "hello"}


@pytest.mark.parametrize("cell", CELLS)
def test_the_numbers_and_the_gradients_on_the_circuit_are_the_engines(bare_page: Open, cell: str) -> None:
    study = CellStudy(cell=cell, hidden=3, start="drawn", text="hello", at="every")
    values, pulled = evaluated(study)
    inside = open_bare(bare_page(), **study.to_query(), step="1", unit="2")
    for t in (1, 3, 4):
        now = inside.pick(t)
        assert (now["step"], now["backward"]) == (t, False)
        for name, rows in values.items():
            if name != "x":
                assert number_of(now["nodes"][name]) == number(float(rows[t - 1, 1])), f"{name} at step {t}"
        assert now["nodes"]["x"].endswith(f"“{'hello'[t - 1]}”")
    inside.button("backward").click()
    for t in (4, 2):
        now = inside.pick(t)
        assert now["backward"]
        for name, rows in pulled.nodes.items():
            if name != "x":
                assert number_of(now["nodes"][name]) == number(float(rows[t - 1, 1])), f"{name} at step {t}"
        assert {wire["stroke"] for wire in now["wires"].values()} == {ROLES["gradient"].light}


def test_pointing_says_the_whole_vector_of_a_node_and_of_a_wire_and_dims_the_rest(bare_page: Open) -> None:
    study = CellStudy(hidden=3, text="hello")
    values, pulled = evaluated(study)
    inside = open_bare(bare_page(), **study.to_query(), step="3")
    inside.quantity("f").hover(position={"x": 20, "y": 8})
    vector = ", ".join(number(float(v)) for v in values["f"][2])
    assert inside.tip() == f"f, forget gate [{vector}]"
    dim = inside.shown()["dim"]
    assert "o" in dim and "kept" not in dim and "f>kept" not in dim
    inside.page.mouse.move(2, 2)
    assert inside.shown()["dim"] == []
    inside.button("backward").click()
    inside.point_at_wire("f>kept")
    vector = ", ".join(number(float(v)) for v in pulled.wires["f", "kept"][2])
    assert inside.tip() == f"sent back to f, forget gate, on its way to kept [{vector}]"
    inside.point_at_wire("f>kept", press=True)
    now = inside.shown()
    assert now["title"] == "f, forget gate, on its way to kept"
    assert now["equation"][0] == "what comes back to f[1] along this wire"
    assert now["equation"][1].endswith(f" = {number(float(pulled.wires['f', 'kept'][2, 0]))}")


def test_a_cell_of_a_strip_names_its_unit_and_a_press_there_chooses_it(bare_page: Open) -> None:
    study = CellStudy(hidden=4, text="hello")
    values, _ = evaluated(study)
    inside = open_bare(bare_page(), **study.to_query(), step="3")
    place = inside.in_strip("f", 0.63)
    inside.page.mouse.move(*place)
    assert f"unit 3: {number(float(values['f'][2, 2]))}" in inside.tip()
    inside.page.mouse.click(*place)
    now = inside.shown()
    assert (now["unit"], now["title"]) == (3, "f, forget gate")
    assert number_of(now["nodes"]["o"]) == number(float(values["o"][2, 2]))
    unit, said = inside.page.get_by_label("unit", exact=True), inside.page.locator(".unit-said")
    for typed, wrong in (("9", "“9” is out of range for the unit; 1 to"), ("1½", "“1.5” is not a whole number.")):
        unit.fill(typed)
        assert inside.shown()["nodes"] == now["nodes"]
        assert said.text_content().startswith(wrong)
    unit.fill("３")
    unit.press("ArrowDown")
    assert (said.text_content(), unit.input_value()) == ("", "2")
    assert number_of(inside.shown()["nodes"]["o"]) == number(float(values["o"][2, 1]))


def test_a_press_gives_the_equation_with_its_numbers(bare_page: Open) -> None:
    study = CellStudy(hidden=3, text="hello")
    values, pulled = evaluated(study)
    trace = study.run().trace
    inside = open_bare(bare_page(), **study.to_query(), step="3")

    def said(name: str) -> str:
        return number(float(values[name][2, 0]))

    def pressed(name: str) -> list[str]:
        inside.quantity(name).click()
        return list(inside.shown()["equation"])

    assert pressed("kept")[0] == f"kept[1] = f × ct−1 = {bracket(said('f'))} × {bracket(said('c'))} = {said('kept')}"
    assert pressed("f")[0] == f"f[1] = σ(af) = σ({said('a_f')}) = {said('f')}"
    assert pressed("g")[0] == f"g[1] = tanh(ag) = tanh({said('a_g')}) = {said('g')}"
    words = pressed("a_f")
    rows = trace.cell.rows("forget", 3)
    by_x = float(trace.parameters.U[rows][0] @ trace.x[2, 0])
    by_h = float(trace.parameters.W[rows][0] @ trace.h[2, 0])
    filled = signed([by_x, by_h, float(trace.parameters.b[rows][0])])
    assert words[0] == f"af[1] = U xt + W ht−1 + b = {filled} = {said('a_f')}"
    parts = [*(trace.parameters.U[rows][0] * trace.x[2, 0]), *(trace.parameters.W[rows][0] * trace.h[2, 0])]
    largest = max(parts, key=lambda part: abs(float(part)))
    assert words[1].startswith("largest parts: ")
    assert words[1].split("; ")[0].endswith(f" = {number(float(largest))}")
    assert words[2] == f"all 3: [{', '.join(number(float(v)) for v in values['a_f'][2])}]"
    inside.button("backward").click()
    words = pressed("f")
    arrived, other = number(float(pulled.nodes["kept"][2, 0])), said("c")
    sent = number(float(pulled.wires["f", "kept"][2, 0]))
    assert words[0] == f"dL/df[1] = {number(float(pulled.nodes['f'][2, 0]))}"
    assert words[1] == f"through kept: dL/dkept × ct−1 = {bracket(arrived)} × {bracket(other)} = {sent}"
    slope = float(values["f"][2, 0] * (1.0 - values["f"][2, 0]))
    back = number(float(pulled.wires["a_f", "f"][2, 0]))
    assert pressed("a_f")[1] == f"through f: dL/df × slope = {bracket(sent)} × {number(slope)} = {back}"


def bracket(words: str) -> str:
    return f"({words})" if words.startswith("−") else words


def signed(values: list[float]) -> str:
    words = number(values[0])
    for value in values[1:]:
        words += f" − {number(-value)}" if value < 0 else f" + {number(value)}"
    return words


def test_an_activation_that_the_picture_does_not_know_is_explained_by_its_own_name(bare_page: Open) -> None:
    study = CellStudy(cell="tanh", hidden=3, text="hello")
    values, pulled = evaluated(study)
    header, arrays = opened(answer(study))
    nodes = [
        {**node, "kind": "softsign", "f": "softsign"} if node["kind"] == "tanh" else node for node in header["nodes"]
    ]  # type: ignore[attr-defined]
    (unknown,) = (node for node in nodes if node["kind"] == "softsign")
    name, (before,) = unknown["name"], unknown["takes"]
    inside = open_bare(bare_page(), step="3")
    view = CellView(t=3, quantity=name)
    envelope = {"page": "cell", "serial": 2, "view": view.by_name(), "keys": {}, "usual": {}, "layout": "page"}
    inside.bare.mount(sealed(envelope, message({**header, "nodes": nodes}, arrays)))
    said, after = (number(float(values[of][2, 0])) for of in (before, name))
    assert inside.shown()["equation"][0].endswith(f" = softsign({said}) = {after}")
    inside.button("backward").click()
    inside.quantity(before).click()
    arrived, sent = (float(rows[2, 0]) for rows in (pulled.nodes[name], pulled.wires[before, name]))
    filled = f"{bracket(number(arrived))} × {bracket(number(sent / arrived))} = {number(sent)}"
    assert inside.shown()["equation"][1].endswith(f" × slope = {filled}")


@pytest.mark.parametrize(("at", "words"), [("last", ""), ("every", " and the loss of step 2")])
def test_what_arrives_from_outside_the_step_is_named(bare_page: Open, at: str, words: str) -> None:
    inside = open_bare(bare_page(), **SMALL, at=at, step="2", way="backward", show="h_next")
    assert inside.shown()["equation"][0].endswith(f": what step 3 sends back{words}")
    inside.circuit.press("End")
    assert inside.shown()["equation"][0].endswith(": the loss of step 4")
    inside.quantity("c_next").click()
    assert inside.shown()["equation"][0] == "dL/dct[1] = 0: no step follows"


def test_words_of_a_visitor_are_only_ever_words(bare_page: Open) -> None:
    text = "<img src=x onerror=alert(1)> a_b “q” 👨‍👩‍👧‍👦 שלום e\u0301"
    inside = open_bare(bare_page(), **CellStudy(text=text, unit="word").to_query(), step="4")
    assert inside.shown()["nodes"]["x"].endswith("“a_b”")
    assert inside.page.evaluate("stage().querySelectorAll('img').length") == 0
    assert "👨‍👩‍👧‍👦" in inside.pick(6)["nodes"]["x"]


def test_it_is_dark_in_the_dark(bare_page: Open) -> None:
    inside = open_bare(bare_page(), step="4")
    assert inside.shown()["wires"]["f>kept"]["stroke"] == ROLES["forget gate"].light
    inside.page.evaluate("document.documentElement.className = 'dark'")
    now = inside.until("s.ground === a", GROUND.dark)
    assert now["wires"]["f>kept"]["stroke"] == ROLES["forget gate"].dark
