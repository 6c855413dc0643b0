"""What comes next in a text? The part that characters and words share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from engine.arrays import Array
from engine.tasks.symbols import Codes
from engine.tasks.task import Batch, Chance, Goal
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
    loss = "cross-entropy"
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
        spans = parted(codes.sizes, self.length, PART) if self.text else (whole(codes.sizes), None)
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
            return f"Every {PART}th sentence is held out: asked is on these, none of which is learned."
        return "The last tenth of the text is held out: asked is on that, nothing of which is learned."

    def shown(self) -> Batch:
        """The first window of what is asked on."""
        learned, held = self.parts
        return (held or learned).batch(np.array([0]))

    @cached_property
    def _shares(self) -> Array:
        """How often each symbol is wanted, (K,), as a part of all."""
        learned, K = self.parts[0], self.outputs
        wanted = np.zeros(K)
        for start in range(0, len(learned.values), BLOCK):
            block = slice(start, start + BLOCK)
            wanted += np.bincount(learned.values[block], learned.wanted[block], K)
        return np.asarray(wanted / wanted.sum())

    @property
    def chance(self) -> Chance:
        shares = self._shares[self._shares > 0.0]
        why = f"Always the {self.symbol}s' shares of the text: −Σ p ln p. The commonest is always said."
        return Chance(-float((shares * np.log(shares)).sum()), float(shares.max()), why)

    @property
    def goal(self) -> Goal:
        threshold = BETTER * self.chance.loss
        return Goal("loss", threshold, f"A quarter less than guessing by shares: {threshold:.3g} nats a {self.symbol}.")
