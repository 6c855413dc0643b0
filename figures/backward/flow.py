"""The message of the backward pass itself: what flows where, what each step adds, the update, and the table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Array, log2_norm
from engine.cells import CELLS
from engine.errors import Errors
from engine.gradients.contributions import Contributions
from engine.studies.backward.look import Backwards
from engine.studies.backward.study import BackwardStudy
from figures.backward.view import View
from figures.backward.words import update_verdict
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2

SPAN = (-5, 1)  # decades of every table's colours, always the same; what lies beyond has the colour of the end


def flow_message(study: BackwardStudy, found: Sequence[Backwards], view: View) -> bytes:
    """Everything of one study but the nudge.

    Arrays, for cell number c and each array of weights n: ``c.weight.n`` and ``c.gradient.n`` (rows, columns);
    ``c.each.n`` (T, rows, columns) each step's own contribution; ``c.along.n`` (T,) the part of it along the total
    (`along`) and ``c.own.n`` (T,) its norm; ``c.dh`` (T+1,) log10 ||dL/dh_t||; ``c.local`` and ``c.carried`` (T+1,)
    log10 of what enters at step t itself and of what comes from step t+1; ``c.rms`` (T+1,) of the states; ``c.after``
    (R,) the loss after an update at each rate; ``c.before`` the loss. ``c.losses`` (T,) the loss of every step;
    ``c.table`` (T, T+1) log10 ||dL_k/dh_t||, nan for t > k; ``c.arriving`` (T, T+1) and ``c.inside`` (T, T) the
    path's norms, see `engine.studies.backward.paths`.
    """
    arrays: dict[str, Array] = {}
    for c, one in enumerate(found):
        arrays.update({f"{c}.{name}": array for name, array in {**_sums(one), **_flow(one), **_table(one)}.items()})
    errors = found[0].contributions.gradients.errors
    assert errors is not None
    sequence = study.sequence()
    header = {
        "kind": "flow",
        "steps": study.length,
        "hidden": study.hidden,
        "labels": None if study.inputs == "random" else list(sequence.labels),
        "targets": [sequence.vocabulary[k] for k in sequence.classes[:, 0]] if sequence.vocabulary else None,
        "losses": list(errors.steps),
        "cells": [_cell(one) for one in found],
        "rates": list(found[0].update.rates),
        "span": list(SPAN),
        "view": {
            "serial": view.serial,
            "cell": view.cell,
            "weight": list(view.weight),
            "single": view.single,
            "step": view.step,
            "rate": view.rate,
            "path": None if view.path is None else list(view.path),
        },
        "presenter": view.presenter,
        "theme": theme_message(),
    }
    return message(header, arrays)


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


def each_step(found: Contributions) -> dict[str, Array]:
    """Each step's own contribution to every array's gradient, (T, rows, columns); 0 where a step has no loss."""
    each = {name: as_matrix(array, 1) for name, array in found.parameters.named().items()}
    errors, readout = found.gradients.errors, found.readout
    assert isinstance(errors, Errors)
    assert readout is not None
    for name, rows in (("V", readout.V), ("d", readout.d)):
        whole = np.zeros((found.gradients.trace.steps, *rows.shape[1:]))
        whole[np.array(errors.steps) - 1] = rows
        each[name] = as_matrix(whole, 1)
    return each


def as_matrix(array: Array, leading: int = 0) -> Array:
    """A vector (behind `leading` axes) as a matrix of one column."""
    return array if array.ndim == leading + 2 else array[..., None]


def _sums(one: Backwards) -> dict[str, Array]:
    """Weights, gradients and the terms that they are the sums of."""
    arrays, each = {}, each_step(one.contributions)
    with np.errstate(over="ignore", invalid="ignore"):
        for name, array in one.weights.named().items():
            arrays[f"weight.{name}"] = as_matrix(array)
            arrays[f"gradient.{name}"] = as_matrix(one.gradient.named()[name])
            arrays[f"each.{name}"] = each[name]
            arrays[f"along.{name}"] = along(each[name])
            arrays[f"own.{name}"] = np.asarray(np.exp2(log2_norm(each[name], (1, 2))))
    return arrays


def _flow(one: Backwards) -> dict[str, Array]:
    """How large the error is at every step and where it comes from, the states it meets, the losses of the update."""
    gradients = one.contributions.gradients
    local, hidden = gradients.local[:, 0], gradients.dh[:, 0]
    with np.errstate(invalid="ignore"):
        carried = np.where(np.isfinite(hidden), hidden - local, hidden)
    states = gradients.trace.h[:, 0]
    with np.errstate(over="ignore"):
        rms = np.sqrt(np.square(states).mean(axis=1))
    return {
        "dh": gradients.log2_dh[:, 0] * LOG10_2,
        "local": log2_norm(local, (1,)) * LOG10_2,
        "carried": log2_norm(carried, (1,)) * LOG10_2,
        "rms": rms,
        "after": one.update.after,
        "before": np.array([one.update.before]),
    }


def _table(one: Backwards) -> dict[str, Array]:
    return {
        "losses": one.losses,
        "table": one.table.log2_norm * LOG10_2,
        "arriving": one.paths.log2_arriving * LOG10_2,
        "inside": one.paths.log2_inside * LOG10_2,
    }


def _between(one: Backwards) -> str:
    """What an error meets at a step before it comes to the recurrent weights."""
    if len(CELLS[one.cell].gates) > 1:
        return "slopes and gates"
    return "slopes" if one.contributions.gradients.sweep.bypass() is None else "slopes and leak"


def _cell(one: Backwards) -> dict[str, object]:
    cell = CELLS[one.cell]
    return {
        "name": cell.name,
        "title": cell.title,
        "memory": cell.has_memory,
        "between": _between(one),
        "arrays": [
            {"name": name, "rows": as_matrix(array).shape[0], "columns": as_matrix(array).shape[1]}
            for name, array in one.weights.named().items()
        ],
        "gates": list(cell.gates),
        "extras": list(cell.extras),
        "said": [update_verdict(one.update, r) for r in range(len(one.update.rates))],
    }
