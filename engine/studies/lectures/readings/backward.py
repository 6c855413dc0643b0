"""Readings of a backward pass: how large the error is at a step, what an update does, how far off a mistake leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.cells import CELLS
from engine.kept import kept
from engine.studies.backward.left_out import LeftOut, answers_symbols, left_out
from engine.studies.backward.look import RATES, Backwards, backwards, long_range
from engine.studies.backward.mistakes import tried
from engine.studies.backward.study import BackwardStudy
from engine.studies.lectures.readings.absent import AbsentError

KEPT = 8_000_000  # bytes of runs: a scene reads several numbers of one
SURE, GUESSES = 0.8, "it still guesses"  # the likeliest of two answers has at least this probability, or it guesses


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


def each_loss(study: BackwardStudy) -> tuple[float, ...]:
    """The loss at each step where one counts, before any mean is taken."""
    return tuple(float(loss) for loss in _each(study))


def summed(study: BackwardStudy) -> float:
    """All these together."""
    return float(_each(study).sum())


def dearest(study: BackwardStudy) -> str:
    """At which symbol the largest of them stands."""
    step = _run(study).counted[int(np.argmax(_each(study)))]
    return study.sequence().labels[step - 1]


def _each(study: BackwardStudy) -> Array:
    found = _run(study)
    losses = found.errors.loss[np.isin(study.read_at(found.errors), found.counted), 0]
    return np.asarray(losses * (len(found.counted) if study.averaged else 1))


def first_against_last(study: BackwardStudy, cell: str, sentence: int = 1) -> float:
    """How much the asked word of a sentence depends on its first word, over how much on the last before it."""
    if cell not in study.cells or study.trained is not None:
        raise AbsentError(f"there is no {CELLS[cell].title} that reads it")
    row = long_range(study)[sentence - 1]
    log2 = row.log2_norms[study.cells.index(cell)]
    return float(np.exp2(log2[0] - log2[row.sentence.asked - 2]))


def hears_most(study: BackwardStudy) -> str:
    """The cell in which that is the most."""
    return CELLS[max(study.cells, key=lambda cell: first_against_last(study, cell))].title


def _left_out(study: BackwardStudy) -> tuple[LeftOut, ...]:
    if not answers_symbols(study):
        raise AbsentError("read of a trained network alone")
    return left_out(study)


def decision(study: BackwardStudy) -> str:
    """What a trained network answers, or that it guesses: its likeliest answer is below `SURE`."""
    found = _left_out(study)[0]
    return found.answer if max(found.share, 1.0 - found.share) >= SURE else GUESSES


def share(study: BackwardStudy) -> tuple[float, ...]:
    """The probability of the right answer, of what is read and of the same opened otherwise."""
    return tuple(found.share for found in _left_out(study))


def without_first(study: BackwardStudy) -> tuple[float, ...]:
    """The same when the first word is left out."""
    return tuple(float(found.without[0]) for found in _left_out(study))


def gradient_at_first(study: BackwardStudy) -> float:
    """‖dL/dx‖ at the first word over that at the last."""
    log2 = _left_out(study)[0].log2_norms
    return float(np.exp2(log2[0] - log2[-1]))


def mistaken(study: BackwardStudy, mistake: int, case: int = 0) -> float:
    """How far off the mistake of this number, counted from 0, leads in a case of `mistakes.CASES`."""
    return list(tried(_run(study).gradients)[mistake].by_case.values())[case]


READINGS: Mapping[str, Callable[..., Any]] = {
    made.__name__: made
    for made in (
        error,
        loss,
        loss_after,
        gradient,
        losses,
        each_loss,
        summed,
        dearest,
        first_against_last,
        hears_most,
        decision,
        share,
        without_first,
        gradient_at_first,
        mistaken,
    )
}
