"""Where does each error go? The loss sends it back step by step, and every step adds its part to the gradient."""

from functools import partial
from typing import Any

from engine.studies.backward.left_out import answers_symbols
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

SENTENCES = ("sentence", "other")  # fields of the last picture alone
ENTRY = "backward/backward.js"
FLOW = Panel("backward_flow", ENTRY, answer.flow)
UPDATE = Panel("backward_update", ENTRY, answer.update)
TABLE = Panel("backward_table", ENTRY, answer.table)
CHECK = Panel("backward_check", ENTRY, answer.check)
MISTAKES = Panel("backward_mistakes", ENTRY, answer.mistakes)
REACH = Panel("backward_reach", ENTRY, answer.reach)
PANELS = (FLOW, UPDATE, TABLE, CHECK, MISTAKES, REACH)


def look(shown: Held, at: object) -> None:
    """Nudge the weight that was picked in a picture; the others know of it, so only the check is sent again."""
    words, study = at if isinstance(at, dict) else {}, shown.record
    assert isinstance(study, BackwardStudy)
    cell = str(words.get("cell"))
    weight, _ = WeightPlace().read(str(words.get("weight")), {"cell": cell}, study)
    if weight is not None:
        shown.noted["look"] = (cell, weight)


def picture(shown: Held, panel: Panel, **how: Any) -> None:
    """One of the pictures; a network and a weight that are picked in one are looked at in the others."""
    study = shown.record
    assert isinstance(study, BackwardStudy)
    first_look = (study.nearest_cell(shown.value("cell")), shown.value("weight"))
    cell, weight = shown.noted.setdefault("look", first_look)  # by name: it stays when other cells come
    rest = {CHECK.name: (cell, weight), MISTAKES.name: (cell,)}.get(panel.name, ())
    on = {"look": partial(look, shown)} if panel in (FLOW, UPDATE, TABLE) else None
    record = deciding(study) if panel is REACH and study.trained is None else near(study)
    show(shown, panel, *rest, record=record, on=on, **how)


PAGE = Page(
    title="Backward",
    menu=("See", 3, ":material/undo:"),
    question="Where does each error go? Follow it from the loss back through time, and see what every step adds.",
    lead="Where does each error go? From the loss it flows back through time, and every step it passes adds its part "
    "to the gradient of the shared weights.",
    record=BackwardStudy,
    view=BackwardView,
    presets=PRESETS,
    pictures={panel.name.removeprefix("backward_"): partial(picture, panel=panel) for panel in PANELS},
)


def bench(shown: Held) -> None:
    """The error on its way back, which is sent first; the controls; then what comes of it."""
    study = shown.record
    assert isinstance(study, BackwardStudy)
    first, beside, rest = first_controls_and_rest()
    bar = rest.empty()
    leads = PRESETS[shown.preset].leads if shown.preset else ""
    flows = (FLOW, UPDATE, TABLE) if study.top else (FLOW, UPDATE)  # below, no loss enters at one step
    pictures = sorted(flows, key=lambda panel: panel.name != leads)
    with first:
        picture(shown, pictures[0], bar=bar)
    with beside:
        controls(shown, [name for name in study.declared() if name not in SENTENCES])
    with rest:
        for panel in (*pictures[1:], CHECK, MISTAKES):
            picture(shown, panel, bar=bar)
        if study.trained is None or answers_symbols(study):
            picture(shown, REACH, bar=bar)
        if study.trained is None:  # which reads no sentence but its task's
            controls(shown, SENTENCES)


if __name__ == "__main__":
    open_page(PAGE, bench)
