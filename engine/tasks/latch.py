"""One sign to be kept through noise.

Source: Bengio, Simard and Frasconi, "Learning long-term dependencies with gradient descent is difficult" (1994), with
the sign at the first step alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.tasks.task import FEW_ERRORS, Batch, Chance, Task

NOISE = 0.2  # its standard deviation


@dataclass(frozen=True)
class Latch(Task):
    """The first number is 1 or -1, then comes noise from N(0, 0.2**2); wanted at the end is whether the first was 1."""

    name, title = "latch", "Latch"
    what = "The first number is 1 or −1, all others are noise: which was it?"
    lengths, length_label = (2, 30, 1000), "Steps T"
    loss = "binary-cross-entropy"
    input_names, output_names = ("number",), ("first was 1",)

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        x = rng.normal(0.0, NOISE, (self.length, size, 1))
        first = rng.integers(0, 2, (size, 1))
        x[0] = 2.0 * first - 1.0
        return Batch(x, first[None].astype(np.float64), "final")

    def shown(self) -> Batch:
        return self.batch(np.random.default_rng(1), 2)

    chance = Chance(float(np.log(2.0)), 0.5, "Both signs are as likely: ln 2.")
    goal = FEW_ERRORS
