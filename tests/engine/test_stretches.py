"""How the step Jacobians multiply, against products that are simply multiplied out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.spectra.jacobians import step_jacobians
from engine.studies.vanish.stretches import RANKS, TABLE, jacobian_numbers, singular_cost, stretches
from engine.studies.vanish.study import VanishStudy

SMALL = VanishStudy(cells=("tanh", "lstm", "gru"), steps=12, hidden=5)


def product(experiment: VanishStudy, cell: str, k: int, t: int) -> np.ndarray:
    """dh_k/dh_t, multiplied out."""
    jacobians = step_jacobians(experiment.run(cell).trace)
    result = np.eye(jacobians.shape[1])
    for step in range(t, k):
        result = jacobians[step] @ result
    H = experiment.hidden
    return np.asarray(result[:H, :H])


@pytest.mark.parametrize("cell", SMALL.cells)
def test_the_table_holds_the_norm_of_every_product(cell: str) -> None:
    found = stretches(SMALL, cell)
    assert found.steps == tuple(range(1, 13))
    for i, k in enumerate(found.steps):
        for j, t in enumerate(found.steps):
            if t > k:
                assert np.isnan(found.log2_table[i, j])
            else:
                norm = np.linalg.norm(product(SMALL, cell, k, t), 2)
                assert found.log2_table[i, j] == pytest.approx(np.log2(norm), abs=1e-9)


@pytest.mark.parametrize("hidden", [4, 6])
def test_the_median_of_an_even_number_is_the_geometric_mean_of_the_middle_two(hidden: int) -> None:
    study = replace(SMALL, hidden=hidden)
    found = stretches(study, "tanh")
    assert found.log2_ranks is not None
    for t in (9, 11):
        values = np.sort(np.linalg.svd(product(study, "tanh", 12, t), compute_uv=False))
        expected = np.log2(np.sqrt(values[hidden // 2 - 1] * values[hidden // 2]))
        assert found.log2_ranks[RANKS.index(0.5), t] == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("cell", SMALL.cells)
def test_the_ranks_are_singular_values_of_the_whole_product(cell: str) -> None:
    found = stretches(SMALL, cell)
    assert found.log2_ranks is not None
    for t in (8, 11, 12):  # few steps, so that a plain product still holds them all
        values = np.sort(np.linalg.svd(product(SMALL, cell, 12, t), compute_uv=False))
        at = np.rint(np.array(RANKS) * 4).astype(int)
        np.testing.assert_allclose(found.log2_ranks[:, t], np.log2(values[at]), atol=1e-6)
    np.testing.assert_array_equal(found.log2_largest, found.log2_ranks[-1])


def test_the_largest_alone_is_the_same_and_nothing_else_is_computed() -> None:
    whole, quick = stretches(SMALL, "tanh"), stretches(SMALL, "tanh", every=False)
    assert quick.log2_ranks is None
    np.testing.assert_allclose(quick.log2_largest, whole.log2_largest, atol=1e-9)


def test_a_long_sequence_is_shown_at_some_of_its_steps_far_below_float64() -> None:
    long = VanishStudy(cells=("identity",), steps=1000, hidden=3, scale=0.2, initialiser="orthogonal")
    found = stretches(long, "identity")
    assert len(found.steps) == TABLE
    assert (found.steps[0], found.steps[-1]) == (1, 1000)
    expected = np.log2(0.2) * (np.array(found.steps)[:, None] - np.array(found.steps))
    lower = np.tril_indices(TABLE)
    np.testing.assert_allclose(found.log2_table[lower], expected[lower], rtol=1e-9, atol=1e-9)
    assert found.log2_ranks is not None
    np.testing.assert_allclose(found.log2_ranks[:, 1], 999 * np.log2(0.2), rtol=1e-9)
    np.testing.assert_allclose(found.lyapunov, np.log(0.2), rtol=1e-9)


def test_dead_units_crush_everything() -> None:
    dead = replace(SMALL, cells=("relu",), inputs="zeros")
    found = stretches(dead, "relu")
    assert np.isneginf(found.log2_largest[:12]).all()
    assert np.isneginf(found.lyapunov).all()
    assert np.isneginf(found.log2_table[-1, :-1]).all()


def test_the_cost_counts_the_full_state() -> None:
    assert jacobian_numbers(SMALL, "tanh") == 12 * 25
    assert jacobian_numbers(SMALL, "lstm") == 12 * 100
    assert singular_cost(SMALL, "lstm") == 12 * 5 * 100
