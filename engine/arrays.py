"""The array type that every record and equation uses, and the one place where what comes in is checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]  # float64, or complex128 where a complex-step derivative runs through the forward path


def plain(name: str, value: npt.ArrayLike) -> Array:
    """`value` as an array of whatever it holds; not a copy where it is one.

    Raises:
        ValueError: it is no array, or a masked one, whose mask would be lost.
    """
    if type(value) is np.ndarray:
        return value
    parts = value if isinstance(value, list | tuple) else (value,)
    if any(isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part) for part in parts):
        raise ValueError(
            f"{name} is a masked array, but masks are not read here: fill it, and say with lengths where sequences end"
        )
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:  # ragged lists; tensors that cannot be arrays
        raise ValueError(f"{name} is {described(value)}, which cannot be read as an array: {error}") from error


def checked(name: str, value: npt.ArrayLike, shape: tuple[int | str, ...], copy: bool = False) -> Array:
    """`value` as a finite float64 (or complex128) array of `shape`.

    A number in `shape` must match; a letter (``"T"``) stands for any size of at least one and only names the axis
    in the message. Broadcasting is never silent: a wrong number of axes is an error too. With `copy` the array is one
    of its own, which later changes of `value` do not reach.

    Raises:
        ValueError: the shape differs or a value is not finite; the message names what came and what was expected.
    """
    array = plain(name, value)
    if array.dtype.kind not in "fiubc":
        raise ValueError(f"{name} must hold numbers, but holds {array.dtype}")
    array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64, copy=copy)
    fits = array.ndim == len(shape) and array.size > 0
    if fits and array.shape != shape:
        fits = all(isinstance(want, str) or size == want for size, want in zip(array.shape, shape, strict=True))
    if not fits:
        raise ValueError(f"{name} has shape {array.shape}, but {in_words(shape)} was expected")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are not finite numbers")
    return array


def checked_weights(name: str, value: npt.ArrayLike, shape: tuple[int | str, ...], copy: bool = False) -> Array:
    """The same for weights, which are no raw words of another format.

    Files hold bfloat16 as 16-bit words and quantised weights as bytes; as whole numbers they would be taken for weights
    of several thousand.

    Raises:
        ValueError: as for `checked`; or the array holds unsigned or short whole numbers.
    """
    array = plain(name, value)
    if array.dtype.kind == "u" or (array.dtype.kind == "i" and array.dtype.itemsize < 4):
        raise ValueError(
            f"{name} holds {array.dtype}, but weights are floating-point numbers: words of another format (bfloat16, "
            f"quantised) must be decoded first; of bfloat16, (words.astype('uint32') << 16).view('float32')"
        )
    return checked(name, array, shape, copy)


def checked_real(name: str, value: npt.ArrayLike, shape: tuple[int | str, ...], copy: bool = False) -> Array:
    """The same for what is carried back, which is real: the complex step only runs forward.

    Raises:
        ValueError: as for `checked`; or the array holds complex numbers.
    """
    array = plain(name, value)
    if array.dtype.kind == "c":
        raise ValueError(f"{name} holds complex numbers, but real ones are carried back: the complex step runs forward")
    return checked(name, array, shape, copy)


def between(name: str, value: float, low: float, high: float, expected: str) -> float:
    """`value` as a number from low to high.

    Raises:
        ValueError: it is none; `expected` says which would be.
    """
    number = isinstance(value, int | float | np.integer | np.floating)
    if not number or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}, but {expected} was expected")
    return float(value)


def whole_numbers(name: str, value: npt.ArrayLike, shape: tuple[int | str, ...]) -> Array:
    """`value` as an int64 array of its own, of `shape` as for `checked`.

    Raises:
        ValueError: the shape differs, or it holds anything else than whole numbers.
    """
    array = plain(name, value)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold whole numbers, but holds {array.dtype}")
    checked(name, array, shape)
    return array.astype(np.int64)


def in_words(shape: tuple[int | str, ...]) -> str:
    """A shape as a message has it, (T, 3)."""
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def described(value: object) -> str:
    """What kind of thing came, in a few words."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, str):
        return f"the word {value[:40]!r}"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)}"
    short = value is None or isinstance(value, int | float | complex)
    return repr(value) if short else f"of type {type(value).__name__}"


def expect(name: str, value: object, kind: type, how: str) -> None:
    """Nothing, where `value` is a `kind`; `how` says how to get one.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIO" else "a"
        raise ValueError(f"{name} is {described(value)}, but {article} {kind.__name__} was expected: {how}")


def log2_norm(array: Array, axes: tuple[int, ...]) -> Array:
    """log2 of the Euclidean norm over `axes`, right also where a square leaves float64; -inf for zero."""
    if not isinstance(array, np.ndarray):  # numbers beyond float64, `wide.Wide`
        return np.asarray(array.log2_norm(axes))
    size = np.abs(array)
    power = np.frexp(size.max(axis=axes, keepdims=True))[1]
    with np.errstate(divide="ignore", over="ignore"):  # beside an infinite number
        return np.asarray(np.log2(np.square(np.ldexp(size, -power)).sum(axis=axes)) / 2.0 + power.squeeze(axes))
