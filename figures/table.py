"""Results as tables to take home, unrounded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.studies.vanish.families import Family
from figures.words import LOG10_2


def scales_table(families: Sequence[Family]) -> pd.DataFrame:
    """One row per cell and scale: what the verdicts and metrics say, as numbers.

    Norms are given as log10, because float64 cannot hold all of them; steps count from 1.
    """
    rows = []
    for family in families:
        for k, scale in enumerate(family.scales):
            reach = family.reach[k]
            rows.append(
                {
                    "cell": family.cell.name,
                    "scale": scale,
                    "log10 error at step 1 relative to step T": reach.log2_ratio * LOG10_2,
                    "steps per halving (negative: per doubling)": reach.steps_per_halving,
                    "float32 reads 0 from step": reach.float32_zero,
                    "float32 overflows from step": reach.float32_overflow,
                    "exactly 0 from step": reach.vanished_at,
                    "spectral radius": family.spectral_radius[k],
                    "largest singular value": family.singular_value[k],
                    "saturation": family.saturation[k],
                    "loss": family.loss[k],
                    "log10 gradient norm of all parameters": family.log2_gradient[k] * LOG10_2,
                    "log10 bound on growth per step": np.nan
                    if family.log2_bound is None
                    else family.log2_bound[k] * LOG10_2,
                }
            )
    return pd.DataFrame(rows).astype({name: "Int64" for name in rows[0] if "from step" in name})
