"""A plotly figure on a page, updated in place: zoom and position survive every change of its data.

`st.plotly_chart` builds its plot anew at each change; this mount calls `Plotly.react` with the plotly.js that the
installed plotly package brings along, so that Python and browser agree and no other host is asked.
"""

from __future__ import annotations

from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st
from plotly.io import to_json

from figures.theme import partners
from ui.component import component, published

FOLDER = Path(__file__).parent / "plot"


@st.cache_resource
def _plotly_url() -> str:
    library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return published(f"plotly-{plotly.__version__}", library.read_bytes())


_PLOT = component(
    "plot",
    published("plot", (FOLDER / "plot.js").read_bytes()),
    ".plot { width: 100%; min-width: 0; }",
    isolate_styles=False,
)


def show_plot(figure: go.Figure, key: str, description: str) -> None:
    """Draw `figure`, `figure.layout.height` pixels high. `description` is what a screen reader says."""
    _PLOT(
        key=key,
        data={
            "figure": to_json(figure, validate=False),
            "partners": partners(),
            "plotly": _plotly_url(),
            "height": figure.layout.height,
            "name": key,
            "description": description,
        },
    )
