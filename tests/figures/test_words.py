"""Numbers and verdicts in words: one rounding everywhere, and no result that is not said as it is."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.measures import Place, Reach, reach
from engine.studies.vanish.families import family
from engine.studies.vanish.seeds import Spread
from engine.studies.vanish.study import VanishStudy
from engine.wide import FAINTEST
from figures.words import half_life, number, power, spread_clause, verdict, verdicts


def reach_of(
    ratio: float,
    steps: int = 50,
    float32_zero: int | None = None,
    float32_overflow: int | None = None,
    vanished_at: int | None = None,
) -> Reach:
    halving = math.inf if ratio == 0.0 else (steps - 1) / -ratio if math.isfinite(ratio) else math.nan
    ends = Place(1, ratio), Place(steps, 0.0)
    return Reach(ratio, halving, float32_zero, float32_overflow, vanished_at, min(ends), max(ends), ends[1])


def told(*relative: float) -> str:
    """The verdict on a curve of powers of two, told from the last step back."""
    return verdict(reach(np.array([0.0, *relative[::-1]])), len(relative)).split(": ", 1)[1]


def test_a_curve_without_one_rate_is_told_as_it_runs() -> None:
    assert told(0.0, -2.0, -9.0, -4.0, -1.0) == (
        "it changes by less than a factor of 10 from end to end, but is lowest at step 3, 0.00195 times."
    )
    assert told(0.0, 7.0, 3.0, -9.0, -1.0).endswith("lowest at step 2, 0.00195 times and highest at step 4, 128 times.")
    assert told(0.0, -8.0, -7.5, -7.0, -7.0) == ("it vanishes, but not at one rate: 0.00391 times at step 4.")
    assert told(0.0, 0.0, 0.0, 1.0, 8.0) == "it explodes, but not at one rate: 2 times at step 2."
    assert told(0.0, -12.0, -8.0, -6.0, -4.0) == ("it vanishes, but not at one rate: lowest at step 4, 2.44e-4 times.")
    assert told(0.0, -1.0, -1.0, -1.0, -1.5) == "it changes by less than a factor of 10 from end to end."
    assert told(0.0, -8.0) == "it vanishes."


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-1.0, "−1"),
        (1.5, "1.5"),
        (2 / 3, "0.667"),
        (340.0, "340"),
        (1234.0, "1230"),
        (9994.0, "9990"),
        (9995.0, "1e4"),
        (9999.9, "1e4"),
        (10_000.0, "1e4"),
        (123_456.0, "1.23e5"),
        (0.0123, "0.0123"),
        (0.001, "0.001"),
        (0.0009999, "0.001"),
        (0.00099, "9.9e-4"),
        (-0.000012, "−1.2e-5"),
        (0.9996, "1"),
        (99.95, "100"),
        (1.125, "1.13"),
        (1.115, "1.11"),  # the float lies below the tie
        (1e22, "1e22"),
        (1.7976931348623157e308, "1.8e308"),
        (2.2250738585072014e-308, "2.23e-308"),
        (5e-324, "4.94e-324"),
        (math.inf, "infinite"),
        (-math.inf, "minus infinity"),
        (math.nan, "not a number"),
    ],
)
def test_a_number_has_three_significant_digits(value: float, words: str) -> None:
    assert number(value) == words
    assert number(np.float64(value)) == words


@given(st.floats(allow_nan=False, allow_infinity=False).filter(bool))
@example(1e-3)
@example(math.nextafter(1e-3, 0))
@example(math.nextafter(1e4, 0))
@example(9995.0)
def test_every_float_is_rounded_to_the_nearest_three_digits(value: float) -> None:
    rounded = Context(prec=3, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))
    said = number(value)
    assert Decimal(said.replace("−", "-")) == rounded
    assert ("e" in said) == (not Decimal("0.001") <= abs(rounded) < 10_000)
    assert "e+" not in said
    assert "e0" not in said
    mantissa = said.split("e")[0]
    assert "." not in mantissa or mantissa[-1] not in "0."


@pytest.mark.parametrize(
    ("log2", "words"),
    [
        (0.0, "1"),
        (1.0, "2"),
        (-1.0, "0.5"),
        (math.log2(10.0), "10"),
        (math.log2(9995.1), "1e4"),
        (math.log2(1e-3), "0.001"),
        (1024.0, "1.8e308"),
        (-1074.0, "4.94e-324"),
        (3321.928094887362, "1e1000"),
        (-33219.28094887362, "1e-10000"),
        (-float(FAINTEST), "below 1e-80,000,000,000"),
        (math.inf, "infinite"),
        (-math.inf, "0"),
        (math.nan, "not a number"),
    ],
)
def test_a_power_is_said_far_beyond_what_a_float_can_hold(log2: float, words: str) -> None:
    assert power(log2) == words


@given(st.floats(-1000, 1000))
def test_a_power_that_a_float_can_hold_is_said_as_that_number(log2: float) -> None:
    said, exact = float(power(log2)), 2.0**log2
    assert said == pytest.approx(exact, rel=0.0051)
    assert ("e" in power(log2)) == (not 1e-3 <= said < 1e4)


@given(st.floats(-1e6, 1e6))
def test_a_power_has_at_most_three_significant_digits(log2: float) -> None:
    digits = power(log2).split("e")[0].replace(".", "").strip("0")
    assert 1 <= len(digits) <= 3


def test_an_error_that_shrinks_tenfold_or_more_vanishes() -> None:
    said = verdict(reach_of(-49.0), 50)
    assert "vanishes" in said
    assert power(-49.0) in said
    assert "step 50" in said
    assert "every 1 steps" in said
    assert "vanishes" in verdict(reach_of(-math.log2(10.0)), 50)


def test_an_error_that_grows_tenfold_or_more_explodes() -> None:
    said = verdict(reach_of(98.0), 50)
    assert "explodes" in said
    assert power(98.0) in said
    assert "every 0.5 steps" in said


@pytest.mark.parametrize("ratio", [0.0, 3.3, -3.3])
def test_an_error_that_changes_less_than_tenfold_keeps_its_size(ratio: float) -> None:
    said = verdict(reach_of(ratio), 50)
    assert ("keeps its size" if ratio == 0.0 else "less than a factor of 10") in said
    assert "vanishes" not in said
    assert "explodes" not in said
    assert power(ratio) in said


def test_an_exact_zero_is_called_exactly_zero() -> None:
    said = verdict(reach_of(-math.inf, vanished_at=37), 50)
    assert "step 37" in said
    assert "exactly 0" in said
    assert "halving" not in said


def test_a_gradient_that_is_zero_from_the_start_leaves_nothing_to_carry() -> None:
    said = verdict(reach_of(math.nan, vanished_at=50), 50)
    assert "step 50" in said
    assert "exactly 0" in said


def test_a_gradient_that_is_no_number_is_not_interpreted() -> None:
    said = verdict(reach_of(math.nan), 50)
    assert "not a finite number" in said
    assert "vanishes" not in said


def test_the_verdict_says_where_a_float32_run_gives_up() -> None:
    low = verdict(reach_of(-200.0, float32_zero=12), 50)
    assert "float32" in low
    assert "step 12" in low
    high = verdict(reach_of(200.0, float32_overflow=9), 50)
    assert "float32" in high
    assert "step 9" in high
    assert "float32" not in verdict(reach_of(-20.0), 50)


def test_with_a_loss_at_every_step_no_single_error_is_said_to_vanish() -> None:
    said = verdict(reach_of(-40.0), 50, "The losses of all steps, summed,")
    assert power(-40.0) in said
    assert "vanishes" not in said
    assert "halving" not in said


@pytest.mark.parametrize("together", ["", "The losses of all steps, summed,"])
@given(
    ratio=st.one_of(st.floats(-1e5, 1e5), st.just(math.nan), st.just(-math.inf)),
    zero=st.none() | st.integers(1, 50),
    over=st.none() | st.integers(1, 50),
    gone=st.none() | st.integers(1, 50),
)
def test_every_reach_has_a_verdict_of_whole_sentences(
    together: str, ratio: float, zero: int | None, over: int | None, gone: int | None
) -> None:
    gone = 20 if ratio == -math.inf and gone is None else gone
    said = verdict(reach_of(ratio, 50, zero, over, gone), 50, together)
    assert said[0].isupper()
    assert said.endswith(".")
    for word in ("nan", "inf ", "None", "e+"):
        assert word not in said


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (-49.0, "half-life 1 steps"),
        (49.0, "doubles every 1 steps"),
        (-98.0, "half-life 0.5 steps"),
        (0.0, "no change"),
        (-math.inf, "no half-life"),
        (math.nan, "no half-life"),
    ],
)
def test_a_half_life_is_said_in_steps(ratio: float, words: str) -> None:
    assert half_life(reach_of(ratio, vanished_at=20 if ratio == -math.inf else None)) == words


def test_a_family_has_one_verdict_per_scale() -> None:
    found = family(VanishStudy(steps=20, hidden=4, loss="probe"), "tanh")
    said = verdicts(found, "")
    assert said == [verdict(reach, 20) for reach in found.reach]
    assert len(said) == len(found.scales)
    assert "vanishes" in said[0]


def test_of_an_error_that_vanishes_it_is_said_how_much_of_the_state_a_step_copies() -> None:
    ends = {
        "gru": "0.503 of h (mean z).",
        "mgu": "(mean 1 − f).",
        "leaky": "0.9 of h (mean 1 − λ).",
    }
    study = VanishStudy(cells=("gru", "mgu", "leaky", "lstm"), steps=50, scale=0.5)
    for cell in study.cells:
        (said,) = verdicts(family(study, cell, (1.0 if cell == "gru" else 0.5,)), "")
        assert said.endswith(ends[cell]) if cell in ends else "copies" not in said
    open_gate = family(VanishStudy(cells=("gru",), update_bias=5.0), "gru", (1.0,))
    assert "copies" not in verdicts(open_gate, "")[0]
    assert open_gate.reach[0].log2_ratio > -1.0


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-10.0, 1.0, "4 other seeds: 9.77e-4 to 2"),
        (-math.inf, -1.0, "4 other seeds: 0 to 0.5"),
        (-math.inf, -math.inf, "4 other seeds: 0"),
        (0.0, 0.0, "4 other seeds: 1"),
        (5000.0, 6000.0, "4 other seeds: 1.41e1505 to 1.51e1806"),
        (math.nan, math.nan, "4 other seeds: no error to carry"),
    ],
)
def test_the_spread_of_other_seeds_is_one_clause(low: float, high: float, words: str) -> None:
    ranks = np.array([[math.nan, low, 0.0], [math.nan, (low + high) / 2, 0.0], [math.nan, high, 0.0]])
    assert spread_clause(Spread((1, 2, 3, 4), ranks, ranks)) == words
