"""Each cell's equations as data, so that a picture can fill in numbers without knowing any cell."""

from __future__ import annotations

from dataclasses import asdict

from figures.cells import Look


def equations_message(look: Look) -> dict[str, object]:
    """One cell's equations as plain data for the browser, every gate with its sum."""
    return {"gates": [asdict(gate) for gate in look.gates], "lines": [list(line) for line in look.lines]}
