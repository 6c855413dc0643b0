"""What do the gates do? The cell as a circuit: its numbers in the order of computation, forward and back."""

from engine.studies.cell.study import CellStudy
from figures.cell.message import answer
from figures.cell.view import CellView
from ui.cell.presets import PRESETS
from ui.kit.controls import controls
from ui.kit.frame import open_page, picture_and_controls
from ui.kit.held import Held
from ui.kit.mount import show
from ui.kit.page import Page, Panel

CIRCUIT = Panel("cell", "cell/cell.js", answer)


def circuit(shown: Held) -> None:
    """The circuit."""
    show(shown, CIRCUIT)


PAGE = Page(
    title="Inside the cell",
    menu=("See", 2, ":material/account_tree:"),
    question="What do the gates do? One step of an LSTM, a GRU or a plain RNN as a circuit, with its numbers on the "
    "wires.",
    lead="What do the gates do? Watch one step compute itself, wire by wire, and the gradients come back the same way.",
    record=CellStudy,
    view=CellView,
    presets=PRESETS,
    pictures={"circuit": circuit},
)


def bench(shown: Held) -> None:
    """The circuit and its controls."""
    picture, beside = picture_and_controls()
    with picture:
        circuit(shown)
    with beside:
        controls(shown)


if __name__ == "__main__":
    open_page(PAGE, bench)
