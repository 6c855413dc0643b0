"""How every cell is shown, one file per cell as in `engine/cells`; a new cell is one more line in this registry."""

from __future__ import annotations

from engine.cells import CELLS, Cell
from figures.cells.gru import GRU
from figures.cells.gru_before import GRU_BEFORE
from figures.cells.leaky import LEAKY
from figures.cells.look import Gate, Look
from figures.cells.lstm import LSTM
from figures.cells.lstm_variants import COUPLED, PEEPHOLE, PEEPHOLE_COUPLED
from figures.cells.mgu import MGU
from figures.cells.rnn import IDENTITY, RELU, SIGMOID, TANH
from figures.cells.widened import widened

SHORT = 18  # characters
LOOKS: dict[str, Look] = {
    look.name: look
    for look in (
        TANH,
        RELU,
        SIGMOID,
        IDENTITY,
        LEAKY,
        LSTM,
        PEEPHOLE,
        COUPLED,
        PEEPHOLE_COUPLED,
        GRU,
        GRU_BEFORE,
        MGU,
    )
}


def look_of(cell: Cell) -> Look:
    """How a cell is shown; one with other activations than the usual ones as its kind is, with these in their places.

    Raises:
        ValueError: nobody has drawn this cell yet.
    """
    if cell.name not in LOOKS and cell.kind in LOOKS:
        return widened(LOOKS[cell.kind], cell)
    if cell.name not in LOOKS:
        raise ValueError(f"nobody has drawn the cell {cell.name!r}; there are {', '.join(LOOKS)}")
    return LOOKS[cell.name]


def short_title(cell: Cell) -> str:
    """What a cell is called where there is little room: without its activations, where they are not the usual ones."""
    return cell.title if cell.name in LOOKS or len(cell.title) <= SHORT else CELLS[cell.kind].title.replace("tanh ", "")


def letter_of(cell: Cell, gate: str) -> str:
    """The letter of a gate, by its name."""
    return next(one.letter for one in look_of(cell).gates if one.name == gate)


__all__ = ["LOOKS", "Gate", "Look", "letter_of", "look_of", "short_title"]
