"""URL <-> study: what a link says is shown, and what is shown is in the link."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.cells import CELLS
from engine.studies.cell.link import study_from_query, study_to_query
from engine.studies.cell.study import CellStudy
from engine.studies.query import read_choice, read_whole, shown
from figures.cell.circuits import circuit_of
from figures.cell.example import Example, read_example
from figures.cell.message import View
from ui.address import arrived, presenting, preset_in
from ui.cell.controls import fill, filled
from ui.cell.presets import PRESETS

KEPT = ("present",)  # parameters that are no part of the study
VIEWS = {"step", "unit", "way", "show", "example"}  # those of the view


def follow_address() -> None:
    """Set the controls to the URL where it is not the one written last: a new visit, a link, the browser's Back.

    The menu leads to a plain URL; who comes back from another page by it finds everything as it was.
    """
    session = st.session_state
    here = _apart(dict(st.query_params))
    if filled() and session.get("study_address") == here:
        return
    study, view, session["study_complaints"] = read_address()
    if "study_view" not in session or VIEWS & set(here):  # a plain address leaves the eye where it is
        session["study_view"] = view
    if (arrived() or not filled()) and "study" in session and not here:
        study = session["study"]
    fill(study)


def read_address() -> tuple[CellStudy, View, list[str]]:
    """The study and the view in the URL, and a sentence for everything in it that could not be taken as it was."""
    written = {name: study_to_query(preset.record) for name, preset in PRESETS.items()}
    query, complaints = preset_in(st.query_params, written)
    study, said = study_from_query(query)
    view, also = _view(query, study)
    return study, view, complaints + said + also


def write_address(study: CellStudy) -> None:
    """Make the URL say what is shown. Defaults stay out of it."""
    wanted = study_to_query(study)
    kept = {key: st.query_params[key] for key in KEPT if key in st.query_params}
    if dict(st.query_params) != {**wanted, **kept}:
        st.query_params.from_dict({**wanted, **kept})
    st.session_state["study_address"] = wanted


def current_view(view: View) -> View:
    """The linked view in the presenter mode of this moment."""
    return replace(view, presenter=presenting())


def _apart(query: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in query.items() if key not in KEPT}


def _view(query: dict[str, str], study: CellStudy) -> tuple[View, list[str]]:
    complaints: list[str] = []
    found = {}
    steps = len(study.sequence().labels)
    for name, highest in (("step", steps), ("unit", study.hidden)):
        if name in query:
            found[name], complaint = read_whole(query[name], 1, highest)
            if complaint:
                complaints.append(f"{name}: {complaint}")
    way, complaint = read_choice(("forward", "backward"), query.get("way", "forward"))
    if complaint:
        complaints.append(f"way: {complaint}")
    quantity = query.get("show", "")
    circuit = circuit_of(CELLS[study.cell])
    if quantity and not circuit.has(quantity):
        names = ", ".join(circuit.by_name)
        complaints.append(f"show: {shown(quantity)} is not in this circuit; there are {names}.")
        quantity = ""
    example = Example()
    if "example" in query:
        read, complaint = read_example(query["example"])
        example = read or example
        if complaint:
            complaints.append(f"example: {complaint}")
    view = View(
        t=found.get("step"),
        unit=found.get("unit") or 1,
        backward=way == "backward",
        quantity=quantity,
        example=example,
    )
    return view, complaints
