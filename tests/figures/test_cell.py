"""The message of the page inside a cell: every number the engine's, every word true, the example as it was typed."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cells import CELLS
from engine.studies.cell.gate_behaviour import memory, openness
from engine.studies.cell.study import CellStudy
from figures.cell.example import MOST, Example, read_example
from figures.cell.message import cell_message
from figures.cell.view import LECTURE, CellView
from figures.cell.words import gates_sentence, step_sentences, verdict
from figures.cells import look_of
from figures.message import opened
from figures.words import number

each_cell = pytest.mark.parametrize("cell", CELLS)


@each_cell
def test_every_wire_and_node_is_sent_with_the_engines_own_numbers(cell: str) -> None:
    study = CellStudy(cell=cell, at="every", start="drawn")
    gradients = study.run()
    trace = gradients.trace
    header, arrays = opened(cell_message(study, gradients))
    at = {name: k for k, name in enumerate(header["narrow"])}
    ends = {node["kind"]: node["name"] for node in header["nodes"] if node["kind"].startswith("next")}
    np.testing.assert_allclose(arrays["values"][at[ends["next state"]]], trace.h[1:, 0], atol=1e-14)
    np.testing.assert_array_equal(arrays["values"][at["h"]], trace.h[:-1, 0])
    np.testing.assert_array_equal(arrays["x"], trace.x[:, 0])
    if trace.c is not None:
        np.testing.assert_allclose(arrays["values"][at[ends["next memory"]]], trace.c[1:, 0], atol=1e-14)
    for gate in header["gates"]:
        np.testing.assert_allclose(arrays["values"][at[gate["node"]]], trace.gates[gate["name"]][:, 0], atol=1e-14)
    (arriving,) = (wire["place"] for wire in header["wires"] if wire["target"] == ends["next state"])
    np.testing.assert_allclose(arrays["sent"][arriving], gradients.dh[1:, 0], atol=1e-14)
    back = sum(arrays["sent"][wire["place"]] for wire in header["wires"] if wire["source"] == "h")
    np.testing.assert_allclose(back + gradients.local[:-1, 0], gradients.dh[:-1, 0], atol=1e-14)
    assert not arrays["exponent"].any()


@each_cell
def test_the_highway_and_the_gates_are_sent_as_measured(cell: str) -> None:
    study = CellStudy(cell=cell)
    gradients = study.run()
    header, arrays = opened(cell_message(study, gradients))
    held, gates = memory(gradients.trace), openness(gradients.trace)
    assert header["memory"] == (None if held is None else held.name)
    if held is not None:
        for name in ("before", "kept", "forgotten", "written", "after", "half_life"):
            np.testing.assert_array_equal(arrays[name], getattr(held, name))
        np.testing.assert_array_equal(arrays["order"], held.order)
    assert [gate["name"] for gate in header["gates"]] == list(gates)
    for name, gate in gates.items():
        for what in ("mean", "shut", "open"):
            np.testing.assert_array_equal(arrays[f"{name} {what}"], getattr(gate, what))
    assert header["said"] == step_sentences(CELLS[cell], held, gradients.trace.steps)


def test_a_large_study_is_sent_in_single_precision() -> None:
    study = CellStudy(hidden=32, inputs="random", steps=1000)
    data = cell_message(study, study.run())
    _, arrays = opened(data)
    assert arrays["values"].dtype == np.float32
    assert len(data) < 12_000_000


def test_own_words_are_sent_without_the_marks_at_their_ends() -> None:
    text = '<b>a_b</b> "q" 👨‍👩‍👧‍👦 שלום'
    study = CellStudy(text=text, unit="word")
    header, _ = opened(cell_message(study, study.run()))
    assert header["labels"] == ["<b>a_b</b>", "q", "👨‍👩‍👧‍👦"]


def test_the_sentence_of_a_step_says_what_is_kept_forgotten_and_written() -> None:
    held = memory(CellStudy().run().trace)
    assert held is not None
    said = step_sentences(CELLS["lstm"], held, 10)
    assert said[0].startswith("Step 1 starts from an empty cell state")
    for t in range(2, 11):
        size = {
            name: float(np.abs(getattr(held, name)[t - 1]).sum()) for name in ("before", "kept", "forgotten", "written")
        }
        shares = (
            size["kept"] / size["before"],
            size["forgotten"] / size["before"],
            size["written"] / (size["kept"] + size["written"]),
        )
        assert re.findall(r"([\d.e-]+) %", said[t - 1]) == [number(100.0 * share) for share in shares]
        assert shares[0] + shares[1] == pytest.approx(1.0)


@each_cell
def test_every_cell_has_a_verdict_and_those_without_gates_say_so(cell: str) -> None:
    trace = CellStudy(cell=cell).run().trace
    held, gates = memory(trace), openness(trace)
    assert verdict(CELLS[cell], held, gates).endswith(".")
    assert bool(gates_sentence(CELLS[cell], gates)) == (not gates)
    assert ("Nothing of the old state" in verdict(CELLS[cell], held, gates)) == (held is None)


def test_the_verdict_names_the_gates_that_are_stuck() -> None:
    trace = CellStudy(forget_bias=-20.0, output_bias=20.0).run().trace
    held = memory(trace)
    said = verdict(CELLS["lstm"], held, openness(trace))
    assert said.endswith("The forget gate is shut 100 %, the output gate is open 100 % of the time.")


@each_cell
def test_the_scale_of_the_drawing_holds_every_state(cell: str) -> None:
    study = replace(CellStudy(cell=cell), inputs="sine", steps=12)
    gradients = study.run()
    header, _ = opened(cell_message(study, gradients))
    assert header["extent"] >= np.abs(gradients.trace.h).max()
    assert {node["name"] for node in header["nodes"]} == set(look_of(CELLS[cell]).circuit.by_name)


def test_the_lectures_example_is_5_6_7_times_1_0_1() -> None:
    example, _ = read_example(LECTURE)
    assert example == Example()
    assert [f * c for f, c in zip(example.gate, example.held, strict=True)] == [5.0, 0.0, 7.0]


QUANTITIES = [*look_of(CELLS["gru"]).circuit.by_name, "z>kept", "h>kept", ""]


@given(
    st.builds(
        CellView,
        t=st.one_of(st.none(), st.integers(1, 10)),
        hidden_unit=st.integers(1, 8),
        way=st.sampled_from(("forward", "backward")),
        quantity=st.sampled_from(QUANTITIES),
        example=st.sampled_from((LECTURE, "-2.5;0.25;0", "1,2;0,1;1e-05,0")),
    )
)
def test_a_view_comes_back_from_its_link(view: CellView) -> None:
    assert CellView.from_query(view.to_query(), CellStudy(cell="gru")) == (view, [])


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ({"step": "99"}, "t", 10),
        ({"unit": "7"}, "hidden_unit", 2),
        ({"show": "z"}, "quantity", ""),
        ({"show": "f>"}, "quantity", ""),
        ({"example": "5;2;0"}, "example", LECTURE),
    ],
)
def test_a_view_of_what_is_not_there_gives_way_and_says_so(query: dict[str, str], name: str, value: object) -> None:
    view, (sentence,) = CellView.from_query(query, CellStudy(hidden=2))
    assert getattr(view, name) == value
    assert sentence.startswith(f"{next(iter(query))}: ")


def rows(low: float, high: float, lanes: int) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*[st.floats(low, high)] * lanes)


@given(
    st.integers(1, MOST).flatmap(lambda n: st.builds(Example, rows(-1e6, 1e6, n), rows(0, 1, n), rows(-1e6, 1e6, n)))
)
def test_an_example_comes_back_from_its_link(example: Example) -> None:
    assert read_example(example.in_link()) == (example, "")


@pytest.mark.parametrize(
    "words", ["", "1", "1;2", "1,2;1;0", "5;2;0", "x;1;0", "nan;1;0", "1e9;1;0", ";".join(["1,1,1,1,1,1,1"] * 3)]
)
def test_an_example_that_cannot_be_read_says_why(words: str) -> None:
    example, complaint = read_example(words)
    assert example is None
    assert complaint.endswith((".", ")."))


def test_a_gate_that_is_seldom_stuck_is_not_named() -> None:
    gates = openness(CellStudy(inputs="random", steps=60, hidden=12).run().trace)
    named = [name for name, gate in gates.items() if max(gate.shut.mean(), gate.open.mean()) > 0.05]
    said = verdict(CELLS["lstm"], memory(CellStudy(inputs="random", steps=60, hidden=12).run().trace), gates)
    assert [name for name in gates if f"the {name} gate" in said.lower()] == named
    quiet = CellStudy().run().trace
    assert verdict(CELLS["lstm"], memory(quiet), openness(quiet)).endswith("for more than 5 % of the time.")
