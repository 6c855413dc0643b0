"""From where a value of an ONNX graph comes: which directions of which layer, and whether of every step.

Followed are nodes that move numbers without changing them, and those that cut a layer's directions apart and join them,
as exporters write bidirectional layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.array_record import ArrayRecord
from engine.files.bounds import FileError
from engine.files.onnx_graph import DEEPEST, Graph, attribute, whole_numbers_of

THROUGH = frozenset(("Identity", "Transpose", "Squeeze", "Unsqueeze", "Reshape", "Dropout", "Cast", "Flatten"))
IN_PLACE = frozenset(("Identity", "Dropout", "Cast"))
LAST = 2**31 - 1
MOST = 64  # layers and directions that are joined


@dataclass(frozen=True)
class Output:
    """What a recurrent node gives under one name."""

    layer: str
    what: str  # Y, all states; Y_h and Y_c, the last ones
    ways: int
    axis: int  # which axis is that of directions


@dataclass(frozen=True)
class Traced:
    """A value that holds states of layers, or that comes from elsewhere."""

    source: str  # the value at which following ended
    pieces: tuple[tuple[str, int], ...] = ()  # layer and direction of what stands side by side; (): no states
    what: str = ""
    axis: int = -1  # on which axis directions lie apart; -1: they are joined, or one was taken
    chosen: bool = False  # whether steps were taken out of all
    turned: bool = False  # whether batch and time were swapped

    def whole(self, layer: str, ways: int) -> bool:
        """Whether it is all that this layer gives, the direction from the start first."""
        return self.pieces == tuple((layer, way) for way in range(ways))


@dataclass(eq=False, repr=False)
class Tracer(ArrayRecord):
    """Follows values of one graph; each once."""

    graph: Graph
    outputs: Mapping[str, Output]
    known: dict[str, Traced] = field(default_factory=dict)

    def trace(self, name: str, depth: int = 0) -> Traced:
        """From where `name` comes."""
        if name not in self.known:
            self.known[name] = self._traced(name, depth)
        return self.known[name]

    def _traced(self, name: str, depth: int) -> Traced:
        output = self.outputs.get(name)
        if output is not None:
            pieces = tuple((output.layer, way) for way in range(output.ways))
            return Traced(name, pieces, output.what, output.axis)
        node = self.graph.makers.get(name)
        if node is None or not node.input or depth > DEEPEST:
            return Traced(name)
        if node.op_type in THROUGH:
            below = self.trace(node.input[0], depth + 1)
            swaps = node.op_type == "Transpose" and list(attribute(node, "perm", []))[:2] == [1, 0]
            axis = below.axis if node.op_type in IN_PLACE else -1
            return replace(below, axis=axis, turned=below.turned != swaps)
        if node.op_type in ("Slice", "Gather", "Split"):
            below = self.trace(node.input[0], depth + 1)
            return self._cut(node, name, below) if below.pieces else Traced(name)
        if node.op_type == "Concat":
            parts = [self.trace(one, depth + 1) for one in list(node.input)[:MOST]]
            if sum(len(part.pieces) for part in parts) <= MOST and all(
                part.pieces and part.what == parts[0].what for part in parts
            ):
                stacked = attribute(node, "axis", 0) == 0 and parts[0].what != "Y"  # states of several layers
                return Traced(
                    name,
                    tuple(piece for part in parts for piece in part.pieces),
                    parts[0].what,
                    0 if stacked else -1,
                    any(part.chosen for part in parts),
                )
        return Traced(name)

    def _cut(self, node: Any, name: str, below: Traced) -> Traced:
        """Some directions of all, or some steps."""
        try:
            axis, cut = self._taken(node, name, len(below.pieces))
        except (FileError, IndexError, TypeError, ValueError):
            return Traced(name)  # computed at each run
        if axis == below.axis:
            kept = below.pieces[cut] if isinstance(cut, slice) else (below.pieces[cut],)
            return replace(below, pieces=kept, axis=-1 if len(kept) == 1 else axis)
        return replace(below, chosen=True)

    def _taken(self, node: Any, name: str, count: int) -> tuple[int, slice | int]:
        """The axis, and what of it is taken."""
        if node.op_type == "Gather":
            indices = whole_numbers_of(node, self.graph, 1)
            if len(indices) != 1:
                raise ValueError(indices)
            return int(attribute(node, "axis", 0)), indices[0]
        if node.op_type == "Split":
            place = list(node.output).index(name)
            return int(attribute(node, "axis", 0)), slice(place, place + 1) if len(node.output) == count else slice(
                0, 0
            )
        given = [attribute(node, key, None) for key in ("starts", "ends", "axes")]
        starts, ends, axes = (
            given if given[0] is not None else [whole_numbers_of(node, self.graph, place) for place in (1, 2, 3)]
        )
        if len(starts) != 1 or len(ends) != 1 or (axes is not None and len(axes) > 1):
            raise ValueError(starts)
        return int(axes[0]) if axes else 0, slice(int(starts[0]), None if ends[0] >= LAST else int(ends[0]))
