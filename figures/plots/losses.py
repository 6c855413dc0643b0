"""Where does each error go? How much of every step's loss reaches every state."""

from __future__ import annotations

import plotly.graph_objects as go

from engine.studies.backward.study import BackwardStudy
from figures.backward.flow import SPAN
from figures.plots.house import colour_bar, finished, finite, magnitudes, panels, tone_of
from figures.table import ERROR, loss_by_state_table
from figures.words import power_of_ten


def loss_by_state(study: BackwardStudy, cell: str | None = None, dark: bool = False) -> go.Figure:
    """log10 ||dL_k/dh_t|| of every loss k (downwards) at every state t <= k: one triangle per cell of the study.

    Every step's loss is looked at, whichever of them the study counts; colours span the same decades always. The
    numbers: `loss_by_state_table`.
    """
    tone, table = tone_of(dark), loss_by_state_table(study, cell)
    cells = {one: study.kind(one).title for one in (study.cells if cell is None else (cell,))}
    figure = panels(list(cells.values()))
    for k, (name, title) in enumerate(cells.items(), 1):
        wide = table[table["cell"] == name].pivot(index="loss", columns="state", values=ERROR)
        values = wide.to_numpy()
        figure.add_trace(
            go.Heatmap(
                x=wide.columns.to_numpy(),
                y=wide.index.to_numpy(),
                z=finite(values),
                text=[["" if value != value else power_of_ten(value) for value in row] for row in values],
                hovertemplate=f"{title}<br>of the loss at step %{{y}}, %{{text}} reaches the state at step "
                "%{x}<extra></extra>",
                hoverongaps=False,
                coloraxis="coloraxis",
                name=title,
            ),
            row=1,
            col=k,
        )
    figure.update_xaxes(title_text="state at step t", tickformat="d")
    figure.update_yaxes(autorange="reversed", tickformat="d")
    figure.update_yaxes(title_text="loss at step k", col=1)
    bar = colour_bar("‖dL_k/dh_t‖", tone, tickprefix="1e", tickformat="d", dtick=1)
    figure.update_layout(coloraxis={"colorscale": magnitudes(tone), "cmin": SPAN[0], "cmax": SPAN[1], "colorbar": bar})
    return finished(figure, 380, tone)
