"""Readings of a backward pass: how large the error is at a step, what an update does, how far off a mistake leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.kept import kept
from engine.studies.backward.look import RATES, Backwards, backwards
from engine.studies.backward.mistakes import tried
from engine.studies.backward.study import BackwardStudy

KEPT = 8_000_000  # bytes of runs: a scene reads several numbers of one


@kept(KEPT)
def _run(study: BackwardStudy) -> Backwards:
    return backwards(study, study.cells[0])


def error(study: BackwardStudy, step: int) -> float:
    """‖dL/dh_t‖ of the first cell."""
    return float(np.exp2(_run(study).gradients.log2_dh[step, 0]))


def loss(study: BackwardStudy) -> float:
    """All counted losses together."""
    return _run(study).update.before


def loss_after(study: BackwardStudy, rate: float) -> float:
    """The loss after one step of gradient descent at one of the rates that are tried."""
    return float(_run(study).update.after[RATES.index(rate)])


def gradient(study: BackwardStudy, array: str) -> float:
    """‖dL/d array‖: U, W, b, V or d."""
    return float(np.linalg.norm(_run(study).gradient.named()[array]))


def losses(study: BackwardStudy) -> float:
    """How many losses are counted."""
    return float(len(_run(study).counted))


def mistaken(study: BackwardStudy, mistake: int, case: int = 0) -> float:
    """How far off the mistake of this number, counted from 0, leads in a case of `mistakes.CASES`."""
    return list(tried(_run(study).gradients)[mistake].by_case.values())[case]


READINGS: Mapping[str, Callable[..., Any]] = {
    made.__name__: made for made in (error, loss, loss_after, gradient, losses, mistaken)
}
