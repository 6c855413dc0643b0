"""Singular values and pairs of steps in a message, and in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.cells import CELLS
from engine.studies.vanish.stretches import Stretches, stretches
from engine.studies.vanish.study import VanishStudy
from figures.message import opened
from figures.vanish.stretches import stretches_message
from figures.words import LOG10_2, number, power

SMALL = VanishStudy(cells=("tanh", "lstm", "identity"), steps=12, hidden=5)


def sent(found: Stretches, cell: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = opened(stretches_message(found, CELLS[cell]))
    return dict(header), arrays


def test_the_message_holds_the_engines_numbers() -> None:
    found = stretches(SMALL, "tanh")
    header, arrays = sent(found, "tanh")
    assert found.log2_ranks is not None
    np.testing.assert_allclose(arrays["ranks"], found.log2_ranks * LOG10_2)
    np.testing.assert_allclose(arrays["table"], found.log2_table * LOG10_2)
    assert header["grid"] == list(range(1, 13))
    assert header["exponents"] == pytest.approx(found.lyapunov[[0, 2, 4]] * np.log10(np.e))
    assert 10 ** header["precision"] == pytest.approx(2.0**-53)


def test_the_words_name_the_ends_of_the_fan_and_the_largest_exponent() -> None:
    found = stretches(SMALL, "tanh")
    first, second = sent(found, "tanh")[0]["said"]
    assert found.log2_ranks is not None
    assert power(float(found.log2_ranks[-1, 1])) in first
    assert power(float(found.log2_ranks[0, 1])) in first
    assert number(float(found.lyapunov[0])) in second
    assert "die out" in second
    growing = stretches(VanishStudy(cells=("identity",), steps=12, hidden=5, scale=3.0), "identity")
    assert "grow" in sent(growing, "identity")[0]["said"][1]


def test_a_cell_state_keeps_the_exponents_below_the_first_to_itself() -> None:
    assert len(sent(stretches(SMALL, "lstm"), "lstm")[0]["exponents"]) == 1


def test_where_nothing_is_left_it_is_said() -> None:
    dead = stretches(VanishStudy(cells=("relu",), steps=12, hidden=5, inputs="zeros"), "relu")
    header, _ = sent(dead, "relu")
    assert header["exponents"] == [None, None, None]
    assert "no error arrives with more than 0 times" in header["said"][0]
    assert "crushes every direction" in header["said"][1]


def test_the_largest_alone_says_nothing_of_the_others() -> None:
    found = stretches(SMALL, "tanh", every=False)
    header, arrays = sent(found, "tanh")
    assert "ranks" not in arrays
    assert "direction" not in header["said"][0]
