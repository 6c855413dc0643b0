"""The next character: "hello", or a visitor's text.

Source: windows of 25 characters as in Karpathy's "The unreasonable effectiveness of recurrent neural networks" (2015),
here at places that are drawn, each from an empty state.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.tasks.next_symbol import NextSymbol
from engine.tasks.symbols import Codes, characters
from engine.tasks.task import Goal

HELLO = "hello"


@dataclass(frozen=True)
class NextCharacter(NextSymbol):
    """Without a text of a visitor's own it is "hello": an l that is followed by another l, and one that is not."""

    name, title, symbol, phrases = "character", "Next character", "character", "character"
    what = "Given the characters so far, which comes next? In “hello”, or a text of your own."
    lengths, length_label = (1, 25, 200), "Characters of a window, at most"

    @cached_property
    def codes(self) -> Codes:
        return characters(self.text or HELLO)

    @property
    def goal(self) -> Goal:
        return super().goal if self.text else Goal("accuracy", 1.0, "Every next character is right.")
