"""Both arithmetics, float64 and numbers that each carry a power of two, on runs that both can hold."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from engine.cells import CELLS
from engine.cells.base import Cell
from engine.cells.rnn import RNN
from engine.errors import cross_entropy
from engine.forward import unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.contributions import contributions
from engine.initialise import initial_readout
from engine.networks.ensembles import ensemble
from engine.parameters import Parameters
from engine.spectra.jacobians import far_jacobians, growth, itemised, step_jacobians
from engine.wide import FAINTEST, exponential, of, value

QUANTITIES = ("log2_dh", "log2_dc", "log2_largest", "log2_parameters", "dh", "dc", "dx")


def assert_same(one: Gradients, other: Gradients) -> None:
    for name in QUANTITIES:
        if getattr(one, name) is not None:
            np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-10, atol=1e-12, err_msg=name)
    for name, rows in one.parameters.named().items():
        np.testing.assert_allclose(other.parameters.named()[name], rows, rtol=1e-10, atol=1e-12, err_msg=name)
        np.testing.assert_allclose(value(other.far_parameters.named()[name]), rows, rtol=1e-10, atol=1e-12)
    for name, rows in one.pre_activations.items():
        np.testing.assert_allclose(other.pre_activations[name], rows, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", ["one", "batch", "symbols", "gain", "ensemble", "lengths"])
@pytest.mark.parametrize("cell", CELLS)
def test_both_arithmetics_find_the_same_where_both_can(
    cell: str, kind: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    T, B, D, H, kept = 9, 1 if kind == "one" else 3, 2, 4, CELLS[cell]
    drawn = [
        Parameters(
            rng.standard_normal((len(kept.gates) * H, D)),
            0.5 * rng.standard_normal((len(kept.gates) * H, H)),
            rng.standard_normal(len(kept.gates) * H),
            {name: rng.random(H) for name in kept.extras},
        )
        for _ in range(B)
    ]
    trace = unroll(
        kept,
        ensemble(drawn) if kind == "ensemble" else drawn[0],
        rng.integers(0, D, (T, B)) if kind == "symbols" else rng.standard_normal((T, B, D)),
        gain=np.linspace(0.5, 1.5, B) if kind == "gain" else None,
        lengths=[9, 4, 7] if kind == "lengths" else None,
    )
    errors = cross_entropy(trace, initial_readout(H, 3, 1), rng.integers(0, 3, (T, B)), "every")
    plain = backpropagate(trace, errors)
    split, table, jacobians = growth(plain), itemised(plain, B - 1).log2_norm, step_jacobians(trace, B - 1)
    monkeypatch.setattr(RNN if isinstance(kept, RNN) else Cell, "saturated", lambda *_: True)
    far = backpropagate(trace, errors)
    assert_same(plain, far)
    np.testing.assert_allclose(growth(far).total, split.total, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(value(far_jacobians(trace, B - 1)), jacobians, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(itemised(far, B - 1).log2_norm, table, rtol=1e-10, atol=1e-12)
    if kind not in ("gain", "ensemble"):
        monkeypatch.undo()
        expected = contributions(backpropagate(trace, errors))
        for name, rows in contributions(far).log2_norms.items():
            np.testing.assert_allclose(rows, expected.log2_norms[name], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(contributions(far).at(2).W, expected.at(2).W, rtol=1e-10, atol=1e-14)


def test_products_of_very_different_numbers_keep_what_only_a_small_factor_reaches(rng: np.random.Generator) -> None:
    exponents = rng.integers(-5000, 5000, (5, 7)), rng.integers(-5000, 5000, (7, 4))
    a, b = (rng.integers(-3, 4, power.shape) for power in exponents)
    found = of(a, exponents[0]) @ of(b, exponents[1])
    for row in range(5):
        for column in range(4):
            terms = [int(a[row, k]) * int(b[k, column]) for k in range(7)]
            powers = [int(exponents[0][row, k] + exponents[1][k, column]) + 20_000 for k in range(7)]
            exact = sum(term << power for term, power in zip(terms, powers, strict=True))
            size = Fraction(exact, 2 ** (int(found.exponent[row, column]) + 20_000)) if exact else Fraction(0)
            assert float(size) == pytest.approx(float(found.mantissa[row, column]), rel=1e-14)


@pytest.mark.parametrize("x", [-1e6, -745.2, -1.0, 0.0, 3.5, 5000.0])
def test_an_exponential_beyond_float64(x: float) -> None:
    found = exponential(np.array([x]))
    assert found.log2_norm((0,)) == pytest.approx(x / np.log(2.0), rel=1e-14)


def test_an_exponential_never_leaves_what_exponents_hold() -> None:
    assert exponential(np.array([-1e300])).log2_norm((0,)) == pytest.approx(-FAINTEST, rel=1e-9)
