"""Stacks of layers in the forms that real files have, and what the oracle makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from engine.networks.network import run_network
from engine.parameters import Readout
from tests.engine.networks import assert_close
from tests.engine.stacks import Stack, inputs_of, random_stack, run_alone, start_alone

Array = np.ndarray[Any, np.dtype[Any]]
BACK: dict[str, Any] = {"backwards": True}
READ: dict[str, Any] = {"backwards": True, "as_read": True}
HOLES = np.array(  # (T, B): holes, a late start, an early end, nothing at all
    [[1, 0, 1, 0], [0, 0, 1, 0], [1, 1, 1, 0], [0, 1, 0, 0], [1, 1, 0, 0]], dtype=bool
)


def formed(rng: np.random.Generator, *forms: dict[str, Any], mask: Array | None = None, **sizes: Any) -> Stack:
    """Layers of these forms on each other; `both` and `cell` beside the fields of a layer."""
    cells = [(form.get("cell", "lstm"), form.get("both", False)) for form in forms]
    T, B = (4, 2) if mask is None else mask.shape
    stack = random_stack(rng, cells, T=T, B=B, sizes=(2,) * len(forms), **sizes)
    layers, width = [], stack.network.layers[0].parameters.input_size
    for form, layer in zip(forms, stack.network.layers, strict=True):
        rest = {name: value for name, value in form.items() if name not in ("cell", "both")}
        parameters, reverse = (
            None if p is None else replace(p, U=rng.standard_normal((len(p.U), width)))
            for p in (layer.parameters, layer.reverse)
        )
        assert parameters is not None
        layers.append(replace(layer, parameters=parameters, reverse=reverse, **rest))
        width = layers[-1].output_size
    readout = Readout(rng.standard_normal((3, width)), rng.standard_normal(3))
    return replace(stack, network=replace(stack.network, layers=tuple(layers)), readout=readout, mask=mask)


def assert_outputs_are_those_of_the_oracle(stack: Stack) -> None:
    trace = run_network(stack.network, stack.x, stack.lengths, stack.start, stack.mask)
    for k in range(stack.x.shape[1]):
        mask = None if stack.mask is None else stack.mask[:, k]
        outputs, finals = run_alone(stack.network, inputs_of(stack, k), start_alone(stack.start, k), mask)
        assert_close("outputs", trace.outputs[: len(outputs), k], outputs, 1e-13)
        assert not trace.outputs[len(outputs) :, k].any()
        for state, expected in zip(trace.final, finals, strict=True):
            assert_close("h", state.h[k], expected.h, 1e-13)
