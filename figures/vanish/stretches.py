"""How the step Jacobians multiply: the fan of singular values, the table of all pairs, and both in words."""

from __future__ import annotations

import math

import numpy as np

from engine.cells import Cell
from engine.measures import at_shares
from engine.studies.vanish.stretches import RANKS, Stretches
from figures.cells import short_title
from figures.message import message
from figures.theme import theme_message
from figures.words import LOG10_2, number, power

PRECISION = -53.0  # log2 of the rounding of float64: what a plain product keeps beside its largest singular value
LOG10_E = math.log10(math.e)


def stretches_message(stretches: Stretches, cell: Cell) -> bytes:
    """Header and arrays, all log10: ``largest`` (T+1,), ``ranks`` (7, T+1) if known, ``table`` (n, n), row k, column t.

    The header's ``exponents`` are the growth per step, log10, of the largest, median and smallest Lyapunov exponent;
    null for one of -inf, and for those that belong to c rather than h.
    """
    arrays = {"largest": stretches.log2_largest * LOG10_2, "table": stretches.log2_table * LOG10_2}
    if stretches.log2_ranks is not None:
        arrays["ranks"] = stretches.log2_ranks * LOG10_2
    header = {
        "steps": len(stretches.log2_largest) - 1,
        "grid": stretches.steps,
        "cell": cell.kind,
        "title": short_title(cell),
        "shares": RANKS,
        "exponents": _exponents(stretches),
        "precision": PRECISION * LOG10_2,
        "said": [sentence for sentence in (spread_sentence(stretches), lyapunov_sentence(stretches)) if sentence],
        "theme": theme_message(),
    }
    return message(header, arrays)


def _exponents(stretches: Stretches) -> list[float | None]:
    S, H = len(stretches.lyapunov), stretches.hidden
    chosen = [stretches.lyapunov[0]]
    if S == H > 1:
        chosen += [at_shares(stretches.lyapunov[::-1], (0.5,))[0], stretches.lyapunov[-1]]
    return [float(one * LOG10_E) if np.isfinite(one) else None for one in chosen]


def spread_sentence(stretches: Stretches) -> str:
    """What the whole product does to the best and the worst direction."""
    T = len(stretches.log2_largest) - 1
    largest = float(stretches.log2_largest[1])
    said = f"From step {T} to step 1 no error arrives with more than {power(largest)} times its size"
    if stretches.log2_ranks is None:
        return f"{said}."
    smallest = float(stretches.log2_ranks[0, 1])
    said += f", and in one direction {power(smallest)} times is left"
    if math.isinf(smallest) or math.isinf(largest):
        return f"{said}."
    said += f": {number((largest - smallest) * LOG10_2)} decades lie between them."
    middle = power(float(stretches.log2_ranks[RANKS.index(0.5), 1]))
    how = " (the geometric mean of the middle two)" if stretches.hidden % 2 == 0 else ""
    return f"{said} Half of the directions keep less than {middle} times{how}."


def lyapunov_sentence(stretches: Stretches) -> str:
    """The largest exponent as a growth per step."""
    first = float(stretches.lyapunov[0])
    if math.isinf(first):
        return "Some step crushes every direction, so that the Lyapunov exponents are minus infinity."
    become = "grow" if first > 0 else "die out"
    return (
        f"The largest Lyapunov exponent is {number(first)} per step, a factor of {number(math.exp(first))}: "
        f"over these steps small differences between two runs {become}."
    )
