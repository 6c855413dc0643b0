"""Forecasts of waves: what is the next number?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.sequences import SINE_PERIOD
from engine.tasks.task import NEXT, Batch, Chance, Goal, Task

MARGIN = 0.01  # a network that learned is off by no more than the best linear forecast and this part of the variance


@dataclass(frozen=True)
class Waves(Task):
    """Sums of waves a sin(2 pi t / period + phase), with phases of their own in each sequence, and noise; wanted at
    every step is the next number, with its noise."""

    amplitudes: ClassVar[tuple[float, ...]]
    periods: ClassVar[tuple[float, ...]]  # steps
    noise: ClassVar[float]  # its standard deviation

    lengths, length_label = (10, 50, 500), "Steps T"
    loss = "squared-error"
    one_way = NEXT
    input_names, output_names = ("number",), ("next number",)

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        phases = 2.0 * np.pi * rng.random((len(self.periods), 1, size))
        t = np.arange(self.length + 1)[:, None]
        parts = zip(self.amplitudes, self.periods, phases, strict=True)
        numbers = sum(a * np.sin(2.0 * np.pi * t / period + phase) for a, period, phase in parts)
        if self.noise:
            numbers = numbers + rng.normal(0.0, self.noise, (self.length + 1, size))
        rows = np.asarray(numbers)[..., None]
        return Batch(rows[:-1], rows[1:], "every")

    def shown(self) -> Batch:
        return self.batch(np.random.default_rng(6), 1)

    @property
    def chance(self) -> Chance:
        why = "Always saying 0, the mean, is off by the variance: half the square of each wave, and that of the noise."
        return Chance(float(self._covariance(np.zeros(1))[0]), None, why)

    @property
    def start(self) -> float:
        return self.chance.loss

    @property
    def goal(self) -> Goal:
        best, variance = self.best_linear(self.length), self.chance.loss
        words = f"At most the error of the best linear forecast, {best:.3g}, and 1 % of the variance, {variance:.3g}."
        return Goal("loss", best + MARGIN * variance, words)

    @classmethod
    def _covariance(cls, lag: Array) -> Array:
        waves = (a * a / 2.0 * np.cos(2.0 * np.pi * lag / p) for a, p in zip(cls.amplitudes, cls.periods, strict=True))
        return np.asarray(sum(waves) + cls.noise**2 * (lag == 0))

    @classmethod
    @cache
    def best_linear(cls, length: int) -> float:
        """The mean squared error, over all steps, of the best linear forecast from the numbers read so far.

        It is the variance that is left of x_{t+1} given x_1..x_t: the squares on the diagonal of the Cholesky factor of
        their covariances, but the first; noiseless waves are given a noise of 1e-6 for that.
        """
        t = np.arange(length + 1)
        covariance = cls._covariance(np.abs(t[:, None] - t)) + 1e-12 * np.eye(length + 1)
        return float(np.square(np.diag(np.linalg.cholesky(covariance)))[1:].mean())


@dataclass(frozen=True)
class Sine(Waves):
    """One wave without noise: the first number does not say whether it rises, two say everything."""

    name, title = "sine", "Sine wave"
    what = "A wave of a period of 25 steps: what is the next number?"
    amplitudes, periods, noise = (1.0,), (float(SINE_PERIOD),), 0.0


@dataclass(frozen=True)
class NoisyWaves(Waves):
    """Two waves and noise, which nobody can foresee."""

    name, title = "waves", "Noisy waves"
    what = "Two waves, of 23 and 7 steps, and noise: what is the next number?"
    amplitudes, periods, noise = (1.0, 0.5), (23.0, 7.0), 0.1
