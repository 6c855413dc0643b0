"""The gradient lab on a page: one component that holds the chain, the curves, the maps and the drag."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from engine.studies.vanish.families import nearest_scale
from engine.studies.vanish.study import VanishStudy
from figures.vanish.picture import View, lab_message
from ui.kit.publish import component
from ui.vanish.runs import families, first_look, kept_families, spreads

FOLDER = Path(__file__).parent


def _mount() -> Callable[..., Any]:
    return component(
        "gradient_lab",
        FOLDER / "vanish.js",
        (FOLDER / "vanish.css").read_text(encoding="utf-8"),
    )


_LAB = _mount()


def show_lab(experiment: VanishStudy, view: View, key: str = "lab") -> None:
    """Draw the lab. Call it inside a fragment: the lab reruns it.

    An experiment that is new is run at the current scale only, which is at once on the screen; the browser then asks
    for all scales, so that a drag through them needs no server. The scale that a visitor drags to arrives in session
    state as ``scale`` (of another `key`: ``<key>_scale``) and changes no message, as the browser has it already,
    unless other seeds are shown, which are run at the current scale only.
    """
    session = st.session_state
    scale, opened, asked, dragged = (
        "scale" if key == "lab" else f"{key}_scale",
        *(f"{key}_{word}" for word in ("opened", "asked", "dragged")),
    )

    def ask() -> None:
        session[asked] = True

    def drag() -> None:
        session[scale], session[dragged] = session[key]["scale"], True

    slot, bar = st.container(), st.empty()
    found = kept_families(experiment)
    whole = found is not None or bool(session.get(asked))
    if found is None:
        with bar:
            found = families(experiment) if whole else first_look(experiment)
    session[asked] = False
    if not session.get(dragged) or opened not in session:
        session[opened] = nearest_scale(experiment)
    session[dragged] = False
    with slot:
        _LAB(
            key=key,
            data=lab_message(experiment, found, view, session[opened], spreads(experiment) if whole else ()),
            default={"scale": None},
            on_scale_change=drag,
            on_whole_change=ask,
        )
