"""What every plotly figure shares: transparent ground, quiet grid, one font, hover in words."""

from __future__ import annotations

import plotly.graph_objects as go

from figures.theme import GROUND, MAGNITUDE, MUTED, RULE, TEXT

AXIS = {
    "gridcolor": RULE.light,
    "linecolor": RULE.light,
    "zeroline": False,
    "ticks": "",
    "title": {"font": {"color": MUTED.light}},
    "tickfont": {"color": MUTED.light},
}
MAGNITUDE_SCALE = [[k / (len(MAGNITUDE["light"]) - 1), colour] for k, colour in enumerate(MAGNITUDE["light"])]


def styled(figure: go.Figure, height: int, font_size: int) -> go.Figure:
    """The figure in the house style, `height` pixels high."""
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 4.6 * font_size, "r": font_size, "t": 2.2 * font_size, "b": 3.2 * font_size},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": TEXT.light, "size": font_size, "family": "Source Sans, Source Sans Pro, sans-serif"},
        hoverlabel={"bgcolor": TEXT.light, "bordercolor": TEXT.light, "font": {"color": GROUND.light}},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": MUTED.light, "activecolor": TEXT.light},
        showlegend=False,
    )
    figure.update_xaxes(AXIS)
    figure.update_yaxes(AXIS)
    return figure
