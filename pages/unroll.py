"""What happens at each timestep? A word walks through the network, every number of it filled in."""

import streamlit as st

from engine.studies.unroll.walkthrough import Walkthrough
from figures.unroll import WalkView
from ui.frame import open_page
from ui.unroll.mount import show_walk

open_page(
    "Unroll",
    "What happens at each timestep? The same small network is used again at every step, and hands its state on.",
)
show_walk(st.session_state.get("walkthrough", Walkthrough()), WalkView())
