"""A study's short, readable URL form, and the way back from whatever stands in a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from engine.cells import CELLS
from engine.studies.cell.study import BIASED, LOSSES, NUMBERS, RANGES, STARTS, SYMBOLS, UNITS, CellStudy
from engine.studies.query import (
    Field,
    choice_field,
    found_in,
    number_field,
    numbers_field,
    read_text,
    whole_field,
    written,
)
from engine.studies.vanish.study import INPUTS, LARGEST_NUMBER, PLACES

DEFAULT = CellStudy()


def study_to_query(study: CellStudy) -> dict[str, str]:
    """URL parameters of everything that differs from the default study, in a fixed order."""
    return written(study, DEFAULT, _FIELDS)


def study_from_query(query: Mapping[str, str]) -> tuple[CellStudy, list[str]]:
    """The study a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default.
    Parameters of other names are left alone.
    """
    found, complaints = found_in(query, _FIELDS)
    if "text" in found:
        text, complaint = read_text(found["text"], SYMBOLS, found.get("unit", DEFAULT.unit))
        found["text"] = DEFAULT.text if text is None else text
        if complaint:
            complaints.append(f"text: {complaint}")
    return replace(DEFAULT, **found), complaints


_FIELDS = (
    choice_field("cell", "cell", CELLS),
    whole_field("H", "hidden", RANGES["hidden"]),
    choice_field("input", "inputs", INPUTS),
    choice_field("by", "unit", UNITS),
    Field("text", "text", str, lambda text: (text, "")),  # read once its unit is known
    numbers_field("numbers", "numbers", NUMBERS, LARGEST_NUMBER),
    whole_field("T", "steps", RANGES["steps"]),
    *(number_field(f"{gate}_bias", f"{gate}_bias", RANGES[f"{gate}_bias"]) for gate in BIASED),
    number_field("leak", "leak", RANGES["leak"]),
    choice_field("start", "start", STARTS),
    choice_field("loss", "loss", LOSSES),
    choice_field("at", "at", PLACES),
    whole_field("seed", "seed", RANGES["seed"]),
)
assert {field.name for field in _FIELDS} == {field.name for field in fields(CellStudy)}
