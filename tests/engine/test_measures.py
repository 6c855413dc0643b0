"""Single numbers read off matrices and chains of factors, beside cases whose answer is known."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cells import CELLS
from engine.errors import probe
from engine.gradients.backward import backpropagate
from engine.measures import (
    largest_path,
    largest_singular_value,
    log2_bound_per_step,
    recurrent_blocks,
    running_product,
    spectral_radius,
    unit_factors,
)
from engine.parameters import Parameters
from tests.engine.networks import Shape, random_network, shapes


@pytest.mark.parametrize("cell", CELLS)
def test_recurrent_blocks_are_the_gates_own_matrices(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, CELLS[cell], T=1, B=1, D=1, H=3)
    blocks = recurrent_blocks(network.cell, network.parameters)
    assert blocks.shape == (len(network.cell.gates), 3, 3)
    for block, gate in zip(blocks, network.cell.gates, strict=True):
        np.testing.assert_array_equal(block, network.parameters.W[network.cell.rows(gate, 3)])


def test_spectral_radius_and_singular_value_differ_where_a_matrix_is_not_normal() -> None:
    blocks = np.array([[[0.5, 10.0], [0.0, 0.5]]])
    assert spectral_radius(blocks) == 0.5
    assert largest_singular_value(blocks) == pytest.approx((10.0 + math.sqrt(101.0)) / 2.0, rel=1e-14)


def test_the_spectral_radius_of_a_rotation_is_its_length() -> None:
    rotation = 0.7 * np.array([[math.cos(1.0), -math.sin(1.0)], [math.sin(1.0), math.cos(1.0)]])
    assert spectral_radius(rotation[None]) == pytest.approx(0.7, rel=1e-14)
    assert largest_singular_value(rotation[None]) == pytest.approx(0.7, rel=1e-14)


def test_of_several_gates_the_largest_counts() -> None:
    blocks = np.stack([np.eye(2), -3.0 * np.eye(2), 2.0 * np.eye(2)])
    assert spectral_radius(blocks) == largest_singular_value(blocks) == 3.0


@pytest.mark.parametrize(
    ("cell", "bound"),
    [("tanh", 1.0), ("relu", 1.0), ("identity", 1.0), ("sigmoid", -1.0), ("lstm", None), ("gru", None)],
)
def test_the_bound_is_the_singular_value_times_the_steepest_slope(cell: str, bound: float | None) -> None:
    gates = len(CELLS[cell].gates)
    W = np.vstack([np.diag([2.0, 0.5])] * gates)
    parameters = Parameters(np.zeros((2 * gates, 1)), W, np.zeros(2 * gates))
    assert log2_bound_per_step(CELLS[cell], parameters) == bound


def test_without_recurrent_weights_the_bound_is_minus_infinity() -> None:
    parameters = Parameters(np.ones((2, 1)), np.zeros((2, 2)), np.zeros(2))
    assert log2_bound_per_step(CELLS["tanh"], parameters) == -math.inf


@pytest.mark.parametrize("cell", CELLS)
@given(shape=shapes())
def test_no_step_of_a_vanilla_network_lets_an_error_grow_beyond_the_bound(cell: str, shape: Shape) -> None:
    network = shape.network(cell)
    bound = log2_bound_per_step(network.cell, network.parameters)
    trace = network.run()
    logs = backpropagate(trace, probe(trace, np.ones(trace.parameters.hidden_size))).log2_dh
    if bound is not None:
        assert (logs[:-1] <= logs[1:] + bound + 1e-12).all()


def test_a_running_product_of_two_factors() -> None:
    product = running_product(np.array([0.03, 0.05]))
    np.testing.assert_allclose(2.0**product.log2_size, [0.03, 0.0015], rtol=1e-14)
    np.testing.assert_array_equal(product.sign, [1, 1])


def test_a_running_product_of_five_thousand_halves_is_exact_far_below_float64() -> None:
    product = running_product(np.full(5000, 0.5))
    np.testing.assert_array_equal(product.log2_size, -np.arange(1.0, 5001.0))


def test_a_running_product_beyond_float64_keeps_its_logarithm() -> None:
    assert running_product(np.full(5000, 3.0)).log2_size[-1] == pytest.approx(5000 * math.log2(3.0), rel=1e-12)


def test_a_running_product_keeps_its_sign_apart() -> None:
    product = running_product(np.array([2.0, -0.5, -4.0, -1.0]))
    np.testing.assert_array_equal(product.log2_size, [1.0, 0.0, 2.0, 2.0])
    np.testing.assert_array_equal(product.sign, [1, -1, 1, -1])


def test_after_a_zero_a_running_product_is_zero() -> None:
    product = running_product(np.array([2.0, 0.0, -3.0]))
    np.testing.assert_array_equal(product.log2_size, [1.0, -math.inf, -math.inf])
    np.testing.assert_array_equal(product.sign, [1, 0, 0])


def test_a_running_product_of_nothing_is_empty() -> None:
    assert running_product(np.array([])).log2_size.size == 0


@given(st.lists(st.floats(-2.0, 2.0).filter(lambda d: abs(d) > 1e-3), min_size=1, max_size=50))
def test_a_running_product_is_the_product(factors: list[float]) -> None:
    product = running_product(np.array(factors))
    np.testing.assert_allclose(product.sign * 2.0**product.log2_size, np.cumprod(factors), rtol=1e-12)


@pytest.mark.parametrize("cell", ["tanh", "relu", "sigmoid", "identity"])
def test_the_factors_of_one_unit_multiply_up_to_its_gradient(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, CELLS[cell], T=8, B=2, D=2, H=1)
    trace = network.run()
    factors = unit_factors(trace, 0)
    expected = backpropagate(trace, probe(trace, [1.0])).dh[:, 0, 0]
    assert factors.shape == (8,)
    np.testing.assert_allclose(np.cumprod(factors[::-1])[::-1], expected[:-1], rtol=1e-12)


def test_the_factors_of_a_unit_are_its_own_and_not_its_neighbours(rng: np.random.Generator) -> None:
    network = random_network(rng, CELLS["tanh"], T=8, B=1, D=2, H=4)
    trace = network.run()
    for unit in range(4):
        slope = 1.0 - trace.h[1:, 0, unit] ** 2
        np.testing.assert_allclose(unit_factors(trace, unit), network.parameters.W[unit, unit] * slope, rtol=1e-12)


@pytest.mark.parametrize("cell", ["tanh", "relu", "identity"])
def test_the_largest_path_is_the_largest_of_all(cell: str, rng: np.random.Generator) -> None:
    trace = random_network(rng, CELLS[cell], T=4, B=1, D=2, H=3).run()
    products = {path: np.prod(unit_factors(trace, np.array(path))) for path in itertools.product(range(3), repeat=5)}
    found = largest_path(trace)
    assert found.shape == (5,)
    assert abs(products[tuple(found.tolist())]) == pytest.approx(max(map(abs, products.values())), rel=1e-12)


def test_all_paths_together_are_the_gradient(rng: np.random.Generator) -> None:
    trace = random_network(rng, CELLS["tanh"], T=4, B=1, D=2, H=3).run()
    error = np.array([2.0, -1.0, 2.0]) / 3.0
    total = np.zeros(3)
    for path in itertools.product(range(3), repeat=5):
        total[path[0]] += error[path[-1]] * np.prod(unit_factors(trace, np.array(path)))
    np.testing.assert_allclose(backpropagate(trace, probe(trace, error)).dh[0, 0], total, rtol=1e-11)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_unit_with_gates_has_no_single_factor(cell: str, rng: np.random.Generator) -> None:
    trace = random_network(rng, CELLS[cell], T=2, B=1, D=1, H=2).run()
    with pytest.raises(ValueError, match=re.escape(f"{CELLS[cell].title} has gates")):
        unit_factors(trace, 0)
