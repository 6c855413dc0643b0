"""Readings that need no run: a lecture's own numbers, reckoned on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.record import Record


def inputs_at_once(study: Record, words: int, known: int) -> str:
    """The inputs of a plain network for so many words at once, each one-hot among all that are known, "75,000"."""
    return f"{words * known:,}"


def squashed(study: Record, sums: Sequence[float]) -> tuple[float, ...]:
    """tanh of sums by themselves, as of a lecture's own."""
    return tuple(float(value) for value in np.tanh(np.array(sums)))


def softmaxed(study: Record, logits: Sequence[float]) -> tuple[float, ...]:
    """The softmax of logits by themselves."""
    powers = np.exp(np.array(logits) - max(logits))
    return tuple(float(value) for value in powers / powers.sum())


MADE = (inputs_at_once, squashed, softmaxed)
READINGS: Mapping[str, Callable[..., Any]] = {made.__name__: made for made in MADE}
