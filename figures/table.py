"""Results as tables to take home, unrounded: for each figure of `figures.plots` every number that it shows.

Sizes that float64 cannot hold are given as log10; steps and units count from 1; one row per number of a picture's axis.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.arrays import Array
from engine.forward import Trace
from engine.measures import running_product
from engine.studies.backward.look import backwards
from engine.studies.backward.study import BackwardStudy
from engine.studies.vanish.families import Family, family
from engine.studies.vanish.stretches import RANKS, Stretches, stretches
from engine.studies.vanish.study import VanishStudy
from figures.plots.curves import Curve, Runs, curves
from figures.words import LOG10_2

ERROR, RELATIVE = "log10 error", "log10 error relative to step T"
MEMORY, MEMORY_RELATIVE = "log10 error of the cell state", "log10 error of the cell state relative to step T"
BOUND = "log10 bound relative to step T"
SATURATION, WEIGHTS, TOGETHER = "log10 growth by saturation", "log10 growth by weights", "log10 growth"
PRODUCT = "log10 size of the product"
MEDIAN = "median (of an even number the geometric mean of the middle two)"
FORMULA = re.compile(
    r"""(?<![^;\t\r\n])(?=[\s"]*[=+\-@＝＋－＠])|^(?=[\t\r\n])"""
)  # where one may begin, see `guarded`


def csv_of(table: pd.DataFrame) -> bytes:
    """A table as a file for spreadsheets: it begins with the mark by which they know UTF-8, and no text in it is a
    formula.
    """
    texts = {str(name): table[name].map(guarded) for name in table.select_dtypes(["object", "string"])}
    return table.assign(**texts).rename(columns=guarded).to_csv(index=False).encode("utf-8-sig")


def guarded(value: object) -> object:
    """Text with an apostrophe wherever a spreadsheet might begin a formula, also one that splits cells at semicolons or
    tabs. ui/kit/browser/save.js does the same for the tables of the pictures.
    """
    return FORMULA.sub("'", value) if isinstance(value, str) else value


def gradient_curves_table(runs: Runs, sequence: int = 0) -> pd.DataFrame:
    """One row per network and step: the error there, that of the cell state, and the bound of a vanilla RNN."""
    return pd.concat([curve_table(curve) for curve in curves(runs, sequence)], ignore_index=True)


def curve_table(curve: Curve) -> pd.DataFrame:
    """The rows of one network."""
    T = len(curve.log2_dh) - 1
    steps, none = np.arange(1, T + 1), np.full(T, np.nan)
    dh = curve.log2_dh[1:] * LOG10_2
    dc = none if curve.log2_dc is None else curve.log2_dc[1:] * LOG10_2
    with np.errstate(invalid="ignore"):
        columns = {
            "network": curve.name,
            "cell": curve.cell.name,
            "step": steps,
            ERROR: dh,
            RELATIVE: dh - dh[-1],
            MEMORY: dc,
            MEMORY_RELATIVE: dc - dc[-1],
            BOUND: none if curve.log2_bound is None else curve.log2_bound * LOG10_2 * (T - steps),
        }
    return pd.DataFrame(columns)


def every_scale_table(study: VanishStudy) -> pd.DataFrame:
    """One row per cell, recurrent scale and step: the error there relative to the last step."""
    return pd.concat([family_table(family(study, cell)) for cell in study.cells], ignore_index=True)


def family_table(found: Family) -> pd.DataFrame:
    """The rows of one cell."""
    count, T = found.log2_dh.shape[0], found.log2_dh.shape[1] - 1
    with np.errstate(invalid="ignore"):
        relative = (found.log2_dh[:, 1:] - found.log2_dh[:, -1:]) * LOG10_2
    return pd.DataFrame(
        {
            "cell": found.cell.name,
            "scale": np.repeat(found.scales, T),
            "step": np.tile(np.arange(1, T + 1), count),
            RELATIVE: relative.ravel(),
        }
    )


def scales_table(families: Sequence[Family]) -> pd.DataFrame:
    """One row per cell and scale: what the verdicts and metrics say, as numbers."""
    rows = []
    for found in families:
        for k, scale in enumerate(found.scales):
            reach = found.reach[k]
            rows.append(
                {
                    "cell": found.cell.name,
                    "scale": scale,
                    "log10 error at step 1 relative to step T": reach.log2_ratio * LOG10_2,
                    "steps per halving (negative: per doubling)": reach.steps_per_halving,
                    "float32 reads 0 from step": reach.float32_zero,
                    "float32 overflows from step": reach.float32_overflow,
                    "exactly 0 from step": reach.vanished_at,
                    "spectral radius": found.spectral_radius[k],
                    "largest singular value": found.singular_value[k],
                    "saturation": found.saturation[k],
                    "loss": found.loss[k],
                    "log10 gradient norm of all parameters": found.log2_gradient[k] * LOG10_2,
                    "log10 bound on growth per step": np.nan
                    if found.log2_bound is None
                    else found.log2_bound[k] * LOG10_2,
                }
            )
    return pd.DataFrame(rows).astype({name: "Int64" for name in rows[0] if "from step" in name})


def states_table(trace: Trace, sequence: int = 0) -> pd.DataFrame:
    """One row per step and unit: the hidden state, and the cell state of a cell with memory."""
    columns = {"h": trace.h[1:, sequence]}
    if trace.c is not None:
        columns["c"] = trace.c[1:, sequence]
    return _by_unit(columns)


def gates_table(trace: Trace, sequence: int = 0) -> pd.DataFrame:
    """One row per step and unit: every gate after its activation."""
    return _by_unit({gate: rows[:, sequence] for gate, rows in trace.gates.items()})


def _by_unit(columns: dict[str, Array]) -> pd.DataFrame:
    T, H = next(iter(columns.values())).shape
    places = {"step": np.repeat(np.arange(1, T + 1), H), "unit": np.tile(np.arange(1, H + 1), T)}
    return pd.DataFrame(places | {name: rows.ravel() for name, rows in columns.items()})


def growth_table(study: VanishStudy, cell: str) -> pd.DataFrame:
    """One row per step: by what the error grows from there to the step before, and what does it."""
    found = family(study, cell, (study.scale,))
    saturation, weights = (
        rows[0].astype(float) * LOG10_2 for rows in (found.log2_by_saturation, found.log2_by_weights)
    )
    with np.errstate(invalid="ignore"):
        together = saturation + weights
    return pd.DataFrame(
        {"step": np.arange(1, len(saturation) + 1), SATURATION: saturation, WEIGHTS: weights, TOGETHER: together}
    )


def singular_values_table(study: VanishStudy, cell: str) -> pd.DataFrame:
    """One row per step t: log10 of the singular values of dh_T/dh_t, by the share of them that lies below."""
    return stretches_table(stretches(study, cell))


def rank_name(share: float) -> str:
    """What the column of a rank is called."""
    return {0.0: "smallest", 0.5: MEDIAN, 1.0: "largest"}.get(share, f"{100.0 * share:g} % below")


def stretches_table(found: Stretches) -> pd.DataFrame:
    """The same of stretches that are known; the largest only where no others were computed."""
    steps = np.arange(len(found.log2_largest))[1:]
    if found.log2_ranks is None:
        return pd.DataFrame({"step": steps, rank_name(1.0): found.log2_largest[1:] * LOG10_2})
    ranks = {rank_name(share): row[1:] * LOG10_2 for share, row in zip(RANKS, found.log2_ranks, strict=True)}
    return pd.DataFrame({"step": steps, **ranks})


def loss_by_state_table(study: BackwardStudy, cell: str | None = None) -> pd.DataFrame:
    """One row per cell (or of one), loss k and state t <= k: log10 ||dL_k/dh_t||; t = 0 is the start."""
    parts = []
    for name in study.cells if cell is None else (cell,):
        table = backwards(study, name).table
        k, t = np.nonzero(~np.isnan(table.log2_norm))
        losses = np.array(table.steps)[k]
        parts.append(pd.DataFrame({"cell": name, "loss": losses, "state": t, ERROR: table.log2_norm[k, t] * LOG10_2}))
    return pd.concat(parts, ignore_index=True)


def product_table(factors: Sequence[float]) -> pd.DataFrame:
    """One row per factor: itself, and size and sign of the product so far."""
    found = running_product(np.array(factors))
    return pd.DataFrame(
        {
            "factors": np.arange(1, len(factors) + 1),
            "factor": np.array(factors, dtype=float),
            PRODUCT: found.log2_size * LOG10_2,
            "sign": found.sign.astype(int),
        }
    )
