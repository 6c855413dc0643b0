"""The weights of one recurrent layer and of its readout, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array


@dataclass(frozen=True, eq=False, repr=False)
class Parameters(ArrayRecord):
    """One layer's weights; the G gates' blocks are stacked in the order of the cell's `gates`.

    The pre-activation of every gate is a = U x_t + W h_{t-1} + b. PyTorch's two biases are added into `b`, which
    is the same function for the RNN, the LSTM and the GRU's r and z; the GRU's n keeps its second bias in `extra`
    as ``recurrent_bias``, because it is multiplied by r.
    """

    U: Array  # (G*H, D) input weights
    W: Array  # (G*H, H) recurrent weights
    b: Array  # (G*H,) bias
    extra: Mapping[str, Array] = field(default_factory=dict)  # what only one kind of cell has, by name

    @property
    def hidden_size(self) -> int:
        """H, the number of hidden units."""
        return int(np.shape(self.W)[-1])

    @property
    def input_size(self) -> int:
        """D, the number of inputs."""
        return int(np.shape(self.U)[-1])

    def named(self) -> dict[str, Array]:
        """Every array by name: U, W, b and the extras."""
        return {"U": self.U, "W": self.W, "b": self.b, **self.extra}

    @property
    def count(self) -> int:
        """How many numbers the layer learns."""
        return sum(int(np.size(array)) for array in self.named().values())


@dataclass(frozen=True, eq=False, repr=False)
class Readout(ArrayRecord):
    """The output weights: o_t = V h_t + d. Of an ensemble each array has a leading axis (N, ...)."""

    V: Array  # (K, H) output weights
    d: Array  # (K,) output bias
