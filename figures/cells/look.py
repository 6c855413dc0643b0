"""How a cell is shown: the record that each file of this folder fills in.

Expressions are sums and products of names: gates, extra parameters, ``h_before``, ``c_before``, ``c``, numbers; in the
sum of a gate also ``Ux``, ``Wh`` and ``b``. So a picture can fill in numbers without knowing any cell.
"""

from __future__ import annotations

from dataclasses import dataclass

from figures.cells.circuit import Circuit
from figures.shade import Shade


@dataclass(frozen=True)
class Gate:
    """One gate: its letter, whose colour it has, and value = activation(sum)."""

    name: str  # as the engine's cell has it
    letter: str
    role: str  # by its name in the theme
    activation: str = "sigmoid"  # by its name in `engine.activations`
    sum: str = "Ux + Wh + b"
    reads: str | None = None  # W reads h_before times this other gate

    @property
    def label(self) -> str:
        """What it is called in words."""
        return self.name if self.role == self.name else f"{self.name} gate"


@dataclass(frozen=True)
class Look:
    """One cell's colour, letters, equations and circuit."""

    name: str  # the key of the engine's registry
    colour: Shade
    gates: tuple[Gate, ...]  # in the order of the engine's cell
    lines: tuple[tuple[str, str], ...]  # what is computed from the gates, in order; the last is h
    circuit: Circuit
    made_by: str = ""  # in words, of a cell that keeps nothing as it is: what makes the new state, beside W
    instead: str = ""  # of a cell without gates: what it has instead; empty: nothing decides what is kept
