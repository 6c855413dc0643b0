"""Each cell's equations as data, so that a picture can fill in numbers without knowing any cell."""

from __future__ import annotations

from dataclasses import asdict

from figures.cells import Look
from figures.cells.written import of_name, rules, written


def equations_message(look: Look, loops: bool = True) -> dict[str, object]:
    """One cell's equations as plain data for the browser, every gate with its sum; without W h where nothing loops."""
    activations = [of_name(gate.activation) for gate in look.gates]
    gates = [
        {**asdict(gate), "f": written(one), "shares": one.shares, "bounded": one.bounded}
        for gate, one in zip(look.gates, activations, strict=True)
    ]
    memory = [of_name(node.kind) for node in look.circuit.nodes if node.name == "tanh_c"]
    if not loops:
        gates = [{**gate, "sum": gate["sum"].replace("Wh + ", "").replace(" + Wh", "")} for gate in gates]
    lines = [list(line) for line in look.lines]
    return {"gates": gates, "lines": lines, "rules": rules(*activations, *memory)}
