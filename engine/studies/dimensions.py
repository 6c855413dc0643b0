"""Which number of what a page shows is which: T, B, D, H, K, G and L of its record."""

from __future__ import annotations

from functools import singledispatch

from engine.cells import CELLS
from engine.record import Record
from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.cliff.study import CliffStudy
from engine.studies.train.study import TrainStudy
from engine.studies.unroll.study import UnrollStudy
from engine.studies.vanish.study import VanishStudy

Dimensions = dict[str, tuple[int, ...]]  # by letter; several where networks are compared that differ in it


@singledispatch
def dimensions(record: Record) -> Dimensions:
    """The sizes of what `record` shows, by their letters; none of a record that shows no network."""
    return {}


def _each(*values: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(values))


def _gates(*cells: str) -> tuple[int, ...]:
    return _each(*(len(CELLS[cell].gates) for cell in cells))


@dimensions.register
def _(study: UnrollStudy) -> Dimensions:
    shapes = study.shapes()
    return {
        "T": _each(*(len(symbols) or study.columns for symbols in (study.symbols, *study.beside)))
        if study.loops
        else (1,),
        "B": (len(study.texts),),
        "D": (shapes["U1"][1],),
        "H": (study.hidden,),
        "K": (shapes["V"][0],),
        "G": _gates(study.cell),
        "L": (study.layers,),
    }


@dimensions.register
def _(study: CellStudy) -> Dimensions:
    T, D = study.sizes
    return {"T": (T,), "B": (1,), "D": (D,), "H": (study.hidden,), "G": _gates(study.cell), "L": (study.layers,)}


@dimensions.register
def _(study: BackwardStudy) -> Dimensions:
    form = study.form(study.cells[0])
    return {
        "T": (study.length,),
        "B": (1,),
        "D": (form.parameters.input_size,),
        "H": (study.hidden,),
        "K": (1 if form.readout is None else len(form.readout.V),),
        "G": _gates(*study.cells),
        "L": (study.layers,),
    }


@dimensions.register
def _(study: VanishStudy) -> Dimensions:
    T, D = study.sizes
    return {"T": (T,), "B": (1,), "D": (D,), "H": (study.hidden,), "G": _gates(*study.cells), "L": (study.layers,)}


@dimensions.register
def _(study: CliffStudy) -> Dimensions:
    return {"T": (study.steps,), "B": (1,), "D": (1,), "H": (1,), "G": (1,), "L": (1,)}


@dimensions.register
def _(study: TrainStudy) -> Dimensions:
    task, racers = study.learned, study.racers
    return {
        "T": _each(*task.ends),
        "B": (study.batch,),
        "D": (task.inputs,),
        "H": (study.hidden,),
        "K": (task.outputs,),
        "G": _gates(*(racer.cell for racer in racers)),
        "L": (study.layers,),
    }
