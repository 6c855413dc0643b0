"""What enters a walk, and what its outputs are: of an example, of a visitor's own, or of a trained network's task."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.sequences import impulse, read_symbols, sine, vocabulary_of
from engine.studies.source import Source
from engine.studies.unroll.choices import IMPULSE_STEPS, SENTENCES, SINE_STEPS

OUTPUT_KINDS = {"cross-entropy": "softmax", "binary-cross-entropy": "sigmoid", "squared-error": "linear"}


class Read:
    """The part of `UnrollStudy` that follows from these of its fields."""

    trained: Source | None
    which: int
    example: str
    text: str
    second: str
    by: str
    numbers: tuple[float, ...]
    wiring: str
    both: bool

    @property
    def other_phrase(self) -> Any:
        """The same study of a second phrase; None where there is none."""
        raise NotImplementedError

    @property
    def numeric(self) -> bool:
        """Whether numbers enter, and not symbols."""
        return self.example in ("sine", "impulse", "numbers")

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The symbols that enter, one per step; none where numbers do."""
        if self.numeric:
            return ()
        if self.trained is not None:
            entered, source = self.trained.entered(self.which)
            return source or entered
        if self.example == "hello":
            return tuple("hello")
        if self.example in SENTENCES:
            return SENTENCES[self.example][0]
        return read_symbols(self.text, self.by)

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The D symbols that the network knows: as the lectures count them, those of own texts sorted; of numbers what
        each is called, where that is known."""
        if self.trained is not None:
            return self.trained.source_names or self.trained.input_names
        if self.example in SENTENCES:
            return SENTENCES[self.example][1]
        return (
            tuple(dict.fromkeys(self.symbols)) if self.example == "hello" else vocabulary_of(self.symbols, *self.beside)
        )

    @property
    def spoken(self) -> tuple[str, ...]:
        """What a decoder reads: its vocabulary."""
        return self.vocabulary if self.trained is None else self.trained.input_names

    @property
    def answers(self) -> tuple[str, ...]:
        """What each output is called."""
        if self.trained is None:
            return self.vocabulary
        looked_at = slice(self.trained.output - 1, self.trained.output) if self.unasked else slice(None)
        return self.trained.output_names[looked_at] or ("probe",)

    @property
    def unasked(self) -> bool:
        """Whether nothing is wanted: one unit of error then enters at one output, shown alone, or at a probe."""
        return self.trained is not None and self.trained.loss not in OUTPUT_KINDS

    @property
    def beside(self) -> list[tuple[str, ...]]:
        """The symbols of the second text or phrase, if there is one."""
        if self.trained is not None:
            other = self.other_phrase
            return [other.symbols] if other is not None and other.spoken_to else []
        compared = self.example == "text" and self.second.strip()
        return [read_symbols(self.second, self.by)] if compared else []

    @property
    def values(self) -> Array:
        """The numbers that enter, (T,); of a trained network (T, D)."""
        if self.trained is not None:
            return self.trained.sequence(self.which).x[:, 0]
        if self.example == "sine":
            return sine(SINE_STEPS)
        return impulse(IMPULSE_STEPS) if self.example == "impulse" else np.array(self.numbers)

    @property
    def columns(self) -> int:
        """How many steps the picture has: those of an encoder and its decoder count both, of two texts the longer's."""
        if self.wiring == "one-to-one":
            return 1
        if self.trained is not None:
            entered, source = self.trained.entered(self.which)
            return max(len(source) + len(entered), *map(len, self.beside), 1)
        longest = max(len(self.values if self.numeric else self.symbols), *map(len, self.beside), 1)
        return longest * (1 + (self.wiring == "delayed"))

    @property
    def foreknown(self) -> bool:
        """Whether a chain from the end has read at each step what is wanted there: what comes next."""
        if self.trained is not None:
            batch = self.trained.outline(self.which)
            same = batch.x.shape[1:] == batch.targets.shape[1:] and np.array_equal(batch.x[1:], batch.targets[:-1])
            back = self.both or any(layer.backwards for layer in self.trained.form.network.layers)
            return back and batch.where == "every" and same
        return self.both and self.wiring == "in-step"

    @property
    def output_kind(self) -> str:
        """What the outputs are: "softmax" over the vocabulary, one "sigmoid", or one "linear" value."""
        if self.trained is not None:
            return OUTPUT_KINDS.get(self.trained.loss, "linear")
        if self.numeric:
            return "linear"
        return "sigmoid" if self.wiring == "many-to-one" else "softmax"
