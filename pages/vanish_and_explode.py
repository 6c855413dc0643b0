"""How far back does the error reach? A class drags the recurrent scale and sees it vanish or explode."""

import streamlit as st

from ui.address import presenting
from ui.frame import open_page, picture_and_controls, say
from ui.vanish.address import current_view, follow_address, write_address
from ui.vanish.controls import controls, described
from ui.vanish.deeper import deeper
from ui.vanish.downloads import download_scales
from ui.vanish.mount import show_lab
from ui.vanish.predict import ballot, predict_switch, votes_beside_answers, voting
from ui.vanish.presets import look_for, preset_buttons
from ui.vanish.product import product_section

open_page(
    "Vanish & explode",
    "How far back does the error reach? Drag the recurrent scale and watch what arrives at the first step.",
)
follow_address()


@st.fragment
def bench() -> None:
    """The lab and its controls; the picture is sent first, as it is what a visitor waits for."""
    experiment = described()
    write_address(experiment)
    hidden = voting()
    if not hidden:
        look_for(experiment)
    pictures, beside = picture_and_controls()
    with pictures:
        if hidden:
            ballot(experiment)
        else:
            votes_beside_answers(experiment)
            show_lab(experiment, current_view(st.session_state["view"]))
            download_scales(experiment)
    with beside:
        controls()
        predict_switch()
    if not hidden:
        with pictures if presenting() else st.container():  # on a projector nobody scrolls past the controls
            deeper(experiment)


presets = st.container(key="presets")
with st.container(key="bench"):
    bench()
with presets:
    preset_buttons()
    say(*st.session_state["complaints"])
product_section()
