"""Where the error enters: a loss at the last step, at every step or at chosen ones, or a probe.

A loss reads o_t = V h_t + d and gives each step's own gradient dL_t/dh_t, the local part that backpropagation
carries back through time. The losses of all steps and sequences are summed; steps after a sequence's end count nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array, checked, checked_real, checked_weights, expect, log2_norm, plain, whole_numbers
from engine.parameters import Readout
from engine.readings import Readable, Reading, Where, read

OutputError = Callable[[Array, Array], tuple[Array, Array, Array, Array]]


@dataclass(frozen=True, eq=False, repr=False)
class Entering(ArrayRecord):
    """Errors that enter a sweep from outside. True values are `dh * 2**exponent`. `entering` makes and checks them."""

    steps: tuple[int, ...]  # n steps, rising, each in 1..T
    dh: Array  # (n, B, H) dL_t/dh_t
    exponent: Array  # (n, B) whole numbers, 0 unless float64 could not hold an error


@dataclass(frozen=True, eq=False, repr=False)
class Errors(Entering):
    """The local gradients of a loss, with what it read and found.

    m is how often each sequence is read: 1 for its last step, T for every step.
    """

    loss: Array  # (m, B) each reading's loss; infinity where it overflows
    reading: Reading  # at which steps the states were read, and these states
    outputs: Array | None = None  # (m, B, K) probabilities or values, None for a probe
    output_errors: Array | None = None  # (m, B, K) dL_t/do_t, None for a probe

    @property
    def h(self) -> Array:
        """The states that were read, (m, B, H)."""
        return self.reading.h

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
        if self.output_errors is None:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            weights = self.output_errors.transpose(1, 2, 0) @ self.h.swapaxes(0, 1)
            return np.concatenate([weights, self.output_errors.sum(axis=0)[..., None]], axis=2)


def entering(
    trace: Readable, dh: npt.ArrayLike, where: Where = "every", exponent: npt.ArrayLike | None = None
) -> Entering:
    """The errors of a loss of your own, from its gradients at the states that it reads; all arrays are copied.

    What stands at a reading behind a sequence's end is not looked at (it may be nan): nothing enters there.

    Args:
        dh: dL_t/dh_t at each of the m readings, (m, B, H); m is 1, T or the number of chosen steps.
        where: as for `cross_entropy`.
        exponent: powers of two that multiply them, whole numbers (m, B), where float64 could not hold them.

    Raises:
        ValueError: a shape does not fit, a step does not exist or stands twice, a gradient is not a real number.
    """
    reading = read(trace, where)
    given = plain("dh", dh)
    if given.shape == reading.h.shape and given.dtype.kind in "fiub":
        given = np.where(reading.counts[..., None], given, 0)
    rows = checked_real("dh", given, reading.h.shape, copy=True)
    powers = np.zeros(reading.at.shape, dtype=np.int64)
    if exponent is not None:
        powers = np.where(reading.counts, whole_numbers("exponent", exponent, reading.at.shape), 0)
    return Entering(*reading.by_step(rows, powers))


def probe(trace: Readable, direction: npt.ArrayLike) -> Errors:
    """One unit of error at the last step: dL/dh_T = direction / ||direction||, that is L = direction . h_T.

    Of a direction that reads from the end the last step is step 1.

    Raises:
        ValueError: `direction` is not (H,), or zero.
    """
    reading = read(trace, "final")
    vector = checked("direction", direction, (reading.h.shape[2],))
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        raise ValueError("direction is the zero vector; a probe needs a direction")
    dh = np.broadcast_to(vector / length, reading.h.shape)
    loss = reading.mantissa @ (vector / length)
    with np.errstate(over="ignore"):
        loss = np.ldexp(loss, reading.exponent) if reading.exponent.any() else loss
    steps, dh, exponent = reading.by_step(dh, np.zeros(loss.shape, dtype=np.int64))
    return Errors(steps, dh, exponent, loss, reading)


def cross_entropy(trace: Readable, readout: Readout, classes: npt.ArrayLike, where: Where = "final") -> Errors:
    """Softmax cross-entropy: L_t = -log softmax(V h_t + d)[class], dL_t/dh_t = V^T (softmax - one-hot).

    Args:
        classes: the right class at each of the m readings, whole numbers, (m, B); m is 1, T or the number of chosen
            steps.
        where: "final" (the state in which each sequence ends; of a direction that reads from the end, that at step 1),
            "last" (each sequence's own last step, in which such a direction has read one input), "every", or the steps
            themselves, a tuple of numbers 1..T.

    Raises:
        ValueError: a shape does not fit, a class or a step does not exist.
    """
    wanted, outputs = plain("classes", classes), _outputs(readout)
    if wanted.dtype.kind not in "iu" or wanted.min(initial=0) < 0 or wanted.max(initial=0) >= outputs:
        got = np.array2string(wanted, threshold=20)
        raise ValueError(f"classes must be whole numbers from 0 to {outputs - 1}, got {got}")

    def softmax_error(mantissa: Array, exponent: Array) -> tuple[Array, Array, Array, Array]:
        # The largest logit is taken off before the exponent comes back in, so that the differences may overflow to
        # -infinity, where exp is 0, and never to infinity minus infinity.
        reading, column = np.arange(len(mantissa))[:, None], np.arange(mantissa.shape[1])
        shifted = mantissa - mantissa[reading, column, mantissa.real.argmax(axis=-1)][..., None]
        if exponent.any():
            with np.errstate(over="ignore"):
                shifted = np.ldexp(shifted, exponent[..., None])
        weight = np.exp(shifted)
        total = weight.sum(axis=-1, keepdims=True)
        probability = weight / total
        loss = np.log(total)[..., 0] - shifted[reading, column, wanted]
        error = probability.copy()
        error[reading, column, wanted] -= 1.0
        return loss, error, np.zeros_like(exponent), probability

    return _through_readout(read(trace, where), readout, (*wanted.shape, outputs), softmax_error)


def binary_cross_entropy(trace: Readable, readout: Readout, targets: npt.ArrayLike, where: Where = "final") -> Errors:
    """Sigmoid cross-entropy: L_t = sum_k log(1 + exp(o_k)) - y_k o_k, dL_t/dh_t = V^T (sigmoid(o) - y).

    Args:
        targets: y, numbers from 0 to 1, (m, B, K).
        where: as for `cross_entropy`.
    """
    wanted = checked("targets", targets, ("m", "B", _outputs(readout)))
    if np.iscomplexobj(wanted) or wanted.min() < 0.0 or wanted.max() > 1.0:
        raise ValueError("targets of a sigmoid output must be numbers from 0 to 1")

    def sigmoid_error(mantissa: Array, exponent: Array) -> tuple[Array, Array, Array, Array]:
        with np.errstate(over="ignore"):
            o = np.ldexp(mantissa, exponent[..., None]) if exponent.any() else mantissa
        # log(1 + e^o) - y o without overflow, and both sigmoid(o) and 1 - sigmoid(o) with full relative precision; the
        # sign of a complex number is that of its real part
        size = np.where(o.real < 0.0, -o, o)
        small = np.exp(-size)
        near, far = small / (1.0 + small), 1.0 / (1.0 + small)
        outputs, rest = np.where(o.real > 0.0, far, near), np.where(o.real > 0.0, near, far)
        with np.errstate(invalid="ignore"):
            straight = np.where(o.real > 0.0, o * (1.0 - wanted), -o * wanted)
        straight = np.where(wanted == (o.real > 0.0), 0.0, straight)  # 0 times infinity is 0 here
        loss = (straight + np.log1p(small)).sum(axis=-1)
        return loss, outputs * (1.0 - wanted) - rest * wanted, np.zeros_like(exponent), outputs

    return _through_readout(read(trace, where), readout, wanted.shape, sigmoid_error)


def squared_error(trace: Readable, readout: Readout, targets: npt.ArrayLike, where: Where = "final") -> Errors:
    """Squared error: L_t = ||V h_t + d - target||**2 / 2, dL_t/dh_t = V^T (V h_t + d - target).

    Args:
        targets: (m, B, K).
        where: as for `cross_entropy`.
    """
    wanted = checked("targets", targets, ("m", "B", _outputs(readout)))

    def difference(mantissa: Array, exponent: Array) -> tuple[Array, Array, Array, Array]:
        error = mantissa - (np.ldexp(wanted, -exponent[..., None]) if exponent.any() else wanted)
        with np.errstate(over="ignore"):
            true = error if not exponent.any() else np.ldexp(error, exponent[..., None])
            outputs = mantissa if not exponent.any() else np.ldexp(mantissa, exponent[..., None])
            loss = 0.5 * (true * true).sum(axis=-1)
        return loss, error, exponent, outputs

    return _through_readout(read(trace, where), readout, wanted.shape, difference)


def _outputs(readout: Readout) -> int:
    """K, of what is a readout."""
    expect("readout", readout, Readout, "Readout(V, d)")
    shape = np.shape(readout.V)
    if len(shape) != 2:
        raise ValueError(f"V has shape {shape}, but (K, H) was expected")
    return int(shape[0])


def _through_readout(reading: Reading, readout: Readout, shape: tuple[int, ...], output_error: OutputError) -> Errors:
    """The part all losses share: o = V h + d forward, V^T back, with states that may carry an exponent."""
    (m, B, H), K = reading.h.shape, _outputs(readout)
    V, d = checked_weights("V", readout.V, (K, H)), checked_weights("d", readout.d, (K,))
    if shape != (m, B, K):
        raise ValueError(f"the target has shape {shape}, but ({m}, {B}, {K}) was expected")
    exponent = reading.exponent
    bias = np.ldexp(d, -exponent[..., None]) if exponent.any() else d
    loss, error, error_exponent, outputs = output_error(reading.mantissa @ V.T + bias, exponent)
    if not reading.counts.all():
        loss = np.where(reading.counts, loss, 0.0)
        error, outputs = (np.where(reading.counts[..., None], rows, 0.0) for rows in (error, outputs))
    true_error = error
    if error_exponent.any():
        with np.errstate(over="ignore"):
            true_error = np.ldexp(error, error_exponent[..., None])
    steps, dh, own = reading.by_step(error @ V, error_exponent.astype(np.int64))
    return Errors(steps, dh, own, loss, reading, outputs, true_error)
