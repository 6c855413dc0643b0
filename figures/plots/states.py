"""What does a network hold at each step, and what do its gates do? Units by steps."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from engine.arrays import Array
from engine.forward import Trace
from engine.more_activations import activation_named
from figures.cells import look_of
from figures.plots.house import ColourScale, by_steps, colour_bar, finished, finite, panels, signed, tone_of
from figures.table import gates_table, states_table
from figures.theme import ROLES, SURFACE
from figures.words import number

NAMES = {"h": "hidden state h", "c": "cell state c"}
SHARE = (0.0, 1.0)  # a gate's values, always on the whole of their range


def states(trace: Trace, sequence: int = 0, dark: bool = False) -> go.Figure:
    """The hidden state of every unit at every step, and below it the cell state of a cell with memory.

    Signed values on one diverging scale, centred on 0, each state to its own largest. The numbers: `states_table`.
    """
    tone, table = tone_of(dark), states_table(trace, sequence)
    shown = [name for name in NAMES if name in table]
    figure = panels([NAMES[name] for name in shown], down=True)
    for k, name in enumerate(shown):
        values = table.pivot(index="unit", columns="step", values=name).to_numpy()
        known = np.abs(values[np.isfinite(values)])
        largest = float(known.max(initial=0.0)) or 1.0
        _add(figure, k, len(shown), values, name, (-largest, largest), signed(tone), colour_bar(name, tone))
    return _in_units(figure, trace, len(shown), dark)


def gates(trace: Trace, sequence: int = 0, dark: bool = False) -> go.Figure:
    """Every gate of every unit at every step: 0 is shut, 1 is open; the candidate is signed, from -1 to 1.

    A gate has the colour of its role. The numbers: `gates_table`.

    Raises:
        ValueError: the cell has no gates.
    """
    look, tone = look_of(trace.cell), tone_of(dark)
    if len(look.gates) == 1:
        raise ValueError(f"the {trace.cell.title} has no gates; `states` shows its state")
    table = gates_table(trace, sequence)
    figure = panels([f"{gate.label} {gate.letter}" for gate in look.gates], down=True)
    for k, gate in enumerate(look.gates):
        values = table.pivot(index="unit", columns="step", values=gate.name).to_numpy()
        activation = activation_named(gate.activation)
        share = activation is not None and activation.shares
        ends = SHARE if share else (-1.0, 1.0)
        colours: ColourScale = [[0.0, SURFACE.on(tone)], [1.0, ROLES[gate.role].on(tone)]] if share else signed(tone)
        _add(figure, k, len(look.gates), values, gate.letter, ends, colours, colour_bar(gate.letter, tone))
    return _in_units(figure, trace, len(look.gates), dark)


def _add(
    figure: go.Figure,
    k: int,
    count: int,
    values: Array,
    name: str,
    ends: tuple[float, float],
    colours: ColourScale,
    bar: dict[str, object],
) -> None:
    """The map of one quantity as panel k of `count`, its legend beside it."""
    bottom, top = figure.get_subplot(k + 1, 1).yaxis.domain
    figure.add_trace(
        go.Heatmap(
            x=np.arange(1, values.shape[1] + 1),
            y=np.arange(1, values.shape[0] + 1),
            z=finite(values),
            zmin=ends[0],
            zmax=ends[1],
            colorscale=colours,
            colorbar={**bar, "len": top - bottom, "y": (top + bottom) / 2},
            text=[[number(float(value)) for value in row] for row in values],
            hovertemplate=f"{name} of unit %{{y}} at step %{{x}}: %{{text}}<extra></extra>",
            name=name,
        ),
        row=k + 1,
        col=1,
    )


def _in_units(figure: go.Figure, trace: Trace, count: int, dark: bool) -> go.Figure:
    figure.update_xaxes({**by_steps(trace.steps), "title_text": ""})
    figure.update_xaxes(title_text=by_steps(trace.steps)["title_text"], row=count)
    units = trace.parameters.hidden_size
    figure.update_yaxes(title_text="unit", range=[units + 0.5, 0.5], tickformat="d")  # unit 1 on top
    return finished(figure, 140 + 170 * count, tone_of(dark))
