"""The unrolled network on a page: one component that holds the walk, the diagram and the equations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from engine.studies.unroll.link import read_edits
from engine.studies.unroll.walkthrough import Edit, Walkthrough
from figures.unroll import WalkView, unroll_message
from ui.component import component, joined, published
from ui.unroll.runs import walked

FOLDER = Path(__file__).parent
MODULES = (
    "../lab/message.js",
    "../lab/words.js",
    "../lab/paint.js",
    "../lab/save.js",
    "elements.js",
    "model.js",
    "room.js",
    "clock.js",
    "diagram.js",
    "equations.js",
    "unroll.js",
)


def _mount() -> Callable[..., Any]:
    return component(
        "unrolled_network",
        published("unroll", joined(FOLDER, MODULES).encode()),
        (FOLDER / "unroll.css").read_text(encoding="utf-8"),
    )


_WALK = _mount()


def show_walk(
    walkthrough: Walkthrough,
    view: WalkView,
    key: str = "walk",
    on_edit: Callable[[tuple[Edit, ...]], None] | None = None,
) -> None:
    """Draw the walk. Weights that a visitor sets by hand in it arrive at `on_edit`: all of them, as in the link."""

    def edit() -> None:
        found, _ = read_edits(st.session_state[key]["edits"] or "")
        if on_edit is not None:
            on_edit(found)

    _WALK(
        key=key,
        data=unroll_message(walked(walkthrough), view),
        default={"edits": None},
        on_edits_change=edit,
    )
