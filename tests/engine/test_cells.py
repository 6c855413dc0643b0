"""The family of cells: what each is made of, and what it computes, beside the textbook equations."""

from __future__ import annotations

import re
from ast import literal_eval
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.engine import oracle
from tests.engine.networks import FAMILY, Shape, assert_close, random_parameters, shapes

D, H = 2, 3


@pytest.mark.parametrize("cell", FAMILY)
@given(shape=shapes())
def test_states_gates_and_sums_are_those_of_the_textbook_equations(cell: str, shape: Shape) -> None:
    network = shape.network(cell)
    expected = oracle.forward(network.cell.name, network.parameters, network.x, network.start.h, network.start.c)
    trace = network.run()
    T, B, _, size = network.shape
    assert trace.h.shape == (T + 1, B, size)
    assert_close("h", trace.h, expected.h, 1e-13)
    assert list(trace.gates) == list(trace.pre_activations) == list(network.cell.gates) == list(expected.gates)
    for gate in network.cell.gates:
        assert_close(gate, trace.gates[gate], expected.gates[gate], 1e-13)
        assert_close(f"sum of {gate}", trace.pre_activations[gate], expected.sums[gate], 1e-13)
    assert (trace.c is None) == (expected.c is None)
    if trace.c is not None and expected.c is not None:
        assert_close("c", trace.c, expected.c, 1e-13)


def test_the_registry_names_each_cell_by_its_own_name_and_gives_each_its_own_title() -> None:
    assert all(name == cell.name for name, cell in FAMILY.items())
    assert len({cell.title for cell in FAMILY.values()}) == len(FAMILY)


@pytest.mark.parametrize("cell", FAMILY)
def test_the_rows_of_the_gates_are_disjoint_and_fill_the_weights(cell: str) -> None:
    gates = FAMILY[cell].gates
    rows = [index for gate in gates for index in range(len(gates) * H)[FAMILY[cell].rows(gate, H)]]
    assert rows == list(range(len(gates) * H))


@pytest.mark.parametrize("cell", FAMILY)
def test_cells_can_be_keys(cell: str) -> None:
    assert {FAMILY[cell]: 1}[FAMILY[cell]] == 1


@pytest.mark.parametrize("cell", FAMILY)
def test_parameters_that_fit_pass_the_check_unchanged(cell: str, rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, FAMILY[cell], D, H)
    passed = FAMILY[cell].check(parameters)
    for name, array in parameters.named().items():
        np.testing.assert_array_equal(passed.named()[name], array)


WRONG_SHAPES = {  # the array, its wrong shape and the shape expected, R = G*H
    "W of too many rows": ("W", "({R1}, 3)", "({R}, 3)"),
    "W without an axis": ("W", "({R},)", "(G*H, H)"),
    "W of nothing": ("W", "(0, 0)", "(G*H, H)"),
    "U of one row": ("U", "(1, 2)", "({R}, D)"),
    "U of no inputs": ("U", "({R}, 0)", "({R}, D)"),
    "U without an axis": ("U", "({R},)", "({R}, D)"),
    "U as one number": ("U", "()", "({R}, D)"),
    "U transposed": ("U", "(2, {R})", "({R}, D)"),
    "b of one entry": ("b", "(1,)", "({R},)"),
    "b as a column": ("b", "({R}, 1)", "({R},)"),
}


@pytest.mark.parametrize("case", WRONG_SHAPES)
@pytest.mark.parametrize("cell", FAMILY)
def test_a_weight_of_the_wrong_shape_is_an_error_that_names_both_shapes(
    cell: str, case: str, rng: np.random.Generator
) -> None:
    parameters = random_parameters(rng, FAMILY[cell], D, H)
    rows = len(parameters.W)
    name, came, expected = (text.format(R=rows, R1=rows + 1) for text in WRONG_SHAPES[case])
    changed: dict[str, Any] = {name: np.ones(literal_eval(came))}
    with pytest.raises(ValueError, match=re.escape(f"{name} has shape {came}, but {expected} was expected")):
        FAMILY[cell].check(replace(parameters, **changed))


@pytest.mark.parametrize("name", ["U", "W", "b"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("cell", FAMILY)
def test_a_weight_that_is_not_a_finite_number_is_an_error(
    cell: str, value: float, name: str, rng: np.random.Generator
) -> None:
    parameters = random_parameters(rng, FAMILY[cell], D, H)
    array = getattr(parameters, name).copy()
    array.flat[-1] = value
    changed: dict[str, Any] = {name: array}
    with pytest.raises(ValueError, match=f"{name} holds values that are not finite"):
        FAMILY[cell].check(replace(parameters, **changed))


@pytest.mark.parametrize("cell", FAMILY)
def test_an_extra_the_cell_does_not_know_is_an_error(cell: str, rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, FAMILY[cell], D, H)
    extra = {"unheard_of": np.ones(H), **parameters.extra}
    message = f"takes the extras {sorted(parameters.extra)}, got {sorted(extra)}"
    with pytest.raises(ValueError, match=re.escape(message)):
        FAMILY[cell].check(replace(parameters, extra=extra))


def test_a_gru_without_its_recurrent_bias_is_an_error(rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, FAMILY["gru"], D, H)
    with pytest.raises(ValueError, match=re.escape("GRU takes the extras ['recurrent_bias'], got []")):
        FAMILY["gru"].check(replace(parameters, extra={}))


@pytest.mark.parametrize("bias", [np.ones(1), np.ones(H + 1), np.ones((H, 1)), np.full(H, np.nan)])
def test_a_recurrent_bias_that_does_not_fit_is_an_error(bias: Any, rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, FAMILY["gru"], D, H)
    with pytest.raises(ValueError, match="recurrent_bias"):
        FAMILY["gru"].check(replace(parameters, extra={"recurrent_bias": bias}))
