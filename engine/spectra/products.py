"""Products of step Jacobians: dh_T/dh_t for every t, kept beyond float64's range.

A network carries its full state s_t (h_t, or h_t and c_t one behind the other) by J_t = ds_t/ds_{t-1}. The chain rule
gives ds_T/ds_t = P_t = J_T J_{T-1} ... J_{t+1}, with P_T the identity; dh_T/dh_t is its block of the first H rows and
columns. Each product is kept as mantissa times an exact power of two, which rounds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from engine import wide
from engine.array_record import ArrayRecord
from engine.arrays import Array, checked, log2_norm
from engine.wide import is_wide

BLOCK = 32  # steps between two looks at the magnitude
SAFE = 2.0**400  # norms from 1/SAFE to SAFE have squares, and products with a step, far from float64's ends
COMFORT = 2.0**100  # a product outside 1/COMFORT .. COMFORT is rescaled at the end of its block
ROUNDS = 10  # power iterations before LAPACK is asked
RESOLVED = 1e-14  # the relative error of a largest eigenvalue that is taken for none


@dataclass(frozen=True, eq=False, repr=False)
class Products(ArrayRecord):
    """The first H rows of every P_t = J_T ... J_{t+1}, time first. True values are mantissa * 2**exponent."""

    mantissa: Array  # (T+1, H, S) dh_T/ds_t
    exponent: Array  # (T+1,) whole numbers

    @property
    def hidden(self) -> Array:
        """The mantissa of dh_T/dh_t, (T+1, H, H)."""
        return self.mantissa[:, :, : self.mantissa.shape[1]]

    @cached_property
    def log2_frobenius(self) -> Array:
        """log2 of the Frobenius norm of dh_T/dh_t, (T+1,); -inf for an exact zero."""
        return np.asarray(_log2_frobenius(self.hidden) + self.exponent)

    @cached_property
    def log2_spectral(self) -> Array:
        """log2 of the largest singular value of dh_T/dh_t, (T+1,): the most a unit error can grow; -inf for zero."""
        size = _log2_frobenius(self.hidden)
        logs = np.full(size.shape, -np.inf)
        some = np.flatnonzero(np.isfinite(size))
        if some.size:
            power = np.floor(size[some]).astype(np.int32)
            blocks = np.ldexp(self.hidden[some], -power[:, None, None])
            logs[some] = np.log2(_largest(blocks)) + power
        return np.asarray(logs + self.exponent)


def checked_steps(steps: npt.ArrayLike, size: int | None) -> tuple[Array, int]:
    """The step Jacobians as (T, S, S), and H: `size`, or S where it is None. Those beyond float64 stay so.

    Raises:
        ValueError: `steps` is not a stack of square matrices of finite numbers, or `size` is not within 1..S.
    """
    array = cast(Array, steps) if is_wide(steps) else checked("steps", steps, ("T", "S", "S"))
    S = array.shape[1]
    if array.shape[2] != S:
        raise ValueError(f"steps has shape {array.shape}, but (T, S, S), a stack of square matrices, was expected")
    if size is not None and not 1 <= size <= S:
        raise ValueError(f"size is {size}, but a whole number from 1 to {S} was expected")
    return array, S if size is None else int(size)


def running_products(steps: npt.ArrayLike, size: int | None = None) -> Products:
    """dh_T/ds_t = (J_T J_{T-1} ... J_{t+1})[:H] for t = 0..T, by one matrix product a step.

    The sweep runs in plain float64 in blocks of steps and looks at the norms after each; a block that left the safe
    range is run again with a power of two taken off at every step.

    Args:
        steps: J_t = ds_t/ds_{t-1} at index t - 1, (T, S, S), the hidden state first in s.
        size: H, how many rows of s are the hidden state; S if None.

    Raises:
        ValueError: `steps` is not (T, S, S) with finite numbers, or `size` does not fit.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013).
    """
    J, H = checked_steps(steps, size)
    T, S = J.shape[:2]
    if is_wide(J):
        return _far_products(J, H)
    mantissa = np.empty((T + 1, H, S))
    exponent = np.zeros(T + 1, dtype=np.int64)
    mantissa[T] = np.eye(H, S)
    flat = mantissa.reshape(T + 1, H * S)
    t = T
    while t > 0:
        stop = max(t - BLOCK, 0)
        with np.errstate(over="ignore", invalid="ignore"):
            for k in range(t, stop, -1):
                np.matmul(mantissa[k], J[k - 1], out=mantissa[k - 1])
            squares = np.vecdot(flat[stop:t], flat[stop:t])
        if squares.min() > SAFE**-2 and squares.max() < SAFE**2:  # false for a norm that is not a number, too
            exponent[stop:t] = exponent[t]
            if not COMFORT**-2 < squares[0] < COMFORT**2:
                _rescale(mantissa, exponent, stop)
        else:
            _sweep_rescaling(mantissa, exponent, J, t, stop)
        t = stop
    return Products(mantissa, exponent)


def _far_products(J: Array, H: int) -> Products:
    """The same of steps beyond float64, whose rows may differ by more than any one power of two can bridge."""
    T, S = J.shape[:2]
    products = [wide.of(np.eye(H, S))]
    for k in range(T, 0, -1):
        products.append(wide.of(products[-1] @ J[k - 1]))
    each = [one.shared((0, 1)) for one in products[::-1]]
    return Products(np.stack([mantissa for mantissa, _ in each]), np.array([int(power) for _, power in each]))


def _sweep_rescaling(mantissa: Array, exponent: Array, J: Array, start: int, stop: int) -> None:
    """Sweep from `start` to `stop` with both factors of every product brought to about 1."""
    _rescale(mantissa, exponent, start)
    for k in range(start, stop, -1):
        power = np.frexp(np.abs(J[k - 1]).max())[1]
        np.matmul(mantissa[k], np.ldexp(J[k - 1], -power), out=mantissa[k - 1])
        exponent[k - 1] = exponent[k] + power
        _rescale(mantissa, exponent, k - 1)


def _rescale(mantissa: Array, exponent: Array, t: int) -> None:
    """Bring the largest entry of the product at t to between 1/2 and 1; zero stays zero."""
    power = np.frexp(np.abs(mantissa[t]).max())[1]
    mantissa[t] = np.ldexp(mantissa[t], -power)
    exponent[t] += power


def _log2_frobenius(matrices: Array) -> Array:
    """log2 of each Frobenius norm, (n,), with the slower exact scaling only where a square would leave float64."""
    with np.errstate(over="ignore", divide="ignore"):
        squares = np.einsum("tij,tij->t", matrices, matrices)
        logs = np.log2(squares) / 2.0
    outside = ~((squares > SAFE**-2) & (squares < SAFE**2))
    if outside.any():
        logs[outside] = log2_norm(matrices[outside], (1, 2))
    return np.asarray(logs)


def _largest(matrices: Array) -> Array:
    """The largest singular value of each matrix, (n,). (n, H, H) with Frobenius norms near 1

    Most long products are close to rank one, where power iteration on M^T M settles at once. It is believed only where
    a bound says so: if s^2 is v's Rayleigh quotient, r its residual and F the Frobenius norm, then every eigenvalue
    but the largest is at most F^2 - s^2, so the largest lies within r^2 / (2 s^2 - F^2) above s^2 (Kato and Temple).
    The other matrices go to LAPACK.
    """
    H = matrices.shape[1]
    frobenius = np.einsum("tij,tij->t", matrices, matrices)
    v = np.full((len(matrices), H), H**-0.5)
    square = residual = np.zeros(len(matrices))
    for _ in range(ROUNDS):
        image = np.matvec(matrices, v)
        square = np.vecdot(image, image)
        back = np.matvec(matrices.swapaxes(1, 2), image)
        residual = back - square[:, None] * v
        length = np.sqrt(np.vecdot(back, back))[:, None]
        v = np.divide(back, length, out=v, where=length > 0.0)
    gap = 2.0 * square - frobenius
    open_ = ~((gap > 0.1 * frobenius) & (np.vecdot(residual, residual) <= RESOLVED * square * gap))
    largest = np.sqrt(square)
    if open_.any():
        largest[open_] = np.linalg.svd(matrices[open_], compute_uv=False)[:, 0]
    return np.asarray(largest)
