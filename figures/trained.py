"""The weights of a trained network, trained again: an answer that is kept for all visitors, and how it is read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.overflow import Overflow
from engine.studies.trained import Trained
from engine.training.run import run_of
from engine.training.step import forward_of
from figures.message import message, opened
from figures.words import number

SECONDS = 0.4  # that one question may take; where the training is not so far by then, it is asked again


def weights(trained: Trained) -> bytes:
    """The weights: ``numbers`` (P,), with the update they belong to; an earlier one, and a sentence says why, where
    the training stopped or an example leaves float64, and -1 where there is none.

    Raises:
        TimeoutError: the training is not so far yet, and went on for a while; its argument says how far it is.
    """
    run = run_of(trained.training)
    if run.extend(trained.update, SECONDS) < trained.update and not run.stopped:
        raise TimeoutError(run.updates)
    update, said = trained.update, ""
    if run.updates < update:
        update, said = run.updates, run.stopped
    while update >= 0 and (left := _left(_at(trained, update))):
        said, update = said or left, update // 2 if update else -1
    numbers = _at(trained, update).model.numbers if update >= 0 else np.zeros(0)
    return message({"update": update, "said": said}, {"numbers": numbers})


def _at(trained: Trained, update: int) -> Trained:
    return replace(trained, update=update, numbers=run_of(trained.training).at(update).numbers.tobytes())


def _left(trained: Trained) -> str:
    """That the states of an example leave float64 where a layer reads them; "" where they do not."""
    try:
        with np.errstate(all="ignore"):
            for which in range(1, trained.examples + 1):
                forward_of(trained.training, trained.model, trained.example(which))
    except Overflow as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return ""


def known(trained: Trained, answered: bytes) -> tuple[Trained | None, str]:
    """The network with its weights, None where none can be shown, and a sentence where that is not the moment that was
    asked for."""
    header, arrays = opened(answered)
    update, said = int(str(header["update"])), str(header["said"])
    if update < 0:
        return None, f"{trained.words_of_it}, cannot be shown. {said}"
    there = f"Update {update:,} is shown instead of {trained.update:,}. {said}" if update != trained.update else ""
    return replace(trained, update=update, numbers=np.ascontiguousarray(arrays["numbers"]).tobytes()), there


def loss_now(trained: Trained, which: int) -> float:
    """The loss of what is read, as the training counts it; nan where a state leaves float64."""
    try:
        with np.errstate(all="ignore"):
            return float(forward_of(trained.training, trained.model, trained.example(which)).loss)
    except Overflow:
        return float("nan")


def about_the_update(update: int, loss: float, before: tuple[int, float] | None) -> str:
    """The loss of what is read, and what it was at the update that was looked at before."""
    said = f"The loss of what it reads here is {number(loss)} after update {update:,}"
    return f"{said}; it was {number(before[1])} after update {before[0]:,}." if before else f"{said}."
