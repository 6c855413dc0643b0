"""Many networks in one call: parameters with a leading axis, (N, ...); column k of a run is network k.

Networks that share W up to a factor run faster still as one network with a `gain` for each column: see `unroll`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import expect
from engine.parameters import Parameters


def ensemble(networks: Sequence[Parameters]) -> Parameters:
    """N networks of one cell and size as one set of parameters, every array (N, ...).

    Raises:
        ValueError: there is no network, or their arrays differ in name or shape.
    """
    if not networks:
        raise ValueError("an ensemble needs at least one network")
    for k, one in enumerate(networks):
        expect(f"network {k}", one, Parameters, "Parameters(U, W, b)")
    shapes = [{name: np.shape(array) for name, array in p.named().items()} for p in networks]
    for k, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ValueError(f"network {k} has the shapes {shape}, but network 0 has {shapes[0]}")
    stacked = {name: np.stack([p.named()[name] for p in networks]) for name in shapes[0]}
    return Parameters(stacked.pop("U"), stacked.pop("W"), stacked.pop("b"), stacked)


def network_of(parameters: Parameters, k: int) -> Parameters:
    """Network k of an ensemble, or of an ensemble's gradients, as arrays of its own.

    Raises:
        IndexError: there is no such network.
        ValueError: it is no Parameters.
    """
    expect("parameters", parameters, Parameters, "what `ensemble` gives")
    if np.ndim(parameters.W) != 3 or not -len(parameters.W) <= k < len(parameters.W):
        raise IndexError(f"network {k} was asked for, but W has shape {np.shape(parameters.W)}, not (N, G*H, H)")
    one = {name: array[k].copy() for name, array in parameters.named().items()}
    return Parameters(one.pop("U"), one.pop("W"), one.pop("b"), one)
