"""The GRU with the reset gate before the recurrent product: W reads r ⊙ h."""

from __future__ import annotations

from figures.cells.circuit import Node
from figures.cells.gru import LINES, RESET, UPDATE, gru_circuit
from figures.cells.look import Gate, Look
from figures.cells.parts import APART, GATES, INPUT_BUS, MIDDLE, PRODUCTS, TOP, gate_nodes
from figures.shade import Shade

_CANDIDATE = Gate("candidate", "n", "candidate", "tanh", reads="reset")

GRU_BEFORE = Look(
    name="gru_before",
    colour=Shade("#003c3c", "#78ffb4"),
    gates=(RESET, UPDATE, _CANDIDATE),
    lines=LINES,
    circuit=gru_circuit(
        [
            Node("rh", "times", ("r", "h"), (300, GATES), "r⊙h", "reset", "reset gate", strip="right"),
            *gate_nodes(_CANDIDATE, 460, takes=("x", "rh")),
        ],
        {
            ("h", "rh"): ((300, TOP),),
            ("rh", "a_n"): ((300, PRODUCTS),),
            ("x", "a_n"): ((460 + APART, INPUT_BUS),),
            ("n", "written"): ((460, MIDDLE),),
        },
    ),
)
