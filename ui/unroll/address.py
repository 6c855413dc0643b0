"""URL <-> walkthrough and view: what a link says is shown, and what is shown is in the link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from engine.studies.query import read_choice, read_switch, read_whole
from engine.studies.unroll.link import walkthrough_from_query, walkthrough_to_query
from engine.studies.unroll.study import UnrollStudy
from figures.unroll.walk import SORTS, WalkView
from ui.address import arrived, presenting, preset_in
from ui.unroll.controls import fill, filled
from ui.unroll.presets import PRESETS

KEPT = ("present",)  # parameters that are no part of the walkthrough or the view
_STATE = st.session_state


def follow_address() -> None:
    """Set controls and view to the URL where it is not the one written last: a new visit, a link, the browser's Back.

    The menu leads to a plain URL; who comes back from another page by it finds everything as it was.
    """
    if filled() and _STATE.get("address") == dict(st.query_params):
        return
    query = dict(st.query_params)
    back = (arrived() or not filled()) and "walkthrough" in _STATE and not set(query) - set(KEPT)
    if back:
        fill(_STATE["walkthrough"])
        _STATE.update(walk_sent=_STATE["walk_view"], complaints=[])
        return
    walkthrough, _STATE["walk_view"], _STATE["complaints"] = read_address(query)
    _STATE["walk_sent"] = _STATE["walk_view"]
    fill(walkthrough)


def read_address(query: dict[str, str]) -> tuple[UnrollStudy, WalkView, list[str]]:
    """The walkthrough and view in a URL, and a sentence for everything in it that could not be taken as it was."""
    written = {name: walkthrough_to_query(preset.record) for name, preset in PRESETS.items()}
    query, complaints = preset_in(query, written)
    walkthrough, said = walkthrough_from_query(query)
    view, also = read_view(query, walkthrough)
    return walkthrough, view, complaints + said + also


def write_address(walkthrough: UnrollStudy) -> None:
    """Make the URL say what is shown. Defaults stay out of it."""
    take_look(walkthrough)
    view, _ = read_view(write_view(_STATE["walk_view"]), walkthrough)
    kept = {key: st.query_params[key] for key in KEPT if key in st.query_params}
    wanted = {**walkthrough_to_query(walkthrough), **write_view(view), **kept}
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)
    _STATE["address"] = wanted


def take_look(walkthrough: UnrollStudy) -> None:
    """Take the view that a visitor has turned to in the picture, which the picture itself already shows."""
    found = _STATE.pop("walk_looked", None)
    if not isinstance(found, Mapping):
        return
    keys = {"t": "step", "unit": "unit", "chain": "row", "sort": "sort"}
    query = {keys[key]: str(value) for key, value in found.items() if key in keys and value is not None}
    query["rolled"] = str(int(found.get("rolled") is True))
    _STATE["walk_view"], _ = read_view(query, walkthrough)


def sent_view(walkthrough: UnrollStudy) -> WalkView:
    """The view to send: what the link said, whatever was looked at since, so that looking sends nothing anew.

    A picture that is mounted anew, as on entering presenter mode, opens where the visitor was.
    """
    mode = presenting()
    if _STATE.get("walk_mode", mode) != mode:
        _STATE["walk_sent"] = _STATE["walk_view"]
    _STATE["walk_mode"] = mode
    return replace(_STATE["walk_sent"], presenter=mode)


def write_view(view: WalkView) -> dict[str, str]:
    """URL parameters of a view; defaults stay out."""
    query = {"step": "" if view.t is None else str(view.t), "unit": str(view.unit), "row": str(view.chain)}
    query |= {"sort": view.sort, "rolled": str(int(view.rolled))}
    usual = {"step": "", "unit": "1", "row": "1", "sort": SORTS[0], "rolled": "0"}
    return {key: value for key, value in query.items() if value != usual[key]}


def read_view(query: Mapping[str, str], walkthrough: UnrollStudy) -> tuple[WalkView, list[str]]:
    """The view that a URL describes, moved to what this walk has, and a sentence for each value that was not taken."""
    complaints: list[str] = []

    def whole(key: str, high: int) -> int | None:
        if key not in query:
            return None
        value, complaint = read_whole(query[key], 1, high)
        if complaint:
            complaints.append(f"{key}: {complaint}")
        return value

    step, unit = whole("step", walkthrough.columns), whole("unit", walkthrough.hidden)
    row = whole("row", walkthrough.layers * (1 + walkthrough.both))
    sort, complaint = read_choice(SORTS, query.get("sort", SORTS[0]))
    if complaint:
        complaints.append(f"sort: {complaint}")
    rolled, complaint = read_switch(query.get("rolled", "0"))
    if complaint:
        complaints.append(f"rolled: {complaint}")
    return WalkView(step, unit or 1, row or 1, sort or SORTS[0], bool(rolled)), complaints
