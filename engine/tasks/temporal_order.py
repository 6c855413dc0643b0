"""Which came first? Two symbols far apart among four that mean nothing.

Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997), experiment 6a, without its symbols for start and
end; lengths as in Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013), whose
published program places the second symbol as experiment 6a does, from 5T/10 on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.tasks.task import FEW_ERRORS, Batch, Chance, Task

FAR = 2  # the first two symbols of the vocabulary mean something


@dataclass(frozen=True)
class TemporalOrder(Task):
    """An X or Y at a step drawn from T/10..2T/10 and another from 5T/10..6T/10, a, b, c and d elsewhere; wanted at the
    end is which of the four orders it was. A tenth of T, rounded down, is drawn from."""

    name, title = "order", "Temporal order"
    what = "Two symbols X or Y, one early and one in the middle, among others: which were they, in which order?"
    lengths, length_label = (10, 20, 500), "Steps T"
    loss = "cross-entropy"
    input_names, output_names = ("X", "Y", "a", "b", "c", "d"), ("XX", "XY", "YX", "YY")

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        T, tenth = self.length, self.length // 10
        x = rng.integers(FAR, self.inputs, (T, size))
        steps = rng.integers(0, tenth, (2, size)) + np.array([[tenth], [T // 2]])
        symbols = rng.integers(0, FAR, (2, size))
        x[steps, np.arange(size)] = symbols
        return Batch(x, FAR * symbols[:1] + symbols[1:], "final")

    def shown(self) -> Batch:
        return self.batch(np.random.default_rng(2), 1)

    chance = Chance(float(np.log(4.0)), 0.25, "Four orders, all as likely: ln 4.")
    goal = FEW_ERRORS
