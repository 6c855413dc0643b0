"""What the figures for a notebook share: their ground, axes in powers of ten, scales of colours, panels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engine.arrays import Array
from figures.layout import styled
from figures.shade import Tone
from figures.theme import GROUND, MAGNITUDE, MUTED, SIGNED

FONT, SMALL = 14, 13
STEP = "step t"
ColourScale = list[list[float | str]]


def tone_of(dark: bool) -> Tone:
    """The ground that a figure stands on."""
    return "dark" if dark else "light"


def finished(figure: go.Figure, height: int, tone: Tone, legend: bool = False, said: Sequence[str] = ()) -> go.Figure:
    """The figure in the house style on its own ground; the sentences it comes to stand over it, one a line."""
    styled(figure, height, FONT, tone)
    figure.update_layout(
        paper_bgcolor=GROUND.on(tone),
        plot_bgcolor=GROUND.on(tone),
        title={
            "text": "<br>".join(said),
            "font": {"size": SMALL},
            "x": 0.015,
            "y": 1.0 - FONT / height,
            "yanchor": "top",
        },
        margin={"t": 4.0 * FONT + 1.3 * SMALL * len(said)},
        showlegend=legend,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0.0},
    )
    figure.update_yaxes(automargin=True, title_standoff=FONT)
    return figure


def decades(*rows: Array) -> tuple[float, float]:
    """Where an axis of log10 ends, so that it holds every finite number and 0, with a little room."""
    known = np.concatenate([np.ravel(row) for row in rows] + [np.zeros(1)])
    known = known[np.isfinite(known)]
    low, high = float(known.min()), float(known.max())
    room = 0.04 * (high - low) + 0.1
    return low - room, high + room


def in_decades(title: str) -> dict[str, object]:
    """An axis of log10, with ticks as powers of ten."""
    return {"title_text": title, "tickprefix": "1e", "tickformat": ".3~f"}


def finite(values: Array) -> Array:
    """With gaps where there is no point to draw: an error of exactly 0, or none that is a number."""
    return np.where(np.isfinite(values), values, np.nan)


def by_steps(steps: int) -> dict[str, object]:
    """The axis of the steps 1..T."""
    return {"title_text": STEP, "range": [0.5, steps + 0.5], "tickformat": "d"}


def magnitudes(tone: Tone) -> ColourScale:
    """The colours of magnitudes on log10, smallest first."""
    return _scale(MAGNITUDE[tone])


def signed(tone: Tone) -> ColourScale:
    """The colours of signed values, to be centred on 0."""
    return _scale(SIGNED[tone])


def _scale(colours: Sequence[str]) -> ColourScale:
    return [[k / (len(colours) - 1), colour] for k, colour in enumerate(colours)]


def colour_bar(title: str, tone: Tone, **more: object) -> dict[str, object]:
    """The legend of a scale of colours, with its unit."""
    muted = {"color": MUTED.on(tone)}
    return {"title": {"text": title, "side": "right", "font": muted}, "tickfont": muted, "outlinewidth": 0, **more}


def panels(titles: Sequence[str], down: bool = False) -> go.Figure:
    """An empty figure with a panel for each title, side by side or one below the other, with axes in common."""
    count = len(titles)
    return make_subplots(
        rows=count if down else 1,
        cols=1 if down else count,
        subplot_titles=list(titles),
        shared_xaxes=down,
        shared_yaxes=not down,
        horizontal_spacing=0.04,
        vertical_spacing=0.3 / (count + 1) if down else 0.2,
    )
