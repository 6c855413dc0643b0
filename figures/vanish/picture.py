"""The message of Vanish & explode: every compared cell at one scale or at all of them, ready to be drawn.

The parts of a message are one cell each, so that cells can be run, kept and sent for apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import Cell
from engine.measures import FLOAT32_CEILING, FLOAT32_FLOOR
from engine.studies.vanish.families import Family, family_scales, nearest_scale
from engine.studies.vanish.seeds import Spread, other_seeds
from engine.studies.vanish.study import VanishStudy
from figures.cells import look_of, short_title
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2, half_life, power, spread_clause, verdicts

STATES_BUDGET = 2_500_000  # bytes of hidden states in one message; beyond it only the current scale's are sent


@dataclass(frozen=True, eq=False, repr=False)
class Part(ArrayRecord):
    """One cell's share of a message: what is said of it, and its arrays over the S scales that were run."""

    header: dict[str, Any]
    arrays: dict[str, Array]


def part_of(experiment: VanishStudy, family: Family) -> Part:
    """What the browser draws of one cell.

    Arrays, for S scales that were run, T steps: ``dh`` (S, T+1) log10 ||dL/dh_t||; ``dc`` (S, T+1), nan for cells
    without; ``bound`` (S,) log10 of the growth bound per step, nan where there is none; ``radius``, ``singular``,
    ``saturation``, ``loss``, ``gradient`` (S,); ``rms`` (S, T+1) root mean square of h_t; ``h`` (S, T+1, H), left out
    where it alone would be more than a message may hold; ``bySaturation``, ``byWeights`` (S, T) log10 of each step's
    growth of the error, nan where it is exactly 0.
    """
    none = np.full_like(family.log2_dh, np.nan)
    with np.errstate(over="ignore"):
        rms = np.sqrt(np.square(family.h, dtype=np.float64).mean(axis=-1)).astype(np.float32)
    arrays = {
        "dh": family.log2_dh * LOG10_2,
        "dc": none if family.log2_dc is None else family.log2_dc * LOG10_2,
        "bound": none[:, 0] if family.log2_bound is None else family.log2_bound * LOG10_2,
        "radius": family.spectral_radius,
        "singular": family.singular_value,
        "saturation": family.saturation,
        "loss": family.loss,
        "gradient": family.log2_gradient * LOG10_2,
        "rms": rms,
        "bySaturation": family.log2_by_saturation * np.float32(LOG10_2),
        "byWeights": family.log2_by_weights * np.float32(LOG10_2),
    }
    if family.h.nbytes <= STATES_BUDGET:
        arrays["h"] = family.h
    last_only = last_loss_only(experiment)
    cell = {
        "name": family.cell.kind,
        "title": short_title(family.cell),
        "gated": len(family.cell.gates) > 1,
        "largestIn": [_gate(family.cell, name) for name in family.largest_in],
        "bounded": bool(np.nanmax(np.abs(family.h), initial=0.0) <= 1.0),
        "verdicts": [
            f"No picture: {family.beyond}." if lost else said
            for lost, said in zip(family.lost, verdicts(family, together(experiment)), strict=True)
        ],
        "halfLives": [half_life(reach) if last_only else "no half-life of a sum" for reach in family.reach],
    }
    first = family_scales(experiment).index(family.scales[0])
    return Part({"cell": cell, "from": first, "lost": _lost(family)}, arrays)


def _lost(family: Family) -> str:
    """At which scales there are no numbers, and why, a sentence; "" where all have them."""
    if not family.lost.any():
        return ""
    gone = [f"{scale:g}" for scale, lost in zip(family.scales, family.lost, strict=True) if lost]
    which = f"scales {gone[0]} to {gone[-1]}" if len(gone) > 1 else f"scale {gone[0]}"
    many = f"{len(gone):,} of them, " if len(gone) > 1 and not _in_a_row(family.lost) else ""
    return f"Not shown: {many}{which}. There {family.beyond}."


def _in_a_row(lost: Array) -> bool:
    """Whether nothing lies between those that are lost."""
    places = np.flatnonzero(lost)
    return int(places[-1] - places[0]) == len(places) - 1


def _gate(cell: Cell, name: str) -> str:
    """The letter of a gate; "" of a cell that has but one."""
    return next(gate.letter for gate in look_of(cell).gates if gate.name == name) if len(cell.gates) > 1 else ""


def spread_part(spread: Spread) -> Part:
    """One cell under other seeds: ``spread`` (2, 3, T+1), what 10, 50 and 90 % of their log10 norms do not exceed,
    relative and absolute."""
    both = np.array([spread.log2_relative, spread.log2_dh]) * LOG10_2
    return Part({"said": spread_clause(spread)}, {"spread": both.astype(np.float32)})


def vanish_message(
    experiment: VanishStudy,
    parts: Sequence[Part],
    spreads: Sequence[Part] = (),
    states: Array | None = None,
    small: bool = False,
) -> bytes:
    """Header and arrays for the browser: those of `part_of`, each with an axis of C cells before its own.

    Args:
        parts: each cell at all scales of `family_scales`, or a first look at a single one.
        spreads: each cell under other seeds at the current scale, or nothing yet.
        states: (C, 1, T+1, H) at the current scale; sent alone where those of all scales are too many bytes.
        small: only the chain, as on the front page.

    Where it holds every scale and all their states, and no other seeds, it is the same whatever the current scale.
    """
    first, settled = parts[0], nearest_scale(experiment)
    names = [name for name in first.arrays if name != "h"]
    arrays = {name: np.stack([part.arrays[name] for part in parts]) for name in names}
    every = [part.arrays["h"] for part in parts if "h" in part.arrays]
    whole = len(every) == len(parts) and sum(h.nbytes for h in every) <= STATES_BUDGET
    if whole or states is None:
        arrays["h"] = np.stack(every)
    else:
        arrays["h"] = states
    if spreads:
        arrays["spread"] = np.stack([part.arrays["spread"] for part in spreads], axis=1)
    seeds = len(other_seeds(experiment)) if experiment.other_seeds else 0
    header = {
        "steps": arrays["dh"].shape[-1] - 1,
        "scales": family_scales(experiment),
        "from": first.header["from"],
        "runs": arrays["dh"].shape[1],
        "statesAt": None if whole or states is None else settled,
        "cells": [part.header["cell"] for part in parts],
        "seeds": {"count": seeds, "scale": settled, "said": [part.header["said"] for part in spreads]}
        if seeds
        else None,
        "labels": experiment.labels if experiment.inputs == "text" else None,
        "lastLossOnly": last_loss_only(experiment),
        "lossNamed": _loss_named(experiment),
        "clip": experiment.clip,
        "clipped": [_clipped(part.arrays["gradient"], experiment.clip) for part in parts],
        "float32": [FLOAT32_FLOOR * LOG10_2, FLOAT32_CEILING * LOG10_2],
        "small": small,
        "theme": theme_message(),
    }
    return message(header, arrays)


def last_loss_only(experiment: VanishStudy) -> bool:
    """Whether a single error enters, at the last step."""
    return experiment.enters_last


def together(experiment: VanishStudy) -> str:
    """What has come together in the error at a step, where that is more than one error; "" where it is one."""
    if experiment.enters_last:
        return ""
    if not experiment.top:
        return f"The errors that layer {experiment.layer + 1} sends at its steps, summed,"
    return "The losses of all steps, summed,"


def _loss_named(experiment: VanishStudy) -> str:
    """What the loss is called where its value stands."""
    if experiment.at == "last" or experiment.loss == "probe":
        return "loss"
    return "losses, averaged:" if experiment.averaged else "losses, summed:"


def _clipped(log10_gradient: Array, threshold: float) -> list[str]:
    """At each scale, what clipping by the global norm does: the factor that multiplies every gradient."""
    if threshold == 0.0:
        return []
    over = log10_gradient / LOG10_2 - np.log2(threshold)
    return ["not clipped" if excess <= 0.0 else f"clipped, times {power(-excess)}" for excess in over]
