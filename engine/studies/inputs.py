"""What several studies share: which inputs and losses there are, and where a loss may lie."""

from __future__ import annotations

from typing import Literal

import numpy as np

from engine.kept import kept
from engine.sequences import (
    RANDOM_INPUTS,
    Sequence,
    impulse,
    number_sequence,
    random_sequence,
    read_symbols,
    sine,
    text_sequence,
    zeros,
)

Place = Literal["last", "every"]
PLACES: dict[Place, str] = {"last": "last step", "every": "every step"}
INPUTS = {
    "random": "Random numbers",
    "zeros": "Zeros",
    "impulse": "Impulse at step 1",
    "sine": "Sine wave",
    "text": "Own text",
    "numbers": "Own numbers",
}
LOSSES = {"cross-entropy": "Cross-entropy", "squared-error": "Squared error", "probe": "Probe: one unit of error"}
LARGEST_NUMBER = 1e6  # of a visitor's own
LARGEST_SEED = 999_999
MOST_NUMBERS = 2_500_000  # sent to one picture: 10 MB
SEQUENCES = 32_000_000  # bytes that are kept: some thousand usual sequences, or two of a thousand different symbols


def owns_length(inputs: str) -> bool:
    """Whether the input brings its own number of steps."""
    return inputs in ("text", "numbers")


def length_is_given(inputs: str) -> str:
    """Why the number of steps cannot be chosen, or nothing."""
    return "Your own text or numbers bring their own length." if owns_length(inputs) else ""


def sizes_of(
    inputs: str, steps: int, text: str, numbers: tuple[float, ...], unit: str = "character"
) -> tuple[int, int]:
    """T and D of `sequence_of`, without making it."""
    if inputs == "text":
        read = read_symbols(text, unit)
        return len(read) - 1, len(set(read))
    return (len(numbers) if inputs == "numbers" else steps), (RANDOM_INPUTS if inputs == "random" else 1)


@kept(SEQUENCES)
def sequence_of(
    inputs: str, steps: int, text: str, numbers: tuple[float, ...], seed: int, unit: str = "character"
) -> Sequence:
    """The input sequence and its targets."""
    if inputs == "text":
        return text_sequence(text, unit)
    if inputs == "numbers":
        return number_sequence(np.array(numbers), seed)
    if inputs == "random":
        return random_sequence(steps, seed)
    return number_sequence({"zeros": zeros, "impulse": impulse, "sine": sine}[inputs](steps), seed)
