"""The registry of cells: one line each; pages, figures and tests pick up whatever stands here."""

from __future__ import annotations

from engine.arrays import expect
from engine.cells.base import Cell, Keeps, Sweep
from engine.cells.gru import GRU
from engine.cells.gru_before import GRUBefore
from engine.cells.leaky import LeakyRNN
from engine.cells.lstm import LSTM
from engine.cells.lstm_variants import LSTMVariant
from engine.cells.mgu import MGU
from engine.cells.rnn import RNN
from engine.cells.tape import Tape

CELLS: dict[str, Cell] = {
    cell.name: cell
    for cell in (
        RNN("tanh", "tanh RNN"),
        RNN("relu", "ReLU RNN"),
        RNN("sigmoid", "sigmoid RNN"),
        RNN("identity", "linear RNN"),
        LeakyRNN(),
        LSTM(),
        LSTMVariant(peepholes=True),
        LSTMVariant(coupled=True),
        GRU(),
        GRUBefore(),
        MGU(),
    )
}


def known(cell: Cell) -> Cell:
    """The cell itself.

    Raises:
        ValueError: it is no cell, its name for one.
    """
    if not isinstance(cell, Cell):
        how = f"CELLS[{cell!r}]" if isinstance(cell, str) and cell in CELLS else f"CELLS has {', '.join(CELLS)}"
        expect("cell", cell, Cell, how)
    return cell


def named(name: str) -> Cell:
    """The cell of this name.

    Raises:
        ValueError: there is none.
    """
    if not isinstance(name, str) or name not in CELLS:
        raise ValueError(f"the cell {name!r:.40} is unknown; there are {', '.join(CELLS)}")
    return CELLS[name]


__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "MGU",
    "RNN",
    "Cell",
    "GRUBefore",
    "Keeps",
    "LSTMVariant",
    "LeakyRNN",
    "Sweep",
    "Tape",
    "known",
    "named",
]
