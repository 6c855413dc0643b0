"""What the presets of Vanish & explode say in numbers is what the engine gives."""

from __future__ import annotations

import numpy as np
import pytest

from engine.measures import largest_singular_value, reach, recurrent_blocks
from figures.words import number, power
from ui.vanish.presets import PRESETS


def test_one_matrix_explodes_in_silence_and_vanishes_where_something_enters() -> None:
    silent, driven = PRESETS["silent"], PRESETS["driven"]
    runs = [preset.record.run("tanh") for preset in (silent, driven)]
    np.testing.assert_array_equal(runs[0].trace.parameters.W, runs[1].trace.parameters.W)
    norm = largest_singular_value(recurrent_blocks(runs[0].trace.cell, runs[0].trace.parameters))
    assert norm == pytest.approx(1.2, rel=1e-12)
    grows, halves = (reach(run.log2_dh[:, 0]) for run in runs)
    assert grows.log2_ratio == pytest.approx(49 * np.log2(1.2), rel=1e-12)  # 1.2**49 = 7584
    assert (power(grows.log2_ratio), number(-grows.steps_per_halving)) == ("7580", "3.8")
    assert "7,580 times in 49 steps, doubling every 3.8." in silent.look_for
    assert f"halves every {number(halves.steps_per_halving)} steps." in driven.look_for
