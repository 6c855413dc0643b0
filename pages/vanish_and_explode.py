"""How far back does the error reach? A class drags the recurrent scale and sees it vanish or explode."""

import streamlit as st

from ui.address import address_changed, current_view, read_address, write_address
from ui.controls import controls, fill, filled, say
from ui.frame import open_page
from ui.lab import show_lab
from ui.landscape import landscape_section
from ui.presets import PRESETS
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


def choose(name: str) -> None:
    """A preset fills the controls."""
    fill(PRESETS[name].experiment)
    st.session_state["look_for"] = PRESETS[name].look_for
    st.session_state["complaints"] = []


with st.container(horizontal=True, key="presets", gap="small"):
    for name, preset in PRESETS.items():
        st.button(preset.title, key=f"preset_{name}", on_click=choose, args=(name,), help=preset.look_for)
if st.session_state["look_for"]:
    st.markdown(f"**Look for:** {st.session_state['look_for']}")
for complaint in st.session_state["complaints"]:
    say(complaint)

with st.container(key="bench"):
    picture, beside = st.columns([3.1, 1], gap="medium")
    with beside:
        experiment = controls()
    write_address(experiment)
    with picture:
        found = families(experiment)
        show_lab(experiment, found, current_view(st.session_state["view"]))

landscape_section(experiment, found)
product_section(experiment)
