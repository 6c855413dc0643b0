"""The registry of cells: one line each; pages, figures and tests pick up whatever stands here."""

from __future__ import annotations

from engine.cells.base import Cell, Tape
from engine.cells.gru import GRU
from engine.cells.lstm import LSTM
from engine.cells.rnn import RNN

CELLS: dict[str, Cell] = {
    cell.name: cell
    for cell in (
        RNN("tanh", "tanh RNN"),
        RNN("relu", "ReLU RNN"),
        RNN("sigmoid", "sigmoid RNN"),
        RNN("identity", "linear RNN"),
        LSTM(),
        GRU(),
    )
}

__all__ = ["CELLS", "GRU", "LSTM", "RNN", "Cell", "Tape"]
