"""Weights of PyTorch, Keras and ONNX in the engine's order: every block is one number here, so that it can be followed.

That the converted weights also compute what the frameworks compute is in test_golden_networks.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS, LSTMVariant
from engine.conventions import from_keras, from_onnx, from_torch

Array = np.ndarray[Any, np.dtype[Any]]
D, H = 3, 2

LSTM = {"i": 1.0, "f": 2.0, "g": 3.0, "o": 4.0}
GRU = {"r": 1.0, "z": 2.0, "n": 3.0}
BOTH = LSTMVariant(peepholes=True, coupled=True)


def stacked(blocks: Sequence[float], *tail: int) -> Array:
    """One block of H equal rows for each number."""
    return np.concatenate([np.full((H, *tail), float(number)) for number in blocks])


def in_order(numbers: dict[str, float], order: str, times: float = 1.0) -> list[float]:
    return [times * numbers[letter] for letter in order.split()]


def test_torch_lstm_keeps_its_order_and_adds_its_biases() -> None:
    U, W, of_x, of_h = (in_order(LSTM, "i f g o", times) for times in (1, 10, 100, 1000))
    p = from_torch(CELLS["lstm"], stacked(U, D), stacked(W, H), stacked(of_x), stacked(of_h))
    np.testing.assert_array_equal(p.U, stacked([1, 2, 3, 4], D))
    np.testing.assert_array_equal(p.W, stacked([10, 20, 30, 40], H))
    np.testing.assert_array_equal(p.b, stacked([1100, 2200, 3300, 4400]))
    assert not p.extra


def test_torch_gru_keeps_the_second_bias_of_n_apart() -> None:
    U, W, of_x, of_h = (in_order(GRU, "r z n", times) for times in (1, 10, 100, 1000))
    p = from_torch(CELLS["gru"], stacked(U, D), stacked(W, H), stacked(of_x), stacked(of_h))
    np.testing.assert_array_equal(p.U, stacked([1, 2, 3], D))
    np.testing.assert_array_equal(p.W, stacked([10, 20, 30], H))
    np.testing.assert_array_equal(p.b, stacked([1100, 2200, 300]))
    np.testing.assert_array_equal(p.extra["recurrent_bias"], stacked([3000]))


@pytest.mark.parametrize("cell", ["tanh", "relu"])
def test_torch_rnn_adds_its_biases(cell: str) -> None:
    p = from_torch(CELLS[cell], stacked([1], D), stacked([2], H), stacked([3]), stacked([4]))
    np.testing.assert_array_equal(p.b, stacked([7]))


def test_keras_lstm_is_transposed_and_keeps_its_order() -> None:
    U, W, b = (in_order(LSTM, "i f g o", times) for times in (1, 10, 100))
    p = from_keras(CELLS["lstm"], stacked(U, D).T, stacked(W, H).T, stacked(b))
    np.testing.assert_array_equal(p.U, stacked([1, 2, 3, 4], D))
    np.testing.assert_array_equal(p.W, stacked([10, 20, 30, 40], H))
    np.testing.assert_array_equal(p.b, stacked([100, 200, 300, 400]))


def test_a_matrix_of_keras_is_transposed_and_not_only_reshaped(rng: np.random.Generator) -> None:
    kernel, recurrent_kernel = rng.standard_normal((D, H)), rng.standard_normal((H, H))
    p = from_keras(CELLS["tanh"], kernel, recurrent_kernel)
    np.testing.assert_array_equal(p.U, kernel.T)
    np.testing.assert_array_equal(p.W, recurrent_kernel.T)


def test_keras_gru_with_reset_after_puts_r_first_and_keeps_the_second_bias_of_n_apart() -> None:
    U, W, of_x, of_h = (in_order(GRU, "z r n", times) for times in (1, 10, 100, 1000))
    p = from_keras(CELLS["gru"], stacked(U, D).T, stacked(W, H).T, np.stack([stacked(of_x), stacked(of_h)]))
    np.testing.assert_array_equal(p.U, stacked([1, 2, 3], D))
    np.testing.assert_array_equal(p.W, stacked([10, 20, 30], H))
    np.testing.assert_array_equal(p.b, stacked([1100, 2200, 300]))
    np.testing.assert_array_equal(p.extra["recurrent_bias"], stacked([3000]))


def test_keras_gru_without_reset_after_puts_r_first_and_has_one_bias() -> None:
    U, W, b = (in_order(GRU, "z r n", times) for times in (1, 10, 100))
    p = from_keras(CELLS["gru_before"], stacked(U, D).T, stacked(W, H).T, stacked(b))
    np.testing.assert_array_equal(p.U, stacked([1, 2, 3], D))
    np.testing.assert_array_equal(p.b, stacked([100, 200, 300]))
    assert not p.extra


def test_onnx_lstm_is_reordered_and_its_biases_added() -> None:
    U, W, of_x, of_h = (in_order(LSTM, "i o f g", times) for times in (1, 10, 100, 1000))
    p = from_onnx(CELLS["lstm"], stacked(U, D), stacked(W, H), stacked(of_x + of_h))
    np.testing.assert_array_equal(p.U, stacked([1, 2, 3, 4], D))
    np.testing.assert_array_equal(p.W, stacked([10, 20, 30, 40], H))
    np.testing.assert_array_equal(p.b, stacked([1100, 2200, 3300, 4400]))


def test_onnx_peepholes_come_in_the_order_i_o_f() -> None:
    U = stacked(in_order(LSTM, "i o f g"), D)
    p = from_onnx(CELLS["peephole"], U, stacked([0] * 4, H), None, stacked(in_order(LSTM, "i o f")))
    np.testing.assert_array_equal(p.extra["peephole_input"], stacked([1]))
    np.testing.assert_array_equal(p.extra["peephole_forget"], stacked([2]))
    np.testing.assert_array_equal(p.extra["peephole_output"], stacked([4]))


@pytest.mark.parametrize("cell", [CELLS["coupled"], BOTH], ids=lambda cell: cell.name)
def test_onnx_lstm_with_coupled_gates_loses_the_rows_of_f(cell: LSTMVariant) -> None:
    U, W, of_x, of_h = (in_order(LSTM, "i o f g", times) for times in (1, 10, 100, 1000))
    looks = stacked(in_order(LSTM, "i o f")) if cell.peepholes else None
    p = from_onnx(cell, stacked(U, D), stacked(W, H), stacked(of_x + of_h), looks)
    np.testing.assert_array_equal(p.U, stacked([1, 3, 4], D))
    np.testing.assert_array_equal(p.W, stacked([10, 30, 40], H))
    np.testing.assert_array_equal(p.b, stacked([1100, 3300, 4400]))
    assert {name: value[0] for name, value in p.extra.items()} == (
        {"peephole_input": 1.0, "peephole_output": 4.0} if cell.peepholes else {}
    )


@pytest.mark.parametrize(("cell", "bias_of_n", "apart"), [("gru", 300, [3000, 3000]), ("gru_before", 3300, None)])
def test_onnx_gru_puts_r_first_and_adds_all_biases_only_where_it_resets_before(
    cell: str, bias_of_n: float, apart: list[float] | None
) -> None:
    U, W, of_x, of_h = (in_order(GRU, "z r n", times) for times in (1, 10, 100, 1000))
    p = from_onnx(CELLS[cell], stacked(U, D), stacked(W, H), stacked(of_x + of_h))
    np.testing.assert_array_equal(p.U, stacked([1, 2, 3], D))
    np.testing.assert_array_equal(p.W, stacked([10, 20, 30], H))
    np.testing.assert_array_equal(p.b, stacked([1100, 2200, bias_of_n]))
    assert {name: value.tolist() for name, value in p.extra.items()} == ({"recurrent_bias": apart} if apart else {})


@pytest.mark.parametrize("cell", ["tanh", "relu", "sigmoid", "identity"])
def test_keras_and_onnx_have_every_vanilla_cell(cell: str) -> None:
    of_keras = from_keras(CELLS[cell], stacked([1], D).T, stacked([2], H).T, stacked([7]))
    of_onnx = from_onnx(CELLS[cell], stacked([1], D), stacked([2], H), stacked([3, 4]))
    for name, value in of_keras.named().items():
        np.testing.assert_array_equal(value, of_onnx.named()[name])


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_biases_left_out_are_zeros(cell: str) -> None:
    G = len(CELLS[cell].gates)
    U, W = stacked([1] * G, D), stacked([1] * G, H)
    for p in (from_torch(CELLS[cell], U, W), from_keras(CELLS[cell], U.T, W.T), from_onnx(CELLS[cell], U, W)):
        assert p.b.shape == (G * H,)
        assert not any(value.any() for value in (p.b, *p.extra.values()))


def test_peepholes_left_out_are_zeros() -> None:
    p = from_onnx(CELLS["peephole"], stacked([1] * 4, D), stacked([1] * 4, H))
    assert set(p.extra) == {"peephole_input", "peephole_forget", "peephole_output"}
    assert not any(value.any() for value in p.extra.values())


def test_lists_and_single_precision_become_float64() -> None:
    p = from_torch(CELLS["tanh"], [[1, 2]], np.array([[0.5]], dtype=np.float32), [1], [2])
    assert {value.dtype for value in p.named().values()} == {np.dtype(np.float64)}


def test_weights_that_are_trained_on_elsewhere_do_not_change_here() -> None:
    U, W, b, P = stacked([1] * 4, D), stacked([1] * 4, H), stacked([1] * 4), stacked([1] * 3)
    keras = from_keras(CELLS["lstm"], U.T, W.T, b)
    torch = from_torch(CELLS["lstm"], U, W, b)
    onnx = from_onnx(CELLS["peephole"], U, W, None, P)
    for array in (U, W, b, P):
        array[...] = 9.0
    for p in (keras, torch, onnx):
        assert all((value <= 1.0).all() for value in p.named().values())


@pytest.mark.parametrize(
    ("read", "cell", "message"),
    [
        (from_torch, "mgu", "PyTorch has no "),
        (from_torch, "gru_before", "PyTorch has no "),
        (from_torch, "sigmoid", "PyTorch has no sigmoid RNN (sigmoid); it has tanh, relu, lstm, gru"),
        (from_keras, "peephole", "Keras has no "),
        (from_keras, "leaky", "Keras has no "),
        (from_onnx, "mgu", "ONNX has no "),
        (from_onnx, "leaky", "ONNX has no "),
    ],
)
def test_a_cell_that_the_framework_lacks_is_named(read: Callable[..., object], cell: str, message: str) -> None:
    G = len(CELLS[cell].gates)
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        read(CELLS[cell], np.ones((G * H, D)), np.ones((G * H, H)))
    assert f"({cell}); it has " in str(error.value)


U4, W4, b4 = np.ones((8, D)), np.ones((8, H)), np.ones(8)
U3, W3, b3 = np.ones((6, D)), np.ones((6, H)), np.ones(6)


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: from_torch(CELLS["lstm"], U3, W3), "weight_hh has shape (6, 2), but (8, 2) was expected"),
        (lambda: from_torch(CELLS["lstm"], U3, W4), "weight_ih has shape (6, 3), but (8, D) was expected"),
        (lambda: from_torch(CELLS["gru"], U3, W3, b4), "bias_ih has shape (8,), but (6,) was expected"),
        (lambda: from_torch(CELLS["gru"], U3, W3, b3, b4), "bias_hh has shape (8,), but (6,) was expected"),
        (lambda: from_torch(CELLS["gru"], U3, W3[0]), "weight_hh has shape (2,), but (G*H, H) was expected"),
        (lambda: from_keras(CELLS["lstm"], U4, W4), "recurrent_kernel has shape (8, 2), but (8, 32) was expected"),
        (lambda: from_keras(CELLS["lstm"], U4, W4.T), "kernel has shape (8, 3), but (D, 8) was expected"),
        (lambda: from_keras(CELLS["lstm"], U4.T, W4.T, b3), "bias has shape (6,), but (8,) was expected"),
        (
            lambda: from_keras(CELLS["gru"], U3.T, W3.T, b3),
            "bias of a GRU with reset_after=True has shape (6,), but (2, 6) was expected",
        ),
        (
            lambda: from_keras(CELLS["gru_before"], U3.T, W3.T, np.ones((2, 6))),
            "bias of a GRU with reset_after=False has shape (2, 6), but (6,) was expected",
        ),
        (
            lambda: from_onnx(CELLS["lstm"], U4[None], W4),
            "W of one direction has shape (1, 8, 3), but (8, D) was expected",
        ),
        (
            lambda: from_onnx(CELLS["coupled"], U3, W3),
            "R of one direction has shape (6, 2), but (8, 2) was expected",
        ),
        (
            lambda: from_onnx(CELLS["lstm"], U4, W4, b4),
            "B of one direction has shape (8,), but (16,) was expected",
        ),
        (
            lambda: from_onnx(CELLS["peephole"], U4, W4, None, b4),
            "P of one direction has shape (8,), but (6,) was expected",
        ),
        (lambda: from_onnx(CELLS["lstm"], U4, W4, None, b3), "P came, the weights of peepholes, but the LSTM (lstm)"),
        (lambda: from_torch(CELLS["lstm"], U4, np.nan * W4), "weight_hh holds values that are not finite numbers"),
        (lambda: from_torch(CELLS["lstm"], U4.astype(str), W4), "weight_ih must hold numbers, but holds <U"),
    ],
)
def test_what_does_not_fit_is_named(read: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read()
