"""Why does the error grow or shrink? At each step the part of saturation, and the part of the weights."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from engine.studies.vanish.study import VanishStudy
from figures.plots.house import by_steps, decades, finished, finite, tone_of
from figures.table import SATURATION, TOGETHER, WEIGHTS, growth_table
from figures.theme import ROLES, TEXT
from figures.words import power_of_ten

STRIDES = (math.log10(1.25), math.log10(2.0), 1.0, 2.0, 5.0)  # log10, between two named factors
CLIPS = (np.minimum, np.maximum)  # bars of one sign stand on each other, below 0 or above
PARTS = {"saturation": SATURATION, "weights": WEIGHTS}


def growth(study: VanishStudy, cell: str, dark: bool = False) -> go.Figure:
    """By what factor the error grows from step t to step t - 1: two bars that add up to the line, on log10.

    Where the error is exactly 0 there is a gap. The numbers: `growth_table`.
    """
    tone, table = tone_of(dark), growth_table(study, cell)
    steps = table["step"].to_numpy()
    known = {name: finite(table[name].to_numpy()) for name in (SATURATION, WEIGHTS, TOGETHER)}
    figure = go.Figure()
    for name, column in PARTS.items():
        figure.add_bar(
            x=steps,
            y=known[column],
            name=name,
            marker={"color": ROLES[name].on(tone), "line": {"width": 0}},
            text=[power_of_ten(value) for value in table[column]],
            textposition="none",
            hovertemplate=f"step %{{x}}: × %{{text}} by {name}<extra></extra>",
        )
    figure.add_scatter(
        x=steps,
        y=known[TOGETHER],
        mode="lines",
        name="together",
        line={"color": TEXT.on(tone), "width": 1.5},
        text=[power_of_ten(value) for value in table[TOGETHER]],
        hovertemplate="step %{x}: × %{text} together<extra></extra>",
    )
    ends = [np.nansum([clip(known[name], 0.0) for name in (SATURATION, WEIGHTS)], axis=0) for clip in CLIPS]
    figure.update_layout(barmode="relative", bargap=0.25)
    figure.update_xaxes(by_steps(len(steps)))
    low, high = decades(*ends)
    marks = _marks(low, high)
    figure.update_yaxes(
        title_text="growth from step t to t − 1",
        range=[low, high],
        tickvals=marks,
        ticktext=[f"× {power_of_ten(mark)}" for mark in marks],
    )
    return finished(figure, 380, tone, legend=True, said=[f"<b>{study.kind(cell).title}</b>"])


def _marks(low: float, high: float) -> list[float]:
    """The factors that are named on an axis of log10, evenly apart."""
    stride = next((step for step in STRIDES if high - low <= 6.0 * step), math.ceil((high - low) / 6.0))
    return [k * stride for k in range(math.ceil(low / stride), math.floor(high / stride) + 1)]
