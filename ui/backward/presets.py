"""The presets of the page Backward: each a study, a view of it and one sentence on what to look for."""

from __future__ import annotations

from engine.studies.backward.study import BackwardStudy
from figures.backward.view import BackwardView
from ui.kit.page import Preset

PRESETS: dict[str, Preset] = {
    "last": Preset(
        "One loss, at the end",
        "One error enters at the last step and shrinks on its way left: the bars nearest the loss make up the total, "
        "those of the first steps are too small to see.",
        BackwardStudy(),
    ),
    "every": Preset(
        "A loss at every step",
        "Every step adds an error of its own to the one that passes, so that early steps contribute too; in the table, "
        "the rows add up, as vectors, to the last line.",
        BackwardStudy(at="every"),
    ),
    "vanish": Preset(
        "Small weights",
        "With W halved, the colours of the tanh RNN's table fade within a few columns: hardly any loss is heard by a "
        "state a few steps before it.",
        BackwardStudy(at="every", scale=0.5),
    ),
    "explode": Preset(
        "Large weights",
        "In the linear RNN the error grows on its way left, and no step is too far away to count; in the tanh RNN the "
        "same weights saturate the units, and it still vanishes.",
        BackwardStudy(cells=("identity", "tanh", "lstm"), scale=3.0, seed=10),
    ),
    "remember": Preset(
        "Open forget gates",
        "With a forget bias of 5 the LSTM's table hardly fades from one end to the other; press a square far from "
        "the diagonal and read its factors.",
        BackwardStudy(at="every", forget_bias=5.0),
        BackwardView(cell="lstm"),
    ),
    "readout": Preset(
        "V sees its own step only",
        "The output weights get a contribution from a step's own loss alone; nothing reaches them through time.",
        BackwardStudy(at="every"),
        BackwardView(weight=("V", 1, 2)),
    ),
    "far": Preset(
        "A step too far",
        "The gradient promises a fall only for small steps: drag the rate, and past some point the loss rises.",
        BackwardStudy(at="every"),
        BackwardView(rate=10.0, step=1),
        leads="backward_update",
    ),
}
