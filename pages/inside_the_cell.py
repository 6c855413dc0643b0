"""What do the gates do? The cell as a circuit: its numbers in the order of computation, forward and back."""

import streamlit as st

from ui.cell.address import current_view, follow_address, write_address
from ui.cell.circuit import show_circuit
from ui.cell.controls import controls, described
from ui.cell.presets import look_for, preset_buttons
from ui.frame import open_page, picture_and_controls, say

open_page(
    "Inside the cell",
    "What do the gates do? Watch one step compute itself, wire by wire, and the gradients come back the same way.",
)
follow_address()


@st.fragment
def bench() -> None:
    """The circuit and its controls."""
    study = described()
    write_address(study)
    look_for(study)
    pictures, beside = picture_and_controls()
    with pictures:
        show_circuit(study, current_view(st.session_state["study_view"]))
    with beside:
        controls()


presets = st.container(key="presets")
with st.container(key="bench"):
    bench()
with presets:
    preset_buttons()
    say(*st.session_state["study_complaints"])
