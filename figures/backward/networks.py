"""What every picture of the backward pass knows of the compared networks: their names and arrays of weights."""

from __future__ import annotations

from collections.abc import Sequence

from engine.arrays import Array
from engine.studies.backward.look import Backwards
from figures.cells import short_title


def networks(found: Sequence[Backwards]) -> list[dict[str, object]]:
    """Each network's name and title, and the shapes of its arrays as matrices."""
    return [
        {
            "name": one.cell,
            "title": short_title(one.study.kind(one.cell)),
            "arrays": [
                {"name": name, "rows": len(array), "columns": as_matrix(array).shape[1], "vector": array.ndim == 1}
                for name, array in one.weights.named().items()
            ],
        }
        for one in found
    ]


def as_matrix(array: Array, leading: int = 0) -> Array:
    """A vector (behind `leading` axes) as a matrix of one column."""
    return array if array.ndim == leading + 2 else array[..., None]
