"""What the circuits of many cells share: the start of a step, a gate with its product, and the wires to it."""

from __future__ import annotations

from figures.cell.dataflow import Circuit, Node, Point, Wire

Routes = dict[tuple[str, str], tuple[Point, ...]]
WIDTH, LEFT, RIGHT, TOP = 960.0, 56.0, 904.0, 50.0
MIDDLE, GATES, PRODUCTS, STATE_BUS, INPUT_BUS = 132.0, 220.0, 306.0, 364.0, 422.0  # heights of the rows
APART = 14.0  # how far beside a product's middle its two wires come in

SYMBOLS = {  # of the gates, their words, and whose colour they have
    "input": ("i", "input gate", "input gate"),
    "forget": ("f", "forget gate", "forget gate"),
    "candidate": ("g", "candidate", "candidate"),
    "output": ("o", "output gate", "output gate"),
    "reset": ("r", "reset gate", "reset gate"),
    "update": ("z", "update gate", "input gate"),
    "state": ("a", "state", "state"),
}


def circuit(nodes: list[Node], routes: Routes, height: float, memory: str = "") -> Circuit:
    """Nodes with the wires that follow from what each takes."""
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


def gate_nodes(
    gate: str, x: float, takes: tuple[str, str] = ("x", "h"), symbol: str = "", sums: str = "", low: float = PRODUCTS
) -> list[Node]:
    """A product and the activation over it; `sums` names the node between them that adds something, if there is one."""
    letter, label, role = SYMBOLS[gate]
    letter = symbol or letter
    kind = "tanh" if gate == "candidate" else "sigmoid"
    met = {"x": "x", "h": "h"}.get(takes[1], f"({takes[1][0]}⊙h)")
    product = Node(
        f"p_{letter}" if sums else f"a_{letter}",
        "product",
        takes,
        (x, low),
        f"p_{letter}" if sums else f"a_{letter}",
        f"U x + W {met} + b",
        role,
        matrices=("U", "W"),
        gate=gate,
        bias="b",
    )
    activation = Node(letter, kind, (sums or product.name,), (x, GATES), letter, label, role, gate=gate)
    return [product, activation]


def bus(product: str, x: float, state: tuple[Point, ...], state_bus: float, input_bus: float) -> Routes:
    """Along the buses under the drawing, and up into a product."""
    return {
        ("x", product): ((x + APART, input_bus),),
        ("h", product): (*state, (x - APART, state_bus)),
    }
