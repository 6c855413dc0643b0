"""Networks of layers for tests: random ones, and an oracle that runs them one sequence and one step at a time.

The oracle knows `oracle.advance` and nothing of `engine/` but its records, and it runs on complex numbers: derivatives
are complex-step derivatives of these very equations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.forward import State
from engine.networks.network import Layer, Network
from engine.parameters import Parameters, Readout
from tests.engine import oracle
from tests.engine.networks import EVERY_CELL, random_parameters

Array = np.ndarray[Any, np.dtype[Any]]
STEP = 1e-30
DIRECTIONS = ("forward", "reverse")


@dataclass(frozen=True)
class Stack:
    """A network with something to read, and what its states and outputs are weighted with in the loss."""

    network: Network
    x: Array  # (T, B, D), or symbols (T, B)
    lengths: Array | None
    start: tuple[State, ...]
    readout: Readout
    pull: tuple[State, ...]  # the loss adds pull . final state
    mask: Array | None = None  # (T, B)

    @property
    def ends(self) -> Array:
        return np.full(self.x.shape[1], len(self.x)) if self.lengths is None else self.lengths


def random_stack(
    rng: np.random.Generator,
    cells: list[tuple[str, bool]],
    T: int = 3,
    B: int = 2,
    lengths: list[int] | None = None,
    vocabulary: int | None = None,
    one_hot: bool = False,
    sizes: tuple[int, ...] = (2, 2, 2),
) -> Stack:
    """`cells` names each layer's cell and whether it reads both ways; D = 2 unless symbols go in without embedding."""
    D = vocabulary if one_hot and vocabulary else 2
    layers, starts, pulls = [], [], []
    width = D
    for (name, both), H in zip(cells, sizes, strict=False):
        cell = EVERY_CELL[name]
        ways = [random_parameters(rng, cell, width, H) for _ in range(1 + both)]
        layers.append(Layer(cell, *ways))
        for states in (starts, pulls):
            for _ in ways:
                h, c = rng.standard_normal((2, B, H))
                states.append(State(h, c if cell.has_memory else None))
        width = H * len(ways)
    embedding = rng.standard_normal((vocabulary, 2)) if vocabulary and not one_hot else None
    x = rng.integers(0, vocabulary, (T, B)) if vocabulary else rng.standard_normal((T, B, D))
    return Stack(
        Network(tuple(layers), embedding),
        x,
        None if lengths is None else np.array(lengths),
        tuple(starts),
        Readout(rng.standard_normal((3, width)), rng.standard_normal(3)),
        tuple(pulls),
    )


def values_of(stack: Stack) -> dict[str, Array]:
    """Everything a loss depends on, by name."""
    values: dict[str, Array] = {}
    for number, layer in enumerate(stack.network.layers):
        for way, p in zip(DIRECTIONS, layer.directions, strict=False):
            values |= {f"layer {number} {way} {name}": array for name, array in p.named().items()}
    for k, state in enumerate(stack.start):
        values[f"start {k} h"] = state.h
        if state.c is not None:
            values[f"start {k} c"] = state.c
    if stack.network.embedding is not None:
        values["embedding"] = stack.network.embedding
    elif stack.x.ndim == 3:
        values["x"] = stack.x
    return {**values, "V": stack.readout.V, "d": stack.readout.d}


def with_values(stack: Stack, values: Mapping[str, Array]) -> Stack:
    """The same stack with other numbers."""

    def weights(number: int, way: str, like: Parameters) -> Parameters:
        named = {name: values[f"layer {number} {way} {name}"] for name in like.named()}
        return Parameters(named.pop("U"), named.pop("W"), named.pop("b"), named)

    layers = tuple(
        replace(
            layer,
            parameters=weights(n, "forward", layer.parameters),
            reverse=None if layer.reverse is None else weights(n, "reverse", layer.reverse),
        )
        for n, layer in enumerate(stack.network.layers)
    )
    start = tuple(
        State(values[f"start {k} h"], None if state.c is None else values[f"start {k} c"])
        for k, state in enumerate(stack.start)
    )
    network = Network(layers, values.get("embedding", stack.network.embedding))
    readout = Readout(values["V"], values["d"])
    return replace(stack, network=network, x=values.get("x", stack.x), start=start, readout=readout)


def inputs_of(stack: Stack, k: int) -> Array:
    """What the lowest layer reads of sequence k, without its padding."""
    x = stack.x[: stack.ends[k], k]
    if stack.network.embedding is not None:
        return stack.network.embedding[x]
    return x if stack.x.ndim == 3 else np.eye(stack.network.layers[0].parameters.input_size)[x]


def run_alone(
    network: Network, inputs: Array, starts: list[State], mask: Array | None = None
) -> tuple[Array, list[State]]:
    """One sequence (T, D) through all layers: outputs of the top (T, H or 2H), and each direction's last state.

    At a step that the mask leaves out, the states stay and the last output is put out again (zeros before the first,
    and in a layer that is silent), step by step as Keras says it.
    """
    finals: list[State] = []
    waiting = iter(starts)
    for layer in network.layers:
        outputs = []
        for way, (cell, p) in enumerate(zip(layer.cells, layer.directions, strict=True)):
            state, states = next(waiting), []
            h, c = state.h, state.c
            steps = range(len(inputs))
            back = layer.backwards != (way == 1)
            shown: Any = np.zeros(p.hidden_size)
            for t in reversed(steps) if back else steps:
                if mask is None or mask[t]:
                    moment = oracle.advance(cell.name, p, inputs[t], h, c)
                    h, c = moment.h, moment.c
                    shown = h
                elif layer.silent:
                    shown = np.zeros(p.hidden_size)
                states.append(shown)
            finals.append(State(h, c))
            outputs.append(np.array(states[::-1] if back else states).reshape(len(inputs), p.hidden_size))
        inputs = merged_by_hand(layer, outputs)
        inputs = inputs[::-1] if layer.as_read else inputs
    return inputs, finals


def merged_by_hand(layer: Layer, each: list[Array]) -> Array:
    """The outputs of two directions as one."""
    if len(each) == 1 or layer.merge == "concat":
        return np.concatenate(each, axis=-1)
    one, other = each
    return {"sum": one + other, "ave": 0.5 * one + 0.5 * other, "mul": one * other}[layer.merge]


def start_alone(start: tuple[State, ...], k: int) -> list[State]:
    return [State(state.h[k], None if state.c is None else state.c[k]) for state in start]


def final_readings(network: Network, finals: list[State]) -> Array:
    """The last states of the top layer side by side: what "final" reads."""
    top = network.layers[-1]
    return merged_by_hand(top, [state.h for state in finals[-len(top.directions) :]])


def half_square(readout: Readout, readings: Array) -> Any:
    """The summed squared error of readings (m, H) with targets 1."""
    errors = readings @ readout.V.T + readout.d - 1.0
    return 0.5 * (errors * errors).sum()


def pulled(pull: tuple[State, ...], finals: list[State], k: int) -> Any:
    """pull . final states of sequence k."""
    total: Any = 0.0
    for weights, state in zip(pull, finals, strict=True):
        total = total + (weights.h[k] * state.h).sum()
        if weights.c is not None and state.c is not None:
            total = total + (weights.c[k] * state.c).sum()
    return total


def complex_step(loss: Callable[[Mapping[str, Array]], Any], values: Mapping[str, Array], name: str) -> Array:
    """The derivative of a loss by every entry of one of its values."""
    derivative = np.empty(values[name].shape)
    for index in np.ndindex(derivative.shape):
        nudged = values[name].astype(np.complex128)
        nudged[index] += 1j * STEP
        derivative[index] = loss({**values, name: nudged}).imag / STEP
    return derivative
