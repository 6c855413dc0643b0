"""Where does each error go? The loss sends it back step by step, and every step adds its part to the gradient."""

from engine.studies.backward.look import deciding, near
from engine.studies.backward.study import BackwardStudy
from figures.backward import answer
from figures.backward.kinds import WeightPlace
from figures.backward.view import BackwardView
from ui.backward.presets import PRESETS
from ui.kit.controls import controls
from ui.kit.frame import first_controls_and_rest, open_page
from ui.kit.held import Held
from ui.kit.mount import show
from ui.kit.page import Page, Panel

PAGE = Page(
    title="Backward",
    menu=("See", 3, ":material/undo:"),
    question="Where does each error go? Follow it from the loss back through time, and see what every step adds.",
    lead="Where does each error go? From the loss it flows back through time, and every step it passes adds its part "
    "to the gradient of the shared weights.",
    record=BackwardStudy,
    view=BackwardView,
    presets=PRESETS,
)
SENTENCES = ("sentence", "other")  # fields of the last picture alone
ENTRY = "backward/backward.js"
FLOW = Panel("backward_flow", ENTRY, answer.flow)
UPDATE = Panel("backward_update", ENTRY, answer.update)
TABLE = Panel("backward_table", ENTRY, answer.table)
CHECK = Panel("backward_check", ENTRY, answer.check)
MISTAKES = Panel("backward_mistakes", ENTRY, answer.mistakes)
REACH = Panel("backward_reach", ENTRY, answer.reach)


def bench(shown: Held) -> None:
    """The error on its way back, which is sent first; the controls; then what comes of it."""

    study = shown.record
    assert isinstance(study, BackwardStudy)

    def look(at: object) -> None:
        """Nudge the weight that was picked in a picture; the others know of it, so only the check is sent again."""
        words = at if isinstance(at, dict) else {}
        cell = str(words.get("cell"))
        weight, _ = WeightPlace().read(str(words.get("weight")), {"cell": cell}, study)
        if weight is not None:
            shown.noted["look"] = (cell, weight)

    first_look = (study.nearest_cell(shown.value("cell")), shown.value("weight"))
    cell, weight = shown.noted.setdefault("look", first_look)  # by name: it stays when other cells come
    picked = {"look": look}
    first, beside, rest = first_controls_and_rest()
    record, bar = near(study), rest.empty()
    leads = PRESETS[shown.preset].leads if shown.preset else ""
    pictures = sorted((FLOW, UPDATE, TABLE), key=lambda panel: panel.name != leads)
    with first:
        show(shown, pictures[0], record=record, on=picked, bar=bar)
    with beside:
        controls(shown, [name for name in study.declared() if name not in SENTENCES])
    with rest:
        for panel in pictures[1:]:
            show(shown, panel, record=record, on=picked, bar=bar)
        show(shown, CHECK, cell, weight, record=record, bar=bar)
        show(shown, MISTAKES, cell, record=record, bar=bar)
        if study.trained is None:  # which reads no sentence but its task's
            show(shown, REACH, record=deciding(study), bar=bar)
            controls(shown, SENTENCES)


if __name__ == "__main__":
    open_page(PAGE, bench)
