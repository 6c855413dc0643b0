"""What becomes of arrays that were given changes nothing in what came of them: results hold copies.

Each case computes twice from equal arrays. Those of the first are then overwritten, and only after that is anything
read that its results compute late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from engine.cells import Cell
from engine.conventions import from_keras, from_onnx, from_torch
from engine.errors import Entering, binary_cross_entropy, cross_entropy, entering, probe, squared_error
from engine.forward import State, unroll
from engine.gradients.backward import backpropagate
from engine.gradients.clipping import clip_by_norm, clip_by_value
from engine.gradients.contributions import contributions
from engine.gradients.truncated import backpropagate_truncated
from engine.measures import running_product
from engine.networks.encoder_decoder import EncoderDecoder, backpropagate_encoder_decoder, run_encoder_decoder
from engine.networks.ensembles import ensemble, network_of
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.networks.network_truncated import backpropagate_network_truncated
from engine.parameters import Parameters, Readout
from engine.sequences import number_sequence
from engine.spectra.jacobians import growth, itemised, step_jacobians
from engine.spectra.products import running_products
from engine.wide import Wide
from tests.engine.networks import EVERY_CELL

Array = np.ndarray[Any, np.dtype[Any]]
T, B, D, H, K = 5, 3, 2, 3, 4


class Given:
    """Arrays that a caller makes, keeps and overwrites."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(3)
        self.arrays: list[Array] = []

    def keep(self, array: Array) -> Array:
        self.arrays.append(array)
        return array

    def normal(self, *shape: int) -> Array:
        return self.keep(self.rng.standard_normal(shape))

    def whole(self, below: int, *shape: int) -> Array:
        return self.keep(self.rng.integers(0, below, shape))

    def parameters(self, cell: Cell, inputs: int = D, networks: int | None = None) -> Parameters:
        front = () if networks is None else (networks,)
        rows = len(cell.gates) * H
        extra = {name: self.keep(self.rng.uniform(0.1, 1.0, (*front, H))) for name in cell.extras}
        weights = (self.normal(*front, *shape) for shape in ((rows, inputs), (rows, H), (rows,)))
        return Parameters(*weights, extra)

    def state(self, cell: Cell) -> State:
        return State(self.normal(B, H), self.normal(B, H) if cell.has_memory else None)

    def readout(self, width: int = H) -> Readout:
        return Readout(self.normal(K, width), self.normal(K))

    def overwrite(self) -> None:
        for array in self.arrays:
            array[...] = 77


def run(given: Given, cell: Cell, **options: Any) -> Any:
    """A trace whose states, inputs and weights were all given."""
    inputs, symbols = options.get("inputs", D), options.get("symbols", False)
    networks = B if options.get("networks") else None
    return unroll(
        cell,
        given.parameters(cell, inputs, networks),
        given.whole(inputs, T, B) if symbols else given.normal(T, B, inputs),
        given.state(cell),
        given.keep(np.array([0.5, 1.0, 1.5])) if options.get("gain") else None,
        given.keep(np.array([2, T, 4])) if options.get("lengths") else None,
    )


def network(given: Given, embedded: bool = True) -> Network:
    lstm, gru = EVERY_CELL["lstm"], EVERY_CELL["gru"]
    below = Layer(lstm, given.parameters(lstm), given.parameters(lstm))
    layers = (below, Layer(gru, given.parameters(gru, 2 * H)))
    return Network(layers, given.normal(7, D) if embedded else None)


def network_run(given: Given) -> Any:
    starts = tuple(given.state(EVERY_CELL[name]) for name in ("lstm", "lstm", "gru"))
    return run_network(network(given), given.whole(7, T, B), given.keep(np.array([2, T, 4])), starts)


def losses(given: Given) -> Any:
    trace = run(given, EVERY_CELL["lstm"])
    targets = given.keep(given.rng.uniform(0.0, 1.0, (T, B, K)))
    errors = [
        cross_entropy(trace, given.readout(), given.whole(K, T, B), "every"),
        squared_error(trace, given.readout(), targets, "every"),
        binary_cross_entropy(trace, given.readout(), targets, "every"),
        probe(trace, given.normal(H)),
        entering(trace, given.normal(T, B, H), "every", given.whole(9, T, B)),
    ]
    return trace, errors, [backpropagate(trace, one) for one in errors]


def of_a_record_made_by_hand(given: Given) -> Any:
    trace = run(given, EVERY_CELL["gru"], lengths=True)
    errors = Entering((2, 4), given.normal(2, B, H), given.whole(5, 2, B))
    return backpropagate(trace, errors), backpropagate_truncated(trace, errors, 2, 2)


def final(given: Given) -> Any:
    cell = EVERY_CELL["lstm"]
    trace = run(given, cell, lengths=True)
    return backpropagate(trace, None, given.state(cell), given.whole(5, B))


def networks(given: Given) -> Any:
    trace = network_run(given)
    targets, readout = given.normal(T, B, K), given.readout()
    errors = squared_error(trace, readout, targets, "every")
    ends = tuple(given.state(EVERY_CELL[name]) for name in ("lstm", "lstm", "gru"))
    powers = tuple(given.whole(4, B) for _ in ends)
    back = backpropagate_network(trace, errors, ends, powers)
    return trace, errors, back, backpropagate_network_truncated(trace, errors, 2, 3)


def encoder_decoder(given: Given) -> Any:
    model = EncoderDecoder(network(given, embedded=False), network(given))
    trace = run_encoder_decoder(model, given.normal(T, B, D), given.whole(7, T, B))
    return backpropagate_encoder_decoder(trace, squared_error(trace.decoder, given.readout(), given.normal(1, B, K)))


def spectra(given: Given) -> Any:
    trace = run(given, EVERY_CELL["peephole"])
    gradients = backpropagate(trace, squared_error(trace, given.readout(), given.normal(T, B, K), "every"))
    steps = given.normal(T, H, H)
    found = (step_jacobians(trace), growth(gradients), itemised(gradients), running_products(steps))
    return found, contributions(gradients), running_product(given.normal(6))


def clipped(given: Given) -> Any:
    gradient, readout = given.parameters(EVERY_CELL["peephole"]), given.readout()
    limits = (1e-3, 1.0, 1e6)
    return [clip(gradient, limit, readout) for clip in (clip_by_norm, clip_by_value) for limit in limits]


def conventions(given: Given) -> Any:
    gru, peephole, rows = EVERY_CELL["gru"], EVERY_CELL["peephole"], 3 * H
    return (
        from_torch(gru, given.normal(rows, D), given.normal(rows, H), given.normal(rows), given.normal(rows)),
        from_torch(EVERY_CELL["tanh"], given.normal(H, D), given.normal(H, H)),
        from_keras(gru, given.normal(D, rows), given.normal(H, rows), given.normal(2, rows)),
        from_onnx(peephole, given.normal(4 * H, D), given.normal(4 * H, H), given.normal(8 * H), P=given.normal(3 * H)),
    )


def ensembles(given: Given) -> Any:
    together = given.parameters(EVERY_CELL["gru"], networks=B)
    return network_of(together, 1), ensemble([given.parameters(EVERY_CELL["gru"]) for _ in range(2)])


CASES: dict[str, Callable[[Given], Any]] = {
    **{f"run of {name}": lambda given, cell=cell: run(given, cell) for name, cell in EVERY_CELL.items()},
    "wide inputs": lambda given: run(given, EVERY_CELL["gru"], inputs=2 * H + 2),
    "symbols": lambda given: run(given, EVERY_CELL["lstm"], inputs=9, symbols=True),
    "lengths": lambda given: run(given, EVERY_CELL["lstm"], lengths=True),
    "gain": lambda given: run(given, EVERY_CELL["gru"], gain=True),
    "networks": lambda given: run(given, EVERY_CELL["mgu"], networks=True),
    "losses": losses,
    "errors made by hand": of_a_record_made_by_hand,
    "final": final,
    "whole networks": networks,
    "encoder and decoder": encoder_decoder,
    "spectra": spectra,
    "clipped": clipped,
    "conventions": conventions,
    "ensembles": ensembles,
    "numbers": lambda given: number_sequence(given.normal(T, D), seed=1),
}


INSIDE = ("tape", "sweep")  # working arrays, some of whose entries nobody fills or reads


def numbers_of(value: Any) -> dict[str, Array]:
    """Every array that hangs on a value, by its path; late ones are computed now."""
    if isinstance(value, np.ndarray):
        return {"": value}
    if isinstance(value, Wide):
        return {"mantissa": value.mantissa, "exponent": value.exponent}
    parts: dict[str, Any] = {}
    if isinstance(value, Mapping):
        parts = dict(value)
    elif isinstance(value, list | tuple):
        parts = {str(k): part for k, part in enumerate(value)}
    elif is_dataclass(value):
        late = [
            name
            for kind in type(value).__mro__
            for name, entry in vars(kind).items()
            if isinstance(entry, cached_property | property)
        ]
        with np.errstate(invalid="ignore"):  # of a window that a sequence does not reach, the mean of nothing
            parts = {name: getattr(value, name) for name in {*(field.name for field in fields(value)), *late}}
    elif isinstance(value, float | int):
        return {"": np.array(value)}
    return {f"{name}.{path}": array for name, part in parts.items() for path, array in numbers_of(part).items()}


def with_gradients(found: Any) -> Any:
    """A trace of one layer with gradients that are computed late."""
    if type(found).__name__ != "Trace":
        return found
    errors = probe(found, np.ones(H))
    return found, errors, backpropagate(found, errors)


@pytest.mark.parametrize("case", CASES)
def test_overwriting_what_was_given_changes_no_result(case: str) -> None:
    given, others = Given(), Given()
    found, expected = with_gradients(CASES[case](given)), numbers_of(with_gradients(CASES[case](others)))
    given.overwrite()
    shown = numbers_of(found)
    assert shown.keys() == expected.keys() and len(shown) > 1
    for name, array in shown.items():
        if not set(INSIDE) & set(name.split(".")):
            np.testing.assert_array_equal(array, expected[name], err_msg=name)


@pytest.mark.parametrize("case", CASES)
def test_no_result_shares_memory_with_what_was_given(case: str) -> None:
    given = Given()
    shown = numbers_of(with_gradients(CASES[case](given)))
    for name, array in shown.items():
        assert not any(np.may_share_memory(array, one) for one in given.arrays), name
