"""What a run reads: inputs as numbers or as symbols, and how long each sequence is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, checked, plain


def checked_inputs(
    x: npt.ArrayLike, size: int, lengths: npt.ArrayLike | None, networks: int | None, batch_is_known: bool
) -> tuple[Array, Array | None]:
    """The checked inputs, with zeros in the padding, (T, B, D) numbers or (T, B) symbols; and the checked lengths.

    Args:
        size: D.
        networks: of an ensemble, whose columns are as many.
        batch_is_known: whether anything beside x says that its second axis is B.
    """
    array = plain("x", x)
    symbols = array.dtype.kind in "iu" and array.ndim == 2
    if not symbols and array.ndim != 3:
        raise ValueError(f"x has shape {array.shape}, but (T, B, {size}), or (T, B) whole numbers, was expected")
    if symbols and array.shape[1] == size and not (batch_is_known or networks or lengths is not None):
        raise ValueError(
            f"x has shape {array.shape} and holds whole numbers: sequences of symbols, or one sequence of {size} "
            f"numbers a step? Give numbers as (T, 1, {size}), x[:, None, :], and with symbols a start or lengths"
        )
    if networks is not None and array.shape[1] == 1:
        array = np.repeat(array, networks, axis=1)
    ends = None
    if lengths is not None:
        ends = checked_lengths(lengths, *array.shape[:2])
        over = np.arange(len(array))[:, None] >= ends
        array = np.where(over if symbols else over[..., None], np.zeros((), array.dtype), array)
    array = checked_symbols(array, size) if symbols else checked("x", array, ("T", "B", size))
    if networks is not None and array.shape[1] != networks:
        raise ValueError(f"an ensemble of {networks} networks reads {networks} columns (or one), got {array.shape[1]}")
    return array, ends


def checked_symbols(array: Array, size: int) -> Array:
    """Whole numbers (T, B) as places in a vocabulary of `size`, an array of its own."""
    if array.size == 0 or array.min() < 0 or array.max() >= size:
        got = np.array2string(array, threshold=20)
        raise ValueError(f"symbols must be whole numbers from 0 to {size - 1}, got {got}")
    return array.astype(np.intp)


def checked_lengths(lengths: npt.ArrayLike, T: int, B: int) -> Array:
    """How many steps each of B sequences has, whole numbers 0..T, (B,), an array of its own."""
    ends = plain("lengths", lengths)
    if ends.dtype.kind not in "iu" or ends.shape != (B,) or ends.min(initial=T) < 0 or ends.max(initial=1) > T:
        raise ValueError(f"lengths must be {B} whole numbers from 0 to {T}, got {ends}")
    return ends.astype(np.int64)
