"""The message of every loss at every state, and of each one's way there, factor by factor."""

from __future__ import annotations

from collections.abc import Sequence

from engine.arrays import Array
from engine.studies.backward.look import Backwards, by_step
from engine.studies.backward.study import BackwardStudy
from figures.backward.flow import SPAN
from figures.backward.networks import networks
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2


def table_message(study: BackwardStudy, found: Sequence[Backwards]) -> bytes:
    """Arrays, for cell number c: ``c.losses`` (T,) the loss of every step; ``c.table`` (T, T+1) log10 ||dL_k/dh_t||,
    nan for t > k and for a step without loss; ``c.dh`` (T+1,) log10 ||dL/dh_t|| of the counted losses together;
    ``c.arriving`` (T, T+1) and ``c.inside`` (T, T) the path's norms, see `engine.studies.backward.paths`."""
    arrays: dict[str, Array] = {}
    for c, one in enumerate(found):
        arrays[f"{c}.losses"] = one.losses
        arrays[f"{c}.table"] = by_step(one.table.log2_norm, one.table.steps, study.length) * LOG10_2
        arrays[f"{c}.dh"] = one.gradients.log2_dh[:, 0] * LOG10_2
        for name, rows in (("arriving", one.paths.log2_arriving), ("inside", one.paths.log2_inside)):
            arrays[f"{c}.{name}"] = by_step(rows, one.paths.steps, study.length) * LOG10_2
    header = {
        "kind": "table",
        "steps": study.length,
        "losses": list(found[0].counted),
        "rows": list(study.counted(found[0].every)),
        "cells": [
            {**network, "memory": one.study.kind(one.cell).has_memory}
            for network, one in zip(networks(found), found, strict=True)
        ],
        "span": list(SPAN),
        "theme": theme_message(),
    }
    return message(header, arrays)
