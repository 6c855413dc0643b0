"""The curves and the maps of the error: the study's own numbers, gradients of one's own, gaps where nothing is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import CELLS, family, log2_singular_values, reach, step_jacobians
from engine.studies.vanish.families import SCALES
from engine.studies.vanish.stretches import RANKS, stretches
from engine.studies.vanish.study import VanishStudy
from figures import (
    every_scale,
    every_scale_table,
    gradient_curves,
    gradient_curves_table,
    growth,
    growth_table,
    singular_values,
    singular_values_table,
)
from figures.plots.gradients import AGAIN
from figures.plots.house import decades
from figures.theme import CELLS as COLOURS
from figures.theme import ROLES
from figures.vanish.stretches import PRECISION, spread_sentence
from figures.words import LOG10_2, half_life, power

SMALL = VanishStudy(cells=("tanh", "lstm"), steps=12, hidden=4)


def test_a_study_gives_a_curve_per_network_in_its_colour_with_its_half_life() -> None:
    figure = gradient_curves(SMALL)
    shown = [trace for trace in figure.data if trace.showlegend]
    assert [trace.line.color for trace in shown] == [COLOURS[cell].light for cell in SMALL.cells]
    for trace, cell in zip(shown, SMALL.cells, strict=True):
        found = family(SMALL, cell, (SMALL.scale,))
        assert trace.name == f"{CELLS[cell].title}, {half_life(found.reach[0])}"
        assert list(trace.x) == list(range(1, 13))
        np.testing.assert_allclose(trace.y, (found.log2_dh[0, 1:] - found.log2_dh[0, -1]) * LOG10_2, atol=1e-12)
        assert power(found.reach[0].log2_ratio) in trace.text[0]
        assert "times that of step 12" in trace.text[0]
    named = [trace.name for trace in figure.data if not trace.showlegend]
    assert named == ["tanh RNN, bound", "LSTM, cell state"]
    assert tuple(figure.layout.xaxis.range) == (0.5, 12.5)
    low, high = figure.layout.yaxis.range
    assert all(low < y < high for trace in shown for y in trace.y)


def test_gradients_of_ones_own_stand_under_their_names_or_titles() -> None:
    one, other = SMALL.run("tanh"), replace(SMALL, scale=2.0).run("tanh")
    listed = [trace for trace in gradient_curves([one, other]).data if trace.showlegend]
    assert [trace.name.split(", half")[0] for trace in listed] == ["tanh RNN", "tanh RNN, run 2"]
    assert [trace.line.dash for trace in listed] == list(AGAIN[:2])
    named = gradient_curves({"scale 1": one, "scale 2": other})
    assert [trace.name.split(", ")[0] for trace in named.data if trace.showlegend] == ["scale 1", "scale 2"]
    (alone,) = (trace for trace in gradient_curves(one).data if trace.showlegend)
    np.testing.assert_allclose(alone.y, listed[0].y)
    found = reach(one.log2_dh[:, 0])
    assert alone.name == f"tanh RNN, {half_life(found)}"
    with pytest.raises(ValueError, match="there are no runs"):
        gradient_curves([])


def test_absolute_norms_show_what_float32_holds() -> None:
    study = replace(SMALL, cells=("sigmoid",), steps=300, loss="probe")
    figure = gradient_curves(study, absolute=True)
    run = study.run("sigmoid")
    np.testing.assert_allclose(figure.data[0].y, run.log2_dh[1:, 0] * LOG10_2, rtol=1e-9)
    assert "times" not in figure.data[0].text[0]
    assert "below this float32 is 0" in [one.text for one in figure.layout.annotations]
    assert gradient_curves(study).layout.annotations == ()


def test_a_sum_of_losses_has_no_half_life() -> None:
    every = replace(SMALL, at="every")
    assert "no half-life of a sum" in gradient_curves(every).data[0].name
    assert "no half-life of a sum" in gradient_curves(every.run("tanh")).data[0].name


def test_an_error_of_exactly_zero_leaves_a_gap_and_stands_in_the_table() -> None:
    dead = replace(SMALL, cells=("relu",), inputs="zeros")
    own = gradient_curves(dead).data[0]
    assert np.isnan(own.y[:11]).all() and own.y[11] == 0.0
    assert own.text[0] == "error at step 1: 0 times that of step 12"
    assert np.isneginf(gradient_curves_table(dead)["log10 error"][:11]).all()


def test_only_a_cell_with_memory_has_errors_of_a_cell_state() -> None:
    table = gradient_curves_table(SMALL).groupby("cell", sort=False)
    assert table["log10 error of the cell state"].count().to_dict() == {"tanh": 0, "lstm": 12}
    assert table["log10 bound relative to step T"].count().to_dict() == {"tanh": 12, "lstm": 0}


def test_the_maps_hold_every_scale_on_one_scale_of_colours() -> None:
    figure, table = every_scale(SMALL), every_scale_table(SMALL)
    assert [one.text for one in figure.layout.annotations] == ["tanh RNN", "LSTM"]
    assert len(table) == 2 * len(SCALES) * 12
    for trace, cell in zip(figure.data, SMALL.cells, strict=True):
        found = family(SMALL, cell)
        assert list(trace.y) == list(SCALES)
        np.testing.assert_allclose(trace.z, (found.log2_dh[:, 1:] - found.log2_dh[:, -1:]) * LOG10_2, atol=1e-12)
        assert trace.text[3][0] == power(found.reach[3].log2_ratio)
    axis = figure.layout.coloraxis
    assert (axis.cmin, axis.cmax) == decades(table.iloc[:, -1].to_numpy())
    assert {shape.y0 for shape in figure.layout.shapes} == {SMALL.scale}


def test_the_two_parts_of_growth_make_the_errors_own() -> None:
    figure, table = growth(SMALL, "tanh"), growth_table(SMALL, "tanh")
    slopes, weights, together = figure.data
    assert (slopes.marker.color, weights.marker.color) == (ROLES["saturation"].light, ROLES["weights"].light)
    np.testing.assert_allclose(np.add(slopes.y, weights.y), together.y, atol=1e-6)
    log10 = SMALL.run("tanh").log2_dh[:, 0] * LOG10_2
    np.testing.assert_allclose(together.y, log10[:-1] - log10[1:], atol=1e-6)
    assert list(table["step"]) == list(together.x)
    assert figure.layout.barmode == "relative"
    low, high = figure.layout.yaxis.range
    assert low < min(*slopes.y, *together.y) and max(*weights.y, *together.y) < high
    marks = dict(zip(figure.layout.yaxis.ticktext, figure.layout.yaxis.tickvals, strict=True))
    assert marks["× 1"] == 0.0
    for name, log10_mark in marks.items():
        assert float(name.removeprefix("× ")) == pytest.approx(10.0**log10_mark, rel=0.01)


@pytest.mark.parametrize("scale", [0.2, 3.0])
def test_an_axis_of_growth_is_named_evenly(scale: float) -> None:
    axis = growth(replace(SMALL, cells=("sigmoid",), scale=scale, inputs="sine"), "sigmoid").layout.yaxis
    assert 2 <= len(axis.tickvals) <= 8
    np.testing.assert_allclose(np.diff(axis.tickvals, 2), 0.0, atol=1e-12)  # evenly


def test_the_fan_holds_the_singular_values_of_the_whole_way() -> None:
    figure, table = singular_values(SMALL, "tanh"), singular_values_table(SMALL, "tanh")
    exact = log2_singular_values(step_jacobians(SMALL.run("tanh").trace))[1:] * LOG10_2
    np.testing.assert_allclose(table["largest"], exact[:, 0], atol=1e-9)
    np.testing.assert_allclose(table["smallest"], exact[:, -1], atol=1e-9)
    assert len(table.columns) == 1 + len(RANKS)
    lines = {trace.name: trace for trace in figure.data if trace.hoverinfo != "skip"}
    assert list(lines) == ["smallest", "median", "largest"]
    assert "dh_12/dh_%{x}" in lines["largest"].hovertemplate
    rounding = figure.data[-1]
    np.testing.assert_allclose(rounding.y, table["largest"] + PRECISION * LOG10_2)
    assert spread_sentence(stretches(SMALL, "tanh")) in figure.layout.title.text
    filled = [trace for trace in figure.data if trace.fill == "tonexty"]
    assert len(filled) == 3
