"""The page's pictures and its presets: the flow of the error, the check of one weight, the two sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from engine.studies.backward.nudge import SIZES
from engine.studies.backward.study import BackwardStudy
from ui.backward import runs
from ui.backward.address import open_view, opened_view, pick, picked_view, read_place
from ui.backward.controls import PREFIX, fill
from ui.backward.presets import PRESETS
from ui.kit.publish import component
from ui.presets import buttons

FOLDER = Path(__file__).parent


def _mount(name: str) -> Callable[..., Any]:
    style = (FOLDER / "backward.css").read_text(encoding="utf-8")
    return component(f"backward_{name}", FOLDER / "backward.js", style)


_FLOW, _CHECK, _REACH = _mount("flow"), _mount("check"), _mount("reach")


def show_flow(study: BackwardStudy) -> None:
    """The error's way back, what each step adds, the update, the table. Call it inside a fragment."""
    key = PREFIX + "flow_picture"

    def picked() -> None:
        said = st.session_state[key]["picked"]
        cell = said["cell"] if said["cell"] in study.cells else study.cells[0]
        place, _ = read_place(str(said["weight"]), study, cell)
        pick(cell=cell, **({} if place is None else {"weight": place}))

    _FLOW(key=key, data=runs.flow(study, opened_view()), on_picked_change=picked)


def show_check(study: BackwardStudy) -> None:
    """One weight nudged: the finite difference beside the gradient."""
    key = PREFIX + "check_picture"

    def picked() -> None:
        size = st.session_state[key]["picked"]
        if size in SIZES:
            pick(size=size)

    _CHECK(key=key, data=runs.check(study, picked_view(study)), on_picked_change=picked)


def show_reach(study: BackwardStudy) -> None:
    """The two loan sentences."""
    _REACH(key=PREFIX + "reach_picture", data=runs.reach(study, opened_view()))


def preset_buttons() -> None:
    """The row of buttons."""
    buttons(PRESETS, _choose)


def look_for(study: BackwardStudy) -> None:
    """What to look for, while what is shown is a preset; the line is always there, so that nothing jumps."""
    chosen = st.session_state.get(PREFIX + "preset")
    first = (chosen, *PRESETS) if chosen in PRESETS else tuple(PRESETS)
    shown = next((PRESETS[name] for name in first if PRESETS[name].record == study), None)
    st.markdown(
        f"**Look for:** {shown.look_for}" if shown else "Each button tells a story; then change anything you see."
    )


def _choose(name: str) -> None:
    fill(PRESETS[name].record)
    open_view(PRESETS[name].view)
    st.session_state[PREFIX + "preset"] = name
    st.session_state[PREFIX + "complaints"] = []
