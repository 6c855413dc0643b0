"""How a walk is looked at; it changes no number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.record import Kind, Record, declare
from engine.record.kinds import Read
from engine.record.reading import is_tuple_of, is_whole, shown
from engine.studies.unroll.study import UnrollStudy

SORTS = {"index": "number", "similarity": "similarity", "variance": "variance"}  # orders of units
MOST_PINS = 6
LONGEST = 60  # characters of pins in a link


@dataclass(frozen=True)
class Pins(Kind[tuple[int, ...]]):
    """Values kept in sight: of each its row and unit, counted from 1, or 0 and an output; in a link 1.3.0.2."""

    what, is_one = "a tuple of whole numbers", staticmethod(is_tuple_of(is_whole))

    def complaint(self, name: str, value: tuple[int, ...], others: Mapping[str, Any]) -> str:
        good = len(value) % 2 == 0 and all(row >= 0 for row in value[::2]) and all(unit >= 1 for unit in value[1::2])
        if not good:
            return f"{name} is {value!r:.40}, but must be pairs of a row and a unit"
        return (
            ""
            if len(value) <= 2 * MOST_PINS
            else f"{len(value) // 2} values are pinned, but at most {MOST_PINS} can be"
        )

    def read(self, words: str, others: Mapping[str, Any], of: UnrollStudy | None) -> Read:
        parts = words.split(".")
        hint = "write pairs of a row and a unit as 1.3, or of 0 and an output as 0.2."
        if len(words) > LONGEST or len(parts) % 2 or not all(part.isascii() and part.isdecimal() for part in parts):
            return None, f"{shown(words)} pins nothing; {hint}"
        value = tuple(map(int, parts))
        if complaint := self.complaint("pins", value, others):
            return None, f"{complaint}; {hint}"
        return value, ""

    def write(self, value: tuple[int, ...]) -> str:
        return ".".join(map(str, value))


@dataclass(frozen=True)
class UnrollView(Record):
    """The column, unit and row that a visitor has turned to."""

    t: int | None = declare.whole(None, 1, lambda study: study.columns, "step")  # None: not chosen, so the walk plays
    unit: int = declare.whole(1, 1, lambda study: study.hidden, "unit")
    chain: int = declare.whole(
        1, 1, lambda study: study.layers * (1 + study.both), "row"
    )  # layer and direction, from below
    focus: int = declare.whole(1, 1, lambda study: len(study.texts), "focus")  # which of two texts
    sort: str = declare.choice("index", SORTS, "sort")
    rolled: bool = declare.switch(False, "rolled")
    pins: tuple[int, ...] = declare.of_kind((), Pins(), "pins")
    large: bool = declare.switch(False, "large")  # whether the cost of a large vocabulary is unfolded
