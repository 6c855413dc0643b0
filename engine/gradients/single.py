"""What a float32 program finds: the same run again in float32, forward, loss and backward, without powers of two.

From the exact gradients alone it cannot be said where float32 ends: sums of numbers at its very end round one way or
the other, a state that overflowed changes the slopes of all later steps, and 1 - tanh(a)**2 is 0 from |a| = 9 on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.errors import Errors
from engine.forward import Trace
from engine.gradients.backward import Gradients
from engine.parameters import Parameters

NEAR = 100.0  # powers of two: float32 ends at 2**-149 and 2**128, and errors within 2**+-NEAR meet neither end
CLIFF = 16.0  # a step that leaves less than 2**-CLIFF of an error may be flat in float32, whose slopes end at 2**-24


@dataclass(frozen=True, eq=False, repr=False)
class Float32Ends(ArrayRecord):
    """Where the gradients dL/dh_t, t = 1..T, of a float32 run end, column by column; 0: they do not."""

    zero: Array  # (B,) the last step t (nearest the loss) whose gradient is 0
    overflow: Array  # (B,) the last step t whose gradient is infinite or not a number


def float32_ends(gradients: Gradients, loss: Callable[[Trace], Errors]) -> Float32Ends:
    """Run again in float32 those columns whose exact gradients or states come near float32's ends.

    Args:
        gradients: the exact run.
        loss: the errors of a trace; all columns meet the same loss.
    """
    trace, inner = gradients.trace, gradients.log2_dh[1:]
    largest = gradients.log2_largest[1:]
    with np.errstate(invalid="ignore"):
        doubtful = (~(np.abs(largest) < NEAR)).any(axis=0) | (np.diff(inner, axis=0) > CLIFF).any(axis=0)
    doubtful |= ~(np.abs(trace.h).max(axis=(0, 2)) < 2.0**NEAR)
    zero, overflow = np.zeros(trace.batch, dtype=np.int64), np.zeros(trace.batch, dtype=np.int64)
    columns = np.flatnonzero(doubtful)
    if columns.size:
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            dh = _float32_gradients(in_float32(trace, columns), loss)
            zero[columns] = _last(~dh.any(axis=2))
            overflow[columns] = _last(~np.isfinite(dh).all(axis=2))
    return Float32Ends(zero, overflow)


def in_float32(trace: Trace, columns: Array) -> Trace:
    """The forward pass of some columns again, every operation rounded to float32 and summed in the order of a loop."""
    tape, some = trace.tape, (..., columns) if trace.tape.h.ndim == 3 else (..., None)

    def rounded(rows: Array) -> Array:
        return np.ascontiguousarray(rows[some], dtype=np.float32)

    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        p, size = tape.parameters, tape.hidden_size
        named = {name: array.astype(np.float32) for name, array in p.named().items()}
        if p.W.ndim == 3:
            named = {name: array[columns] for name, array in named.items()}
        else:  # each column as a network of its own, with gain * W for its weights, rounded once
            named = {name: np.broadcast_to(array, (columns.size, *array.shape)) for name, array in named.items()}
            if tape.gain is not None:
                named["W"] = (p.W * tape.gain.reshape(-1)[columns, None, None]).astype(np.float32)
        z, y = rounded(tape.z), np.zeros_like(rounded(tape.y))
        h = z[:, :size]
        h[0] = rounded(tape.h[:1])[0]
        if tape.c is not None:
            y[0, -size:] = rounded(tape.c[:1])[0]
        single = replace(
            tape,
            parameters=Parameters(named["U"], named["W"], named["b"], {name: named[name] for name in p.extra}),
            inputs=tape.inputs[some] if tape.symbols is not None else rounded(tape.inputs),
            z=z,
            h=h,
            c=None if tape.c is None else y[:, -size:],
            gain=None,
            a=np.zeros_like(rounded(tape.a)),
            y=y,
            lengths=None if tape.lengths is None else tape.lengths[columns],
            h_wide=None,
        )
        trace.cell.forward(single)
    return Trace(trace.cell, trace.parameters, single)


def _float32_gradients(trace: Trace, loss: Callable[[Trace], Errors]) -> Array:
    """dL/dh_t, t = 1..T, (T, B, H)."""
    errors, sweep = loss(trace), trace.linearised()
    local = np.zeros_like(sweep.dh)
    rows = errors.dh.astype(np.float32)
    local[list(errors.steps)] = rows.swapaxes(1, 2)
    last = errors.steps[-1]
    sweep.dh[last + 1 :], sweep.dh[last] = 0.0, local[last]
    if sweep.carried_c is not None:
        sweep.carried_c[last] = 0.0
    sweep.run(last, 0, local)
    return trace.public(sweep.dh)[1:]


def _last(where: npt.ArrayLike) -> Array:
    """The last step t = 1..T at which it is so, (T, B) -> (B,); 0: at none."""
    each = np.asarray(where)
    return np.asarray((each * np.arange(1, len(each) + 1)[:, None]).max(axis=0))
