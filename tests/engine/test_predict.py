"""What becomes of an error, and after how many steps it has changed tenfold."""

from __future__ import annotations

import numpy as np
import pytest

from engine.studies.vanish.predict import Answer, answer
from engine.studies.vanish.study import VanishStudy


def curve(per_step: float, steps: int = 21) -> np.ndarray:
    """log2 norms that change by `per_step` at each step back; index 0 is the start state."""
    return per_step * (steps - np.arange(steps + 1.0)) + 3.0


@pytest.mark.parametrize(
    ("per_step", "expected"),
    [
        (-1.0, Answer("vanishes", 4)),  # 1/16 is the first at or below a tenth
        (1.0, Answer("explodes", 4)),
        (-np.log2(10.0), Answer("vanishes", 1)),
        (0.0, Answer("stays", None)),
        (-0.1, Answer("stays", None)),  # 2**-2 at step 1
    ],
)
def test_the_answer_is_read_off_the_curve(per_step: float, expected: Answer) -> None:
    assert answer(curve(per_step)) == expected


def test_an_error_that_is_cut_off_vanishes_where_it_is_cut() -> None:
    cut = curve(0.0)
    cut[:10] = -np.inf
    assert answer(cut) == Answer("vanishes", 12)
    assert answer(np.full(6, -np.inf)) == Answer(None, None)


def test_a_turning_matrix_keeps_and_a_stretching_one_explodes() -> None:
    turning = VanishStudy(cells=("identity",), initialiser="orthogonal", loss="probe", steps=30, hidden=5)
    assert answer(turning.run("identity").log2_dh[:, 0]) == Answer("stays", None)
    stretching = VanishStudy(cells=("identity",), initialiser="orthogonal", loss="probe", steps=30, hidden=5, scale=1.2)
    assert answer(stretching.run("identity").log2_dh[:, 0]) == Answer("explodes", 13)  # 1.2**13 = 10.7
