"""Where the error enters: a loss at the last step or at every step, or a probe.

A loss reads o_t = V h_t + d and gives each step's own gradient dL_t/dh_t, the local part that backpropagation
carries back through time. The losses of all steps and sequences are summed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, checked, log2_norm
from engine.forward import Trace
from engine.parameters import Readout

Where = Literal["last", "every"]
LARGE = 2.0**300  # states beyond this are read with their power of two apart


@dataclass(frozen=True)
class Errors:
    """The local gradients of a loss. True values are `dh * 2**exponent`."""

    steps: tuple[int, ...]  # n steps, rising, each in 1..T
    dh: Array  # (n, B, H) dL_t/dh_t
    exponent: Array  # (n, B) whole numbers, 0 unless a state overflowed
    loss: Array  # (n, B) each step's loss; infinity where it overflows
    outputs: Array | None = None  # (n, B, K) probabilities or values, None for a probe
    output_errors: Array | None = None  # (n, B, K) dL_t/do_t, None for a probe
    h: Array | None = None  # (n, B, H) the states that were read, None for a probe

    @cached_property
    def readout(self) -> Readout | None:
        """dL/dV and dL/dd, summed over steps and sequences; None for a probe."""
        if self._each is None:
            return None
        total = self._each.sum(axis=0)
        return Readout(V=total[:, :-1], d=total[:, -1])

    @cached_property
    def log2_readout(self) -> Array | float:
        """log2 of the norm of each sequence's dL/dV and dL/dd together, (B,); -inf for a probe."""
        return -np.inf if self._each is None else log2_norm(self._each, (1, 2))

    @cached_property
    def _each(self) -> Array | None:
        """Each sequence's dL/dV, and dL/dd behind it, (B, K, H+1)."""
        if self.output_errors is None or self.h is None:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            weights = self.output_errors.transpose(1, 2, 0) @ self.h.swapaxes(0, 1)
            return np.concatenate([weights, self.output_errors.sum(axis=0)[..., None]], axis=2)


def probe(trace: Trace, direction: npt.ArrayLike) -> Errors:
    """One unit of error at the last step: dL/dh_T = direction / ||direction||, that is L = direction . h_T.

    Raises:
        ValueError: `direction` is not (H,), or zero.
    """
    vector = checked("direction", direction, (trace.parameters.hidden_size,))
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        raise ValueError("direction is the zero vector; a probe needs a direction")
    dh = np.broadcast_to(vector / length, (1, trace.batch, vector.size))
    h, exponent = _states(trace, trace.steps)
    with np.errstate(over="ignore"):
        loss = np.ldexp(h @ dh[0, 0], exponent) if exponent.any() else h @ dh[0, 0]
    return Errors((trace.steps,), dh, np.zeros((1, trace.batch), dtype=np.int64), loss)


def cross_entropy(trace: Trace, readout: Readout, classes: npt.ArrayLike, where: Where = "last") -> Errors:
    """Softmax cross-entropy: L_t = -log softmax(V h_t + d)[class], dL_t/dh_t = V^T (softmax - one-hot).

    Args:
        classes: the right class at each of the n steps, whole numbers, (n, B); n is 1 or T.
    """
    wanted = np.asarray(classes)
    outputs = readout.V.shape[0]
    if wanted.dtype.kind not in "iu" or wanted.min(initial=0) < 0 or wanted.max(initial=0) >= outputs:
        got = np.array2string(wanted, threshold=20)
        raise ValueError(f"classes must be whole numbers from 0 to {outputs - 1}, got {got}")
    one_hot = np.eye(outputs)[wanted]  # (n, B, K)

    def softmax_error(mantissa: Array, exponent: Array) -> tuple[Array, Array, Array, Array]:
        # The largest logit is taken off before the exponent comes back in, so that the differences may overflow to
        # -infinity, where exp is 0, and never to infinity minus infinity.
        top = np.take_along_axis(mantissa, mantissa.real.argmax(axis=-1)[..., None], axis=-1)
        with np.errstate(over="ignore"):
            shifted = mantissa - top if not exponent.any() else np.ldexp(mantissa - top, exponent[..., None])
        weight = np.exp(shifted)
        total = weight.sum(axis=-1, keepdims=True)
        probability = weight / total
        chosen = np.take_along_axis(shifted, wanted[..., None], axis=-1)
        loss = (np.log(total) - chosen)[..., 0]
        return loss, probability - one_hot, np.zeros_like(exponent), probability

    return _through_readout(trace, readout, one_hot.shape, where, softmax_error)


def squared_error(trace: Trace, readout: Readout, targets: npt.ArrayLike, where: Where = "last") -> Errors:
    """Squared error: L_t = ||V h_t + d - target||**2 / 2, dL_t/dh_t = V^T (V h_t + d - target).

    Args:
        targets: (n, B, K); n is 1 or T.
    """
    wanted = checked("targets", targets, ("n", trace.batch, readout.V.shape[0]))

    def difference(mantissa: Array, exponent: Array) -> tuple[Array, Array, Array, Array]:
        error = mantissa - (np.ldexp(wanted, -exponent[..., None]) if exponent.any() else wanted)
        with np.errstate(over="ignore"):
            true = error if not exponent.any() else np.ldexp(error, exponent[..., None])
            outputs = mantissa if not exponent.any() else np.ldexp(mantissa, exponent[..., None])
            loss = 0.5 * (true * true).sum(axis=-1)
        return loss, error, exponent, outputs

    return _through_readout(trace, readout, wanted.shape, where, difference)


def _through_readout(
    trace: Trace,
    readout: Readout,
    shape: tuple[int, ...],
    where: Where,
    output_error: Callable[[Array, Array], tuple[Array, Array, Array, Array]],
) -> Errors:
    """The part all losses share: o = V h + d forward, V^T back, with states that may carry an exponent."""
    T, B, H, K = trace.steps, trace.batch, trace.parameters.hidden_size, readout.V.shape[0]
    V, d = checked("V", readout.V, (K, H)), checked("d", readout.d, (K,))
    steps = (T,) if where == "last" else tuple(range(1, T + 1))
    if shape != (len(steps), B, K):
        raise ValueError(f"the target has shape {shape}, but ({len(steps)}, {B}, {K}) was expected")
    first = steps[0]
    h, exponent = _states(trace, first)
    bias = np.ldexp(d, -exponent[..., None]) if exponent.any() else d
    loss, error, error_exponent, outputs = output_error(h @ V.T + bias, exponent)
    with np.errstate(over="ignore"):
        true_error = error if not error_exponent.any() else np.ldexp(error, error_exponent[..., None])
    return Errors(steps, error @ V, error_exponent.astype(np.int64), loss, outputs, true_error, trace.h[first:])


def _states(trace: Trace, first: int) -> tuple[Array, Array]:
    """h_t for t = first..T as (n, B, H) and (n, B): true states are the first times 2 to the second.

    Exponents are 0 unless a state is so large that a readout of it might overflow.
    """
    tape, n = trace.tape, trace.steps + 1 - first
    if tape.h_mantissa is not None and tape.h_exponent is not None:
        exponent = tape.h_exponent[first:].reshape(n, trace.batch)
        return trace.public(tape.h_mantissa)[first:], exponent.astype(np.int32)
    h = trace.h[first:]
    largest = np.abs(h).max(axis=-1)
    if largest.max() < LARGE:
        return h, np.zeros((n, trace.batch), dtype=np.int32)
    exponent = np.where(largest < LARGE, 0, np.frexp(largest)[1]).astype(np.int32)
    return np.ldexp(h, -exponent[..., None]), exponent
