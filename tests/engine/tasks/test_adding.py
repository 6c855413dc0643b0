from __future__ import annotations

import numpy as np

from engine.tasks.adding import Adding


def test_one_number_of_each_half_is_marked_and_the_sum_is_wanted(rng: np.random.Generator) -> None:
    batch = Adding(51).batch(rng, 300)
    numbers, marks = batch.x[..., 0], batch.x[..., 1]
    assert set(np.unique(marks)) == {0.0, 1.0}
    assert (marks[:25].sum(axis=0) == 1.0).all() and (marks[25:].sum(axis=0) == 1.0).all()
    np.testing.assert_array_equal(batch.targets[0, :, 0], (numbers * marks).sum(axis=0))
    assert numbers.min() >= 0.0 and numbers.max() < 1.0
    assert marks[0].any() and marks[24].any() and marks[25].any() and marks[50].any()


def test_an_answer_closer_than_4_hundredths_is_right(rng: np.random.Generator) -> None:
    task = Adding(10)
    batch = task.batch(rng, 2)
    outputs = batch.targets + np.array([0.039, -0.041])[None, :, None]
    assert task.right(outputs, batch).tolist() == [[True, False]]
    assert task.accuracy(outputs, batch) == 0.5
