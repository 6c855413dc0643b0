"""The figures of papers that `make papers` reproduces: what is quick of them."""

from __future__ import annotations

from dataclasses import replace

from bench.papers import FRESH, figures, solved_after
from engine.training.training import Training


def test_every_row_is_a_training_that_there_is() -> None:
    rows = list(figures())
    assert len({row.name for row in rows}) == len(rows) >= 13
    assert {row.training.task for row in rows} == {"order", "adding", "copy", "character"}
    (first,) = (row for row in rows if "first loss" in row.name)
    words = first.told(replace(first.training, seed=1), first.most)
    assert words == "79.24 (25 ln V = 79.45)"


def test_a_run_is_solved_where_its_goal_is_reached_on_fresh_sequences() -> None:
    easy = Training(task="latch", length=5, hidden=8, cell="gru", rate=0.02, batch=16, seed=1)
    found = solved_after(easy, 400)
    assert found is not None and found % 50 == 0 and FRESH == 1000
    assert solved_after(easy, found - 50) is None
