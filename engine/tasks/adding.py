"""Two marked numbers to be added.

Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997), experiment 4; with one mark in each half and
numbers from 0 to 1 as in Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified linear
units" (2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.tasks.task import Batch, Chance, Goal, Task

NEAR = 0.04  # an answer no farther off than this counts as right: Hochreiter and Schmidhuber (1997)


@dataclass(frozen=True)
class Adding(Task):
    """Each step brings a number from U(0, 1) and a mark, 1 at one step of each half, else 0; wanted at the end is the
    sum of the two marked numbers."""

    name, title = "adding", "Adding"
    what = "Two of many numbers are marked, one in each half: what is their sum?"
    lengths, length_label = (2, 50, 1000), "Steps T"
    loss = "squared-error"
    input_names, output_names = ("number", "mark"), ("sum",)

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        T, half = self.length, self.length // 2
        x = np.zeros((T, size, 2))
        x[..., 0] = rng.random((T, size))
        steps = np.stack([rng.integers(0, half, size), rng.integers(half, T, size)])
        column = np.arange(size)
        x[steps, column, 1] = 1.0
        return Batch(x, x[steps, column, 0].sum(axis=0)[None, :, None], "final")

    def shown(self) -> Batch:
        return self.batch(np.random.default_rng(4), 1)

    @property
    def chance(self) -> Chance:
        why = "Always saying 1, the mean, is off by the variance of two numbers from U(0, 1): 2/12."
        return Chance(1.0 / 6.0, 2.0 * NEAR - NEAR**2, why)

    @property
    def start(self) -> float:
        return 1.0 + 1.0 / 6.0

    @property
    def goal(self) -> Goal:
        return Goal("loss", 0.01, "A mean squared error of 0.01.")

    def right(self, outputs: Array, batch: Batch) -> Array:
        return np.asarray(np.abs(outputs - batch.targets)[..., 0] < NEAR)
