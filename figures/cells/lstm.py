"""The LSTM: a memory c that is kept and written, and a state h that shows it."""

from __future__ import annotations

from figures.cells.circuit import Circuit, Node
from figures.cells.look import Gate, Look
from figures.cells.parts import (
    INPUT_BUS,
    LEFT,
    MIDDLE,
    PRODUCTS,
    RIGHT,
    STATE_BUS,
    TOP,
    Routes,
    bus,
    circuit,
    gate_nodes,
    starts,
)
from figures.cells.peepholes import peephole
from figures.shade import Shade

INPUT = Gate("input", "i", "input gate")
FORGET = Gate("forget", "f", "forget gate")
CANDIDATE = Gate("candidate", "g", "candidate", "tanh")
OUTPUT = Gate("output", "o", "output gate")
SHOWN = ("h", "output * tanh(c)")
LINES = (("c", "forget * c_before + input * candidate"), SHOWN)


def lstm_circuit(peepholes: bool = False, coupled: bool = False) -> Circuit:
    """The circuit of the LSTM and of its variants."""
    down = 130.0 if peepholes else 0.0  # the row of the peepholes' sums lies between gates and products
    low, state_bus, input_bus = PRODUCTS + down, STATE_BUS + down, INPUT_BUS + down
    x_of = {FORGET: 190.0, INPUT: 370.0, CANDIDATE: 500.0, OUTPUT: 740.0}
    if coupled:
        x_of |= {INPUT: 330.0, CANDIDATE: 480.0}
    middle, tanh = (x_of[INPUT] + x_of[CANDIDATE]) / 2, 595.0
    nodes = starts(h=(LEFT, state_bus), c=(LEFT, TOP), x=(LEFT, input_bus))
    routes: Routes = {}
    later: list[Node] = []  # the output gate may have to wait for c_t
    for gate, x in x_of.items():
        if coupled and gate == FORGET:
            continue
        seeing = peepholes and gate != CANDIDATE
        own = later if gate == OUTPUT else nodes
        product, activation = gate_nodes(gate, x, sums=f"a_{gate.letter}" if seeing else "", low=low)
        own.append(product)
        routes |= bus(product.name, x, (), state_bus, input_bus)
        if seeing:
            seen, bends = peephole(gate, x, product)
            own += seen
            routes |= bends
        own.append(activation)
    f = x_of[FORGET]
    if coupled:
        nodes.append(Node("f", "rest", ("i",), (f, MIDDLE), "1−i", "1 − i", "forget gate", strip="right"))
        routes["i", "f"] = ((x_of[INPUT], MIDDLE),)
    nodes += [
        Node("kept", "times", ("f", "c"), (f, TOP), "kept", "kept", "memory", strip="right"),
        Node("written", "times", ("i", "g"), (middle, MIDDLE), "written", "written", "candidate", strip="below"),
        Node("c_now", "sum", ("kept", "written"), (middle, TOP), "c_t", "sum", "memory", strip="right"),
        *later,
        Node("tanh_c", "tanh", ("c_now",), (tanh, MIDDLE), "tanh c_t", "squashed", "memory"),
        Node("h_now", "times", ("o", "tanh_c"), (x_of[OUTPUT], MIDDLE), "h_t", "shown", "state", strip="right"),
        Node("c_next", "next memory", ("c_now",), (RIGHT, TOP), "c_t", "cell after", "memory"),
        Node("h_next", "next state", ("h_now",), (RIGHT, state_bus), "h_t", "state after", "state"),
    ]
    routes |= {
        ("i", "written"): ((x_of[INPUT], MIDDLE),),
        ("g", "written"): ((x_of[CANDIDATE], MIDDLE),),
        ("c_now", "tanh_c"): ((tanh, TOP),),
        ("h_now", "h_next"): ((842, MIDDLE), (842, state_bus)),
    }
    return circuit(nodes, routes, input_bus + 30.0, memory="c_now")


LSTM = Look(
    name="lstm",
    colour=Shade("#165cde", "#8992f5"),
    gates=(INPUT, FORGET, CANDIDATE, OUTPUT),
    lines=LINES,
    circuit=lstm_circuit(),
)
