"""Weights that a visitor has set by hand, over those that the example or the seed gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.record.kinds import Kind, Read
from engine.record.numerals import written
from engine.record.reading import is_number, is_tuple_of, is_whole, is_word, read_number, shown, write_number

MOST_EDITS = 40
LARGEST_WEIGHT = 100.0  # that a hand may set

Edit = tuple[str, int, int, float]  # array, row and column counted from 1, the new value


def _is_edit(edit: object) -> bool:
    if not isinstance(edit, tuple) or len(edit) != 4:
        return False
    name, row, column, value = edit
    return is_word(name) and is_whole(row) and is_whole(column) and is_number(value)


@dataclass(frozen=True)
class Edits(Kind[tuple[Edit, ...]]):
    """Written as name_row_column_value, joined by semicolons; whether a network has the place, its study says."""

    what = "a tuple of edits, each an array's name, row, column and value"
    is_one = staticmethod(is_tuple_of(_is_edit))

    def complaint(self, name: str, value: tuple[Edit, ...], others: Mapping[str, Any]) -> str:
        if len(value) > MOST_EDITS:
            return f"{len(value)} weights were set by hand, but at most {MOST_EDITS} can be"
        return ""

    def read(self, words: str, others: Mapping[str, Any], of: Any) -> Read:
        return read_edits(words)

    def write(self, value: tuple[Edit, ...]) -> str:
        return write_edits(value)

    def taken(self, entry: Any, before: tuple[Edit, ...], others: Mapping[str, Any], of: Any) -> Read:
        """Edits for the network of the study `of`; those it has no place for are left out."""
        edits, complaint = read_edits(str(entry)) if entry else ((), "")
        study, said = of.with_edits(edits)
        return study.edits, complaint or "".join(said[:1])


def complaint_of(edit: Edit, shapes: Mapping[str, tuple[int, int]]) -> str:
    """Why a network with weights of these shapes has none that `edit` could set; "" where it has."""
    name, row, column, value = edit
    shape = shapes.get(name)
    if shape is None:
        return f"this network has no weights {name[:20]!r}; it has {', '.join(shapes)}"
    if not (1 <= row <= shape[0] and 1 <= column <= shape[1]):
        return f"{name} has {shape[0]} rows and {shape[1]} columns, so no place [{row}, {column}]"
    if not abs(value) <= LARGEST_WEIGHT:
        accepted = f"{written(-LARGEST_WEIGHT)} to {written(LARGEST_WEIGHT)}"
        return f"{name}[{row}, {column}] is {written(value)}, but a weight from {accepted} is accepted"
    return ""


def write_edits(edits: tuple[Edit, ...]) -> str:
    """Edits as name_row_column_value, joined by semicolons."""
    return ";".join(f"{name}_{row}_{column}_{write_number(value)}" for name, row, column, value in edits)


def read_edits(text: str) -> tuple[tuple[Edit, ...], str]:
    """Edits as `write_edits` has them; what cannot be read is left out."""
    edits: list[Edit] = []
    complaint = ""
    for word in text[:10_000].split(";"):
        name, *places = word.rsplit("_", 3)
        try:
            row, column = int(places[0]), int(places[1])
            value, said = read_number(places[2], -LARGEST_WEIGHT, LARGEST_WEIGHT)
        except (ValueError, IndexError):
            value, said = None, f"{shown(word)} sets no weight; write array_row_column_value, as U1_1_2_0.5."
        complaint = complaint or said
        if value is not None:
            edits.append((name, row, column, value))
    return tuple(edits), complaint
