"""An experiment decides its result, refuses what it cannot run, and says why."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from engine.cells import CELLS
from engine.initialise import INITIALISERS
from engine.record.numerals import written
from engine.studies.inputs import INPUTS, LOSSES
from engine.studies.vanish.study import MOST_CELLS, NUMBERS, SYMBOLS, VanishStudy

RANGES = VanishStudy.ends()

SMALL = VanishStudy(steps=9, hidden=5)


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_seed_gives_the_same_numbers_to_the_last_bit(cell: str) -> None:
    one, two = SMALL.run(cell), replace(SMALL).run(cell)
    assert np.array_equal(one.trace.h, two.trace.h)
    assert np.array_equal(one.dh, two.dh)
    assert np.array_equal(one.log2_parameters, two.log2_parameters)


@pytest.mark.parametrize("cell", CELLS)
def test_another_seed_gives_other_weights_inputs_and_targets(cell: str) -> None:
    other = replace(SMALL, seed=8)
    assert not np.array_equal(SMALL.parameters(cell).W, other.parameters(cell).W)
    assert not np.array_equal(SMALL.parameters(cell).U, other.parameters(cell).U)
    assert not np.array_equal(SMALL.readout().V, other.readout().V)
    assert not np.array_equal(SMALL.sequence().x, other.sequence().x)
    assert not np.array_equal(SMALL.sequence().targets, other.sequence().targets)


def test_to_look_at_other_seeds_too_changes_no_result() -> None:
    one, two = SMALL.run("gru"), replace(SMALL, other_seeds=True).run("gru")
    assert np.array_equal(one.dh, two.dh)


@pytest.mark.parametrize("initialiser", INITIALISERS)
def test_vanilla_cells_of_one_seed_share_their_weights(initialiser: str) -> None:
    experiment = replace(SMALL, initialiser=initialiser)
    tanh, sigmoid = experiment.parameters("tanh"), experiment.parameters("sigmoid")
    assert np.array_equal(tanh.W, sigmoid.W)
    assert np.array_equal(tanh.U, sigmoid.U)


@pytest.mark.parametrize("cell", CELLS)
def test_the_scale_multiplies_the_recurrent_weights_and_nothing_else(cell: str) -> None:
    base, scaled = SMALL.parameters(cell), replace(SMALL, scale=2.5).parameters(cell)
    np.testing.assert_allclose(scaled.W, 2.5 * base.W, rtol=1e-15)
    assert np.array_equal(scaled.U, base.U)
    assert np.array_equal(scaled.b, base.b)


def test_the_forget_bias_reaches_the_forget_gate_alone() -> None:
    cell, H = CELLS["lstm"], SMALL.hidden
    bias = replace(SMALL, forget_bias=-3.0).parameters("lstm").b
    rows = cell.rows("forget", H)
    assert np.array_equal(bias[rows], np.full(H, -3.0))
    assert np.count_nonzero(bias) == H


@pytest.mark.parametrize("inputs", INPUTS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_input_runs_with_every_loss(inputs: str, loss: str) -> None:
    run = replace(SMALL, inputs=inputs, loss=loss, at="every").run("lstm")
    assert np.isfinite(run.errors.loss).all()
    assert np.isfinite(run.log2_dh[1:]).all()


def test_a_probe_sends_one_unit_of_error_into_the_last_state() -> None:
    run = replace(SMALL, loss="probe").run("tanh")
    assert run.log2_dh[-1, 0] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("inputs", ["text", "numbers"])
def test_an_own_input_brings_its_own_length(inputs: str) -> None:
    experiment = replace(SMALL, inputs=inputs, text="abcdefgh", numbers=(1.0, 2.0, 3.0))
    assert experiment.sequence().x.shape[0] == {"text": 7, "numbers": 3}[inputs]


def test_an_experiment_is_a_value() -> None:
    assert VanishStudy() == VanishStudy()
    assert hash(SMALL) == hash(replace(SMALL))
    with pytest.raises(FrozenInstanceError):
        SMALL.steps = 3  # type: ignore[misc]


@pytest.mark.parametrize("name", RANGES)
def test_the_ends_of_each_range_are_accepted(name: str) -> None:
    for value in RANGES[name]:
        kind = type(getattr(SMALL, name))
        assert getattr(replace(SMALL, **{name: kind(value)}), name) == value


@pytest.mark.parametrize("name", RANGES)
def test_a_number_beyond_its_range_is_refused_by_name_value_and_range(name: str) -> None:
    low, high = RANGES[name]
    for value in (low - 1, high + 1, float("nan"), float("inf"), -float("inf")):
        with pytest.raises(ValueError, match=rf"{name} is .*must be (from .* to |a whole)") as refused:
            replace(SMALL, **{name: value})
        assert {written(value), repr(value)} & set(re.split(r"[ ,]", str(refused.value)))


@pytest.mark.parametrize("name", ["initialiser", "inputs", "loss", "at"])
def test_an_unknown_word_is_refused_with_the_words_there_are(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is 'nonsense', but must be one of {getattr(SMALL, name)}|, "):
        replace(SMALL, **{name: "nonsense"})


def test_from_one_to_four_different_cells_are_compared() -> None:
    names = tuple(CELLS)
    assert replace(SMALL, cells=names[:MOST_CELLS]).cells == names[:MOST_CELLS]
    for wrong in ((), names[: MOST_CELLS + 1], ("tanh", "tanh")):
        with pytest.raises(ValueError, match=f"{len(wrong)} cells were given"):
            replace(SMALL, cells=wrong)
    with pytest.raises(ValueError, match="'elman' is unknown"):
        replace(SMALL, cells=("tanh", "elman"))


def test_a_text_has_three_to_a_thousand_and_one_symbols() -> None:
    low, high = SYMBOLS
    family = "👨‍👩‍👧‍👦"
    for text in ("a" * low, "a" * high, family * high):
        assert replace(SMALL, text=text).text == text
    for text in ("", "a" * (low - 1), "a" * (high + 1), family * (low - 1), "a" * 100_000, "e" + "\u0301" * 500):
        with pytest.raises(ValueError, match="the text has"):
            replace(SMALL, text=text)


def test_own_numbers_are_two_to_a_thousand_finite_ones() -> None:
    low, high = NUMBERS
    for count in (low, high):
        assert len(replace(SMALL, numbers=(1.5,) * count).numbers) == count
    for count in (0, low - 1, high + 1):
        with pytest.raises(ValueError, match="numbers were given"):
            replace(SMALL, numbers=(1.5,) * count)
    for bad in (float("nan"), float("inf"), -float("inf"), 1.1e6):
        with pytest.raises(ValueError, match="must be finite"):
            replace(SMALL, numbers=(1.0, bad))
