"""An odd number of ones, or an even one? One bit to be kept, and turned over by every 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.tasks.task import Batch, Chance, Goal, Task


@dataclass(frozen=True)
class Parity(Task):
    """Each step brings a 0 or 1; wanted at every step is whether there was an odd number of ones so far."""

    name, title = "parity", "Parity"
    what = "Zeros and ones come in: has there been an odd number of ones so far?"
    lengths, length_label = (2, 10, 200), "Bits T"
    loss = "binary-cross-entropy"
    input_names, output_names = ("bit",), ("odd",)

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        bits = rng.integers(0, 2, (self.length, size, 1))
        return Batch(bits.astype(np.float64), (bits.cumsum(axis=0) % 2).astype(np.float64), "every")

    def shown(self) -> Batch:
        return self.batch(np.random.default_rng(3), 1)

    chance = Chance(float(np.log(2.0)), 0.5, "Odd and even are as likely at every step: ln 2.")
    goal = Goal("accuracy", 0.99, "Under 1 % errors at the last step.")

    @property
    def evaluated(self) -> str:
        return f"Drawn anew for each evaluation, among 2^{self.length} sequences: short ones have been trained on."

    def judged(self, batch: Batch) -> Array:
        counts = batch.counts.copy()
        counts[:-1] = 0.0
        return counts
