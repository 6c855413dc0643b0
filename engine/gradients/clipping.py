"""Gradient clipping: what training does about a gradient that explodes, and how much of the gradient it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, between, expect, log2_norm, plain
from engine.parameters import Parameters, Readout
from engine.wide import Wide, is_wide, value, widened

LARGEST = float(np.finfo(np.float64).max)  # below infinity


@dataclass(frozen=True, eq=False, repr=False)
class Clipped(ArrayRecord):
    """A gradient after clipping, and what clipping did to it."""

    parameters: Parameters
    readout: Readout | None
    norm_before: float  # of all arrays together; infinite beyond float64 (`log2_norm_before` is not)
    norm_after: float
    log2_norm_before: float  # log2 of both; -inf for zero
    log2_norm_after: float
    log2_factor: float | None  # of what every entry was multiplied with; None where entries were clipped one by one
    clipped_share: float  # share of the entries that changed
    cosine: float  # of the angle between the gradients before and after; 1: the direction is kept

    @property
    def factor(self) -> float | None:
        """What every entry was multiplied with; 0 where float64 cannot hold it."""
        return None if self.log2_factor is None else float(np.exp2(self.log2_factor))


def clip_by_norm(gradient: Parameters, threshold: float, readout: Readout | None = None) -> Clipped:
    """The gradient shortened to `threshold` where its norm is larger: g min(1, threshold / ||g||).

    All arrays, the readout's too, count as one vector, so that its direction stays; they may be numbers beyond float64
    (`Gradients.far_parameters`). A float64 gradient with infinite entries has no direction left: as in any training run
    these entries become nan and all others 0.

    Raises:
        ValueError: `threshold` is not a positive finite number.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013).
    """
    limit = _checked("threshold", threshold)
    before = _vector(gradient, readout)
    power, length = _length(before)
    if _norm(before) <= limit:
        return _clipped(gradient, readout, lambda array: value(array).copy(), log2_factor=0.0, cosine=1.0)
    share = limit / length

    def shortened(array: Array) -> Array:
        if isinstance(array, Wide):
            return (array * widened(share, -power)).value
        return np.asarray(np.ldexp(array, -power) * share)  # in this order: 2**power alone may leave float64

    cosine = 1.0 if np.isfinite(length) else float("nan")
    with np.errstate(divide="ignore"):
        log2_factor = float(np.log2(share)) - power
    return _clipped(gradient, readout, shortened, log2_factor, cosine)


def clip_by_value(gradient: Parameters, limit: float, readout: Readout | None = None) -> Clipped:
    """Every entry brought into [-limit, limit] by itself; large entries lose, so that the gradient turns.

    Raises:
        ValueError: `limit` is not a positive finite number.

    Source: Mikolov, "Statistical language models based on neural networks" (2012).
    """
    bound = _checked("limit", limit)
    before = _vector(gradient, readout)
    after = np.clip(value(before), -bound, bound)
    (_, length), (_, length_after) = _length(before), _length(after)
    cosine = 1.0
    if not np.array_equal(value(before), after):
        with np.errstate(invalid="ignore"):
            product = _direction(before)[1] @ _direction(after)[1]
            cosine = float(product / (length * length_after))
    return _clipped(gradient, readout, lambda array: np.clip(value(array), -bound, bound), None, cosine)


def _checked(name: str, value: float) -> float:
    return between(
        name, value, float(np.nextafter(0.0, 1.0)), float(np.finfo(np.float64).max), "a positive finite number"
    )


def _vector(gradient: Parameters, readout: Readout | None) -> Array:
    """Every number of the gradient one behind the other, (count,)."""
    expect("gradient", gradient, Parameters, "the `parameters` of gradients")
    if readout is not None:
        expect("readout", readout, Readout, "the `readout` of gradients")
    arrays = [*gradient.named().values(), *([] if readout is None else [readout.V, readout.d])]
    return np.concatenate([(array if is_wide(array) else plain("gradient", array)).reshape(-1) for array in arrays])


def _direction(vector: Array) -> tuple[int, Array]:
    """The vector as 2**power times one that float64 holds with room for its squares."""
    if isinstance(vector, Wide):
        mantissas, exponent = vector.shared(0)
        return int(exponent), mantissas
    largest = np.abs(vector).max()
    power = int(np.frexp(largest)[1]) if np.isfinite(largest) else 0
    return power, np.ldexp(vector, -power)


def _length(vector: Array) -> tuple[int, float]:
    """The norm as power and length, ||v|| = length * 2**power, so that no square leaves float64."""
    power, direction = _direction(vector)
    return power, float(np.linalg.norm(direction))


def _norm(vector: Array) -> float:
    power, length = _length(vector)
    with np.errstate(over="ignore"):
        return float(np.ldexp(length, power))


def _clipped(
    gradient: Parameters,
    readout: Readout | None,
    change: Callable[[Array], Array],
    log2_factor: float | None,
    cosine: float,
) -> Clipped:
    """The record of a gradient whose every array goes through `change`."""
    with np.errstate(invalid="ignore"):  # infinity times zero
        named = {name: change(array) for name, array in gradient.named().items()}
        V, d = (None, None) if readout is None else (change(readout.V), change(readout.d))
    parameters = Parameters(named.pop("U"), named.pop("W"), named.pop("b"), named)
    shortened = None if V is None or d is None else Readout(V, d)
    before, after = _vector(gradient, readout), _vector(parameters, shortened)
    share = float(np.mean(value(before) != after))
    log2_before = float(log2_norm(before, (0,)))
    return Clipped(
        parameters=parameters,
        readout=shortened,
        norm_before=_norm(before),
        norm_after=_norm(after),
        log2_norm_before=log2_before,
        log2_norm_after=float(log2_norm(after, (0,))) if share else log2_before,
        log2_factor=log2_factor,
        clipped_share=share,
        cosine=cosine,
    )
