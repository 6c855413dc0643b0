"""A model is one vector and views of it; how its weights are drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.cells import CELLS
from engine.forward import unroll
from engine.initialise import CONNECTIONS, INITIALISERS, initial_parameters
from engine.measures import spectral_radius
from engine.training.learning import INITIALISERS as NAMES
from engine.training.learning import OPTIMISER_NAMES
from engine.training.model import with_chrono
from engine.training.optimisers import OPTIMISERS
from engine.training.training import Training


@pytest.mark.parametrize("changes", [{}, {"layers": 3, "both": True}, {"task": "translation", "length": 5}])
@pytest.mark.parametrize("cell", ["tanh", "gru", "peephole"])
def test_every_number_has_one_place_and_arrays_are_views(cell: str, changes: dict[str, object]) -> None:
    training = Training(cell=cell, hidden=4, **changes)  # type: ignore[arg-type]
    structure, numbers = training.structure, np.arange(training.structure.count, dtype=np.float64)
    arrays, model = structure.arrays(numbers), structure.model(numbers)
    np.testing.assert_array_equal(np.concatenate([rows.ravel() for rows in arrays.values()]), numbers)
    assert np.shares_memory(model.readout.V, numbers)
    parts = {"network": model.network, "encoder": model.encoder}

    def parameters(place: tuple[str, int, bool]):  # type: ignore[no-untyped-def]
        network = parts[place[0]]
        assert network is not None
        return network.layers[place[1]].directions[place[2]]

    np.testing.assert_array_equal(structure.joined(parameters, model.readout), numbers)
    assert (model.encoder is None) == (training.task != "translation")


def test_the_lowest_layer_has_the_weights_of_every_other_page_and_further_ones_their_own() -> None:
    training = Training(
        task="adding", cell="lstm", hidden=5, layers=2, both=True, seed=11, initialiser="gaussian", scale=1.2
    )
    layers = training.structure.model(training.start()).network.layers
    same = initial_parameters(CELLS["lstm"], "gaussian", 1.2, 5, 2, 11)
    np.testing.assert_array_equal(layers[0].parameters.W, same.W)
    np.testing.assert_array_equal(layers[0].parameters.U, same.U)
    every = [p.W for layer in layers for p in layer.directions]
    assert all(not np.array_equal(a, b) for k, a in enumerate(every) for b in every[:k])


def test_a_longer_name_of_every_initialiser_and_optimiser_stands_in_the_record() -> None:
    assert set(NAMES) == {*INITIALISERS, "chrono"}
    assert set(OPTIMISER_NAMES) == set(OPTIMISERS)
    for name in NAMES:
        assert np.isfinite(Training(initialiser=name, hidden=6).start()).all()


def test_a_sparse_matrix_has_fifteen_entries_a_row_and_its_scale_for_a_radius() -> None:
    training = Training(initialiser="sparse", hidden=50, scale=0.95)
    W = training.structure.model(training.start()).network.layers[0].parameters.W
    assert ((W != 0.0).sum(axis=1) == CONNECTIONS).all() and CONNECTIONS == 15
    assert spectral_radius(W[None]) == pytest.approx(0.95, rel=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_chrono_lets_units_keep_from_one_step_to_the_lag(cell: str) -> None:
    kind, H, lag = CELLS[cell], 400, 100
    plain = initial_parameters(kind, "orthogonal", 1.0, H, 2, seed=3)
    chrono = with_chrono(kind, plain, lag, seed=3)
    if kind.keeper is None or kind.keeps is None:
        np.testing.assert_array_equal(chrono.b, plain.b)
        return
    silent = replace(chrono, U=0.0 * chrono.U, W=0.0 * chrono.W)
    gates = unroll(kind, silent, np.zeros((1, 1, 2))).gates
    kept = gates[kind.keeper][0, 0]
    kept = kept if kind.keeps.sign > 0 else 1.0 - kept
    times = 1.0 / (1.0 - kept)  # sigmoid(log u) = u / (1 + u), so that a unit forgets within 1 + u steps
    assert 2.0 <= times.min() < 4.0 and 0.95 * lag < times.max() <= lag
    if kind.keeps.written is not None:
        np.testing.assert_allclose(gates[kind.keeps.written][0, 0], 1.0 - kept, rtol=1e-12)
