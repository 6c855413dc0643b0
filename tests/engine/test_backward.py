"""What holds of the backward pass whatever the cell, beside Jacobians multiplied one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Errors, Where, cross_entropy, probe, squared_error
from engine.forward import State, Trace
from engine.gradients import carry
from engine.gradients.backward import Gradients, backpropagate
from tests.engine import oracle
from tests.engine.networks import EVERY_CELL, Network, Shape, assert_close, random_network, shapes

Array = np.ndarray[Any, np.dtype[Any]]
KINDS = ("probe", "cross_entropy last", "cross_entropy every", "squared_error every")


def errors_of(network: Network, trace: Trace, kind: str, seed: int = 0) -> Errors:
    """An error of some kind whose target depends on the seed only."""
    rng = np.random.default_rng(seed)
    T, B, _, H = network.shape
    if kind == "probe":
        return probe(trace, rng.standard_normal(H))
    where: Where = "last" if kind.endswith("last") else "every"
    n = 1 if where == "last" else T
    if kind.startswith("cross_entropy"):
        return cross_entropy(trace, network.readout, rng.integers(0, 3, (n, B)), where)
    return squared_error(trace, network.readout, rng.standard_normal((n, B, 3)), where)


def gradients_of(network: Network, kind: str, gain: Array | None = None) -> Gradients:
    trace = network.run(gain)
    return backpropagate(trace, errors_of(network, trace, kind))


def arrays_of(gradients: Gradients) -> dict[str, Array]:
    """Every array of a backward pass by name."""
    arrays = {"dh": gradients.dh, "dx": gradients.dx, "log2_dh": gradients.log2_dh, **gradients.parameters.named()}
    if gradients.dc is not None and gradients.log2_dc is not None:
        arrays |= {"dc": gradients.dc, "log2_dc": gradients.log2_dc}
    return arrays


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes(), kind=st.sampled_from(KINDS))
def test_gradients_are_the_error_times_one_jacobian_after_the_other(cell: str, shape: Shape, kind: str) -> None:
    network = shape.network(cell)
    trace = network.run()
    errors = errors_of(network, trace, kind)
    local = np.zeros(trace.h.shape)
    local[list(errors.steps)] = errors.dh
    expected = oracle.backward(network.cell.name, network.parameters, network.x, trace.h, trace.c, local)
    gradients = backpropagate(trace, errors)
    assert_close("dL/dh", gradients.dh, expected.dh, 1e-12)
    assert_close("dL/dx", gradients.dx, expected.dx, 1e-12)
    assert (gradients.dc is None) == (expected.dc is None)
    if gradients.dc is not None and expected.dc is not None:
        assert_close("dL/dc", gradients.dc, expected.dc, 1e-12)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes(), kind=st.sampled_from(KINDS))
def test_logarithms_are_those_of_the_gradients_themselves(cell: str, shape: Shape, kind: str) -> None:
    network = shape.network(cell)
    gradients = gradients_of(network, kind)
    with np.errstate(divide="ignore"):  # a ReLU network may be dead, and its gradient exactly 0
        norm, largest = np.linalg.norm(gradients.dh, axis=2), np.abs(gradients.dh).max(axis=2)
        np.testing.assert_allclose(gradients.log2_dh, np.log2(norm), rtol=1e-13, atol=1e-12)
        np.testing.assert_allclose(gradients.log2_largest, np.log2(largest), rtol=1e-13, atol=1e-12)
        if gradients.dc is not None and gradients.log2_dc is not None:
            norm_c = np.linalg.norm(gradients.dc, axis=2)
            np.testing.assert_allclose(gradients.log2_dc, np.log2(norm_c), rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes(), kind=st.sampled_from(KINDS))
def test_each_sequence_of_a_batch_has_the_gradients_it_has_alone(cell: str, shape: Shape, kind: str) -> None:
    network = shape.network(cell)
    trace = network.run()
    errors = errors_of(network, trace, kind)
    together = backpropagate(trace, errors)
    summed: dict[str, Array] = {}
    for k in range(trace.batch):
        start = State(network.start.h[[k]], None if network.start.c is None else network.start.c[[k]])
        alone_trace = replace(network, x=network.x[:, [k]], start=start).run()
        alone = backpropagate(
            alone_trace,
            replace(errors, dh=errors.dh[:, [k]], exponent=errors.exponent[:, [k]], loss=errors.loss[:, [k]]),
        )
        assert_close("dL/dh", together.dh[:, [k]], alone.dh, 1e-12)
        assert_close("dL/dx", together.dx[:, [k]], alone.dx, 1e-12)
        for name, gradient in alone.parameters.named().items():
            summed[name] = summed.get(name, 0.0) + gradient
    for name, gradient in together.parameters.named().items():
        scale = max(1e-12, 1e-12 * float(np.abs(summed[name]).max()))
        np.testing.assert_allclose(gradient, summed[name], rtol=1e-10, atol=scale, err_msg=name)


@pytest.mark.parametrize("cell", EVERY_CELL)
@given(shape=shapes(), kind=st.sampled_from(KINDS), gains=st.lists(st.floats(-3.0, 3.0), min_size=4, max_size=4))
def test_a_gain_gives_the_gradients_of_a_network_with_those_recurrent_weights(
    cell: str, shape: Shape, kind: str, gains: list[float]
) -> None:
    network = shape.network(cell)
    gain = np.array(gains[: network.x.shape[1]])
    trace = network.run(gain)
    errors = errors_of(network, trace, kind)
    family = backpropagate(trace, errors)
    for k, factor in enumerate(gain):
        weaker = replace(network.parameters, W=factor * network.parameters.W)
        alone_trace = replace(network, parameters=weaker).run()
        alone = backpropagate(alone_trace, errors_of(network, alone_trace, kind))
        assert_close("dL/dh", family.dh[:, k], alone.dh[:, k], 1e-10)
        assert_close("dL/dx", family.dx[:, k], alone.dx[:, k], 1e-10)
        if family.dc is not None and alone.dc is not None:
            assert_close("dL/dc", family.dc[:, k], alone.dc[:, k], 1e-10)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_carrying_powers_of_two_changes_not_one_bit(
    cell: str, batch: int, kind: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=40, B=batch, D=2, H=5)
    plain = gradients_of(network, kind)
    assert not plain.exponent.any()
    monkeypatch.setattr(carry, "SAFE", 2.0)
    monkeypatch.setattr(carry, "COMFORT", 1.0)
    rescaled = gradients_of(network, kind)
    assert rescaled.exponent.any()
    expected = arrays_of(plain)
    for name, array in arrays_of(rescaled).items():
        if name.startswith("log2"):
            np.testing.assert_allclose(array, expected[name], rtol=1e-14, atol=1e-13, err_msg=name)
        else:
            np.testing.assert_array_equal(array, expected[name], err_msg=name)


@pytest.mark.parametrize("plain_block", [1, 5, 64])
@pytest.mark.parametrize("block", [1, 3, 16, 50])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_the_length_of_a_block_changes_nothing(
    cell: str, block: int, plain_block: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=40, B=2, D=2, H=5)
    expected = arrays_of(gradients_of(network, "squared_error every"))
    monkeypatch.setattr(carry, "SAFE", 2.0**4)
    monkeypatch.setattr(carry, "COMFORT", 2.0**2)
    monkeypatch.setattr(carry, "BLOCK", block)
    monkeypatch.setattr(carry, "PLAIN_BLOCK", plain_block)
    found = arrays_of(gradients_of(network, "squared_error every"))
    for name in ("dh", "dx"):
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_with_one_step_the_error_passes_one_jacobian(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=1, B=1, D=2, H=3)
    gradients = gradients_of(network, "probe")
    c0 = None if network.start.c is None else network.start.c[0]
    jacobian = oracle.step_jacobian(cell, network.parameters, network.x[0, 0], network.start.h[0], c0)
    error = gradients.errors.dh[0, 0]
    np.testing.assert_array_equal(gradients.dh[1, 0], error)
    assert_close("dL/dh_0", gradients.dh[0, 0], jacobian[:3, :3].T @ error, 1e-13)
    assert_close("dL/dx_1", gradients.dx[0, 0], jacobian[:3, -2:].T @ error, 1e-13)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_gradients_have_the_shapes_of_what_they_are_gradients_of(
    cell: str, batch: int, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=4, B=batch, D=2, H=3)
    gradients = gradients_of(network, "cross_entropy every")
    assert gradients.dh.shape == gradients.trace.h.shape
    assert gradients.dx.shape == network.x.shape
    assert gradients.log2_dh.shape == gradients.log2_largest.shape == (5, batch)
    expected = {name: array.shape for name, array in network.parameters.named().items()}
    assert {name: array.shape for name, array in gradients.parameters.named().items()} == expected
    assert gradients.readout is not None and gradients.readout.V.shape == network.readout.V.shape
    if gradients.dc is not None and gradients.log2_dc is not None:
        assert gradients.dc.shape == (5, batch, 3)
        assert gradients.log2_dc.shape == (5, batch)


def test_a_probe_has_no_readout_to_learn(rng: np.random.Generator) -> None:
    assert gradients_of(random_network(rng, EVERY_CELL["tanh"], 3, 1, 1, 2), "probe").readout is None


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_the_backward_pass_is_linear_in_the_error(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=6, B=2, D=2, H=3)
    trace = network.run()
    errors = errors_of(network, trace, "squared_error every")
    doubled = backpropagate(trace, replace(errors, dh=2.0 * errors.dh))
    raised = backpropagate(trace, replace(errors, exponent=errors.exponent + 1))
    np.testing.assert_array_equal(doubled.dh, 2.0 * backpropagate(trace, errors).dh)
    np.testing.assert_array_equal(raised.dh, doubled.dh)


@pytest.mark.parametrize("power", [-1000, -700, 700, 1000])
@pytest.mark.parametrize("cell", EVERY_CELL)
def test_an_error_of_any_size_gives_the_same_logarithms_moved_by_its_own(
    cell: str, power: int, rng: np.random.Generator
) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=40, B=2, D=2, H=5)
    trace = network.run()
    errors = errors_of(network, trace, "squared_error every")
    expected = backpropagate(trace, errors)
    moved = backpropagate(trace, replace(errors, dh=np.ldexp(errors.dh, power)))
    np.testing.assert_allclose(moved.log2_dh, expected.log2_dh + power, rtol=0.0, atol=1e-11)
    if moved.log2_dc is not None and expected.log2_dc is not None:
        np.testing.assert_allclose(moved.log2_dc, expected.log2_dc + power, rtol=0.0, atol=1e-11)


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_no_error_gives_no_gradient_and_its_logarithm_is_minus_infinity(cell: str, rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL[cell], T=30, B=2, D=2, H=3)
    trace = network.run()
    errors = errors_of(network, trace, "squared_error every")
    gradients = backpropagate(trace, replace(errors, dh=np.zeros_like(errors.dh)))
    for name, array in arrays_of(gradients).items():
        assert (np.isneginf(array) if name.startswith("log2") else array == 0.0).all(), name


def test_a_sequence_without_an_error_leaves_its_neighbours_right(rng: np.random.Generator) -> None:
    network = random_network(rng, EVERY_CELL["lstm"], T=200, B=3, D=2, H=3)
    trace = network.run()
    errors = errors_of(network, trace, "squared_error every")
    expected = backpropagate(trace, errors)
    silenced = errors.dh.copy()
    silenced[:, 1] = 0.0
    found = backpropagate(trace, replace(errors, dh=silenced))
    np.testing.assert_array_equal(found.dh[:, [0, 2]], expected.dh[:, [0, 2]])
    assert not found.dh[:, 1].any()
