"""Records that hold arrays: `==` of them never raises, and their print is short."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pytest

import engine
import figures
from engine.array_record import ArrayRecord
from engine.cells import CELLS
from engine.cells.tape import Tape
from engine.errors import cross_entropy
from engine.forward import State, unroll
from engine.gradients.backward import backpropagate
from engine.initialise import initial_parameters, initial_readout
from engine.networks.network import Layer, Network, run_network
from engine.networks.network_gradients import backpropagate_network
from engine.parameters import Parameters
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk


def every_record() -> list[type]:
    modules = [
        importlib.import_module(found.name)
        for package in (engine, figures)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    return sorted(
        {
            value
            for module in modules
            for value in vars(module).values()
            if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
        },
        key=lambda record: (record.__module__, record.__name__),
    )


def holds_arrays(kind: Any) -> bool:
    """Whether a value of that type holds an array, directly, in a tuple or in another record."""
    if get_origin(kind) is Callable or get_origin(kind) is type:
        return False
    if np.ndarray in (kind, get_origin(kind)):
        return True
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return any(holds_arrays(hints[field.name]) for field in fields(kind))
    return any(holds_arrays(argument) for argument in get_args(kind))


BY_DIGEST = "Brought"  # a network out of a file, which is the key of its answers: equal by its content
RECORDS = [record for record in every_record() if holds_arrays(record) and record.__name__ != BY_DIGEST]


def test_there_are_records_to_look_at() -> None:
    assert {Parameters, State, Tape} < set(RECORDS) and len(RECORDS) > 40


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record.__module__}.{record.__name__}")
def test_a_record_with_arrays_is_equal_to_itself_alone_and_prints_shapes(record: type) -> None:
    assert record.__eq__ is object.__eq__ and record.__hash__ is object.__hash__
    assert issubclass(record, ArrayRecord)
    assert "__repr__" not in vars(record) or record.__name__ == "Trace"


def test_parameters_can_be_compared_and_be_keys() -> None:
    p, q = (initial_parameters(CELLS["lstm"], "gaussian", 1.0, 3, 2, seed=1) for _ in range(2))
    assert p == p
    assert p != q
    assert {p: 1, q: 2}[q] == 2
    assert State(np.zeros((2, 3))) != State(np.zeros((2, 3)))


def test_a_trace_is_printed_in_a_line() -> None:
    cell = CELLS["lstm"]
    parameters = initial_parameters(cell, "gaussian", 1.0, 3, 2, seed=1)
    trace = unroll(cell, parameters, np.ones((50, 4, 2)))
    assert repr(trace) == "Trace(LSTM('lstm'), T=50, B=4, D=2, H=3)"
    assert repr(parameters) == "Parameters(U=float64 (12, 2), W=float64 (12, 3), b=float64 (12,), extra={})"
    gradients = backpropagate(
        trace, cross_entropy(trace, initial_readout(3, 5, seed=1), np.ones((50, 4), int), "every")
    )
    assert repr(gradients).startswith(f"Gradients(trace={trace}, errors=Errors(…), ")
    assert repr(gradients.errors).startswith("Errors(steps=(1, 2, 3, 4, 5, 6, … 50 in all), dh=float64 (50, 4, 3), ")


def test_no_record_of_a_run_prints_more_than_a_few_lines() -> None:
    found = walk(UnrollStudy(example="text", text="ab" * 100, layers=3, both=True, cell="peephole", hidden=20))
    network = Network(
        tuple(Layer(CELLS["gru"], initial_parameters(CELLS["gru"], "glorot", 1.0, 2, 2, 1)) for _ in "ab")
    )
    trace = run_network(network, np.ones((9, 1, 2)))
    back = backpropagate_network(trace, cross_entropy(trace, initial_readout(2, 2, 1), [[1]]))
    inner = (found.parts[0].trace.layers[0].forward.tape, found.parts[0], found.errors.reading, back.layers[0])
    for record in (found, network, trace, back, *inner):
        assert len(repr(record)) < 1200, repr(record)
        assert "\n" not in repr(record)
