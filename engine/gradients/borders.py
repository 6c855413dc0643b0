"""What may enter a backward pass: a trace of real numbers, and errors at steps that it has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.arrays import Array, expect, plain
from engine.errors import Entering
from engine.forward import Trace


def real(trace: Trace) -> None:
    """Nothing, where the trace ran on real numbers.

    Raises:
        ValueError: it ran on complex ones; the complex step is a derivative of its own, with nothing to carry back.
    """
    if np.iscomplexobj(trace.tape.h):
        raise ValueError("the trace ran on complex numbers, which are for the complex step: nothing is carried back")


def checked_errors(errors: Entering, T: int, ends: Array, width: int) -> Entering:
    """Errors at the steps 1..T of B sequences that end at `ends`, none of them after an end.

    Raises:
        ValueError: steps do not rise or do not exist, a shape does not fit, or numbers are not of their kind.
    """
    expect("errors", errors, Entering, "a loss gives them; `entering` makes those of a loss of your own")
    steps, (dh, exponent) = plain("steps", errors.steps), (plain("dh", errors.dh), plain("exponent", errors.exponent))
    n, B = len(errors.steps), len(ends)
    if steps.shape != (n,) or (n and steps.dtype.kind not in "iu"):
        raise ValueError(f"errors enter at steps that are whole numbers, got {errors.steps}")
    steps = steps.astype(np.int64)
    if (steps < 1).any() or (steps > T).any() or (np.diff(steps) < 1).any():
        fit = f"do not fit a trace of {T} steps: steps must rise and lie from 1 to {T}"
        raise ValueError(f"the errors {dh.shape} at the steps {errors.steps} {fit}")
    if dh.shape != (n, B, width):
        raise ValueError(f"the errors have shape {dh.shape}, but {(n, B, width)} was expected at {n} steps")
    if dh.dtype.kind == "c":
        raise ValueError("the errors are complex, but real ones are carried back: the complex step runs forward")
    if dh.dtype.kind != "f" or exponent.dtype.kind not in "iu" or exponent.shape != (n, B):
        raise ValueError(
            f"errors must be real floating-point numbers with whole exponents {(n, B)}, but are {dh.dtype} with "
            f"{exponent.dtype} {exponent.shape}"
        )
    over = steps[:, None] > ends
    if over.any() and dh[over].any():
        dh, exponent = np.where(over[..., None], 0.0, dh), np.where(over, 0, exponent)
    elif type(errors) is Entering:  # those of a loss hold no array that anyone else has
        dh, exponent = dh.copy(), exponent.astype(np.int64)
    else:
        return errors
    return replace(errors, steps=tuple(steps.tolist()), dh=dh, exponent=exponent)
