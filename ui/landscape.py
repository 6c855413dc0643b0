"""Every scale at once, and the table behind it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.experiment import Experiment
from engine.family import Family
from figures.landscape import landscape
from figures.table import scales_table
from ui.frame import figure_font
from ui.plot import show_plot


def landscape_section(experiment: Experiment, families: Sequence[Family]) -> None:
    """The maps of the error over steps and scales."""
    st.subheader("Every scale at once", anchor=False)
    st.markdown(
        "Each row is one run at its own recurrent scale; the stronger the colour, the more of the error is left. "
        "The dotted line is the scale above."
    )
    show_plot(
        landscape(families, experiment.scale, figure_font()),
        "every-scale",
        "Maps of the error's size over steps and recurrent scales, one per network compared.",
    )
    st.download_button(
        "All scales as CSV",
        data=lambda: scales_table(families).to_csv(index=False),
        file_name="every-scale.csv",
        mime="text/csv",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
        key="scales_csv",
    )
