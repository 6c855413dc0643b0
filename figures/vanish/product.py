"""What is left after a chain of factors? Each factor and the running product, on a log scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.io import to_json

from engine.arrays import Array
from engine.kept import kept
from engine.measures import running_product
from engine.record.numerals import MINUS
from figures.layout import NOTHING, styled
from figures.shade import Tone
from figures.theme import MUTED, ROLES
from figures.words import LOG10_2, number, power

FIGURES = 4_000_000  # bytes that are kept: 2 kB for a few factors, 90 for a thousand


def product_sentence(factors: Sequence[float]) -> str:
    """The chain and its product, in words."""
    product = running_product(np.array(factors))
    sign = MINUS if product.sign[-1] < 0 else ""
    value = sign + power(float(product.log2_size[-1])) if product.sign[-1] else "0"
    if len(factors) <= 6:
        return " × ".join(number(factor) for factor in factors) + f" = {value}"
    shown = f"{number(factors[0])} × {number(factors[1])} × … × {number(factors[-1])}"
    return f"{shown} = {value}, a product of {len(factors)} factors"


@kept(FIGURES)
def product_json(factors: tuple[float, ...], font_size: int) -> str:
    """`product_figure` as plotly.js reads it."""
    return str(to_json(product_figure(factors, font_size), validate=False))


def product_figure(factors: Sequence[float], font_size: int = 14, tone: Tone = "light") -> go.Figure:
    """The factors as open dots over the running product as a line; zeros leave the picture downwards.

    Each has an axis of its own: on that of a long product every factor would lie at 1.
    """
    product = running_product(np.array(factors))
    k = np.arange(1, len(factors) + 1)
    with np.errstate(divide="ignore"):
        single = np.log10(np.abs(np.array(factors)))
    running = product.log2_size * LOG10_2
    left = [f"after {i} factors {power(float(size))} is left" for i, size in zip(k, product.log2_size, strict=True)]
    above = {"name": "each factor", "mode": "markers", "yaxis": "y2"}
    below = {"name": "running product", "mode": "lines+markers"}
    colour = ROLES["gradient"].on(tone)
    figure = go.Figure(
        [
            go.Scatter(
                above,
                x=k,
                y=np.where(np.isfinite(single), single, np.nan),
                marker={"color": NOTHING, "size": 8, "line": {"color": MUTED.on(tone), "width": 1.5}},
                text=[f"factor {i} is {number(value)}" for i, value in zip(k, factors, strict=True)],
                hovertemplate="%{text}<extra></extra>",
            ),
            go.Scatter(
                below,
                x=k,
                y=np.where(np.isfinite(running), running, np.nan),
                line={"color": colour, "width": 2.5},
                marker={"color": colour, "size": 6},
                text=left,
                hovertemplate="%{text}<extra></extra>",
            ),
        ],
        {
            "yaxis": {"domain": [0.0, 0.52], "title": {"text": "product"}},
            "yaxis2": {"domain": [0.64, 1.0], "title": {"text": "factor"}},
        },
    )
    styled(figure, height=round(17 * font_size), font_size=font_size, tone=tone)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.18, "x": 0})
    figure.update_xaxes(
        title_text="factors multiplied",
        tickformat="d",
        range=[0.5, len(factors) + 0.5],
        dtick=1 if len(factors) <= 12 else None,
    )
    figure.update_layout(yaxis=_decades(running), yaxis2=_decades(single))
    return figure


def _decades(log10: Array) -> dict[str, object]:
    """An axis from 1 to all that is finite, with at most five even steps."""
    known = log10[np.isfinite(log10)]
    low, high = np.floor(known.min(initial=0.0)), np.ceil(known.max(initial=0.0))
    room = 0.04 * (high - low) + 0.1
    stride = next(s for power in range(9) for s in (10**power, 2 * 10**power, 5 * 10**power) if high - low <= 5 * s)
    marks = np.arange(np.ceil(low / stride), high // stride + 1) * stride
    return {
        "range": [low - room, high + room],
        "tickvals": marks,
        "ticktext": ["1" if mark == 0.0 else f"1e{mark:.0f}" for mark in marks],
    }
