"""What helps? The present experiment with one thing changed, run again beside it under the same seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, log2_norm
from engine.cells import named
from engine.errors import Errors
from engine.gradients.backward import Gradients
from engine.gradients.clipping import Clipped, clip_by_norm, clip_by_value
from engine.gradients.truncated import Truncated, backpropagate_truncated
from engine.measures import Reach, reach
from engine.parameters import Parameters, Readout
from engine.sequences import symbols
from engine.studies.fields import bias_of
from engine.studies.vanish.study import NUMBERS, SYMBOLS, VanishStudy
from engine.wide import of, widened

Name = Literal["norm", "value", "orthogonal", "identity", "forget", "lstm", "gru", "truncated", "shorter"]
Excuse = Literal["already", "no gate", "shortest", "trained"]
REMEDIES: tuple[Name, ...] = (
    "orthogonal",
    "identity",
    "forget",
    "lstm",
    "gru",
    "shorter",
    "truncated",
    "norm",
    "value",
)
USUAL_NORM = 1.0  # the threshold where the experiment names none (Keras and PyTorch examples use it)
USUAL_VALUE = 0.5  # the same of clipping by value
KEEPING = 1.0  # the bias of a gate that keeps
WINDOW = 5  # truncation keeps one part in so many of the sequence


@dataclass(frozen=True, eq=False, repr=False)
class Run(ArrayRecord):
    """One network's errors and the gradient that an update of its weights gets."""

    cell: str
    steps: int
    log2_dh: Array  # (T+1,) log2 ||dL/dh_t||
    reach: Reach
    log2_gradient: float  # log2 of the norm of all parameter gradients together, the readout's too


@dataclass(frozen=True, eq=False, repr=False)
class Remedy(ArrayRecord):
    """One remedy tried: the run with it, or why there is nothing to try."""

    name: Name
    run: Run | None = None
    excuse: Excuse | None = None
    experiment: VanishStudy | None = None  # with the remedy in its controls; None where they have none or hold it
    threshold: float | None = None  # of clipping
    clipped: Clipped | None = None
    window: int | None = None  # steps that truncation carries an error back
    cosine: float | None = None  # of the angle between the whole gradient and what is left of it


@dataclass(frozen=True, eq=False, repr=False)
class Helped(ArrayRecord):
    """One network without and with every remedy."""

    before: Run
    remedies: tuple[Remedy, ...]  # in the order of REMEDIES


def helped(experiment: VanishStudy, cell: str) -> Helped:
    """Run `cell` of the experiment as it is, and again with each remedy.

    Each remedy is the same experiment, seed included, with one thing changed: W orthogonal at scale 1; ReLU units
    whose W is the identity at scale 1; the bias of the gate that says what is kept at 1, or at -1 where it gives up;
    another cell; half the sequence; errors carried back a fifth of the sequence at most; the gradient clipped by norm
    (at the experiment's threshold, else 1) or by value.

    Raises:
        ValueError: the experiment does not compare `cell`.

    Sources: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks" (2014), orthogonal; Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified
    linear units" (2015); Jozefowicz, Zaremba and Sutskever, "An empirical exploration of recurrent network
    architectures" (2015), forget bias; `clipping` and `truncated` name theirs.
    """
    if cell not in experiment.cells:
        raise ValueError(f"the cell {cell!r} is not compared; there are {', '.join(experiment.cells)}")
    whole = experiment.run(cell)
    tried = {
        "norm": lambda: _clipping(experiment, whole, clip_by_norm),
        "value": lambda: _clipping(experiment, whole, clip_by_value),
        "truncated": lambda: _truncation(whole),
    }
    remedies = tuple(
        replace(tried[name](), name=name) if name in tried else _changed(experiment, cell, name) for name in REMEDIES
    )
    return Helped(_run(cell, whole), remedies)


def remedied(experiment: VanishStudy, cell: str, name: Name) -> tuple[str, VanishStudy] | Excuse:
    """The cell and experiment with the remedy in place, or why nothing would change. Not for clipping or truncation.

    A remedy that is another cell joins the compared ones; where they are as many as a picture holds, the last goes. A
    trained network is changed by none.
    """
    if experiment.trained is not None:
        return "trained"
    if name == "orthogonal":
        return _unless_same(experiment, cell, cell, initialiser="orthogonal", scale=1.0)
    if name == "identity":
        return _unless_same(experiment, cell, "relu", initialiser="identity", scale=1.0)
    if name == "forget":
        kept, bias = named(cell).keeps, bias_of(cell)
        if kept is None or bias is None:
            return "no gate"
        return _unless_same(experiment, cell, cell, **{bias: KEEPING * kept.sign})
    if name in ("lstm", "gru"):
        return _unless_same(experiment, cell, name)
    if name == "shorter":
        shorter = _half(experiment)
        return "shortest" if shorter == experiment else (cell, shorter)
    raise ValueError(f"{name} changes no experiment")


def in_controls(experiment: VanishStudy, cell: str, name: Name) -> VanishStudy | None:
    """The experiment with the remedy in its controls; None where they have none for it, or hold it."""
    if name == "norm":
        return None if experiment.clip else replace(experiment, clip=USUAL_NORM)
    if name in ("value", "truncated"):
        return None
    found = remedied(experiment, cell, name)
    return None if isinstance(found, str) or found[1] == experiment else found[1]


def _unless_same(experiment: VanishStudy, before: str, cell: str, **fields: object) -> tuple[str, VanishStudy] | Excuse:
    cells = experiment.cells
    if cell not in cells:
        cells = (before, cell, *(other for other in cells if other != before))[: max(2, len(cells))]
    changed = replace(experiment, cells=cells, **fields)  # type: ignore[arg-type]  # names and values belong together
    same = cell == before and all(getattr(experiment, name) == value for name, value in fields.items())
    return "already" if same else (cell, changed)


def _half(experiment: VanishStudy) -> VanishStudy:
    """The first half of an own text or own numbers, else half the steps."""
    if experiment.inputs == "text":
        read = symbols(experiment.text)
        return replace(experiment, text="".join(read[: max(SYMBOLS[0], len(read) // 2)]))
    if experiment.inputs == "numbers":
        return replace(experiment, numbers=experiment.numbers[: max(NUMBERS[0], len(experiment.numbers) // 2)])
    return replace(experiment, steps=max(int(VanishStudy.ends()["steps"][0]), experiment.steps // 2))


def _changed(experiment: VanishStudy, cell: str, name: Name) -> Remedy:
    found = remedied(experiment, cell, name)
    if isinstance(found, str):
        return Remedy(name, excuse=found)
    with_it, changed = found
    return Remedy(name, run=_run(with_it, changed.run(with_it)), experiment=in_controls(experiment, cell, name))


def _run(cell: str, gradients: Gradients) -> Run:
    log2_dh, steps = gradients.log2_dh[:, 0], gradients.trace.steps
    return Run(cell, steps, log2_dh, reach(log2_dh), float(gradients.log2_parameters[0]))


def _clipping(
    experiment: VanishStudy, whole: Gradients, clip: Callable[[Parameters, float, Readout | None], Clipped]
) -> Remedy:
    """The same errors at every state; only what the update gets is clipped."""
    by_norm = clip is clip_by_norm
    threshold = (experiment.clip or USUAL_NORM) if by_norm else USUAL_VALUE
    clipped = clip(whole.far_parameters, threshold, _far_readout(whole))
    return Remedy(
        "norm",
        run=replace(_run("", whole), cell=whole.trace.cell.kind, log2_gradient=clipped.log2_norm_after),
        experiment=in_controls(experiment, whole.trace.cell.kind, "norm") if by_norm else None,
        threshold=threshold,
        clipped=clipped,
        cosine=clipped.cosine,
    )


def _truncation(whole: Gradients) -> Remedy:
    """Every error carried back a fifth of the sequence, in updates as far apart."""
    trace, errors = whole.trace, whole.errors
    assert errors is not None  # an experiment always has a loss
    window = max(1, trace.steps // WINDOW)
    truncated = backpropagate_truncated(trace, errors, window, window)
    log2_dh, readout = _carried(truncated), _far_readout(whole)
    before = _vector(whole.far_parameters, readout)
    each = [_vector(update.gradients.far_parameters, readout) for update in truncated.updates]
    own = 0 if readout is None else readout.V.size + readout.d.size  # of the readout, which nothing truncates
    rest = before.size - own
    after = np.concatenate([reduce(np.add, [part[:rest] for part in each]), before[rest:]])
    log2_gradient = float(log2_norm(after, (0,)))
    return Remedy(
        "truncated",
        run=Run(whole.trace.cell.kind, trace.steps, log2_dh, reach(log2_dh), log2_gradient),
        window=window,
        cosine=_cosine(before, after),
    )


def _carried(truncated: Truncated) -> Array:
    """log2 of the norm of the errors that all updates together bring to each state, (T+1,)."""
    norm = np.full(truncated.trace.steps + 1, -np.inf)
    for t in range(truncated.trace.steps + 1):
        arriving = [(u.gradients, t - u.start) for u in truncated.updates if u.start <= t <= u.stop]
        if arriving:
            parts = [widened(g.sweep.dh[k].reshape(-1), g.exponent[k].reshape(-1)) for g, k in arriving]
            total = reduce(np.add, parts)
            norm[t] = float(log2_norm(total, (0,)))
    return norm


def _far_readout(gradients: Gradients) -> Readout | None:
    return gradients.errors.far_readout if isinstance(gradients.errors, Errors) else None


def _vector(parameters: Parameters, readout: Readout | None) -> Array:
    """Every number of a gradient one behind the other, beyond float64."""
    arrays = [*parameters.named().values(), *([] if readout is None else [readout.V, readout.d])]
    return np.concatenate([array.reshape(-1) for array in arrays])


def _cosine(a: Array, b: Array) -> float:
    """Of the angle between two gradients, which may be beyond float64; nan where one has no direction."""
    a, b = (of(v).shared(0)[0] for v in (a, b))
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = (v / np.abs(v).max() for v in (a, b))
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
