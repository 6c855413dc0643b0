"""The gradient lab's message: every compared cell at every scale, ready to be drawn without asking again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.measures import FLOAT32_CEILING, FLOAT32_FLOOR
from engine.studies.vanish.families import Family, family_scales, nearest_scale
from engine.studies.vanish.seeds import Spread, other_seeds
from engine.studies.vanish.study import VanishStudy
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2, half_life, power, spread_clause, verdicts

STATES_BUDGET = 2_500_000  # bytes of hidden states in one message; beyond it only the current scale's are sent


@dataclass(frozen=True)
class View:
    """What a visitor looks at in the lab; it changes no number."""

    t: int | None = None  # the selected step; None: the last
    focus: str | None = None  # the cell whose states are shown; None: the first
    absolute: bool = False  # absolute norms instead of relative to the last step
    presenter: bool = False
    small: bool = False  # only the chain, as on the front page


def lab_message(
    experiment: VanishStudy, families: Sequence[Family], view: View, opened_at: int, spreads: Sequence[Spread] = ()
) -> bytes:
    """Header and arrays for the browser, which opens at scale number `opened_at` of the experiment's `family_scales`.

    `families` hold all those scales, or a first look at a single one; `spreads` each cell under other seeds at the
    current scale, or nothing yet.

    Arrays, for C cells, S scales that were run, T steps: ``dh`` (C, S, T+1) log10 ||dL/dh_t||; ``dc`` (C, S, T+1),
    nan for cells without; ``bound`` (C, S) log10 of the growth bound per step, nan where there is none; ``radius``,
    ``singular``, ``saturation``, ``loss``, ``gradient`` (C, S); ``rms`` (C, S, T+1) root mean square of h_t; ``h``
    (C, S', T+1, H) with S' = S, or 1 (the current scale) where the states of all scales are too many bytes;
    ``bySaturation``, ``byWeights`` (C, S, T) log10 of each step's growth of the error, nan where it is exactly 0;
    ``spread`` (2, C, 3, T+1) what 10, 50 and 90 % of other seeds' log10 norms do not exceed, relative and absolute.
    """
    first = families[0]
    states = np.stack([family.h for family in families])
    whole = states.nbytes <= STATES_BUDGET
    scales = family_scales(experiment)
    start = scales.index(first.scales[0])
    settled = nearest_scale(experiment)
    none = np.full_like(first.log2_dh, np.nan)
    with np.errstate(over="ignore"):
        rms = np.sqrt(np.square(states, dtype=np.float64).mean(axis=-1)).astype(np.float32)
    arrays: dict[str, Array] = {
        "dh": np.stack([family.log2_dh for family in families]) * LOG10_2,
        "dc": np.stack([none if family.log2_dc is None else family.log2_dc for family in families]) * LOG10_2,
        "bound": np.stack([none[:, 0] if family.log2_bound is None else family.log2_bound for family in families])
        * LOG10_2,
        "radius": np.stack([family.spectral_radius for family in families]),
        "singular": np.stack([family.singular_value for family in families]),
        "saturation": np.stack([family.saturation for family in families]),
        "loss": np.stack([family.loss for family in families]),
        "gradient": np.stack([family.log2_gradient for family in families]) * LOG10_2,
        "rms": rms,
        "h": states if whole else states[:, settled - start : settled - start + 1],
        "bySaturation": np.stack([family.log2_by_saturation for family in families]) * np.float32(LOG10_2),
        "byWeights": np.stack([family.log2_by_weights for family in families]) * np.float32(LOG10_2),
    }
    if spreads:
        both = [[spread.log2_relative for spread in spreads], [spread.log2_dh for spread in spreads]]
        arrays["spread"] = (np.array(both) * LOG10_2).astype(np.float32)
    seeds = len(other_seeds(experiment)) if experiment.other_seeds else 0
    again = not whole or seeds > 0  # what is shown at the current scale only is sent again after a drag
    last_only = experiment.loss == "probe" or experiment.at == "last"
    header = {
        "steps": first.log2_dh.shape[1] - 1,
        "scales": scales,
        "from": start,
        "runs": len(first.scales),
        "scale": settled if again else opened_at,
        "dragged": again and settled != opened_at,
        "statesAt": None if whole else settled,
        "cells": [
            {
                "name": family.cell.name,
                "title": family.cell.title,
                "gated": len(family.cell.gates) > 1,
                "bounded": bool(np.abs(family.h).max() <= 1.0),
                "verdicts": verdicts(family, every=not last_only),
                "halfLives": [half_life(reach) if last_only else "no half-life of a sum" for reach in family.reach],
            }
            for family in families
        ],
        "seeds": {"count": seeds, "scale": settled, "said": [spread_clause(s) for s in spreads]} if seeds else None,
        "labels": experiment.sequence().labels if experiment.inputs == "text" else None,
        "lastLossOnly": last_only,
        "clip": experiment.clip,
        "clipped": [_clipped(family, experiment.clip) for family in families],
        "float32": [FLOAT32_FLOOR * LOG10_2, FLOAT32_CEILING * LOG10_2],
        "view": {"t": view.t, "focus": view.focus, "absolute": view.absolute},
        "presenter": view.presenter,
        "small": view.small,
        "theme": theme_message(),
    }
    return message(header, arrays)


def _clipped(family: Family, threshold: float) -> list[str]:
    """At each scale, what clipping by the global norm does: the factor that multiplies every gradient."""
    if threshold == 0.0:
        return []
    over = family.log2_gradient - np.log2(threshold)
    return ["not clipped" if excess <= 0.0 else f"clipped, times {power(-excess)}" for excess in over]
