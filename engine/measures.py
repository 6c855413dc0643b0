"""What a curve of gradient norms and a recurrent matrix say in single numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array, plain
from engine.cells import RNN, Cell
from engine.forward import Trace
from engine.parameters import Parameters

FLOAT32_FLOOR = -149.0  # log2 of the smallest positive float32 (IEEE 754 binary32, subnormal)
FLOAT32_CEILING = 128.0  # log2 of the power of two just above the largest float32
SAME = 1e-9  # in powers of two: a change this small is rounding
STEADY, ASTRAY = 0.05, 0.25  # of a line's own change from end to end: how far from it a curve may lie, see `reach`
A_LINE = 3  # points that a line can miss


class Place(NamedTuple):
    """A step of the curve, and the norm there."""

    step: int
    log2: float  # of the norm, relative to step T


@dataclass(frozen=True)
class Reach:
    """How far back an error reaches, read off the norms of dL/dh_t for t = 1..T."""

    log2_ratio: float  # log2 (||dL/dh_1|| / ||dL/dh_T||); -inf if nothing arrives, nan if a norm is not a number
    steps_per_halving: float  # half-life; negative: steps per doubling; infinite: constant; nan: no line fits
    float32_zero: int | None  # the last step t (nearest the loss) whose gradient is 0 when all is run in float32
    float32_overflow: int | None  # the last step t whose gradient is infinite, or no number, in that run
    vanished_at: int | None  # the last step t whose gradient is exactly zero, as behind dead ReLU units
    lowest: Place  # the smallest norm of all steps; the nearest to the loss, where there are several
    highest: Place
    bend: Place  # where the curve is farthest from the straight line between its ends


def reach(log2_norm: Array, float32_zero: int | None = None, float32_overflow: int | None = None) -> Reach:
    """The reach of one sequence's error.

    There is a half-life only where a straight line fits log2 ||dL/dh_t||, t = 1..T: the line of least squares, from
    whose own change over the T - 1 steps the curve lies off by at most a twentieth, root mean square, and by at most a
    quarter at any step. Its slope is 1 / steps_per_halving. A curve of one or two points shows no rate.

    Args:
        log2_norm: log2 ||dL/dh_t|| for t = 0..T, (T+1,).
        float32_zero: what a float32 run found, see `gradients.single.float32_ends`; None or 0: it did not come to that.
        float32_overflow: the same.

    Raises:
        ValueError: `log2_norm` is not (T+1,), or has no step.
    """
    logs = plain("log2_norm", log2_norm)
    if logs.ndim != 1 or logs.size < 2:
        raise ValueError(f"log2_norm has shape {logs.shape}, but (T+1,) was expected, with T at least 1")
    T = logs.size - 1
    first, last = float(logs[1]), float(logs[T])
    ratio = first - last if np.isfinite(last) else float("nan")
    relative = logs[:0:-1] - last if np.isfinite(last) else np.full(T, np.nan)  # entry k: k steps back
    with np.errstate(invalid="ignore"):
        chord = np.abs(relative - relative[-1] * np.linspace(0.0, 1.0, T))
    places = (Place(T - int(k), float(relative[k])) for k in (relative.argmin(), relative.argmax(), chord.argmax()))
    lowest, highest, bend = places
    return Reach(
        log2_ratio=ratio,
        steps_per_halving=_steps_per_halving(relative),
        float32_zero=int(float32_zero) if float32_zero else None,
        float32_overflow=int(float32_overflow) if float32_overflow else None,
        vanished_at=_last_step(np.isneginf(logs[1:])),
        lowest=lowest,
        highest=highest,
        bend=bend,
    )


def _steps_per_halving(relative: Array) -> float:
    """Of a curve that starts at 0, step by step back, (T,); nan where no line fits it."""
    if not np.isfinite(relative).all():
        return float("nan")
    if np.abs(relative).max() < SAME:
        return float("inf")
    back = np.arange(len(relative)) - (len(relative) - 1) / 2.0
    slope = float(back @ relative / (back @ back))
    off = np.abs(relative - relative.mean() - slope * back) / max(abs(slope) * (len(relative) - 1), SAME)
    fits = len(relative) >= A_LINE and np.sqrt(np.mean(off**2)) <= STEADY and off.max() <= ASTRAY
    return -1.0 / slope if fits else float("nan")


def at_shares(ordered: Array, shares: Sequence[float]) -> Array:
    """What each share of numbers that rise along axis 0 does not exceed, (n, ...) -> (shares, ...), by nearest rank.

    Half of them is the median: of an even number, the mean of the middle two. Of logarithms that is the geometric mean
    of the two sizes.
    """
    last = len(ordered) - 1
    found = [ordered[[last // 2, -(-last // 2)]].mean(axis=0) if s == 0.5 else ordered[round(s * last)] for s in shares]
    return np.stack(found)


def _last_step(where: Array) -> int | None:
    steps = np.flatnonzero(where)
    return int(steps[-1]) + 1 if steps.size else None


def recurrent_blocks(cell: Cell, parameters: Parameters) -> Array:
    """W as (G, H, H), one matrix per gate."""
    H = parameters.hidden_size
    return parameters.W.reshape(len(cell.gates), H, H)


def spectral_radius(blocks: Array) -> float:
    """max |eigenvalue| of the recurrent matrix; of the largest gate's, where there are several. (G, H, H)"""
    return float(np.abs(np.linalg.eigvals(blocks)).max())


def largest_singular_value(blocks: Array) -> float:
    """||W||_2, of the largest gate's matrix where there are several. (G, H, H)"""
    return float(np.linalg.svd(blocks, compute_uv=False).max())


def log2_bound_per_step(cell: Cell, parameters: Parameters) -> float | None:
    """log2 (||W||_2 gamma): no step of a vanilla RNN can grow an error by more; None for gated cells.

    ||dh_T/dh_t||_2 <= (||W||_2 gamma)**(T - t), gamma the largest derivative of the activation.
    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013).
    """
    if not isinstance(cell, RNN):
        return None
    with np.errstate(divide="ignore"):
        return float(np.log2(largest_singular_value(recurrent_blocks(cell, parameters)) * cell.activation.steepest))


@dataclass(frozen=True, eq=False, repr=False)
class RunningProduct(ArrayRecord):
    """The product of a chain of factors, factor by factor."""

    log2_size: Array  # (n,) log2 |d_1 d_2 ... d_k|; right beyond float64's range, -inf from the first 0 on
    sign: Array  # (n,) -1, 0 or 1


def running_product(factors: Array) -> RunningProduct:
    """d_1, d_1 d_2, ..., d_1 d_2 ... d_n: the chain rule along a path of single units. (n,)"""
    factors = plain("factors", factors)
    with np.errstate(divide="ignore"):
        return RunningProduct(np.cumsum(np.log2(np.abs(factors))), np.cumprod(np.sign(factors)))


def unit_factors(trace: Trace, units: int | Array) -> Array:
    """dh_t[i] / dh_{t-1}[j] along one path through units, i = u_t and j = u_{t-1}: W[i, j] f'(a_t[i]), t = 1..T. (T,)

    For vanilla cells and the first sequence of the batch.

    Args:
        units: u_0..u_T from 0, or one unit that the path never leaves.

    Raises:
        ValueError: the cell has gates, so that a unit has more than one factor per step.
    """
    path, W = np.broadcast_to(units, trace.steps + 1), trace.parameters.W
    return np.asarray(W[path[1:], path[:-1]] * np.take_along_axis(_slopes(trace), path[1:, None], 1)[:, 0])


def largest_path(trace: Trace) -> Array:
    """The units u_0..u_T of the path whose factors multiply to the most, by size; found from step 1 on. (T+1,)

    Raises:
        ValueError: as `unit_factors`.
    """
    with np.errstate(divide="ignore"):
        slopes, W = np.log2(np.abs(_slopes(trace))), np.log2(np.abs(trace.parameters.W))
    best, whence = np.zeros(len(W)), []
    for slope in slopes:
        reached = slope[:, None] + W + best
        whence.append(reached.argmax(axis=1))
        best = reached.max(axis=1)
    path = [int(best.argmax())]
    for before in reversed(whence):
        path.append(int(before[path[-1]]))
    return np.array(path[::-1])


def _slopes(trace: Trace) -> Array:
    """f'(a_t) of every unit, (T, H)."""
    if not isinstance(trace.cell, RNN):
        raise ValueError(f"{trace.cell.title} has gates; a single factor per step exists for vanilla cells only")
    return trace.cell.activation.derivative(trace.pre_activations["state"][:, 0])
