"""The arrays of weights of a walk's network, by name, and their shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.arrays import Array
from engine.cells import CELLS
from engine.studies.source import Form, Source

if TYPE_CHECKING:
    from engine.studies.unroll.study import UnrollStudy


def placed(form: Form) -> dict[str, Array]:
    """Every array of a network from somewhere by name, but for the readout's."""
    parts = [("", form.network)] if form.encoder is None else [("", form.encoder), ("decoder.", form.network)]
    return {
        f"{part}{key}{layer}{side}": array
        for part, network in parts
        for layer, one in enumerate(network.layers, 1)
        for side, p in zip(("", "r"), one.directions, strict=False)
        for key, array in p.named().items()
    }


def shapes_in(source: Source, outputs: int) -> dict[str, tuple[int, int]]:
    """The same of a network from somewhere, of which so many outputs are shown."""
    form = source.form
    shapes = {name: (len(array), array.shape[1] if array.ndim == 2 else 1) for name, array in placed(form).items()}
    return {**shapes, "V": (outputs, form.network.layers[-1].output_size), "d": (outputs, 1)}


def shapes_of(study: UnrollStudy) -> dict[str, tuple[int, int]]:
    """Rows and columns: U1, W1, b1 of layer 1, U1r of the direction that reads from the end, decoder.U1 of a decoder,
    V and d of the readout."""
    if study.trained is not None:
        return shapes_in(study.trained, len(study.answers))
    cell, H = CELLS[study.cell], study.hidden
    size = 1 if study.numeric else max(1, len(study.vocabulary))
    shapes: dict[str, tuple[int, int]] = {}
    for part in ("", "decoder.") if study.wiring == "delayed" else ("",):
        for layer in range(1, study.layers + 1):
            D = size if layer == 1 else H * (1 + study.both)
            for side in ("", "r") if study.both else ("",):
                place, rows = f"{layer}{side}", len(cell.gates) * H
                shapes |= {f"{part}U{place}": (rows, D), f"{part}W{place}": (rows, H), f"{part}b{place}": (rows, 1)}
                shapes |= {f"{part}{extra}{place}": (H, 1) for extra in cell.extras}
    K = len(study.answers) if study.output_kind == "softmax" else 1
    shapes["V"] = (K, H * (1 + study.both))
    return shapes if study.lecture else {**shapes, "d": (K, 1)}
