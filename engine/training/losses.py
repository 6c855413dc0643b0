"""The loss that training makes small: of every reading of a batch, weighted, as their mean or their sum.

Over `engine.errors`: cross-entropy and sigmoid cross-entropy in nats, squared error (o - y)**2 without its half. The
outputs of one reading are added up; over readings it is a mean or a sum, as in PyTorch (which also divides by the
number of outputs where there are several of sigmoids or numbers). A mean is divided by the sum of the weights, so that
a masked reading counts nothing; Keras divides by the number of readings, whatever they weigh.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.arrays import Array
from engine.errors import Errors, binary_cross_entropy, cross_entropy, squared_error
from engine.parameters import Readout
from engine.readings import Readable
from engine.tasks import Batch

LOSSES = {"cross-entropy": cross_entropy, "binary-cross-entropy": binary_cross_entropy, "squared-error": squared_error}


def loss_of(trace: Readable, readout: Readout, batch: Batch, loss: str, summed: bool = False) -> Errors:
    """The errors of the loss of one batch; `.loss` (m, B) is what each reading adds to it.

    Raises:
        ValueError: as for the losses of `engine.errors`; or nothing counts, because every reading is masked.
    """
    errors: Errors = LOSSES[loss](trace, readout, batch.targets, batch.where)
    counts = errors.reading.counts if batch.weights is None else errors.reading.counts * batch.weights
    share = 2.0 if loss == "squared-error" else 1.0  # the engine's has a half
    if not summed:
        total = float(counts.sum())
        if not total > 0.0:
            raise ValueError("every reading of the batch is masked, so that there is no loss")
        share /= total
    return _weighted(errors, share if batch.weights is None else np.asarray(batch.weights * share))


def _weighted(errors: Errors, share: Array | float) -> Errors:
    """Errors of a loss whose readings count `share`, one number or (m, B)."""
    entered, read = share, share
    if isinstance(share, np.ndarray):  # each error at a state comes from one reading, and finds its place as that did
        reading, read = errors.reading, share[..., None]
        _, entered, _ = reading.by_step(np.broadcast_to(read, reading.h.shape), np.zeros(share.shape, dtype=np.int64))
    far = (errors.output_errors, errors.far_errors)
    output_errors, far_errors = (None if rows is None else rows * read for rows in far)
    return replace(
        errors,
        dh=errors.dh * entered,
        loss=errors.loss * share,
        output_errors=output_errors,
        far_errors=far_errors,
        far_loss=None if errors.far_loss is None else errors.far_loss * share,
    )
