"""The message of every loss at every state, and of each one's way there, factor by factor."""

from __future__ import annotations

from collections.abc import Sequence

from engine.arrays import Array
from engine.cells import CELLS
from engine.studies.backward.look import Backwards
from engine.studies.backward.study import BackwardStudy
from figures.backward.flow import SPAN
from figures.backward.networks import networks
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2


def table_message(study: BackwardStudy, found: Sequence[Backwards]) -> bytes:
    """Arrays, for cell number c: ``c.losses`` (T,) the loss of every step; ``c.table`` (T, T+1) log10 ||dL_k/dh_t||,
    nan for t > k; ``c.dh`` (T+1,) log10 ||dL/dh_t|| of the counted losses together; ``c.arriving`` (T, T+1) and
    ``c.inside`` (T, T) the path's norms, see `engine.studies.backward.paths`."""
    arrays: dict[str, Array] = {}
    for c, one in enumerate(found):
        arrays[f"{c}.losses"] = one.losses
        arrays[f"{c}.table"] = one.table.log2_norm * LOG10_2
        arrays[f"{c}.dh"] = one.gradients.log2_dh[:, 0] * LOG10_2
        arrays[f"{c}.arriving"] = one.paths.log2_arriving * LOG10_2
        arrays[f"{c}.inside"] = one.paths.log2_inside * LOG10_2
    errors = found[0].gradients.errors
    assert errors is not None
    header = {
        "kind": "table",
        "steps": study.length,
        "losses": list(errors.steps),
        "cells": [
            {**network, "memory": CELLS[one.cell].has_memory, "between": _between(one)}
            for network, one in zip(networks(found), found, strict=True)
        ],
        "span": list(SPAN),
        "theme": theme_message(),
    }
    return message(header, arrays)


def _between(one: Backwards) -> str:
    """What an error meets at a step before it comes to the recurrent weights."""
    if len(CELLS[one.cell].gates) > 1:
        return "slopes and gates"
    return "slopes" if one.gradients.sweep.bypass() is None else "slopes and leak"
