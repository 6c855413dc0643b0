"""Products of step Jacobians through slopes that float64 cannot hold, beside 120 bits with unbounded exponents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.forward import Trace, unroll
from engine.parameters import Parameters
from engine.spectra.jacobians import far_jacobians
from engine.spectra.lyapunov import lyapunov_spectrum
from engine.spectra.products import running_products
from engine.spectra.singular import log2_singular_values
from engine.studies.vanish.stretches import stretches
from engine.studies.vanish.study import VanishStudy
from engine.studies.vanish.theory import theory
from tests.engine.test_beyond import EXACT, exact, log2, slope


def exact_products(trace: Trace) -> list[Any]:
    """dh_T/dh_t for t = T..0 of a tanh network of one sequence, from its own pre-activations."""
    W, P = exact(trace.parameters.W), exact(np.eye(trace.parameters.hidden_size))
    products = [P]
    for a in trace.pre_activations["state"][::-1, 0]:
        slopes = np.array([1 / EXACT.cosh(EXACT.mpf(float(v))) ** 2 for v in a], dtype=object)
        P = P.dot(slopes[:, None] * W)
        products.append(P)
    return products


def test_products_and_singular_values_through_flat_slopes() -> None:
    x = np.array([[[1.0]], [[900.0]], [[-2.0]], [[40_000.0]]])
    parameters = Parameters(np.array([[1.0], [0.75]]), np.array([[0.5, 1.0], [-1.0, 0.25]]), np.zeros(2))
    trace = unroll(CELLS["tanh"], parameters, x)
    steps = far_jacobians(trace)
    values, largest = log2_singular_values(steps), running_products(steps).log2_spectral
    det = sum((slope(float(v)) for v in trace.pre_activations["state"].ravel()), 4 * log2(EXACT.mpf(1.125), 2))
    for t, P in enumerate(exact_products(trace)[::-1]):
        high = log2(sum(v * v for v in P.ravel()), 2) / 2  # but for the other, far smaller one
        if t in (0, 1, 2):
            assert values[t, 0] == pytest.approx(float(high), rel=1e-9)
            assert largest[t] == pytest.approx(float(high), rel=1e-9)
    assert values[0].sum() == pytest.approx(float(det), rel=1e-9)
    first = lyapunov_spectrum(steps)[0]
    assert np.isfinite(first) and first < -1000.0


def test_what_multiplies_in_a_saturated_network_is_not_called_crushed() -> None:
    numbers = (5000.0, -900.0, 700.0, 3000.0)
    study = VanishStudy(cells=("tanh", "gru", "mgu", "lstm"), inputs="numbers", numbers=numbers, hidden=3)
    for cell in study.cells:
        found = stretches(study, cell)
        assert found.log2_ranks is not None
        assert np.isfinite(found.log2_largest).all() and np.isfinite(found.lyapunov[0])
        assert np.isfinite(found.log2_ranks).all() or cell == "lstm"  # whose dh/dh is nothing beside dh/dc
        assert np.isfinite(found.log2_table[np.tril_indices(len(found.steps))]).all()
        assert theory(study, cell).predictions[2].log2_per_step is not None
