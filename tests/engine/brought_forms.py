"""Networks in the forms that only files bring: other activations, merges, layers from the end, starts of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.cells import CELLS, LSTM, RNN, Cell
from engine.forward import State
from engine.more_activations import hard_sigmoid, softsign
from engine.networks.network import Layer, Network
from engine.parameters import Readout
from engine.readings import Where
from engine.studies.brought import Brought, Given
from engine.tasks import Batch
from tests.engine.networks import WIDENED, random_parameters

T, D, H, K = 6, 3, 4, 2
HARD = LSTM(gate=hard_sigmoid(1.0 / 6.0, 0.5))
BACK: dict[str, Any] = {"backwards": True}
READ: dict[str, Any] = {"backwards": True, "as_read": True}
BOTH: dict[str, Any] = {"both": True}


def one(cell: Cell | str, **how: Any) -> dict[str, Any]:
    return {"cell": CELLS[cell] if isinstance(cell, str) else cell, **how}


FORMS: dict[str, tuple[dict[str, Any], ...]] = {
    **{name: (one(cell),) for name, cell in WIDENED.items()},
    "from the end": (one("gru", **BACK),),
    "as read": (one(HARD, **READ), one(HARD)),
    "as read, twice": (one("tanh", **READ), one("tanh", **READ)),
    "as read at the top": (one("tanh"), one("tanh", **READ)),
    "summed": (one("gru", **BOTH, merge="sum"),),
    "averaged below": (one(HARD, **BOTH, merge="ave"), one(HARD, **BOTH)),
    "multiplied": (one("tanh", **BOTH, merge="mul"), one("tanh", **BOTH, merge="mul")),
    "two cells": (one("lstm", **BOTH, reverse_cell=CELLS["gru"]),),
    "two cells, merged": (one(RNN(softsign()), **BOTH, reverse_cell=HARD, merge="sum"),),
    "as read, both, merged": (one("gru", **BOTH, **READ, merge="sum"), one("gru", **BOTH)),
}


def formed(
    name: str, start: bool = False, where: Where = "final", units: int = H, head: bool = True, steps: int = T
) -> Brought:
    """Such a network, its head, and a sequence of random numbers."""
    rng = np.random.default_rng([3, len(name), start])
    layers, width, starts = [], D, []
    for form in FORMS[name]:
        rest = {key: value for key, value in form.items() if key not in ("cell", "both")}
        cells = [form["cell"], form.get("reverse_cell", form["cell"])][: 1 + bool(form.get("both"))]
        each = [random_parameters(rng, cell, width, units) for cell in cells]
        starts += [
            State(rng.uniform(-0.8, 0.8, units), rng.uniform(-1.5, 1.5, units) if cell.has_memory else None)
            for cell in cells
        ]
        layers.append(Layer(form["cell"], each[0], each[1] if len(each) > 1 else None, **rest))
        width = layers[-1].output_size
    x = rng.standard_normal((steps, 1, D))
    readout = Readout(rng.standard_normal((K, width)), rng.standard_normal(K)) if head else None
    m = steps if where == "every" else 1
    batch = Batch(x, np.zeros((m, 1, K)), where, weights=np.ones((m, 1)))
    names = tuple("abcdef"[k % 6] for k in range(steps))
    network = Network(tuple(layers), start=tuple(starts) if start else None)
    return Brought(
        network, readout, (Given(batch, names, ("2",) * m),), ("x1", "x2", "x3"), ("1", "2"), "f.pt", looked_at=2
    )
