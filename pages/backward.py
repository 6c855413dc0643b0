"""Where does each error go? The loss sends it back step by step, and every step adds its part to the gradient."""

import streamlit as st

from ui.backward.address import complaints, follow_address, write_address
from ui.backward.controls import controls, described
from ui.backward.shown import look_for, preset_buttons, show_check, show_flow, show_reach
from ui.frame import open_page, picture_and_controls, say

open_page(
    "Backward",
    "Where does each error go? From the loss it flows back through time, and every step it passes adds its part to "
    "the gradient of the shared weights.",
)
follow_address()


@st.fragment
def bench() -> None:
    """The pictures and the controls; the pictures are sent first, as they are what a visitor waits for."""
    study = described()
    write_address(study)
    look_for(study)
    pictures, beside = picture_and_controls()
    with pictures:
        show_flow(study)
        show_check(study)
        show_reach(study)
    with beside:
        controls()


presets = st.container(key="presets")
with st.container(key="bench"):
    bench()
with presets:
    preset_buttons()
    say(*complaints())
