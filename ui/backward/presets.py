"""The presets of the page on the backward pass: each a study, a view of it and one sentence on what to look for."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.studies.backward.study import BackwardStudy
from figures.backward.view import View
from ui.presets import Preset


@dataclass(frozen=True)
class BackwardPreset(Preset[BackwardStudy]):
    """One button of the row: a study, and the view of it."""

    view: View = field(default_factory=View)


PRESETS: dict[str, BackwardPreset] = {
    "last": BackwardPreset(
        "One loss, at the end",
        "One error enters at the last step and shrinks on its way left: the bars nearest the loss make up the total, "
        "those of the first steps are too small to see.",
        BackwardStudy(),
    ),
    "every": BackwardPreset(
        "A loss at every step",
        "Every step adds an error of its own to the one that passes, so that early steps contribute too; in the table, "
        "the rows add up, as vectors, to the last line.",
        BackwardStudy(at="every"),
    ),
    "vanish": BackwardPreset(
        "Small weights",
        "With W halved, the colours of the tanh RNN's table fade within a few columns: hardly any loss is heard by a "
        "state a few steps before it.",
        BackwardStudy(at="every", scale=0.5),
    ),
    "explode": BackwardPreset(
        "Large weights",
        "In the linear RNN the error grows on its way left, and no step is too far away to count; in the tanh RNN the "
        "same weights saturate the units, and it still vanishes.",
        BackwardStudy(cells=("identity", "tanh", "lstm"), scale=3.0),
    ),
    "remember": BackwardPreset(
        "Open forget gates",
        "With a forget bias of 5 the LSTM's table hardly fades from one end to the other; press a square far from "
        "the diagonal and read its factors.",
        BackwardStudy(at="every", forget_bias=5.0),
        View(cell="lstm"),
    ),
    "readout": BackwardPreset(
        "V sees its own step only",
        "The output weights get a contribution from a step's own loss alone; nothing reaches them through time.",
        BackwardStudy(at="every"),
        View(weight=("V", 1, 2)),
    ),
    "far": BackwardPreset(
        "A step too far",
        "The gradient promises a fall only for small steps: drag the rate, and past some point the loss rises.",
        BackwardStudy(at="every"),
        View(rate=10.0, step=1),
    ),
}
