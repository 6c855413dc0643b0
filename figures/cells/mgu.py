"""The minimal gated unit: one gate forgets, writes and resets."""

from __future__ import annotations

from figures.cells.circuit import Circuit, Node
from figures.cells.look import Gate, Look
from figures.cells.parts import (
    APART,
    GATES,
    INPUT_BUS,
    LEFT,
    PRODUCTS,
    STATE_BUS,
    TOP,
    UNDER,
    Routes,
    bus,
    circuit,
    gate_nodes,
    shared_out,
    starts,
)
from figures.shade import Shade

_FORGET = Gate("forget", "f", "forget gate")
_CANDIDATE = Gate("candidate", "n", "candidate", "tanh", reads="forget")


def _circuit() -> Circuit:
    kept = 690.0
    rest = Node("rest", "rest", ("f",), (kept, 112), "1−f", "1 − f", "forget gate", strip="right")
    nodes = [
        *starts(h=(LEFT, TOP)),
        *gate_nodes(_FORGET, 190),
        Node("fh", "times", ("f", "h"), (300, GATES), "f⊙h", "reset", "reset gate", strip="right"),
        *gate_nodes(_CANDIDATE, 460, takes=("x", "fh")),
        *shared_out("f", kept, "rest", rest, (590, 150), "right"),
    ]
    routes: Routes = {
        **bus("a_f", 190, ((LEFT, STATE_BUS),), STATE_BUS, INPUT_BUS),
        ("h", "fh"): ((300, TOP),),
        ("fh", "a_n"): ((300, PRODUCTS),),
        ("x", "a_n"): ((460 + APART, INPUT_BUS),),
        ("f", "rest"): ((190, 112),),
        ("f", "written"): ((190, 150),),
        ("n", "written"): ((590, GATES),),
        ("written", "h_now"): ((817, 150),),
    }
    return circuit(nodes, routes, UNDER)


MGU = Look(
    name="mgu",
    colour=Shade("#875a96", "#e15a87"),
    gates=(_FORGET, _CANDIDATE),
    lines=(("h", "(1 - forget) * h_before + forget * candidate"),),
    circuit=_circuit(),
)
