"""The message of the backward pass itself: what flows where, and what each step adds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Array, log2_norm
from engine.gradients.contributions import Contributions
from engine.studies.backward.look import Backwards
from engine.studies.backward.study import BackwardStudy
from figures.backward.networks import as_matrix, networks
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2

SPAN = (-5, 1)  # decades of the page's colours, always the same; what lies beyond has the colour of the end
EXACT_BUDGET = 200_000  # bytes of single weights' contributions as float64; more are sent as float32


def flow_message(study: BackwardStudy, found: Sequence[Backwards]) -> bytes:
    """Where the error is at each step, and each step's own contribution.

    Arrays, for cell number c and each array of weights n: ``c.each.n`` (T, rows, columns) each step's own
    contribution; ``c.along.n`` (T,) the part of it along the total (`along`) and ``c.own.n`` (T,) its norm; ``c.dh``
    (T+1,) log10 ||dL/dh_t||; ``c.local`` and ``c.carried`` (T+1,) log10 of what enters at step t itself and of what
    comes from step t+1; ``c.rms`` (T+1,) of the states.
    """
    arrays: dict[str, Array] = {}
    singles: dict[str, Array] = {}
    for c, one in enumerate(found):
        each = each_step(one.contributions, study.read_at(one.errors))
        singles |= {f"{c}.each.{name}": array for name, array in each.items()}
        arrays |= {f"{c}.{name}": array for name, array in {**_sums(each), **_flow(one)}.items()}
    if sum(array.nbytes for array in singles.values()) > EXACT_BUDGET:
        with np.errstate(over="ignore"):
            singles = {name: array.astype(np.float32) for name, array in singles.items()}
    header = {
        "kind": "flow",
        "steps": study.length,
        "labels": None if study.inputs == "random" else list(study.labels),
        "targets": study.wanted if study.top else None,
        "losses": list(found[0].counted) if study.top else list(range(1, study.length + 1)),
        "above": None if study.top else study.layer + 1,  # the layer that sends errors in, where it is not the loss
        "cells": networks(found),
        "span": list(SPAN),
        "theme": theme_message(),
    }
    return message(header, {**arrays, **singles})


def along(each: Array) -> Array:
    """The part of each step's contribution along their sum G, C_t . G / ||G||, (T,); these parts sum to ||G||.

    `each` is (T, rows, columns). 0 where G is 0 or beyond float64.
    """
    total = each.sum(axis=0)
    largest = float(np.abs(total).max(initial=0.0))
    if largest == 0.0 or not np.isfinite(largest):
        return np.zeros(len(each))
    unit = total / largest
    unit /= np.linalg.norm(unit)
    return np.asarray(np.einsum("tij,ij->t", each, unit))


def each_step(found: Contributions, at: tuple[int, ...] | None = None) -> dict[str, Array]:
    """Each step's own contribution to every array's gradient, (T, rows, columns).

    To V and d at the steps `at` which the loss reads them (None: where it enters), 0 at others.
    """
    each = {name: as_matrix(array, 1) for name, array in found.parameters.named().items()}
    readout, errors = found.readout, found.gradients.errors
    assert errors is not None
    steps = errors.steps if at is None else at
    for name, rows in () if readout is None else (("V", readout.V), ("d", readout.d)):
        whole = np.zeros((found.gradients.trace.steps, *rows.shape[1:]))
        whole[np.array(steps) - 1] = rows
        each[name] = as_matrix(whole, 1)
    return each


def _sums(each: dict[str, Array]) -> dict[str, Array]:
    """What each step adds to each array as a whole."""
    arrays = {}
    with np.errstate(over="ignore", invalid="ignore"):
        for name, array in each.items():
            arrays[f"along.{name}"] = along(array)
            arrays[f"own.{name}"] = np.asarray(np.exp2(log2_norm(array, (1, 2))))
    return arrays


def _flow(one: Backwards) -> dict[str, Array]:
    """How large the error is at every step and where it comes from, and the states it meets."""
    gradients = one.gradients
    local, hidden = gradients.local[:, 0], gradients.dh[:, 0]
    states = gradients.trace.h[:, 0]
    with np.errstate(over="ignore", invalid="ignore"):
        carried = np.where(np.isfinite(hidden), hidden - local, hidden)
        rms = np.sqrt(np.square(states).mean(axis=1))
    return {
        "dh": gradients.log2_dh[:, 0] * LOG10_2,
        "local": log2_norm(local, (1,)) * LOG10_2,
        "carried": log2_norm(carried, (1,)) * LOG10_2,
        "rms": rms,
    }
