"""URL <-> drop: what a link says is shown, and what is shown is in the link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from engine.studies.cliff.study import CliffStudy, drop_from_query, drop_to_query
from engine.studies.query import read_choice, read_whole
from figures.cliff.message import FOLLOWED, POINTS, SEEN, Stand
from ui.address import arrived, presenting, preset_in
from ui.cliff.stories import STORIES

COMPONENT = "cliff"  # the key under which the browser reports
_STATE = st.session_state


def follow_link() -> None:
    """Show what the URL says where it is not what was written last: a new visit, a link, the browser's Back.

    The menu leads to a plain URL; who comes back from another page by it finds everything as it was.
    """
    query = _query()
    mounted = COMPONENT in _STATE and not arrived()
    if mounted and _STATE.get("cliff_link") == query:
        return
    if not mounted and "drop" in _STATE and not query:
        put(_STATE["drop"])
        return
    drop, stand, complaints = read_link(query)
    put(drop, stand)
    _STATE["drop_complaints"] = complaints


def read_link(query: Mapping[str, str]) -> tuple[CliffStudy, Stand, list[str]]:
    """The drop and the view in a URL, and a sentence for everything that could not be taken as it was."""
    query, complaints = preset_in(query, {name: drop_to_query(preset.record) for name, preset in STORIES.items()})
    drop, said = drop_from_query(query)
    stand, also = _stand(query, drop)
    return drop, stand, complaints + said + also


def write_link(drop: CliffStudy) -> None:
    """Make the URL say what is shown. Defaults stay out of it."""
    wanted = drop_to_query(drop)
    if _query() != wanted:
        st.query_params.from_dict({**wanted, **({"present": "1"} if presenting() else {})})
    _STATE["cliff_link"] = wanted


def put(drop: CliffStudy, stand: Stand | None = None) -> None:
    """Show a drop that does not come from the browser's own hand: it takes it as it is and lets the balls roll."""
    _STATE["drop"] = _STATE["drop_sent"] = drop
    _STATE["stand"] = stand or Stand()
    _STATE["drop_turn"] = _STATE.get("drop_turn", 0) + 1
    _STATE["drop_complaints"] = []


def _query() -> dict[str, str]:
    return {name: value for name, value in st.query_params.items() if name != "present"}


def _stand(query: Mapping[str, str], drop: CliffStudy) -> tuple[Stand, list[str]]:
    complaints: list[str] = []

    def word(key: str, allowed: tuple[str, ...]) -> str:
        found, complaint = read_choice(allowed, query.get(key, allowed[0]))
        if complaint:
            complaints.append(f"{key}: {complaint}")
        return found or allowed[0]

    stand = Stand(seen=word("map", SEEN), follow=word("ball", FOLLOWED), point=word("point", POINTS))
    if "update" not in query:
        return stand, complaints
    update, complaint = read_whole(query["update"], 0, drop.count)
    if complaint:
        complaints.append(f"update: {complaint}")
    return replace(stand, update=update), complaints
