"""What each step adds, what of each loss reaches each state, and by which factors: against passes one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import Entering, cross_entropy
from engine.forward import State, unroll
from engine.gradients.backward import backpropagate
from engine.parameters import Parameters
from engine.spectra.jacobians import step_jacobians
from engine.studies.backward.look import Backwards, backwards
from engine.studies.backward.study import BackwardStudy

Array = np.ndarray[Any, np.dtype[Any]]
STEP = 1e-30
each_cell = pytest.mark.parametrize("cell", CELLS)
each_place = pytest.mark.parametrize("at", ["last", "every"])


def study_of(cell: str, at: Any = "every", **changed: Any) -> BackwardStudy:
    return BackwardStudy(**{"cells": (cell,), "at": at, "text": "hello!", "hidden": 3, **changed})


@each_cell
@each_place
def test_the_contributions_of_all_steps_sum_to_the_gradient(cell: str, at: Any) -> None:
    found = backwards(study_of(cell, at), cell)
    readout = found.contributions.readout
    assert readout is not None
    each = {**found.contributions.parameters.named(), "V": readout.V, "d": readout.d}
    for name, total in found.gradient.named().items():
        scale = np.abs(total).max()
        assert scale > 0.0
        np.testing.assert_allclose(each[name].sum(axis=0), total, rtol=0, atol=1e-12 * scale, err_msg=name)


def complex_step(study: BackwardStudy, found: Backwards, cell: str, k: int, t: int) -> Array:
    """dL_k/dh_t by running the network on from each nudged unit of h_t: no backward pass at all."""
    trace, weights = found.contributions.gradients.trace, found.weights
    sequence = study.sequence()
    slopes = []
    for unit in range(study.hidden):
        h = trace.h[t].astype(complex)
        h[0, unit] += STEP * 1j
        c = None if trace.c is None else trace.c[t]
        if k > t:
            onward = unroll(CELLS[cell], weights.parameters, sequence.x[t:k], State(h, c))
            loss = cross_entropy(onward, weights.readout, sequence.classes[k - 1 : k]).loss[0, 0]
        else:
            o = weights.readout.V @ h[0] + weights.readout.d
            loss = np.log(np.exp(o).sum()) - o[sequence.classes[k - 1, 0]]
        slopes.append(loss.imag / STEP)
    return np.array(slopes)


@each_cell
def test_the_table_is_the_derivative_of_each_loss_by_each_state(cell: str) -> None:
    study = study_of(cell)
    found = backwards(study, cell)
    for k in range(1, study.length + 1):
        for t in range(1, k + 1):
            vector = complex_step(study, found, cell, k, t)
            np.testing.assert_allclose(found.paths.dh[k - 1, t], vector, rtol=1e-10, atol=1e-14)
            assert 2.0 ** found.table.log2_norm[k - 1, t] == pytest.approx(np.linalg.norm(vector), rel=1e-10)
        assert np.isnan(found.table.log2_norm[k - 1, k + 1 :]).all()


@each_cell
def test_the_rows_of_the_table_sum_as_vectors_to_the_total(cell: str) -> None:
    found = backwards(study_of(cell), cell)
    total = found.contributions.gradients.dh[:, 0]
    np.testing.assert_allclose(found.paths.dh.sum(axis=0), total, rtol=0, atol=1e-12 * np.abs(total).max())


@each_cell
def test_the_table_does_not_depend_on_which_losses_count(cell: str) -> None:
    one, other = (backwards(study_of(cell, at), cell) for at in ("last", "every"))
    np.testing.assert_array_equal(one.table.log2_norm, other.table.log2_norm)


@each_cell
def test_a_path_begins_at_the_loss_and_ends_at_the_norm_of_the_jacobians_product(cell: str) -> None:
    study = study_of(cell)
    found = backwards(study, cell)
    trace = found.contributions.gradients.trace
    jacobians, paths = step_jacobians(trace), found.paths
    local = cross_entropy(trace, found.weights.readout, study.sequence().classes, "every").dh[:, 0]
    for k in range(1, study.length + 1):
        error = np.zeros(jacobians.shape[1])
        error[: study.hidden] = local[k - 1]
        for t in range(k, -1, -1):
            assert 2.0 ** paths.log2_arriving[k - 1, t] == pytest.approx(np.linalg.norm(error), rel=1e-10)
            error = jacobians[t - 1].T @ error


@pytest.mark.parametrize("cell", ["tanh", "relu", "sigmoid", "identity"])
def test_the_factors_of_a_vanilla_path_are_its_slopes_and_its_weights(cell: str) -> None:
    study = study_of(cell)
    found = backwards(study, cell)
    trace, weights = found.contributions.gradients.trace, found.weights.parameters
    slope = {
        "tanh": lambda h: 1.0 - h * h,
        "relu": lambda h: (h > 0.0).astype(float),
        "sigmoid": lambda h: h * (1.0 - h),
        "identity": np.ones_like,
    }[cell]
    k = study.length
    for t in range(k, 0, -1):
        inside = slope(trace.h[t, 0]) * found.paths.dh[k - 1, t]
        if not inside.any():
            break
        assert 2.0 ** found.paths.log2_inside[k - 1, t - 1] == pytest.approx(np.linalg.norm(inside), rel=1e-10)
        behind = np.linalg.norm(weights.W.T @ inside)
        assert 2.0 ** found.paths.log2_arriving[k - 1, t - 1] == pytest.approx(behind, rel=1e-10)


def test_two_small_factors_make_a_smaller_product() -> None:
    """Lecture D7: 0.03 * 0.05 = 0.0015, as an error of 0.03 that one weight of 0.05 carries back."""
    weights = Parameters(U=np.ones((1, 1)), W=np.full((1, 1), 0.05), b=np.zeros(1))
    trace = unroll(CELLS["identity"], weights, np.ones((2, 1, 1)))
    error = Entering((2,), np.full((1, 1, 1), 0.03), np.zeros((1, 1), dtype=np.int64))
    assert backpropagate(trace, error).dh[1, 0, 0] == pytest.approx(0.0015, rel=1e-15)


def test_a_path_is_right_where_nothing_is_left_of_the_error() -> None:
    found = backwards(study_of("relu", hidden=1, seed=3), "relu")
    assert not np.isnan(found.table.log2_norm[np.tril_indices(found.losses.size)]).any()
