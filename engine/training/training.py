"""Everything that decides how a network learns, in one record: training is a pure function of it.

Batches are drawn under (seed, number of the update) alone, so that two trainings with the same task, seed and batch see
the same sequences in the same order, and that any moment can be computed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.cells import CELLS
from engine.initialise import usual_bias
from engine.record import choice, number
from engine.studies.fields import cell_field
from engine.tasks import Batch
from engine.training.changes import CLIPS, RATES
from engine.training.learning import BIASES, INITIALISERS, MOST_WORK, Learning, work_of_one
from engine.training.model import Structure, drawn

JUDGED, FEWEST_JUDGED = 128, 4  # sequences of an evaluation, and how many at a time where each takes very much
MOST_OUTPUTS, MOST_JUDGED = 4_000_000, 2 * MOST_WORK  # numbers that an evaluation reads, and its work at most


@dataclass(frozen=True)
class Training(Learning):
    """One network that learns. `clip` 0: off; `bias` None: the cell's usual."""

    cell: str = cell_field("tanh", "What turns an input and the state before into the next state.")
    initialiser: str = choice(
        "orthogonal", INITIALISERS, "init", "Recurrent weights W", "How each gate's W is drawn before training."
    )
    clip: float = number(
        1.0, *CLIPS, "clip", "Clip at", "The gradient is shortened to this size where it is longer; 0 is off.", step=0.5
    )
    rate: float = number(0.005, *RATES, "rate", "Learning rate", "How far an update goes.", step=0.001)
    bias: float | None = number(
        None,
        *BIASES,
        "bias",
        "Gate bias",
        "Of the gate that says what is kept, before training; “usual” is 1 for an LSTM, 0 for a GRU.",
        when=lambda study: CELLS[study.cell].keeper is not None,
    )

    @cached_property
    def structure(self) -> Structure:
        """The shapes of what learns."""
        learned = self.learned
        sizes = learned.inputs, learned.outputs, learned.sources
        return Structure(self.cell, self.layers, self.two_ways, self.hidden, *sizes)

    @property
    def cut(self) -> int:
        """After how many steps errors are cut; 0: they are not."""
        return 0 if self.learned.decodes else self.truncation

    @property
    def usual_or_own_bias(self) -> float:
        """What the bias of the gate that says what is kept starts from."""
        return usual_bias(CELLS[self.cell]) if self.bias is None else self.bias

    def start(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The weights before the first update, (P,)."""
        learned = self.learned
        one_hot = self.shown_batch.x.ndim == 2
        symbols = {
            "network": learned.input_names if one_hot else (),
            "encoder": learned.source_names,
            "readout": learned.output_names if learned.loss == "cross-entropy" else (),
        }
        return drawn(self.structure, self.initialiser, self.scale, self.bias, self.seed, learned.lag, symbols)

    @cached_property
    def shown_batch(self) -> Batch:
        """The few sequences that are looked at while it learns."""
        return self.learned.shown()

    @cached_property
    def fresh_batches(self) -> tuple[Batch, ...]:
        """JUDGED sequences that it does not learn from, or fewer where a task has no more, in parts that are not too
        dear; the first of them judges on the way, all of them whether the goal is reached."""
        outputs = max(1, self.learned.ends[1]) * self.learned.outputs
        fitting = int(min(MOST_OUTPUTS / outputs, MOST_JUDGED / work_of_one(self)))
        size, every = min(JUDGED, max(FEWEST_JUDGED, fitting)), self.learned.evaluation(self.seed, JUDGED)
        return tuple(every.of(slice(start, start + size)) for start in range(0, every.x.shape[1], size))

    def drawn_batch(self, update: int, size: int) -> Batch:
        """The sequences that update number `update` (from 0 on) learns from."""
        return self.learned.batch(np.random.default_rng([self.seed, 8, update]), size)

    def settings(self, update: int) -> tuple[float, float, int]:
        """Rate, clip and batch of update number `update` (from 0 on)."""
        now = {"rate": self.rate, "clip": self.clip, "batch": float(self.batch)}
        now |= {change.field: change.value for change in self.changes if change.update <= update}
        return now["rate"], now["clip"], int(now["batch"])
