"""The cliff on a page: one component that holds the map, the landscape, both descents, the cause and the latch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import streamlit as st

from engine.studies.cliff.cliff import Surface
from engine.studies.cliff.study import CliffStudy, drop_from_query
from figures.cliff.message import Stand, cliff_message, map_surface
from ui.address import presenting
from ui.cliff.address import COMPONENT
from ui.kit.publish import component

FOLDER = Path(__file__).parent
OF_SURFACE = ("steps", "target", "start", "window")  # the fields of a drop that decide the surface
_STATE = st.session_state

_CLIFF = component(
    "cliff",
    FOLDER / "cliff.js",
    "\n".join(
        path.read_text(encoding="utf-8") for path in (FOLDER.parent / "vanish" / "vanish.css", FOLDER / "cliff.css")
    ),
)


def show_cliff() -> None:
    """Draw the cliff. Call it inside a fragment: the browser reruns it once a drag or a drop has ended.

    The browser computes descents by itself and to the bit; so a new message goes out only where the surface is
    another, or where the page's own buttons or link have set the drop.
    """
    sent: CliffStudy = _STATE["drop_sent"]
    stand = replace(_STATE["stand"], presenter=presenting(), turn=_STATE["drop_turn"])
    _CLIFF(key=COMPONENT, data=_message(sent, stand), default={"drop": None}, on_drop_change=_moved)


def _moved() -> None:
    reported = _STATE[COMPONENT]["drop"]
    if not isinstance(reported, Mapping):
        return
    drop, _ = drop_from_query({str(key): str(value) for key, value in reported.items()})
    sent: CliffStudy = _STATE["drop_sent"]
    _STATE["drop"] = drop
    if any(getattr(drop, name) != getattr(sent, name) for name in OF_SURFACE):
        _STATE["drop_sent"] = drop


@lru_cache(maxsize=16)  # 0.7 MB each
def _message(drop: CliffStudy, stand: Stand) -> bytes:
    seen = _surface(replace(CliffStudy(), **{name: getattr(drop, name) for name in OF_SURFACE}))
    return cliff_message(drop, seen, drop.paths(), stand)


@lru_cache(maxsize=16)  # 2 MB each
def _surface(drop: CliffStudy) -> Surface:
    return map_surface(drop)
