"""Why does training suddenly jump? A class drops a ball beside the wall of an error surface and sees it thrown away."""

from engine.studies.cliff.study import SURFACE, CliffStudy
from figures.cliff.message import answer
from figures.cliff.view import CliffView
from ui.cliff.presets import PRESETS
from ui.kit.frame import open_page
from ui.kit.held import Held
from ui.kit.mount import show
from ui.kit.page import Page, Panel

CLIFF = Panel("cliff", "cliff/cliff.js", answer)


def bench(shown: Held) -> None:
    """The pictures. They compute descents by themselves and to the bit, and tell the drop once a hand lets go of it.

    So another answer goes out only where the surface is another, or where a preset or a link has set the drop.
    """

    def take(reported: object) -> None:
        words = reported if isinstance(reported, dict) else {}
        study, _ = CliffStudy.from_query({str(key): str(value) for key, value in words.items()})
        shown.adopt(study)

    show(shown, CLIFF, on={"drop": take}, moves=[name for name in CliffStudy.declared() if name not in SURFACE])


PAGE = Page(
    title="The cliff",
    menu=("Gradients", 2, ":material/landslide:"),
    question="Why does training suddenly jump? Drop a ball beside the wall of an error surface, with and without "
    "clipping.",
    lead="Why does training suddenly jump? Press anywhere on the map: two balls roll downhill, one with gradients "
    "clipped.",
    record=CliffStudy,
    view=CliffView,
    presets=PRESETS,
    hint="then press anywhere on the map",
    pictures={"map": bench},
)


if __name__ == "__main__":
    open_page(PAGE, bench)
