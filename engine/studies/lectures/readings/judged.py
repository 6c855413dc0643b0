"""Readings that decide between a scene's choices: each is computed from a run, and returns one of a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.cells import CELLS
from engine.forward import State, unroll
from engine.parameters import Parameters
from engine.studies.backward.look import RATES, backwards
from engine.studies.backward.study import BackwardStudy
from engine.studies.backward.update import Update
from engine.studies.lectures.readings.absent import AbsentError
from engine.studies.lectures.readings.spoken import both_say
from engine.studies.lectures.readings.unroll import answers, columns_of, learned, likeliest
from engine.studies.lectures.readings.vanish import arriving
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import walk
from engine.studies.vanish.study import VanishStudy

LEFT = {-12.0: "less than a millionth of a millionth", -3.0: "less than a thousandth", 0.0: "more than a thousandth"}
GROWN = {4.0: "it grows more than ten thousandfold", 1.0: "it grows more than tenfold", 0.0: "it grows"}
SHRUNK = "it shrinks"


def _in(study: UnrollStudy, wiring: str) -> UnrollStudy:
    if study.trained is not None:
        raise AbsentError("a trained network keeps its wiring")
    return study.changed("wiring", wiring)


def answers_in(study: UnrollStudy, wiring: str) -> float:
    """At how many steps something comes out in another wiring."""
    return answers(_in(study, wiring))


def steps_in(study: UnrollStudy, wiring: str) -> float:
    """How many steps are drawn in another wiring."""
    return columns_of(_in(study, wiring))


def _twice(study: UnrollStudy) -> UnrollStudy:
    name = "phrase" if study.trained is not None else "text"
    said = getattr(study, name)
    if not said.strip() or (name == "text" and study.example != "text"):
        raise AbsentError("there is no phrase")
    return study.from_query({**study.to_query(), study.declared()[name].key: f"{said} {said}"})[0]


def learned_twice(study: UnrollStudy) -> float:
    """How many numbers are learned for the phrase read twice in a row."""
    return learned(_twice(study))


def needs_more(study: UnrollStudy) -> str:
    """Whether that phrase, twice as long, needs more of them."""
    return "yes" if learned_twice(study) > learned(study) else "no"


def same_answer(study: UnrollStudy, steps: Sequence[int]) -> str:
    """Whether the likeliest answer is one and the same at these steps."""
    return "yes" if len({likeliest(study, step) for step in steps}) == 1 else "no"


def says_from(study: UnrollStudy, seed: int) -> tuple[float, ...]:
    """The last output where the loop starts from random numbers between -1 and 1, under a seed, and not from zeros."""
    found, cell = walk(study), CELLS[study.cell]
    if study.layers > 1 or study.both or study.wiring == "delayed" or cell.has_memory or cell.extras:
        raise AbsentError("read of one plain layer alone")
    h0 = np.random.default_rng(seed).uniform(-1.0, 1.0, (1, study.hidden))
    U, W, b = (found.weights[name] for name in ("U1", "W1", "b1"))
    trace = unroll(cell, Parameters(U, W, b[:, 0]), found.parts[0].x, start=State(h0))
    logits = found.readout.V @ trace.h[-1, 0] + found.readout.d
    if study.output_kind != "sigmoid":
        raise AbsentError("read of a yes or no alone")
    return tuple(float(value) for value in 1.0 / (1.0 + np.exp(-logits)))


def same_verdict(study: UnrollStudy) -> str:
    """Whether two texts or phrases get answers on the same side of a half."""
    first, second = both_say(study)
    return "yes" if (first > 0.5) == (second > 0.5) else "no"


def adds_at(study: BackwardStudy, step: int) -> str:
    """The arrays among U, W and V to whose gradient a step adds anything."""
    run = backwards(study, study.cells[0])
    if step > run.gradients.trace.steps:
        raise AbsentError(f"there is no step {step}")
    added = run.contributions.at(step).named()
    names = [f"dL/d{name}" for name in "UW" if np.any(added[name])]
    return ", ".join([*names, *(["dL/dV"] if step in run.counted else [])])


def loudest(study: BackwardStudy) -> str:
    """The step whose state the error reaches largest."""
    log2_dh = backwards(study, study.cells[0]).gradients.log2_dh[1:, 0]
    return f"step {int(np.argmax(log2_dh)) + 1}"


def loss_goes(study: BackwardStudy, rate: float, update: int | None = None) -> str:
    """What one step of gradient descent at one of the rates that are tried does to the loss; of a trained network after
    so many updates, or after those that are shown."""
    change = loss_stepped(study, rate, update) - _step(study, update).before
    return "it falls" if change < 0.0 else "it rises" if change > 0.0 else "it stays"


def loss_stepped(study: BackwardStudy, rate: float, update: int | None = None) -> float:
    """The loss after that step."""
    return float(_step(study, update).after[RATES.index(rate)])


def _step(study: BackwardStudy, update: int | None) -> Update:
    if update is not None:
        if not isinstance(study.trained, Trained):
            raise AbsentError("read of a trained network alone")
        study = replace(study, trained=replace(study.trained, update=update, numbers=b""))
    return backwards(study, study.cells[0]).update


def arriving_at(study: VanishStudy, cell: str, scale: float) -> float:
    """log10 of ‖dL/dh_1‖ over ‖dL/dh_T‖ at another recurrent scale."""
    if cell not in study.cells:
        raise AbsentError("it is not among those shown")
    return arriving(study.changed("scale", scale), cell)


def a_step(study: VanishStudy, cell: str, scale: float) -> float:
    """The factor that, taken at every step back, comes to the same."""
    return float(10.0 ** (arriving_at(study, cell, scale) / max(study.length - 1, 1)))


def left_at(study: VanishStudy, cell: str, scale: float) -> str:
    """How little of the error is left, in words."""
    found = arriving_at(study, cell, scale)
    return next((words for most, words in LEFT.items() if found < most), LEFT[0.0])


def grown_at(study: VanishStudy, cell: str, scale: float) -> str:
    """How much it has grown, in words."""
    found = arriving_at(study, cell, scale)
    return next((words for least, words in GROWN.items() if found > least), SHRUNK)


UNROLL: Mapping[str, Callable[..., Any]] = {
    made.__name__: made
    for made in (
        answers_in,
        steps_in,
        learned_twice,
        needs_more,
        same_answer,
        same_verdict,
        says_from,
    )
}
BACKWARD: Mapping[str, Callable[..., Any]] = {
    made.__name__: made for made in (adds_at, loudest, loss_goes, loss_stepped)
}
VANISH: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in (arriving_at, a_step, left_at, grown_at)}
