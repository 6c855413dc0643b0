"""Files to take home that the server makes."""

from __future__ import annotations

import streamlit as st

from engine.studies.vanish.study import VanishStudy
from figures.table import scales_table
from ui.vanish.runs import families


def download_scales(experiment: VanishStudy) -> None:
    """A button for the table behind every scale."""
    st.download_button(
        "Numbers at every scale, as CSV",
        data=lambda: scales_table(families(experiment)).to_csv(index=False),
        file_name="every-scale.csv",
        mime="text/csv",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
        key="scales_csv",
    )
