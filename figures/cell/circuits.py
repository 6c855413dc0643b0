"""The circuit that the page draws of a cell."""

from __future__ import annotations

from engine.cells import Cell
from figures.cells import look_of
from figures.cells.circuit import Circuit


def circuit_of(cell: Cell) -> Circuit:
    """The circuit of a cell.

    Raises:
        ValueError: nobody has drawn this cell yet.
    """
    return look_of(cell).circuit
