"""Initial weights: what each initialiser promises, and that a seed is enough to have them again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.forward import unroll
from engine.initialise import INITIALISERS, glorot, initial_parameters, initial_readout, of_symbols
from engine.measures import largest_singular_value, recurrent_blocks, spectral_radius
from engine.studies.vanish.study import VanishStudy
from tests.engine.networks import EVERY_CELL

Array = np.ndarray[Any, np.dtype[Any]]

SIZES = [1, 2, 7, 40]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", INITIALISERS)
def test_every_initialiser_gives_a_square_matrix_of_finite_numbers(
    name: str, size: int, rng: np.random.Generator
) -> None:
    w = INITIALISERS[name](rng, size)
    assert w.shape == (size, size) and w.dtype == np.float64
    assert np.isfinite(w).all()


@pytest.mark.parametrize("size", SIZES)
def test_an_orthogonal_matrix_times_its_transpose_is_the_identity(size: int, rng: np.random.Generator) -> None:
    w = INITIALISERS["orthogonal"](rng, size)
    np.testing.assert_allclose(w @ w.T, np.eye(size), rtol=0.0, atol=1e-14)


def test_orthogonal_matrices_are_drawn_on_both_sides_of_every_axis(rng: np.random.Generator) -> None:
    first = [INITIALISERS["orthogonal"](rng, 3)[0, 0] for _ in range(400)]
    assert abs(np.mean(first)) < 0.1 and np.std(first) == pytest.approx(1 / math.sqrt(3), rel=0.1)
    assert {float(INITIALISERS["orthogonal"](rng, 1)[0, 0]) for _ in range(20)} == {-1.0, 1.0}


@pytest.mark.parametrize("size", SIZES)
def test_the_radius_initialiser_has_spectral_radius_one(size: int, rng: np.random.Generator) -> None:
    assert spectral_radius(INITIALISERS["radius"](rng, size)[None]) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("size", SIZES)
def test_the_singular_initialiser_has_largest_singular_value_one(size: int, rng: np.random.Generator) -> None:
    assert largest_singular_value(INITIALISERS["singular"](rng, size)[None]) == pytest.approx(1.0, rel=1e-13)


@pytest.mark.parametrize("size", SIZES)
def test_the_identity_initialiser_is_the_identity(size: int, rng: np.random.Generator) -> None:
    np.testing.assert_array_equal(INITIALISERS["identity"](rng, size), np.eye(size))


def test_gaussian_entries_have_the_standard_deviation_that_makes_the_radius_one(rng: np.random.Generator) -> None:
    w = INITIALISERS["gaussian"](rng, 300)
    assert np.std(w) * math.sqrt(300) == pytest.approx(1.0, abs=0.01)
    assert abs(np.mean(w)) < 0.001
    assert spectral_radius(w[None]) == pytest.approx(1.0, abs=0.1)
    assert largest_singular_value(w[None]) == pytest.approx(2.0, abs=0.1)


def test_glorot_fills_its_range_and_no_more(rng: np.random.Generator) -> None:
    w, limit = glorot(rng, 300, 100), math.sqrt(6 / 400)
    assert w.shape == (300, 100)
    assert 0.999 * limit < np.abs(w).max() <= limit
    assert np.std(w) == pytest.approx(limit / math.sqrt(3), rel=0.01)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cell", CELLS)
def test_the_gain_is_the_spectral_radius_of_every_gate(cell: str, size: int) -> None:
    parameters = initial_parameters(CELLS[cell], "radius", 1.7, size, input_size=3, seed=5)
    for block in recurrent_blocks(CELLS[cell], parameters):
        assert spectral_radius(block[None]) == pytest.approx(1.7, rel=1e-12)


@pytest.mark.parametrize("initialiser", INITIALISERS)
def test_the_gain_is_a_factor_on_the_recurrent_weights_alone(initialiser: str) -> None:
    once = initial_parameters(CELLS["gru"], initialiser, 1.0, 4, 3, seed=5)
    thrice = initial_parameters(CELLS["gru"], initialiser, 3.0, 4, 3, seed=5)
    np.testing.assert_allclose(thrice.W, 3.0 * once.W, rtol=1e-15)
    np.testing.assert_array_equal(thrice.U, once.U)
    np.testing.assert_array_equal(thrice.b, once.b)


@pytest.mark.parametrize("initialiser", INITIALISERS)
@pytest.mark.parametrize("cell", CELLS)
def test_the_same_seed_gives_the_same_weights_to_the_last_bit(cell: str, initialiser: str) -> None:
    first, again = (initial_parameters(CELLS[cell], initialiser, 0.9, 6, 2, seed=11).named() for _ in range(2))
    for name, array in first.items():
        np.testing.assert_array_equal(again[name], array)


def test_another_seed_gives_other_weights() -> None:
    one, other = (initial_parameters(CELLS["lstm"], "gaussian", 1.0, 4, 2, seed=seed) for seed in (1, 2))
    assert not np.isclose(one.W, other.W).any()
    assert not np.isclose(one.U, other.U).any()
    assert not np.isclose(initial_readout(4, 3, seed=1).V, initial_readout(4, 3, seed=2).V).any()


def test_cells_of_the_same_shape_share_the_weights_of_a_seed() -> None:
    runs = [initial_parameters(CELLS[cell], "gaussian", 1.0, 4, 2, seed=3) for cell in ("tanh", "relu", "sigmoid")]
    for run in runs[1:]:
        np.testing.assert_array_equal(run.W, runs[0].W)
        np.testing.assert_array_equal(run.U, runs[0].U)


@pytest.mark.parametrize("cell", CELLS)
def test_a_symbol_has_its_weights_at_whichever_place_of_whichever_vocabulary(cell: str) -> None:
    def column(symbols: tuple[str, ...], symbol: str) -> tuple[Array, Array]:
        D, k = len(symbols), symbols.index(symbol)
        parameters = initial_parameters(CELLS[cell], "gaussian", 1.0, 4, D, seed=3, symbols=symbols)
        CELLS[cell].check(parameters)
        return parameters.U[:, k], initial_readout(4, D, seed=3, symbols=symbols).V[k]

    for one, other in zip(column(("a", "b"), "b"), column(("c", "b", "é", "a b"), "b"), strict=True):
        np.testing.assert_array_equal(one, other)
        assert 0.0 < np.abs(one).max() <= math.sqrt(6 / 5)
    assert not np.isclose(column(("a", "b"), "a")[0], column(("a", "b"), "b")[0]).any()


def test_the_weights_of_symbols_are_uniform_to_their_limit() -> None:
    drawn = of_symbols(tuple(f"{k}" for k in range(2000)), 1, 1, 2, 5)
    assert drawn.shape == (2000, 10)
    assert abs(drawn.mean()) < 0.02 and 0.99 < np.abs(drawn).max() <= 1.0
    assert drawn.var() == pytest.approx(1.0 / 3.0, rel=0.02)


def test_the_gates_of_a_cell_start_from_different_weights() -> None:
    parameters = initial_parameters(CELLS["lstm"], "gaussian", 1.0, 4, 2, seed=3)
    i, f, g, o = recurrent_blocks(CELLS["lstm"], parameters)
    for one, other in ((i, f), (f, g), (g, o), (o, i)):
        assert not np.isclose(one, other).any()


def test_an_lstm_starts_with_a_forget_bias_of_one_and_no_other() -> None:
    parameters = initial_parameters(CELLS["lstm"], "orthogonal", 1.0, 3, 2, seed=0)
    np.testing.assert_array_equal(parameters.b, [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    trace = unroll(CELLS["lstm"], parameters, np.zeros((1, 1, 2)))
    np.testing.assert_allclose(trace.gates["forget"], 0.7310585786300049, rtol=1e-15)
    for gate in ("input", "output"):
        np.testing.assert_array_equal(trace.gates[gate], 0.5)


KEEPERS = {
    **{"lstm": ("forget", 1.0), "peephole": ("forget", 1.0), "gru": ("update", 0.0), "gru_before": ("update", 0.0)},
    **{"coupled": ("input", 0.0), "peephole_coupled": ("input", 0.0), "mgu": ("forget", 0.0)},
}


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_the_bias_is_that_of_the_gate_that_says_what_is_kept(cell: str) -> None:
    usual, given = (
        initial_parameters(EVERY_CELL[cell], "orthogonal", 1.0, 3, 2, seed=0, bias=bias) for bias in (None, 5.0)
    )
    if cell not in KEEPERS:
        assert not usual.b.any() and not given.b.any()
        return
    gate, first = KEEPERS[cell]
    rows = EVERY_CELL[cell].rows(gate, 3)
    for b, value in ((usual.b, first), (given.b, 5.0)):
        np.testing.assert_array_equal(b[rows], value)
        assert not np.delete(b, rows).any()


@pytest.mark.parametrize("cell", EVERY_CELL)
def test_extras_start_at_zero_a_leak_at_a_tenth_and_peepholes_at_random(cell: str) -> None:
    one, again, other = (
        initial_parameters(EVERY_CELL[cell], "orthogonal", 1.0, 300, 2, seed=seed).extra for seed in (0, 0, 1)
    )
    assert tuple(one) == EVERY_CELL[cell].extras
    for name, value in one.items():
        np.testing.assert_array_equal(value, again[name])
        if "peephole" not in name:
            np.testing.assert_array_equal(value, 0.1 if name == "leak" else 0.0)
            continue
        assert value.std() == pytest.approx(0.5, rel=0.1)
        assert not np.isclose(value, other[name]).any()
        assert all(value is twin or not np.isclose(value, twin).all() for twin in one.values())


def test_a_peephole_lstm_is_not_another_lstm() -> None:
    study = VanishStudy(cells=("lstm", "peephole"))
    one, other = (study.run(cell).log2_dh[:, 0] for cell in study.cells)
    assert np.abs(one - other).max() > 0.1


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("initialiser", INITIALISERS)
@pytest.mark.parametrize("cell", CELLS)
def test_initial_weights_fit_their_cell(cell: str, initialiser: str, size: int) -> None:
    parameters = initial_parameters(CELLS[cell], initialiser, 1.0, size, input_size=1, seed=0)
    CELLS[cell].check(parameters)
    assert (parameters.hidden_size, parameters.input_size) == (size, 1)


def test_a_readout_has_glorot_weights_and_no_bias() -> None:
    readout = initial_readout(hidden_size=40, outputs=10, seed=4)
    assert readout.V.shape == (10, 40) and readout.d.shape == (10,)
    assert not readout.d.any()
    assert 0.9 * math.sqrt(6 / 50) < np.abs(readout.V).max() <= math.sqrt(6 / 50)
