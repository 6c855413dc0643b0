"""Readings of a walk: what enters, the state, the outputs and the loss at a step; how many numbers are learned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.kept import kept
from engine.studies.unroll.study import UnrollStudy
from engine.studies.unroll.walk import Walk, walk

KEPT = 8_000_000  # bytes of walks: a scene reads several numbers of one


@kept(KEPT)
def _walk(study: UnrollStudy) -> Walk:
    return walk(study)


def _numbers(array: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in np.ravel(array))


def entering(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """U x of the lowest layer at `step`, (H,)."""
    found = _walk(study)
    return _numbers(found.weights["U1"] @ found.parts[0].x[step - 1, 0])


def carried(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """W h + b of the lowest layer, with the state before `step`, (H,)."""
    found = _walk(study)
    before = found.parts[0].trace.layers[0].forward.h[step - 1, 0]
    return _numbers(found.weights["W1"] @ before + found.weights["b1"][:, 0])


def hidden(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """The state of the lowest layer after `step`, (H,)."""
    return _numbers(_walk(study).parts[0].trace.layers[0].forward.h[step, 0])


def logits(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """V h + d of the top state after `step`, (K,)."""
    found = _walk(study)
    h = found.parts[-1].trace.layers[-1].forward.h[step, 0]
    return _numbers(found.readout.V @ h + found.readout.d)


def outputs(study: UnrollStudy, step: int) -> tuple[float, ...]:
    """What comes out at `step`, (K,): probabilities, or values."""
    found = _walk(study)
    return _numbers(found.outputs[found.output_at.index(step)])


def likeliest(study: UnrollStudy, step: int) -> str:
    """The symbol of the largest output at `step`."""
    return study.answers[int(np.argmax(outputs(study, step)))]


def top(study: UnrollStudy, step: int, most: int = 3) -> str:
    """The symbols of the largest outputs at `step`, the largest first."""
    return ", ".join(study.answers[k] for k in np.argsort(outputs(study, step))[::-1][:most])


def loss(study: UnrollStudy, step: int | None = None) -> float:
    """The loss at `step`, or the sum of all."""
    found = _walk(study)
    return float(np.sum(found.losses) if step is None else found.losses[found.loss_at.index(step)])


def right(study: UnrollStudy) -> float:
    """At how many steps the likeliest answer is the wanted one."""
    found = _walk(study)
    return float(sum(likeliest(study, step) == said for step, said in zip(found.loss_at, found.targets, strict=True)))


def tagged(study: UnrollStudy) -> float:
    """At how many steps a yes or no, said where it is above a half, is as wanted."""
    found = _walk(study)
    said = found.outputs[[found.output_at.index(step) for step in found.loss_at], 0] > 0.5
    return float(np.sum(said == (np.asarray(found.wanted) > 0.5)))


def answers(study: UnrollStudy) -> float:
    """At how many steps something comes out."""
    return float(len(_walk(study).output_at))


def columns_of(study: UnrollStudy) -> float:
    """How many steps are drawn: of a decoder those of its encoder too."""
    return float(study.columns)


def learned(study: UnrollStudy) -> float:
    """How many numbers it learns."""
    return float(sum(rows * columns for rows, columns in study.learned().values()))


def distance(study: UnrollStudy) -> float:
    """‖h − h'‖ of the states in which two texts end."""
    first, second = (_walk(text) for text in study.texts)
    return float(np.linalg.norm(np.asarray(first.states)[-1] - np.asarray(second.states)[-1]))


def shared(study: UnrollStudy) -> float:
    """How many symbols two texts have equally often."""
    first, second = (Counter(text.symbols) for text in study.texts)
    return float(sum(first[symbol] == second[symbol] for symbol in first))


def shape(study: UnrollStudy, array: str) -> str:
    """Rows and columns of an array of weights, "3 × 4"; of one number that fills it, "1 × 1"."""
    rows, columns = study.learned()[array]
    return f"{rows} × {columns}"


def columns(study: UnrollStudy, array: str) -> float:
    """How many columns an array of weights has."""
    return float(study.shapes()[array][1])


def plain_inputs(study: UnrollStudy, text: int = 1) -> float:
    """How many inputs a plain network needs, which takes all symbols of a text at once, one-hot."""
    read = study.texts[text - 1]
    return float(len(read.symbols) * len(read.vocabulary))


def squashed(study: UnrollStudy, sums: Sequence[float]) -> tuple[float, ...]:
    """tanh of sums by themselves, as of a lecture's own."""
    return _numbers(np.tanh(np.array(sums)))


MADE = (
    entering,
    carried,
    hidden,
    logits,
    outputs,
    likeliest,
    top,
    loss,
    right,
    tagged,
    answers,
    columns_of,
    learned,
    distance,
    shared,
    shape,
    columns,
    plain_inputs,
    squashed,
)
READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in MADE}
