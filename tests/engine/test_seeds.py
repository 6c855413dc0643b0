"""Other seeds run together are the runs of each seed alone, and their spread is made of nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.cells import CELLS
from engine.studies.inputs import INPUTS, LOSSES, PLACES
from engine.studies.vanish.seeds import AFFORDED, MOST_SEEDS, SHARES, other_seeds, ranked, runs_under, spread
from engine.studies.vanish.study import VanishStudy, work

SMALL = VanishStudy(steps=13, hidden=5)
SEEDS = (8, 9, 999_999, 0, 41)


def assert_each_is_its_seed_alone(experiment: VanishStudy, cell: str) -> None:
    together = runs_under(experiment, cell, SEEDS)
    assert together.shape == (experiment.sequence().x.shape[0] + 1, len(SEEDS))
    for k, seed in enumerate(SEEDS):
        alone = replace(experiment, seed=seed).run(cell).log2_dh[:, 0]
        np.testing.assert_allclose(together[:, k], alone, rtol=0, atol=1e-9, err_msg=f"seed {seed}")


@pytest.mark.parametrize("cell", CELLS)
def test_column_k_is_the_run_of_seed_k_alone(cell: str) -> None:
    assert_each_is_its_seed_alone(replace(SMALL, scale=1.3, forget_bias=2.0), cell)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("at", PLACES)
@pytest.mark.parametrize("inputs", INPUTS)
def test_every_seed_keeps_its_own_inputs_targets_and_readout(loss: str, at: str, inputs: str) -> None:
    assert_each_is_its_seed_alone(replace(SMALL, loss=loss, at=at, inputs=inputs), "lstm")  # type: ignore[arg-type]


@pytest.mark.parametrize("loss", LOSSES)
def test_an_error_beyond_float64_under_some_seeds_is_right_under_all(loss: str) -> None:
    experiment = replace(SMALL, steps=700, scale=3.0, loss=loss)
    assert np.abs(runs_under(experiment, "identity", SEEDS)).max() > 1024
    assert_each_is_its_seed_alone(experiment, "identity")


def test_the_seeds_are_those_that_follow_and_go_round_at_the_end() -> None:
    assert other_seeds(SMALL) == tuple(range(8, 8 + MOST_SEEDS))
    last = int(VanishStudy.ends()["seed"][1])
    assert other_seeds(replace(SMALL, seed=last - 1))[:3] == (last, 0, 1)


@pytest.mark.parametrize(("count", "most"), AFFORDED.items())
def test_the_more_each_run_costs_the_fewer_seeds_are_run(count: int, most: int) -> None:
    hidden = 64
    steps = most // work(replace(SMALL, hidden=hidden, steps=5)) * 5
    assert len(other_seeds(replace(SMALL, hidden=hidden, steps=min(1000, steps)))) >= count
    if steps < 995:
        assert len(other_seeds(replace(SMALL, hidden=hidden, steps=steps + 5))) < count
    assert other_seeds(replace(SMALL, hidden=128, steps=1000)) == ()


def test_a_spread_is_made_of_the_runs_own_numbers() -> None:
    runs, found = runs_under(SMALL, "gru", SEEDS), spread(SMALL, "gru", SEEDS)
    assert found.seeds == SEEDS
    assert found.log2_dh.shape == found.log2_relative.shape == (len(SHARES), SMALL.steps + 1)
    assert np.array_equal(found.log2_dh[1], np.median(runs, axis=1))
    assert np.array_equal(found.log2_dh[[0, 2]], [runs.min(axis=1), runs.max(axis=1)])  # a tenth of five is none
    assert np.array_equal(found.log2_relative[:, -1], np.zeros(3))


def test_a_tenth_of_the_runs_lies_beyond_each_end() -> None:
    rows = np.arange(24.0)[None, ::-1]
    assert ranked(rows)[:, 0].tolist() == [2.0, 11.5, 21.0]


def test_an_error_of_exactly_zero_ranks_below_all_and_what_is_no_number_does_not_count() -> None:
    low, middle, high = ranked(np.array([[1.0, -np.inf, np.nan, 3.0], [np.nan] * 4]))
    assert (low[0], middle[0], high[0]) == (-np.inf, 1.0, 3.0)
    assert np.isnan([low[1], middle[1], high[1]]).all()


def test_dead_units_under_every_seed_are_no_warning() -> None:
    found = spread(replace(SMALL, inputs="zeros"), "relu", SEEDS)
    assert np.isneginf(found.log2_dh[:, 1:-1]).all()


def test_no_seed_at_all_is_refused() -> None:
    with pytest.raises(ValueError):
        spread(SMALL, "tanh", ())
