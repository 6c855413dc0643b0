"""Readings that decide between a scene's choices: each is computed from a run, and returns one of a few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.studies.backward.look import RATES, backwards
from engine.studies.backward.study import BackwardStudy
from engine.studies.bag import bag_of
from engine.studies.lectures.readings.absent import AbsentError
from engine.studies.lectures.readings.unroll import answers, columns_of, learned, likeliest, outputs
from engine.studies.lectures.readings.vanish import arriving
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.vanish.study import VanishStudy

MOST_UPDATES = 100  # of a training that is looked through
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


def _text(study: UnrollStudy, text: int) -> UnrollStudy:
    if text > len(study.texts):
        raise AbsentError("there is no such phrase")
    return study.texts[text - 1]


def said_of_text(study: UnrollStudy, text: int) -> tuple[float, ...]:
    """The last output for one of two texts or phrases, (K,)."""
    return outputs(_text(study, text))


def same_verdict(study: UnrollStudy) -> str:
    """Whether two texts or phrases get answers on the same side of a half."""
    return "yes" if (said_of_text(study, 1)[-1] > 0.5) == (said_of_text(study, 2)[-1] > 0.5) else "no"


def bag_says(study: UnrollStudy, text: int) -> float:
    """What the best count of words, fitted to what a trained network learned from, says of one of two phrases."""
    trained = _text(study, text).trained
    if not isinstance(trained, Trained):
        raise AbsentError("said of a trained network alone")
    bag = bag_of(trained.task, trained.training.seed)
    if bag is None or trained.phrase is None:
        raise AbsentError("there are no counts to judge by")
    return bag.probability(trained.example(1).x[:, 0])


def right_after(study: UnrollStudy) -> float:
    """The first update after which the answer to what is read lies nearer to what is wanted."""
    if not isinstance(study.trained, Trained):
        raise AbsentError("read of a trained network alone")
    wanted = float(np.ravel(study.trained.example(study.which).targets)[-1])
    for update in range(MOST_UPDATES + 1):
        now = replace(study, trained=replace(study.trained, update=update, numbers=b""))
        if (outputs(now)[-1] > 0.5) == (wanted > 0.5):
            return float(update)
    raise AbsentError(f"not within {MOST_UPDATES} updates")


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


def loss_goes(study: BackwardStudy, rate: float) -> str:
    """What one step of gradient descent at one of the rates that are tried does to the loss."""
    update = backwards(study, study.cells[0]).update
    change = float(update.after[RATES.index(rate)]) - update.before
    return "it falls" if change < 0.0 else "it rises" if change > 0.0 else "it stays"


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
        said_of_text,
        same_verdict,
        bag_says,
        right_after,
    )
}
BACKWARD: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in (adds_at, loudest, loss_goes)}
VANISH: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in (arriving_at, a_step, left_at, grown_at)}
