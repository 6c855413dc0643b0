"""What lies deeper: parts of the page that are computed once a visitor asks for them, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from engine.cells import CELLS
from engine.studies.query import shown
from engine.studies.vanish.families import family_scales, nearest_scale
from engine.studies.vanish.study import VanishStudy
from ui.address import keep_in_address
from ui.frame import say
from ui.vanish.helps import helps_section
from ui.vanish.stretch import stretch_section
from ui.vanish.theory import theory_section

PARTS: dict[str, tuple[str, Callable[[VanishStudy, str], None]]] = {
    "helps": ("What helps?", helps_section),
    "product": ("How the steps multiply", stretch_section),
    "theory": ("Theory beside it", theory_section),
}
_STATE = st.session_state


def deeper(experiment: VanishStudy) -> None:
    """The parts' names, and the one that is open. Call it inside the fragment that holds the controls.

    Which part is open, and for which network, stands in the link as ``more`` and ``of``.
    """
    said = [_follow("more", tuple(PARTS)), _follow("of", experiment.cells)]
    if _STATE.get("of") not in experiment.cells:
        _STATE["of"] = experiment.cells[0]
    with st.container(key="deeper"):
        left, right = st.columns([1.6, 1], vertical_alignment="bottom")
        with left:
            chosen = st.pills(
                "Look deeper", list(PARTS), format_func=lambda name: PARTS[name][0], key="more", wrap=True
            )
        with right:
            if chosen and len(experiment.cells) > 1:
                st.segmented_control(
                    "Network",
                    list(experiment.cells),
                    format_func=lambda name: CELLS[name].title,
                    key="of",
                    required=True,
                )
        say(*said)
        of = _STATE["of"] if chosen else experiment.cells[0]
        _keep("more", chosen or "", "")
        _keep("of", of, experiment.cells[0])
        if chosen:
            shown_scale = family_scales(experiment)[nearest_scale(experiment)]
            PARTS[chosen][1](replace(experiment, scale=shown_scale), of)


def _follow(name: str, known: tuple[str, ...]) -> str:
    """Take a choice from the link where it is not the one written last; a sentence if it is unknown."""
    asked = st.query_params.get(name)
    if f"{name}_written" in _STATE and asked == _STATE[f"{name}_written"]:
        _STATE[name] = _STATE.get(name)  # a control that is not drawn would lose its value
        return ""
    _STATE[name] = asked if asked in known else None
    return f"{name}: {shown(asked)} is unknown; there are {', '.join(known)}." if asked and asked not in known else ""


def _keep(name: str, value: str, usual: str) -> None:
    keep_in_address(name, "" if value == usual else value)
    _STATE[f"{name}_written"] = st.query_params.get(name)
