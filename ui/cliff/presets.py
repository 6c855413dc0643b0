"""The presets that tell the cliff's story: each a drop and one sentence on what to look for."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.studies.cliff.drop import Drop


@dataclass(frozen=True)
class Story:
    """One button of the row."""

    title: str
    look_for: str
    drop: Drop


STORIES: dict[str, Story] = {
    "wall": Story(
        "At the wall",
        "Both balls walk down the same slope. At the wall one gradient throws the first off the map, onto a plain so "
        "flat that it never comes back; the clipped one takes a step of ordinary length and goes on.",
        Drop(),
    ),
    "before": Story(
        "Before the wall",
        "Sixty updates fewer of a smaller rate: the wall is not reached, nothing is clipped, and both balls make the "
        "same way.",
        Drop(w=5.5, b=-2.0, count=60),
    ),
    "closer": Story(
        "The wall, closer",
        "A thousandth of b decides: just below the wall the unit ends low, just above it ends high, and in between "
        "the error falls as steeply as the colours say.",
        Drop(window=(4.5, 4.7, -2.46, -2.33)),
    ),
}


def story_buttons() -> None:
    """The row of buttons."""
    with st.container(horizontal=True, gap="small"):
        for name, story in STORIES.items():
            st.button(story.title, key=f"story_{name}", on_click=_choose, args=(name,))


def look_for(drop: Drop) -> None:
    """What to look for, while what is shown is a preset; the line is always there, so that nothing jumps."""
    shown = next((story for story in STORIES.values() if story.drop == drop), None)
    st.markdown(
        f"**Look for:** {shown.look_for}" if shown else "Each button tells a story; then press anywhere on the map."
    )


def _choose(name: str) -> None:
    from ui.cliff.address import put

    put(STORIES[name].drop)
