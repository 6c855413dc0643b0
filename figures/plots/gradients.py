"""How far back does the error reach? Its size at every step, one curve per network; and at every recurrent scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from engine.measures import FLOAT32_CEILING, FLOAT32_FLOOR
from engine.studies.vanish.study import VanishStudy
from figures.cells import look_of
from figures.plots.curves import Curve, Runs, curves
from figures.plots.house import (
    by_steps,
    colour_bar,
    decades,
    finished,
    finite,
    in_decades,
    magnitudes,
    panels,
    tone_of,
)
from figures.shade import Tone
from figures.table import (
    BOUND,
    ERROR,
    MEMORY,
    MEMORY_RELATIVE,
    RELATIVE,
    curve_table,
    every_scale_table,
)
from figures.theme import MUTED, TEXT
from figures.words import LOG10_2, half_life, power_of_ten

AGAIN = ("solid", "longdash", "dashdot", "longdashdot")  # networks of one cell have its colour in common
LIMITS = {"below this float32 is 0": FLOAT32_FLOOR, "above this float32 is infinite": FLOAT32_CEILING}


def gradient_curves(runs: Runs, absolute: bool = False, sequence: int = 0, dark: bool = False) -> go.Figure:
    """log10 ||dL/dh_t|| over t for every network, relative to its last step T unless `absolute`.

    Dashed stands the error of the cell state, dotted the bound (||W||_2 gamma)**(T - t) of a vanilla RNN. An error of
    exactly 0 leaves a gap. Of gradients, `sequence` says which of the batch. The numbers: `gradient_curves_table`.
    """
    tone, found = tone_of(dark), curves(runs, sequence)
    figure, tables = go.Figure(), [curve_table(curve) for curve in found]
    seen: dict[str, int] = {}
    for curve, table in zip(found, tables, strict=True):
        dash = AGAIN[seen.setdefault(curve.cell.name, 0) % len(AGAIN)]
        seen[curve.cell.name] += 1
        figure.add_traces(_lines(curve, table, absolute, dash, tone))
    steps = max(len(table) for table in tables)
    error, memory = (ERROR, MEMORY) if absolute else (RELATIVE, MEMORY_RELATIVE)
    low, high = decades(*(table[name].to_numpy() for table in tables for name in (error, memory)))
    figure.update_xaxes(by_steps(steps))
    figure.update_yaxes(in_decades("‖dL/dh_t‖" if absolute else "‖dL/dh_t‖ relative to step T"), range=[low, high])
    if absolute:
        _add_limits(figure, low, high, tone)
    return finished(figure, 420, tone, legend=True)


def _lines(curve: Curve, table: pd.DataFrame, absolute: bool, dash: str, tone: Tone) -> list[go.Scatter]:
    colour, steps = look_of(curve.cell).colour.on(tone), table["step"]
    half = half_life(curve.reach) if curve.last_loss_only else "no half-life of a sum"

    def line(name: str, values: np.ndarray, width: float, dash: str, what: str, legend: bool = False) -> go.Scatter:
        of = "" if absolute else f" times that of step {len(table)}"
        return go.Scatter(
            x=steps,
            y=finite(values),
            mode="lines",
            name=name,
            legendgroup=curve.name,
            showlegend=legend,
            line={"color": colour, "width": width, "dash": dash},
            text=[f"{what} at step {t}: {power_of_ten(v)}{of}" for t, v in zip(steps, values, strict=True)],
            hovertemplate=f"{curve.name}<br>%{{text}}<extra></extra>",
        )

    error, memory = (ERROR, MEMORY) if absolute else (RELATIVE, MEMORY_RELATIVE)
    own = table[error].to_numpy()
    lines = [line(f"{curve.name}, {half}", own, 2.4, dash, "error", legend=True)]
    if curve.log2_dc is not None:
        lines.append(
            line(f"{curve.name}, cell state", table[memory].to_numpy(), 1.8, "dash", "error of the cell state")
        )
    if curve.log2_bound is not None:
        start = own[-1] if absolute else 0.0
        lines.append(line(f"{curve.name}, bound", table[BOUND].to_numpy() + start, 1.0, "dot", "bound"))
    return lines


def _add_limits(figure: go.Figure, low: float, high: float, tone: Tone) -> None:
    for words, log2 in LIMITS.items():
        log10 = log2 * LOG10_2
        if low < log10 < high:
            figure.add_hline(
                log10,
                line={"color": MUTED.on(tone), "width": 1.2, "dash": "3px 3px"},
                annotation={"text": words, "font": {"color": MUTED.on(tone)}},
                annotation_position="top left",
            )


def every_scale(study: VanishStudy, dark: bool = False) -> go.Figure:
    """The error at every step and every recurrent scale, relative to step T: one map per network.

    All maps share one scale of colours; exactly 0 leaves a gap. The dotted line is the study's own scale. The numbers:
    `every_scale_table`.
    """
    tone, table = tone_of(dark), every_scale_table(study)
    figure = panels([study.kind(cell).title for cell in study.cells])
    low, high = decades(table[RELATIVE].to_numpy())
    steps = int(table["step"].max())
    for k, cell in enumerate(study.cells, 1):
        wide = table[table["cell"] == study.kind(cell).name].pivot(index="scale", columns="step", values=RELATIVE)
        values = wide.to_numpy()
        figure.add_trace(
            go.Heatmap(
                x=wide.columns.to_numpy(),
                y=wide.index.to_numpy(),
                z=finite(values),
                text=[[power_of_ten(value) for value in row] for row in values],
                hovertemplate=f"{study.kind(cell).title} at recurrent scale %{{y}}<br>error at step %{{x}}: "
                f"%{{text}} times that of step {steps}<extra></extra>",
                coloraxis="coloraxis",
                name=study.kind(cell).title,
            ),
            row=1,
            col=k,
        )
    figure.add_hline(study.scale, line={"color": TEXT.on(tone), "width": 1.5, "dash": "dot"})
    figure.update_xaxes(by_steps(steps))
    figure.update_yaxes(title_text="recurrent scale", col=1)
    bar = colour_bar("‖dL/dh_t‖ relative to step T", tone, tickprefix="1e", tickformat=".3~f")
    figure.update_layout(coloraxis={"colorscale": magnitudes(tone), "cmin": low, "cmax": high, "colorbar": bar})
    return finished(figure, 420, tone)
