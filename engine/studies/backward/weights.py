"""All weights of one network by name, the readout's too, as one value that can be changed into another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, log2_norm
from engine.parameters import Parameters, Readout


@dataclass(frozen=True, eq=False, repr=False)
class Weights(ArrayRecord):
    """The recurrent layer's parameters and the readout's; a gradient of them has the same form.

    Of an ensemble every array has a leading axis (N, ...).
    """

    parameters: Parameters
    readout: Readout | None = None  # None: nothing reads the states but a probe

    def named(self) -> dict[str, Array]:
        """Every array by name: U, W, b, the cell's extras, and V and d where there is a readout."""
        readout = {} if self.readout is None else {"V": self.readout.V, "d": self.readout.d}
        return {**self.parameters.named(), **readout}

    def with_arrays(self, arrays: Mapping[str, Array]) -> Weights:
        """The same network with some arrays replaced.

        Raises:
            ValueError: a name is not one of this network's.
        """
        if unknown := set(arrays) - set(self.named()):
            raise ValueError(f"there are no weights {sorted(unknown)[0]!r}; there are {', '.join(self.named())}")
        named = {**self.named(), **arrays}
        readout = None if self.readout is None else Readout(named.pop("V"), named.pop("d"))
        return Weights(Parameters(named.pop("U"), named.pop("W"), named.pop("b"), named), readout)

    @property
    def log2_norm(self) -> Array:
        """log2 of the norm of all of them together, () or (N,); -inf for zero."""
        lead = np.shape(self.parameters.W)[:-2]
        flat = np.concatenate([np.reshape(array, (*lead, -1)) for array in self.named().values()], axis=-1)
        return np.asarray(log2_norm(flat, (len(lead),)))
