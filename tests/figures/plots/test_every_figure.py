"""What holds of every figure for a notebook: its colours, its words, its ground, and its numbers as a table."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

import figures
from engine.networks.network import Layer, Network
from engine.report import report
from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.vanish.study import VanishStudy
from figures.layout import NOTHING
from figures.theme import GROUND, partners
from tests.figures.drawn import colours

SMALL = VanishStudy(cells=("tanh", "lstm"), steps=12, hidden=4)
TRACE = CellStudy(hidden=3).run().trace
REPORT = report(
    Network((Layer(TRACE.cell, TRACE.parameters),)),
    np.random.default_rng(3).integers(0, TRACE.parameters.input_size, 12),
)
MORE = {"scales_table", "comparison_table", "report_html", "report_picture"}  # tables without a figure, parts, a file
ASKED: dict[str, tuple[Any, ...]] = {
    "gradient_curves": (SMALL,),
    "every_scale": (SMALL,),
    "growth": (SMALL, "lstm"),
    "singular_values": (SMALL, "tanh"),
    "states": (TRACE,),
    "gates": (TRACE,),
    "loss_by_state": (BackwardStudy(text="abcde", hidden=3),),
    "product": ((0.9, 1.1, 0.5),),
    "report": (REPORT,),
}
each_figure = pytest.mark.parametrize("name", ASKED)


def drawn(name: str, dark: bool = False) -> go.Figure:
    make: Callable[..., go.Figure] = getattr(figures, name)
    return make(*ASKED[name], dark=dark)


def test_every_figure_has_its_numbers_as_a_table() -> None:
    assert set(figures.__all__) - MORE == {*ASKED, *(f"{name}_table" for name in ASKED)}
    assert list(figures.__all__) == sorted(figures.__all__)
    for name in figures.__all__:
        assert inspect.getdoc(getattr(figures, name)), name
    with pytest.raises(AttributeError, match="no attribute 'gradient_curve'"):
        figures.gradient_curve  # noqa: B018


@each_figure
def test_every_number_that_is_drawn_stands_in_the_table(name: str) -> None:
    table = getattr(figures, f"{name}_table")(*ASKED[name])
    assert isinstance(table, pd.DataFrame)
    known = table.select_dtypes("number").to_numpy(float).ravel()
    known = np.sort(np.concatenate([known, np.log10(known[known > 0])]))  # as it stands there, or in decades
    for trace in drawn(name).data:
        values = np.asarray(trace.y if trace.type != "heatmap" else trace.z, dtype=float).ravel()
        if trace.name in ("float64’s rounding of the largest", "each factor"):  # another scale of what stands there
            continue
        values = values[np.isfinite(values)]
        near = known[np.searchsorted(known, values).clip(0, len(known) - 1)]
        below = known[(np.searchsorted(known, values) - 1).clip(0)]
        apart = np.minimum(np.abs(near - values), np.abs(below - values))
        assert (apart <= 1e-12 * np.maximum(1.0, np.abs(values))).all(), trace.name


@each_figure
def test_colours_are_the_themes_and_dark_is_the_partner_of_light(name: str) -> None:
    light, dark = drawn(name), drawn(name, dark=True)
    pairs, veils = partners(), {colour for colour in colours(light) if colour.startswith("rgba")}
    assert colours(light) - veils <= set(pairs)
    assert {pairs[colour] for colour in colours(light) - veils} == {
        colour for colour in colours(dark) if not colour.startswith("rgba")
    }
    for figure, ground in ((light, GROUND.light), (dark, GROUND.dark)):
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == ground != NOTHING
    assert len(light.data) == len(dark.data)


@each_figure
def test_every_axis_is_named_and_every_point_says_what_it_is(name: str) -> None:
    figure = drawn(name)
    axes = [*figure.select_xaxes(), *figure.select_yaxes()]
    titled = [axis for axis in axes if axis.title.text]
    assert {axis.plotly_name[0] for axis in titled} == {"x", "y"}
    for trace in figure.data:
        if trace.hoverinfo == "skip":
            continue
        assert "%{text}" in trace.hovertemplate and trace.hovertemplate.endswith("<extra></extra>")
        shape = np.shape(trace.z) if trace.type == "heatmap" else np.shape(trace.y)
        assert np.shape(trace.text) == shape
        assert "nan" not in str(trace.text)


def test_plotly_and_pandas_come_with_the_first_figure_only() -> None:
    asked = "import sys, figures, figures.theme; print(sorted({'plotly', 'pandas'} & set(sys.modules)))"
    root = Path(__file__).parents[3]
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=root, check=True)
    assert found.stdout.strip() == "[]"
