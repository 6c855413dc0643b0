"""A cell as a graph of small operations, as data: what the quantities are, what makes them, and where they stand.

The order of nodes is one in which they can be computed; each wire follows from what a node takes.
`figures/cell/dataflow.py` evaluates a circuit, `figures/cell/drawing.py` draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

Point = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """One quantity and the operation that makes it."""

    name: str
    kind: str  # a source, a sink, product, scale, sum, times, rest (1 - v), or an activation's name
    takes: tuple[str, ...] = ()  # names of the nodes whose quantities enter, in the order of the equation
    at: Point = (0.0, 0.0)  # centre on the drawing
    symbol: str = ""  # as in the equations: f, c_t
    label: str = ""  # in words
    role: str = ""  # whose colour it has, by its name in the theme
    matrices: tuple[str, ...] = ()  # of a product: which matrix meets each of `takes`, "U" or "W"
    gate: str = ""  # of a product: whose rows of U, W and b; of an activation: which gate it is
    bias: str = ""  # of a product: "b", the name of an extra parameter, or none
    parameter: str = ""  # of a parameter or a scale: the name of the extra parameter
    strip: str = ""  # where the values of a small node stand: right, left, above or below it
    size: str = "H"  # D of the input


@dataclass(frozen=True)
class Wire:
    """From one node to another, with the bends of its drawing."""

    source: str
    target: str
    via: tuple[Point, ...] = ()
    enters: Point = (0.0, 0.0)  # relative to the target's centre


@dataclass(frozen=True)
class Circuit:
    """One cell as a graph, in an order in which it can be computed, with its drawing."""

    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]
    size: Point = (960.0, 400.0)
    memory: str = ""  # the node that makes c_t, of a cell with memory

    @cached_property
    def by_name(self) -> dict[str, Node]:
        """Every node by its name."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The order of computation: 0 for what a step starts from, else one more than the last quantity it needs."""
        found: dict[str, int] = {}
        for node in self.nodes:
            found[node.name] = 1 + max((found[name] for name in node.takes), default=-1)
        return found

    def has(self, quantity: str) -> bool:
        """Whether there is such a node, or a wire between the two nodes of ``one>other``."""
        return quantity in self.by_name or any(f"{wire.source}>{wire.target}" == quantity for wire in self.wires)

    def sink(self, kind: str) -> Node | None:
        """The node of a kind, if there is one."""
        return next((node for node in self.nodes if node.kind == kind), None)
