"""Numbers beyond float64: each a mantissa times a power of two of its own.

Where a product of slopes, gates and weights leaves float64 the same equations run on these instead. A `Wide` stands in
for a NumPy array in what the recursions of the cells use (products, sums, `dot`, slices that are views), so that every
recursion is written once. Each operation rounds as float64 does; the power of two rounds nothing. Such a run is some
twenty times slower than a plain one, and therefore only done where the plain one would lose something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin

from engine.arrays import Array

NOTHING = np.int64(-(2**53))  # the exponent of zero, below every other
FARTHEST = 2**52  # exponents beyond this are kept at it, far outside anything a network of ten thousand steps makes
FAINTEST = 2**38  # an exponential below 2**-FAINTEST, 1e-82,746,000,000, is kept at it: its logarithm may leave float64
FAINT = 2.0**-900  # a sum of products below this, relative to the largest factors, may have lost terms
ROOM = 300  # powers of two that leave squares, and products with a weight, inside float64
TERMS = 2**20  # products that are summed one by one at a time
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # ln 2 in two parts; 32 bits in the first (fdlibm)
SMALL = 2.0**-60  # |x| up to which tanh x, exp x - 1 and log(1 + x) are x in float64


class Wide(NDArrayOperatorsMixin):
    """An array of mantissa * 2**exponent; both have its shape. Slices are views of it."""

    __slots__ = ("exponent", "mantissa")
    __array_priority__ = 1000

    def __init__(self, mantissa: Array, exponent: Array) -> None:
        self.mantissa, self.exponent = mantissa, exponent

    @property
    def shape(self) -> tuple[int, ...]:
        return cast("tuple[int, ...]", self.mantissa.shape)

    @property
    def ndim(self) -> int:
        return self.mantissa.ndim

    @property
    def size(self) -> int:
        return self.mantissa.size

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.mantissa.dtype

    @property
    def T(self) -> Wide:  # noqa: N802 - an array's transpose
        return Wide(self.mantissa.T, self.exponent.T)

    def __len__(self) -> int:
        return len(self.mantissa)

    def __iter__(self) -> Iterator[Wide]:
        return map(Wide, self.mantissa, self.exponent)

    def __getitem__(self, index: Any) -> Wide:
        return Wide(np.asarray(self.mantissa[index]), np.asarray(self.exponent[index]))

    def __setitem__(self, index: Any, value: npt.ArrayLike) -> None:
        other = of(value)
        self.mantissa[index], self.exponent[index] = other.mantissa, other.exponent

    def reshape(self, *shape: Any) -> Wide:
        return Wide(self.mantissa.reshape(*shape), self.exponent.reshape(*shape))

    def swapaxes(self, a: int, b: int) -> Wide:
        return Wide(self.mantissa.swapaxes(a, b), self.exponent.swapaxes(a, b))

    def copy(self) -> Wide:
        return Wide(self.mantissa.copy(), self.exponent.copy())

    def sum(self, axis: int) -> Wide:
        return _sum(self, axis)

    @property
    def value(self) -> Array:
        """As float64 holds it: 0 or infinite beyond."""
        with np.errstate(over="ignore", under="ignore"):
            return scaled(self.mantissa, self.exponent)

    def shared(self, axis: int | tuple[int, ...]) -> tuple[Array, Array]:
        """As float64 times one power of two for all along `axis`: what is lost is nothing beside the largest.

        The power is 0 where float64 holds the largest with room to spare.
        """
        top = np.expand_dims(self.exponent.max(axis=axis), axis)
        top = np.where((top == NOTHING) | (np.abs(top) < ROOM), 0, top)
        return scaled(self.mantissa, self.exponent - top), top.squeeze(axis)

    def log2_norm(self, axes: tuple[int, ...]) -> Array:
        """log2 of the Euclidean norm over `axes`; -inf for zero."""
        top = self.exponent.max(axis=axes, keepdims=True)
        top = np.where(top == NOTHING, 0, top)
        with np.errstate(divide="ignore", under="ignore"):
            squares = np.square(scaled(self.mantissa, self.exponent - top)).sum(axis=axes)
            return np.asarray(np.log2(squares) / 2.0 + top.squeeze(axes))

    def __array__(self, *_: object, **__: object) -> Array:
        raise TypeError("a Wide array is not float64: ask for its value")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **_: Any) -> Any:
        if method != "__call__" or ufunc not in UFUNCS:
            return NotImplemented
        result = UFUNCS[ufunc](*map(of, inputs))
        if out is None or not isinstance(out[0], Wide):  # a += wide binds a to what is returned
            return result
        out[0].mantissa[...], out[0].exponent[...] = result.mantissa, result.exponent
        return out[0]

    def __array_function__(self, function: Any, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return FUNCTIONS[function](*args, **kwargs) if function in FUNCTIONS else NotImplemented


def of(rows: Any, power: npt.ArrayLike = 0) -> Wide:
    """Numbers times 2**power as wide ones; what is wide already is taken as it is."""
    if isinstance(rows, Wide):
        return rows
    if isinstance(power, int) and power == 0:
        return _normal(np.asarray(rows, np.float64), np.int64(0))
    rows, exponent = np.broadcast_arrays(np.asarray(rows, np.float64), np.asarray(power, np.int64))
    return _normal(rows, exponent)


def widened(rows: Any, power: npt.ArrayLike = 0) -> Array:
    """The same for a type checker, to which a `Wide` is the array it stands for."""
    return cast(Array, of(rows, power))


def is_wide(rows: object) -> bool:
    """Whether `rows` carries powers of two of its own."""
    return isinstance(rows, Wide)


def value(rows: Array) -> Array:
    """`rows` as float64 holds them."""
    return rows.value if isinstance(rows, Wide) else rows


def exponential(x: Array) -> Wide:
    """exp(x) for every x that float64 holds, down to 2**-FAINTEST."""
    power = np.rint(np.clip(np.clip(x, -FAINTEST, FAINTEST) / (LN2_HIGH + LN2_LOW), -FAINTEST, FAINTEST))
    rest = np.where(np.abs(power) < FAINTEST, (x - power * LN2_HIGH) - power * LN2_LOW, 0.0)
    return _normal(np.exp(rest), power.astype(np.int64))


def scaled(rows: Array, power: Array) -> Array:
    """rows * 2**power, the power taken as far as float64 can tell."""
    return np.asarray(np.ldexp(rows, np.clip(power, -5000, 5000).astype(np.int32)))


def _normal(mantissa: Array, exponent: Array) -> Wide:
    """With mantissas from 1/2 to 1, and zero below every other number."""
    mantissa, more = np.frexp(mantissa)
    exponent = np.clip(exponent + more.astype(np.int64), -FARTHEST, FARTHEST)
    return Wide(np.asarray(mantissa), np.asarray(np.where(mantissa == 0.0, NOTHING, exponent)))


def _product(a: Wide, b: Wide) -> Wide:
    return _normal(a.mantissa * b.mantissa, a.exponent + b.exponent)


def _quotient(a: Wide, b: Wide) -> Wide:
    return _normal(a.mantissa / b.mantissa, a.exponent - b.exponent)


def _total(a: Wide, b: Wide) -> Wide:
    top = np.maximum(a.exponent, b.exponent)
    with np.errstate(under="ignore"):
        return _normal(scaled(a.mantissa, a.exponent - top) + scaled(b.mantissa, b.exponent - top), top)


def _like_x(function: np.ufunc, a: Wide) -> Wide:
    """A function that is x near 0 and that float64 holds elsewhere."""
    plain = a.value
    return _where(np.abs(plain) < SMALL, a, function(plain))


def _where(condition: Array, a: Any, b: Any) -> Wide:
    a, b = of(a), of(b)
    return Wide(np.where(condition, a.mantissa, b.mantissa), np.where(condition, a.exponent, b.exponent))


def _sum(a: Wide, axis: int) -> Wide:
    top = np.expand_dims(a.exponent.max(axis=axis), axis)
    with np.errstate(under="ignore"):
        return _normal(scaled(a.mantissa, a.exponent - top).sum(axis=axis), top.squeeze(axis))


def _matmul(a: Wide, b: Wide) -> Wide:
    """a @ b: in float64 relative to each row's and column's largest factor, and term by term where that is too little.

    A sum of products is kept where it is so large that what float64 flushed to 0 is less than its rounding.
    """
    if b.ndim == 1:
        return _matmul(a, b[:, None])[..., 0]
    if a.ndim == 1:
        return _matmul(a[None], b)[..., 0, :]
    across = np.where((top := a.exponent.max(axis=-1, keepdims=True)) == NOTHING, 0, top)
    down = np.where((top := b.exponent.max(axis=-2, keepdims=True)) == NOTHING, 0, top)
    with np.errstate(under="ignore"):
        sums = scaled(a.mantissa, a.exponent - across) @ scaled(b.mantissa, b.exponent - down)
    total = _normal(sums, across + down)
    some = np.asarray(a.mantissa.any(axis=-1))[..., :, None] & np.asarray(b.mantissa.any(axis=-2))[..., None, :]
    faint = np.nonzero((np.abs(sums) < FAINT) & some)
    if not len(faint[0]):
        return total
    lead = sums.shape[:-2]
    rows, columns = _broadcast(a, (*lead, *a.shape[-2:])), _broadcast(b, (*lead, *b.shape[-2:])).swapaxes(-1, -2)
    for first in range(0, len(faint[0]), at_once := max(1, TERMS // a.shape[-1])):
        *place, row, column = (axis[first : first + at_once] for axis in faint)
        total[(*place, row, column)] = _sum(_product(rows[(*place, row)], columns[(*place, column)]), -1)
    return total


def _broadcast(a: Wide, shape: tuple[int, ...]) -> Wide:
    return Wide(np.broadcast_to(a.mantissa, shape), np.broadcast_to(a.exponent, shape))


def _dot(a: Any, b: Any, out: Wide | None = None) -> Wide:
    return _into(out, _matmul(of(a), of(b)))


def _into(out: Wide | None, product: Wide) -> Wide:
    if out is None:
        return product
    out[...] = product
    return out


def _einsum(what: str, a: Any, b: Any, out: Wide | None = None) -> Wide:
    """Those sums of an ensemble's products that the cells use."""
    a, b = of(a), of(b)
    if what == "rkn,kn->rn":
        product = _sum(_product(a, b), 1)
    elif what == "nrh,trn->thn":
        product = _matmul(b.swapaxes(1, 2)[:, :, None], a)[:, :, 0].swapaxes(1, 2)
    elif what == "tnr,nrd->tnd":
        product = _matmul(a[:, :, None], b)[:, :, 0]
    else:
        raise NotImplementedError(f"einsum {what} of numbers beyond float64")
    return _into(out, product)


def _concatenate(arrays: Sequence[Any], axis: int = 0) -> Wide:
    parts = [of(array) for array in arrays]
    return Wide(*(np.concatenate([getattr(p, what) for p in parts], axis=axis) for what in ("mantissa", "exponent")))


def _split(a: Wide, count: int, axis: int = 0) -> list[Wide]:
    return [
        Wide(*pair) for pair in zip(*(np.split(rows, count, axis) for rows in (a.mantissa, a.exponent)), strict=True)
    ]


def empty(shape: tuple[int, ...]) -> Array:
    """Room for so many numbers; zeros."""
    return cast(Array, Wide(np.zeros(shape), np.full(shape, NOTHING)))


UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: _total,
    np.subtract: lambda a, b: _total(a, -b),
    np.multiply: _product,
    np.divide: _quotient,
    np.matmul: _matmul,
    np.negative: lambda a: Wide(-a.mantissa, a.exponent),
    np.positive: Wide.copy,
    np.square: lambda a: _product(a, a),
    np.absolute: lambda a: Wide(np.abs(a.mantissa), a.exponent),
    **{function: partial(_like_x, function) for function in (np.tanh, np.expm1, np.log1p)},
    np.exp: lambda a: exponential(a.value),
    np.less_equal: lambda a, b: (a - b).mantissa <= 0.0,
    np.greater_equal: lambda a, b: (a - b).mantissa >= 0.0,
}
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.dot: _dot,
    np.einsum: _einsum,
    np.concatenate: _concatenate,
    np.where: _where,
    np.real: Wide.copy,
    np.split: _split,
    np.shape: lambda a: a.shape,
    np.size: lambda a: a.size,
    np.empty_like: lambda a: empty(a.shape),
    np.zeros_like: lambda a, shape=None: empty(a.shape if shape is None else shape),
    np.moveaxis: lambda a, *axes: Wide(np.moveaxis(a.mantissa, *axes), np.moveaxis(a.exponent, *axes)),
    np.broadcast_to: _broadcast,
}
