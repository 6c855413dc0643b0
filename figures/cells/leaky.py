"""The leaky RNN: a share of the state is kept, the rest made anew."""

from __future__ import annotations

from figures.cells.circuit import Circuit, Node
from figures.cells.look import Gate, Look
from figures.cells.parts import (
    GATES,
    INPUT_BUS,
    LEFT,
    MIDDLE,
    PRODUCTS,
    RIGHT,
    STATE_BUS,
    TOP,
    UNDER,
    Routes,
    bus,
    circuit,
    gate_product,
    starts,
)
from figures.shade import Shade


def _circuit() -> Circuit:
    nodes = [
        *starts(h=(LEFT, TOP)),
        Node("leak", "parameter", (), (500, PRODUCTS), "λ", "leak", "input gate", parameter="leak"),
        gate_product("a_s", "state", "state", (250, PRODUCTS)),
        Node("s", "tanh", ("a_s",), (250, GATES), "n", "new state", "candidate", gate="state"),
        Node("rest", "rest", ("leak",), (500, MIDDLE), "1−λ", "1 − leak", "forget gate", strip="left"),
        Node("kept", "times", ("rest", "h"), (500, TOP), "kept", "kept", "state", strip="right"),
        Node("written", "times", ("leak", "s"), (640, GATES), "written", "written", "candidate", strip="right"),
        Node("h_now", "sum", ("kept", "written"), (790, TOP), "h_t", "sum", "state", strip="left"),
        Node("h_next", "next state", ("h_now",), (RIGHT, TOP), "h_t", "state after", "state"),
    ]
    routes: Routes = {
        **bus("a_s", 250, ((LEFT, STATE_BUS),), STATE_BUS, INPUT_BUS),
        ("leak", "written"): ((640, PRODUCTS),),
        ("written", "h_now"): ((790, GATES),),
    }
    return circuit(nodes, routes, UNDER)


LEAKY = Look(
    name="leaky",
    colour=Shade("#690f00", "#d2783c"),
    gates=(Gate("state", "n", "state", "tanh"),),
    lines=(("h", "(1 - leak) * h_before + leak * state"),),
    circuit=_circuit(),
    instead="A leaky RNN has no gates: one number per unit, its leak λ, does the same at every step. "
    "It keeps the share 1 − λ of its state and writes the share λ anew, whatever comes in.",
)
