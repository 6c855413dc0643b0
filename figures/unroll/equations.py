"""Each cell's equations as data, so that a picture can fill in numbers without knowing any cell."""

from __future__ import annotations

from dataclasses import asdict

from figures.cells import Look


def equations_message(look: Look, loops: bool = True) -> dict[str, object]:
    """One cell's equations as plain data for the browser, every gate with its sum; without W h where nothing loops."""
    gates = [asdict(gate) for gate in look.gates]
    if not loops:
        gates = [{**gate, "sum": gate["sum"].replace("Wh + ", "").replace(" + Wh", "")} for gate in gates]
    return {"gates": gates, "lines": [list(line) for line in look.lines]}
