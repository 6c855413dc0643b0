"""Masks, raw words of another format and unsigned lengths: numbers that would be taken for something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.conventions import from_keras, from_onnx, from_torch
from engine.errors import cross_entropy, entering, probe, squared_error
from engine.forward import State, unroll
from engine.gradients.backward import backpropagate
from engine.gradients.clipping import clip_by_norm
from engine.gradients.truncated import backpropagate_truncated
from engine.measures import reach, running_product
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.parameters import Parameters, Readout
from engine.spectra.products import running_products
from tests.engine.small_runs import GRU, LSTM, ONE, TANH, D, H, K, P, Q, R, T, X, run, weights

Array = np.ndarray[Any, np.dtype[Any]]


def masked(*shape: int, kind: Any = float) -> Any:
    array = np.ma.masked_array(np.ones(shape, kind), mask=False)
    array[(-1,) * len(shape)] = np.ma.masked
    return array


MASKED: dict[str, Callable[[], Any]] = {
    "x": lambda: run(x=masked(T, 1, D)),
    "x in a list": lambda: run(x=list(masked(T, 1, D))),
    "symbols": lambda: run(x=masked(T, 3, kind=int)),
    "embedded symbols": lambda: run_network(Network(ONE.layers, np.ones((5, D))), masked(T, 1, kind=int)),
    "embedding": lambda: run_network(Network(ONE.layers, masked(5, D)), [[1]]),
    "lengths": lambda: run(lengths=masked(1, kind=int)),
    "gain": lambda: run(gain=masked(1)),
    "start": lambda: run(start=State(masked(1, H))),
    "U": lambda: run(Parameters(masked(12, D), P.W, P.b)),
    "weight_hh": lambda: from_torch(LSTM, P.U, masked(12, H)),
    "kernel": lambda: from_keras(LSTM, masked(D, 12), P.W.T),
    "B": lambda: from_onnx(LSTM, P.U, P.W, masked(24)),
    "V": lambda: cross_entropy(run(), Readout(masked(K, H), R.d), [[1]]),
    "classes": lambda: cross_entropy(run(), R, masked(1, 1, kind=int)),
    "targets": lambda: squared_error(run(), R, masked(1, 1, K)),
    "direction": lambda: probe(run(), masked(H)),
    "where": lambda: cross_entropy(run(), R, [[1]], masked(1, kind=int)),
    "dh": lambda: entering(run(), masked(T, 1, H)),
    "final": lambda: backpropagate(run(), None, State(masked(1, H))),
    "steps": lambda: running_products(masked(2, H, H)),
    "factors": lambda: running_product(masked(4)),
    "gradient": lambda: clip_by_norm(Parameters(masked(12, D), P.W, P.b), 1.0),
    "log2_norm": lambda: reach(masked(4)),
}


@pytest.mark.parametrize("name", MASKED)
def test_a_mask_is_not_lost_in_silence(name: str) -> None:
    with pytest.raises(ValueError, match="is a masked array, but masks are not read here"):
        MASKED[name]()


def test_a_masked_array_that_hides_nothing_is_an_array() -> None:
    np.testing.assert_array_equal(run(x=np.ma.masked_array(X)).h, run().h)


def words(array: Array, kind: Any) -> Array:
    """The upper halves of float32: what a file holds of bfloat16."""
    return (array.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).view(kind)


@pytest.mark.parametrize("kind", [np.uint16, np.int16, np.uint8, np.int8])
def test_raw_words_are_not_taken_for_weights(kind: Any) -> None:
    def raw(array: Array) -> Array:
        return words(np.ascontiguousarray(array), kind)[..., : array.shape[-1]]

    for tried in (
        lambda: run(Parameters(raw(P.U), P.W, P.b)),
        lambda: run(Parameters(P.U, raw(P.W), P.b)),
        lambda: run(Parameters(P.U, P.W, raw(P.b))),
        lambda: unroll(GRU, Parameters(Q.U, Q.W, Q.b, {"recurrent_bias": raw(Q.b)[:H]}), X),
        lambda: from_torch(LSTM, raw(P.U), P.W),
        lambda: from_torch(LSTM, P.U, raw(P.W)),
        lambda: from_torch(LSTM, P.U, P.W, raw(P.b)),
        lambda: from_keras(LSTM, P.U.T, raw(P.W.T)),
        lambda: from_onnx(LSTM, raw(P.U), P.W),
        lambda: squared_error(run(), Readout(raw(R.V), R.d), np.ones((1, 1, K))),
        lambda: squared_error(run(), Readout(R.V, raw(R.d)), np.ones((1, 1, K))),
        lambda: run_network(Network(ONE.layers, raw(np.ones((5, D)))), [[1]]),
    ):
        with pytest.raises(ValueError, match=f"holds {np.dtype(kind)}, but weights are floating-point numbers"):
            tried()
    with pytest.raises(ValueError, match=r"W must hold numbers, but holds \|V2"):
        run(Parameters(P.U, words(P.W, "V2"), P.b))


def test_words_are_weights_once_they_are_decoded_and_lists_of_whole_numbers_are_numbers() -> None:
    decoded = (words(P.W, np.uint16).astype("uint32") << 16).view("float32")
    np.testing.assert_allclose(decoded, P.W, rtol=1e-2)
    assert np.isfinite(run(Parameters(P.U, decoded, P.b)).h).all()
    ones = Parameters(*([[1] * width] * 3 for width in (D, H)), [1, 1, 1])  # type: ignore[arg-type]
    assert (ones.hidden_size, ones.input_size, ones.count) == (H, D, 18)
    np.testing.assert_array_equal(unroll(TANH, ones, np.ones((1, 1, D))).h[1], np.full((1, H), np.tanh(3.0)))


def test_a_readout_of_lists_is_read() -> None:
    lists = Readout(R.V.tolist(), R.d.tolist())  # type: ignore[arg-type]
    np.testing.assert_array_equal(cross_entropy(run(), lists, [[1]]).loss, cross_entropy(run(), R, [[1]]).loss)


@pytest.mark.parametrize("kind", [np.uint8, np.uint32, np.uint64, np.int16])
def test_lengths_of_any_kind_of_whole_number_give_the_same(kind: Any) -> None:
    lengths, x = np.array([3, 5]), np.repeat(X, 2, axis=1)
    layers = (Layer(LSTM, P, P), Layer(GRU, weights(GRU, 2 * H)))

    def found(ends: Array) -> list[Array]:
        trace = run(x=x, lengths=ends)
        errors = entering(trace, np.ones((T, 2, H)))
        truncated = backpropagate_truncated(trace, errors, 2, 3)
        whole = run_network(Network(layers), x, ends)
        back = backpropagate_network(whole, probe(whole, np.ones(H)))
        return [trace.h, backpropagate(trace, errors).dx, truncated.parameters.W, back.dx]

    for one, other in zip(found(lengths.astype(kind)), found(lengths), strict=True):
        np.testing.assert_array_equal(one, other)
