"""Every singular value of dh_T/dh_t, also where it is 2**-1000 of the largest.

Multiplied out, a long product of Jacobians keeps its largest singular value and drowns the others in rounding. So the
product is never formed. P_t^T = J_{t+1}^T ... J_T^T is carried as Q D V: Q orthonormal, D a diagonal of powers of two
kept as whole numbers, V well conditioned. D holds the whole range of magnitudes, so that nothing over- or underflows
and no small direction meets a large one. One-sided Jacobi on the rows of D V then finds the singular values.

Source: Stewart, "On graded QR decompositions of products of matrices" (1995), and Loh et al., "Stable matrix-
multiplication algorithms for low-temperature numerical simulations of fermions" (1989), for the product; Demmel and
Veselic, "Jacobi's method is more accurate than QR" (1992), and Drmac and Veselic, "New fast and accurate Jacobi SVD
algorithm" (2008), for the rest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine import wide
from engine.arrays import Array
from engine.spectra.products import checked_steps

NOTHING = int(wide.NOTHING)  # the exponent of a row of zeros, below every other
FAR = 5000  # a difference of exponents at which float64 holds nothing in common
GRADED = 8  # bits between the largest and the smallest row of a step from which on the rows' scales are taken apart
TRIANGULAR_STEPS = 6  # QR steps before Jacobi, each a stride towards orthogonal rows
MATRIX_CHUNK = 2**17  # numbers that are worked on together: what stays in a processor's cache
REACH = 900  # bits between rows that float64 bridges
SWEEPS = 60  # far beyond the handful that are needed
SETTLED = 1e-13  # a sweep that moves no squared singular value by more leaves an error of rounding only


def log2_singular_values(steps: npt.ArrayLike, size: int | None = None) -> Array:
    """log2 of every singular value of dh_T/dh_t for t = 0..T, descending, (T+1, H).

    Each is as precise as the steps themselves determine it: the relative error is about that of changing every entry
    of every J_t in its last bits, however small the value is beside the largest. -inf where a product is singular
    because steps have rows or columns of zeros, as dead units leave; another exact singularity (two equal rows, say)
    is seen up to rounding, as a value some 2**-53 of what it would be otherwise. Of steps beyond float64
    (`far_jacobians`) each row keeps what is within 2**-1000 of its largest entry; less counts as 0.

    Args:
        steps: J_t = ds_t/ds_{t-1} at index t - 1, (T, S, S), the hidden state first in s.
        size: H, how many rows of s are the hidden state; S if None.

    Raises:
        ValueError: `steps` is not (T, S, S) with finite numbers, or `size` does not fit.
    """
    J, H = checked_steps(steps, size)
    T, S = J.shape[:2]
    far = wide.of(J) if wide.is_wide(J) else None
    heights = np.abs(J if far is None else far.mantissa).max(axis=2)  # (T, S) 0 for a row of zeros
    powers = np.frexp(heights)[1] if far is None else far.exponent.max(axis=2)
    uneven = (heights.min(axis=1) == 0.0) | (np.ptp(powers, axis=1) > GRADED)
    exponents = np.full((T + 1, H), NOTHING)
    rows = np.zeros((T + 1, H, H))
    Q, exponent, V = np.eye(S, H), np.zeros(H, dtype=np.int64), np.eye(H)
    for t in range(T, -1, -1):
        if t < T:
            power = powers[t][:, None] if uneven[t] else powers[t].max()
            if uneven[t]:
                # Rows of very different size, or of zeros, are put where they can be told apart: into D.
                shift = powers[t].max()
                alive = np.where(heights[t][:, None] > 0.0, Q, 0.0)
                Q, exponent, V = _graded_rows(np.ravel(power) - shift, alive, exponent + shift, V)
            else:
                exponent = exponent + power
            step = _scaled(J[t], -power) if far is None else _scaled(far.mantissa[t], far.exponent[t] - power)
            Q, exponent, V = _graded(step.T @ Q, exponent, V)
        k = exponent.size
        exponents[t, :k], rows[t, :k] = exponent, V
        if S > H:
            _, inner, V_block = _graded(Q[:H], exponent, V)
            exponents[t], rows[t] = NOTHING, 0.0
            exponents[t, : inner.size], rows[t, : inner.size] = inner, V_block
    return log2_row_singular_values(exponents, rows)


def log2_row_singular_values(exponent: Array, rows: Array) -> Array:
    """log2 of the singular values of every diag(2**exponent) rows, descending, (n, H). (n, H), (n, H, H)

    Precise relative to each value wherever `rows`, its rows brought to one length, is well conditioned. Singular values
    stay the same when Z^T = Q R is replaced by R, and each such step brings the rows of a matrix with graded rows
    closer to orthogonal; Jacobi rotations finish.
    """
    n, H = exponent.shape
    chunk = max(1, MATRIX_CHUNK // (H * H))
    logs = [_chunk_logs(exponent[k : k + chunk], rows[k : k + chunk]) for k in range(0, n, chunk)]
    return np.concatenate(logs)


def _chunk_logs(exponent: Array, rows: Array) -> Array:
    """The same for as many matrices as fit a processor's cache."""
    for _ in range(TRIANGULAR_STEPS):
        exponent, rows = _sorted(exponent, rows)
        triangle = np.linalg.qr(rows.swapaxes(1, 2), mode="r")  # Z^T = Q (triangle D); its row i has the scale of d_i
        rows = _scaled(triangle, exponent[:, None, :] - exponent[:, :, None])
    exponent, rows = _sorted(exponent, rows)
    n, H = exponent.shape
    if H % 2 == 1:  # a row of zeros makes the pairs come out even
        exponent = np.concatenate([exponent, np.full((n, 1), NOTHING)], axis=1)
        rows = np.concatenate([rows, np.zeros((n, 1, H))], axis=1)
    return -np.sort(-_jacobi(exponent, rows), axis=1)[:, :H]


def _graded_rows(powers: Array, rows: Array, exponent: Array, V: Array) -> tuple[Array, Array, Array]:
    """The same of left = diag(2**powers) rows, whose rows may be further apart than float64 reaches. (m,), (m, n)

    Rows far below the others turn these by nothing that can be seen: what the others leave of the small rows, once as
    many columns are eliminated as they fix, is a factor of its own beside theirs.
    """
    alive = np.flatnonzero(rows.any(axis=1))
    falling = alive[np.argsort(-powers[alive], kind="stable")]
    gaps = -np.diff(powers[falling])
    if not gaps.size or gaps.sum() <= REACH:
        return _graded(_scaled(rows, powers[:, None] - (powers[falling[0]] if alive.size else 0)), exponent, V)
    cut = int(gaps.argmax()) + 1
    upper, lower = falling[:cut], falling[cut:]
    size = np.log2(np.abs(rows[upper]).max(axis=0, initial=np.finfo(np.float64).tiny)) + exponent
    across = np.argsort(-size, kind="stable")
    fixed, free = across[: upper.size], across[upper.size :]
    parts = [(upper, across, rows[np.ix_(upper, across)])]
    if free.size:
        factors = np.linalg.solve(rows[np.ix_(upper, fixed)], rows[np.ix_(upper, free)])
        parts.append((lower, free, rows[np.ix_(lower, free)] - rows[np.ix_(lower, fixed)] @ factors))
    found, top, at = [], int(powers[falling[0]]), 0
    for own, columns, left in parts:
        found.append(
            (own, *_graded_rows(powers[own], left, exponent[columns], V[columns]), int(powers[own].max()) - top)
        )
    basis = np.zeros((len(rows), sum(Q.shape[1] for _, Q, *_ in found)))
    for own, Q, *_ in found:
        basis[own, at : at + Q.shape[1]] = Q
        at += Q.shape[1]
    exponents = np.concatenate([own_exponent + below for *_, own_exponent, _, below in found])
    return basis, exponents, np.concatenate([own_V for *_, own_V, _ in found])


def _graded(left: Array, exponent: Array, V: Array) -> tuple[Array, Array, Array]:
    """Q, exponent, V anew, so that left diag(2**exponent) V = Q diag(2**exponent') V'. (m, n), (n,), (n, H)

    Columns go in by falling size, so that each new row of V' is led by its own pivot; rows too, because Householder's
    QR then keeps small rows as precise as large ones (Cox and Higham, 1998). Rows and columns of zeros are left out.
    """
    power = np.frexp(np.abs(left).max(axis=0, initial=0.0))[1]
    unit, scale = _scaled(left, -power), exponent + power
    height = np.abs(unit).max(axis=1, initial=0.0)
    down = np.argsort(-height, kind="stable")[: np.count_nonzero(height)]
    with np.errstate(divide="ignore"):
        length = np.log2(np.square(unit).sum(axis=0)) / 2.0
    across = np.argsort(-(length + scale), kind="stable")[: np.count_nonzero(np.isfinite(length))]
    Q, R = np.linalg.qr(unit[down][:, across])
    sizes = np.where(R != 0.0, np.frexp(R)[1] + scale[across], NOTHING)
    grade = sizes.max(axis=1, initial=NOTHING)  # brings the largest entry of each row of R D near 1
    rows = _scaled(R, scale[across] - grade[:, None]) @ V[across]
    size = np.abs(rows).max(axis=1, initial=0.0)
    power = np.frexp(size)[1]
    basis = np.zeros((len(left), len(rows)))
    basis[down] = Q
    some = size > 0.0
    return basis[:, some], (grade + power)[some], _scaled(rows, -power[:, None])[some]


def _sorted(exponent: Array, rows: Array) -> tuple[Array, Array]:
    """The rows with their largest entry near 1 and the rest in the exponent, by falling length."""
    power = np.frexp(np.abs(rows).max(axis=2))[1]
    exponent, rows = exponent + power, _scaled(rows, -power[..., None])
    with np.errstate(divide="ignore"):
        length = np.log2(np.square(rows).sum(axis=2)) / 2.0 + exponent
    order = np.argsort(-length, axis=1, kind="stable")
    return np.take_along_axis(exponent, order, 1), np.take_along_axis(rows, order[..., None], 1)


def _jacobi(exponent: Array, rows: Array) -> Array:
    """log2 of the row lengths once rotations have made all rows of each matrix orthogonal. (n, 2m), (n, 2m, H)"""
    logs = np.empty(exponent.shape)
    left = np.arange(len(logs))  # the matrices that are not settled yet
    for _ in range(SWEEPS):
        exponent, rows, moved = _sweep(exponent, rows)
        with np.errstate(divide="ignore"):
            logs[left] = np.log2(np.vecdot(rows, rows)) / 2.0 + exponent
        still = moved > SETTLED
        if not still.any():
            break
        left, exponent, rows = left[still], exponent[still], rows[still]
    return logs


def _sweep(exponent: Array, rows: Array) -> tuple[Array, Array, Array]:
    """Every pair of rows rotated once, m pairs at a time as in a round robin, and how far squares moved, (n,).

    With X = 2**e x and Y = 2**d y two rows, X + t Y and Y - t X over sqrt(1 + t^2) are orthogonal for the tangent
    t = 2 X.Y / (X.X - Y.Y +- sqrt(...)). In x and y this is x + g y and y - f x with g = t 2**(d-e), f = t 2**(e-d);
    both come from the ratio of the scales alone, so that no row has to leave its own.
    """
    half = exponent.shape[1] // 2
    turn = np.array([0, half, *range(1, half - 1), *range(half + 1, 2 * half), half - 1][: 2 * half])
    squares, moved = np.vecdot(rows, rows), np.zeros(len(rows))
    for _ in range(2 * half - 1):
        x, y = rows[:, :half], rows[:, half:]
        a, b = squares[:, :half], squares[:, half:]
        apart = exponent[:, :half] - exponent[:, half:]
        alpha, beta = _scaled(1.0, 2 * np.minimum(apart, 0)), _scaled(1.0, -2 * np.maximum(apart, 0))
        p = np.vecdot(x, y)
        difference = a * alpha - b * beta
        total = difference + np.copysign(np.sqrt(difference**2 + 4.0 * p**2 * (alpha * beta)), difference)
        tangent = np.divide(2.0 * p, total, out=np.zeros_like(p), where=total != 0.0)
        g, f = tangent * beta, tangent * alpha
        cosine = 1.0 / np.sqrt(1.0 + f * g)
        a_moves, b_moves = g * p, f * p
        moved = np.maximum(moved, np.maximum(_share(a_moves, a), _share(b_moves, b)))
        turned = np.empty_like(rows)
        np.multiply(y, g[..., None], out=turned[:, :half])
        np.multiply(x, -f[..., None], out=turned[:, half:])
        turned += rows
        turned[:, :half] *= cosine[..., None]
        turned[:, half:] *= cosine[..., None]
        rows, exponent = turned[:, turn], exponent[:, turn]
        squares = np.concatenate([a + a_moves, b - b_moves], axis=1)[:, turn]
    return exponent, rows, moved


def _share(change: Array, of: Array) -> Array:
    """The largest |change| relative to `of` in each matrix, (n,); a row of zeros does not change."""
    return np.asarray(np.divide(np.abs(change), of, out=np.zeros_like(change), where=of > 0.0).max(axis=1))


def _scaled(array: npt.ArrayLike, exponent: Array) -> Array:
    """array * 2**exponent, 0 where that is too small."""
    return np.asarray(np.ldexp(array, np.clip(exponent, -FAR, FAR).astype(np.int32)))
