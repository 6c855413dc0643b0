"""Kinds of value that only the view of a backward pass has: a weight, a place of the table, a size that was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.record import Kind
from engine.record.kinds import Read
from engine.record.numerals import written
from engine.record.reading import is_number, is_tuple_of, is_whole, read_number, shown
from engine.studies.backward.nudge import Place, nearest_place
from engine.studies.backward.study import BackwardStudy

LONGEST = 12  # letters of a row and a column


@dataclass(frozen=True)
class WeightPlace(Kind[Place]):
    """One weight of the network in focus: array, row and column from 1, in a link as W.2.3."""

    is_one = staticmethod(lambda value: isinstance(value, tuple))

    def complaint(self, name: str, value: Place, others: Mapping[str, Any]) -> str:
        good = len(value) == 3 and all(isinstance(number, int) and number >= 1 for number in value[1:])
        return "" if good else f"{name} is {value!r}, but must be an array, a row and a column, counted from 1"

    def read(self, words: str, others: Mapping[str, Any], of: BackwardStudy | None) -> Read:
        """The weight named, or the nearest one that the network has."""
        name, _, rest = words.partition(".")
        row, _, column = rest.partition(".")
        if not (row.isdecimal() and column.isdecimal() and len(rest) < LONGEST):
            return None, f"{shown(words)} names no weight; write array, row and column as W.2.3."
        place = (name, max(1, int(row)), max(1, int(column)))
        if of is None:
            return place, ""
        nearest = nearest_place(of.form(of.nearest_cell(others["cell"])), place)
        if self.write(nearest) == f"{name}.{int(row)}.{int(column)}":
            return nearest, ""
        return nearest, f"{shown(words)} is not a weight of this network; {self.write(nearest)} is shown."

    def write(self, value: Place) -> str:
        return ".".join(map(str, value))


@dataclass(frozen=True)
class TablePlace(Kind[tuple[int, int]]):
    """One loss and a state that it reaches back to, both by their steps, in a link as 9.4."""

    what, is_one = "a tuple of two steps", staticmethod(lambda value: is_tuple_of(is_whole)(value) and len(value) == 2)

    def complaint(self, name: str, value: tuple[int, int] | None, others: Mapping[str, Any]) -> str:
        if value is None or 1 <= value[1] <= value[0]:
            return ""
        return f"{name} is {value!r}, but must be the step of a loss and that of a state up to it"

    def read(self, words: str, others: Mapping[str, Any], of: BackwardStudy | None) -> Read:
        loss, _, state = words.partition(".")
        if loss.isdecimal() and state.isdecimal() and len(words) < LONGEST:
            k, t = int(loss), int(state)
            if 1 <= t <= k and (of is None or k <= of.length):
                return (k, t), ""
        hint = "write the step of a loss and of a state up to it, as 3.1."
        return None, f"{shown(words)} is no place of the table; {hint}"

    def write(self, value: tuple[int, int]) -> str:
        return ".".join(map(str, value))


@dataclass(frozen=True)
class Tried(Kind[float]):
    """One of the positive sizes that were tried, or the one nearest by its ratio."""

    sizes: tuple[float, ...]

    what, is_one = "a number", staticmethod(is_number)

    def complaint(self, name: str, value: float, others: Mapping[str, Any]) -> str:
        return "" if value in self.sizes else f"{name} is {value!r}, but must be one of {self._listed()}"

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        value, complaint = read_number(words, min(self.sizes), max(self.sizes))
        if value is None:
            return None, complaint
        nearest = min(self.sizes, key=lambda size: max(size, value) / min(size, value))
        if not complaint and abs(nearest / value - 1.0) > 1e-9:
            complaint = f"{shown(words)} was not tried; {written(nearest)} is used."
        return nearest, complaint

    def write(self, value: float) -> str:
        return f"{value:g}"

    def _listed(self) -> str:
        return ", ".join(map(self.write, self.sizes))
