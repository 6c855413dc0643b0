"""Readings of an experiment with the gradient: how much of the error reaches step 1, and products of factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log2, prod
from typing import Any

from engine.measures import reach
from engine.studies.vanish.study import VanishStudy


def product(study: VanishStudy, factors: Sequence[float]) -> float:
    """Of factors by themselves."""
    return prod(factors)


def power(study: VanishStudy, factor: float, times: int) -> float:
    """A factor multiplied by itself, `times` factors in all."""
    return prod([factor] * times)


def arriving(study: VanishStudy, cell: str) -> float:
    """log10 of ‖dL/dh_1‖ over ‖dL/dh_T‖ of the first sequence."""
    return reach(study.run(cell).log2_dh[:, 0]).log2_ratio / log2(10.0)


READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in (product, power, arriving)}
