"""Theory beside measurement: each prediction where its conditions hold, and the condition where they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.measures import largest_singular_value
from engine.spectra.jacobians import step_jacobians
from engine.spectra.lyapunov import lyapunov_spectrum
from engine.studies.vanish.study import VanishStudy
from engine.studies.vanish.theory import Prediction, Theory, theory

WIDE = VanishStudy(cells=("tanh",), steps=100, hidden=128, loss="probe")


def named(found: Theory) -> dict[str, Prediction]:
    return {one.name: one for one in found.predictions}


@pytest.mark.parametrize("scale", [0.5, 1.0, 1.5, 2.5])
def test_a_wide_gaussian_network_with_fresh_inputs_follows_the_mean_field(scale: float) -> None:
    measured, predicted = [], []
    for seed in range(3):
        found = theory(replace(WIDE, scale=scale, seed=seed), "tanh")
        slope = named(found)["mean field"].log2_per_step
        assert slope is not None
        measured.append(found.log2_per_step)
        predicted.append(slope)
    assert np.mean(measured) == pytest.approx(np.mean(predicted), abs=0.06)  # half of the scatter of one network


def test_the_lyapunov_exponent_and_the_bound_are_those_of_this_run() -> None:
    found, run = theory(WIDE, "tanh"), WIDE.run("tanh")
    exponent = lyapunov_spectrum(step_jacobians(run.trace))[0]
    assert named(found)["lyapunov"].log2_per_step == pytest.approx(exponent / np.log(2.0))
    bound = np.log2(largest_singular_value(run.trace.parameters.W[None]))
    assert named(found)["bound"].log2_per_step == pytest.approx(bound)
    assert found.log2_per_step <= bound


def test_a_turning_matrix_makes_all_that_apply_agree() -> None:
    turning = VanishStudy(cells=("identity",), steps=60, hidden=6, scale=0.7, initialiser="orthogonal", loss="probe")
    found = theory(turning, "identity")
    assert found.log2_per_step == pytest.approx(np.log2(0.7))
    for name in ("bound", "lyapunov"):
        assert named(found)[name].log2_per_step == pytest.approx(np.log2(0.7))


@pytest.mark.parametrize(
    ("changes", "cell", "name", "obstacle"),
    [
        ({"cells": ("lstm",)}, "lstm", "bound", "gates"),
        ({"cells": ("sigmoid",)}, "sigmoid", "mean field", "not tanh"),
        ({"initialiser": "orthogonal"}, "tanh", "mean field", "not gaussian"),
        ({"inputs": "sine"}, "tanh", "mean field", "own input"),
        ({"inputs": "zeros", "scale": 1.5}, "tanh", "mean field", "not settled"),  # it stays at 0, which is unstable
        ({"steps": 1000, "cells": ("lstm",)}, "lstm", "lyapunov", "too large"),
        ({"cells": ("relu",), "inputs": "zeros"}, "relu", "lyapunov", "crushed"),
    ],
)
def test_a_condition_that_does_not_hold_is_named(
    changes: dict[str, object], cell: str, name: str, obstacle: str
) -> None:
    experiment = replace(WIDE, **changes)  # type: ignore[arg-type]  # names and values belong together
    if obstacle != "too large":
        experiment = replace(experiment, hidden=16)
    assert named(theory(experiment, cell))[name] == Prediction(name, obstacle=obstacle)  # type: ignore[arg-type]


def test_without_input_and_below_the_edge_the_state_rests_at_zero_as_the_theory_expects() -> None:
    found = named(theory(replace(WIDE, inputs="zeros", scale=0.5), "tanh"))["mean field"]
    assert found.log2_per_step == pytest.approx(-1.0)
