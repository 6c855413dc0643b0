"""A report on a network of one's own: where errors die, what is remembered, which gates are stuck."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engine.report import Report
from engine.report.directions import Direction
from figures.cells import letter_of, look_of
from figures.own.words import named
from figures.plots.gradients import AGAIN
from figures.plots.house import finished, finite, in_decades, tone_of
from figures.shade import Tone
from figures.theme import MUTED, ROLES
from figures.words import LOG10_2, number, percent, power

ARROWS = {False: " →", True: " ←"}  # of a direction, by whether it reads from the end
HEIGHT = 300  # of one picture's row


def report(found: Report, sequence: int = 0, dark: bool = False) -> go.Figure:
    """Every question's picture in one figure; curves and inputs are those of one sequence, from 0.

    The numbers: `report_table`.
    """
    tone = tone_of(dark)
    figure = make_subplots(
        rows=len(PICTURES), cols=1, subplot_titles=list(PICTURES), vertical_spacing=0.3 / len(PICTURES) / 2
    )
    for row, add in enumerate(PICTURES.values(), 1):
        picture = go.Figure()
        add(picture, found, sequence, tone)
        figure.add_traces(picture.data, rows=row, cols=1)
        figure.update_xaxes(picture.layout.xaxis, row=row, col=1)
        figure.update_yaxes(picture.layout.yaxis, row=row, col=1)
    figure.update_layout(barmode="group")
    return finished(figure, 120 + HEIGHT * len(PICTURES), tone, legend=True)


def report_picture(found: Report, title: str, sequence: int = 0, dark: bool = False) -> go.Figure:
    """One of PICTURES by its title.

    Raises:
        ValueError: there is none of this title.
    """
    if title not in PICTURES:
        raise ValueError(f"there is no picture {title!r:.40}; there are {', '.join(PICTURES)}")
    tone, figure = tone_of(dark), go.Figure()
    PICTURES[title](figure, found, sequence, tone)
    figure.update_layout(barmode="group")
    figure.update_xaxes(automargin=True)
    return finished(figure, HEIGHT + 80, tone, legend=True)


def _curves(figure: go.Figure, found: Report, sequence: int, tone: Tone) -> None:
    for curve in found.curves:
        logs = curve.by_position(sequence) * LOG10_2
        steps = np.arange(1, len(logs) + 1)
        figure.add_scatter(
            x=steps,
            y=finite(logs),
            mode="lines",
            name=named(curve.direction),
            line=_line(curve.direction, tone),
            text=[power(log / LOG10_2) for log in logs],
            hovertemplate=f"{named(curve.direction)}<br>‖dL/dh‖ at step %{{x}}: %{{text}}<extra></extra>",
        )
    figure.update_xaxes(title_text="step t of the sequence")
    figure.update_yaxes(in_decades("‖dL/dh_t‖"))


def _memories(figure: go.Figure, found: Report, _: int, tone: Tone) -> None:
    for held in found.memories:
        steps = held.half_life[held.order]
        figure.add_scatter(
            x=np.arange(1, len(steps) + 1),
            y=finite(steps),
            mode="lines+markers",
            marker={"size": 4},
            name=f"memory of {named(held.direction)}",
            line=_line(held.direction, tone),
            text=[
                f"unit {unit + 1}: {number(float(value))} steps" for unit, value in zip(held.order, steps, strict=True)
            ],
            hovertemplate=f"{named(held.direction)}<br>%{{text}}<extra></extra>",
        )
    figure.update_xaxes(title_text="units, the longest memory first")
    figure.update_yaxes(title_text="half-life, steps", type="log")


def _gates(figure: go.Figure, found: Report, _: int, tone: Tone) -> None:
    names = [f"{gate.gate}, {named(gate.direction)}" for gate in found.gates]
    ways = [
        f"{gate.direction.layer}{ARROWS[gate.direction.reverse] if gate.direction.both else ''}" for gate in found.gates
    ]
    letters = [letter_of(gate.direction.cell, gate.gate) for gate in found.gates]
    for name, shares, role in (
        ("shut", [float(gate.shut.mean()) for gate in found.gates], "saturation"),
        ("open", [float(gate.open.mean()) for gate in found.gates], "weights"),
    ):
        figure.add_bar(
            x=[ways, letters],
            y=shares,
            name=name,
            marker={"color": ROLES[role].on(tone), "pattern": {"shape": "/" if name == "shut" else ""}},
            text=[f"{one}<br>{name} {percent(share)} of the time" for one, share in zip(names, shares, strict=True)],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    figure.update_xaxes(title_text="gates, by layer")
    figure.update_yaxes(title_text="share of steps", range=[0.0, 1.0])


def _weights(figure: go.Figure, found: Report, _: int, tone: Tone) -> None:
    for weights in found.weights:
        name = f"{weights.gate}, {named(weights.direction)}"
        values = weights.singular_values
        figure.add_scatter(
            x=np.arange(1, len(values) + 1),
            y=finite(np.log10(values, where=values > 0.0, out=np.full(len(values), np.nan))),
            mode="lines",
            name=f"W of {name}",
            showlegend=False,
            line={**_line(weights.direction, tone), "width": 1.3},
            text=[number(float(value)) for value in values],
            hovertemplate=f"W of {name}<br>singular value %{{x}}: %{{text}}<br>"
            f"spectral radius {number(weights.spectral_radius)}<extra></extra>",
        )
    figure.update_xaxes(title_text="rank")
    figure.update_yaxes(in_decades("singular values of W"))


def _inputs(figure: go.Figure, found: Report, sequence: int, tone: Tone) -> None:
    logs = found.inputs[sequence].log2_norm * LOG10_2
    shares = found.inputs[sequence].shares
    figure.add_scatter(
        x=np.arange(1, len(logs) + 1),
        y=finite(logs),
        mode="lines+markers",
        name="‖dL/dx_t‖",
        line={"color": ROLES["input"].on(tone), "width": 2},
        text=[
            f"{power(log / LOG10_2)}; input times gradient {percent(share)}"
            for log, share in zip(logs, shares, strict=True)
        ],
        hovertemplate="‖dL/dx‖ at step %{x}: %{text}<extra></extra>",
    )
    figure.update_xaxes(title_text="step t of the sequence")
    figure.update_yaxes(in_decades("‖dL/dx_t‖"))


def _cuts(figure: go.Figure, found: Report, _: int, tone: Tone) -> None:
    cuts = found.cuts
    rows = [(named(d), cuts.median[:, n], _line(d, tone)) for n, d in enumerate(cuts.directions)]
    rows.append(("all weights", cuts.median_together, {"color": MUTED.on(tone), "width": 3, "dash": "dot"}))
    for name, logs, line in rows:
        shares = np.exp2(logs)
        figure.add_scatter(
            x=list(cuts.steps),
            y=finite(shares),
            mode="lines+markers",
            name=f"lost, {name}",
            line=line,
            text=[percent(float(share)) for share in shares],
            hovertemplate=f"{name}<br>errors cut after %{{x}} steps lose %{{text}}<extra></extra>",
        )
    figure.update_xaxes(title_text="steps k that errors go back", type="log", tickvals=list(cuts.steps))
    figure.update_yaxes(title_text="share of the gradient lost", rangemode="tozero")


PICTURES: dict[str, Callable[[go.Figure, Report, int, Tone], None]] = {
    "How large the error is at every step": _curves,
    "How long each unit remembers": _memories,
    "How often gates are shut and open": _gates,
    "Singular values of the recurrent weights": _weights,
    "Which inputs the output depends on": _inputs,
    "What truncation would lose": _cuts,
}


def _line(direction: Direction, tone: Tone) -> dict[str, object]:
    """Its cell's colour; layers by dash, the direction from the end thinner."""
    return {
        "color": look_of(direction.cell).colour.on(tone),
        "dash": AGAIN[(direction.layer - 1) % len(AGAIN)],
        "width": 1.4 if direction.reverse else 2.4,
    }
