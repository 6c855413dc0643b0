"""Ten symbols to be said again after a long silence.

Source: Hochreiter and Schmidhuber (1997); as in Arjovsky, Shah and Bengio, "Unitary evolution recurrent neural
networks" (2016).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.tasks.task import Batch, Chance, Goal, Task

KEPT = 10  # symbols to be remembered
ALPHABET = 8  # of so many different ones
BLANK, DELIMITER = ALPHABET, ALPHABET + 1


@dataclass(frozen=True)
class CopyMemory(Task):
    """Ten symbols of eight, T - 1 blanks, a delimiter, ten blanks; wanted are T + 10 blanks and then the ten symbols in
    their order. `length` is T, and a sequence has T + 20 steps."""

    name, title = "copy", "Copy memory"
    what = "Ten symbols, then a silence of T steps: say them again, in their order."
    lengths, length_label = (1, 50, 500), "Silence T"
    loss = "cross-entropy"
    output_names = (*"ABCDEFGH", "·")
    input_names = (*output_names, "|")

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        x = np.full((self.length + 2 * KEPT, size), BLANK)
        targets = x.copy()
        x[:KEPT] = targets[-KEPT:] = rng.integers(0, ALPHABET, (KEPT, size))
        x[-KEPT - 1] = DELIMITER
        return Batch(x, targets, "every")

    def shown(self) -> Batch:
        return self.batch(np.random.default_rng(5), 1)

    @property
    def lag(self) -> int:
        return self.length + KEPT

    @property
    def chance(self) -> Chance:
        """Of who remembers nothing, but knows when to speak: what networks rest at first."""
        why = "Blanks while it must be silent, then any of eight symbols ten times: 10 ln 8 / (T + 20)."
        return Chance(KEPT * float(np.log(ALPHABET)) / (self.length + 2 * KEPT), 1.0 / ALPHABET, why)

    @property
    def goal(self) -> Goal:
        return Goal("accuracy", 0.99, "99 % of the remembered symbols are right.")

    def judged(self, batch: Batch) -> Array:
        counts = batch.counts.copy()
        counts[:-KEPT] = 0.0
        return counts
