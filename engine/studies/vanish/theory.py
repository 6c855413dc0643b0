"""What theory says of the growth per step, beside what is measured; where its conditions do not hold, that instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.gradients.backward import Gradients
from engine.measures import log2_bound_per_step
from engine.overflow import Overflow
from engine.spectra.jacobians import finite_step_jacobians
from engine.spectra.lyapunov import lyapunov_spectrum
from engine.spectra.meanfield import mean_field
from engine.studies.vanish.stretches import LARGEST_JACOBIANS, jacobian_numbers
from engine.studies.vanish.study import VanishStudy

Name = Literal["bound", "mean field", "lyapunov"]
Obstacle = Literal[
    "gates",
    "leak",
    "trained",
    "not tanh",
    "not gaussian",
    "own input",
    "not settled",
    "too large",
    "crushed",
    "not finite",
]
SETTLED = 2.0  # the pre-activations' mean square may be off its fixed point by this factor, a small network's scatter
NOTHING = 1e-9  # a mean square that is taken for 0


@dataclass(frozen=True)
class Prediction:
    """One theory's growth of an error's norm per step back; or the condition that does not hold."""

    name: Name
    log2_per_step: float | None = None
    obstacle: Obstacle | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Theory(ArrayRecord):
    """One network's error and the three predictions."""

    log2_dh: Array  # (T+1,) log2 ||dL/dh_t||, as the engine measures it
    log2_per_step: float  # its mean growth per step from T back to 1; -inf if nothing arrives
    predictions: tuple[Prediction, ...]  # bound, mean field, lyapunov
    hidden: int


def theory(experiment: VanishStudy, cell: str) -> Theory:
    """Run `cell` and set beside it, per step and in powers of two,

        bound       log2 (||W||_2 gamma), which no step of a vanilla RNN exceeds: `measures.log2_bound_per_step`
        mean field  log2 (chi) / 2 of a wide Gaussian tanh network: `meanfield.mean_field`, with sigma_b^2 the mean
                    square of U x + b where the input is drawn anew at every step, and 0 without input
        lyapunov    lambda_1 / ln 2, the largest finite-time exponent of this very run: `lyapunov.lyapunov_spectrum`

    Sources: Pascanu, Mikolov and Bengio (2013); Chen, Pennington and Schoenholz (2018); Engelken, Wolf and Abbott
    (2023); in full where each is computed.
    """
    run = experiment.run(cell)
    log2_dh = run.log2_dh[:, 0]
    steps = run.trace.steps
    with np.errstate(invalid="ignore"):
        per_step = float((log2_dh[1] - log2_dh[-1]) / (steps - 1))
    bound = log2_bound_per_step(experiment.kind(cell), run.trace.parameters)
    unbounded: Obstacle = "gates" if len(experiment.kind(cell).gates) > 1 else "leak"
    predictions = (
        Prediction("bound", bound, unbounded if bound is None else None),
        _mean_field(experiment, cell, run),
        _lyapunov(experiment, cell, run),
    )
    return Theory(log2_dh, per_step, predictions, experiment.hidden)


def _mean_field(experiment: VanishStudy, cell: str, run: Gradients) -> Prediction:
    if experiment.trained is not None:
        return Prediction("mean field", obstacle="trained")
    if cell != "tanh":
        return Prediction("mean field", obstacle="not tanh")
    if experiment.initialiser != "gaussian":
        return Prediction("mean field", obstacle="not gaussian")
    if experiment.inputs not in ("random", "zeros", "impulse"):
        return Prediction("mean field", obstacle="own input")
    parameters, x = run.trace.parameters, run.trace.x[:, 0]
    driven = experiment.inputs == "random"
    sigma_b = float(np.sqrt(np.mean((x @ parameters.U.T + parameters.b) ** 2))) if driven else 0.0
    found = mean_field(experiment.scale, sigma_b)
    second_half = run.trace.pre_activations["state"][run.trace.steps // 2 :, 0]
    q = float(np.mean(second_half**2))
    near = max(q, found.q) < NOTHING or found.q / SETTLED <= q <= found.q * SETTLED
    if not near and not (found.q == 0.0 and q < 1.0):  # towards 0 it takes a critical network long
        return Prediction("mean field", obstacle="not settled")
    return Prediction("mean field", float(np.log2(found.chi)) / 2.0)


def _lyapunov(experiment: VanishStudy, cell: str, run: Gradients) -> Prediction:
    if jacobian_numbers(experiment, cell) > LARGEST_JACOBIANS:
        return Prediction("lyapunov", obstacle="too large")
    try:
        first = float(lyapunov_spectrum(finite_step_jacobians(run.trace))[0])
    except Overflow:
        return Prediction("lyapunov", obstacle="not finite")
    if np.isneginf(first):
        return Prediction("lyapunov", obstacle="crushed")
    return Prediction("lyapunov", first / float(np.log(2.0)))
