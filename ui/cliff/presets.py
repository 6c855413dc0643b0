"""The row of presets, and what to look for while one of them is shown."""

from __future__ import annotations

import streamlit as st

from engine.studies.cliff.drop import Drop
from ui.cliff.address import put
from ui.cliff.stories import STORIES


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
    put(STORIES[name].drop)
