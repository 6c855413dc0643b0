"""Where the error enters: a loss at the last step, at every step or at chosen ones, or a probe.

A loss reads o_t = V h_t + d and gives each step's own gradient dL_t/dh_t, the local part that backpropagation
carries back through time. The losses of all steps and sequences are summed; steps after a sequence's end count nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engine.array_record import ArrayRecord
from engine.arrays import Array, checked, checked_real, checked_weights, expect, log2_norm, plain, whole_numbers
from engine.parameters import Readout
from engine.readings import LARGE, Readable, Reading, Where, read
from engine.wide import FAINT, Wide, exponential, is_wide, of, value, widened

OutputError = Callable[[Array], tuple[Array, Array, Array]]  # outputs (m, B, K) -> losses, errors, what is shown


@dataclass(frozen=True, eq=False, repr=False)
class Entering(ArrayRecord):
    """Errors that enter a sweep from outside. True values are `dh * 2**exponent`. `entering` makes and checks them."""

    steps: tuple[int, ...]  # n steps, rising, each in 1..T
    dh: Array  # (n, B, H) dL_t/dh_t
    exponent: Array  # (n, B) whole numbers, 0 unless float64 could not hold an error
    _: KW_ONLY
    of_ending: bool = False  # they are at the last state itself, which is no step's (`Reading.of_ending`)


@dataclass(frozen=True, eq=False, repr=False)
class Errors(Entering):
    """The local gradients of a loss, with what it read and found.

    m is how often each sequence is read: 1 for its last step, T for every step.
    """

    loss: Array  # (m, B) each reading's loss; infinity where it overflows
    reading: Reading  # at which steps the states were read, and these states
    outputs: Array | None = None  # (m, B, K) probabilities or values, None for a probe
    output_errors: Array | None = None  # (m, B, K) dL_t/do_t, None for a probe; as float64 holds them
    far_errors: Array | None = None  # (m, B, K) the same beyond float64, where some leave it
    far_loss: Array | None = None  # (m, B) the losses beyond float64, where some leave it
    ensemble: bool = False  # whether every column has a readout of its own

    @property
    def h(self) -> Array:
        """The states that were read, (m, B, H)."""
        return self.reading.h

    @cached_property
    def readout(self) -> Readout | None:
        """dL/dV and dL/dd, summed over steps and sequences, or of each network of an ensemble; None for a probe."""
        return None if self._each is None else _split(value(self._total(self._each)))

    @cached_property
    def far_readout(self) -> Readout | None:
        """The same as numbers beyond float64 (`wide.Wide`)."""
        return None if self._each is None else _split(self._total(widened(self._each)))

    def _total(self, each: Array) -> Array:
        return each if self.ensemble else each.sum(axis=0)

    @cached_property
    def log2_loss(self) -> Array:
        """log2 of each sequence's losses added up, (B,); -inf for none, nan where the sum is negative (a probe's)."""
        total = self.loss.sum(axis=0) if self.far_loss is None else self.far_loss.sum(axis=0)
        return np.where(value(total) < 0.0, np.nan, log2_norm(total[None], (0,)))

    @cached_property
    def log2_readout(self) -> Array | float:
        """log2 of the norm of each sequence's dL/dV and dL/dd together, (B,); -inf for a probe."""
        return -np.inf if self._each is None else log2_norm(self._each, (1, 2))

    @cached_property
    def _each(self) -> Array | None:
        """Each sequence's dL/dV, and dL/dd behind it, (B, K, H+1)."""
        if self.output_errors is None:
            return None
        errors, h = self.output_errors, self.h
        if self.far_errors is not None or self.reading.far is not None:
            errors = widened(errors if self.far_errors is None else self.far_errors)
            h = widened(h if self.reading.far is None else self.reading.far)
        weights = errors.swapaxes(0, 1).swapaxes(1, 2) @ h.swapaxes(0, 1)
        return np.concatenate([weights, errors.sum(axis=0)[..., None]], axis=2)


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
    return Entering(*reading.by_step(rows, powers), of_ending=reading.of_ending)


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
    far = None if reading.far is None else reading.far @ (vector / length)
    loss = reading.h @ (vector / length) if far is None else value(far)
    steps, dh, exponent = reading.by_step(dh, np.zeros(loss.shape, dtype=np.int64))
    return Errors(steps, dh, exponent, loss, reading, far_loss=far, of_ending=reading.of_ending)


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

    def softmax_error(o: Array) -> tuple[Array, Array, Array]:
        at, column = np.arange(len(o))[:, None], np.arange(o.shape[1])
        # Only differences count: without the largest logit they may overflow to -infinity, never to inf - inf.
        order = o.shared(-1)[0] if isinstance(o, Wide) else o.real
        far = o - o[at, column, order.argmax(axis=-1)][..., None]
        shifted = value(far)
        weight = np.exp(shifted)
        own, behind = weight[at, column, wanted], shifted[at, column, wanted]
        rest = weight  # from here on what does not go to the right class: 1 - p without cancellation
        rest[at, column, wanted] = 0.0
        others = rest.sum(axis=-1)
        total = own + others
        loss: Array = np.where(behind == 0.0, np.log1p(others), np.log(total) - behind)
        error = rest / total[..., None]
        probability = error.copy()
        probability[at, column, wanted] = own / total
        error[at, column, wanted] = -others / total
        if _plain(o, error):
            return loss, error, probability
        # e**-800 is nothing in float64, and yet a direction: of the wrong classes the nearest leads, however faint.
        wrong = order.copy()
        wrong[at, column, wanted] = -np.inf
        rival = (at, column, wrong.argmax(axis=-1))
        faint = exponential(value(far - far[rival][..., None])) * exponential(shifted[rival])[..., None]
        faint[at, column, wanted] = 0.0
        far_others = faint.sum(axis=-1)
        faint[at, column, wanted] = -far_others
        right = behind == 0.0  # log(1 + x) is x where x is faint
        small = far_others * (right & (others < FAINT)) + np.log1p(others) * (right & (others >= FAINT))
        far_loss = small + (np.log(total) - far[at, column, wanted]) * ~right
        return far_loss, faint / total[..., None], probability

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

    def sigmoid_error(far: Array) -> tuple[Array, Array, Array]:
        o = value(far)
        # log(1 + e^o) - y o without overflow, and both sigmoid(o) and 1 - sigmoid(o) with full relative precision; the
        # sign of a complex number is that of its real part
        up = o.real > 0.0
        size = np.where(up, o, -o)
        small = np.exp(-size)
        near, below = small / (1.0 + small), 1.0 / (1.0 + small)
        outputs, rest = np.where(up, below, near), np.where(up, near, below)
        slope = np.where(up, 1.0 - wanted, wanted)  # what the loss grows by with |o|
        if _plain(far, small):
            return (size * slope + np.log1p(small)).sum(axis=-1), outputs * (1.0 - wanted) - rest * wanted, outputs
        tail, faint = exponential(-size), small < FAINT  # log(1 + x) is x where x is faint
        near = widened(tail / (1.0 + small))
        error = (below * up + near * ~up) * (1.0 - wanted) - (near * up + below * ~up) * wanted
        loss = np.abs(widened(far)) * slope + np.log1p(small) * ~faint + tail * faint
        return loss.sum(axis=-1), error, outputs

    return _through_readout(read(trace, where), readout, wanted.shape, sigmoid_error)


def squared_error(trace: Readable, readout: Readout, targets: npt.ArrayLike, where: Where = "final") -> Errors:
    """Squared error: L_t = ||V h_t + d - target||**2 / 2, dL_t/dh_t = V^T (V h_t + d - target).

    Args:
        targets: (m, B, K).
        where: as for `cross_entropy`.
    """
    wanted = checked("targets", targets, ("m", "B", _outputs(readout)))

    def difference(o: Array) -> tuple[Array, Array, Array]:
        error = o - wanted
        if not _plain(o, error):
            error = widened(o) - wanted
        return 0.5 * np.square(error).sum(axis=-1), error, value(o)

    return _through_readout(read(trace, where), readout, wanted.shape, difference)


def _outputs(readout: Readout) -> int:
    """K, of what is a readout."""
    expect("readout", readout, Readout, "Readout(V, d)")
    shape = np.shape(readout.V)
    if len(shape) not in (2, 3):
        raise ValueError(f"V has shape {shape}, but (K, H) was expected")
    return int(shape[-2])


def _plain(o: Array, sizes: Array) -> bool:
    """Whether float64 holds both: outputs, and of what they make of each reading the largest."""
    return not is_wide(o) and (o.dtype != np.float64 or bool(np.abs(sizes).max(axis=-1).min() > FAINT))


def _through_readout(reading: Reading, readout: Readout, shape: tuple[int, ...], output_error: OutputError) -> Errors:
    """The part all losses share: o = V h + d forward, V^T back; beyond float64 where states or errors leave it."""
    (m, B, H), K = reading.h.shape, _outputs(readout)
    each = () if np.ndim(readout.V) == 2 else (B,)
    V, d = checked_weights("V", readout.V, (*each, K, H)), checked_weights("d", readout.d, (*each, K))
    if shape != (m, B, K):
        raise ValueError(f"the target has shape {shape}, but ({m}, {B}, {K}) was expected")
    if reading.h.dtype == np.float32:  # as a float32 program has it
        V, d = V.astype(np.float32), d.astype(np.float32)
    o = _times(reading.h if reading.far is None else reading.far, V.swapaxes(-1, -2)) + d
    if o.dtype == np.float64 and not is_wide(o) and not np.abs(o).max() < LARGE:
        o = _times(widened(reading.h), V.swapaxes(-1, -2)) + d
    loss, error, outputs = output_error(o)
    if not reading.counts.all():
        ended = ~reading.counts
        for rows in (loss, error, outputs):
            rows[ended] = 0.0
    if not is_wide(error):
        steps, dh, none = reading.by_step(_times(error, V), np.zeros((m, B), dtype=np.int64))
        last = reading.of_ending
        return Errors(steps, dh, none, loss, reading, outputs, error, ensemble=bool(each), of_ending=last)
    steps, dh, exponent = reading.by_step(*of(_times(error, V)).shared(-1))
    kept = value(loss), reading, outputs, value(error), error, loss, bool(each)
    return Errors(steps, dh, exponent, *kept, of_ending=reading.of_ending)


def _split(both: Array) -> Readout:
    """V, and d behind it, (..., K, H+1)."""
    return Readout(V=both[..., :-1], d=both[..., -1])


def _times(rows: Array, matrix: Array) -> Array:
    """Rows (m, B, ·) times one matrix for all, or times each column's own."""
    return rows @ matrix if matrix.ndim == 2 else (rows[..., None, :] @ matrix)[..., 0, :]
