"""Copy memory, latch and parity: what is wanted of sequences that are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.copy_memory import CopyMemory
from engine.tasks.latch import Latch
from engine.tasks.parity import Parity
from engine.tasks.task import Batch


def test_ten_symbols_are_wanted_again_behind_the_delimiter(rng: np.random.Generator) -> None:
    task = CopyMemory(50)
    (entered,), (wanted,), _ = task.words(task.batch(rng, 1))
    assert len(entered) == len(wanted) == 70
    assert set(entered[:10]) <= set("ABCDEFGH")
    assert entered[10:] == ("·",) * 49 + ("|",) + ("·",) * 10
    assert wanted == ("·",) * 60 + entered[:10]


def test_the_plateau_of_the_literature_is_the_chance_level() -> None:
    assert CopyMemory(50).chance.loss == pytest.approx(0.2971, abs=5e-5)


def test_only_what_was_remembered_is_judged(rng: np.random.Generator) -> None:
    task = CopyMemory(5)
    batch = task.batch(rng, 200)
    silent = np.zeros((25, 200, 9))
    silent[..., 8] = 1.0
    assert task.accuracy(silent, batch) == 0.0
    assert task.right(silent, batch)[:15].all()


def test_the_first_sign_is_wanted_and_noise_follows(rng: np.random.Generator) -> None:
    batch = Latch(30).batch(rng, 500)
    assert set(np.unique(batch.x[0])) == {-1.0, 1.0}
    np.testing.assert_array_equal(batch.targets[0], batch.x[0] > 0)
    assert batch.x[1:].std() == pytest.approx(0.2, rel=0.03)


def test_parity_is_that_of_the_ones_so_far() -> None:
    task = Parity(6)
    batch = task.batch(np.random.default_rng(0), 50)
    for bits, odd in zip(batch.x[..., 0].T, batch.targets[..., 0].T, strict=True):
        assert [sum(bits[: k + 1]) % 2 for k in range(6)] == odd.tolist()
    only_the_last_is_wrong = batch.targets.copy()
    only_the_last_is_wrong[-1] = 1.0 - only_the_last_is_wrong[-1]
    assert task.accuracy(only_the_last_is_wrong, batch) == 0.0


def test_readings_behind_an_end_count_nothing() -> None:
    batch = Batch(np.zeros((3, 2), int), np.zeros((3, 2), int), "every", np.array([1, 3]), np.full((3, 2), 2.0))
    assert batch.counts.tolist() == [[2.0, 2.0], [0.0, 2.0], [0.0, 2.0]]
