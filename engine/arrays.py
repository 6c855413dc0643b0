"""The array type that every record and equation uses, and the one place where shapes are checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]  # float64, or complex128 where a complex-step derivative runs through the forward path


def checked(name: str, value: npt.ArrayLike, shape: tuple[int | str, ...]) -> Array:
    """`value` as a finite float64 (or complex128) array of `shape`.

    A number in `shape` must match; a letter (``"T"``) stands for any size of at least one and only names the axis
    in the message. Broadcasting is never silent: a wrong number of axes is an error too.

    Raises:
        ValueError: the shape differs or a value is not finite; the message names what came and what was expected.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "fiubc":
        raise ValueError(f"{name} must hold numbers, but holds {array.dtype}")
    array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64, copy=False)
    fits = array.ndim == len(shape) and array.size > 0
    if fits and array.shape != shape:
        fits = all(isinstance(want, str) or size == want for size, want in zip(array.shape, shape, strict=True))
    if not fits:
        expected = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
        raise ValueError(f"{name} has shape {array.shape}, but {expected} was expected")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are not finite numbers")
    return array


def log2_norm(array: Array, axes: tuple[int, ...]) -> Array:
    """log2 of the Euclidean norm over `axes`, right also where a square leaves float64; -inf for zero."""
    if not isinstance(array, np.ndarray):  # numbers beyond float64, `wide.Wide`
        return np.asarray(array.log2_norm(axes))
    size = np.abs(array)
    power = np.frexp(size.max(axis=axes, keepdims=True))[1]
    with np.errstate(divide="ignore"):
        return np.asarray(np.log2(np.square(np.ldexp(size, -power)).sum(axis=axes)) / 2.0 + power.squeeze(axes))
