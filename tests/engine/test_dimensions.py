"""Which number of what a page shows is which letter: as the arrays of its run have them."""

from __future__ import annotations

import pytest

from engine import CELLS, BackwardStudy, CellStudy, TrainStudy, UnrollStudy, VanishStudy
from engine.record import Record
from engine.studies.cliff.study import CliffStudy
from engine.studies.dimensions import dimensions
from engine.studies.unroll.walk import walk


@pytest.mark.parametrize(
    "study",
    [
        UnrollStudy(),
        UnrollStudy(example="review", cell="lstm", layers=2, hidden=5, wiring="many-to-one"),
        UnrollStudy(example="sine", cell="gru"),
        UnrollStudy(wiring="one-to-one"),
        UnrollStudy(wiring="delayed"),
    ],
)
def test_the_sizes_on_unroll_are_those_of_its_arrays(study: UnrollStudy) -> None:
    sizes, run = dimensions(study), walk(study)
    first = run.parts[0].trace.layers[0].forward
    assert sizes["T"] == (first.steps,)
    assert sizes["D"] == (first.x.shape[2],)
    assert sizes["H"] == (first.h.shape[2],)
    assert sizes["K"] == (run.outputs.shape[-1],)
    assert sizes["L"] == (len(run.parts[0].trace.layers),)
    assert sizes["G"] == (first.parameters.W.shape[0] // first.h.shape[2],)


def test_two_texts_are_two_sequences_of_their_own_lengths() -> None:
    sizes = dimensions(UnrollStudy(example="text", text="the cat", second="a b c d e f", by="word"))
    assert (sizes["T"], sizes["B"]) == ((2, 6), (2,))


@pytest.mark.parametrize("cell", CELLS)
def test_the_sizes_of_one_layer_are_those_of_its_arrays(cell: str) -> None:
    inside = CellStudy(cell=cell)
    trace, sizes = inside.run().trace, dimensions(inside)
    assert [sizes[letter] for letter in "TDH"] == [(trace.steps,), (trace.x.shape[2],), (trace.h.shape[2],)]
    back = BackwardStudy(cells=(cell,))
    trace, sizes = back.run(cell).trace, dimensions(back)
    assert [sizes[letter] for letter in "TDH"] == [(trace.steps,), (trace.x.shape[2],), (trace.h.shape[2],)]
    assert sizes["G"] == (len(CELLS[cell].gates),)


def test_networks_that_are_compared_have_as_many_sizes_as_differ() -> None:
    assert dimensions(VanishStudy(cells=("tanh", "relu", "lstm")))["G"] == (1, 4)
    assert dimensions(TrainStudy())["T"] == (50,)
    assert dimensions(CliffStudy(steps=7))["T"] == (7,)
    assert dimensions(Record()) == {}
