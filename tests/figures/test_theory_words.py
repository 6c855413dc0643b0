"""Theory in a message: slopes where conditions hold, words where they do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.studies.vanish.study import VanishStudy
from engine.studies.vanish.theory import theory
from figures.message import opened
from figures.vanish.theory import theory_message
from figures.words import LOG10_2, power

SMALL = VanishStudy(cells=("tanh", "lstm"), steps=30, hidden=8)


def sent(experiment: VanishStudy, cell: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = opened(theory_message(experiment, theory(experiment, cell), cell))
    return dict(header), arrays


def test_every_prediction_has_its_slope_source_and_conditions() -> None:
    header, arrays = sent(SMALL, "tanh")
    found = theory(SMALL, "tanh")
    np.testing.assert_allclose(arrays["dh"], (found.log2_dh - found.log2_dh[-1]) * LOG10_2)
    for said, one in zip(header["predictions"], found.predictions, strict=True):
        assert one.log2_per_step is not None
        assert said["slope"] == pytest.approx(one.log2_per_step * LOG10_2)
        assert said["factor"] == f"× {power(one.log2_per_step)}"
        assert said["source"][-4:].isdigit()
        assert said["holds"]
    assert f"× {power(found.log2_per_step)} per step" in header["said"]
    assert "comes nearest" in header["said"]


def test_what_does_not_apply_is_said_instead_of_drawn() -> None:
    bound, mean, lyapunov = sent(SMALL, "lstm")[0]["predictions"]
    assert (bound["slope"], mean["slope"]) == (None, None)
    assert "LSTM has gates" in bound["condition"]
    assert "this is the LSTM" in mean["condition"]
    assert lyapunov["holds"]


def test_only_cells_with_gates_are_said_to_have_them() -> None:
    condition = sent(replace(SMALL, cells=("leaky",)), "leaky")[0]["predictions"][0]["condition"]
    assert "the leaky RNN an error also passes by W" in condition


def test_a_sum_of_errors_is_compared_with_nothing() -> None:
    said = sent(replace(SMALL, at="every"), "tanh")[0]["said"]
    assert "sum of errors" in said
    assert "nearest" not in said


def test_an_error_that_is_gone_has_no_slope() -> None:
    dead = VanishStudy(cells=("relu",), steps=12, hidden=5, inputs="zeros")
    assert "Nothing reaches step 1" in sent(dead, "relu")[0]["said"]


def test_no_factor_per_step_is_near_an_error_that_changes_at_no_single_rate() -> None:
    said = sent(VanishStudy(cells=("lstm",), steps=60, hidden=8, forget_bias=5.0), "lstm")[0]["said"]
    assert "does not change at one rate" in said
    assert "nearest" not in said
