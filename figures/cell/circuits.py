"""The circuit of every cell, as data: which quantities there are, what makes them, and where they stand.

A new cell is one more entry in CIRCUITS. The order of nodes is one in which they can be computed; each wire follows
from what a node takes, and `routes` only bends it. Units of the drawing: 960 across.
"""

from __future__ import annotations

from engine.cells import Cell
from figures.cell.dataflow import Circuit, Node, Point
from figures.cell.parts import (
    APART,
    GATES,
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
from figures.cell.peepholes import peephole

UNDER = INPUT_BUS + 30.0  # the height of a drawing with two buses


def circuit_of(cell: Cell) -> Circuit:
    """The circuit of a cell.

    Raises:
        ValueError: nobody has drawn this cell yet.
    """
    if cell.name not in CIRCUITS:
        raise ValueError(f"there is no circuit of the cell {cell.name!r}; there are {', '.join(CIRCUITS)}")
    return CIRCUITS[cell.name]


def _product(name: str, takes: str, at: Point, label: str, role: str, gate: str, bias: str = "") -> Node:
    """One matrix times one vector."""
    matrix = "U" if takes == "x" else "W"
    return Node(name, "product", (takes,), at, name, label, role, matrices=(matrix,), gate=gate, bias=bias)


def _vanilla(activation: str) -> Circuit:
    nodes = [
        *starts(h=(LEFT, 100.0), x=(LEFT, 260.0)),
        _product("q", "h", (300, 100), "W h", "state", "state"),
        _product("u", "x", (300, 260), "U x + b", "input", "state", bias="b"),
        Node("a", "sum", ("u", "q"), (480, 180), "a", "sum", "state", strip="right"),
        Node("f_a", activation, ("a",), (670, 180), "f(a)", activation, "state", gate="state"),
        Node("h_next", "next state", ("f_a",), (RIGHT, 100), "h_t", "state after", "state"),
    ]
    routes: Routes = {
        ("u", "a"): ((480, 260),),
        ("q", "a"): ((480, 100),),
        ("f_a", "h_next"): ((800, 180), (800, 100)),
    }
    return circuit(nodes, routes, 310)


def _leaky() -> Circuit:
    product, _ = gate_nodes("state", 250, symbol="s")
    nodes = [
        *starts(h=(LEFT, TOP)),
        Node("leak", "parameter", (), (500, PRODUCTS), "λ", "leak", "input gate", parameter="leak"),
        product,
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


def _lstm(peepholes: bool = False, coupled: bool = False) -> Circuit:
    down = 130.0 if peepholes else 0.0  # the row of the peepholes' sums lies between gates and products
    low, state_bus, input_bus = PRODUCTS + down, STATE_BUS + down, INPUT_BUS + down
    x_of = {"forget": 190.0, "input": 370.0, "candidate": 500.0, "output": 740.0}
    if coupled:
        x_of |= {"input": 330.0, "candidate": 480.0}
    middle, tanh = (x_of["input"] + x_of["candidate"]) / 2, 595.0
    nodes = starts(h=(LEFT, state_bus), c=(LEFT, TOP), x=(LEFT, input_bus))
    routes: Routes = {}
    later: list[Node] = []  # the output gate may have to wait for c_t
    for gate, x in x_of.items():
        if coupled and gate == "forget":
            continue
        seeing = peepholes and gate != "candidate"
        own, letter = later if gate == "output" else nodes, gate[0]
        product, activation = gate_nodes(gate, x, sums=f"a_{letter}" if seeing else "", low=low)
        own.append(product)
        routes |= bus(product.name, x, (), state_bus, input_bus)
        if seeing:
            seen, bends = peephole(gate, x, product)
            own += seen
            routes |= bends
        own.append(activation)
    f = x_of["forget"]
    if coupled:
        nodes.append(Node("f", "rest", ("i",), (f, MIDDLE), "1−i", "1 − i", "forget gate", strip="right"))
        routes["i", "f"] = ((x_of["input"], MIDDLE),)
    nodes += [
        Node("kept", "times", ("f", "c"), (f, TOP), "kept", "kept", "memory", strip="right"),
        Node("written", "times", ("i", "g"), (middle, MIDDLE), "written", "written", "candidate", strip="below"),
        Node("c_now", "sum", ("kept", "written"), (middle, TOP), "c_t", "sum", "memory", strip="right"),
        *later,
        Node("tanh_c", "tanh", ("c_now",), (tanh, MIDDLE), "tanh c_t", "squashed", "memory"),
        Node("h_now", "times", ("o", "tanh_c"), (x_of["output"], MIDDLE), "h_t", "shown", "state", strip="right"),
        Node("c_next", "next memory", ("c_now",), (RIGHT, TOP), "c_t", "cell after", "memory"),
        Node("h_next", "next state", ("h_now",), (RIGHT, state_bus), "h_t", "state after", "state"),
    ]
    routes |= {
        ("i", "written"): ((x_of["input"], MIDDLE),),
        ("g", "written"): ((x_of["candidate"], MIDDLE),),
        ("c_now", "tanh_c"): ((tanh, TOP),),
        ("h_now", "h_next"): ((842, MIDDLE), (842, state_bus)),
    }
    return circuit(nodes, routes, input_bus + 30.0, memory="c_now")


def _shared_out(gate: str, x: float, keeps: str, rest: Node, new: Point, strip: str) -> list[Node]:
    """h_t = keeps ⊙ h + (the other share) ⊙ n, at the end of a cell without a memory of its own."""
    writes = gate if keeps == "rest" else "rest"
    return [
        rest,
        Node("kept", "times", (keeps, "h"), (x, TOP), "kept", "kept", "state", strip="right"),
        Node("written", "times", (writes, "n"), new, "written", "written", "candidate", strip=strip),
        Node("h_now", "sum", ("kept", "written"), (817, TOP), "h_t", "sum", "state", strip="above"),
        Node("h_next", "next state", ("h_now",), (RIGHT, TOP), "h_t", "state after", "state"),
    ]


def _gru(after: bool) -> Circuit:
    down = ((LEFT, STATE_BUS),)
    written, z, kept = (535.0, MIDDLE), 622.0, 690.0
    reset, update = gate_nodes("reset", 190), gate_nodes("update", z)
    routes: Routes = {
        **bus("a_r", 190, down, STATE_BUS, INPUT_BUS),
        **bus("a_z", z, down, STATE_BUS, INPUT_BUS),
        ("z", "kept"): ((kept, GATES),),
        ("written", "h_now"): ((written[0], 92), (817, 92)),
    }
    nodes = [*starts(h=(LEFT, TOP)), *reset]
    if after:
        nodes += [
            _product("q", "h", (315, PRODUCTS), "W h + b′", "state", "candidate", bias="recurrent_bias"),
            _product("u", "x", (440, PRODUCTS), "U x + b", "input", "candidate", bias="b"),
            Node("rq", "times", ("r", "q"), (315, GATES), "r⊙q", "reset", "reset gate", strip="above"),
            Node("a_n", "sum", ("u", "rq"), (440, GATES), "a_n", "sum", "candidate", strip="right"),
            Node("n", "tanh", ("a_n",), (440, MIDDLE), "n", "candidate", "candidate", gate="candidate"),
        ]
        routes |= {("h", "q"): (*down, (315, STATE_BUS)), ("x", "u"): ((440, INPUT_BUS),)}
    else:
        nodes += [
            Node("rh", "times", ("r", "h"), (300, GATES), "r⊙h", "reset", "reset gate", strip="right"),
            *gate_nodes("candidate", 460, takes=("x", "rh"), symbol="n"),
        ]
        routes |= {
            ("h", "rh"): ((300, TOP),),
            ("rh", "a_n"): ((300, PRODUCTS),),
            ("x", "a_n"): ((460 + APART, INPUT_BUS),),
            ("n", "written"): ((460, MIDDLE),),
        }
    rest = Node("rest", "rest", ("z",), (z, MIDDLE), "1−z", "1 − z", "input gate", strip="below")
    nodes += [*update, *_shared_out("z", kept, "z", rest, written, "below")]
    return circuit(nodes, routes, UNDER)


def _mgu() -> Circuit:
    down, kept = ((LEFT, STATE_BUS),), 690.0
    routes: Routes = {
        **bus("a_f", 190, down, STATE_BUS, INPUT_BUS),
        ("h", "fh"): ((300, TOP),),
        ("fh", "a_n"): ((300, PRODUCTS),),
        ("x", "a_n"): ((460 + APART, INPUT_BUS),),
        ("f", "rest"): ((190, 112),),
        ("f", "written"): ((190, 150),),
        ("n", "written"): ((590, GATES),),
        ("written", "h_now"): ((817, 150),),
    }
    nodes = [
        *starts(h=(LEFT, TOP)),
        *gate_nodes("forget", 190),
        Node("fh", "times", ("f", "h"), (300, GATES), "f⊙h", "reset", "reset gate", strip="right"),
        *gate_nodes("candidate", 460, takes=("x", "fh"), symbol="n"),
        *_shared_out(
            "f",
            kept,
            "rest",
            Node("rest", "rest", ("f",), (kept, 112), "1−f", "1 − f", "forget gate", strip="right"),
            (590, 150),
            "right",
        ),
    ]
    return circuit(nodes, routes, UNDER)


CIRCUITS: dict[str, Circuit] = {
    **{name: _vanilla(name) for name in ("tanh", "relu", "sigmoid", "identity")},
    "leaky": _leaky(),
    "lstm": _lstm(),
    "peephole": _lstm(peepholes=True),
    "coupled": _lstm(coupled=True),
    "peephole_coupled": _lstm(peepholes=True, coupled=True),
    "gru": _gru(after=True),
    "gru_before": _gru(after=False),
    "mgu": _mgu(),
}
