"""How does the reach depend on the scale? log10 of the relative error over steps and scales, one map per cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engine.family import Family
from figures.layout import MAGNITUDE_SCALE, styled
from figures.theme import CELLS, TEXT
from figures.words import LOG10_2, number

DECADES = 16  # the colour scale spans at most this many below and above 0; what lies beyond has the end's colour
MOST_COLUMNS = 250  # steps drawn per map; longer sequences show every n-th step, said in the axis title


def landscape(families: Sequence[Family], scale: float, font_size: int = 14) -> go.Figure:
    """Maps of log10 (||dL/dh_t|| / ||dL/dh_T||) on one colour scale, a line at the current `scale`.

    An error that is exactly 0, or not a number, is left blank.
    """
    steps = families[0].log2_dh.shape[1] - 1
    stride = -(-steps // MOST_COLUMNS)
    t = np.arange(steps, 0, -stride)[::-1]
    maps = []
    for family in families:
        with np.errstate(invalid="ignore"):
            relative = (family.log2_dh[:, t] - family.log2_dh[:, -1:]) * LOG10_2
        maps.append(np.where(np.isfinite(relative), relative, np.nan).astype(np.float32))
    known = np.concatenate([m[np.isfinite(m)] for m in maps])
    low, high = (float(known.min()), float(known.max())) if known.size else (-1.0, 0.0)
    low, high = max(np.floor(low), -DECADES), min(max(np.ceil(high), 0.0), DECADES)
    marks = np.unique(np.linspace(low, high, 5).round())
    figure = make_subplots(
        rows=1,
        cols=len(families),
        shared_yaxes=True,
        horizontal_spacing=0.03,
        subplot_titles=[family.cell.title for family in families],
    )
    for annotation, family in zip(figure.layout.annotations, families, strict=True):
        annotation.font = {"color": CELLS[family.cell.name].light, "size": font_size}
    for column, (family, shares) in enumerate(zip(families, maps, strict=True), start=1):
        figure.add_trace(
            go.Heatmap(
                x=t,
                y=family.scales,
                z=shares,
                zmin=low,
                zmax=high,
                colorscale=MAGNITUDE_SCALE,
                name=family.cell.title,
                showscale=column == len(families),
                colorbar={
                    "title": {"text": "error relative<br>to step T"},
                    "thickness": 10,
                    "outlinewidth": 0,
                    "tickvals": marks,
                    "ticktext": [_mark(mark, low, high) for mark in marks],
                },
                hovertemplate=f"{family.cell.title}, scale %{{y}}, step %{{x}}:<br>"
                "the error is 10 to the power %{z:.3g} of that at the last step<extra></extra>",
            ),
            row=1,
            col=column,
        )
        figure.add_hline(y=scale, line={"color": TEXT.light, "width": 1.5, "dash": "dot"}, row=1, col=column)
    styled(figure, height=round(19 * font_size), font_size=font_size)
    figure.update_xaxes(title_text="step t" if stride == 1 else f"step t, every {stride}th", showgrid=False)
    figure.update_yaxes(showgrid=False)
    figure.update_yaxes(title_text=f"recurrent scale (now {number(scale)})", row=1, col=1)
    return figure


def _mark(decade: float, low: float, high: float) -> str:
    """A decade's name; at a clamped end, that it stands for what lies beyond too."""
    name = "1" if decade == 0.0 else f"1e{decade:.0f}"
    if abs(decade) < DECADES or decade not in (low, high):
        return name
    return f"≤ {name}" if decade < 0.0 else f"≥ {name}"
