"""What happens at each timestep? A word walks through the network, every number of it filled in."""

import streamlit as st

from ui.frame import open_page, picture_and_controls, say
from ui.unroll.address import follow_address, sent_view, write_address
from ui.unroll.controls import controls, described
from ui.unroll.mount import show_walk
from ui.unroll.presets import look_for, preset_buttons

open_page(
    "Unroll",
    "What happens at each timestep? One network reads a sequence, again and again with the same weights, "
    "and hands its state on to itself.",
)
follow_address()


@st.fragment
def walk() -> None:
    """The network and its controls; the picture is sent first, as it is what a visitor waits for."""
    walkthrough = described()
    write_address(walkthrough)
    look_for(walkthrough)
    picture, beside = picture_and_controls()
    with picture:
        show_walk(walkthrough, sent_view(walkthrough))
    with beside:
        controls()


presets = st.container(key="presets")
with st.container(key="bench"):
    walk()
with presets:
    preset_buttons()
    say(*st.session_state["complaints"])
