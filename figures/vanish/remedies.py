"""What helps: each remedy's errors before and after, and in computed words what it changed and what it did not."""

from __future__ import annotations

import math

import numpy as np

from engine.arrays import Array
from engine.cells import CELLS, Cell
from engine.measures import SAME
from engine.studies.vanish.remedies import KEEPING, Helped, Remedy, Run
from engine.studies.vanish.study import VanishStudy
from figures.cells import short_title
from figures.message import message
from figures.theme import theme_message
from figures.words import KEEPS, LOG10_2, half_life, number, power, rate

TITLES = {
    "orthogonal": "W orthogonal, scale 1",
    "identity": "ReLU from the identity",
    "forget": "Gate held open",
    "lstm": "LSTM",
    "gru": "GRU",
    "shorter": "Half the sequence",
    "truncated": "Truncated BPTT",
    "norm": "Clip by norm",
    "value": "Clip by value",
}
KEPT_DIRECTION = 0.99  # a cosine from which on a gradient counts as pointing the same way


def remedies_message(experiment: VanishStudy, helped: Helped) -> bytes:
    """Header and arrays: ``before`` (T+1,) and ``after`` (n, T+1), log10 ||dL/dh_t|| relative to each run's last step.

    Runs are aligned at their last step, the end of a row; nan stands before a shorter one and where nothing was run.
    """
    before, T = helped.before, helped.before.steps
    after = np.full((len(helped.remedies), T + 1), np.nan)
    for row, remedy in zip(after, helped.remedies, strict=True):
        if remedy.run is not None:
            row[T - remedy.run.steps :] = _relative(remedy.run)
    header = {
        "steps": T,
        "title": short_title(experiment.kind(before.cell)),
        "cell": before.cell,
        "before": {"ratio": power(before.reach.log2_ratio), "gradient": power(before.log2_gradient)},
        "remedies": [_said(experiment, before, remedy) for remedy in helped.remedies],
        "theme": theme_message(),
    }
    return message(header, {"before": _relative(before), "after": after})


def _relative(run: Run) -> Array:
    with np.errstate(invalid="ignore"):
        return np.asarray((run.log2_dh - run.log2_dh[-1]) * LOG10_2)


def _said(experiment: VanishStudy, before: Run, remedy: Remedy) -> dict[str, object]:
    run = remedy.run
    return {
        "name": remedy.name,
        "title": _title(before.cell, remedy),
        "cell": None if run is None else run.cell,
        "steps": None if run is None else run.steps,
        "ratio": None if run is None else power(run.reach.log2_ratio),
        "gradient": None if run is None else power(run.log2_gradient),
        "changed": changed(experiment.kind(before.cell), before, remedy),
        "kept": kept(before, remedy, every=not experiment.enters_last),
        "usable": remedy.experiment is not None,
        "unusable": _no_control(experiment, remedy),
    }


def _title(cell: str, remedy: Remedy) -> str:
    kind = CELLS[cell]
    if remedy.name != "forget" or kind.keeps is None or kind.keeper is None:
        return TITLES[remedy.name]
    return f"{kind.keeper.capitalize()} bias {number(KEEPING * kind.keeps.sign)}"


def changed(cell: Cell, before: Run, remedy: Remedy) -> str:
    """One sentence: what the remedy changed."""
    if remedy.excuse == "already":
        return "In place: this is the experiment as it stands."
    if remedy.excuse == "no gate":
        return f"The {cell.title} has no gate that says what is kept, so there is no bias to set."
    if remedy.excuse == "shortest":
        return "The sequence is as short as it can be."
    if remedy.excuse == "trained":
        return "To be chosen before training: these weights and this task are those of the trained network."
    run = remedy.run
    assert run is not None
    if remedy.clipped is not None:
        return _clipping(remedy)
    if remedy.window is not None:
        window, cut = remedy.window, (run.steps - 1) // remedy.window * remedy.window
        said = f"The sequence is cut into pieces of {window} steps: an error stops where its own piece begins."
        return f"{said} Nothing of the loss at step {run.steps} arrives before step {cut}." if cut > 0 else said
    more = run.reach.log2_ratio - before.reach.log2_ratio
    if math.isnan(more):
        return "One of the two runs has no error at its last step, so their shares cannot be compared."
    if abs(more) < SAME:
        return "The share of the error that reaches step 1 is the same."
    if math.isinf(more):
        shares = (power(before.reach.log2_ratio), power(run.reach.log2_ratio))
        return f"The share of the error that reaches step 1 goes from {shares[0]} to {shares[1]}."
    way = "more" if more > 0 else "less"
    return f"{power(abs(more))} times {way} of the error at the last step reaches step 1."


def kept(before: Run, remedy: Remedy, every: bool) -> str:
    """One sentence: what the remedy left as it was, or brought along."""
    run = remedy.run
    if run is None:
        return ""
    if remedy.clipped is not None:
        ratio = before.reach.log2_ratio
        if every or math.isnan(ratio) or abs(ratio) < KEEPS:
            return "The errors inside the network are what they were."
        if ratio < 0:
            return "It revives nothing: inside the network the error vanishes as before."
        return "Inside the network the error explodes as before; only the step is bounded."
    if remedy.cosine is not None:
        return _direction(remedy.cosine)
    ratio = run.reach.log2_ratio
    if every or math.isnan(ratio):
        return ""
    if math.isinf(ratio):
        return "Still nothing reaches step 1." if ratio < 0 else "It is infinite there."
    if ratio <= -KEEPS:
        still = "still " if before.reach.log2_ratio <= -KEEPS else ""
        if remedy.name == "shorter" and still:
            return (
                f"It still vanishes{rate(run.reach)} (before: {half_life(before.reach)}); there is only less way to go."
            )
        return f"It {still}vanishes{rate(run.reach)}."
    if ratio >= KEEPS:
        still = "still explodes" if before.reach.log2_ratio >= KEEPS else "explodes instead"
        return f"It {still}{rate(run.reach)}."
    return "It keeps its size within a factor of 10."


def _clipping(remedy: Remedy) -> str:
    clipped, threshold = remedy.clipped, remedy.threshold
    assert clipped is not None
    assert threshold is not None
    if clipped.clipped_share == 0.0:
        what = "The norm is" if clipped.log2_factor is not None else "Every entry is"
        return f"{what} within {number(threshold)}: nothing is clipped."
    limit = number(threshold)
    if clipped.log2_factor is not None:
        factor = power(clipped.log2_factor)
        said = f"The whole update is multiplied by {factor}: its norm is {limit}, its direction the same."
        if not math.isfinite(clipped.norm_before):
            return f"{said} In float64 it is infinite, and a program would have no direction left to step in."
        return said
    share = number(100.0 * clipped.clipped_share)
    return f"{share} % of the entries are cut to ±{limit}, which turns the update by {_angle(clipped.cosine)}."


def _direction(cosine: float) -> str:
    if math.isnan(cosine):
        return "One of the gradients has no direction to compare."
    if cosine >= KEPT_DIRECTION:
        return f"The update hardly turns ({_angle(cosine)}): what was cut had almost no weight in it."
    return f"The update turns by {_angle(cosine)}: what was cut had weight in it."


def _angle(cosine: float) -> str:
    if math.isnan(cosine):
        return "an unknown angle"
    return f"{number(math.degrees(math.acos(max(-1.0, min(1.0, cosine)))))}°"


def _no_control(experiment: VanishStudy, remedy: Remedy) -> str:
    """Why a remedy that was run cannot be put into the controls; empty where it can."""
    if remedy.run is None or remedy.experiment is not None:
        return ""
    if remedy.name == "norm":
        return "in use"
    return "compared above" if remedy.name in experiment.cells else "shown here only"
