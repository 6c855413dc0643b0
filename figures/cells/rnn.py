"""The vanilla RNN, h_t = f(U x_t + W h_{t-1} + b), with each of its activations."""

from __future__ import annotations

from figures.cells.circuit import Circuit, Node
from figures.cells.look import Gate, Look
from figures.cells.parts import LEFT, RIGHT, Routes, circuit, product, starts
from figures.shade import Shade


def vanilla(activation: str, colour: Shade, made_by: str = "") -> Look:
    """The look of a vanilla RNN; `made_by` says its activation in words where its name does not."""
    return Look(
        name=activation,
        colour=colour,
        gates=(Gate("state", "h", "state", activation),),
        lines=(("h", "state"),),
        circuit=_circuit(activation),
        made_by=made_by or activation,
    )


def _circuit(activation: str) -> Circuit:
    nodes = [
        *starts(h=(LEFT, 100.0), x=(LEFT, 260.0)),
        product("q", "h", (300, 100), "W h", "state", "state"),
        product("u", "x", (300, 260), "U x + b", "input", "state", bias="b"),
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


TANH = vanilla("tanh", Shade("#b64805", "#ff8e46"))
RELU = vanilla("relu", Shade("#7b3c9f", "#caadff"), made_by="ReLU")
SIGMOID = vanilla("sigmoid", Shade("#773905", "#f1ce2f"), made_by="the logistic function")
IDENTITY = vanilla("identity", Shade("#3a515e", "#97acba"), made_by="nothing but W")
