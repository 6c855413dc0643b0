"""The spectral radius of large matrices is that of all eigenvalues, by a short way only where it is proven."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.report import radius as of_radius
from engine.report.radius import Power, proven, radius

Array = np.ndarray[Any, np.dtype[Any]]
H = 240


def gaussian(rng: np.random.Generator) -> Array:
    return rng.standard_normal((H, H)) / np.sqrt(H)


def sheared(rng: np.random.Generator, size: float) -> Array:
    """Eigenvalues 0.1 to 0.9, and so much above the diagonal."""
    return size * np.triu(gaussian(rng), 1) + np.diag(np.linspace(0.1, 0.9, H))


def raised(matrix: Array, squarings: int) -> list[Power]:
    powers = [Power(matrix, 0.0, 0.0, 1)]
    for _ in range(squarings):
        after = powers[-1].squared()
        assert after is not None
        powers.append(after)
    return powers


MATRICES = {
    "gaussian": gaussian,
    "tiny": lambda rng: 1e-200 * gaussian(rng),
    "huge": lambda rng: 1e200 * gaussian(rng),
    "one eigenvalue far out": lambda rng: gaussian(rng) + 3.0 / H,
    "sheared": lambda rng: sheared(rng, 0.3),
    "far from normal": lambda rng: sheared(rng, 4.0),
    "a diagonal and a shift": lambda rng: np.diag(np.linspace(-0.9, 0.9, H)) + 2.0 * np.eye(H, k=1),
    "orthogonal": lambda rng: np.linalg.qr(gaussian(rng))[0],
    "the identity": lambda rng: np.eye(H),
    "nothing": lambda rng: np.zeros((H, H)),
    "a shift, whose powers die": lambda rng: np.eye(H, k=1),
}


@pytest.mark.parametrize("name", MATRICES)
def test_the_spectral_radius_is_that_of_all_eigenvalues(name: str, rng: np.random.Generator) -> None:
    matrix = MATRICES[name](rng)
    assert radius(matrix) == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max(), rel=1e-9, abs=0.0)


def test_what_is_drawn_is_proven_and_where_nothing_is_all_eigenvalues_are_asked_for(rng: np.random.Generator) -> None:
    assert [name for name, made in MATRICES.items() if proven(made(rng)) is not None] == [
        *("gaussian", "tiny", "huge", "one eigenvalue far out", "sheared")
    ]


def test_an_iteration_at_rest_on_a_wrong_number_is_found_out(rng: np.random.Generator) -> None:
    matrix = sheared(rng, 4.0)
    power = raised(matrix, of_radius.SQUARINGS)[-1]
    rest = of_radius._at_rest(matrix, power.rows)
    assert rest is not None and abs(rest.value) > 0.903  # at rest to 1e-12, and not 0.9
    assert not of_radius._firm(matrix, rest)
    assert radius(matrix) == pytest.approx(0.9, rel=1e-12)


def test_an_eigenvalue_that_the_iteration_cannot_see_is_not_denied(rng: np.random.Generator) -> None:
    """Two blocks: the space that is looked at has 0.8 of the one, the other has 0.9."""
    matrix = np.diag(np.r_[np.full(20, 0.9), np.linspace(0.1, 0.8, H - 20)])
    power = raised(matrix, of_radius.SQUARINGS)[-1]
    Q = np.eye(H)[:, -16:]
    assert not of_radius._largest(power, of_radius.Rest(Q, 0.8, Q[:, -1], 0.0))


def test_the_bound_holds_powers_and_their_rounding(rng: np.random.Generator) -> None:
    matrix = gaussian(rng)
    top = np.abs(np.linalg.eigvals(matrix)).max()
    bounds = [2.0**power.log2_bound for power in raised(matrix, 10)]
    assert bounds == sorted(bounds, reverse=True)
    assert top < bounds[-1] < 1.01 * top
