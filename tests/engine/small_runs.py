"""One small LSTM and GRU with something to read, for tests of what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.cells import CELLS
from engine.forward import Trace, unroll
from engine.initialise import initial_parameters, initial_readout
from engine.networks.network import Layer, Network, NetworkTrace, run_network
from engine.parameters import Parameters

LSTM, GRU, TANH = (CELLS[name] for name in ("lstm", "gru", "tanh"))
T, D, H, K = 5, 2, 3, 4
X = np.random.default_rng(0).standard_normal((T, 1, D))


def weights(cell: Any = LSTM, inputs: int = D, hidden: int = H) -> Parameters:
    return initial_parameters(cell, "gaussian", 1.0, hidden, inputs, seed=1)


P, Q, R = weights(), weights(GRU), initial_readout(H, K, seed=1)
ONE = Network((Layer(LSTM, P),))


def run(p: Any = P, x: Any = X, **options: Any) -> Trace:
    return unroll(LSTM, p, x, **options)


def run_one(x: Any = X, **options: Any) -> NetworkTrace:
    return run_network(ONE, x, **options)
