"""What every plotly figure shares: transparent ground, quiet grid, one font, hover in words."""

from __future__ import annotations

import plotly.graph_objects as go

from figures.shade import Tone
from figures.theme import GROUND, MUTED, RULE, TEXT

NOTHING = "rgba(0,0,0,0)"


def styled(figure: go.Figure, height: int, font_size: int, tone: Tone = "light") -> go.Figure:
    """The figure in the house style, `height` pixels high."""
    text, muted = TEXT.on(tone), MUTED.on(tone)
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 4.6 * font_size, "r": font_size, "t": 2.2 * font_size, "b": 3.2 * font_size},
        paper_bgcolor=NOTHING,
        plot_bgcolor=NOTHING,
        font={"color": text, "size": font_size, "family": "Source Sans, Source Sans Pro, sans-serif"},
        hoverlabel={"bgcolor": text, "bordercolor": text, "font": {"color": GROUND.on(tone)}},
        modebar={"bgcolor": NOTHING, "color": muted, "activecolor": text},
        showlegend=False,
    )
    axis = {
        "gridcolor": RULE.on(tone),
        "linecolor": RULE.on(tone),
        "zeroline": False,
        "ticks": "",
        "title": {"font": {"color": muted}},
        "tickfont": {"color": muted},
    }
    figure.update_xaxes(axis)
    figure.update_yaxes(axis)
    return figure
