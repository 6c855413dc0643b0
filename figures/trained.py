"""The weights of a trained network, trained again: an answer that is kept for all visitors, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.studies.trained import Trained
from engine.training.run import run_of
from figures.message import message, opened

SECONDS = 0.1  # between two shares


def weights(trained: Trained) -> Iterator[float | bytes]:
    """The shares of the updates that are made, and at last the weights: ``numbers`` (P,), with the update that they
    belong to, which is an earlier one where the training stopped, and why it did."""
    run = run_of(trained.training)
    while run.updates < trained.update and not run.stopped:
        run.extend(trained.update, SECONDS)
        yield run.updates / trained.update
    update = min(trained.update, run.updates)
    stopped = run.stopped if update < trained.update else ""
    yield message({"update": update, "stopped": stopped}, {"numbers": run.at(update).numbers})


def known(trained: Trained, answered: bytes) -> tuple[Trained, str]:
    """The network with its weights, and a sentence where the training stopped before the moment that was asked for."""
    header, arrays = opened(answered)
    update, stopped = int(str(header["update"])), str(header["stopped"])
    said = f"The training stopped before update {trained.update:,}. {stopped} Update {update:,} is shown."
    numbers = np.ascontiguousarray(arrays["numbers"], dtype=np.float64).tobytes()
    return replace(trained, update=update, numbers=numbers), said if stopped else ""
