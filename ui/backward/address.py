"""URL <-> backward study: what a link says is shown, and what is shown is in the link."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from engine.studies.backward.link import backward_from_query, backward_to_query
from engine.studies.backward.look import RATES
from engine.studies.backward.nudge import SIZES, Place, nearest_place
from engine.studies.backward.study import BackwardStudy
from engine.studies.query import read_number, read_switch, read_whole, shown, write_number
from figures.backward.view import View
from ui.address import arrived, presenting
from ui.backward.controls import PREFIX, fill, filled
from ui.backward.presets import PRESETS

USUAL = View()
_STATE = st.session_state


def read_address() -> tuple[BackwardStudy, View, list[str]]:
    """The study and view in the URL, and a sentence for everything in it that could not be taken as it was."""
    query = dict(st.query_params)
    complaints: list[str] = []
    name, view = query.pop("preset", None), USUAL
    if name is not None:
        if name in PRESETS:
            _STATE[PREFIX + "preset"] = name  # several have the same study: this one's words are shown
            query, view = {**backward_to_query(PRESETS[name].record), **query}, PRESETS[name].view
        else:
            complaints.append(f"preset: {shown(name)} is unknown; there are {', '.join(PRESETS)}.")
    study, said = backward_from_query(query)
    view, also = _view(query, study, view)
    return study, view, complaints + said + also


def follow_address() -> None:
    """Set the controls to the URL where it is not the one written last: a new visit, a link, the browser's Back.

    The menu leads to a plain URL; who comes back from another page by it finds everything as it was.
    """
    if filled() and _STATE.get(PREFIX + "address") == dict(st.query_params):
        return
    study, view, _STATE[PREFIX + "complaints"] = read_address()
    if (arrived() or not filled()) and PREFIX + "study" in _STATE and not set(st.query_params) - {"present"}:
        study, view = _STATE[PREFIX + "study"], _STATE[PREFIX + "picked"]
    fill(study)
    open_view(view)


def open_view(view: View) -> None:
    """Show another view, whatever a visitor has picked by hand."""
    before = _STATE.get(PREFIX + "opened", USUAL)
    _STATE[PREFIX + "opened"] = _STATE[PREFIX + "picked"] = replace(view, serial=before.serial + 1)


def opened_view() -> View:
    """The view of the last link or preset, in the presenter mode of this moment."""
    return replace(_STATE[PREFIX + "opened"], presenter=presenting())


def picked_view(study: BackwardStudy) -> View:
    """The cell and weight that are looked at now, moved to ones that the study has."""
    view: View = _STATE[PREFIX + "picked"]
    cell = view.cell if view.cell in study.cells else study.cells[0]
    assert cell is not None
    weight = nearest_place(study.weights(cell), view.weight)
    return replace(view, cell=cell, weight=weight, presenter=presenting())


def pick(**changed: object) -> None:
    """Note what a visitor has picked by hand in a picture."""
    _STATE[PREFIX + "picked"] = replace(_STATE[PREFIX + "picked"], **changed)


def write_address(study: BackwardStudy) -> None:
    """Make the URL say what is shown. Defaults stay out of it; steps, rate and path stand in a copied link only."""
    view: View = _STATE[PREFIX + "picked"]
    wanted = backward_to_query(study)
    if view.cell in study.cells[1:]:
        wanted["focus"] = str(view.cell)
    if view.weight != USUAL.weight:
        wanted["weight"] = ".".join(map(str, view.weight))
    if view.size != USUAL.size:
        wanted["nudge"] = write_number(view.size)
    if presenting():
        wanted["present"] = "1"
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)
    _STATE[PREFIX + "address"] = wanted


def _view(query: dict[str, str], study: BackwardStudy, view: View) -> tuple[View, list[str]]:
    """The view in a URL, over the one of its preset."""
    complaints: list[str] = []

    def note(name: str, complaint: str) -> None:
        if complaint:
            complaints.append(f"{name}: {complaint}")

    if "focus" in query:
        if query["focus"] in study.cells:
            view = replace(view, cell=query["focus"])
        else:
            note("focus", f"{shown(query['focus'])} is not compared; there are {', '.join(study.cells)}.")
    if "weight" in query:
        place, complaint = read_place(query["weight"], study, view.cell or study.cells[0])
        view = view if place is None else replace(view, weight=place)
        note("weight", complaint)
    if "single" in query:
        single, complaint = read_switch(query["single"])
        view = replace(view, single=bool(single))
        note("single", complaint)
    if "step" in query:
        step, complaint = read_whole(query["step"], 1, study.length)
        view = replace(view, step=step)
        note("step", complaint)
    if "rate" in query:
        rate, complaint = read_number(query["rate"], RATES[0], RATES[-1])
        view = view if rate is None else replace(view, rate=min(RATES, key=lambda r: abs(r - rate)))
        note("rate", complaint)
    if "nudge" in query:
        size, complaint = read_number(query["nudge"], SIZES[-1], SIZES[0])
        view = view if size is None else replace(view, size=min(SIZES, key=lambda s: abs(s / size - 1.0)))
        note("nudge", complaint)
    if "path" in query:
        path, complaint = _read_path(query["path"], study)
        view = view if path is None else replace(view, path=path)
        note("path", complaint)
    return view, complaints


def read_place(text: str, study: BackwardStudy, cell: str) -> tuple[Place | None, str]:
    """The weight that W.2.3 names, or the nearest one that the network of `cell` has."""
    name, _, rest = text.partition(".")
    row, _, column = rest.partition(".")
    if not (row.isdecimal() and column.isdecimal() and len(rest) < 12):
        return None, f"{shown(text)} names no weight; write array, row and column as W.2.3."
    place = (name, int(row), int(column))
    nearest = nearest_place(study.weights(cell), place)
    if nearest == place:
        return place, ""
    return nearest, f"{shown(text)} is not a weight of this network; {'.'.join(map(str, nearest))} is shown."


def _read_path(text: str, study: BackwardStudy) -> tuple[tuple[int, int] | None, str]:
    loss, _, state = text.partition(".")
    if loss.isdecimal() and state.isdecimal() and len(text) < 8:
        k, t = int(loss), int(state)
        if 1 <= t <= k <= study.length:
            return (k, t), ""
    return None, f"{shown(text)} is no place of the table; write the step of a loss and of a state up to it, as 3.1."


def complaints() -> list[str]:
    """A sentence for everything in the link that could not be taken as it was."""
    return list(_STATE[PREFIX + "complaints"])
