"""Numbers and results in words, rounded the same way everywhere: 3 significant digits, e-notation beyond 1e-3, 1e4."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context

from engine.cells import Cell
from engine.measures import Place, Reach
from engine.record.numerals import MINUS
from engine.studies.vanish.families import Family
from engine.studies.vanish.seeds import Spread
from figures.cells import look_of

KEEPS = math.log2(10.0)  # an error that changes by less than a factor of 10 neither vanishes nor explodes
LOG10_2 = math.log10(2.0)
WORDS = {"c": "cell state", "h": "state"}
FAINTEST = -80_000_000_000  # decades: beyond, the engine knows only that a size is fainter (`wide.FAINTEST`)
_THREE = Context(prec=3, rounding=ROUND_HALF_UP)  # of the exact binary value, as the browser's toExponential rounds


def number(value: float) -> str:
    """3 significant digits: 0.0123, 1.5, 340, 1.2e-05 as 1.2e-5; infinity and not-a-number in words."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinity"
    if value == 0.0:
        return "0"
    digits = _THREE.create_decimal_from_float(float(abs(value)))
    exponent = digits.adjusted()
    return (MINUS if value < 0 else "") + _digits(float(digits.scaleb(-exponent)), exponent)


def power(log2: float) -> str:
    """2**log2 as `number` writes it, for sizes that no float can hold."""
    return power_of_ten(log2 * LOG10_2)


def power_of_ten(log10: float) -> str:
    """10**log10 as `number` writes it."""
    if math.isnan(log10):
        return "not a number"
    if math.isinf(log10):
        return "infinite" if log10 > 0 else "0"
    if log10 < FAINTEST:
        return f"below 1e{FAINTEST:,}"
    exponent = math.floor(log10)
    return _digits(10.0 ** (log10 - exponent), exponent)


def percent(share: float) -> str:
    """A share from 0 to 1 in words."""
    return f"{number(100.0 * float(share))} %"


def _digits(mantissa: float, exponent: int) -> str:
    rounded = round(mantissa, 2)
    if rounded >= 10.0:
        rounded, exponent = rounded / 10.0, exponent + 1
    if -3 <= exponent < 4:
        return _plain(f"{rounded * 10.0**exponent:.{max(2 - exponent, 0)}f}")
    return f"{_plain(f'{rounded:.2f}')}e{exponent}"


def _plain(digits: str) -> str:
    """Without the zeros that end a fraction."""
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def half_life(reach: Reach) -> str:
    """Steps per halving or per doubling, where there is a steady rate."""
    steps = reach.steps_per_halving
    if math.isnan(steps):
        return "no half-life" if math.isnan(reach.log2_ratio) or reach.vanished_at else "no steady rate"
    if math.isinf(steps):
        return "no change"
    return f"half-life {number(steps)} steps" if steps > 0 else f"doubles every {number(-steps)} steps"


def rate(reach: Reach) -> str:
    """How an error vanishes or explodes, after those words: its rate, or what its curve does instead."""
    steps = reach.steps_per_halving
    if reach.log2_ratio * LOG10_2 < FAINTEST:
        return ""
    if not math.isnan(steps):
        return f", halving every {number(steps)} steps" if steps > 0 else f", doubling every {number(-steps)} steps"
    if found := extremes(reach):
        return f", but not at one rate: {found}"
    inside = reach.bend.log2 not in (0.0, reach.log2_ratio)
    return f", but not at one rate: {power(reach.bend.log2)} times at step {reach.bend.step}" if inside else ""


def extremes(reach: Reach) -> str:
    """Where the curve is lowest and where highest, if it is half as low or twice as high there as at both its ends."""
    low = reach.lowest.log2 < min(0.0, reach.log2_ratio) - 1.0
    high = reach.highest.log2 > max(0.0, reach.log2_ratio) + 1.0
    return " and ".join([_at("lowest", reach.lowest)] * low + [_at("highest", reach.highest)] * high)


def _at(what: str, place: Place) -> str:
    return f"{what} at step {place.step}, {power(place.log2)} times"


def verdict(reach: Reach, steps: int, together: str = "") -> str:
    """One plain sentence: how much of the error of the last step reaches the first.

    Where more than one error comes `together`, and of what, the gradient is a sum: its size says little of what became
    of one error.
    """
    ratio = reach.log2_ratio
    if math.isnan(ratio):
        if reach.vanished_at == steps:
            return f"There is no error to carry: the gradient at step {steps} is exactly 0."
        return f"The gradient at step {steps} is not a finite number, so nothing can be said of it."
    if reach.vanished_at is not None:
        return f"No error reaches step 1: from step {reach.vanished_at} back it is exactly 0."
    if together:
        return (
            f"{together} leave a gradient at step 1 that is {power(ratio)} times the one at step "
            f"{steps}: each step adds an error of its own, and the nearest hide what became of the farthest."
        )
    said = f"Step 1 receives {power(ratio)} times step {steps}’s error: "
    if math.isinf(reach.steps_per_halving):
        said += "it keeps its size."
    elif abs(ratio) >= KEEPS:
        said += f"it {'vanishes' if ratio < 0 else 'explodes'}{rate(reach)}."
    else:
        found = extremes(reach)
        said += f"it changes by less than a factor of 10 from end to end{f', but is {found}' if found else ''}."
    if reach.float32_zero is not None:
        said += f" In float32 it is 0 from about step {reach.float32_zero} back."
    elif reach.float32_overflow is not None:
        said += f" In float32 it overflows from about step {reach.float32_overflow} back."
    return said


def spread_clause(spread: Spread) -> str:
    """What is left of the error at step 1 under other seeds, relative to step T: 10th to 90th percentile."""
    low, high = (float(rank[1]) for rank in spread.log2_relative[[0, -1]])
    ends = dict.fromkeys((power(low), power(high)))
    return f"{len(spread.seeds)} other seeds: {'no error to carry' if math.isnan(low) else ' to '.join(ends)}"


def verdicts(family: Family, together: str) -> list[str]:
    """The verdict at each scale of a family; where the error of a cell that copies its state vanishes steadily, also by
    how much a step copies."""
    steps = family.log2_dh.shape[1] - 1
    said = [verdict(reach, steps, together) for reach in family.reach]
    if together or family.keeps is None or family.cell.has_memory:
        return said
    for k, (reach, share) in enumerate(zip(family.reach, family.keeps, strict=True)):
        if reach.log2_ratio <= -KEEPS and not math.isnan(reach.steps_per_halving):
            said[k] += f" A step copies {number(float(share))} of h (mean {_keeper(family.cell)})."
    return said


def _keeper(cell: Cell) -> str:
    """What says how much of its state a cell keeps, in its own letters."""
    assert cell.keeps is not None
    gates = {gate.name: gate.letter for gate in look_of(cell).gates}
    letter = gates.get(cell.keeps.share, "λ")
    return letter if cell.keeps.sign > 0 and letter != "λ" else f"1 − {letter}"
