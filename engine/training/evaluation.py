"""How well a model does: on sequences that it has not learned from, and on the few that are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.networks.network import NetworkTrace
from engine.training.model import Model
from engine.training.step import forward_of
from engine.training.training import Training

GATE_BINS, WEIGHT_BINS = 20, 40
LOWEST = {"state": -1.0, "candidate": -1.0}  # where values of a gate begin to be counted; of all others at 0
WEIGHT_END = 2.0  # weights beyond are counted in the outermost bins


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation(ArrayRecord):
    """A model after `update` updates."""

    update: int
    judged: int  # of how many fresh sequences
    loss: float  # average over readings of these; infinite or nan where it left float64
    accuracy: float | None
    outputs: Array  # (m, B, K) float32: what it says of the sequences that are looked at
    gates: Mapping[str, Array]  # each (GATE_BINS,) counts over units and steps of these; from 0 to 1, a state's from -1
    weights: Mapping[str, Array]  # U and W, each (WEIGHT_BINS,) counts from -WEIGHT_END to WEIGHT_END

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        counts = [*self.gates.values(), *self.weights.values()]
        return 1000 + self.outputs.nbytes + sum(rows.nbytes + 100 for rows in counts)


def evaluate(
    training: Training, model: Model, update: int, size: int | None = None, support: bool = True
) -> Evaluation:
    """Run a model over fresh sequences, the same at each evaluation of a training, and over those looked at.

    Where sequences are dear, a few of them judge. With `support` the others are asked too, as long as all so far reach
    the goal: then none reaches it who was not asked all of them.
    """
    learned, goal = training.learned, training.learned.goal
    parts = training.fresh_batches if size is None else (learned.evaluation(training.seed, size),)
    judged, sums, counts = 0, np.zeros(2), np.zeros(2)
    for part in parts:
        asked = forward_of(training, model, part)
        assert asked.errors.outputs is not None
        right = learned.accuracy(asked.errors.outputs, part)
        weights = np.array([part.counts.sum(), learned.judged(part).sum()])
        sums = sums + np.multiply([asked.loss, np.nan if right is None else right], weights)
        judged, counts = judged + part.x.shape[1], counts + weights
        loss, share = (sums / counts).tolist()
        accuracy = None if right is None else share
        if not (support and goal.reached(loss, accuracy)):
            break
    shown = forward_of(training, model, training.shown_batch)
    assert shown.errors.outputs is not None
    U = [p.U for layer in model.network.layers for p in layer.directions]
    W = [p.W for layer in model.network.layers for p in layer.directions]
    return Evaluation(
        update=update,
        judged=judged,
        loss=loss,
        accuracy=accuracy,
        outputs=shown.errors.outputs.astype(np.float32),
        gates=_gates(shown.trace),
        weights={name: _counts(rows, -WEIGHT_END, WEIGHT_END, WEIGHT_BINS) for name, rows in (("U", U), ("W", W))},
    )


def _gates(trace: NetworkTrace) -> dict[str, Array]:
    """Counts of each gate's values, of all layers and directions together."""
    found: dict[str, list[Array]] = {}
    for layer in trace.layers:
        for direction in layer.directions:
            inside = np.arange(trace.steps)[:, None] < direction.ends
            for name, values in direction.gates.items():
                found.setdefault(name, []).append(values[inside])
    return {name: _counts(rows, LOWEST.get(name, 0.0), 1.0, GATE_BINS) for name, rows in found.items()}


def _counts(rows: list[Array], low: float, high: float, bins: int) -> Array:
    """How many numbers lie in each of some equal bins, those outside in the outermost; what is no number in none."""
    values = np.concatenate([one.reshape(-1) for one in rows])
    values = values[~np.isnan(values)]
    places = np.clip((values - low) * (bins / (high - low)), 0, bins - 1).astype(np.int64)
    return np.bincount(places, minlength=bins).astype(np.int32)
