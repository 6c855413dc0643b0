"""A chain of factors and what is left behind it: the lecture's product, exact, at any length."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.theme import ROLES, partners
from figures.vanish.product import product_figure, product_sentence
from tests.figures.drawn import colours

FACTORS = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=30)


def test_the_lectures_product_is_said() -> None:
    assert product_sentence((0.03, 0.05)) == "0.03 × 0.05 = 0.0015"


@pytest.mark.parametrize(
    ("factors", "value"),
    [
        ((0.5,) * 50, "8.88e-16"),
        ((1.1,) * 50, "117"),
        ((0.9,) * 1000, "1.75e-46"),
        ((1e-6,) * 1000, "1e-6000"),
        ((1e6,) * 1000, "1e6000"),
        ((-1.0,) * 7, "−1"),
        ((-2.0,) * 8, "256"),
        ((0.5,) * 9 + (0.0,), "0"),
        ((-0.0,) * 9, "0"),
    ],
)
def test_a_long_chain_is_shortened_and_its_product_exact(factors: tuple[float, ...], value: str) -> None:
    said = product_sentence(factors)
    assert f"= {value}, " in said
    assert str(len(factors)) in said
    assert len(said) < 100


@given(FACTORS)
def test_the_running_product_is_the_product_of_the_factors_so_far(factors: list[float]) -> None:
    running = product_figure(factors).data[1]
    assert list(running.x) == list(range(1, len(factors) + 1))
    exact = Fraction(1)
    for factor, log10 in zip(factors, running.y, strict=True):
        exact *= Fraction(factor)
        if exact == 0:
            assert math.isnan(log10)
        else:
            size = abs(exact)
            log = math.log10(size.numerator) - math.log10(size.denominator)
            assert log10 == pytest.approx(log, rel=1e-9, abs=1e-9)


@given(FACTORS)
def test_every_point_lies_inside_the_picture_and_ticks_are_even(factors: list[float]) -> None:
    figure = product_figure(factors)
    for trace, axis in zip(figure.data, (figure.layout.yaxis2, figure.layout.yaxis), strict=True):
        low, high = axis.range
        assert low < 0.0 < high
        assert all(low < y < high for y in trace.y if not math.isnan(y))
        marks = list(axis.tickvals)
        assert 1 <= len(marks) <= 7
        assert np.ptp(np.diff(marks)) == 0 if len(marks) > 2 else marks == sorted(set(marks))
        assert [float(name) for name in axis.ticktext] == pytest.approx(
            [10.0**mark for mark in marks], rel=1e-9, abs=0.0
        )


@pytest.mark.parametrize("factor", [1e-4, 1e4])
@pytest.mark.parametrize("count", [2, 50, 1000])
def test_a_factor_of_1e_4_lies_far_from_1_however_long_the_chain(factor: float, count: int) -> None:
    figure = product_figure((factor,) * count)
    low, high = figure.layout.yaxis2.range
    assert abs(figure.data[0].y[0]) > 0.8 * (high - low)


def test_hover_says_the_factor_and_what_is_left() -> None:
    single, running = product_figure((0.03, -0.05, 0.0)).data
    assert list(single.text) == ["factor 1 is 0.03", "factor 2 is −0.05", "factor 3 is 0"]
    for words, value in zip(running.text, ("0.03", "0.0015", "0"), strict=True):
        assert f" {value} " in words


def test_a_zero_leaves_the_picture_and_ends_the_line() -> None:
    single, running = product_figure((0.5, 0.0, 2.0)).data
    np.testing.assert_allclose(single.y, [math.log10(0.5), math.nan, math.log10(2.0)])
    np.testing.assert_allclose(running.y, [math.log10(0.5), math.nan, math.nan])


def test_the_running_product_has_the_gradients_colour() -> None:
    figure = product_figure((0.5, 0.5))
    assert figure.data[1].line.color == ROLES["gradient"].light
    assert colours(figure) <= set(partners())


@pytest.mark.parametrize("count", [1, 2, 1000])
def test_the_axis_counts_the_factors(count: int) -> None:
    figure = product_figure((0.9,) * count)
    assert tuple(figure.layout.xaxis.range) == (0.5, count + 0.5)


def test_the_picture_is_named_and_both_traces_stand_in_the_legend() -> None:
    figure = product_figure((0.9, 0.8))
    assert [trace.name for trace in figure.data] == ["each factor", "running product"]
    assert figure.layout.showlegend
