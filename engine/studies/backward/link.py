"""A backward study's short, readable URL form, and the way back from whatever stands in a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from engine.studies.backward.study import INPUTS, MOST_CELLS, NUMBERS, RANGES, SYMBOLS, BackwardStudy
from engine.studies.query import (
    Field,
    cells_field,
    choice_field,
    found_in,
    number_field,
    numbers_field,
    read_text,
    whole_field,
    written,
)
from engine.studies.vanish.study import LARGEST_NUMBER, PLACES

DEFAULT = BackwardStudy()


def backward_to_query(study: BackwardStudy) -> dict[str, str]:
    """URL parameters of everything that differs from the default study, in a fixed order."""
    return written(study, DEFAULT, _FIELDS)


def backward_from_query(query: Mapping[str, str]) -> tuple[BackwardStudy, list[str]]:
    """The study a URL describes, and one sentence for each parameter that could not be taken as it was.

    Never raises: a value out of range becomes the nearest valid one, an unreadable one the default.
    """
    found, complaints = found_in(query, _FIELDS)
    return replace(DEFAULT, **found), complaints


_FIELDS = (
    cells_field("cells", "cells", MOST_CELLS),
    choice_field("input", "inputs", INPUTS),
    Field("text", "text", str, lambda text: read_text(text, SYMBOLS)),
    numbers_field("numbers", "numbers", NUMBERS, LARGEST_NUMBER),
    whole_field("T", "steps", RANGES["steps"]),
    choice_field("at", "at", PLACES),
    whole_field("H", "hidden", RANGES["hidden"]),
    number_field("scale", "scale", RANGES["scale"]),
    number_field("forget", "forget_bias", RANGES["forget_bias"]),
    whole_field("seed", "seed", RANGES["seed"]),
)
assert {field.name for field in _FIELDS} == {field.name for field in fields(BackwardStudy)}
