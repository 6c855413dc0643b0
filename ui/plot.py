"""A plotly figure on a page, updated in place: zoom and position survive every change of its data.

`st.plotly_chart` builds its plot anew at each change; this mount calls `Plotly.react` with the plotly.js that the
installed plotly package brings along, so that Python and browser agree and no other host is asked.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import plotly
import plotly.graph_objects as go
from plotly.io import to_json

from figures.theme import partners
from ui.kit.publish import component, published

FOLDER = Path(__file__).parent / "plot"


@cache
def library() -> str:
    """The name under which plotly.js is published."""
    file = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return published(f"plotly-{plotly.__version__}", file.read_bytes())


_PLOT = component(
    "plot",
    FOLDER / "plot.js",
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
            "plotly": library(),
            "height": figure.layout.height,
            "name": key,
            "description": description,
        },
    )
