"""The presets that tell the lecture: each an experiment and one sentence on what to look for."""

from __future__ import annotations

from engine.studies.vanish.study import VanishStudy
from ui.kit.page import Preset

PRESETS: dict[str, Preset] = {
    "vanish": Preset(
        "Vanish",
        "Small recurrent weights shrink the error at every step back: "
        "towards step 1 the tanh RNN's curve falls steadily.",
        VanishStudy(scale=0.5),
    ),
    "explode": Preset(
        "Explode",
        "Without a squashing function, weights a little too large make the error grow at every step back; "
        "the tanh RNN with the same weights saturates, and at this scale its error does not explode.",
        VanishStudy(cells=("identity", "tanh", "lstm"), scale=1.5),
    ),
    "edge": Preset(
        "On the edge",
        "An orthogonal W at scale 1 turns the error without stretching it: the linear RNN keeps it whole, and every "
        "loss in the tanh RNN is saturation alone.",
        VanishStudy(cells=("identity", "tanh"), initialiser="orthogonal", loss="probe"),
    ),
    "silent": Preset(
        "Scale 1.2, silence",
        "Nothing enters, so every unit stays at 0, where tanh has slope 1: all singular values of W are 1.2, and the "
        "error grows 7,580 times in 49 steps, doubling every 3.8.",
        VanishStudy(cells=("tanh",), initialiser="orthogonal", scale=1.2, inputs="zeros", loss="probe", seed=24),
    ),
    "driven": Preset(
        "Scale 1.2, input",
        "The same W, and random numbers enter: they drive the units to where tanh is flat, and the error halves every "
        "3.77 steps. ‖W‖ > 1 lets it explode, and does not make it.",
        VanishStudy(cells=("tanh",), initialiser="orthogonal", scale=1.2, loss="probe", seed=24),
    ),
    "relu": Preset(
        "ReLU with identity",
        "Started at the identity, ReLU units either copy the error unchanged or cut it off: "
        "drag the scale just past 1 and back.",
        VanishStudy(cells=("relu", "tanh"), initialiser="identity", loss="probe"),
    ),
    "sigmoid": Preset(
        "Sigmoid is worse",
        "The same weights and inputs: the logistic's slope is at most 1/4, so with an orthogonal W its error loses "
        "at least three quarters at every step.",
        VanishStudy(cells=("tanh", "sigmoid"), initialiser="orthogonal"),
    ),
    "remembers": Preset(
        "LSTM remembers",
        "A forget gate held open by its bias of 5 keeps the LSTM's error alive; "
        "that of its cell state (dashed) even grows.",
        VanishStudy(cells=("tanh", "lstm"), forget_bias=5.0),
    ),
    "gru": Preset(
        "GRU remembers",
        "Drawn as usual, a GRU's update gate z is near 1/2: every step halves what it copies, and its error vanishes "
        "faster than the tanh RNN's. Here a bias of 5 holds z near 0.99, and the error arrives.",
        VanishStudy(cells=("tanh", "gru"), update_bias=5.0),
    ),
    "forgets": Preset(
        "LSTM forgets",
        "The same LSTM with a forget bias of −3: the gates are shut, and its error dies faster than the plain RNN's.",
        VanishStudy(cells=("tanh", "lstm"), forget_bias=-3.0),
    ),
    "thousand": Preset(
        "A thousand steps",
        "Over 1,000 steps the plain RNN's error falls far below what float32 can hold; an LSTM with open forget gates "
        "still delivers it.",
        VanishStudy(steps=1000, forget_bias=5.0),
    ),
}
