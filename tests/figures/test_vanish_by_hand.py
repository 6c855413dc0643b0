"""One path by hand: the product of what is typed, how steep tanh and the logistic are, and where units lie on them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.measures import largest_path, unit_factors
from engine.studies.vanish.study import VanishStudy
from figures.message import opened
from figures.vanish.by_hand import POINTS, answer_by_hand
from figures.vanish.factors import read_factors

STUDY = VanishStudy(cells=("tanh", "sigmoid", "lstm"), steps=12, hidden=5, loss="probe")


def test_the_product_of_a_lecture_is_what_is_left_after_both_factors() -> None:
    header, arrays = opened(answer_by_hand(STUDY, "0.03, 0.05"))
    np.testing.assert_allclose(10.0 ** arrays["running"], [0.03, 0.0015])
    assert header["said"] == "0.03 × 0.05 = 0.0015"


def test_the_curves_are_the_slopes_of_tanh_and_of_the_logistic_and_nothing_lies_above_them() -> None:
    _, arrays = opened(answer_by_hand(STUDY, "1"))
    np.testing.assert_allclose(arrays["tanh"], 1.0 - np.tanh(arrays["a"]) ** 2, rtol=1e-6)
    logistic = 1.0 / (1.0 + np.exp(-arrays["a"]))
    np.testing.assert_allclose(arrays["sigmoid"], logistic * (1.0 - logistic))
    assert (arrays["tanh"].max(), arrays["sigmoid"].max()) == (1.0, 0.25)


@pytest.mark.parametrize("steps", [12, 300])
def test_each_plain_network_has_a_dot_at_its_own_sums(steps: int) -> None:
    study = VanishStudy(cells=STUDY.cells, steps=steps, hidden=5, loss="probe")
    header, arrays = opened(answer_by_hand(study, "1"))
    sums = study.run("tanh").trace.pre_activations["state"][:, 0]
    assert set(arrays["a.tanh"]) <= set(sums.ravel())
    assert min(sums.size, POINTS / 2) <= len(arrays["a.tanh"]) <= POINTS
    np.testing.assert_allclose(arrays["slope.tanh"], 1.0 - np.tanh(arrays["a.tanh"]) ** 2, rtol=1e-6)
    assert [one["name"] for one in header["networks"]] == ["tanh", "sigmoid"]  # type: ignore[attr-defined]
    assert "a.lstm" not in arrays


def test_a_networks_largest_path_can_be_typed_and_begins_at_the_last_step() -> None:
    header, _ = opened(answer_by_hand(STUDY, "1"))
    words = header["networks"][0]["path"]  # type: ignore[index]
    factors, said = read_factors(words)
    trace = STUDY.run("tanh").trace
    np.testing.assert_allclose(factors, unit_factors(trace, largest_path(trace))[:0:-1], rtol=1e-3)
    assert said == ""
