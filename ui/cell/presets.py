"""The experiments with the gates: each a study and one sentence on what to look for."""

from __future__ import annotations

from engine.studies.cell.study import CellStudy
from ui.kit.page import Preset

WIDE_OPEN, SHUT = 20.0, -20.0  # biases: sigmoid(20) is 1 - 2e-9

PRESETS: dict[str, Preset] = {
    "minus": Preset(
        "Forget bias −3",
        "At a bias of −3 the forget gate is all but shut: each step starts almost from nothing.",
        CellStudy(forget_bias=-3.0),
    ),
    "zero": Preset(
        "Bias 0",
        "Without a bias the forget gate stands around one half: half of the memory goes at each step.",
        CellStudy(forget_bias=0.0),
    ),
    "one": Preset(
        "Bias 1",
        "A bias of 1 alone holds the forget gate at 0.731, where half of what a unit holds is gone after 2.21 steps.",
        CellStudy(),
    ),
    "five": Preset(
        "Bias 5",
        "At a bias of 5 the forget gate is all but open: units remember for a hundred steps or so.",
        CellStudy(forget_bias=5.0),
    ),
    "nothing": Preset(
        "Forget nothing",
        "The forget gate is held open by a bias of 20: everything that was ever written stays on the highway.",
        CellStudy(forget_bias=WIDE_OPEN),
    ),
    "all": Preset(
        "Forget all",
        "The forget gate is held shut by a bias of −20: c holds only what the present step writes.",
        CellStudy(forget_bias=SHUT),
    ),
    "coupled": Preset(
        "Coupled gates",
        "There is no forget gate of its own, f = 1 - i: a unit can only write where it forgets.",
        CellStudy(cell="coupled"),
    ),
    "copies": Preset(
        "z = 1 copies",
        "The GRU's update gate is held at 1: the random state it starts from is copied to the end, whatever is read.",
        CellStudy(cell="gru", update_bias=WIDE_OPEN, start="drawn"),
    ),
    "vanilla": Preset(
        "No gates",
        "A plain RNN has no highway: the whole state goes through W and tanh at every step.",
        CellStudy(cell="tanh"),
    ),
}
