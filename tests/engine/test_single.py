"""Where a float32 run ends, beside plain float32 loops written here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.errors import probe
from engine.forward import unroll
from engine.gradients.backward import backpropagate
from engine.gradients.single import float32_ends
from engine.initialise import initial_parameters
from engine.parameters import Parameters
from engine.studies.vanish.families import family
from engine.studies.vanish.study import VanishStudy

Array = np.ndarray[Any, np.dtype[Any]]
SETTINGS = [("tanh", 200, 0.2, 148, 0), ("tanh", 200, 0.5, 104, 0), ("relu", 600, 2.5, 0, 501)]


def plain_loops(parameters: Parameters, x: Array, direction: Array, cell: str) -> tuple[int, int]:
    """The last step whose gradient is 0, and whose gradient is no finite number; 0 for none. x is (T, D)."""
    W, U, b = (array.astype(np.float32) for array in (parameters.W, parameters.U, parameters.b))
    h, T = [np.zeros(len(W), np.float32)], len(x)
    with np.errstate(all="ignore"):
        for t in range(T):
            a = W @ h[t] + U @ x[t].astype(np.float32) + b
            h.append(np.tanh(a) if cell == "tanh" else a if cell == "identity" else np.where(a <= 0, np.float32(0), a))
        dh, zero, overflow = (direction / np.linalg.norm(direction)).astype(np.float32), 0, 0
        for t in range(T, 0, -1):
            zero = zero or (0 if dh.any() else t)
            overflow = overflow or (0 if np.isfinite(dh).all() else t)
            slope = {"tanh": 1 - h[t] * h[t], "identity": np.ones_like(dh), "relu": 1 - (h[t] <= 0)}[cell]
            dh = W.T @ (slope.astype(np.float32) * dh)
    return zero, overflow


@pytest.mark.parametrize(("cell", "T", "scale", "zero", "overflow"), SETTINGS)
def test_what_pytorch_finds(cell: str, T: int, scale: float, zero: int, overflow: int) -> None:
    study = VanishStudy(cells=(cell,), steps=T, hidden=16, scale=scale, loss="probe")
    direction = np.random.default_rng([study.seed, 5]).standard_normal(16)
    assert plain_loops(study.parameters(cell), study.sequence().x[:, 0], direction, cell) == (zero, overflow)
    for scales in ((scale,), (0.7, scale, 1.0)):
        found = family(study, cell, scales).reach[scales.index(scale)]
        assert (found.float32_zero or 0, found.float32_overflow or 0) == (zero, overflow)


@pytest.mark.parametrize("H", [2, 16, 64])
@pytest.mark.parametrize(
    ("cell", "gain"), [("tanh", 0.2), ("tanh", 0.4), ("tanh", 1.5), ("identity", 0.4), ("identity", 3.0), ("relu", 4.0)]
)
def test_every_column_ends_where_its_own_loop_does(cell: str, gain: float, H: int, rng: np.random.Generator) -> None:
    # Sums of three and more numbers in another order may round the last bits differently, and end a step earlier.
    T, gains = 300, gain * np.array([1.0, 1.1])
    base = initial_parameters(CELLS[cell], "orthogonal", 1.0, H, input_size=2, seed=1)
    x, direction = rng.standard_normal((T, 1, 2)), rng.standard_normal(H)
    trace = unroll(CELLS[cell], base, np.repeat(x, 2, axis=1), gain=gains)
    found = float32_ends(backpropagate(trace, probe(trace, direction)), lambda single: probe(single, direction))
    for k, own in enumerate(gains):
        alone = Parameters(base.U, own * base.W, base.b)
        expected = plain_loops(alone, x[:, 0], direction, cell)
        assert abs(np.array(expected) - (found.zero[k], found.overflow[k])).max() <= 1


def test_a_slope_that_is_0_in_float32_only_ends_it_there() -> None:
    # 1 - tanh(12)**2 is 0 in float32 and 1.5e-10 in truth.
    parameters = Parameters(np.zeros((1, 1)), np.array([[1e-3]]), np.array([12.0]))
    trace = unroll(CELLS["tanh"], parameters, np.zeros((5, 1, 1)))
    gradients = backpropagate(trace, probe(trace, np.ones(1)))
    assert gradients.log2_dh[4, 0] > -50.0
    assert float32_ends(gradients, lambda single: probe(single, np.ones(1))).zero[0] == 4


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_runs_in_float32(cell: str, rng: np.random.Generator) -> None:
    study = VanishStudy(cells=(cell,), steps=300, hidden=4, scale=0.2, forget_bias=-3.0, at="every")
    found = family(study, cell, (0.2, 3.0)).reach
    assert all(end.float32_overflow is None or cell in ("relu", "identity") for end in found)
