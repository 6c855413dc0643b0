"""One unit of error at one output, where nobody says what is wanted: how much it depends on what came before."""

from __future__ import annotations

import numpy as np

from engine.errors import Errors, squared_error
from engine.parameters import Readout
from engine.readings import Readable, Where, read


def one_output(trace: Readable, readout: Readout, output: int, where: Where = "final") -> Errors:
    """L = o_k with o = V h + d, so that dL/do is 1 at output k and 0 at the others; each reading adds its own.

    Args:
        output: k, counted from 0.
        where: as for `errors.cross_entropy`.

    Raises:
        ValueError: a shape does not fit; there is no such output or step.
    """
    K = int(np.shape(readout.d)[-1])
    if not 0 <= output < K:
        raise ValueError(f"output {output} was asked for, but the readout has 0 to {K - 1}")
    shape = (*read(trace, where).at.shape, K)
    found = squared_error(trace, readout, np.zeros(shape), where)
    assert found.outputs is not None
    error = np.zeros(shape)
    error[..., output] = 1.0
    dh = np.broadcast_to(np.asarray(readout.V, dtype=np.float64)[..., output, :], found.h.shape)
    steps, entering, exponent = found.reading.by_step(
        dh * found.reading.counts[..., None], np.zeros(shape[:2], dtype=np.int64)
    )
    return Errors(
        steps,
        entering,
        exponent,
        found.outputs[..., output],
        found.reading,
        found.outputs,
        error * found.reading.counts[..., None],
        ensemble=np.ndim(readout.V) == 3,
        of_ending=found.of_ending,
    )
