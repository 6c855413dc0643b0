"""How the outputs of two directions become one: side by side, or added, multiplied or averaged unit by unit.

Source: keras.layers.Bidirectional, of `merge_mode`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Array

MERGES = ("concat", "sum", "mul", "ave")


def merged(merge: str, each: Sequence[Array]) -> Array:
    """One output (..., H) of those of each direction, (..., 2H) side by side; of one direction its own."""
    if len(each) == 1:
        return each[0]
    one, other = each
    if merge == "concat":
        return np.concatenate([one, other], axis=-1)
    with np.errstate(over="ignore", invalid="ignore"):  # whoever reads on asks whether it is finite
        return one * other if merge == "mul" else one + other if merge == "sum" else (one + other) / 2.0


def parted(merge: str, error: Array, each: Sequence[Array]) -> list[Array]:
    """The error at one output as an error at that of each direction, `each` being what these had put out."""
    if len(each) == 1:
        return [error]
    one, other = each
    if merge == "concat":
        size = one.shape[-1]
        return [error[..., :size], error[..., size:]]
    if merge == "mul":
        return [error * other, error * one]
    return [error if merge == "sum" else error / 2.0] * 2
