"""The one place where shapes are checked."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from engine.arrays import checked, log2_norm


def test_a_list_of_whole_numbers_becomes_float64() -> None:
    array = checked("x", [[1, 2], [3, 4]], (2, "D"))
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, [[1.0, 2.0], [3.0, 4.0]])


def test_single_precision_becomes_double() -> None:
    assert checked("x", np.ones(2, np.float32), (2,)).dtype == np.float64
    assert checked("x", np.ones(2, np.complex64), (2,)).dtype == np.complex128


def test_an_array_that_fits_is_not_copied() -> None:
    array = np.ones((2, 3))
    assert checked("x", array, ("T", 3)) is array


@pytest.mark.parametrize(
    ("shape", "expected", "message"),
    [
        ((2, 3), (2, 4), "W has shape (2, 3), but (2, 4) was expected"),
        ((2, 3), ("T", 4), "W has shape (2, 3), but (T, 4) was expected"),
        ((3,), (4,), "W has shape (3,), but (4,) was expected"),
        ((3,), (3, 1), "W has shape (3,), but (3, 1) was expected"),
        ((3, 1), (3,), "W has shape (3, 1), but (3,) was expected"),
        ((), ("T",), "W has shape (), but (T,) was expected"),
        ((0, 2), ("T", 2), "W has shape (0, 2), but (T, 2) was expected"),
    ],
)
def test_a_shape_that_does_not_fit_is_named_with_the_one_expected(
    shape: tuple[int, ...], expected: tuple[int | str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        checked("W", np.ones(shape), expected)


@pytest.mark.parametrize("shape", [(1, 3), (2, 1), (3,), (1,)])
def test_what_numpy_would_broadcast_is_an_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{shape}, but (2, 3) was expected")):
        checked("b", np.ones(shape), (2, 3))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, complex(0.0, np.nan)])
def test_a_value_that_is_not_finite_is_an_error(value: complex) -> None:
    with pytest.raises(ValueError, match="x holds values that are not finite numbers"):
        checked("x", [1.0, value], (2,))


@pytest.mark.parametrize("value", [["1", "2"], [None, 1.0], [object(), object()]])
def test_what_is_not_a_number_is_an_error(value: Any) -> None:
    with pytest.raises(ValueError, match="x must hold numbers, but holds"):
        checked("x", value, (2,))


def test_a_norm_beside_an_infinite_number_is_infinite_without_a_warning() -> None:
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(log2_norm(np.array([[np.inf, 1e300], [3.0, 4.0]]), (1,)), [np.inf, np.log2(5.0)])
