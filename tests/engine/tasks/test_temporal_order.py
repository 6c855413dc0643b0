from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.temporal_order import TemporalOrder


@pytest.mark.parametrize(("length", "early", "late"), [(20, {2, 3}, {10, 11}), (35, {3, 4, 5}, {17, 18, 19})])
def test_two_symbols_stand_where_experiment_6a_has_them(
    rng: np.random.Generator, length: int, early: set[int], late: set[int]
) -> None:
    batch = TemporalOrder(length).batch(rng, 400)
    steps, columns = np.nonzero(batch.x < 2)
    places = {column: steps[columns == column].tolist() for column in range(400)}
    assert all(len(found) == 2 for found in places.values())
    assert {found[0] for found in places.values()} == early and {found[1] for found in places.values()} == late
    for column, (first, second) in places.items():
        assert batch.targets[0, column] == 2 * batch.x[first, column] + batch.x[second, column]
    assert set(np.unique(batch.x)) == set(range(6)) and set(np.unique(batch.targets)) == set(range(4))


def test_the_wanted_class_is_named_by_the_two_symbols() -> None:
    task = TemporalOrder(20)
    (entered,), (wanted,), _ = task.words(task.shown())
    assert "".join(symbol for symbol in entered if symbol in "XY") == wanted[0]
