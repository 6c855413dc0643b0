"""A walk through one network on one short sequence: everything that decides it, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.arrays import Array
from engine.cells import CELLS
from engine.sequences import impulse, sine, symbols
from engine.studies.vanish.study import LARGEST_NUMBER, NUMBERS

EXAMPLES = ("hello", "review", "happy", "sine", "impulse", "text", "numbers")
WIRINGS = ("one-to-one", "one-to-many", "many-to-one", "in-step", "delayed")
BY = ("character", "word")
RANGES: dict[str, tuple[float, float]] = {"layers": (1, 3), "hidden": (1, 64), "label": (0, 1), "seed": (0, 999_999)}
SYMBOLS = (2, 1000)  # characters or words of an own text
LONGEST_TEXT = 20 * SYMBOLS[1]  # code points
MOST_EDITS = 40
LARGEST_WEIGHT = 100.0  # that a hand may set
SENTENCES = {  # words of the examples, and the vocabulary in which the lecture counts them
    "review": (("movie", "was", "not", "good"), ("movie", "was", "good", "bad", "not")),
    "happy": (("they", "are", "happy"), ("they", "are", "happy")),
}
SINE_STEPS, IMPULSE_STEPS = 25, 16

Edit = tuple[str, int, int, float]  # array, row and column counted from 1, the new value


@dataclass(frozen=True)
class UnrollStudy:
    """One network, one sequence, one of five wirings.

    Every symbol of a text enters one-hot, one per step; numbers enter as they are. The wirings: "one-to-one" reads the
    first symbol only; "one-to-many" reads the first and then nothing; "many-to-one" reads all and answers at the last
    step (a text with its label, numbers with the first of them), where a chain from the end is read at step 1, its own
    last; "in-step" answers at every step with what comes next; "delayed" is an encoder that reads all and a decoder
    that says it again, reading its target one step late.

    Raises:
        ValueError: a field is outside its range; the message says what came and what is accepted.
    """

    example: str = "hello"
    text: str = "the cat sat on the mat"
    by: str = "character"
    numbers: tuple[float, ...] = (1.0, 0.5, -0.5, 0.0, 1.0)
    cell: str = "tanh"
    layers: int = 1  # L
    both: bool = False  # both directions
    hidden: int = 3  # H
    wiring: str = "in-step"
    label: int = 0  # of a text that is read many-to-one
    seed: int = 7
    edits: tuple[Edit, ...] = ()  # weights set by hand, over those that the example or the seed gives

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value:g}, but must be from {low:g} to {high:g}")
        for name, allowed in (("example", EXAMPLES), ("wiring", WIRINGS), ("by", BY), ("cell", tuple(CELLS))):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}, but must be one of {', '.join(allowed)}")
        if self.both and self.wiring == "delayed":
            raise ValueError("a decoder writes one step after the other, so it cannot read in both directions")
        count = len(self.symbols) if len(self.text) <= LONGEST_TEXT else len(self.text)
        if self.example == "text" and not SYMBOLS[0] <= count <= SYMBOLS[1]:
            raise ValueError(f"the text has {count:,} {self.by}s, but {SYMBOLS[0]} to {SYMBOLS[1]:,} are accepted")
        if not NUMBERS[0] <= len(self.numbers) <= NUMBERS[1]:
            raise ValueError(
                f"{len(self.numbers):,} numbers were given, but {NUMBERS[0]} to {NUMBERS[1]:,} are accepted"
            )
        if not all(abs(number) <= LARGEST_NUMBER for number in self.numbers):
            raise ValueError(f"every number must be finite and between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}")
        if len(self.edits) > MOST_EDITS:
            raise ValueError(f"{len(self.edits)} weights were set by hand, but at most {MOST_EDITS} can be")
        for edit in self.edits:
            if complaint := self.complaint_of(edit):
                raise ValueError(complaint)

    @property
    def numeric(self) -> bool:
        """Whether numbers enter, and not symbols."""
        return self.example in ("sine", "impulse", "numbers")

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The symbols that enter, one per step; none where numbers do."""
        if self.numeric:
            return ()
        if self.example == "hello":
            return tuple("hello")
        if self.example in SENTENCES:
            return SENTENCES[self.example][0]
        return symbols(self.text) if self.by == "character" else tuple(self.text.split())

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The D symbols that the network knows, in order of first use."""
        return SENTENCES[self.example][1] if self.example in SENTENCES else tuple(dict.fromkeys(self.symbols))

    @property
    def values(self) -> Array:
        """The numbers that enter, (T,)."""
        if self.example == "sine":
            return sine(SINE_STEPS)
        return impulse(IMPULSE_STEPS) if self.example == "impulse" else np.array(self.numbers)

    @property
    def columns(self) -> int:
        """How many steps the picture has: those of an encoder and of its decoder count both."""
        if self.wiring == "one-to-one":
            return 1
        return len(self.values if self.numeric else self.symbols) * (1 + (self.wiring == "delayed"))

    @property
    def lecture(self) -> bool:
        """Whether the weights are those of the "hello" that is computed by hand, where V has no bias."""
        plain = self.layers == 1 and not self.both and self.wiring in ("one-to-one", "one-to-many", "in-step")
        return self.example == "hello" and self.cell == "tanh" and self.hidden == 3 and plain

    @property
    def foreknown(self) -> bool:
        """Whether a chain from the end has read at each step what is wanted there: what comes next."""
        return self.both and self.wiring == "in-step"

    @property
    def output_kind(self) -> str:
        """What the outputs are: "softmax" over the vocabulary, one "sigmoid", or one "linear" value."""
        if self.numeric:
            return "linear"
        return "sigmoid" if self.wiring == "many-to-one" else "softmax"

    def shapes(self) -> dict[str, tuple[int, int]]:
        """Rows and columns of every array of weights, by name: U1, W1, b1 of layer 1, U1r of the direction that reads
        from the end, decoder.U1 of a decoder, V and d of the readout."""
        cell, H = CELLS[self.cell], self.hidden
        size = 1 if self.numeric else len(self.vocabulary)
        shapes: dict[str, tuple[int, int]] = {}
        for part in ("", "decoder.") if self.wiring == "delayed" else ("",):
            for layer in range(1, self.layers + 1):
                D = size if layer == 1 else H * (1 + self.both)
                for side in ("", "r") if self.both else ("",):
                    place, rows = f"{layer}{side}", len(cell.gates) * H
                    shapes |= {f"{part}U{place}": (rows, D), f"{part}W{place}": (rows, H), f"{part}b{place}": (rows, 1)}
                    shapes |= {f"{part}{extra}{place}": (H, 1) for extra in cell.extras}
        K = size if self.output_kind == "softmax" else 1
        shapes["V"] = (K, H * (1 + self.both))
        return shapes if self.lecture else {**shapes, "d": (K, 1)}

    def complaint_of(self, edit: Edit) -> str:
        """Why this network has no weight that `edit` could set; "" where it has."""
        name, row, column, value = edit
        shape = self.shapes().get(name)
        if shape is None:
            return f"this network has no weights {name[:20]!r}; it has {', '.join(self.shapes())}"
        if not (1 <= row <= shape[0] and 1 <= column <= shape[1]):
            return f"{name} has {shape[0]} rows and {shape[1]} columns, so no place [{row}, {column}]"
        if not abs(value) <= LARGEST_WEIGHT:
            accepted = f"-{LARGEST_WEIGHT:g} to {LARGEST_WEIGHT:g}"
            return f"{name}[{row}, {column}] is {value:g}, but a weight from {accepted} is accepted"
        return ""
