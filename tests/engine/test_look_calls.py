"""A batch as PyTorch's modules are called with it: packed, from states of its own, with a symbol left unlearned."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine import State, look, run_network, to_torch
from tests.engine.test_look import Module, Tensor, network

LENGTHS = np.array([4, 6, 2])


def packed(x: np.ndarray) -> SimpleNamespace:
    """Like pack_padded_sequence(x, LENGTHS, enforce_sorted=False)."""
    order = np.argsort(-LENGTHS, kind="stable")
    running = np.arange(len(x))[:, None] < LENGTHS[order]
    return SimpleNamespace(
        data=Tensor(x[:, order][running]),
        batch_sizes=Tensor(running.sum(axis=1)),
        sorted_indices=Tensor(order),
        unsorted_indices=Tensor(np.argsort(order)),
    )


@pytest.mark.parametrize("batch_first", [False, True])
def test_a_packed_batch_is_the_padded_one_with_its_lengths_in_its_own_order(
    batch_first: bool, rng: np.random.Generator
) -> None:
    module, x = Module(network(rng), batch_first=batch_first), rng.standard_normal((6, 3, 3))
    target = rng.standard_normal((3, 6, 4) if batch_first else (6, 3, 4))
    found = look(module, packed(x), target=target)
    expected = look(module, x.swapaxes(0, 1) if batch_first else x, target=target, lengths=LENGTHS)
    assert found.report.lengths == (4, 6, 2)
    np.testing.assert_array_equal(found.outputs, expected.outputs)
    for name, rows in expected.to_torch().items():
        np.testing.assert_array_equal(found.to_torch()[name], rows)


@pytest.mark.parametrize("cell", ["lstm", "gru", "tanh"])
def test_states_to_start_from_are_those_of_each_layer_and_sequence(cell: str, rng: np.random.Generator) -> None:
    net, x = network(rng, cell), rng.standard_normal((6, 3, 3))
    h0, c0 = rng.standard_normal((2, 2, 3, 4))
    memory = cell == "lstm"
    states = tuple(State(h, c if memory else None) for h, c in zip(h0, c0, strict=True))
    expected = run_network(net, x, LENGTHS, start=states)
    given = (Tensor(h0), Tensor(c0)) if memory else Tensor(h0)
    for start in (given, states):
        found = look(Module(net, nonlinearity=cell), packed(x), start=start)
        np.testing.assert_array_equal(found.outputs, expected.outputs)
        np.testing.assert_array_equal(found.trace.layers[1].forward.h[0], h0[1])
    assert set(look(net, x, start=states).to_torch()) == set(to_torch(net))
    alone = look(net, x[:4, 0], start=(h0[:, 0], c0[:, 0]) if memory else h0[:, 0])
    np.testing.assert_allclose(alone.outputs[:, 0], expected.outputs[:4, 0], rtol=1e-13)
    np.testing.assert_allclose(
        alone.report.curves[0].log2_dh[0], look(net, x, start=states, lengths=LENGTHS).report.curves[0].log2_dh[0][:5],
        rtol=1e-12,
    )  # fmt: skip


def test_the_row_of_padding_idx_has_no_gradient_by_the_modules_names(rng: np.random.Generator) -> None:
    state = {"embedding.weight": Tensor(rng.standard_normal((5, 3)))}
    state |= {f"rnn.{name}": Tensor(rows) for name, rows in to_torch(network(rng)).items()}
    x = np.array([[1, 4], [4, 2], [0, 4]])
    free, held = (
        look(Module.of(state, {"": SimpleNamespace(), "embedding": SimpleNamespace(padding_idx=padding)}), x)
        for padding in (None, 4)
    )
    rows = free.to_torch()["embedding.weight"]
    assert rows[4].any()
    rows = rows.copy()
    rows[4] = 0.0
    np.testing.assert_array_equal(held.to_torch()["embedding.weight"], rows)
    assert held.gradients.embedding is not None and held.gradients.embedding[4].any()


def test_what_does_not_fit_is_said(rng: np.random.Generator) -> None:
    net, x = network(rng), rng.standard_normal((6, 3, 3))
    h0 = np.zeros((2, 3, 4))
    for given, says in (
        ({"start": h0}, r"start is an array of shape \(2, 3, 4\), but \(h0, c0\) was expected, as of the LSTM"),
        ({"start": (h0[:1], h0)}, r"h0 has shape \(1, 3, 4\), but \(2, 3, 4\) was expected"),
        ({"start": (h0, h0[:, :2])}, r"c0 has shape \(2, 2, 4\), but \(2, 3, 4\) was expected"),
    ):
        with pytest.raises(ValueError, match=says):
            look(net, x, **given)
    batch = packed(x)
    with pytest.raises(ValueError, match="a packed batch says by itself how long its sequences are"):
        look(net, batch, lengths=LENGTHS)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"batch_sizes": np.array([1, 2])}, "that never rise"),
        ({"batch_sizes": np.array([3, 2])}, r"x\.data has shape \(12, 3\), but x\.batch_sizes are of 5 steps"),
        ({"unsorted_indices": np.array([0, 0, 1])}, "each of 0 to 2 once was expected"),
    )
    for changed, says in wrong:
        with pytest.raises(ValueError, match=says):
            look(net, SimpleNamespace(**{**vars(batch), **changed}))
