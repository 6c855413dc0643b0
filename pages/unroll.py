"""What happens at each timestep? A word walks through the network, every number of it filled in."""

from engine.studies.unroll.study import UnrollStudy
from figures.unroll.answer import answer
from figures.unroll.view import UnrollView
from ui.kit.controls import controls
from ui.kit.frame import open_page, picture_and_controls
from ui.kit.held import Held
from ui.kit.mount import show
from ui.kit.page import Page, Panel
from ui.unroll.presets import PRESETS

WALK = Panel("unroll", "unroll/unroll.js", answer)


def walk(shown: Held) -> None:
    """The network; weights are edited in it."""
    show(shown, WALK, on={"edits": lambda words: shown.patch("edits", words)})


PAGE = Page(
    title="Unroll",
    menu=("See", 1, ":material/linear_scale:"),
    question="What happens at each timestep? Watch a word walk through the network, with every number filled in.",
    lead="What happens at each timestep? One network reads a sequence, again and again with the same weights, "
    "and hands its state on to itself.",
    record=UnrollStudy,
    view=UnrollView,
    presets=PRESETS,
    pictures={"walk": walk},
)


def bench(shown: Held) -> None:
    """The network and its controls; the picture is sent first, as it is what a visitor waits for."""
    picture, beside = picture_and_controls()
    with picture:
        walk(shown)
    with beside:
        controls(shown, notes=("edits",))


if __name__ == "__main__":
    open_page(PAGE, bench)
