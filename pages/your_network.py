"""What does my network remember? A trained network out of a file, on sequences of its owner's."""

from engine.studies.own.study import OwnStudy
from figures.own.view import OwnView
from ui.kit.frame import first_controls_and_rest, open_page
from ui.kit.held import Held
from ui.kit.page import Page
from ui.own.controls import own_controls
from ui.own.held_files import open_local
from ui.own.pictures import read_entry, show_found, show_report
from ui.own.presets import PRESETS

PAGE = Page(
    title="Your network",
    menu=("Use", 1, ":material/upload_file:"),
    question="What does my network remember? Drop a trained RNN, LSTM or GRU, and see its gates, its memory and its "
    "gradients.",
    lead="What does my network remember? Drop a trained RNN, LSTM or GRU: which block is which gate, how far back its "
    "error reaches, which units are stuck.",
    record=OwnStudy,
    view=OwnView,
    presets=PRESETS,
    hint="then drop a network of your own",
)


def bench(shown: Held) -> None:
    """What was found in the file, its controls, and the report on what it remembers."""
    open_local(shown)
    first, beside, rest = first_controls_and_rest()
    with first:
        facts = show_found(shown)
    said = read_entry(shown, facts)
    with beside:
        own_controls(shown, facts, said)
    with rest:
        show_report(shown, facts, said)


if __name__ == "__main__":
    open_page(PAGE, bench)
