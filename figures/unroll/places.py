"""In which column of the picture an output stands, and where V reads each chain for it.

A column belongs to what enters at its step. A layer that puts out its states in the order in which it read them, from
the end, turns the order of all above it round.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.networks.network import Layer
from engine.studies.unroll.walk import Walk


def _ends(walk: Walk) -> list[int] | None:
    """Where a single answer reads the state in which each direction of the top layer ends: in which columns."""
    trace = walk.parts[-1].trace
    *below, top = trace.network.layers
    if not (walk.read.of_ending or walk.read.backwards_from is not None):
        return None
    back = (top.reads_back(way) != turned(below) for way in range(len(top.directions)))
    return [1 if one else trace.steps for one in back]


def read_at(walk: Walk, t: int) -> list[int]:
    """The column at which V reads the top layer's chain in each direction, for the output of step t."""
    return _ends(walk) or [column(walk, t)] * len(walk.parts[-1].trace.network.layers[-1].directions)


def column(walk: Walk, t: int) -> int:
    """Where the output of step t stands: above the inputs that its states have read last."""
    trace = walk.parts[-1].trace
    if (ends := _ends(walk)) is not None:
        return max(ends)
    return trace.steps + 1 - t if turned(trace.network.layers) else t


def turned(layers: Sequence[Layer]) -> bool:
    """Whether what comes out of these layers stands in the other order than what goes in."""
    return sum(layer.as_read for layer in layers) % 2 == 1
