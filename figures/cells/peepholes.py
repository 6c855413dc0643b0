"""A gate that sees the cell state: the peephole, and the sum in which it meets the gate's product."""

from __future__ import annotations

from figures.cells.circuit import Node
from figures.cells.look import Gate
from figures.cells.parts import GATES, MIDDLE, TOP, Routes

SUMS = GATES + 84.0  # the row between gates and products
BESIDE = 76.0  # how far to the left of its gate a peephole stands
TAP = 114.0  # where the highway is tapped for the gates that see c_{t-1}


def peephole(gate: Gate, x: float, product: Node) -> tuple[list[Node], Routes]:
    """p ⊙ c beside the gate at `x`, added to its product; o sees c_t, the others c_{t-1}."""
    letter, late = gate.letter, gate.name == "output"
    sees = "c_now" if late else "c"
    column = x - BESIDE
    nodes = [
        Node(
            f"see_{letter}",
            "scale",
            (sees,),
            (column, SUMS),
            "p⊙c",
            f"peephole of {letter}",
            "memory",
            parameter=f"peephole_{gate.name}",
            strip="below",
        ),
        Node(
            f"a_{letter}",
            "sum",
            (product.name, f"see_{letter}"),
            (x, SUMS),
            f"a_{letter}",
            "sum",
            product.role,
            strip="right",
        ),
    ]
    height = MIDDLE + 36.0
    bends = ((column, TOP),) if late else ((TAP, TOP), (TAP, height), (column, height))
    if column == TAP:
        bends = ((TAP, TOP),)
    return nodes, {(sees, f"see_{letter}"): bends}
