"""URL <-> experiment: what a link says is shown, and what is shown is in the link."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.studies.query import read_whole, shown
from engine.studies.vanish.link import from_query, to_query
from engine.studies.vanish.study import VanishStudy
from figures.vanish.picture import View
from ui.address import KEPT, arrived, presenting, preset_in
from ui.vanish.controls import fill, filled
from ui.vanish.presets import PRESETS


def read_address() -> tuple[VanishStudy, View, list[str]]:
    """The experiment and view in the URL, and a sentence for everything in it that could not be taken as it was."""
    query, complaints = preset_in(st.query_params, {name: to_query(preset.record) for name, preset in PRESETS.items()})
    experiment, said = from_query(query)
    view, also = _view(query, experiment)
    return experiment, view, complaints + said + also


def write_address(experiment: VanishStudy) -> None:
    """Make the URL say what is shown. Defaults stay out of it."""
    wanted = {**to_query(experiment), **{key: st.query_params[key] for key in KEPT if key in st.query_params}}
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)
    st.session_state["address"] = wanted


def follow_address() -> None:
    """Set the controls to the URL where it is not the one written last: a new visit, a link, the browser's Back.

    The menu leads to a plain URL; who comes back from another page by it finds everything as it was.
    """
    session = st.session_state
    if filled() and session.get("address") == dict(st.query_params):
        return
    experiment, session["view"], session["complaints"] = read_address()
    if (arrived() or not filled()) and "experiment" in session and not set(st.query_params) - set(KEPT):
        experiment = session["experiment"]
    fill(experiment)


def _view(query: dict[str, str], experiment: VanishStudy) -> tuple[View, list[str]]:
    complaints: list[str] = []
    steps = experiment.sequence().x.shape[0]
    t: int | None = None
    if "step" in query:
        t, complaint = read_whole(query["step"], 1, steps)
        if complaint:
            complaints.append(f"step: {complaint}")
    focus = query.get("focus")
    if focus is not None and focus not in experiment.cells:
        complaints.append(f"focus: {shown(focus)} is not compared; there are {', '.join(experiment.cells)}.")
        focus = None
    norms = query.get("norms", "relative")
    if norms not in ("relative", "absolute"):
        complaints.append(f"norms: {shown(norms)} is unknown; there are relative, absolute.")
    return View(t=t, focus=focus, absolute=norms == "absolute"), complaints


def current_view(view: View) -> View:
    """The linked view in the presenter mode of this moment."""
    return replace(view, presenter=presenting())
