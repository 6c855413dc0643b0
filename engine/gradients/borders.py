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


def checked_errors(errors: Entering, T: int, lengths: Array | None, shape: tuple[int, int]) -> Entering:
    """Errors at the steps 1..T of sequences with these lengths (None: all T), none of them after a sequence's end.

    Args:
        shape: (B, H).

    Raises:
        ValueError: steps do not rise or do not exist, a shape does not fit, or numbers are not of their kind.
    """
    expect("errors", errors, Entering, "a loss gives them; `entering` makes those of a loss of your own")
    steps, dh, exponent = plain("steps", errors.steps), plain("dh", errors.dh), plain("exponent", errors.exponent)
    n = len(errors.steps)
    if steps.shape != (n,) or (n and steps.dtype.kind not in "iu"):
        raise ValueError(f"errors enter at steps that are whole numbers, got {errors.steps}")
    if n and (steps[0] < 1 or steps[-1] > T or (n > 1 and (steps[1:] <= steps[:-1]).any())):
        fit = f"do not fit a trace of {T} steps: steps must rise and lie from 1 to {T}"
        raise ValueError(f"the errors {dh.shape} at the steps {errors.steps} {fit}")
    if dh.shape != (n, *shape):
        raise ValueError(f"the errors have shape {dh.shape}, but {(n, *shape)} was expected at {n} steps")
    if dh.dtype.kind == "c":
        raise ValueError("the errors are complex, but real ones are carried back: the complex step runs forward")
    if dh.dtype.kind != "f" or exponent.dtype.kind not in "iu" or exponent.shape != dh.shape[:2]:
        raise ValueError(
            f"errors must be real floating-point numbers with whole exponents {dh.shape[:2]}, but are {dh.dtype} with "
            f"{exponent.dtype} {exponent.shape}"
        )
    over = None if lengths is None else steps[:, None] > lengths
    if over is not None and dh[over].any():
        dh, exponent = np.where(over[..., None], 0.0, dh), np.where(over, 0, exponent)
    elif type(errors) is Entering:  # those of a loss hold no array that anyone else has
        dh, exponent = dh.copy(), exponent.astype(np.int64)
    else:
        return errors
    return replace(errors, steps=tuple(steps.tolist()), dh=dh, exponent=exponent)
