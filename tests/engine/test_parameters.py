"""The weight records."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from engine.cells import CELLS
from engine.parameters import Parameters
from tests.engine.networks import random_parameters


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("tanh", 3 * 2 + 3 * 3 + 3),
        ("lstm", 4 * (3 * 2 + 3 * 3 + 3)),
        ("gru", 3 * (3 * 2 + 3 * 3 + 3) + 3),
    ],
)
def test_count_is_how_many_numbers_a_layer_learns(cell: str, count: int, rng: np.random.Generator) -> None:
    assert random_parameters(rng, CELLS[cell], D=2, H=3).count == count


def test_sizes_are_read_off_the_weights(rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, CELLS["lstm"], D=2, H=3)
    assert (parameters.input_size, parameters.hidden_size) == (2, 3)


def test_extras_stand_beside_the_weights_that_all_cells_have(rng: np.random.Generator) -> None:
    parameters = random_parameters(rng, CELLS["gru"], D=2, H=3)
    assert list(parameters.named()) == ["U", "W", "b", "recurrent_bias"]
    assert parameters.named()["recurrent_bias"] is parameters.extra["recurrent_bias"]


def test_a_record_cannot_be_reassigned() -> None:
    parameters = Parameters(np.ones((1, 1)), np.ones((1, 1)), np.ones(1))
    with pytest.raises(FrozenInstanceError):
        parameters.W = np.zeros((1, 1))  # type: ignore[misc]  # the point
