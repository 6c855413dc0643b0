"""What a class may predict of an error on its way back: vanishes, stays or explodes, and after how many steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import Array

Outcome = Literal["vanishes", "stays", "explodes"]
OUTCOMES: tuple[Outcome, ...] = ("vanishes", "stays", "explodes")
TENFOLD = float(np.log2(10.0))  # a change by less neither vanishes nor explodes


@dataclass(frozen=True)
class Answer:
    """What becomes of the error of the last step on its way to step 1."""

    outcome: Outcome | None  # None where there is no error, or none that is a number
    after: int | None  # steps back until it has first changed tenfold that way; None where it stays


def answer(log2_dh: Array) -> Answer:
    """Read off log2 ||dL/dh_t||, (T+1,): a tenth or less is left at step 1, ten times or more, or something between."""
    with np.errstate(invalid="ignore"):
        back = (log2_dh[:0:-1] - log2_dh[-1])[1:]  # entry k - 1: k steps back
    last = float(back[-1])
    if np.isnan(last):
        return Answer(None, None)
    if abs(last) < TENFOLD:
        return Answer("stays", None)
    gone = back <= -TENFOLD if last < 0.0 else back >= TENFOLD
    return Answer("vanishes" if last < 0.0 else "explodes", int(np.argmax(gone)) + 1)
