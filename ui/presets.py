"""The presets that tell the lecture: each an experiment and one sentence on what to look for."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.experiment import Experiment
from ui.controls import fill


@dataclass(frozen=True)
class Preset:
    """One button of the row."""

    title: str
    look_for: str
    experiment: Experiment


PRESETS: dict[str, Preset] = {
    "vanish": Preset(
        "Vanish",
        "With small recurrent weights every step back shrinks the error: the tanh RNN's curve is a straight line down.",
        Experiment(scale=0.5),
    ),
    "explode": Preset(
        "Explode",
        "Without a squashing function, weights a little too large make the error grow at every step back; "
        "the tanh RNN with the same weights saturates, and its error does not explode.",
        Experiment(cells=("identity", "tanh", "lstm"), scale=1.5),
    ),
    "edge": Preset(
        "On the edge",
        "An orthogonal W at scale 1 turns the error without stretching it: the linear RNN keeps it whole, and every "
        "loss in the tanh RNN is saturation alone.",
        Experiment(cells=("identity", "tanh"), initialiser="orthogonal", loss="probe"),
    ),
    "relu": Preset(
        "ReLU with identity",
        "Started at the identity, ReLU units either copy the error unchanged or cut it off: "
        "drag the scale just past 1 and back.",
        Experiment(cells=("relu", "tanh"), initialiser="identity"),
    ),
    "sigmoid": Preset(
        "Sigmoid is worse",
        "The same weights and inputs: the logistic's slope is at most 1/4, so with an orthogonal W its error loses "
        "at least three quarters at every step.",
        Experiment(cells=("tanh", "sigmoid"), initialiser="orthogonal"),
    ),
    "remembers": Preset(
        "LSTM remembers",
        "A forget gate held open by its bias of 5 carries the cell state's error (dashed) back almost whole.",
        Experiment(cells=("tanh", "lstm"), forget_bias=5.0),
    ),
    "forgets": Preset(
        "LSTM forgets",
        "The same LSTM with a forget bias of -3: the gates are shut, and its error dies faster than the plain RNN's.",
        Experiment(cells=("tanh", "lstm"), forget_bias=-3.0),
    ),
    "thousand": Preset(
        "A thousand steps",
        "Over 1,000 steps the plain RNN's error falls far below what float32 can hold; an LSTM with open forget gates "
        "still delivers it.",
        Experiment(steps=1000, forget_bias=5.0),
    ),
}


def preset_buttons() -> None:
    """The row of buttons, and under it what to look for in the one that was pressed."""
    with st.container(horizontal=True, gap="small"):
        for name, preset in PRESETS.items():
            st.button(preset.title, key=f"preset_{name}", on_click=_choose, args=(name,), help=preset.look_for)
    if st.session_state["look_for"]:
        st.markdown(f"**Look for:** {st.session_state['look_for']}")


def _choose(name: str) -> None:
    fill(PRESETS[name].experiment)
    st.session_state["look_for"] = PRESETS[name].look_for
    st.session_state["complaints"] = []
