"""The spectral radius of large matrices, by its largest eigenvalues alone, is that of all of them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.report.weights import _dominant, radius


def gaussian(rng: np.random.Generator) -> np.ndarray:
    return rng.standard_normal((240, 240)) / np.sqrt(240)


MATRICES = {
    "gaussian": gaussian,
    "tiny": lambda rng: 1e-200 * gaussian(rng),
    "one eigenvalue far out": lambda rng: gaussian(rng) + 3.0 / 240,
    "far from normal": lambda rng: 0.5 * np.triu(gaussian(rng), 1) + np.diag(np.linspace(0.1, 0.9, 240)),
    "orthogonal": lambda rng: np.linalg.qr(gaussian(rng))[0],
    "the identity": lambda rng: np.eye(240),
    "nothing": lambda rng: np.zeros((240, 240)),
    "a shift, whose powers die": lambda rng: np.eye(240, k=1),
}


@pytest.mark.parametrize("name", MATRICES)
def test_the_spectral_radius_is_that_of_all_eigenvalues(name: str, rng: np.random.Generator) -> None:
    matrix = MATRICES[name](rng)
    assert radius(matrix) == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max(), rel=1e-9, abs=0.0)


def test_a_drawn_matrix_takes_the_short_way_and_an_orthogonal_one_does_not(rng: np.random.Generator) -> None:
    assert _dominant(gaussian(rng)) is not None
    assert _dominant(np.linalg.qr(gaussian(rng))[0]) is None
