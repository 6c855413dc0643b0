"""How much a walk sends to the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cells import CELLS

if TYPE_CHECKING:
    from engine.studies.unroll.study import UnrollStudy


def numbers_sent(study: UnrollStudy) -> float:
    """About how many numbers: h, c, gates and their sums and outputs of each text; every weight, as float64, twice."""
    cell, shapes = CELLS[study.cell], study.shapes()
    chains = study.layers * (1 + (study.both and study.wiring != "delayed"))
    a_step = chains * study.hidden * (1 + cell.has_memory + 2 * len(cell.gates))
    outputs = 1 if study.wiring == "many-to-one" else study.columns
    weights = sum(rows * columns for rows, columns in shapes.values())
    read = [len(symbols) for symbols in (study.symbols, *study.beside)]
    texts = sum(read) / max(*read, 1) if study.beside else 1  # as of the longer one
    return texts * (study.columns * a_step + outputs * shapes["V"][0]) + 2 * weights
