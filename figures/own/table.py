"""A report as one table to take home: every number that it says, one a row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from engine.arrays import Array
from engine.report import Comparison, Report
from engine.report.directions import Direction
from figures.own.words import quantity
from figures.words import LOG10_2

Row = tuple[str, Direction | None, str, int | None, int | None, int | None, float]


def report_table(found: Report) -> pd.DataFrame:
    """One row per number: what it is; of which layer, direction, gate, sequence, step or k, and unit; and the value.

    Sequences, steps and units count from 1. Sizes that float64 may not hold are given as log10.
    """
    columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
    for what, direction, gate, sequence, step, unit, value in _rows(found):
        of = (
            ("", "")
            if direction is None
            else (direction.layer, "from the end" if direction.reverse else "from the start")
        )
        for name, entry in zip(COLUMNS, (what, *of, gate, sequence, step, unit, value), strict=True):
            columns[name].append(entry)
    return pd.DataFrame(columns)


COLUMNS = ("quantity", "layer", "direction", "gate", "sequence", "step", "unit", "value")


def comparison_table(found: Comparison) -> pd.DataFrame:
    """One row per quantity of both reports, the largest relative change first."""
    return pd.DataFrame(
        {
            "quantity": [quantity(one) for one in found.differences],
            "first": [one.first for one in found.differences],
            "second": [one.second for one in found.differences],
            "relative change": [one.change for one in found.differences],
        }
    )


def _rows(found: Report) -> Iterator[Row]:
    for curve in found.curves:
        for b in range(len(curve.log2_dh)):
            yield from _each("log10 error", curve.direction, b, curve.by_position(b) * LOG10_2)
            yield "steps per halving of the error", curve.direction, "", b + 1, None, None, float(curve.half_lives[b])
        yield "median steps per halving of the error", curve.direction, "", None, None, None, curve.half_life
    for held in found.memories:
        for unit, value in enumerate(held.half_life, 1):
            yield "half-life of the memory", held.direction, "", None, None, unit, float(value)
    for gate in found.gates:
        for what, rows in (("mean", gate.mean), ("share of steps shut", gate.shut), ("share of steps open", gate.open)):
            yield what, gate.direction, gate.gate, None, None, None, float(rows.mean())
            for unit, value in enumerate(rows, 1):
                yield what, gate.direction, gate.gate, None, None, unit, float(value)
    for units in found.units:
        for what, rows in (("dead", units.dead), ("saturated", units.saturated), ("share of flat steps", units.flat)):
            for unit, value in enumerate(rows, 1):
                yield what, units.direction, "", None, None, unit, float(value)
    for weights in found.weights:
        yield "spectral radius of W", weights.direction, weights.gate, None, None, None, weights.spectral_radius
        for unit, value in enumerate(weights.singular_values, 1):
            yield "singular value of W", weights.direction, weights.gate, None, None, unit, float(value)
    for b, inputs in enumerate(found.inputs):
        yield from _each("log10 ‖dL/dx‖", None, b, inputs.log2_norm * LOG10_2)
        yield from _each("input times gradient, as a share", None, b, inputs.shares)
    for n, k in enumerate(found.cuts.steps):
        for way, direction in enumerate(found.cuts.directions):
            share = float(np.exp2(found.cuts.median[n, way]))
            yield "share of the gradient lost by truncation", direction, "", None, k, None, share
        yield (
            "share of the gradient lost by truncation",
            None,
            "",
            None,
            k,
            None,
            float(np.exp2(found.cuts.median_together[n])),
        )


def _each(what: str, direction: Direction | None, sequence: int, rows: Array) -> Iterator[Row]:
    """One row a step."""
    for step, value in enumerate(rows, 1):
        yield what, direction, "", sequence + 1, step, None, float(value)
