"""The equations sent to the browser, evaluated with the engine's numbers, give the engine's numbers."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.forward import Trace
from figures.cells import LOOKS
from figures.unroll.equations import equations_message
from tests.engine.networks import EVERY_CELL, random_network
from tests.engine.oracle_activations import ACTIVATIONS

Array = np.ndarray[Any, np.dtype[Any]]
each_look = pytest.mark.parametrize("cell", LOOKS)
SIGNS: dict[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def value(expression: str, names: Mapping[str, Array]) -> Array:
    """A sum of products of names, as the browser reads it."""

    def of(node: ast.expr) -> Array:
        if isinstance(node, ast.BinOp):
            return SIGNS[type(node.op)](of(node.left), of(node.right))
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            return ACTIVATIONS[node.func.id](of(node.args[0]))
        if isinstance(node, ast.Constant):
            return np.array(float(str(node.value)))
        assert isinstance(node, ast.Name)
        return names[node.id]

    return of(ast.parse(expression, mode="eval").body)


def trace_of(cell: str) -> Trace:
    return random_network(np.random.default_rng(3), EVERY_CELL[cell], T=6, B=1, D=3, H=4).run()


@each_look
def test_sums_activations_and_lines_give_the_traces_numbers(cell: str) -> None:
    trace, H = trace_of(cell), 4
    p, said = trace.parameters, LOOKS[cell]
    gates = {gate: trace.gates[gate][:, 0] for gate in trace.cell.gates}
    names: dict[str, Array] = {**gates, "h_before": trace.h[:-1, 0], **{name: p.extra[name] for name in p.extra}}
    if trace.c is not None:
        names |= {"c_before": trace.c[:-1, 0], "c": trace.c[1:, 0]}
    for look in said.gates:
        gate = look.name
        rows = trace.cell.rows(gate, H)
        before = names["h_before"] * (1.0 if look.reads is None else gates[look.reads])
        weighed = {"Ux": trace.x[:, 0] @ p.U[rows].T, "Wh": before @ p.W[rows].T, "b": p.b[rows]}
        total = value(look.sum, {**names, **weighed})
        np.testing.assert_allclose(total, trace.pre_activations[gate][:, 0], rtol=1e-11, atol=1e-13, err_msg=gate)
        np.testing.assert_allclose(ACTIVATIONS[look.activation](total), gates[gate], rtol=1e-11, atol=1e-13)
    for name, line in said.lines:
        wanted = trace.h[1:, 0] if name == "h" else names[name]
        np.testing.assert_allclose(value(line, names), wanted, rtol=1e-11, atol=1e-13, err_msg=name)
    assert said.lines[-1][0] == "h"


@each_look
def test_every_gate_has_a_letter_an_activation_and_a_sum(cell: str) -> None:
    found: Any = equations_message(LOOKS[cell])
    assert [gate["name"] for gate in found["gates"]] == list(EVERY_CELL[cell].gates)
    letters = [gate["letter"] for gate in found["gates"]]
    assert len(set(letters)) == len(letters)
    assert all(gate["activation"] in ACTIVATIONS and "Ux" in gate["sum"] for gate in found["gates"])


def test_every_cell_has_its_equations_and_none_is_left_over() -> None:
    assert list(LOOKS) == [name for name in LOOKS if name in EVERY_CELL]
    assert [name for name in LOOKS if name in CELLS] == list(CELLS)
