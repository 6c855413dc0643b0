"""Why does training suddenly jump? A class drops a ball beside the wall of an error surface and sees it thrown away."""

import streamlit as st

from ui.cliff.address import follow_link, write_link
from ui.cliff.mount import show_cliff
from ui.cliff.presets import look_for, preset_buttons
from ui.frame import open_page, say

open_page(
    "The cliff",
    "Why does training suddenly jump? Press anywhere on the map: two balls roll downhill, one with gradients clipped.",
)
follow_link()


@st.fragment
def bench() -> None:
    """The pictures; they ask for a rerun once a drag has ended."""
    write_link(st.session_state["drop"])
    look_for(st.session_state["drop"])
    show_cliff()


presets = st.container(key="presets")
bench()
with presets:
    preset_buttons()
    say(*st.session_state["drop_complaints"])
