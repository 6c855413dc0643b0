"""Padded batches for tests: sequences of different lengths side by side, and each of them by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import Errors, Where, binary_cross_entropy, cross_entropy, probe, squared_error
from engine.forward import State, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from tests.engine.networks import EVERY_CELL, Network, random_network

Array = np.ndarray[Any, np.dtype[Any]]
T, B, D, H, K = 7, 4, 2, 3, 3
LENGTHS = np.array([4, 7, 1, 6])
LOSSES = ("probe", "cross_entropy", "squared_error", "binary_cross_entropy")
WHERE: tuple[Where, ...] = ("last", "every", (2, 4, 5))


@dataclass(frozen=True)
class Targets:
    """What every loss wants at every step of every sequence."""

    direction: Array  # (H,)
    classes: Array  # (T, B)
    values: Array  # (T, B, K)
    shares: Array  # (T, B, K) from 0 to 1


def batch(cell: str, rng: np.random.Generator) -> tuple[Network, Targets]:
    network = random_network(rng, EVERY_CELL[cell], T, B, D, H)
    values = rng.standard_normal((T, B, K))
    return network, Targets(rng.standard_normal(H), rng.integers(0, K, (T, B)), values, rng.random((T, B, K)))


def sequence(network: Network, k: int) -> Network:
    """Sequence k without its padding."""
    c = network.start.c
    start = State(network.start.h[[k]], None if c is None else c[[k]])
    return Network(network.cell, network.parameters, network.x[: LENGTHS[k], [k]], start, network.readout)


def run(network: Network, lengths: Array | None = LENGTHS) -> Trace:
    return unroll(network.cell, network.parameters, network.x, network.start, lengths=lengths)


def rows_of(where: Where, ends: Array) -> Array:
    """The steps at which a loss reads each column, (m, B)."""
    if where == "last":
        return ends[None]
    steps = range(1, T + 1) if where == "every" else where
    return np.array([[int(step)] * len(ends) for step in steps])


def errors_of(kind: str, trace: Trace, network: Network, targets: Targets, where: Where) -> Errors:
    """The loss on the padded batch."""
    if kind == "probe":
        return probe(trace, targets.direction)
    rows, columns = rows_of(where, trace.ends) - 1, np.arange(trace.batch)
    if kind == "cross_entropy":
        return cross_entropy(trace, network.readout, targets.classes[rows, columns], where)
    if kind == "squared_error":
        return squared_error(trace, network.readout, targets.values[rows, columns], where)
    return binary_cross_entropy(trace, network.readout, targets.shares[rows, columns], where)


def errors_alone(kind: str, trace: Trace, network: Network, targets: Targets, where: Where, k: int) -> Errors | None:
    """The same loss on sequence k by itself; None where it ends before the loss looks."""
    if kind == "probe":
        return probe(trace, targets.direction)
    steps: tuple[int, ...] = (trace.steps,) if where == "last" else tuple(range(1, trace.steps + 1))
    if isinstance(where, tuple):
        steps = tuple(step for step in where if step <= trace.steps)
    if not steps:
        return None
    rows = np.array(steps) - 1
    if kind == "cross_entropy":
        return cross_entropy(trace, network.readout, targets.classes[rows][:, [k]], steps)
    if kind == "squared_error":
        return squared_error(trace, network.readout, targets.values[rows][:, [k]], steps)
    return binary_cross_entropy(trace, network.readout, targets.shares[rows][:, [k]], steps)


def gradients_of(
    kind: str, network: Network, targets: Targets, where: Where, lengths: Array | None = LENGTHS
) -> Gradients:
    trace = run(network, lengths)
    return backpropagate(trace, errors_of(kind, trace, network, targets, where))


def arrays_of(gradients: Gradients) -> dict[str, Array]:
    """Everything a padded batch computes, by name."""
    trace, errors = gradients.trace, gradients.errors
    assert isinstance(errors, Errors)
    arrays = {"h": trace.h, "last h": trace.last.h, "saturation": trace.saturation, "loss": errors.loss}
    arrays |= {f"gate {name}": value for name, value in trace.gates.items()}
    arrays |= {f"sum of {name}": value for name, value in trace.pre_activations.items()}
    arrays |= {f"dL/d{name}": value for name, value in gradients.parameters.named().items()}
    arrays |= {f"dL/d sum of {name}": value for name, value in gradients.pre_activations.items()}
    arrays |= {"dL/dh": gradients.dh, "dL/dx": gradients.dx, "log2 dh": gradients.log2_dh}
    arrays |= {"log2 parameters": gradients.log2_parameters}
    if trace.c is not None and trace.last.c is not None and gradients.dc is not None:
        arrays |= {"c": trace.c, "last c": trace.last.c, "dL/dc": gradients.dc}
    if gradients.readout is not None:
        arrays |= {"dL/dV": gradients.readout.V, "dL/dd": gradients.readout.d}
    if errors.outputs is not None:
        arrays["outputs"] = errors.outputs
    return arrays
