"""Packed batches, states to start from and padding_idx, as PyTorch computes them, to 1e-12."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine import look
from engine.look import Look
from tests.engine.test_look import Module, Tensor

RNNS: dict[str, dict[str, dict[str, Any]]] = {  # what the modules of each case say of themselves, by their names
    "lstm": {"": {"batch_first": False}},
    "gru": {"": {"batch_first": True}},
    "cell": {"": {}},
    "words": {"": {}, "embedding": {"padding_idx": 2}, "rnn": {"batch_first": False}},
}


@cache
def golden(name: str) -> dict[str, np.ndarray]:
    with np.load(Path(__file__).parents[1] / "golden" / "look_calls_torch.npz") as arrays:
        return {key.partition("/")[2]: arrays[key] for key in arrays.files if key.startswith(f"{name}/")}


@cache
def looked(name: str) -> Look:
    values = golden(name)
    state = {key.removeprefix("state/"): Tensor(rows) for key, rows in values.items() if key.startswith("state/")}
    module = Module.of(state, {key: SimpleNamespace(**said) for key, said in RNNS[name].items()})
    x: Any = Tensor(values["x"])
    if "data" in values:
        x = SimpleNamespace(**{key: Tensor(values[key]) for key in ("data", "batch_sizes", "unsorted_indices")})
    start = [Tensor(values[key]) for key in ("h0", "c0") if key in values]
    return look(module, x, target=Tensor(values["target"]), start=tuple(start) if len(start) > 1 else start[0])


def close(found: np.ndarray, expected: np.ndarray, name: str = "") -> None:
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-12 * max(1.0, np.abs(expected).max()), err_msg=name)


@pytest.mark.parametrize("name", RNNS)
def test_outputs_and_losses_are_pytorchs(name: str) -> None:
    found, values = looked(name), golden(name)
    close(found.outputs, values["outputs"])
    assert sum(origin.value for origin in found.report.origins) == pytest.approx(float(values["loss"]), rel=1e-12)
    assert found.report.lengths == tuple(values["lengths"])


@pytest.mark.parametrize("name", RNNS)
def test_gradients_of_weights_and_of_the_states_at_the_start_are_pytorchs(name: str) -> None:
    found, values = looked(name), golden(name)
    expected = {key.removeprefix("grad/"): rows for key, rows in values.items() if key.startswith("grad/")}
    assert set(found.to_torch()) == set(expected)
    for key, rows in expected.items():
        close(found.to_torch()[key], rows, key)
    close(np.array([state.h for state in found.gradients.start]).reshape(values["h0"].shape), values["grad_h0"], "h0")
    if "c0" in values:
        cells = np.array([state.c for state in found.gradients.start])
        close(cells.reshape(values["c0"].shape), values["grad_c0"], "c0")


def test_pytorch_leaves_the_row_of_padding_idx_alone() -> None:
    values = golden("words")
    assert (values["x"] == 2).any() and values["state/embedding.weight"][2].any()
    assert not looked("words").to_torch()["embedding.weight"][2].any()
