"""What comes next in a text? The part that characters and words share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.tasks.symbols import Codes
from engine.tasks.task import Batch, Chance, Goal, by_shares
from engine.tasks.windows import MANY, WindowedTask, Windows, parted, whole

PART = 10  # of a visitor's text a tenth is held out
BETTER = 0.75  # of the chance level: where a text counts as learned of which nobody knows how well it can be
BLOCK = 1_000_000  # entries that are counted at a time


@dataclass(frozen=True)
class NextSymbol(WindowedTask):
    """Windows of at most T symbols; wanted at every step is the next one.

    Raises:
        ValueError: the text is too large, or too short.
    """

    symbol: ClassVar[str]  # what one is called
    loss, asked = "cross-entropy", "next"
    reads = "text"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.text:
            _ = self.codes

    @property
    def codes(self) -> Codes:
        """The text as it was read."""
        raise NotImplementedError

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.codes.vocabulary

    @property
    def output_names(self) -> tuple[str, ...]:
        return self.codes.vocabulary

    @cached_property
    def parts(self) -> tuple[Windows, Windows | None]:
        codes = self.codes
        spans = parted(codes.values, codes.sizes, self.length, PART) if self.text else (whole(codes.sizes), None)
        learned, held = (None if one is None else Windows(codes.values, one, self.length) for one in spans)
        assert learned is not None
        return learned, held

    @property
    def understood(self) -> str:
        if not self.text:
            return ""
        codes, what = self.codes, self.symbol
        ends = len(codes.sizes) if what == "word" else 0
        among = f" in {ends:,} sentence{'' if ends == 1 else 's'}" if ends else ""
        known = len(codes.vocabulary) - bool(ends) + codes.rare - bool(codes.rare)
        said = [f"{len(codes.values) - ends:,} {what}s{among}, {known:,} different."]
        if codes.rare:
            said.append(f"The {codes.rare:,} rarest of them are read as one, {codes.vocabulary[-1]}.")
        return " ".join([*said, self.evaluated])

    @property
    def evaluated(self) -> str:
        if self.parts[1] is None:
            return "Asked is on the text that is learned: it is to be known by heart."
        if len(self.codes.sizes) >= MANY:
            return f"Every {PART}th different sentence is held out: asked is on these, none of which is learned."
        return "The last tenth of the text is held out: asked is on that, and not learned."

    def shown(self) -> Batch:
        """The first window of what is asked on."""
        learned, held = self.parts
        return (held or learned).batch(np.array([0]))

    def _wanted(self, windows: Windows) -> Array:
        """How often each symbol is wanted, (K,)."""
        wanted = np.zeros(self.outputs)
        for start in range(0, len(windows.values), BLOCK):
            block = slice(start, start + BLOCK)
            wanted += np.bincount(windows.values[block], windows.wanted[block], self.outputs)
        return wanted

    @cached_property
    def chance(self) -> Chance:
        learned, held = self.parts
        known = self._wanted(learned)
        asked = known if held is None else self._wanted(held)
        why = f"Always the {self.symbol}s' shares of the text: −Σ p ln p. The commonest is always said."
        if held is not None:
            why = f"Always the {self.symbol}s' shares of what is learned, on what is held out."
        if (asked[known == 0.0] > 0.0).any():
            why += " What is new there counts once, and each other once more."
        return Chance(*by_shares(known, asked), why)

    @property
    def goal(self) -> Goal:
        threshold = BETTER * self.chance.loss
        return Goal("loss", threshold, f"A quarter less than guessing by shares: {threshold:.3g} nats a {self.symbol}.")
