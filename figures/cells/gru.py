"""The GRU, reset after the recurrent product: what is kept and what is written share the state out."""

from __future__ import annotations

from figures.cells.circuit import Circuit, Node
from figures.cells.look import Gate, Look
from figures.cells.parts import (
    GATES,
    INPUT_BUS,
    LEFT,
    MIDDLE,
    PRODUCTS,
    STATE_BUS,
    TOP,
    UNDER,
    Routes,
    bus,
    circuit,
    gate_nodes,
    product,
    shared_out,
    starts,
)
from figures.shade import Shade

RESET = Gate("reset", "r", "reset gate")
UPDATE = Gate("update", "z", "input gate")  # it decides what is written, as the LSTM's input gate
LINES = (("h", "(1 - update) * candidate + update * h_before"),)
DOWN = ((LEFT, STATE_BUS),)
WRITTEN = (535.0, MIDDLE)
_CANDIDATE = Gate("candidate", "n", "candidate", "tanh", sum="Ux + b + reset * (Wh + recurrent_bias)")


def gru_circuit(candidate: list[Node], wires: Routes) -> Circuit:
    """A GRU around the nodes that make its candidate n, and the wires to them."""
    z, kept = 622.0, 690.0
    rest = Node("rest", "rest", ("z",), (z, MIDDLE), "1−z", "1 − z", "input gate", strip="below")
    nodes = [
        *starts(h=(LEFT, TOP)),
        *gate_nodes(RESET, 190),
        *candidate,
        *gate_nodes(UPDATE, z),
        *shared_out("z", kept, "z", rest, WRITTEN, "below"),
    ]
    routes: Routes = {
        **bus("a_r", 190, DOWN, STATE_BUS, INPUT_BUS),
        **bus("a_z", z, DOWN, STATE_BUS, INPUT_BUS),
        ("z", "kept"): ((kept, GATES),),
        ("written", "h_now"): ((WRITTEN[0], 92), (817, 92)),
        **wires,
    }
    return circuit(nodes, routes, UNDER)


GRU = Look(
    name="gru",
    colour=Shade("#04775d", "#43e1a4"),
    gates=(RESET, UPDATE, _CANDIDATE),
    lines=LINES,
    circuit=gru_circuit(
        [
            product("q", "h", (315, PRODUCTS), "W h + b′", "state", "candidate", bias="recurrent_bias"),
            product("u", "x", (440, PRODUCTS), "U x + b", "input", "candidate", bias="b"),
            Node("rq", "times", ("r", "q"), (315, GATES), "r⊙q", "reset", "reset gate", strip="above"),
            Node("a_n", "sum", ("u", "rq"), (440, GATES), "a_n", "sum", "candidate", strip="right"),
            Node("n", "tanh", ("a_n",), (440, MIDDLE), "n", "candidate", "candidate", gate="candidate"),
        ],
        {("h", "q"): (*DOWN, (315, STATE_BUS)), ("x", "u"): ((440, INPUT_BUS),)},
    ),
)
