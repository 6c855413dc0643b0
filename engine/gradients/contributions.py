"""Each step's own contribution to the gradients of the weights; they sum to the total.

dL/dW = sum_t da_t h_{t-1}^T, dL/dU = sum_t da_t x_t^T, dL/db = sum_t da_t, dL/dV = sum_t (dL_t/do_t) h_t^T, with da_t
the total error at step t's pre-activations (through all later steps).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, expect, log2_norm
from engine.errors import Errors
from engine.gradients.backward import Gradients
from engine.gradients.collect import PerStep
from engine.parameters import Parameters, Readout
from engine.wide import scaled, value, widened


@dataclass(frozen=True, eq=False, repr=False)
class Contributions(ArrayRecord):
    """The terms of the sums over steps."""

    gradients: Gradients

    def at(self, t: int) -> Parameters:
        """What step t adds to dL/dU, dL/dW, dL/db and the extras, in their own shapes.

        Raises:
            IndexError: t is not a step of the trace.
        """
        steps = self.gradients.trace.steps
        if not isinstance(t, int | np.integer) or not 1 <= t <= steps:
            raise IndexError(f"step {t} was asked for, but the trace has steps 1 to {steps}")
        one = {name: value(rows[0]) for name, rows in self._between(t - 1, t).named().items()}
        return Parameters(self.gradients.all_inputs(one.pop("U")), one.pop("W"), one.pop("b"), one)

    @cached_property
    def parameters(self) -> Parameters:
        """All of them, time first: U (T, G*H, D), W (T, G*H, H), b (T, G*H), the extras (T, H)."""
        every = {name: value(rows) for name, rows in self._between(0, self.gradients.trace.steps).named().items()}
        return Parameters(self.gradients.all_inputs(every.pop("U")), every.pop("W"), every.pop("b"), every)

    @cached_property
    def log2_norms(self) -> dict[str, Array]:
        """log2 of the norm of each step's contribution, by the parameter's name, (T,); right beyond float64's range."""
        parts: dict[str, list[Array]] = {}
        sweep = self.gradients.sweep
        each_step = sweep.da.shape[1] * sweep.tape.z.shape[1]
        length = max(1, 2**20 // each_step)  # 8 MB of contributions at once
        steps = self.gradients.trace.steps
        for start in range(0, steps, length):
            stop = min(start + length, steps)
            top = self.gradients.exponent[start + 1 : stop + 1].reshape(stop - start, -1).max(axis=1)
            if self.gradients.beyond is not None:
                top = np.zeros_like(top)
            for name, rows in self._between(start, stop, top).named().items():
                parts.setdefault(name, []).append(log2_norm(rows.reshape(len(rows), -1), (1,)) + top)
        return {name: np.concatenate(rows) for name, rows in parts.items()}

    @cached_property
    def readout(self) -> Readout | None:
        """Each reading's own dL/dV (m, K, H) and dL/dd (m, K), by reading; None for a probe."""
        errors = self.gradients.errors
        if not isinstance(errors, Errors) or errors.output_errors is None:
            return None
        found, h = errors.output_errors, errors.h
        if errors.far_errors is not None or errors.reading.far is not None:
            found = widened(found if errors.far_errors is None else errors.far_errors)
            h = widened(h if errors.reading.far is None else errors.reading.far)
        return Readout(value(found.swapaxes(1, 2) @ h), value(found.sum(axis=1)))

    def _between(self, start: int, stop: int, top: Array | int = 0) -> Parameters:
        """Steps start+1..stop; errors as multiples of 2**top (per step), or numbers beyond float64."""
        if (far := self.gradients.beyond) is not None:
            own = self.gradients.exponent[start + 1 : stop + 1][:, None]
            return far.part(start, stop).weights(PerStep(lambda rows: widened(rows, own)))
        exponent = self.gradients.exponent[start + 1 : stop + 1]
        power = (exponent.T - top).T if exponent.any() else None
        with np.errstate(over="ignore", invalid="ignore"):
            each = PerStep(lambda rows: rows if power is None else scaled(rows, power[:, None]))
            return self.gradients.sweep.part(start, stop).weights(each)


def contributions(gradients: Gradients) -> Contributions:
    """Each step's own contribution, summed over the sequences of the batch.

    Raises:
        ValueError: the run was an ensemble, whose columns have weights of their own.
    """
    expect("gradients", gradients, Gradients, "what `backpropagate` gives")
    if gradients.trace.parameters.W.ndim == 3 or gradients.trace.tape.gain is not None:
        raise ValueError("the columns of this run are networks of their own: take the contributions of one at a time")
    return Contributions(gradients)
