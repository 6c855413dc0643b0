"""What an output should have been: targets as they come, and the loss that fits them."""

from __future__ import annotations

from collections.abc import Callable

from engine.arrays import Array
from engine.readings import Where

LOSSES = ("cross-entropy", "binary-cross-entropy", "squared-error")


def targets_of(
    loss: str | None, target: Array, K: int, head: bool, one: bool, laid: Callable[[Array], Array], last: Where
) -> tuple[str, Array, Where]:
    """The name of the loss, its targets with their steps first, and which steps they are of.

    Args:
        loss: its name; None: whole numbers are classes, of a head with one output 0 or 1, and others are numbers.
        target: of one step or of every step, with an axis for the sequences unless `one`.
        K: how many outputs there are.
        head: whether there is a head.
        laid: what brings an array with the axes of x in the order T, B.
        last: the step that targets of one step are of.

    Raises:
        ValueError: there is no such loss, or a target has another number of axes.
    """
    if loss is None:
        classes = head and target.dtype.kind in "iub"
        loss = ("cross-entropy" if K > 1 else "binary-cross-entropy") if classes else "squared-error"
    if loss not in LOSSES:
        raise ValueError(f"there is no loss {loss!r:.40}; there are {', '.join(LOSSES)}")
    of_each = 0 if loss == "cross-entropy" else 1  # axes of one target
    rows = target
    if of_each:
        rows = rows.astype(float) if rows.dtype.kind in "iub" else rows
        rows = rows[..., None] if K == 1 and rows.shape[-1:] != (1,) else rows
    if rows.ndim == of_each + (0 if one else 1):
        return loss, rows[None, None] if one else rows[None], last
    if rows.ndim == of_each + (1 if one else 2):
        return loss, laid(rows), "every"
    said = ("one class" if of_each == 0 else f"{K} numbers") + ("" if one else " a sequence")
    raise ValueError(f"target has shape {target.shape}, but {said} was expected, or as many at every step")
