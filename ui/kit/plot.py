"""A plotly figure on a page, updated in place: zoom and position survive every change of its data.

`st.plotly_chart` builds its plot anew at each change; this mount calls `Plotly.react` with the plotly.js that the
installed plotly package brings along, so that Python and browser agree and no other host is asked. The browser asks for
those megabytes once a figure comes near the screen.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import plotly

from figures.theme import partners
from ui.kit.publish import component, published

ENTRY = Path(__file__).parent / "browser" / "plot.js"


@cache
def _mount() -> Callable[..., Any]:
    return component("plot", ENTRY, isolate_styles=False)  # plotly.js dresses the whole document


@cache
def library() -> str:
    """The name under which plotly.js is published."""
    file = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return published(f"plotly-{plotly.__version__}", file.read_bytes())


def show_plot(figure: str, key: str, description: str) -> None:
    """Draw a figure, `figure.layout.height` pixels high.

    Args:
        figure: as plotly writes it, JSON.
        key: its name on the page, and of its files.
        description: what a screen reader says of it.
    """
    height = json.loads(figure)["layout"]["height"]
    _mount()(
        key=key,
        height=height,  # reserved before plotly.js is there, so that nothing below jumps
        data={
            "figure": figure,
            "partners": partners(),
            "plotly": library(),
            "height": height,
            "name": key,
            "description": description,
        },
    )
