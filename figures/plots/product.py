"""What is left after a chain of factors? The page's own figure, on a ground of its own."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from figures.plots.house import FONT, finished, tone_of
from figures.vanish.product import product_figure, product_sentence


def product(factors: Sequence[float], dark: bool = False) -> go.Figure:
    """Each factor as an open dot and the running product as a line, on log10; the title says what is left.

    A factor of 0 leaves the picture and ends the line. The numbers: `product_table`.
    """
    tone = tone_of(dark)
    figure = product_figure(factors, FONT, tone)
    return finished(figure, 320, tone, legend=True, said=[product_sentence(factors)])
