"""How far back does the error reach? A class drags the recurrent scale and sees it vanish or explode."""

import streamlit as st

from ui.address import address_changed, current_view, read_address, write_address
from ui.controls import controls, described, fill, filled, say
from ui.frame import open_page
from ui.lab import show_lab
from ui.landscape import landscape_section
from ui.presets import preset_buttons
from ui.product import product_section
from ui.runs import families

open_page(
    "Vanish & explode",
    "How far back does the error reach? Drag the recurrent scale and watch what arrives at the first step.",
)
if address_changed() or not filled():
    experiment, st.session_state["view"], st.session_state["complaints"] = read_address()
    fill(experiment)
    st.session_state["look_for"] = ""

# Laid out first and filled afterwards, the picture before all else: it is what a visitor waits for.
presets = st.container(key="presets")
with st.container(key="bench"):
    picture, beside = st.columns([3.1, 1], gap="medium")

experiment = described()
write_address(experiment)
with picture:
    found = families(experiment)
    show_lab(experiment, found, current_view(st.session_state["view"]))
with presets:
    preset_buttons()
    say(*st.session_state["complaints"])
with beside:
    controls()
landscape_section(experiment, found)
product_section(experiment)
