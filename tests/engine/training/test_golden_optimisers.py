"""Every optimiser beside PyTorch's, after one update and after ten, with one bias for each gate and with its two.

The values in tests/golden/optimisers_torch.npz were written by make_torch_optimisers.py beside it, never by the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.tasks import Batch
from engine.training.optimisers import OPTIMISERS, Asked, OptimiserState
from engine.training.step import backward_of, forward_of
from engine.training.training import Training

Array = np.ndarray[Any, np.dtype[Any]]
PATH = Path(__file__).parents[2] / "golden" / "optimisers_torch.npz"
H = 4


def golden() -> dict[str, dict[str, Array]]:
    cases: dict[str, dict[str, Array]] = {}
    with np.load(PATH, allow_pickle=False) as arrays:
        for key, value in arrays.items():
            case, name = key.rsplit("/", 1)
            cases.setdefault(case, {})[name] = value
    return cases


CASES = golden()


def vectors(training: Training, values: dict[str, Array], k: int) -> tuple[Array, Array]:
    """PyTorch's weights before, after one or after ten updates (k = 0, 1, 2): the engine's vector with b_ih for a bias,
    and the second biases that are added to it."""
    second = values["bias_hh"][k]
    arrays = {
        "network.0.U": values["weight_ih"][k],
        "network.0.W": values["weight_hh"][k],
        "network.0.b": values["bias_ih"][k],
        "network.0.recurrent_bias": second[2 * H :],
        "readout.V": values["V"][k],
        "readout.d": values["d"][k],
    }
    numbers = np.concatenate([arrays[name].reshape(-1) for name in training.structure.shapes])
    return numbers, second[: 2 * H] if training.cell == "gru" else second


@pytest.mark.parametrize("case", CASES)
def test_one_update_and_ten_change_the_weights_as_in_pytorch(case: str) -> None:
    (name, cell, biases), values = case.split(), CASES[case]
    training = Training(task="adding", length=6, hidden=H, cell=cell)
    batch = Batch(values["x"], values["y"], "final")
    numbers, second = vectors(training, values, 0)
    bias = training.structure.slices["network.0.b"]
    doubled = np.arange(bias.start, bias.start + len(second))  # the biases of which PyTorch has two
    both, state = np.concatenate([numbers, second]), OptimiserState()
    for update in range(1, 11):
        merged = both[: len(numbers)].copy()
        merged[doubled] += both[len(numbers) :]
        forward = forward_of(training, training.structure.model(merged), batch)
        gradient = backward_of(training, forward).gradient
        again = gradient[doubled] if biases == "two" else np.zeros(len(second))
        asked = Asked(np.concatenate([gradient, again]), both, float(values["rate"]))
        state, change = OPTIMISERS[name](state, asked)
        both = both + change
        if update in (1, 10):
            wanted = np.concatenate(vectors(training, values, 1 + (update == 10)))
            np.testing.assert_allclose(both, wanted, rtol=1e-12, atol=1e-12)
    assert state.updates == 10


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_optimiser_changes_nothing_that_it_is_given(name: str, rng: np.random.Generator) -> None:
    gradient, weights, state = rng.standard_normal(9), rng.standard_normal(9), OptimiserState()
    for _ in range(3):
        before = [array.copy() for array in (gradient, weights, *state.slots)]
        after, _ = OPTIMISERS[name](state, Asked(gradient, weights, 0.1))
        for array, was in zip((gradient, weights, *state.slots), before, strict=True):
            np.testing.assert_array_equal(array, was)
        state = after
