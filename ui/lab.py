"""The gradient lab on a page: one component that holds the chain, the curves, the heatmap and the drag."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from engine.experiment import Experiment
from engine.family import Family
from figures.lab import View, lab_message
from ui.component import component, joined, published

FOLDER = Path(__file__).parent / "lab"
MODULES = (
    "message.js",
    "words.js",
    "paint.js",
    "chain.js",
    "curves.js",
    "heatmap.js",
    "save.js",
    "playback.js",
    "lab.js",
)


def _mount() -> ComponentRenderer:
    return component(
        "gradient_lab",
        published("lab", joined(FOLDER, MODULES).encode()),
        (FOLDER / "lab.css").read_text(encoding="utf-8"),
    )


_LAB = _mount()


def show_lab(experiment: Experiment, families: Sequence[Family], view: View, key: str = "lab") -> None:
    """Draw the lab. The scale that a visitor drags to arrives in session state as ``scale`` (``front_scale`` ...).

    The browser holds every scale, so a drag needs no new message: the one that was sent stays as it is.
    """
    session, sent = st.session_state, f"{key}_sent_scale"

    def dragged() -> None:
        session["scale" if key == "lab" else f"{key}_scale"] = session[key]["scale"]
        session[f"{key}_dragged"] = True

    if not session.pop(f"{key}_dragged", False) or sent not in session:
        session[sent] = experiment.scale
    _LAB(
        key=key,
        data=lab_message(experiment, families, view, session[sent]),
        default={"scale": None},
        on_scale_change=dragged,
    )
