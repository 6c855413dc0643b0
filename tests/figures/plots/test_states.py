"""Units by steps: the trace's own numbers, gates from shut to open, states centred on 0; and losses by states."""

from __future__ import annotations

import numpy as np
import pytest

from engine.cells import CELLS
from engine.studies.backward.look import backwards
from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.vanish.study import VanishStudy
from figures import (
    gates,
    gates_table,
    loss_by_state,
    loss_by_state_table,
    product,
    product_table,
    states,
    states_table,
)
from figures.backward.flow import SPAN
from figures.cells import look_of
from figures.theme import ROLES, SIGNED
from figures.vanish.product import product_figure, product_sentence
from figures.words import LOG10_2, number, power

LOSSES = BackwardStudy(cells=("tanh", "lstm"), text="abcdef", hidden=3)


@pytest.mark.parametrize("cell", CELLS)
def test_states_are_the_traces_centred_on_zero(cell: str) -> None:
    trace = CellStudy(cell=cell, hidden=3).run().trace
    figure, table = states(trace), states_table(trace)
    shown = {"h": trace.h} | ({} if trace.c is None else {"c": trace.c})
    assert [one.name for one in figure.data] == list(shown)
    for drawn, (name, rows) in zip(figure.data, shown.items(), strict=True):
        np.testing.assert_array_equal(drawn.z, rows[1:, 0].T)
        assert drawn.zmax == -drawn.zmin == np.abs(rows[1:, 0]).max()
        assert [colour for _, colour in drawn.colorscale] == list(SIGNED["light"])
        assert drawn.text[1][2] == number(rows[3, 0, 1])
        np.testing.assert_array_equal(table[name], rows[1:, 0].ravel())
    assert tuple(figure.layout.yaxis.range) == (3.5, 0.5)


@pytest.mark.parametrize("cell", CELLS)
def test_gates_go_from_shut_to_open_in_their_own_colours(cell: str) -> None:
    trace, look = CellStudy(cell=cell, hidden=3).run().trace, look_of(CELLS[cell])
    if len(look.gates) == 1:
        with pytest.raises(ValueError, match="has no gates"):
            gates(trace)
        return
    figure, table = gates(trace), gates_table(trace)
    for drawn, gate in zip(figure.data, look.gates, strict=True):
        np.testing.assert_array_equal(drawn.z, trace.gates[gate.name][:, 0].T)
        np.testing.assert_array_equal(table[gate.name], trace.gates[gate.name][:, 0].ravel())
        share = gate.activation == "sigmoid"
        assert (drawn.zmin, drawn.zmax) == ((0.0, 1.0) if share else (-1.0, 1.0))
        assert not share or drawn.colorscale[-1][1] == ROLES[gate.role].light
    assert [one.text for one in figure.layout.annotations] == [f"{one.label} {one.letter}" for one in look.gates]


def test_one_sequence_of_a_batch_can_be_asked_for() -> None:
    trace = VanishStudy(cells=("gru",), steps=8, hidden=2).run("gru").trace
    np.testing.assert_array_equal(states(trace, sequence=0).data[0].z, states(trace).data[0].z)
    with pytest.raises(IndexError):
        states(trace, sequence=1)


def test_a_triangle_per_cell_shows_what_of_every_loss_reaches_every_state() -> None:
    figure, table = loss_by_state(LOSSES), loss_by_state_table(LOSSES)
    axis = figure.layout.coloraxis
    assert (axis.cmin, axis.cmax) == SPAN
    for drawn, cell in zip(figure.data, LOSSES.cells, strict=True):
        exact = backwards(LOSSES, cell).table
        np.testing.assert_array_equal(drawn.z, exact.log2_norm * LOG10_2)
        assert list(drawn.y) == list(exact.steps) and list(drawn.x) == [0, 1, 2, 3, 4, 5]
        assert drawn.text[4][1] == power(exact.log2_norm[4, 1])
        assert drawn.text[0][5] == ""  # the loss of step 1 knows nothing of step 5
    assert len(table) == 2 * sum(k + 1 for k in range(1, 6))
    assert [one.name for one in loss_by_state(LOSSES, "lstm").data] == ["LSTM"]


def test_the_product_is_the_pages_own() -> None:
    factors = (0.5, -2.0, 0.0)
    figure, page, table = product(factors), product_figure(factors), product_table(factors)
    for ours, theirs in zip(figure.data, page.data, strict=True):
        assert list(ours.text) == list(theirs.text)
        np.testing.assert_array_equal(ours.y, theirs.y)
    assert figure.layout.title.text == product_sentence(factors)
    assert list(table["factor"]) == list(factors)
    assert list(table["sign"]) == [1, -1, 0]
    assert list(table["log10 size of the product"]) == [-LOG10_2, 0.0, -np.inf]
