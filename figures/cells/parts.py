"""What the circuits of many cells share: the start of a step, a gate with its product, its end, and the wires.

Units of the drawing: 960 across.
"""

from __future__ import annotations

from figures.cells.circuit import Circuit, Node, Point, Wire
from figures.cells.look import Gate

Routes = dict[tuple[str, str], tuple[Point, ...]]
WIDTH, LEFT, RIGHT, TOP = 960.0, 56.0, 904.0, 50.0
MIDDLE, GATES, PRODUCTS, STATE_BUS, INPUT_BUS = 132.0, 220.0, 306.0, 364.0, 422.0  # heights of the rows
UNDER = INPUT_BUS + 30.0  # the height of a drawing with two buses
APART = 14.0  # how far beside a product's middle its two wires come in


def circuit(nodes: list[Node], routes: Routes, height: float, memory: str = "") -> Circuit:
    """Nodes with the wires that follow from what each takes; `routes` only bends them."""
    at = {node.name: node.at for node in nodes}
    wires = []
    for node in nodes:
        for name in node.takes:
            via = routes.get((name, node.name), ())
            # A bend right under a product comes in beside its middle, so that its two wires stay two.
            beside = via[-1][0] - node.at[0] if via and abs(via[-1][0] - node.at[0]) == APART else 0.0
            wires.append(Wire(name, node.name, via, enters=(beside, 0.0)))
    assert len(at) == len(nodes)
    return Circuit(tuple(nodes), tuple(wires), (WIDTH, height), memory)


def starts(h: Point, c: Point | None = None, x: Point = (LEFT, INPUT_BUS)) -> list[Node]:
    """What a step starts from."""
    found = [
        Node("x", "input", (), x, "x_t", "input", "input", size="D"),
        Node("h", "state", (), h, "h_t−1", "state before", "state"),
    ]
    if c is not None:
        found.append(Node("c", "memory", (), c, "c_t−1", "cell before", "memory"))
    return found


def product(name: str, takes: str, at: Point, label: str, role: str, gate: str, bias: str = "") -> Node:
    """One matrix times one vector."""
    matrix = "U" if takes == "x" else "W"
    return Node(name, "product", (takes,), at, name, label, role, matrices=(matrix,), gate=gate, bias=bias)


def gate_product(name: str, gate: str, role: str, at: Point, takes: tuple[str, str] = ("x", "h")) -> Node:
    """U x + W h + b of a gate."""
    met = "h" if takes[1] == "h" else f"({takes[1][0]}⊙h)"
    return Node(name, "product", takes, at, name, f"U x + W {met} + b", role, matrices=("U", "W"), gate=gate, bias="b")


def gate_nodes(
    gate: Gate, x: float, takes: tuple[str, str] = ("x", "h"), sums: str = "", low: float = PRODUCTS
) -> list[Node]:
    """A product and the activation over it; `sums` names the node between them that adds something, if there is one."""
    letter = gate.letter
    below = gate_product(f"p_{letter}" if sums else f"a_{letter}", gate.name, gate.role, (x, low), takes)
    above = Node(
        letter, gate.activation, (sums or below.name,), (x, GATES), letter, gate.label, gate.role, gate=gate.name
    )
    return [below, above]


def shared_out(gate: str, x: float, keeps: str, rest: Node, new: Point, strip: str) -> list[Node]:
    """h_t = keeps ⊙ h + (the other share) ⊙ n, at the end of a cell without a memory of its own."""
    writes = gate if keeps == "rest" else "rest"
    return [
        rest,
        Node("kept", "times", (keeps, "h"), (x, TOP), "kept", "kept", "state", strip="right"),
        Node("written", "times", (writes, "n"), new, "written", "written", "candidate", strip=strip),
        Node("h_now", "sum", ("kept", "written"), (817, TOP), "h_t", "sum", "state", strip="above"),
        Node("h_next", "next state", ("h_now",), (RIGHT, TOP), "h_t", "state after", "state"),
    ]


def bus(product: str, x: float, state: tuple[Point, ...], state_bus: float, input_bus: float) -> Routes:
    """Along the buses under the drawing, and up into a product."""
    return {
        ("x", product): ((x + APART, input_bus),),
        ("h", product): (*state, (x - APART, state_bus)),
    }
