"""What is left after a chain of factors? Each factor and the running product, on a log scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.io import to_json

from engine.kept import kept
from engine.measures import running_product
from figures.layout import NOTHING, styled
from figures.shade import Tone
from figures.theme import MUTED, ROLES
from figures.words import LOG10_2, MINUS, number, power

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
    """The factors as open dots, the running product as a line; zeros leave the picture downwards."""
    product = running_product(np.array(factors))
    k = np.arange(1, len(factors) + 1)
    with np.errstate(divide="ignore"):
        single = np.log10(np.abs(np.array(factors)))
    running = product.log2_size * LOG10_2
    figure = go.Figure(
        [
            go.Scatter(
                x=k,
                y=np.where(np.isfinite(single), single, np.nan),
                mode="markers",
                name="each factor",
                marker={"color": NOTHING, "size": 8, "line": {"color": MUTED.on(tone), "width": 1.5}},
                text=[f"factor {i} is {number(value)}" for i, value in zip(k, factors, strict=True)],
                hovertemplate="%{text}<extra></extra>",
            ),
            go.Scatter(
                x=k,
                y=np.where(np.isfinite(running), running, np.nan),
                mode="lines+markers",
                name="running product",
                line={"color": ROLES["gradient"].on(tone), "width": 2.5},
                marker={"color": ROLES["gradient"].on(tone), "size": 6},
                text=[
                    f"after {i} factors {power(float(size))} is left"
                    for i, size in zip(k, product.log2_size, strict=True)
                ],
                hovertemplate="%{text}<extra></extra>",
            ),
        ]
    )
    styled(figure, height=round(15 * font_size), font_size=font_size, tone=tone)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.18, "x": 0})
    figure.update_xaxes(
        title_text="factors multiplied",
        tickformat="d",
        range=[0.5, len(factors) + 0.5],
        dtick=1 if len(factors) <= 12 else None,
    )
    known = np.concatenate([running, single, [0.0]])
    known = known[np.isfinite(known)]
    low, high = np.floor(known.min()), max(np.ceil(known.max()), 0.0)
    figure.update_yaxes(
        title_text="size",
        range=[low - 0.04 * (high - low) - 0.1, high + 0.04 * (high - low) + 0.1],
        tickvals=(marks := np.unique(np.linspace(low, high, 6).round())),
        ticktext=["1" if mark == 0.0 else f"1e{mark:.0f}" for mark in marks],
    )
    return figure
