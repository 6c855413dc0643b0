"""The arrays of weights of a walk's network, by name, and their shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cells import CELLS

if TYPE_CHECKING:
    from engine.studies.unroll.study import UnrollStudy


def shapes_of(study: UnrollStudy) -> dict[str, tuple[int, int]]:
    """Rows and columns: U1, W1, b1 of layer 1, U1r of the direction that reads from the end, decoder.U1 of a decoder,
    V and d of the readout."""
    cell, H = CELLS[study.cell], study.hidden
    size = max(1, len(study.vocabulary)) if study.trained or not study.numeric else 1
    shapes: dict[str, tuple[int, int]] = {}
    for part in ("", "decoder.") if study.wiring == "delayed" else ("",):
        read = len(study.spoken) if part and study.trained else size
        for layer in range(1, study.layers + 1):
            D = read if layer == 1 else H * (1 + study.both)
            for side in ("", "r") if study.both else ("",):
                place, rows = f"{layer}{side}", len(cell.gates) * H
                shapes |= {f"{part}U{place}": (rows, D), f"{part}W{place}": (rows, H), f"{part}b{place}": (rows, 1)}
                shapes |= {f"{part}{extra}{place}": (H, 1) for extra in cell.extras}
    K = len(study.answers) if study.trained or study.output_kind == "softmax" else 1
    shapes["V"] = (K, H * (1 + study.both))
    return shapes if study.lecture else {**shapes, "d": (K, 1)}
