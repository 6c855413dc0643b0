"""Theory beside measurement: each prediction with its source and conditions, or which condition does not hold."""

from __future__ import annotations

import math

import numpy as np

from engine.measures import reach
from engine.studies.vanish.study import VanishStudy
from engine.studies.vanish.theory import Prediction, Theory
from figures.cells import short_title
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2, power

TITLES = {"bound": "Bound ‖W‖₂ γ", "mean field": "Mean field √χ", "lyapunov": "Lyapunov exponent"}
NAMES = {"mean field": "mean field", "lyapunov": "Lyapunov exponent"}
SOURCES = {
    "bound": "Pascanu, Mikolov, Bengio 2013",
    "mean field": "Chen, Pennington, Schoenholz 2018",
    "lyapunov": "Engelken, Wolf, Abbott 2023",
}
CONDITIONS = {
    "bound": "Any vanilla RNN; no single error can lie above it, most lie far below.",
    "mean field": "Very wide tanh network, Gaussian W, settled state; needs the scale and the inputs' size only.",
    "lyapunov": "Any network; from the Jacobians of this very run, in the long run.",
}
OBSTACLES = {
    "gates": "The {title} has gates, for which ‖W‖₂ γ bounds nothing.",
    "leak": "In the {title} an error also passes by W, so that ‖W‖₂ γ bounds nothing.",
    "trained": "It needs weights that are drawn; these are trained.",
    "not tanh": "It is derived for tanh units; this is the {title}.",
    "not gaussian": "It needs Gaussian weights; here W is drawn otherwise.",
    "own input": "It needs no input, or one that is drawn anew at every step.",
    "not settled": "The state has not settled where the theory expects it, so that √χ says nothing of this run.",
    "too large": "Too many numbers in the Jacobians here: choose fewer steps or hidden units.",
    "crushed": "Some step crushes every direction: the exponent is minus infinity.",
    "not finite": "A state has left float64, so that the Jacobians are no numbers.",
}


def theory_message(experiment: VanishStudy, theory: Theory, cell: str) -> bytes:
    """Header and array: ``dh`` (T+1,) log10 of the error relative to step T; each prediction's slope in log10."""
    with np.errstate(invalid="ignore"):
        relative = (theory.log2_dh - theory.log2_dh[-1]) * LOG10_2
    title = short_title(experiment.kind(cell))
    header = {
        "steps": len(relative) - 1,
        "cell": cell,
        "title": title,
        "measured": power(theory.log2_per_step),
        "said": theory_sentence(experiment, theory),
        "predictions": [_said(one, title, theory.hidden) for one in theory.predictions],
        "theme": theme_message(),
    }
    return message(header, {"dh": relative})


def _said(one: Prediction, title: str, hidden: int) -> dict[str, object]:
    slope = one.log2_per_step
    drawn = slope is not None and math.isfinite(slope)
    condition = CONDITIONS[one.name]
    if one.name == "mean field":
        condition += f" At H = {hidden} networks scatter by about {power(-math.log2(hidden) / 2.0)} around it."
    return {
        "title": TITLES[one.name],
        "source": SOURCES[one.name],
        "slope": slope * LOG10_2 if slope is not None and drawn else None,
        "factor": "" if slope is None else f"× {power(slope)}",
        "condition": condition if one.obstacle is None else OBSTACLES[one.obstacle].format(title=title),
        "holds": one.obstacle is None,
    }


def theory_sentence(experiment: VanishStudy, theory: Theory) -> str:
    """What is measured per step and which prediction comes nearest."""
    measured = theory.log2_per_step
    if math.isnan(measured):
        return "There is no error at the last step, so nothing is measured."
    if math.isinf(measured):
        return "Nothing reaches step 1, so that there is no growth per step."
    said = f"Measured from the last step to step 1: × {power(measured)} per step on average."
    if not experiment.enters_last:
        return f"{said} As errors enter at many steps, this is a sum of errors, which no theory here describes."
    if math.isnan(reach(theory.log2_dh).steps_per_halving):
        return f"{said} It does not change at one rate, so that no factor per step is near it."
    near = [one for one in theory.predictions if one.log2_per_step is not None and one.name != "bound"]
    if not near:
        return said
    best = min(near, key=lambda one: abs((one.log2_per_step or 0.0) - measured))
    off = 2.0 ** abs((best.log2_per_step or 0.0) - measured) - 1.0
    return f"{said} The {NAMES[best.name]} comes nearest, {100.0 * off:.2g} % off per step."
