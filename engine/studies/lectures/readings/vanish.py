"""Readings of an experiment with the gradient: how much of the error reaches step 1, and products of factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf, log2, log10, prod
from typing import Any

import numpy as np

from engine.cells import CELLS, RNN
from engine.gradients.backward import Gradients
from engine.measures import largest_path, reach, unit_factors
from engine.spectra.jacobians import growth
from engine.studies.lectures.readings.absent import AbsentError
from engine.studies.vanish.study import VanishStudy


def product(study: VanishStudy, factors: Sequence[float]) -> float:
    """Of factors by themselves."""
    return prod(factors)


def power(study: VanishStudy, factor: float, times: int) -> float:
    """A factor multiplied by itself, `times` factors in all."""
    return prod([factor] * times)


def arriving(study: VanishStudy, cell: str) -> float:
    """log10 of ‖dL/dh_1‖ over ‖dL/dh_T‖ of the first sequence."""
    return reach(_run(study, cell).log2_dh[:, 0]).log2_ratio / log2(10.0)


def arrives(study: VanishStudy, cell: str) -> float:
    """The same as a number: which share of the error reaches step 1."""
    return float(10.0 ** arriving(study, cell))


def how_much(study: VanishStudy, cell: str) -> str:
    """The same in words."""
    share = arrives(study, cell)
    bounds = {"less than a millionth": 1e-6, "about a thousandth": 0.03, "about a half": 0.95}
    return next((words for words, most in bounds.items() if share < most), "all of it, or more")


def per_step(study: VanishStudy, cell: str) -> float:
    """The factor per step that, again and again, would leave as much at step 1."""
    return float(10.0 ** (arriving(study, cell) / (study.length - 1)))


def smallest_and_largest(study: VanishStudy, cell: str) -> tuple[float, float]:
    """Of all single steps back, the factor of the one that takes the most and of the one that takes the least."""
    log2 = growth(_run(study, cell)).total[1:, 0]
    return float(np.exp2(log2.min())), float(np.exp2(log2.max()))


def paths(study: VanishStudy, cell: str) -> float:
    """How many paths lead from a unit at the last step to one at the first: H choices at each step between."""
    return float(study.hidden) ** (study.length - 2) if study.length * log10(study.hidden) < 300.0 else inf


def best_path(study: VanishStudy, cell: str) -> float:
    """The size of the product along the path whose factors multiply to the most, from step T to step 1."""
    trace = _run(study, cell).trace
    if not isinstance(trace.cell, RNN):
        raise AbsentError("a cell with gates has many factors a step")
    factors = unit_factors(trace, largest_path(trace))[1:]
    with np.errstate(divide="ignore"):
        return float(10.0 ** np.log10(np.abs(factors)).sum())


def against_best_path(study: VanishStudy, cell: str) -> str:
    """Whether more or less of the error arrives than that path leaves."""
    return "more" if arrives(study, cell) > best_path(study, cell) else "less still"


def mean_slope(study: VanishStudy, cell: str) -> float:
    """The slope of a plain cell's activation, the mean over all units and steps."""
    trace = _run(study, cell).trace
    if not isinstance(trace.cell, RNN):
        raise AbsentError("a cell with gates has several slopes")
    return float(trace.cell.activation.derivative(trace.pre_activations["state"]).mean())


def _run(study: VanishStudy, cell: str) -> Gradients:
    if cell not in study.cells:
        raise AbsentError(f"the {CELLS[cell].title} is not shown")
    return study.run(cell)


MADE = (
    product,
    power,
    arriving,
    arrives,
    how_much,
    per_step,
    smallest_and_largest,
    paths,
    best_path,
    against_best_path,
    mean_slope,
)
READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in MADE}
