"""The best that a count of words can do on what a network learned: no order, one weight a word, one for none.

Logistic regression on the counts, p = sigmoid(w n + b), with the mean cross-entropy and PENALTY |w|^2 / 2 for its loss;
its minimum is the only one, found by Newton's steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.tasks import Batch, Task
from engine.tasks.pool import PooledTask
from engine.training.training import JUDGED

PENALTY = 1e-3  # without one, sentences that can be told apart would drive the weights to infinity
DRAWN, SEED = 1000, 3  # sentences of a task that draws them
MOST_WORDS = 300  # of a larger vocabulary nothing is counted: a Newton step would take too long
STEPS, CLOSE = 50, 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class Bag(ArrayRecord):
    """What it learned."""

    w: Array  # (D,) a word's weight for the second answer
    b: float
    known: float  # its accuracy on what it learned
    accuracy: float  # the same on the sequences on which a network of this task and seed is judged

    def probability(self, codes: Array) -> float:
        """Of the second answer of two, of some words."""
        return float(_sigmoid(self.w[codes].sum() + self.b))


@lru_cache(maxsize=16)
def bag_of(task: Task, seed: int) -> Bag | None:
    """The best bag of words on a task's training data; None where not two answers are told apart at the end."""
    ways = 2 if task.loss == "binary-cross-entropy" and task.outputs == 1 else task.outputs
    if task.asked != "last" or task.decodes or ways != 2 or task.inputs > MOST_WORDS:
        return None
    if isinstance(task, PooledTask):
        learned = task.pool.of(slice(0, task.pool.learned))
    else:
        learned = task.batch(np.random.default_rng(SEED), DRAWN)
    if learned.x.ndim != 2:
        return None
    n, wanted = _counts(learned, task.inputs)
    solved = _minimum(np.column_stack([n, np.ones(len(n))]), wanted)
    w, b = solved[:-1], float(solved[-1])
    asked, right = _counts(task.evaluation(seed, JUDGED), task.inputs)
    known, accuracy = (
        float(((rows @ w + b > 0.0) == (said > 0.5)).mean()) for rows, said in ((n, wanted), (asked, right))
    )
    return Bag(w, b, known, accuracy)


def _counts(batch: Batch, D: int) -> tuple[Array, Array]:
    """How often each word stands in each sequence, (B, D), and what is wanted of it, (B,)."""
    T, B = batch.x.shape
    ends = np.full(B, T) if batch.lengths is None else batch.lengths
    counts = np.zeros((B, D))
    inside = np.arange(T)[:, None] < ends
    np.add.at(counts, (np.broadcast_to(np.arange(B), (T, B))[inside], batch.x[inside]), 1.0)
    return counts, batch.targets.reshape(B).astype(np.float64)


def _minimum(n: Array, wanted: Array) -> Array:
    """Newton's steps from 0, each halved until the loss falls."""
    penalty = np.full(n.shape[1], PENALTY)
    penalty[-1] = 0.0

    def loss(w: Array) -> float:
        z = n @ w
        return float(np.logaddexp(0.0, z).mean() - (wanted * z).mean() + (penalty * w * w).sum() / 2.0)

    w = np.zeros(n.shape[1])
    for _ in range(STEPS):
        p = _sigmoid(n @ w)
        slope = n.T @ (p - wanted) / len(n) + penalty * w
        curvature = (n * (p * (1.0 - p))[:, None]).T @ n / len(n) + np.diag(penalty + CLOSE)
        step = np.linalg.solve(curvature, slope)
        share = 1.0
        while share > CLOSE and loss(w - share * step) > loss(w):
            share /= 2.0
        w = w - share * step
        if np.abs(slope).max() < CLOSE:
            break
    return w


def _sigmoid(z: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0.0, -z)))
