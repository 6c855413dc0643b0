"""The unrolled network on a page: one component that holds the walk, the diagram and the equations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from engine.studies.unroll.study import UnrollStudy
from figures.unroll.walk import WalkView, unroll_message
from ui.frame import say
from ui.kit.publish import component
from ui.unroll.runs import walked

FOLDER = Path(__file__).parent
STYLES = ("unroll.css", "equations.css")


def _mount() -> Callable[..., Any]:
    return component(
        "unrolled_network",
        FOLDER / "unroll.js",
        "".join((FOLDER / name).read_text(encoding="utf-8") for name in STYLES),
    )


_WALK = _mount()


def show_walk(walkthrough: UnrollStudy, view: WalkView, key: str = "walk") -> None:
    """Draw the walk. Call it inside a fragment: the picture reruns it.

    Weights that a visitor sets by hand in the picture arrive in session state as ``walk_typed``, all of them, written
    as in a link; the step and unit that a visitor turns to as ``walk_looked``.
    """
    session = st.session_state

    def typed() -> None:
        session["walk_typed"] = session[key]["edits"]

    def looked() -> None:
        session["walk_looked"] = session[key]["view"]

    found, sentence = walked(walkthrough)
    say(sentence)
    _WALK(
        key=key,
        data=unroll_message(found, view),
        default={"view": None},
        on_edits_change=typed,
        on_view_change=looked,
    )
